"""The outbox: a letter is owed once the transaction that owes it is committed, and stays owed until it was taken.

Sent at least once: a crash between sending and noting it means once more, with the same Message-ID. Letters about one
request go in the order in which they were written.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Unpack
from uuid import uuid4

from sqlalchemy import Connection, Row, and_, delete, exists, func, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite

from web.notify import Envelope, Letter, SendFailed
from web.records.tables import Tables

LEASE = timedelta(minutes=2)  # longer than any server is waited for
FIRST_PAUSE = timedelta(seconds=15)
LONGEST_PAUSE = timedelta(minutes=15)
ALARM_TRIES = 4  # some two minutes: then staff are told
GIVE_UP = timedelta(days=3)
KEEP_SENT = timedelta(days=30)


@dataclass(frozen=True)
class Owed:
    """A letter taken out to be sent. `again`: somebody took it out before and never said what became of it."""

    id: str
    about: str | None
    kind: str
    tries: int
    created_at: datetime
    letter: Letter
    again: bool

    @property
    def envelope(self) -> Envelope:
        """What a sender is given."""
        return Envelope(self.id, self.created_at, self.letter)


@dataclass(frozen=True)
class Trouble:
    """A letter that could not be sent so far, for staff to see."""

    id: str
    about: str | None
    kind: str
    created_at: datetime
    tries: int
    problem: str
    given_up: bool


class Outbox:
    """The outbox in the database, inside a transaction that the caller began."""

    def __init__(self, tables: Tables) -> None:
        self._outbox = tables.outbox

    def owe(
        self,
        connection: Connection,
        kind: str,
        letter: Letter,
        now: datetime,
        about: str | None = None,
        once: str | None = None,
    ) -> bool:
        """Owe a letter. `about` is the request of a letter to a family; letters to staff have none, so that they never
        wait for each other. `once` names what must not be said twice; False when it was said before.
        """
        row = {
            "id": str(uuid4()),
            "about": about,
            "place": self._next_place(connection, about) if about else 0,
            "kind": kind,
            "once": once,
            "letter": letter.kept(),
            "created_at": now,
            "due_at": now,
            "tries": 0,
        }
        dialect = postgresql if connection.dialect.name == "postgresql" else sqlite
        return bool(connection.execute(dialect.insert(self._outbox).values(row).on_conflict_do_nothing()).rowcount)

    def take(self, connection: Connection, now: datetime) -> Owed | None:
        """Take out the next letter that is due, for LEASE; None where there is none."""
        box, earlier = self._outbox, self._outbox.alias()
        free = or_(box.c.lease_until.is_(None), box.c.lease_until <= now)
        open_ = and_(box.c.sent_at.is_(None), box.c.failed_at.is_(None))
        before = exists().where(
            earlier.c.about == box.c.about,
            earlier.c.sent_at.is_(None),
            earlier.c.failed_at.is_(None),
            earlier.c.place < box.c.place,
        )
        query = select(box).where(open_, free, box.c.due_at <= now, ~before).order_by(box.c.due_at, box.c.id).limit(1)
        row = connection.execute(query.with_for_update(skip_locked=True, of=box)).first()
        if row is None:
            return None
        connection.execute(update(box).where(box.c.id == row.id).values(lease_until=now + LEASE))
        return Owed(
            id=row.id,
            about=row.about,
            kind=row.kind,
            tries=row.tries,
            created_at=row.created_at,
            letter=Letter(**row.letter),
            again=row.lease_until is not None,
        )

    def sent(self, connection: Connection, id: str, now: datetime) -> None:
        """Note that it was taken; what it said is erased."""
        self._update(connection, id, sent_at=now, letter=None, lease_until=None, problem=None)

    def failed(self, connection: Connection, owed: Owed, error: SendFailed, now: datetime) -> None:
        """Note that it was not taken."""
        over = error.for_good or now - owed.created_at >= GIVE_UP
        pause = min(FIRST_PAUSE * 2 ** min(owed.tries, 10), LONGEST_PAUSE)
        self._update(
            connection,
            owed.id,
            tries=owed.tries + 1,
            due_at=now + pause,
            lease_until=None,
            failed_at=now if over else None,
            problem=str(error)[:100],
        )

    def alarming(self, connection: Connection) -> list[Trouble]:
        """Letters that a family has not got for so long, or never will, that staff have to know."""
        return [
            trouble
            for trouble in self.troubles(connection)
            if trouble.about is not None and (trouble.given_up or trouble.tries >= ALARM_TRIES)
        ]

    def troubles(self, connection: Connection) -> list[Trouble]:
        """What could not be sent so far, oldest first."""
        box = self._outbox
        query = select(box).where(box.c.sent_at.is_(None), box.c.problem.is_not(None)).order_by(box.c.created_at)
        return [_trouble(row) for row in connection.execute(query)]

    def again(self, connection: Connection, now: datetime) -> int:
        """Try everything again now, also what was given up; returns how many letters."""
        box = self._outbox
        owed = and_(box.c.sent_at.is_(None), box.c.letter.is_not(None))
        return connection.execute(update(box).where(owed).values(due_at=now, failed_at=None)).rowcount

    def told_since(self, connection: Connection, about: str, kind: str, since: datetime) -> bool:
        """True when a letter of that kind about a request was owed since then."""
        box = self._outbox
        query = select(exists().where(box.c.about == about, box.c.kind == kind, box.c.created_at >= since))
        return bool(connection.execute(query).scalar())

    def take_back(self, connection: Connection, kind: str, about: str) -> None:
        """Owe a letter of that kind about a request no more, if it was not sent yet."""
        box = self._outbox
        connection.execute(delete(box).where(box.c.kind == kind, box.c.about == about, box.c.sent_at.is_(None)))

    def lapse(self, connection: Connection, kind: str, before: datetime, now: datetime) -> None:
        """Give up and erase letters of that kind that were owed before then: now they would come too late."""
        box = self._outbox
        open_ = and_(box.c.kind == kind, box.c.sent_at.is_(None), box.c.failed_at.is_(None))
        values = {"failed_at": now, "letter": None, "lease_until": None, "problem": "too late"}
        connection.execute(update(box).where(open_, box.c.created_at < before).values(values))

    def purge(self, connection: Connection, now: datetime) -> int:
        """Forget that letters were sent, and those given up, a month later."""
        box = self._outbox
        old = now - KEEP_SENT
        return connection.execute(delete(box).where(or_(box.c.sent_at <= old, box.c.failed_at <= old))).rowcount

    def _next_place(self, connection: Connection, about: str) -> int:
        """Whoever writes a letter about a request has locked the request, so no two get the same place."""
        box = self._outbox
        last = connection.execute(select(func.max(box.c.place)).where(box.c.about == about)).scalar_one()
        return (last or 0) + 1

    def _update(self, connection: Connection, id: str, **values: Any) -> None:
        connection.execute(update(self._outbox).where(self._outbox.c.id == id).values(**values))


def _trouble(row: Row[Unpack[tuple[Any, ...]]]) -> Trouble:
    return Trouble(row.id, row.about, row.kind, row.created_at, row.tries, row.problem, row.failed_at is not None)
