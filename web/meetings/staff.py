"""Requests as staff deal with them: confirm, move, offer times, look at."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import uuid4

from sqlalchemy import Connection, select, update

from web.meetings.codes import tidy_reference
from web.meetings.kinds import Draft, Refused, Time
from web.meetings.ledger import Record, Step
from web.meetings.moments import working_days_later
from web.meetings.request_rows import RequestRows
from web.meetings.stages import OFFERED_DAYS, Stage
from web.records.events import Event


class StaffRequests(RequestRows):
    """What staff do to requests."""

    def confirm(
        self, connection: Connection, reference: str, who: str, now: datetime, version: int | None = None
    ) -> dict[str, Any]:
        """Confirm the time that a request holds. Raises Refused: also when a colleague was faster, naming them.

        `version`, here and below, is the one that somebody had before them; raises Overtaken where it has moved on.
        """
        record = self._of_staff(connection, reference, version)
        found = self._times.of_requests(connection, [record.id]).get(record.id)
        if record.row.status == "confirmed":
            raise Refused(f"{reference} was confirmed already, by {self._who_did(connection, record.id, 'confirmed')}.")
        if found is None:
            raise Refused(f"{reference} has no time yet. Give it one first.")
        time, withdrawn = found
        if withdrawn:
            raise Refused(f"{time.text} was withdrawn. Give it another time first.")
        self._check_overlap(connection, time, record.id)
        swapped = connection.execute(
            update(self._table)
            .where(self._table.c.id == record.id, self._table.c.status == "held")
            .values(status="confirmed")
        )
        if not swapped.rowcount:
            raise Refused(f"{reference} is {record.row.status}.")
        step = Step(record.id, now, who, "confirmed")
        fields = {"status": ("held", "confirmed")}
        values = {"status": "confirmed", **self._stage(Stage.BOOKED, now, time)}
        record = self._changed(connection, record, step, fields, True, time, **values)
        self._telling.family(connection, "confirmed", self._about(record, time), record.details, now)
        return self._shown(connection, [record], now)[0]

    def move(
        self,
        connection: Connection,
        reference: str,
        time_id: str,
        who: str,
        confirm: bool,
        now: datetime,
        version: int | None = None,
    ) -> dict[str, Any]:
        """Give a request another published time, confirmed at once or only held. Raises Refused, TimeTaken."""
        record = self._of_staff(connection, reference, version)
        old = self._time(connection, record.id)
        time = self._times.attach(connection, time_id, record.row.draft_id, record.id, now, soon=True)
        if confirm:
            self._check_overlap(connection, time, record.id)
        status = "confirmed" if confirm else "held"
        fields = {
            "status": (record.row.status, status),
            "starts_at": (old.starts_at.isoformat() if old else None, time.starts_at.isoformat()),
        }
        step = Step(record.id, now, who, "confirmed" if confirm else "moved")
        stage = Stage.BOOKED if confirm else self._worked_on(record)
        values = {"status": status, "outcome": None, **self._stage(stage, now, time)}
        record = self._changed(connection, record, step, fields, True, time, **values)
        self._times.clear_offers(connection, record.id)
        self._telling.family(connection, status, self._about(record, time), record.details, now)
        return self._shown(connection, [record], now)[0]

    def offer(
        self,
        connection: Connection,
        reference: str,
        time_ids: Sequence[str],
        who: str,
        now: datetime,
        version: int | None = None,
    ) -> dict[str, Any]:
        """Put times forward to a family. Raises Refused."""
        record = self._of_staff(connection, reference, version)
        if record.row.status == "cancelled":
            raise Refused(f"{reference} is cancelled. Take it up again first.")
        offers = self._times.offer(connection, record.id, time_ids, now)
        self._ledger.written(connection, Step(record.id, now, who, "offered"))
        stage = record.row.stage if record.row.stage == Stage.BOOKED else self._worked_on(record)
        due = working_days_later(now, OFFERED_DAYS)
        self._set(
            connection, record.id, stage=stage, attention=None, due_at=due, delete_after=self._longer(record, now)
        )
        about = self._about(record, None, offers)
        self._telling.family(connection, "offered", about, record.details, now)
        return self._shown(connection, [record], now)[0]

    def cancel(
        self, connection: Connection, reference: str, who: str, reason: str, now: datetime, version: int | None = None
    ) -> dict[str, Any]:
        """Cancel a request for a family that asked for it, or because staff have to. Raises Refused."""
        record = self._of_staff(connection, reference, version)
        if not reason:
            raise Refused("Write in a few words why, for whoever looks at it next.")
        if record.row.status == "cancelled":
            raise Refused(f"{reference} is cancelled already.")
        return self._cancelled(connection, record, who, str(uuid4()), reason, now)

    def enter(
        self, connection: Connection, draft: Draft, who: str, owner_id: str, now: datetime
    ) -> tuple[str, str | None]:
        """A request from a family that rings, once however often the form comes; its reference and code.

        The code is told again only as long as the form could come again. Raises SentBefore.
        """
        self._ledger.check_unused(connection, self._tables.handoffs, draft.draft_id)
        record, code = self._insert(connection, draft, now)
        if record is None:
            row = self._row(connection, self._table.c.draft_id == draft.draft_id)
            if row is None:
                raise Refused("This request could not be recorded. Please try again.")
            self._ledger.check_same(row, draft.details)
            again = self._ledger.opened(row)
            return row.reference, again.key.open(row.code) if row.code is not None else None
        self._ledger.written(connection, Step(record.id, now, who, Event.ENTERED))
        record = self._set(connection, record.id, owner_id=owner_id, **self._stage(Stage.ASSIGNED, now, None))
        self._telling.family(connection, "requested", self._about(record, None), record.details, now)
        return record.row.reference, code

    def seen(self, connection: Connection, reference: str, who: str, now: datetime) -> bool:
        """Somebody has looked at it; False where there is no such request."""
        row = self._row(connection, self._table.c.reference == tidy_reference(reference))
        if row is None or row.key is None:
            return False
        record = self._ledger.opened(row)
        self._ledger.written(connection, Step(record.id, now, who, "seen"))
        stage = "seen" if record.row.stage == "new" else record.row.stage
        self._set(connection, record.id, stage=stage, attention=None, delete_after=self._longer(record, now))
        return True

    def with_times(
        self, connection: Connection, reference: str, now: datetime
    ) -> tuple[dict[str, Any], Time | None, list[Time]]:
        """A request as its family is shown it, its time, and the times that could be put forward."""
        record = self._of_staff(connection, reference)
        shown = self._shown(connection, [record], now)[0]
        return shown, self._time(connection, record.id), self._times.free(connection, now, soon=True)

    def by_ids(self, connection: Connection, ids: Sequence[str]) -> dict[str, Record]:
        """Requests that are not erased, by their ids."""
        table = self._table
        rows = connection.execute(select(table).where(table.c.id.in_(ids), table.c.key.is_not(None)))
        return {row.id: self._ledger.opened(row) for row in rows}

    def time_withdrawn(self, connection: Connection, request_id: str, who: str, now: datetime) -> str:
        """A time was withdrawn under a request: it keeps it and needs a person; returns its reference."""
        record = self._by_id(connection, request_id)
        self._ledger.written(connection, Step(record.id, now, who, "time_withdrawn"))
        self._set(connection, record.id, attention="time_withdrawn", delete_after=self._longer(record, now))
        self._telling.staff(connection, "changed", record.row.reference, now)
        reference: str = record.row.reference
        return reference

    def not_told(self, connection: Connection, request_id: str, letter_id: str, now: datetime) -> None:
        """A letter to the family could not be sent: staff must know, once for each letter."""
        row = self._row(connection, self._table.c.id == request_id)
        if row is None or row.key is None:
            return
        if self._telling.staff(connection, "failure", row.reference, now, once=f"failed:{letter_id}"):
            self._ledger.written(connection, Step(request_id, now, "system", "not_told"))
            self._set(connection, request_id, attention="not_told")

    def listed(self, connection: Connection, now: datetime) -> list[tuple[Record, dict[str, Any]]]:
        """All that is not erased, with what families are shown: what needs a person first, then the oldest."""
        table = self._table
        rows = connection.execute(
            select(table)
            .where(table.c.key.is_not(None))
            .order_by(table.c.attention.is_(None), table.c.created_at, table.c.id)
        )
        records = [self._ledger.opened(row) for row in rows]
        return list(zip(records, self._shown(connection, records, now), strict=True))

    def _of_staff(self, connection: Connection, reference: str, version: int | None = None) -> Record:
        row = self._row(connection, self._table.c.reference == tidy_reference(reference))
        if row is None or row.key is None:
            raise Refused(f"There is no request {reference}.")
        self._ledger.check_version(connection, row, version)
        return self._ledger.opened(row)

    def _check_overlap(self, connection: Connection, time: Time, request_id: str) -> None:
        """No other confirmed meeting with the same people at the same place at that time; raises Refused."""
        others = connection.execute(
            select(self._table.c.id, self._table.c.reference).where(
                self._table.c.status == "confirmed", self._table.c.id != request_id
            )
        ).all()
        taken = self._times.of_requests(connection, [row.id for row in others])
        for row in others:
            other, _withdrawn = taken.get(row.id, (None, False))
            if other and (other.who, other.place) == (time.who, time.place):
                if other.starts_at < time.ends_at and time.starts_at < other.ends_at:
                    raise Refused(f"{time.text} overlaps with {row.reference}, which is confirmed.")

    def _who_did(self, connection: Connection, about: str, what: str) -> str:
        history = self._tables.history
        query = select(history.c.who).where(history.c.about == about, history.c.what == what)
        return str(connection.execute(query.order_by(history.c.at.desc()).limit(1)).scalar())
