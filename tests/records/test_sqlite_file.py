"""The file and the keys that a machine of one's own keeps."""

from __future__ import annotations

import asyncio
import stat
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Connection, text

from tests.records.test_records import HASH, kept
from web.records.__main__ import main
from web.records.conversations import Conversations
from web.records.database import FILE_NAME, NotRecorded, open_database
from web.records.keys import KEY_FILE, Keys, Unreadable, load_keys, new_key
from web.records.tables import Tables
from web.settings import Settings, SettingsError

CANARY = "canary-0000-1111-2222"
NOW = datetime(2026, 11, 23, tzinfo=UTC)


async def test_a_deleted_conversation_is_nowhere_in_the_files(tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path, secret_keys=(new_key(),))
    database = open_database(settings)
    await database.migrate()
    conversations = Conversations(database, Tables(Keys(settings.secret_keys)))
    await conversations.create(CANARY, HASH, NOW + timedelta(hours=1), [kept("hello")] * 1, {})
    assert CANARY.encode() in _all_bytes(tmp_path)
    await conversations.delete(CANARY, HASH, NOW)
    await database.close()
    assert CANARY.encode() not in _all_bytes(tmp_path)


async def test_the_database_is_as_safe_as_sqlite_can_make_it(tmp_path: Path) -> None:
    database = open_database(Settings(data_dir=tmp_path))
    wanted = {"journal_mode": "wal", "synchronous": 2, "secure_delete": 1, "foreign_keys": 1}
    got = await database.run(lambda c: {name: c.execute(text(f"PRAGMA {name}")).scalar() for name in wanted})
    await database.close()
    assert got == wanted


async def test_what_was_told_to_have_failed_is_not_kept_later(tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path, secret_keys=(new_key(),))
    database, tables = open_database(settings), Tables(Keys(settings.secret_keys))
    await database.migrate()
    conversations = Conversations(database, tables)
    await conversations.create("one", HASH, NOW, [kept("hello")], {})

    def slow(connection: Connection) -> None:
        connection.execute(tables.conversations.delete())
        time.sleep(0.2)

    failed = [database.run(slow, 0.05) for _ in range(3)]  # the second and third wait for the first
    results = await asyncio.gather(*failed, return_exceptions=True)
    assert {type(result) for result in results} == {NotRecorded}
    assert len(await database.run(lambda c: list(c.execute(tables.conversations.select())))) == 1
    await database.close()


def test_keys_are_made_once_and_only_their_owner_can_read_them(tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path / "new")
    first, made = load_keys(settings)
    again, made_again = load_keys(settings)
    assert (made, made_again) == (True, False)
    assert again.open(first.seal("x")) == "x"
    assert stat.S_IMODE((tmp_path / "new" / KEY_FILE).stat().st_mode) == 0o600
    assert stat.S_IMODE((tmp_path / "new").stat().st_mode) == 0o700
    assert [path.name for path in (tmp_path / "new").iterdir()] == [KEY_FILE]


def test_keys_of_the_settings_are_never_written_down(tmp_path: Path) -> None:
    load_keys(Settings(data_dir=tmp_path, secret_keys=(new_key(),)))
    assert list(tmp_path.iterdir()) == []


def test_what_was_sealed_is_opened_by_its_key_only() -> None:
    old, new = new_key(), new_key()
    sealed = Keys([old]).seal({"text": CANARY})
    assert CANARY.encode() not in sealed
    assert Keys([new, old]).open(sealed) == {"text": CANARY}
    with pytest.raises(Unreadable):
        Keys([new]).open(sealed)
    with pytest.raises(Unreadable):
        Keys([old]).open(sealed[:-5] + b"AAAA=")


def test_a_key_that_is_none_is_refused_without_repeating_it() -> None:
    with pytest.raises(SettingsError) as caught:
        Keys(["not-a-key"])
    assert "SECRET_KEYS" in str(caught.value)
    assert "not-a-key" not in str(caught.value)


def test_the_commands_make_and_rotate_keys(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["new-key"]) == 0
    old = capsys.readouterr().out.strip()
    monkeypatch.setenv("DATA_DIR", str(tmp_path))
    monkeypatch.setenv("SECRET_KEYS", f"{new_key()},{old}")
    assert main(["rotate-keys"]) == 0
    assert "0 values" in capsys.readouterr().out
    monkeypatch.setenv("SECRET_KEYS", "nonsense")
    assert main(["rotate-keys"]) == 1
    assert "SECRET_KEYS" in capsys.readouterr().err
    assert (tmp_path / FILE_NAME).exists()


def _all_bytes(folder: Path) -> bytes:
    return b"".join(path.read_bytes() for path in folder.iterdir())
