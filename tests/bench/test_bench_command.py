"""The command ends cleanly whatever happens: with a reason, and with nothing left running."""

from __future__ import annotations

import os
import signal
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest

from bench import __main__ as bench

SLEEPS = '#!/bin/sh\necho $$ > "{pid}"\nexec sleep 600\n'


@pytest.fixture(autouse=True)
def _own_folders(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[None]:
    before = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT)}
    monkeypatch.setattr(bench, "CACHE", tmp_path / "cache")
    monkeypatch.setattr(bench, "STOCK_ENVIRONMENT", tmp_path / "environment")
    yield
    for number, handler in before.items():
        signal.signal(number, handler)


def sleeping_environment(folder: Path) -> Path:
    """An environment whose training never ends; returns the file that holds its process id."""
    config = folder / "lib" / "python3.10" / "site-packages" / "rasa" / "engine" / "recipes" / "config_files"
    config.mkdir(parents=True)
    (config / "default_config.yml").write_text("recipe: default.v1\n", encoding="utf-8")
    python = folder / "bin" / "python"
    python.parent.mkdir()
    python.write_text(SLEEPS.format(pid=folder / "pid"), encoding="utf-8")
    python.chmod(0o755)
    return folder / "pid"


def test_without_the_comparisons_environment_it_says_how_to_get_it(capsys: pytest.CaptureFixture[str]) -> None:
    assert bench.main(["--only", "stock"]) == 2
    assert "`make bench` puts it there" in " ".join(capsys.readouterr().out.split())


@pytest.mark.parametrize("stopped_by", [signal.SIGINT, signal.SIGTERM])
@pytest.mark.parametrize("at_first", [signal.default_int_handler, signal.SIG_IGN], ids=["terminal", "background"])
def test_stopped_while_training_it_leaves_nothing_running(
    stopped_by: signal.Signals, at_first: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    signal.signal(signal.SIGINT, at_first)
    pid = sleeping_environment(tmp_path / "environment")

    def stop_once_it_trains() -> None:
        while not (pid.exists() and pid.read_text()):
            time.sleep(0.02)
        os.kill(os.getpid(), stopped_by)

    stopper = threading.Thread(target=stop_once_it_trains, daemon=True)
    stopper.start()
    assert bench.main(["--only", "stock"]) == 130
    stopper.join()
    assert not psutil.pid_exists(int(pid.read_text()))
    assert "Nothing is left running" in capsys.readouterr().out
