"""What staff do at the command line until there is a desk."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.meetings.office import Office
from web.meetings.__main__ import main

Say = Callable[..., str]


@pytest.fixture
def say(office: Office, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Say:
    """Runs a command on the office's records; gives what it printed."""
    settings = office.records.settings
    monkeypatch.setenv("DATA_DIR", str(settings.data_dir))
    monkeypatch.setenv("SECRET_KEYS", settings.secret_keys[0])
    monkeypatch.setenv("DATABASE_URL", settings.database_url or "")

    def say(*arguments: str, fails: bool = False) -> str:
        assert main(arguments) == int(fails)
        out, err = capsys.readouterr()
        return err if fails else out

    return say


async def in_thread(say: Say, *arguments: str, fails: bool = False) -> str:
    """The command runs an event loop of its own."""
    import asyncio

    return await asyncio.to_thread(say, *arguments, fails=fails)


async def test_times_are_published_listed_confirmed_moved_and_withdrawn(office: Office, say: Say) -> None:
    assert "2 of 2" in await in_thread(say, "publish", "2037-03-30 14:00, 2037-04-06 10:00", "--by", "Khan")
    assert "0 of 1" in await in_thread(say, "publish", "2037-03-30 14:00")
    listed = await in_thread(say, "times")
    assert "Monday 30 March 2037, 2pm, 60 minutes, staff, by phone" in listed
    first, second = re.findall(r"^\S{36}", listed, re.M)
    reference = (await office.meetings.record(await office.draft(first))).meeting["reference"]
    assert "taken" in await in_thread(say, "times")
    requests = await in_thread(say, "requests")
    assert reference in requests
    assert "name: Rose Canary" in requests
    assert f"{reference} is confirmed: Monday 30 March 2037, 2pm." in await in_thread(say, "confirm", reference)
    assert "confirmed already" in await in_thread(say, "confirm", reference, fails=True)
    assert "6 April" in await in_thread(say, "move", reference.lower(), second)
    assert "now needs another time" in await in_thread(say, "withdraw", second)
    assert "NEEDS A LOOK: time_withdrawn" in await in_thread(say, "requests")
    assert "put forward" in await in_thread(say, "offer", reference, first)
    await in_thread(say, "seen", reference)
    assert "NEEDS A LOOK" not in await in_thread(say, "requests")


async def test_what_cannot_be_done_is_told_in_plain_words(say: Say) -> None:
    assert "There is no request" in await in_thread(say, "confirm", "XXX-000-00", fails=True)
    assert "like 2027-03-30 14:00" in await in_thread(say, "publish", "next tuesday", fails=True)
    assert "clocks go forward" in await in_thread(say, "publish", "2037-03-29 01:30", fails=True)
    assert "There is nothing" in await in_thread(say, "failures")


async def test_a_database_that_cannot_be_opened_is_told_without_a_trace(say: Say, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DATABASE_URL", "sqlite:////nowhere/at/all.sqlite")
        assert "Nothing was changed" in await in_thread(say, "requests", fails=True)
