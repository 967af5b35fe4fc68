"""When nothing can be recorded, a family is told so, and has the phone number and help all the same."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from typing import Any
from uuid import uuid4

import pytest
import time_machine
from sqlalchemy import Connection, text

from tests.chat.conftest import Serve
from tests.chat.family import Client, begin, call
from tests.doubles import FakeAssistant, hang, reply
from web.assistant import Reply, Turn
from web.chat import service
from web.keys import DATABASE
from web.pages.plain import READ_AGAIN_SECONDS
from web.records.database import FILE_NAME
from web.settings import Settings
from web.words import Words

PHONE = "tel:+441274434361"


async def fill_the_disk(client: Client) -> None:
    """Let the database grow no further."""

    def fill(connection: Connection) -> None:
        pages = connection.execute(text("PRAGMA page_count")).scalar_one()
        connection.execute(text(f"PRAGMA max_page_count = {pages}"))

    await client.app[DATABASE].run(fill)


LONG = "a long message " * 130


async def fail_to_say(family: Any) -> Any:
    """Say things until nothing more can be recorded."""
    for _ in range(50):
        answer = await family.say(LONG)
        if answer.status != 200:
            return answer
    raise AssertionError("the disk never filled")


async def test_a_full_disk_is_503_with_the_phone_number(client: Client, words: Words) -> None:
    family = await begin(client)
    await fill_the_disk(client)
    answer = await fail_to_say(family)
    assert answer.status == 503
    assert answer.text == words.said("not_recorded").text
    assert PHONE in answer.hrefs
    assert int(answer.headers["Retry-After"]) >= 1
    assert (await family.read()).status == 200


async def test_a_full_disk_does_not_keep_help_away(client: Client) -> None:
    family = await begin(client)
    await fill_the_disk(client)
    await fail_to_say(family)
    answer = await family.say("i want to kill myself. " + LONG[:1900])
    assert answer.status == 503
    assert answer.topics[0] == "safety.self"


async def test_a_database_that_is_gone_is_503_everywhere(client: Client) -> None:
    family = await begin(client)
    await client.app[DATABASE].run(lambda connection: connection.execute(text("DROP TABLE turns")))
    await client.app[DATABASE].run(lambda connection: connection.execute(text("DROP TABLE messages")))
    begun = await call(client, "POST", "/api/conversations", json={})
    for answer in (begun, await family.say("hello"), await family.read()):
        assert answer.status == 503
        assert PHONE in answer.hrefs


async def test_an_answer_that_could_not_be_stored_is_given_when_asked_again(
    client: Client, assistant: FakeAssistant
) -> None:
    family = await begin(client)
    broken = True

    async def answer(turn: Turn) -> Reply:
        if broken:
            await client.app[DATABASE].run(lambda c: c.execute(text("ALTER TABLE turns RENAME TO away")))
        return reply(turn=turn)

    assistant.behave = answer
    key = str(uuid4())
    assert (await family.say("How long?", key)).status == 503
    broken = False
    await client.app[DATABASE].run(lambda c: c.execute(text("ALTER TABLE away RENAME TO turns")))
    await client.app[DATABASE].run(lambda c: c.execute(text("UPDATE conversations SET lease_until = NULL")))
    again = await family.say("How long?", key)
    assert again.status == 200
    assert [message["from"] for message in (await family.read()).messages] == ["assistant", "family", "assistant"]


@contextmanager
def locked(settings: Settings) -> Iterator[None]:
    """Hold the database's lock, as another program could."""
    with closing(sqlite3.connect(settings.data_dir / FILE_NAME, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        yield
        other.execute("ROLLBACK")


async def test_while_the_database_is_locked_every_family_is_answered_without_waiting_for_others(
    client: Client, settings: Settings
) -> None:
    families = [await begin(client) for _ in range(12)]
    with locked(settings):
        async with asyncio.timeout(8):
            answers = await asyncio.gather(
                *(family.say("i want to kill myself", str(uuid4())) for family in families),
                families[0].say("i want to kill myself"),
                *(call(client, "POST", "/api/conversations", json={}) for _ in range(6)),
                families[0].read(),
            )
    assert {answer.status for answer in answers} == {503}
    assert all(PHONE in answer.hrefs for answer in answers)
    assert all(answer.topics[0] == "safety.self" for answer in answers[:13])
    for family in families:
        assert len((await family.read()).messages) == 1  # nothing was recorded behind anybody's back
        assert (await family.say("i want to kill myself")).topics == ["safety.self"]


async def test_while_the_database_is_locked_the_plain_page_gives_help_and_keeps_the_words(
    client: Client, settings: Settings
) -> None:
    with locked(settings):
        async with asyncio.timeout(8):
            pages = await asyncio.gather(*(plain_page(client, "i want to kill myself") for _ in range(6)))
    assert {status for status, _page in pages} == {503}
    assert all("tel:116123" in page and "i want to kill myself</textarea>" in page for _status, page in pages)


async def plain_page(client: Client, text: str) -> tuple[int, str]:
    """What a browser without a script is shown."""
    async with client.post("/chat", data={"text": text}, headers={"Sec-Fetch-Site": "same-origin"}) as response:
        return response.status, await response.text()


async def test_a_lock_after_a_hung_assistant_does_not_add_to_the_wait(
    client: Client, settings: Settings, assistant: FakeAssistant, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(service, "ANSWER_WITHIN", 0.5)
    monkeypatch.setattr(service, "WITHIN", 0.7)
    monkeypatch.setattr(service, "LEASE_GRACE", 0.3)
    family, key = await begin(client), str(uuid4())
    with ExitStack() as until_answered:

        async def lock_and_hang(turn: Turn) -> Reply:
            until_answered.enter_context(locked(settings))
            return await hang(turn)

        assistant.behave = lock_and_hang
        async with asyncio.timeout(2):
            answer = await family.say("How long?", key)
    assert answer.status == 503
    assert PHONE in answer.hrefs
    assistant.behave = None
    monkeypatch.undo()
    again = await family.say("How long?", key)
    assert again.status == 200
    assert (await family.say("How long?", key)).body == again.body
    assert [message["from"] for message in (await family.read()).messages] == ["assistant", "family", "assistant"]


def test_nobody_waits_eight_seconds() -> None:
    assert service.WITHIN + READ_AGAIN_SECONDS < 8
    assert Settings.answer_seconds <= service.ANSWER_WITHIN
    assert service.ANSWER_WITHIN + service.LEASE_GRACE > service.WITHIN  # what comes in time can still be recorded


async def test_what_has_expired_is_purged_by_itself(serve: Serve) -> None:
    with time_machine.travel("2026-11-23T10:00:00Z", tick=True) as time:
        client = await serve(purge_minutes=0.0005)
        family = await begin(client)
        time.shift(25 * 3600)
        for _ in range(100):
            gone = await client.app[DATABASE].run(
                lambda c: c.execute(text("SELECT count(*) FROM conversations")).scalar() == 0
            )
            if gone:
                break
            await asyncio.sleep(0.05)
        assert gone
        assert (await family.read()).status == 404
