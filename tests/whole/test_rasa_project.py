"""It stays a proper Rasa project: Rasa's own commands work on it, as its documentation says."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

from tests.whole.service import MODEL, ROOT

BOT_PYTHON = ROOT / ".venv" / "bot" / "bin" / "python"
QUIET = {"RASA_TELEMETRY_ENABLED": "false", "TF_CPP_MIN_LOG_LEVEL": "3", "SQLALCHEMY_SILENCE_UBER_WARNING": "1"}


def run(*arguments: str, typed: str | None = None) -> subprocess.CompletedProcess[str]:
    """One command in Rasa's environment; fails after five minutes."""
    return subprocess.run(
        [str(BOT_PYTHON), "-m", *arguments],
        cwd=ROOT,
        env={**os.environ, **QUIET},
        input=typed,
        capture_output=True,
        text=True,
        timeout=300,
    )


def test_rasa_finds_nothing_wrong_with_the_data() -> None:
    done = run("rasa", "data", "validate", "--fail-on-warnings")
    assert done.returncode == 0, done.stderr[-2000:]


def test_the_rules_do_what_the_test_stories_say(tmp_path: Path) -> None:
    stories = ["--stories", "tests/test_stories.yml", "--fail-on-prediction-errors", "--out", str(tmp_path)]
    done = run("rasa", "test", "core", "--model", str(MODEL), *stories)
    assert done.returncode == 0, done.stderr[-2000:]


def test_one_can_talk_to_it_in_the_terminal_with_its_actions() -> None:
    done = run("bot.shell", typed="what about it then\nwho will see the report?\n")
    assert done.returncode == 0, done.stderr[-2000:]
    assert "published on the website" in done.stdout
    assert "not sure which" in done.stdout
