"""When nothing can be recorded, a family is told so, and has the phone number and help all the same."""

from __future__ import annotations

import asyncio
from typing import Any
from uuid import uuid4

import time_machine
from sqlalchemy import Connection, text

from tests.chat.conftest import Serve
from tests.chat.family import Client, begin, call
from tests.doubles import FakeAssistant, reply
from web.assistant import Reply, Turn
from web.keys import DATABASE
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
