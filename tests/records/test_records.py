"""What the records promise, on SQLite and on PostgreSQL alike."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any
from uuid import uuid4

import asyncpg  # type: ignore[import-untyped]
import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection, text

from tests.records.conftest import Records
from web.records import rotation
from web.records.conversations import Conversations
from web.records.database import FILE_NAME, NotRecorded, open_database
from web.records.kept import Answer, Answered, Asking, Busy, Full, Kept, MovedOn, Opened, Unknown
from web.records.keys import Keys, new_key
from web.records.rotation import NotAllRotated, rotate_keys
from web.records.tables import Tables
from web.records.types import Sealed

NOW = datetime(2026, 11, 23, 10, tzinfo=UTC)
HASH = sha256(b"token").digest()
CANARY = "Canary Wharfedale 07700 900999"
OFFERED = {"choices": ["review.what"], "alone": None}


def kept(text: str, sender: str = "assistant", at: datetime = NOW) -> Kept:
    return Kept(str(uuid4()), sender, at, {"text": text})


async def begun(records: Records, id: str = "one", expires_at: datetime = NOW + timedelta(hours=24)) -> str:
    await records.conversations.create(id, HASH, expires_at, [kept("hello")], OFFERED)
    return id


def asking(id: str = "one", text: str = "question", at: datetime = NOW, key: str | None = None) -> Asking:
    return Asking(
        conversation_id=id,
        token_hash=HASH,
        message=kept(text, "family", at),
        request_key=key,
        owner=str(uuid4()),
        lease_until=at + timedelta(seconds=8),
        expires_at=at + timedelta(hours=24),
        most_messages=200,
    )


def answer_to(asked: Asking, turn: Opened | Answered, text: str = "answer") -> Answer:
    assert isinstance(turn, Opened)
    memory = ([{"event": "user", "text": asked.message.body["text"]}], {"after": turn.seq})
    return Answer(
        asked.conversation_id, asked.owner, turn.seq, [kept(text), kept("more")], OFFERED, memory, asked.message.at
    )


async def turn(records: Records, asked: Asking, text: str = "answer") -> Opened:
    opened = await records.conversations.open_turn(asked)
    await records.conversations.close_turn(answer_to(asked, opened, text))
    assert isinstance(opened, Opened)
    return opened


async def test_the_tables_are_what_the_migrations_make(records: Records) -> None:
    def differences(connection: Connection) -> object:
        return compare_metadata(MigrationContext.configure(connection), records.tables.metadata)

    assert await records.database.run(differences) == []


async def test_migrating_again_or_at_the_same_time_changes_nothing(records: Records) -> None:
    await begun(records)
    others = [open_database(records.settings) for _ in range(3)]
    await asyncio.gather(*(other.migrate() for other in others))
    for other in others:
        await other.close()
    assert len(await records.rows("conversations")) == 1


async def test_what_was_said_is_read_back_in_order(records: Records) -> None:
    await begun(records)
    await turn(records, asking(text="first"), "to first")
    await turn(records, asking(text="second"), "to second")
    said = await records.conversations.read("one", HASH, NOW)
    assert [one.body["text"] for one in said] == ["hello", "first", "to first", "more", "second", "to second", "more"]
    assert said[1].at == NOW


async def test_the_memory_is_the_last_six_turns_and_the_state_before_them(records: Records) -> None:
    await begun(records)
    opened = [await turn(records, asking(text=str(number))) for number in range(9)]
    assert opened[0].state is None
    assert [event["text"] for event in opened[5].events] == list("01234")
    assert opened[6].state is None
    assert [event["text"] for event in opened[8].events] == list("234567")
    assert opened[8].state == {"after": opened[1].seq}


async def test_nothing_that_was_said_can_be_read_in_the_database(records: Records) -> None:
    await begun(records)
    asked = asking(text=CANARY)
    opened = await records.conversations.open_turn(asked)
    memory = ([{"text": CANARY}], {"slot": CANARY})
    answer = replace(answer_to(asked, opened, CANARY), offered={"choices": [CANARY]}, memory=memory)
    await records.conversations.close_turn(answer)
    dump = await records.dump()
    assert not [word for word in CANARY.split() if word in dump]
    assert "token" not in dump.replace("token_hash", "")


async def test_deleting_leaves_no_row_anywhere(records: Records) -> None:
    await begun(records, "one")
    await begun(records, "two")
    for id in ("one", "two"):
        await turn(records, asking(id))
    await records.conversations.delete("one", HASH, NOW)
    for name in ("conversations", "messages", "turns"):
        rows = [repr(row) for row in await records.rows(name)]
        assert rows
        assert not [row for row in rows if "'one'" in row], name


async def test_an_answer_that_comes_after_the_deletion_is_not_kept(records: Records) -> None:
    await begun(records)
    asked = asking()
    opened = await records.conversations.open_turn(asked)
    await records.conversations.delete("one", HASH, NOW)
    with pytest.raises(Unknown):
        await records.conversations.close_turn(answer_to(asked, opened))
    assert not [row for table in records.tables.metadata.sorted_tables for row in await records.rows(table.name)]


@pytest.mark.parametrize("token", [b"x" * 32, b"", HASH[:-1]])
async def test_nobody_else_can_read_say_or_delete(records: Records, token: bytes) -> None:
    await begun(records)
    before = await records.dump()
    with pytest.raises(Unknown):
        await records.conversations.read("one", token, NOW)
    with pytest.raises(Unknown):
        await records.conversations.delete("one", token, NOW)
    with pytest.raises(Unknown):
        await records.conversations.open_turn(replace(asking(), token_hash=token))
    with pytest.raises(Unknown):
        await records.conversations.open_turn(replace(asking(key="k"), token_hash=token))
    assert await records.dump() == before


async def test_while_one_process_answers_the_others_wait(records: Records) -> None:
    await begun(records)
    asked = asking()
    opened = await records.conversations.open_turn(asked)
    with pytest.raises(Busy):
        await records.conversations.open_turn(asking(text="second"))
    await records.conversations.close_turn(answer_to(asked, opened))
    await turn(records, asking(text="second"))


async def test_the_lease_of_a_dead_process_ends_and_its_late_answer_is_not_kept(records: Records) -> None:
    await begun(records)
    dead = asking(text="first")
    opened = await records.conversations.open_turn(dead)
    later = asking(text="second", at=NOW + timedelta(seconds=9))
    await turn(records, later)
    with pytest.raises(MovedOn):
        await records.conversations.close_turn(answer_to(dead, opened, "too late"))
    assert "too late" not in [one.body["text"] for one in await records.conversations.read("one", HASH, NOW)]


async def test_the_same_key_is_recorded_once_and_gets_its_answer(records: Records) -> None:
    await begun(records)
    await turn(records, asking(text="first", key="k"))
    await turn(records, asking(text="second"))
    again = await records.conversations.open_turn(asking(text="other words", key="k"))
    assert isinstance(again, Answered)
    assert [reply.body["text"] for reply in again.replies] == ["answer", "more"]
    assert len(await records.conversations.read("one", HASH, NOW)) == 7


async def test_a_key_whose_answer_was_lost_opens_its_turn_again(records: Records) -> None:
    await begun(records)
    lost = await records.conversations.open_turn(asking(text="first", key="k"))
    with pytest.raises(Busy):
        await records.conversations.open_turn(asking(text="first", key="k"))
    later = asking(text="first again", key="k", at=NOW + timedelta(seconds=9))
    again = await records.conversations.open_turn(later)
    assert isinstance(lost, Opened)
    assert isinstance(again, Opened)
    assert (again.seq, again.text) == (lost.seq, "first")
    await records.conversations.close_turn(answer_to(later, again))
    assert len(await records.conversations.read("one", HASH, NOW)) == 4


async def test_two_at_once_with_one_key_record_one_message(records: Records) -> None:
    await begun(records)
    results = await asyncio.gather(
        *(records.conversations.open_turn(asking(key="k")) for _ in range(5)), return_exceptions=True
    )
    assert sorted(type(result).__name__ for result in results) == ["Busy"] * 4 + ["Opened"]
    assert len(await records.rows("messages")) == 2


async def test_a_conversation_takes_only_so_many_messages(records: Records) -> None:
    await begun(records)
    await turn(records, replace(asking(key="k"), most_messages=1))
    with pytest.raises(Full):
        await records.conversations.open_turn(replace(asking(), most_messages=1))
    assert isinstance(await records.conversations.open_turn(replace(asking(key="k"), most_messages=1)), Answered)


async def test_what_has_expired_is_gone_at_once_and_purged_later(records: Records) -> None:
    await begun(records, "old", NOW)
    await begun(records, "new")
    with pytest.raises(Unknown):
        await records.conversations.read("old", HASH, NOW)
    assert await records.conversations.purge(NOW) == 1
    assert await records.conversations.purge(NOW) == 0
    assert [row.id for row in await records.rows("conversations")] == ["new"]
    assert [row.conversation_id for row in await records.rows("messages")] == ["new"]


async def test_a_message_moves_the_expiry(records: Records) -> None:
    await begun(records)
    await turn(records, asking(at=NOW + timedelta(hours=23)))
    assert await records.conversations.purge(NOW + timedelta(hours=30)) == 0


async def test_after_rotation_the_newest_key_is_enough(records: Records) -> None:
    await begun(records)
    await turn(records, asking(text="first"))
    new = new_key()
    both = Tables(Keys([new, *records.settings.secret_keys]))
    sealed = 1 + 4 + 2  # what was offered, four messages, events and state
    assert await rotate_keys(records.database, both) == sealed
    only_new = Conversations(records.database, Tables(Keys([new])))
    assert [one.body["text"] for one in await only_new.read("one", HASH, NOW)] == ["hello", "first", "answer", "more"]
    with pytest.raises(NotRecorded):
        await records.conversations.read("one", HASH, NOW)


async def test_a_rotation_that_cannot_open_something_changes_nothing(records: Records) -> None:
    await begun(records)
    before = await records.dump()
    with pytest.raises(NotRecorded):
        await rotate_keys(records.database, Tables(Keys([new_key()])))
    assert await records.dump() == before


async def test_a_rotation_that_breaks_off_says_so_and_can_be_run_again(
    records: Records, monkeypatch: pytest.MonkeyPatch
) -> None:
    await begun(records)
    await turn(records, asking(text="first"))
    new = new_key()
    both = Tables(Keys([new, *records.settings.secret_keys]))
    columns = [column for table in both.metadata.sorted_tables for column in table.c if isinstance(column.type, Sealed)]
    run, left = records.database.run, iter(range(len(columns) + 2))  # all are tried and two are sealed anew

    async def run_out(*arguments: Any) -> Any:
        if next(left, None) is None:
            raise NotRecorded("broken off")
        return await run(*arguments)

    monkeypatch.setattr(records.database, "run", run_out)
    with pytest.raises(NotAllRotated):
        await rotate_keys(records.database, both)
    monkeypatch.undo()
    assert await rotate_keys(records.database, both) == 7
    only_new = Conversations(records.database, Tables(Keys([new])))
    assert len(await only_new.read("one", HASH, NOW)) == 4


async def test_families_are_answered_while_keys_are_rotated(records: Records, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rotation, "BATCH", 2)
    await begun(records)
    for number in range(9):
        await turn(records, asking(text=str(number)))
    new = new_key()
    both = Tables(Keys([new, *records.settings.secret_keys]))
    other = open_database(records.settings)  # of another process
    rotating = asyncio.create_task(rotate_keys(other, both))
    await begun(replace(records, conversations=Conversations(records.database, both)), "two")
    assert not rotating.done()
    assert await rotating >= 1 + 28 + 18
    await other.close()
    only_new = Conversations(records.database, Tables(Keys([new])))
    said = await only_new.read("one", HASH, NOW)
    assert [one.body["text"] for one in said if one.sender == "family"] == list("012345678")
    assert isinstance(await only_new.open_turn(asking()), Opened)


async def test_a_lock_that_another_holds_keeps_nobody_waiting_behind_others(records: Records) -> None:
    for number in range(12):
        await begun(records, str(number))
    async with _locked(records), asyncio.timeout(8):
        asked = [records.conversations.open_turn(asking(str(number))) for number in range(12)]
        results = await asyncio.gather(*asked, return_exceptions=True)
    assert {type(result) for result in results} == {NotRecorded}
    await turn(records, asking("0"))


@asynccontextmanager
async def _locked(records: Records) -> AsyncIterator[None]:
    """Let another program hold the conversations."""
    url = records.settings.database_url
    if url is None:
        with closing(sqlite3.connect(records.settings.data_dir / FILE_NAME, isolation_level=None)) as file:
            file.execute("BEGIN IMMEDIATE")
            yield
            file.execute("ROLLBACK")
        return
    server = await asyncpg.connect(url.replace("+asyncpg", ""))
    async with server.transaction():
        await server.execute("LOCK TABLE conversations IN ACCESS EXCLUSIVE MODE")
        yield
    await server.close()


async def test_errors_of_the_database_repeat_nothing(records: Records) -> None:
    def fail(connection: Connection) -> None:
        connection.execute(text("INSERT INTO nowhere VALUES (:secret)"), {"secret": CANARY})

    with pytest.raises(NotRecorded) as caught:
        await records.database.run(fail)
    assert CANARY not in str(caught.value)
    assert caught.value.__cause__ is None


async def test_a_transaction_that_fails_leaves_nothing_behind(records: Records) -> None:
    def half(connection: Connection) -> None:
        connection.execute(records.tables.conversations.delete())
        raise LookupError

    await begun(records)
    with pytest.raises(LookupError):
        await records.database.run(half)
    assert len(await records.rows("conversations")) == 1
