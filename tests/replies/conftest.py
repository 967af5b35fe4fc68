"""Answers of staff in the chat: what is kept on SQLite and PostgreSQL, the rest around a stand-in assistant."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.chat.conftest import serve, words
from tests.desk.conftest import assistant, clock, desk, night
from tests.meetings.conftest import office
from tests.meetings.office import Office
from tests.records.conftest import records
from tests.replies.house import House
from web.records.keys import new_key
from web.settings import Settings

__all__ = ["assistant", "clock", "desk", "night", "office", "records", "serve", "words"]


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """With the setting on."""
    return Settings(data_dir=tmp_path, secret_keys=(new_key(),), rate_limit=False, chat_replies=True)


@pytest.fixture
def house(office: Office) -> House:  # noqa: F811  the fixture of that name
    """A family and staff."""
    return House(office)
