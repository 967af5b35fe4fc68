"""Published times: who may have one. That nobody else has it, the primary key of `holds` says."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, Unpack
from uuid import uuid4

from sqlalchemy import Connection, Row, and_, delete, exists, func, insert, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite

from web.meetings.kinds import Refused, Time, TimeTaken, Wait
from web.meetings.ledger import Ledger, Step
from web.meetings.moments import working_days_later
from web.records.tables import Tables

MOST_HOLDS = 3  # of one conversation
LONGEST = timedelta(hours=12)


class Times:
    """Publishes, holds, gives back and withdraws times, inside a transaction that the caller began."""

    def __init__(self, tables: Tables, ledger: Ledger, hold: timedelta, notice: int) -> None:
        """`hold`: how long a time is kept for a draft; `notice`: how many working days before it it is still given."""
        self._tables = tables
        self._ledger = ledger
        self._hold = hold
        self._notice = notice

    def publish(self, connection: Connection, time: Time, who: str, now: datetime) -> bool:
        """Offer a time to families; False when it is published already. Raises Refused."""
        if time.starts_at <= now:
            raise Refused(f"{time.text} is over.")
        if time.instant and time.who == "reviewer":
            raise Refused("A time with the Independent Reviewer is always confirmed by a person.")
        beside = self._beside(connection, time)
        if beside is not None:
            if beside.starts_at == time.starts_at:
                return False
            raise Refused(f"{time.text} overlaps with {_time(beside).text}.")
        connection.execute(insert(self._tables.times), {**vars(time), "withdrawn_at": None})
        self._ledger.written(connection, Step(time.id, now, who, "published"))
        return True

    def withdraw(self, connection: Connection, time_id: str, who: str, now: datetime) -> str | None:
        """Take a time back; returns the id of the request that holds it, which keeps it until a person decides."""
        times, holds = self._tables.times, self._tables.holds
        gone = connection.execute(
            update(times).where(times.c.id == time_id, times.c.withdrawn_at.is_(None)).values(withdrawn_at=now)
        )
        if not gone.rowcount:
            raise Refused("There is no such time, or it is withdrawn already.")
        self._ledger.written(connection, Step(time_id, now, who, "withdrawn"))
        connection.execute(delete(holds).where(holds.c.time_id == time_id, holds.c.request_id.is_(None)))
        found: str | None = connection.execute(
            select(holds.c.request_id).where(holds.c.time_id == time_id)
        ).scalar_one_or_none()
        return found

    def free(self, connection: Connection, now: datetime, who: str = "either", soon: bool = False) -> list[Time]:
        """Times that can be taken, the soonest first. `soon`: also those that only staff may still give."""
        times, holds = self._tables.times, self._tables.holds
        held = and_(
            holds.c.time_id == times.c.id,
            or_(holds.c.until.is_(None), holds.c.until > now),
        )
        query = select(times).where(self._open(now, soon), ~exists().where(held)).order_by(times.c.starts_at)
        if who in ("reviewer", "staff"):
            query = query.where(times.c.who == who)
        return [_time(row) for row in connection.execute(query)]

    def listed(self, connection: Connection, now: datetime) -> list[tuple[Time, str | None]]:
        """All published times to come, each with the id of the request that has it."""
        times, holds = self._tables.times, self._tables.holds
        query = select(times, holds.c.request_id).outerjoin(holds, holds.c.time_id == times.c.id)
        rows = connection.execute(
            query.where(times.c.withdrawn_at.is_(None), times.c.starts_at > now).order_by(times.c.starts_at)
        )
        return [(_time(row), row.request_id) for row in rows]

    def between(self, connection: Connection, start: datetime, end: datetime) -> list[tuple[Time, str | None, bool]]:
        """Times from `start` until before `end` that are published, or that a request has in spite of not being so.

        Each with the id of the request that has it, and whether it is withdrawn.
        """
        times, holds = self._tables.times, self._tables.holds
        query = select(times, holds.c.request_id).outerjoin(holds, holds.c.time_id == times.c.id)
        shown = or_(times.c.withdrawn_at.is_(None), holds.c.request_id.is_not(None))
        within = and_(times.c.starts_at >= start, times.c.starts_at < end, shown)
        rows = connection.execute(query.where(within).order_by(times.c.starts_at, times.c.place, times.c.id))
        return [(_time(row), row.request_id, row.withdrawn_at is not None) for row in rows]

    def hold(
        self, connection: Connection, time_id: str, draft_id: str, conversation: str, now: datetime
    ) -> tuple[Time, datetime]:
        """Keep a time for a draft, and give back another that it held. Again: keep it on, once as long again.

        Raises TimeTaken, and Wait when the conversation holds too many.
        """
        time = self._open_time(connection, time_id, draft_id, now)
        self._check_count(connection, conversation, draft_id, now)
        self._take(connection, time_id, draft_id, conversation, now)
        holds = self._tables.holds
        mine = connection.execute(select(holds).where(holds.c.time_id == time_id)).one()
        if mine.request_id is not None:
            return time, time.starts_at  # it is theirs already
        until = min(now + self._hold, mine.since + 2 * self._hold)
        connection.execute(update(holds).where(holds.c.time_id == time_id).values(until=until))
        self.release_draft(connection, draft_id, but=time_id)
        return time, until

    def attach(
        self, connection: Connection, time_id: str, draft_id: str, request_id: str, now: datetime, soon: bool = False
    ) -> Time:
        """Give a time to a request for good, instead of the one it had. Raises TimeTaken.

        A hold that has run out still counts where nobody else took the time. `soon`: staff give it, or put it forward.
        """
        time = self._open_time(connection, time_id, draft_id, now, soon)
        self._take(connection, time_id, draft_id, None, now)
        self.release(connection, request_id, but=time_id)
        holds = self._tables.holds
        connection.execute(
            update(holds)
            .where(holds.c.time_id == time_id)
            .values(request_id=request_id, until=None, conversation_id=None)
        )
        self.release_draft(connection, draft_id, but=time_id)
        return time

    def release(self, connection: Connection, request_id: str, but: str = "") -> None:
        """Give back the time that a request has."""
        holds = self._tables.holds
        connection.execute(delete(holds).where(holds.c.request_id == request_id, holds.c.time_id != but))

    def release_draft(self, connection: Connection, draft_id: str, but: str = "") -> None:
        """Give back what a draft holds."""
        holds = self._tables.holds
        connection.execute(
            delete(holds).where(holds.c.draft_id == draft_id, holds.c.request_id.is_(None), holds.c.time_id != but)
        )

    def expire(self, connection: Connection, now: datetime) -> int:
        """Give back all holds that nobody went on with."""
        holds = self._tables.holds
        return connection.execute(delete(holds).where(holds.c.request_id.is_(None), holds.c.until <= now)).rowcount

    def taken_between(self, connection: Connection, start: datetime, end: datetime) -> dict[str, tuple[Time, bool]]:
        """The times from `start` until before `end` that requests have, as `of_requests` gives them."""
        times, holds = self._tables.times, self._tables.holds
        query = select(times, holds.c.request_id).join(holds, holds.c.time_id == times.c.id)
        within = and_(times.c.starts_at >= start, times.c.starts_at < end, holds.c.request_id.is_not(None))
        rows = connection.execute(query.where(within))
        return {row.request_id: (_time(row), row.withdrawn_at is not None) for row in rows}

    def of_requests(self, connection: Connection, ids: Sequence[str]) -> dict[str, tuple[Time, bool]]:
        """The time that each request has, and whether staff have withdrawn it."""
        times, holds = self._tables.times, self._tables.holds
        query = select(times, holds.c.request_id).join(holds, holds.c.time_id == times.c.id)
        rows = connection.execute(query.where(holds.c.request_id.in_(ids)))
        return {row.request_id: (_time(row), row.withdrawn_at is not None) for row in rows}

    def offered(self, connection: Connection, request_id: str, now: datetime) -> list[Time]:
        """The times that staff put forward and that are still free."""
        offers = self._tables.offers
        ids = set(connection.execute(select(offers.c.time_id).where(offers.c.request_id == request_id)).scalars())
        return [time for time in self.free(connection, now, soon=True) if time.id in ids] if ids else []

    def offer(self, connection: Connection, request_id: str, time_ids: Sequence[str], now: datetime) -> list[Time]:
        """Put times forward to a family instead of those put forward before. Raises Refused."""
        free = {time.id: time for time in self.free(connection, now, soon=True)}
        unknown = [id for id in time_ids if id not in free]
        if unknown:
            raise Refused(f"This time is not free: {unknown[0]}.")
        self.clear_offers(connection, request_id)
        rows = [{"request_id": request_id, "time_id": id} for id in time_ids]
        connection.execute(insert(self._tables.offers), rows)
        return [free[id] for id in time_ids]

    def clear_offers(self, connection: Connection, request_id: str) -> set[str]:
        """Take back what was put forward; returns the ids of these times."""
        offers = self._tables.offers
        gone = delete(offers).where(offers.c.request_id == request_id).returning(offers.c.time_id)
        return set(connection.execute(gone).scalars())

    def _open_time(
        self, connection: Connection, time_id: str, draft_id: str, now: datetime, soon: bool = False
    ) -> Time:
        """A time that is published and not over nor too near, but for `soon` or who holds it; raises TimeTaken."""
        times, holds = self._tables.times, self._tables.holds
        theirs = exists().where(holds.c.time_id == time_id, holds.c.draft_id == draft_id)
        open_ = or_(self._open(now, soon), and_(self._open(now, soon=True), theirs))
        row = connection.execute(select(times).where(times.c.id == time_id, open_)).first()
        if row is None:
            raise TimeTaken
        return _time(row)

    def _open(self, now: datetime, soon: bool) -> Any:
        times, earliest = self._tables.times, now if soon else working_days_later(now, self._notice)
        return and_(times.c.withdrawn_at.is_(None), times.c.starts_at > earliest)

    def _take(
        self, connection: Connection, time_id: str, draft_id: str, conversation: str | None, now: datetime
    ) -> None:
        """Have the time's row in `holds` be this draft's; raises TimeTaken."""
        holds = self._tables.holds
        expired = and_(holds.c.request_id.is_(None), holds.c.until <= now, holds.c.draft_id != draft_id)
        connection.execute(delete(holds).where(holds.c.time_id == time_id, expired))
        row = {
            "time_id": time_id,
            "draft_id": draft_id,
            "conversation_id": conversation,
            "request_id": None,
            "since": now,
            "until": now + self._hold,
        }
        dialect = postgresql if connection.dialect.name == "postgresql" else sqlite
        connection.execute(dialect.insert(holds).values(row).on_conflict_do_nothing(index_elements=["time_id"]))
        owner = connection.execute(select(holds.c.draft_id).where(holds.c.time_id == time_id)).scalar_one_or_none()
        if owner != draft_id:
            raise TimeTaken

    def _check_count(self, connection: Connection, conversation: str, draft_id: str, now: datetime) -> None:
        holds = self._tables.holds
        count = connection.execute(
            select(func.count()).where(
                holds.c.conversation_id == conversation, holds.c.draft_id != draft_id, holds.c.until > now
            )
        ).scalar_one()
        if count >= MOST_HOLDS:
            raise Wait(int(self._hold.total_seconds()))

    def _beside(self, connection: Connection, time: Time) -> Any:
        """A published time at the same place with the same people that overlaps."""
        times = self._tables.times
        rows = connection.execute(
            select(times).where(
                times.c.withdrawn_at.is_(None),
                times.c.place == time.place,
                times.c.who == time.who,
                times.c.starts_at > time.starts_at - LONGEST,
                times.c.starts_at < time.ends_at,
            )
        )
        return next((row for row in rows if _time(row).ends_at > time.starts_at), None)


def new_time(starts_at: datetime, minutes: int, place: str, who: str, instant: bool) -> Time:
    """A time that is not published yet."""
    return Time(str(uuid4()), starts_at, minutes, place, who, instant)


def _time(row: Row[Unpack[tuple[Any, ...]]]) -> Time:
    return Time(row.id, row.starts_at, row.minutes, row.place, row.who, row.instant)
