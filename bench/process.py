"""Starts a server with its children, and stops all of them again, whatever happens in between."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import psutil

from bench.system import Launch

STOP_SECONDS = 15


class ServerFailed(Exception):
    """A server ended or stayed silent; the message says where its output is."""


@dataclass(frozen=True)
class Server:
    """A started server: the process that was started first, and the file with everything it printed."""

    process: asyncio.subprocess.Process
    log: Path

    def check(self) -> None:
        """Raises ServerFailed if the process has ended."""
        if self.process.returncode is not None:
            raise ServerFailed(f"It ended with status {self.process.returncode}. What it printed is in {self.log}.")


def free_port() -> int:
    """A loopback port that nobody uses at this moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@asynccontextmanager
async def started(launch: Launch, log: Path) -> AsyncIterator[Server]:
    """Run a server until the block ends; then it and every process it started are gone.

    It gets a session of its own, so that Ctrl-C reaches it only through us, in order.
    """
    with log.open("wb") as output:
        process = await asyncio.create_subprocess_exec(
            *launch.command,
            cwd=launch.folder,
            env=dict(launch.environment),
            stdin=asyncio.subprocess.DEVNULL,
            stdout=output,
            stderr=asyncio.subprocess.STDOUT,
            start_new_session=True,
        )
    try:
        yield Server(process, log)
    finally:
        await stop(process)


async def stop(process: asyncio.subprocess.Process) -> None:
    """End a process politely, then, after STOP_SECONDS, it and what is left of its children by force."""
    family = tree(process.pid)
    with contextlib.suppress(ProcessLookupError):
        process.terminate()
    try:
        await asyncio.wait_for(process.wait(), STOP_SECONDS)
    except TimeoutError:
        with contextlib.suppress(ProcessLookupError):
            process.kill()
        await process.wait()
    for member in family:
        with contextlib.suppress(psutil.NoSuchProcess):
            member.kill()
    await asyncio.to_thread(psutil.wait_procs, family, timeout=STOP_SECONDS)


def tree(pid: int) -> list[psutil.Process]:
    """The process and everything it has started that still runs; empty once it has ended."""
    try:
        root = psutil.Process(pid)
        return [root, *root.children(recursive=True)]
    except psutil.NoSuchProcess:
        return []


def interrupt_on_terminate() -> None:
    """Make a polite end (SIGTERM) the same as Ctrl-C, so that servers are stopped in both cases.

    A shell has Ctrl-C ignored by what it starts in the background: there it counts again, or nothing would end this.
    """
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)
    signal.signal(signal.SIGTERM, lambda *_: os.kill(os.getpid(), signal.SIGINT))
