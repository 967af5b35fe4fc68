"""`python -m web` as an administrator meets it, with an assistant that never comes up."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from urllib.error import HTTPError, URLError

import pytest

from web.records.keys import new_key
from web.settings import ROOT

PATIENCE = 30.0  # seconds; what is promised is asserted by what is there, not by how fast it came


def environment(data_dir: Path, **changes: str) -> dict[str, str]:
    settings = {"DATA_DIR": str(data_dir), "BOT_PYTHON": str(data_dir / "no-python"), "MODE": "local"}
    return {**os.environ, **settings, **changes}


@contextmanager
def running(data_dir: Path, **changes: str) -> Iterator[tuple[subprocess.Popen[str], int]]:
    """The service on a free port."""
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    with subprocess.Popen(
        [sys.executable, "-m", "web"],
        cwd=ROOT,
        env=environment(data_dir, PORT=str(port), **changes),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        try:
            wait_until_up(port)
            yield process, port
        finally:
            process.kill()


def status(port: int, path: str) -> int:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=PATIENCE) as answer:  # noqa: S310
            code: int = answer.status
            return code
    except HTTPError as error:
        return error.code


def wait_until_up(port: int) -> None:
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        try:
            status(port, "/healthz")
            return
        except URLError:
            time.sleep(0.05)
    raise AssertionError("the service did not start")


def test_it_is_up_without_the_assistant_and_says_where(tmp_path: Path) -> None:
    with running(tmp_path) as (process, port):
        assert status(port, "/healthz") == 200
        assert status(port, "/readyz") == 503
        assert status(port, "/") == 200
        process.send_signal(signal.SIGTERM)
        out, err = process.communicate(timeout=PATIENCE)
    assert process.returncode == 0
    for said in (
        f"http://127.0.0.1:{port}/chat",
        "/api/openapi.json",
        str(tmp_path),
        "MODE=local",
        "were made",
        "outbox",
    ):
        assert said in out
    assert "Traceback" not in err


def test_ctrl_c_stops_it_cleanly(tmp_path: Path) -> None:
    with running(tmp_path) as (process, _port):
        process.send_signal(signal.SIGINT)
        _out, err = process.communicate(timeout=PATIENCE)
    assert process.returncode == 0
    assert "Traceback" not in err


def test_a_used_port_is_told_in_plain_words(tmp_path: Path) -> None:
    with closing(socket.socket()) as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        done = start(tmp_path, PORT=str(port))
    assert done.returncode == 1
    assert f"Port {port} is used" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    ("changes", "named"),
    [
        ({"MODE": "production"}, "SECRET_KEYS"),
        ({"HOST": "0.0.0.0"}, "HOST"),  # noqa: S104
        ({"SECRET_KEYS": "nonsense"}, "SECRET_KEYS"),
        ({"DATABASE_URL": "postgresql+asyncpg://nobody@127.0.0.1:1/nothing"}, "DATABASE_URL"),
        ({"DATA_DIR": "/dev/null/nowhere"}, "DATA_DIR"),
        ({"DATA_DIR": "/dev/null/nowhere", "SECRET_KEYS": new_key()}, "DATA_DIR"),
    ],
)
def test_what_is_set_wrongly_is_told_in_plain_words(tmp_path: Path, changes: dict[str, str], named: str) -> None:
    done = start(tmp_path, **({"PORT": "0"} | changes))
    assert done.returncode == 1
    assert named in done.stderr
    assert "Traceback" not in done.stderr


def start(data_dir: Path, **changes: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "web"]
    environ = environment(data_dir, **changes)
    return subprocess.run(command, cwd=ROOT, env=environ, capture_output=True, text=True, timeout=PATIENCE)
