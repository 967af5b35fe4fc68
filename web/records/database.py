"""Opens the database, runs transactions on it and brings its tables up to date."""

from __future__ import annotations

import asyncio
import logging
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from contextvars import copy_context
from typing import Any, Protocol, TypeVar

from sqlalchemy import URL, Connection, Engine, create_engine, event
from sqlalchemy.engine import make_url
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from web.records.keys import Unreadable
from web.records.migrations import upgrade
from web.settings import Settings

log = logging.getLogger(__name__)
FILE_NAME = "chat.sqlite"
RECORD_SECONDS = 2.0  # for one transaction, waiting for others included: whoever asked must hear in time
MIGRATE_SECONDS = 60.0
CONNECT_SECONDS = 3
FORGET_SECONDS = 1.0  # so that many deletions empty the journal once

T = TypeVar("T")
Work = Callable[[Connection], T]


class NotRecorded(Exception):
    """The database could not do what was asked; nothing of it was kept."""


class _Backend(Protocol):
    async def run(self, work: Work[T], within: float) -> T: ...
    async def forget(self) -> None: ...
    async def close(self) -> None: ...


class Database:
    """Transactions on SQLite or PostgreSQL."""

    def __init__(self, backend: _Backend) -> None:
        self._backend = backend
        self.within = RECORD_SECONDS
        self._forgetting: asyncio.Task[None] | None = None

    async def run(self, work: Work[T], within: float | None = None) -> T:
        """Do `work` in one transaction, committed at its end, rolled back by any exception.

        Raises NotRecorded, after `within` seconds at the latest (by default, those of the database). Then a commit
        under way at that very moment may still succeed; what is returned was committed. `work` must only talk to the
        database: it may run in another thread.
        """
        within = self.within if within is None else within
        try:
            async with asyncio.timeout(within):
                return await self._backend.run(work, within)
        except (SQLAlchemyError, OSError, Unreadable) as error:
            # The type alone: an error's text can hold what a family said.
            raise NotRecorded(type(error).__name__) from None

    async def migrate(self) -> None:
        """Bring the tables up to date; several processes may do so at once. Raises NotRecorded."""
        await self.run(upgrade, MIGRATE_SECONDS)

    def forget_soon(self) -> None:
        """Take what was deleted out of the journal too, within a moment: it would stand there until overwritten."""
        if self._forgetting is None or self._forgetting.done():
            self._forgetting = asyncio.create_task(self._forget())

    async def close(self) -> None:
        """Close all connections."""
        if self._forgetting is not None and not self._forgetting.done():
            self._forgetting.cancel()
            await self._forget(after=0)
        await self._backend.close()

    async def _forget(self, after: float = FORGET_SECONDS) -> None:
        await asyncio.sleep(after)
        try:
            await self._backend.forget()
        except (SQLAlchemyError, OSError) as error:
            log.warning("the database's journal could not be emptied: %s", type(error).__name__)


class _Sqlite:
    """One thread and one connection: transactions queue, first come first served, and never fight for SQLite's lock.

    A whole transaction is one hop to the thread; a hop for each statement would cost more than the statements.
    """

    def __init__(self, url: URL) -> None:
        self._engine: Engine = create_engine(url, hide_parameters=True, pool_size=1, max_overflow=0)
        event.listen(self._engine, "connect", _prepare_sqlite)
        event.listen(self._engine, "begin", _begin_sqlite)
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="sqlite")

    async def run(self, work: Work[T], within: float) -> T:
        until, given_up = time.monotonic() + within, threading.Event()
        try:
            return await asyncio.get_running_loop().run_in_executor(
                self._thread, copy_context().run, self._in_transaction, work, until, given_up
            )
        except asyncio.CancelledError:
            given_up.set()
            raise

    async def forget(self) -> None:
        await asyncio.get_running_loop().run_in_executor(self._thread, self._empty_journal)

    async def close(self) -> None:
        await asyncio.get_running_loop().run_in_executor(self._thread, self._engine.dispose)
        self._thread.shutdown()

    def _in_transaction(self, work: Work[T], until: float, given_up: threading.Event) -> T:
        with self._engine.connect() as connection:
            # Another process may hold the lock: wait as long as whoever asked does.
            left = max(0, int((until - time.monotonic()) * 1000))
            connection.connection.cursor().execute(f"PRAGMA busy_timeout={left}")
            with connection.begin():
                done = work(connection)
                if given_up.is_set():
                    raise TimeoutError  # whoever asked was told that it failed
                return done

    def _empty_journal(self) -> None:
        with closing(self._engine.raw_connection()) as connection:
            connection.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)")


class _Postgres:
    """A pool of connections."""

    def __init__(self, url: URL) -> None:
        self._engine: AsyncEngine = create_async_engine(
            url,
            hide_parameters=True,
            pool_size=10,
            pool_timeout=CONNECT_SECONDS,
            pool_pre_ping=True,
            connect_args={"timeout": CONNECT_SECONDS, "command_timeout": CONNECT_SECONDS},
        )

    async def run(self, work: Work[T], within: float) -> T:
        async with self._engine.begin() as connection:
            return await connection.run_sync(work)

    async def forget(self) -> None:
        """Nothing to do: what PostgreSQL keeps of deleted rows is its administrator's to configure."""

    async def close(self) -> None:
        await self._engine.dispose()


def open_database(settings: Settings) -> Database:
    """The database of the settings, by default a SQLite file in DATA_DIR. Nothing is connected yet."""
    if settings.database_url is not None and settings.database_url.startswith("postgresql"):
        return Database(_Postgres(make_url(settings.database_url)))
    if settings.database_url is not None:
        return Database(_Sqlite(make_url(settings.database_url)))
    settings.data_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
    return Database(_Sqlite(URL.create("sqlite", database=str(settings.data_dir / FILE_NAME))))


def _prepare_sqlite(connection: Any, _record: Any) -> None:
    connection.isolation_level = None  # we begin transactions ourselves, see _begin_sqlite
    cursor = connection.cursor()
    for pragma in (
        "journal_mode=WAL",
        "synchronous=FULL",  # what a family was told is recorded survives a power cut
        "secure_delete=ON",  # deleted content is overwritten
        "foreign_keys=ON",
    ):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    # IMMEDIATE: a transaction that reads and then writes could otherwise be refused half way.
    connection.exec_driver_sql("BEGIN IMMEDIATE")
