"""The whole service as `make run` starts it: web with the real, trained assistant, on a free port of this machine."""

from __future__ import annotations

import http.client
import json
import os
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psutil

ROOT = Path(__file__).resolve().parents[2]
WEB_PYTHON = ROOT / ".venv" / "web" / "bin" / "python"
MODEL = ROOT / "models" / "review.tar.gz"
LONGEST_START = 180  # seconds; a slow machine's whole patience, not a promise

Message = dict[str, Any]


@dataclass
class Service:
    """A running service: its port, its process, and the file that holds what it printed."""

    port: int
    process: psutil.Popen
    output: Path

    def call(self, method: str, path: str, body: Any = None, token: str | None = None) -> tuple[int, Any]:
        """One request: status and decoded JSON (None where there is no body)."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        headers = {"Content-Type": "application/json"} if body is not None else {}
        if token:
            headers["Authorization"] = f"Bearer {token}"
        try:
            connection.request(method, path, json.dumps(body) if body is not None else None, headers)
            answer = connection.getresponse()
            content = answer.read()
            return answer.status, json.loads(content) if content else None
        finally:
            connection.close()

    def workers(self) -> list[psutil.Process]:
        """The assistant's processes."""
        try:
            children = self.process.children(recursive=True)
        except psutil.NoSuchProcess:
            return []
        return [child for child in children if "bot.worker" in " ".join(child.cmdline())]

    def ready(self) -> bool:
        """True when it can answer every question."""
        try:
            return self.call("GET", "/readyz")[0] == 200
        except OSError:
            return False

    def alive(self) -> bool:
        """True when it answers at all."""
        try:
            return self.call("GET", "/healthz")[0] == 200
        except OSError:
            return False

    def printed(self) -> str:
        """Everything that it and its worker have printed."""
        return self.output.read_text(encoding="utf-8", errors="replace")


@dataclass
class Talk:
    """One family's conversation."""

    service: Service
    id: str = ""
    token: str = ""
    greeting: list[Message] = field(default_factory=list)

    def __post_init__(self) -> None:
        status, body = self.service.call("POST", "/api/conversations", {})
        assert status == 201, body
        self.id, self.token, self.greeting = body["conversation"]["id"], body["conversation"]["token"], body["messages"]

    def say(self, text: str) -> list[Message]:
        """What the assistant says to it."""
        status, body = self.service.call("POST", f"/api/conversations/{self.id}/messages", {"text": text}, self.token)
        assert status == 200, body
        messages: list[Message] = body["messages"]
        assert messages and all(message["text"].strip() for message in messages), "a silent reply"
        return messages


def wait_until(holds: Callable[[], bool], what: str, seconds: float = LONGEST_START) -> None:
    """Returns as soon as it holds; fails when it does not in time."""
    end = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < end, f"not in {seconds} seconds: {what}"
        time.sleep(0.1)


def free_port() -> int:
    """A port of this machine that nothing uses."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


@contextmanager
def running(folder: Path, **environment: str) -> Iterator[Service]:
    """Starts the service with its data in `folder`; ends it, and checks that nothing of it is left."""
    port, output = free_port(), folder / "printed.txt"
    folder.mkdir(parents=True, exist_ok=True)
    settings = {"PORT": str(port), "DATA_DIR": str(folder / "var"), "BOT_RATE_LIMIT": "off", "MODE": "local"}
    with output.open("w") as printed:
        process = psutil.Popen(
            [str(WEB_PYTHON), "-m", "web"],
            cwd=ROOT,
            env={**os.environ, **settings, **environment},
            stdout=printed,
            stderr=subprocess.STDOUT,
            stdin=subprocess.DEVNULL,
        )
    service = Service(port, process, output)
    try:
        yield service
    finally:
        workers = service.workers()
        with suppress(psutil.NoSuchProcess):
            process.send_signal(signal.SIGTERM)
            process.wait(30)
        _, left = psutil.wait_procs(workers, timeout=10)
        for worker in left:
            worker.kill()
        assert not left, "a worker outlived the service"
