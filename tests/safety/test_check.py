"""Old and unconfirmed numbers are named, and none is ever hidden for that."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
import yaml

from web.safety.check import main, warnings
from web.settings import Settings
from web.words import load_words

CHECKED = date(2026, 1, 1)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """Two numbers, checked on CHECKED, one of them confirmed."""
    line = {"checked_on": CHECKED.isoformat(), "source": "a page", "confirmed_by": "A. Person"}
    (tmp_path / "partnership.yml").write_text(yaml.safe_dump(line))
    lines = {"helplines": {"some_line": {**line, "confirmed_by": None}}}
    (tmp_path / "helplines.yml").write_text(yaml.safe_dump(lines))
    return Settings(words_dir=tmp_path, numbers_max_days=90)


def test_a_number_that_nobody_has_rung_is_named(settings: Settings) -> None:
    (warning,) = warnings(settings, CHECKED)
    assert "some_line" in warning and "confirmed_by" in warning


def test_a_number_that_is_too_old_is_named_with_its_age(settings: Settings) -> None:
    assert not [w for w in warnings(settings, date(2026, 4, 1)) if "days ago" in w]
    old = [w for w in warnings(settings, date(2026, 4, 2)) if "91 days ago" in w]
    assert [w.partition(":")[0] for w in old] == ["the Partnership", "some_line"]


def test_the_command_says_what_it_found_and_is_no_fault(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("NUMBERS_MAX_DAYS", "1")
    assert main() == 0
    assert "warnings about" in capsys.readouterr().out
    assert {"emergency", "nhs_111", "samaritans"} <= set(load_words(Settings().words_dir, Settings().kept_for).links)
