"""Requests for a meeting as families make them: recorded once, seen, changed and cancelled by those who made them."""

from __future__ import annotations

import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import uuid4

from sqlalchemy import Connection, func, insert, select, update

from web.meetings.codes import tidy_code, tidy_reference
from web.meetings.kinds import (
    FAMILY,
    Change,
    Draft,
    NotTheirs,
    Time,
    TimeTaken,
    Wait,
)
from web.meetings.ledger import AnyRow, Record, Step
from web.meetings.request_rows import RequestRows
from web.meetings.stages import Stage

MOST_LIVE = 5  # requests of one conversation; a family may ask for a sister and for themselves
MOST_LIVE_WAIT = 3600  # seconds


@dataclass(frozen=True)
class Recorded:
    """A request as the family is shown it. `new` is False where it had been recorded before."""

    meeting: dict[str, Any]
    code: str | None
    new: bool


class Requests(RequestRows):
    """What families do to their requests."""

    # What families do.

    def record(self, connection: Connection, draft: Draft, now: datetime) -> Recorded:
        """Record a request once, however often the draft comes. Raises TimeTaken, NotTheirs, NoConversation, Wait."""
        before = self._row(connection, self._table.c.draft_id == draft.draft_id)
        if before is None:
            self._check_count(connection, draft.conversation)
            record, code = self._insert(connection, draft, now)
            if record is not None:
                return self._recorded(connection, record, draft, code, now)
            before = self._row(connection, self._table.c.draft_id == draft.draft_id)
        if before is None:
            raise TimeTaken  # not to be reached: nothing was inserted and nothing is there
        record = self._ledger.opened(before)
        self._check_tied(connection, draft.conversation, record.id)
        again: str | None = record.key.open(before.code) if before.code is not None else None
        return Recorded(self._shown(connection, [record], now)[0], again, new=False)

    def of_conversation(self, connection: Connection, conversation: str, now: datetime) -> list[dict[str, Any]]:
        """What this conversation asked for, newest first."""
        ties, table = self._tables.ties, self._table
        query = select(table).join(ties, ties.c.about == table.c.id).where(ties.c.conversation_id == conversation)
        rows = connection.execute(query.where(table.c.key.is_not(None)).order_by(table.c.created_at.desc(), table.c.id))
        return self._shown(connection, [self._ledger.opened(row) for row in rows], now)

    def find(
        self,
        connection: Connection,
        conversation: str,
        reference: str,
        code: str,
        address: str | None,
        now: datetime,
    ) -> dict[str, Any] | None:
        """The request with that reference and code, from now on tied to the conversation. Raises Wait.

        None, and a wrong try counted, where there is none. The conversation that made it needs no code.
        """
        row = self._row(connection, self._table.c.reference == tidy_reference(reference))
        if row is not None and self._ledger.tied(connection, conversation, row.id):
            return self._shown(connection, [self._ledger.opened(row)], now)[0]
        names = self._wrong_codes.names(tidy_reference(reference), address)
        self._wrong_codes.check(connection, names, now)
        record = self._matching(row, code)
        if record is None:
            self._wrong_codes.wrong(connection, names, now)
            return None
        self._wrong_codes.right(connection, tidy_reference(reference))
        self._ledger.tie(connection, conversation, record.id)
        self._ledger.written(connection, Step(record.id, now, FAMILY, "found"))
        return self._shown(connection, [record], now)[0]

    def change(self, connection: Connection, reference: str, change: Change, now: datetime) -> dict[str, Any]:
        """Change what a family said, or its time. Raises NotTheirs, TimeTaken.

        A cancelled request that is changed is asked for again.
        """
        record = self._theirs(connection, reference, change.conversation)
        if self._ledger.done_before(connection, record.id, change.change_id):
            return self._shown(connection, [record], now)[0]
        status, old = record.row.status, self._time(connection, record.id)
        time = old
        if "time_id" in change.times:
            status, time = self._retimed(connection, record, change.times["time_id"], now)
        elif status == "cancelled":
            status = "requested"
        fields = self._differences(record, change.details)
        step = Step(record.id, now, FAMILY, "changed", change.change_id)
        moved = "time_id" in change.times or status != record.row.status
        record = self._changed(
            connection,
            record,
            step,
            {**fields, **({"status": (record.row.status, status)} if status != record.row.status else {})},
            moved,
            time,
            **{**self._stage_after(record, status, moved, time, now), "status": status, "attention": "changed"},
        )
        if moved and old is not None and time is None:
            self._telling.family(connection, "cancelled", self._about(record, old), record.details, now)
        if moved:
            self._telling.family(connection, status, self._about(record, time), record.details, now)
        self._telling.staff(connection, "changed", record.row.reference, now)
        return self._shown(connection, [record], now)[0]

    def cancel(
        self,
        connection: Connection,
        reference: str,
        conversation: str,
        change_id: str,
        reason: str | None,
        now: datetime,
    ) -> dict[str, Any]:
        """Cancel a request; again changes nothing. Raises NotTheirs."""
        record = self._theirs(connection, reference, conversation)
        return self._cancelled(connection, record, FAMILY, change_id, reason, now)

    def note(
        self,
        connection: Connection,
        reference: str,
        conversation: str,
        change_id: str,
        kind: str,
        text: str,
        now: datetime,
    ) -> dict[str, Any]:
        """Tell staff something about a request, such as running late. Raises NotTheirs."""
        record = self._theirs(connection, reference, conversation)
        if not self._ledger.done_before(connection, record.id, change_id):
            self.contact(connection, record, FAMILY, kind, text, now, change_id)
            self._set(connection, record.id, attention=kind, delete_after=self._longer(record, now))
            self._telling.staff(connection, "changed", record.row.reference, now)
        return self._shown(connection, [record], now)[0]

    # What links in e-mails do.

    def linked(self, connection: Connection, token_hash: bytes, now: datetime) -> tuple[dict[str, Any], bool] | None:
        """The request of a link and whether its button still works; None for no link of ours, or an old one."""
        link = self._link(connection, token_hash, now)
        if link is None:
            return None
        record = self._by_id(connection, link.request_id)
        usable = link.used_at is None and record.row.status != "cancelled"
        return self._shown(connection, [record], now)[0], usable

    def cancel_by_link(self, connection: Connection, token_hash: bytes, now: datetime) -> bool | None:
        """Cancel the request of a link; False where that was done before, None for no link of ours, or an old one."""
        links = self._tables.links
        link = self._link(connection, token_hash, now)
        if link is None:
            return None
        used = update(links).where(links.c.token_hash == token_hash, links.c.used_at.is_(None)).values(used_at=now)
        record = self._by_id(connection, link.request_id)
        if not connection.execute(used).rowcount or record.row.status == "cancelled":
            return False
        self._cancelled(connection, record, FAMILY, str(uuid4()), None, now)
        return True

    def contact(
        self,
        connection: Connection,
        record: Record,
        who: str,
        kind: str,
        text: str | None,
        now: datetime,
        change_id: str | None = None,
    ) -> None:
        """Write a contact with the family down."""
        row = {"id": str(uuid4()), "about": record.id, "at": now, "who": who, "kind": kind}
        note = record.key.seal(text) if text else None
        connection.execute(insert(self._tables.contacts), {**row, "note": note})
        self._ledger.written(connection, Step(record.id, now, who, kind, change_id))

    # Parts of the above.

    def _recorded(self, connection: Connection, record: Record, draft: Draft, code: str, now: datetime) -> Recorded:
        """What follows from a new row: its tie, its time, its history, and who is told."""
        self._ledger.tie(connection, draft.conversation, record.id)
        self._ledger.written(connection, Step(record.id, now, FAMILY, "recorded", draft.draft_id))
        status, time = "requested", None
        if draft.time_id is not None:
            status, time = self._retimed(connection, record, draft.time_id, now)
            booked = self._stage(Stage.BOOKED, now, time) if status == "confirmed" else {}
            record = self._set(connection, record.id, status=status, delete_after=self._until(time, now), **booked)
        else:
            self._times.release_draft(connection, draft.draft_id)
        self._telling.family(connection, status, self._about(record, time), record.details, now)
        self._telling.staff(connection, "new", record.row.reference, now)
        return Recorded(self._shown(connection, [record], now)[0], code, new=True)

    def _retimed(
        self, connection: Connection, record: Record, time_id: str | None, now: datetime
    ) -> tuple[str, Time | None]:
        """Give a request a time, or take its time back; returns its status and its time. Raises TimeTaken."""
        put_forward = self._times.clear_offers(connection, record.id)
        if time_id is None:
            self._times.release(connection, record.id)
            return "requested", None
        soon = time_id in put_forward
        time = self._times.attach(connection, time_id, record.row.draft_id, record.id, now, soon)
        return ("confirmed" if time.instant else "held"), time

    def _check_count(self, connection: Connection, conversation: str) -> None:
        ties, table = self._tables.ties, self._table
        count = connection.execute(
            select(func.count())
            .select_from(table.join(ties, ties.c.about == table.c.id))
            .where(ties.c.conversation_id == conversation, table.c.status != "cancelled")
        ).scalar_one()
        if count >= MOST_LIVE:
            raise Wait(MOST_LIVE_WAIT)

    def _stage_after(
        self, record: Record, status: str, moved: bool, time: Time | None, now: datetime
    ) -> dict[str, Any]:
        """How far a request is once its family has changed it."""
        if record.row.status == "cancelled":
            return {"stage": Stage.NEW, "due_at": None}
        if moved and status == "confirmed":
            return self._stage(Stage.BOOKED, now, time)
        if moved and record.row.stage == Stage.BOOKED:
            return self._stage(self._worked_on(record), now, time)
        return {}

    def _matching(self, row: AnyRow | None, code: str) -> Record | None:
        if row is None or row.key is None or row.code_hash is None:
            return None
        record = self._ledger.opened(row)
        return record if hmac.compare_digest(row.code_hash, record.key.digest(tidy_code(code))) else None

    def _link(self, connection: Connection, token_hash: bytes, now: datetime) -> AnyRow | None:
        links = self._tables.links
        query = select(links).join(self._table, self._table.c.id == links.c.request_id)
        return connection.execute(
            query.where(links.c.token_hash == token_hash, links.c.expires_at > now, self._table.c.key.is_not(None))
        ).first()

    def _differences(self, record: Record, details: Mapping[str, Any]) -> dict[str, tuple[Any, Any]]:
        return {
            name: (record.details.get(name), value)
            for name, value in details.items()
            if value != record.details.get(name)
        }

    def _theirs(self, connection: Connection, reference: str, conversation: str) -> Record:
        row = self._row(connection, self._table.c.reference == tidy_reference(reference))
        if row is None:
            raise NotTheirs
        self._check_tied(connection, conversation, row.id)
        return self._ledger.opened(row)

    def _check_tied(self, connection: Connection, conversation: str, id: str) -> None:
        if not self._ledger.tied(connection, conversation, id):
            raise NotTheirs
