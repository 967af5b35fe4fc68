"""One worker process: started, asked, ended. Which one serves, and when, the supervisor decides."""

from __future__ import annotations

import asyncio
import logging
import os
import secrets
import signal
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import aiohttp
import orjson

from web.assistant import AssistantUnavailable, Reply, Said, Turn
from web.assistant.shown import ChoiceShown, FormShown, HandoffShown, MeetingShown
from web.http.strict import Strict

log = logging.getLogger(__name__)
Model = TypeVar("Model", bound=Strict)
# Rasa's libraries are chatty at start, and one thread each is what two processors can bear.
ENVIRONMENT = {
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "TF_CPP_MIN_LOG_LEVEL": "3",
    "PYTHONWARNINGS": "ignore",
    "PYTHONUNBUFFERED": "1",
    "RASA_TELEMETRY_ENABLED": "false",
    "SQLALCHEMY_SILENCE_UBER_WARNING": "1",
}


@dataclass(frozen=True)
class WorkerPlace:
    """What a worker needs: its Python, the project's root, the trained model, the folder for its socket.

    `kept_for` (`Settings.kept_for`) is what it tells families; its hours are also how long Rasa takes a conversation
    for the same one. `records` is the socket of the internal API, where its actions record meetings; one secret is
    good for both ways.
    """

    python: Path
    root: Path
    model: Path
    sockets: Path
    kept_for: Mapping[str, str]
    records: Path
    secret: str


class WorkerProcess:
    """A running worker. `start` returns once it can answer."""

    def __init__(self, place: WorkerPlace) -> None:
        self._place = place
        self._socket = place.sockets / f"{secrets.token_hex(6)}.sock"
        self._process: asyncio.subprocess.Process | None = None
        self._session: aiohttp.ClientSession | None = None

    async def start(self, timeout: float) -> None:
        """Starts the process and waits, at most `timeout` seconds, until it says that it is ready.

        Raises AssistantUnavailable if it ends or does not say so in time; nothing is left running then.
        """
        self._process = await asyncio.create_subprocess_exec(
            str(self._place.python),
            "-m",
            "bot.worker",
            str(self._socket),
            str(self._place.model),
            cwd=self._place.root,
            env={
                **_inherited(),
                **ENVIRONMENT,
                "WORKER_SECRET": self._place.secret,
                "RECORDS_SOCKET": str(self._place.records),
                **{name.upper(): number for name, number in self._place.kept_for.items()},
            },
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            start_new_session=True,  # Ctrl-C reaches web, which ends the worker itself
        )
        assert self._process.stdout is not None  # noqa: S101 - asked for above
        try:
            line = await asyncio.wait_for(self._process.stdout.readline(), timeout)
        except TimeoutError:
            line = b""
        if line.strip() != b"ready":
            await self.end()
            raise AssistantUnavailable("the assistant did not start")
        connector = aiohttp.UnixConnector(str(self._socket), limit=0)
        headers = {"Authorization": f"Bearer {self._place.secret}"}
        self._session = aiohttp.ClientSession("http://worker", connector=connector, headers=headers)

    @property
    def alive(self) -> bool:
        """False once the process has ended."""
        return self._process is not None and self._process.returncode is None

    async def ended(self) -> None:
        """Returns when the process has ended."""
        if self._process is not None:
            await self._process.wait()

    async def ping(self, timeout: float) -> bool:
        """True if its event loop answers within `timeout` seconds."""
        try:
            async with self._open_session().get("/ping", timeout=_exactly(timeout)) as response:
                return response.status == 200
        except (aiohttp.ClientError, TimeoutError, OSError, AssistantUnavailable):
            return False

    async def answer(self, turn: Turn, timeout: float) -> Reply:
        """Asks it; raises AssistantUnavailable where no usable answer comes within `timeout` seconds."""
        body = orjson.dumps(
            {
                "text": turn.text,
                "state": turn.state,
                "events": turn.events,
                "intent": turn.intent,
                "conversation": turn.conversation,
                "now": turn.now.isoformat() if turn.now else None,
                "alone": turn.alone,
                "unheard": list(turn.unheard),
            }
        )
        try:
            async with self._open_session().post("/turn", data=body, timeout=_exactly(timeout)) as response:
                if response.status != 200:
                    raise AssistantUnavailable(f"the assistant answered {response.status}")
                return _reply(orjson.loads(await response.read()))
        except (aiohttp.ClientError, TimeoutError, OSError, ValueError, KeyError, TypeError) as error:
            raise AssistantUnavailable(type(error).__name__) from error

    async def end(self) -> None:
        """Ends the process at once: it keeps nothing that would need saving."""
        if self._process is not None and self._process.returncode is None:
            self._process.send_signal(signal.SIGKILL)
        if self._session is not None:
            await self._session.close()
        if self._process is not None:
            await self._process.wait()
        self._socket.unlink(missing_ok=True)

    def _open_session(self) -> aiohttp.ClientSession:
        if self._session is None or self._session.closed:
            raise AssistantUnavailable("the assistant is not running")
        return self._session


# What the worker is given of our environment: not our keys, and not the database's address.
_PASSED_ON = ("PATH", "HOME", "LANG", "LC_ALL", "TZ", "TMPDIR", "LD_LIBRARY_PATH")


def _exactly(seconds: float) -> aiohttp.ClientTimeout:
    # aiohttp would round what is above five seconds up to a whole second of its clock.
    return aiohttp.ClientTimeout(seconds, ceil_threshold=float("inf"))


def _inherited() -> dict[str, str]:
    return {name: os.environ[name] for name in _PASSED_ON if name in os.environ}


def _choice(choice: Any) -> str | ChoiceShown:
    return ChoiceShown.model_validate(choice) if isinstance(choice, dict) else str(choice)


def _shown(model: type[Model], value: Any) -> Model | None:
    """Raises ValueError where the value is not what the model says."""
    return None if value is None else model.model_validate(value)


def _reply(answer: dict[str, Any]) -> Reply:
    said = [
        Said(
            text=entry["text"],
            topic=entry["topic"],
            section=entry["section"],
            reviewed_on=entry["reviewed_on"],
            links=tuple(entry["links"]),
            choices=tuple(_choice(choice) for choice in entry["choices"]),
            clarify=bool(entry["clarify"]),
            form=_shown(FormShown, entry.get("form")),
            meeting=_shown(MeetingShown, entry.get("meeting")),
            handoff=_shown(HandoffShown, entry.get("handoff")),
        )
        for entry in answer["said"]
    ]
    if not said or not all(one.text for one in said):
        raise ValueError("an empty reply")
    return Reply(said, list(answer["events"]), dict(answer["state"]), bool(answer["worried"]))
