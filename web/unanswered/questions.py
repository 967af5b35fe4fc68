"""Questions that the leaflet left open: groups of messages, what staff make of them, and when they go."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from functools import partial
from typing import Any
from uuid import uuid4

from sqlalchemy import Connection, delete, exists, func, insert, select, update

from web.records.database import Database
from web.records.events import Event, happened
from web.records.tables import Tables
from web.unanswered.nearness import nearest, shared

BATCH = 200  # messages grouped at once
COMPARED = 500  # messages of groups that a new one is compared with
SHOWN = 50  # groups on the page
GLANCE = 20  # messages of a group that its common words are taken from
READ = 100  # messages of a group on its page


class Status(StrEnum):
    """What staff think of a question."""

    NEW = "new"
    NEEDED = "needed"
    SET_ASIDE = "set_aside"


@dataclass(frozen=True)
class Question:
    """A group. `topic` is the topic, and its kind, that the messages were answered with."""

    id: str
    topic: str | None
    status: Status
    marked_by: str | None
    marked_at: datetime | None
    count: int
    first: datetime
    last: datetime
    common: list[str]


@dataclass(frozen=True)
class Asked:
    """One message of a group, without what could say who wrote it."""

    at: datetime
    why: str
    words: str


class Questions:
    """Every method is one transaction or a few; each raises NotRecorded when the database fails."""

    def __init__(self, database: Database, tables: Tables, clock: Callable[[], datetime]) -> None:
        self._database = database
        self._questions = tables.questions
        self._unanswered = tables.unanswered
        self._history = tables.history
        self._clock = clock

    async def listed(self) -> list[Question]:
        """The questions asked most often first; those set aside last."""
        await self.gather()
        return await self._database.run(self._listed)

    async def read(self, id: str, who: str) -> tuple[Question, list[Asked]] | None:
        """A question and its messages, the newest first; that somebody read them is written down."""

        def read(connection: Connection) -> tuple[Question, list[Asked]] | None:
            found = self._found(connection, [id])
            if not found:
                return None
            happened(connection, self._history, id, self._clock(), who, Event.QUESTION_READ)
            return found[0], self._messages(connection, id, READ)

        return await self._database.run(read)

    async def mark(self, id: str, status: Status, who: str) -> bool:
        """Say what should become of a question; False where it is gone."""
        now, table = self._clock(), self._questions

        def mark(connection: Connection) -> bool:
            marked = {"status": status.value, "marked_by": who, "marked_at": now}
            if not connection.execute(update(table).where(table.c.id == id).values(marked)).rowcount:
                return False
            happened(connection, self._history, id, now, who, Event.QUESTION_MARKED, status.value)
            return True

        return await self._database.run(mark)

    async def gather(self) -> None:
        """Put messages that are in no group yet into one. What is compared is compared outside of any transaction."""
        while new := await self._database.run(self._ungrouped):
            known = await self._database.run(partial(self._known, topics={row.topic for row in new}))
            placed = await asyncio.to_thread(_placed, new, known)
            await self._database.run(partial(self._place, placed=placed))

    async def purge(self, now: datetime) -> int:
        """Erase messages whose day has come, and groups without any; returns how many messages went."""
        table, questions = self._unanswered, self._questions

        def erase(connection: Connection) -> int:
            gone = connection.execute(delete(table).where(table.c.delete_after <= now)).rowcount
            empty = ~exists().where(table.c.question_id == questions.c.id)
            connection.execute(delete(questions).where(empty))
            return gone

        gone = await self._database.run(erase)
        if gone:
            self._database.forget_soon()
        return gone

    def _ungrouped(self, connection: Connection) -> Sequence[Any]:
        table = self._unanswered
        query = select(table.c.id, table.c.topic, table.c.words).where(table.c.question_id.is_(None))
        return connection.execute(query.order_by(table.c.at, table.c.id).limit(BATCH)).all()

    def _known(self, connection: Connection, topics: Iterable[str | None]) -> dict[str | None, list[tuple[str, str]]]:
        """For each topic its newest grouped messages, with the ids of their groups."""
        table, found = self._unanswered, dict[str | None, list[tuple[str, str]]]()
        for topic in topics:
            same = table.c.topic.is_(None) if topic is None else table.c.topic == topic
            query = select(table.c.question_id, table.c.words).where(same, table.c.question_id.is_not(None))
            rows = connection.execute(query.order_by(table.c.at.desc()).limit(COMPARED))
            found[topic] = [(row.question_id, row.words) for row in rows]
        return found

    def _place(self, connection: Connection, placed: Sequence[tuple[str, str, str | None]]) -> None:
        """Write groups down, making those that are new. What another process has placed meanwhile stays there."""
        table, questions = self._unanswered, self._questions
        for message, group, topic in placed:
            free = update(table).where(table.c.id == message, table.c.question_id.is_(None))
            if connection.execute(select(questions.c.id).where(questions.c.id == group)).first() is None:
                row = {"id": group, "topic": topic, "status": Status.NEW.value, "created_at": self._clock()}
                connection.execute(insert(questions), row)
            connection.execute(free.values(question_id=group))

    def _listed(self, connection: Connection) -> list[Question]:
        table, questions = self._unanswered, self._questions
        aside = questions.c.status == Status.SET_ASIDE.value
        query = select(questions.c.id).join(table, table.c.question_id == questions.c.id).group_by(questions.c.id)
        order = (aside, func.count().desc(), func.max(table.c.at).desc(), questions.c.id)
        ids = connection.execute(query.group_by(questions.c.status).order_by(*order).limit(SHOWN)).scalars().all()
        by_id = {question.id: question for question in self._found(connection, ids)}
        return [by_id[id] for id in ids]

    def _found(self, connection: Connection, ids: Sequence[str]) -> list[Question]:
        table, questions = self._unanswered, self._questions
        counted = (func.count().label("count"), func.min(table.c.at).label("first"), func.max(table.c.at).label("last"))
        query = select(questions, *counted).join(table, table.c.question_id == questions.c.id)
        rows = connection.execute(query.where(questions.c.id.in_(ids)).group_by(*questions.c))
        return [self._question(connection, row) for row in rows]

    def _question(self, connection: Connection, row: Any) -> Question:
        common = shared(asked.words for asked in self._messages(connection, row.id, GLANCE))
        status, marked = Status(row.status), (row.marked_by, row.marked_at)
        return Question(row.id, row.topic, status, *marked, row.count, row.first, row.last, common)

    def _messages(self, connection: Connection, id: str, most: int) -> list[Asked]:
        table = self._unanswered
        query = select(table.c.at, table.c.why, table.c.words).where(table.c.question_id == id)
        rows = connection.execute(query.order_by(table.c.at.desc(), table.c.id).limit(most))
        return [Asked(row.at, row.why, row.words) for row in rows]


def _placed(new: Sequence[Any], known: dict[str | None, list[tuple[str, str]]]) -> list[tuple[str, str, str | None]]:
    """For each message the id of its group, an old or a fresh one, and its topic."""
    placed = []
    for row in new:
        others = known[row.topic]
        if others and _is_of_a_kind(row.topic):
            group = others[0][0]
        else:
            group = nearest(row.words, others) or str(uuid4())
        others.insert(0, (group, row.words))
        placed.append((row.id, group, row.topic))
    return placed


def _is_of_a_kind(topic: str | None) -> bool:
    """True for `open.<topic>.<kind>`: the assistant knew what was asked, whatever the words."""
    return topic is not None and topic.count(".") > 1
