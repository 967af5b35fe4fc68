"""`python -m web`: serve the chat until Ctrl-C or SIGTERM."""

from __future__ import annotations

import asyncio
import errno
import os
import signal
import sys

import uvloop
from aiohttp import web

from web.app import OUTBOX, create_app
from web.assistant.supervisor import Supervisor
from web.http.access_log import AccessLog
from web.internal.api import internal_app
from web.internal.api import serve as serve_internally
from web.keys import CHAT, MEETINGS
from web.logs import set_up_logs
from web.records.database import NotRecorded
from web.records.keys import load_keys
from web.settings import ROOT, Settings, SettingsError, read_settings
from web.words import WordsError

STOP_SECONDS = 8.0  # longer than an answer takes: who has asked gets it


class CannotStart(Exception):
    """Something outside is in the way; the text says what in plain words."""


def main() -> int:
    """Serve; returns the exit status."""
    set_up_logs()
    try:
        settings = read_settings(os.environ)
        uvloop.run(serve(settings))
    except (SettingsError, WordsError, CannotStart) as error:
        print(error, file=sys.stderr)  # noqa: T201
        return 1
    return 0


async def serve(settings: Settings) -> None:
    """Serve until a signal comes. Raises SettingsError, WordsError and CannotStart."""
    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    supervisor = Supervisor(settings.bot_python, ROOT, settings.bot_model, settings.kept_for)
    try:
        runner, keys_made = _prepare(settings, supervisor)
        internal: web.AppRunner | None = None
        try:
            await _listen(runner, settings)
            internal = await _serve_the_worker(runner.app, supervisor)
            await supervisor.start()
            announce(settings, keys_made)
            await stop.wait()
        finally:
            await runner.cleanup()  # who has asked gets an answer before the assistant goes
            if internal is not None:
                await internal.cleanup()
    finally:
        await supervisor.stop()


def _prepare(settings: Settings, supervisor: Supervisor) -> tuple[web.AppRunner, bool]:
    """The application, not serving yet, and whether keys had to be made."""
    try:
        keys, keys_made = load_keys(settings)
        app = create_app(settings, supervisor, keys=keys)
    except OSError as error:
        raise CannotStart(f"DATA_DIR can't be used: {settings.data_dir}: {error.strerror}.") from None
    return web.AppRunner(app, access_log_class=AccessLog, shutdown_timeout=STOP_SECONDS), keys_made


async def _listen(runner: web.AppRunner, settings: Settings) -> None:
    try:
        await runner.setup()
        await web.TCPSite(runner, settings.host, settings.port).start()
    except NotRecorded as error:
        raise CannotStart(f"The database can't be opened ({error}). Is DATABASE_URL or DATA_DIR right?") from None
    except OSError as error:
        raise CannotStart(_why_not(error, settings)) from None


async def _serve_the_worker(app: web.Application, supervisor: Supervisor) -> web.AppRunner:
    """What the worker's actions ask of the records, on a socket in the folder that only this user can enter."""
    internal = internal_app(app[MEETINGS], supervisor.secret, app[CHAT].under_way.address_of)
    return await serve_internally(internal, supervisor.records_socket)


def _why_not(error: OSError, settings: Settings) -> str:
    if error.errno == errno.EADDRINUSE:
        return f"Port {settings.port} is used by something else. Stop that, or choose another with PORT=8081."
    if error.errno == errno.EACCES:
        return f"Port {settings.port} may not be used by this user. Choose one above 1024 with PORT."
    return f"Cannot listen on {settings.host}, port {settings.port}: {error.strerror}. HOST and PORT set both."


def announce(settings: Settings, keys_made: bool) -> None:
    """Say where everything is."""
    address = settings.address
    lines = [
        f"Chat                     {address}/",
        f"Chat without JavaScript  {address}/chat",
        f"Desk for staff           {address}/desk",
        f"API description          {address}/api/openapi.json",
        f"Data folder              {settings.data_dir}",
        f"Mode                     MODE={settings.mode}" + (", this machine only" if settings.mode == "local" else ""),
    ]
    if settings.smtp_host is None:
        lines.append(f"E-mail                   is not sent but written to {settings.data_dir / OUTBOX}")
    if keys_made:
        lines.append("Keys                     were made just now and are in the data folder")
    elif settings.mode == "local" and not settings.secret_keys:
        lines.append("Keys                     are those in the data folder")
    print("\n".join(lines), flush=True)  # noqa: T201


if __name__ == "__main__":
    sys.exit(main())
