"""A PostgreSQL and a Redis of the tests' own, from the machine's packages, gone when the tests are."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

NO_POSTGRESQL = "These tests need PostgreSQL. As root: apt-get install postgresql"
NO_REDIS = "These tests need Redis. As root: apt-get install redis-server"
START_SECONDS = 30.0


@contextmanager
def postgresql() -> Iterator[str]:
    """A PostgreSQL on a Unix socket; gives the address of an empty database, without its driver."""
    programs = _postgresql_programs()
    # Not pytest's folder, which no other user may enter; PostgreSQL refuses to run as root.
    folder = Path(tempfile.mkdtemp(prefix="pg-"))
    as_user: list[str] = []
    if os.geteuid() == 0:
        shutil.chown(folder, "postgres")
        as_user = ["runuser", "-u", "postgres", "--"]

    def run(program: str, *arguments: str) -> None:
        command = [*as_user, str(programs / program), *arguments]
        done = subprocess.run(command, cwd=folder, capture_output=True, text=True)
        if done.returncode:
            pytest.fail(f"{program} failed: {done.stderr}", pytrace=False)

    data = folder / "data"
    server = f"-k {folder} -c listen_addresses='' -c fsync=off"
    run("initdb", "-D", str(data), "-U", "postgres", "-A", "trust", "-E", "UTF8")
    run("pg_ctl", "-D", str(data), "-o", server, "-l", str(folder / "log"), "-w", "start")
    try:
        yield f"://postgres@/postgres?host={folder}"
    finally:
        run("pg_ctl", "-D", str(data), "-m", "immediate", "-w", "stop")
        shutil.rmtree(folder)


def _postgresql_programs() -> Path:
    """Where initdb and pg_ctl are: Debian keeps them out of PATH, beside the library of their version."""
    found = shutil.which("pg_ctl")
    if found:
        return Path(found).parent
    psql = shutil.which("psql")
    versions = sorted(Path(psql).parents[1].glob("lib/postgresql/*/bin/pg_ctl")) if psql else []
    if not versions:
        pytest.fail(NO_POSTGRESQL, pytrace=False)
    return versions[-1].parent


@contextmanager
def redis() -> Iterator[str]:
    """A Redis on a free port of this machine that writes nothing to disk; gives its address."""
    program = shutil.which("redis-server")
    if program is None:
        pytest.fail(NO_REDIS, pytrace=False)
    port = _free_port()
    with subprocess.Popen(
        [program, "--port", str(port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    ) as process:
        try:
            _wait_for(port)
            yield f"redis://127.0.0.1:{port}"
        finally:
            process.terminate()


def _free_port() -> int:
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _wait_for(port: int) -> None:
    end = time.monotonic() + START_SECONDS
    while time.monotonic() < end:
        with closing(socket.socket()) as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    pytest.fail(f"nothing answers on port {port}", pytrace=False)
