"""Answers that staff write: one writes, another approves. Whoever saves says which version they saw."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Any
from uuid import uuid4

from sqlalchemy import Connection, insert, select, update
from sqlalchemy.exc import IntegrityError

from web.records.database import Database
from web.records.events import Event, happened
from web.records.tables import Tables
from web.unanswered.drafts import Draft, Kinds, Problem, plain, problems
from web.unanswered.redaction import EXAMPLE


class State(StrEnum):
    """How far an answer has come."""

    WRITTEN = "written"
    APPROVED = "approved"
    WITHDRAWN = "withdrawn"


class Refused(Exception):
    """It can't be done; the text says why, in words for whoever asked."""


@dataclass(frozen=True)
class Written:
    """An answer as it is kept. `title` is null where the kind of question is one of topics.yml."""

    id: str
    topic: str
    kind: str
    title: str | None
    text: str
    source: str
    examples: str
    status: State
    version: int
    written_by: str
    written_at: datetime
    approved_by: str | None
    approved_at: datetime | None

    @property
    def name(self) -> str:
        """Topic and kind."""
        return f"{self.topic}.{self.kind}"

    @property
    def draft(self) -> Draft:
        """As it was filled in."""
        kind = "" if self.title is not None else self.name
        return Draft(kind, self.title or "", self.text, self.source, self.examples)


class Answers:
    """Every method is one transaction; each raises NotRecorded when the database fails."""

    def __init__(self, database: Database, tables: Tables, kinds: Kinds, folder: Path, clock: Callable[[], datetime]):
        self._database = database
        self._table = tables.written_answers
        self._unanswered = tables.unanswered
        self._history = tables.history
        self._kinds = kinds
        self._folder = folder
        self._clock = clock

    async def listed(self) -> list[Written]:
        """All of them, the ones that wait for approval first."""
        order = (self._table.c.status != State.WRITTEN.value, self._table.c.written_at, self._table.c.id)
        return await self._database.run(lambda c: [_written(row) for row in c.execute(_all(self._table, *order))])

    async def read(self, id: str) -> Written | None:
        """One of them."""
        return await self._database.run(lambda c: self._read(c, id))

    async def write(self, draft: Draft, who: str, id: str | None = None, version: int | None = None) -> list[Problem]:
        """Keep a draft, new or over an older version; nothing is kept where something is wrong with it.

        An answer that is written anew has to be approved anew. Raises Refused.
        """
        known = await asyncio.to_thread(known_examples, self._folder)
        topic, kind = self._kinds.name(draft)
        asked = await self._database.run(self._asked)
        found = await asyncio.to_thread(problems, draft, self._kinds, asked, known)
        if not found:
            values = {
                "topic": topic,
                "kind": kind,
                "title": None if draft.kind else draft.title,
                "text": draft.text,
                "source": draft.source,
                "examples": "" if draft.kind else draft.examples,
                "status": State.WRITTEN.value,
                "written_by": who,
                "written_at": self._clock(),
                "approved_by": None,
                "approved_at": None,
            }
            await self._database.run(lambda c: self._keep(c, values, who, id, version))
        return found

    async def approve(self, id: str, version: int, who: str) -> None:
        """Approve what somebody else wrote. Raises Refused."""

        def approve(connection: Connection) -> None:
            answer = self._read(connection, id)
            if answer is not None and answer.written_by == who:
                raise Refused("You wrote this answer. Somebody else has to approve it.")
            if answer is not None and answer.status is not State.WRITTEN:
                raise Refused("This answer does not wait for approval.")
            values = {"status": State.APPROVED.value, "approved_by": who, "approved_at": self._clock()}
            self._change(connection, id, version, values, who, Event.ANSWER_APPROVED)

        await self._database.run(approve)

    async def withdraw(self, id: str, version: int, who: str) -> None:
        """Take an answer back; from the next training on families are told again that the leaflet doesn't say."""
        values = {"status": State.WITHDRAWN.value, "approved_by": None, "approved_at": None}
        await self._database.run(lambda c: self._change(c, id, version, values, who, Event.ANSWER_WITHDRAWN))

    def _keep(
        self, connection: Connection, values: dict[str, Any], who: str, id: str | None, version: int | None
    ) -> None:
        try:
            with connection.begin_nested():
                if id is not None and version is not None:
                    self._change(connection, id, version, values, who, Event.ANSWER_WRITTEN)
                else:
                    self._add(connection, values, who)
        except IntegrityError:
            raise Refused("There is an answer to this question already. Change that one.") from None

    def _add(self, connection: Connection, values: dict[str, Any], who: str) -> None:
        id = str(uuid4())
        connection.execute(insert(self._table), {**values, "id": id, "version": 1})
        happened(connection, self._history, id, self._clock(), who, Event.ANSWER_WRITTEN)

    def _change(
        self, connection: Connection, id: str, version: int, values: dict[str, Any], who: str, event: Event
    ) -> None:
        """Compare and swap: nobody overwrites what they have not seen. Raises Refused."""
        table = self._table
        mine = update(table).where(table.c.id == id, table.c.version == version)
        if not connection.execute(mine.values({**values, "version": version + 1})).rowcount:
            raise Refused("Somebody else has changed this answer meanwhile. Look at it again first.")
        happened(connection, self._history, id, self._clock(), who, event)

    def _read(self, connection: Connection, id: str) -> Written | None:
        row = connection.execute(select(self._table).where(self._table.c.id == id)).first()
        return None if row is None else _written(row)

    def _asked(self, connection: Connection) -> list[str]:
        return [row.words for row in connection.execute(select(self._unanswered.c.words))]


@cache
def known_examples(folder: Path) -> dict[str, str]:
    """Every example that the assistant learns from, as it is compared, with the file that it stands in."""
    return {
        plain(example): path.stem
        for path in sorted((folder / "nlu").glob("*.yml"))
        if path.name != "approved.yml"
        for example in EXAMPLE.findall(path.read_text(encoding="utf-8"))
    }


def _all(table: Any, *order: Any) -> Any:
    return select(table).order_by(*order)


def _written(row: Any) -> Written:
    return Written(**{**row._mapping, "status": State(row.status)})
