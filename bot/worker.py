"""The worker process: a Rasa assistant behind a Unix socket, started and watched by web/.

    python -m bot.worker SOCKET MODEL        with the shared secret in WORKER_SECRET

It writes the line `ready` to its standard output when it can answer, and ends when its standard input closes: so it
never outlives the web process that started it.
"""

from __future__ import annotations

import asyncio
import ctypes
import gc
import logging
import os
import secrets
import sys
import threading
import warnings
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import orjson
import uvloop
from aiohttp import web

from actions.records import BESIDE
from bot.turns import Turns

log = logging.getLogger("bot.worker")
# TensorFlow, which Rasa brings, takes these along where it finds them, and does without: 97 MB (decisions/0012).
UNUSED = ("jax", "h5py")
MOST_BYTES = 4 * 1024 * 1024
# At most so many turns are worked on at a time, the others queue (bot/turns.py). Without that a form's turn, which
# gives way to others at each of its steps, would end after plain questions that came much later. Three keep the event
# loop and both threads that look ahead at work; with more each waits for parts of the others (docs/decisions/0012).
AT_ONCE = 3
# How long (in seconds) a thread that has Python's lock may keep it while another waits. The threads that look ahead
# come back from native code and need it for a moment only: at Python's 5 ms a core stood idle meanwhile.
LOCK_FOR = 0.0001
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


def quiet_logs() -> None:
    """Warnings only, and never what was written: unconfigured, Rasa's structlog prints every message."""
    logging.basicConfig(level=logging.WARNING, stream=sys.stderr, format="%(name)s %(levelname)s %(message)s")
    # Rasa turns warnings about its own old dependencies on again while it is imported.
    warnings.showwarning = lambda *about, **more: None
    from rasa.utils.log_utils import configure_structlog

    configure_structlog(logging.ERROR)


def leave_out_unused() -> None:
    """Whoever tries to import one of UNUSED from now on finds it missing."""
    for name in UNUSED:
        sys.modules[name] = None  # type: ignore[assignment]  # this is how Python is told


def settle_memory() -> None:
    """What stands by now stays: to look through all of it for garbage would stop the worker for half a second.

    What loading has used up goes back to the system, where the C library knows how (glibc's malloc_trim).
    """
    gc.collect()
    gc.freeze()
    give_back = getattr(ctypes.CDLL(None), "malloc_trim", None)
    if give_back is not None:
        give_back(0)


def end_with_parent() -> None:
    """Ends this process as soon as its standard input closes, even while something else keeps the event loop busy."""

    def wait() -> None:
        while os.read(0, 1024):
            pass
        os._exit(0)

    threading.Thread(target=wait, daemon=True).start()


def application(handle: Callable[..., Awaitable[Any]], secret: str) -> web.Application:
    """`POST /turn` answers a turn, some at a time; `GET /ping` answers at once, as long as the event loop turns.

    Both need the shared secret.
    """

    @web.middleware
    async def only_web(request: web.Request, handler: Handler) -> web.StreamResponse:
        if not secrets.compare_digest(request.headers.get("Authorization", ""), f"Bearer {secret}"):
            raise web.HTTPUnauthorized
        return await handler(request)

    async def ping(request: web.Request) -> web.Response:
        return web.Response(text="here")

    turns = Turns(AT_ONCE)

    async def turn(request: web.Request) -> web.Response:
        asked = orjson.loads(await request.read())
        async with turns.turn():
            if request.transport is None:  # nobody waits for it any more
                raise web.HTTPServiceUnavailable
            BESIDE.set(turns.aside)
            return web.Response(body=orjson.dumps(await answer(asked)), content_type="application/json")

    async def answer(asked: dict[str, Any]) -> dict[str, Any]:
        try:
            about = {"conversation": asked.get("conversation"), "now": asked.get("now")}
            known = (asked["text"], asked["state"], asked["events"], asked["intent"])
            result = await handle(*known, about, asked.get("alone"), asked.get("unheard") or ())
        except Exception as error:
            # Its text may quote what a family wrote.
            log.error("a turn failed: %s", type(error).__name__)
            raise web.HTTPInternalServerError from None
        return {"said": result.said, "events": result.events, "state": result.state, "worried": result.worried}

    app = web.Application(middlewares=[only_web], client_max_size=MOST_BYTES)
    app.add_routes([web.get("/ping", ping), web.post("/turn", turn)])
    return app


async def serve(socket: Path, model: Path, secret: str) -> None:
    """Loads the model, answers a first question to itself, then listens until the process ends."""
    from bot.assistant import Assistant

    try:
        assistant = Assistant(model)
        await assistant.check()
        settle_memory()
    except Exception as error:
        log.error("the model can't be used (%s): train it again (make train)", type(error).__name__)
        sys.exit(1)
    runner = web.AppRunner(application(assistant.answer, secret), access_log=None)
    await runner.setup()
    await web.UnixSite(runner, str(socket)).start()
    print("ready", flush=True)  # noqa: T201 - this line is how web/ learns of it
    await asyncio.Event().wait()


def main() -> None:
    """Called as a program."""
    socket, model = Path(sys.argv[1]), Path(sys.argv[2])
    end_with_parent()
    leave_out_unused()
    quiet_logs()
    sys.setswitchinterval(LOCK_FOR)
    uvloop.run(serve(socket, model, os.environ["WORKER_SECRET"]))


if __name__ == "__main__":
    main()
