"""The reviewed phrases as they are."""

from __future__ import annotations

import pytest

from web.safety.alone import Alone
from web.safety.danger import Danger
from web.settings import Settings


@pytest.fixture(scope="session")
def danger() -> Danger:
    """The rules of data/danger.yml."""
    return Danger(Settings().words_dir)


@pytest.fixture(scope="session")
def alone(danger: Danger) -> Alone:
    """The rules of data/alone.yml."""
    return Alone(Settings().words_dir, danger.spelling)
