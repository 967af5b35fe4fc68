"""Starts the Rasa worker, watches it, and replaces it when it dies, hangs or a new model has been trained."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import secrets
import shutil
import tempfile
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from web.assistant import AssistantUnavailable, Reply, Turn
from web.assistant.process import WorkerPlace, WorkerProcess

log = logging.getLogger(__name__)
SOCKETS = "family-chat-"


@dataclass(frozen=True)
class Patience:
    """How long the supervisor waits, in seconds.

    A family has its answer within 8 seconds whatever happens: `answer` leaves web time for its own words. A worker
    that ran for `long_run` is started again at once, one that keeps failing ever more slowly.
    """

    start: float = 120.0
    answer: float = 5.0
    ping: float = 3.0
    between_pings: float = 2.0
    first_restart: float = 0.2
    last_restart: float = 15.0
    long_run: float = 60.0


class Supervisor:
    """An Assistant that is one worker process at a time.

    Its actions find the internal API, which the caller serves, at `records_socket` under `secret`.
    """

    def __init__(
        self, python: Path, root: Path, model: Path, kept_for: Mapping[str, str], patience: Patience | None = None
    ) -> None:
        remove_left_sockets()
        # Unix socket paths must be short, so they do not go into the data folder.
        self._sockets = Path(tempfile.mkdtemp(prefix=f"{SOCKETS}{os.getpid()}-"))
        self.records_socket = self._sockets / "records.sock"
        self.secret = secrets.token_urlsafe(32)
        self._place = WorkerPlace(python, root, model, self._sockets, kept_for, self.records_socket, self.secret)
        self._patience = patience or Patience()
        self._worker: WorkerProcess | None = None
        self._model_time = 0.0
        self._last_answer = 0.0
        self._hung = asyncio.Event()
        self._task: asyncio.Task[None] | None = None

    @property
    def ready(self) -> bool:
        """True while a worker that has answered its first question runs."""
        return self._worker is not None and self._worker.alive

    async def start(self) -> None:
        """Begins to start a worker, and returns at once."""
        self._task = asyncio.create_task(self._keep_running(), name="assistant supervisor")

    async def stop(self) -> None:
        """Ends the worker and the watching."""
        if self._task is not None:
            self._task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._task
        if self._worker is not None:
            await self._worker.end()
        shutil.rmtree(self._sockets, ignore_errors=True)

    async def answer(self, turn: Turn) -> Reply:
        """See Assistant. A worker that keeps silent for the whole wait is taken for hung, and replaced."""
        worker, asked = self._worker, time.monotonic()
        if worker is None or not worker.alive:
            raise AssistantUnavailable("the assistant is not ready")
        try:
            reply = await worker.answer(turn, self._patience.answer)
        except AssistantUnavailable:
            # Busy with others is not hung: only when nobody had an answer meanwhile.
            if worker is self._worker and self._last_answer < asked <= time.monotonic() - self._patience.answer:
                self._hung.set()
            raise
        self._last_answer = time.monotonic()
        return reply

    async def _keep_running(self) -> None:
        pause = self._patience.first_restart
        while True:
            began = time.monotonic()
            try:
                self._worker = await self._started()
                log.info("the assistant is ready")
                await self._watch()
            except AssistantUnavailable as error:
                log.error("%s; trying again in %.1f seconds", error, pause)
            except Exception as error:  # whatever it is, families must not be left without an assistant for ever
                log.error("the watching failed (%s); trying again in %.1f seconds", type(error).__name__, pause)
            if time.monotonic() - began > self._patience.long_run:
                pause = self._patience.first_restart
            await asyncio.sleep(pause)
            pause = min(pause * 2, self._patience.last_restart)

    async def _started(self) -> WorkerProcess:
        try:
            model_time = self._place.model.stat().st_mtime
        except OSError:
            raise AssistantUnavailable("there is no trained model (make train)") from None
        worker = WorkerProcess(self._place)
        try:
            await worker.start(self._patience.start)
        except asyncio.CancelledError:
            await worker.end()
            raise
        except OSError as error:
            raise AssistantUnavailable(f"the assistant's Python could not be started: {error.strerror}") from error
        self._model_time = model_time
        return worker

    async def _watch(self) -> None:
        """Returns when the current worker has to be replaced by a fresh one, having ended it."""
        while self._worker is not None:
            worker = self._worker
            if not await self._well(worker):
                self._worker = None
                await worker.end()
                return
            if self._model_is_new():
                await self._take_over(worker)

    async def _well(self, worker: WorkerProcess) -> bool:
        """Waits a little; False when the worker died, was found hanging, or does not answer a ping."""
        self._hung.clear()
        watches = {asyncio.create_task(worker.ended()), asyncio.create_task(self._hung.wait())}
        done, pending = await asyncio.wait(
            watches, timeout=self._patience.between_pings, return_when=asyncio.FIRST_COMPLETED
        )
        for task in pending:
            task.cancel()
        if done:
            log.error("the assistant %s; starting it again", "hangs" if worker.alive else "ended")
            return False
        # A ping waits behind the turns under way, so answers given meanwhile are as good.
        asked = time.monotonic()
        if await worker.ping(self._patience.ping) or self._last_answer > asked:
            return True
        log.error("the assistant hangs; starting it again")
        return False

    def _model_is_new(self) -> bool:
        with contextlib.suppress(OSError):
            return self._place.model.stat().st_mtime != self._model_time
        return False

    async def _take_over(self, old: WorkerProcess) -> None:
        """Warms up a worker with the new model beside the old one, which serves until then."""
        try:
            self._worker = await self._started()
        except AssistantUnavailable:
            log.error("the new model does not start; the old one goes on")
            with contextlib.suppress(OSError):
                self._model_time = self._place.model.stat().st_mtime
            return
        log.info("a new model has taken over")
        try:
            await asyncio.sleep(self._patience.answer)  # turns under way with the old one are given their time
        finally:
            await old.end()


def remove_left_sockets() -> None:
    """Removes socket folders of web processes that were killed and could not do so themselves."""
    for folder in Path(tempfile.gettempdir()).glob(f"{SOCKETS}*-*"):
        with contextlib.suppress(ValueError, OSError):
            owner = int(folder.name.removeprefix(SOCKETS).partition("-")[0])
            if (
                folder.stat().st_uid == os.getuid()
                and not Path(f"/proc/{owner}").exists()
                and Path("/proc/self").exists()
            ):
                shutil.rmtree(folder)
