"""What is common to all that happens to a request: finding its row, changing it with its history, showing it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

from sqlalchemy import Connection, select, update
from sqlalchemy.dialects import postgresql, sqlite

from web.meetings.codes import new_code, new_reference
from web.meetings.kinds import FAMILY, Draft, Erased, Time
from web.meetings.ledger import AnyRow, Ledger, Record, Step
from web.meetings.moments import working_days_later
from web.meetings.stages import OPEN, Stage
from web.meetings.telling import Telling
from web.meetings.times import Times
from web.meetings.wrong_codes import WrongCodes
from web.notify.letters import About
from web.records.own_keys import OwnKey
from web.records.tables import Tables

SHOWN = ("name", "contact", "other_contact", "when", "where", "bringing", "needs")


class RequestRows:
    """Rows of `requests`, inside a transaction that the caller began."""

    def __init__(
        self,
        tables: Tables,
        ledger: Ledger,
        times: Times,
        telling: Telling,
        wrong_codes: WrongCodes,
        keep: timedelta,
    ) -> None:
        """`keep` is how long a request is kept after it was last changed and after its time."""
        self._tables = tables
        self._table = tables.requests
        self._ledger = ledger
        self._times = times
        self._telling = telling
        self._wrong_codes = wrong_codes
        self._keep = keep

    def _changed(
        self,
        connection: Connection,
        record: Record,
        step: Step,
        fields: Mapping[str, tuple[Any, Any]],
        moved: bool,
        time: Time | None,
        **values: Any,
    ) -> Record:
        """Write a change down and make it. `moved`: what stands in a calendar has changed."""
        self._ledger.written(connection, step, record.key, fields)
        if moved:
            self._telling.no_reminder(connection, record.id)
        details = {**record.details, **{name: new for name, (_old, new) in fields.items() if name in record.details}}
        return self._set(
            connection,
            record.id,
            details=record.key.seal(details),
            indexed=None,
            changed_at=step.at,
            delete_after=self._until(time, step.at),
            sequence=record.row.sequence + moved,
            **values,
        )

    def _set(self, connection: Connection, id: str, **values: Any) -> Record:
        values["version"] = self._table.c.version + 1
        connection.execute(update(self._table).where(self._table.c.id == id).values(**values))
        return self._by_id(connection, id)

    def _until(self, time: Time | None, now: datetime) -> datetime:
        return (max(now, time.ends_at) if time else now) + self._keep

    def _longer(self, record: Record, now: datetime) -> datetime:
        """Until when it is kept after a step that leaves its time alone, which may keep it longer still."""
        until: datetime = record.row.delete_after
        return max(until, now + self._keep)

    def _row(self, connection: Connection, where: Any) -> AnyRow | None:
        """A row, which nobody else can change until the transaction ends."""
        return connection.execute(select(self._table).where(where).with_for_update()).first()

    def _by_id(self, connection: Connection, id: str) -> Record:
        row = self._row(connection, self._table.c.id == id)
        if row is None:
            raise Erased
        return self._ledger.opened(row)

    def _time(self, connection: Connection, request_id: str) -> Time | None:
        found = self._times.of_requests(connection, [request_id]).get(request_id)
        return found[0] if found else None

    def _about(self, record: Record, time: Time | None, offers: Sequence[Time] = ()) -> About:
        return About(record.id, record.row.sequence, record.row.reference, time, offers)

    def _shown(self, connection: Connection, records: Sequence[Record], now: datetime) -> list[dict[str, Any]]:
        """Requests as families are shown them."""
        taken = self._times.of_requests(connection, [record.id for record in records])
        return [self._meeting(connection, record, taken.get(record.id), now) for record in records]

    def _meeting(
        self, connection: Connection, record: Record, taken: tuple[Time, bool] | None, now: datetime
    ) -> dict[str, Any]:
        details, time = record.details, taken[0] if taken else None
        shown = {name: details.get(name) for name in SHOWN}
        return {
            "reference": record.row.reference,
            "status": record.row.status,
            **shown,
            "where": shown["where"] or (time.place if time else None),
            "who": details.get("who_text") or details.get("who"),
            "starts_at": time.shown()["starts_at"] if time else None,
            "offers": [offer.shown() for offer in self._times.offered(connection, record.id, now)],
            "code": None,
        }

    def _cancelled(
        self, connection: Connection, record: Record, who: str, change_id: str, reason: str | None, now: datetime
    ) -> dict[str, Any]:
        if record.row.status == "cancelled":
            return self._shown(connection, [record], now)[0]
        time = self._time(connection, record.id)
        self._times.release(connection, record.id)
        self._times.clear_offers(connection, record.id)
        fields = {"status": (record.row.status, "cancelled"), **({"reason": (None, reason)} if reason else {})}
        step = Step(record.id, now, who, "cancelled", change_id)
        attention = "cancelled" if who == FAMILY else None  # staff know what they did
        record = self._changed(
            connection,
            record,
            step,
            fields,
            True,
            None,
            status="cancelled",
            stage="withdrawn",
            due_at=None,
            attention=attention,
        )
        self._telling.family(connection, "cancelled", self._about(record, time), record.details, now)
        if who == FAMILY:
            self._telling.staff(connection, "changed", record.row.reference, now)
        return self._shown(connection, [record], now)[0]

    @staticmethod
    def _worked_on(record: Record) -> Stage:
        """The stage of a request that somebody has dealt with and that has no meeting yet."""
        stage = Stage(record.row.stage)
        if stage in (Stage.NEW, Stage.BOOKED) or stage not in OPEN:
            return Stage.ASSIGNED if record.row.owner_id else Stage.SEEN
        return stage

    @staticmethod
    def _stage(stage: Stage, now: datetime, time: Time | None) -> dict[str, Any]:
        """How far it is now, and when it comes back: a meeting the working day after it, to say whether it was."""
        begins = time.ends_at if stage is Stage.BOOKED and time else now
        return {"stage": stage, "attention": None, "due_at": working_days_later(begins, 1)}

    def _insert(self, connection: Connection, draft: Draft, now: datetime) -> tuple[Record | None, str]:
        """A new row; None where another transaction has recorded this draft meanwhile."""
        key, code = OwnKey.new(), new_code()
        transcript = self._ledger.transcript(connection, draft.conversation) if draft.attach_conversation else None
        row = {
            "id": str(uuid4()),
            "draft_id": draft.draft_id,
            "stage": "new",
            "created_at": now,
            "changed_at": now,
            "delete_after": now + self._keep,
            "key": key.text,
            "details": key.seal(dict(draft.details)),
            "attached": key.seal(transcript) if transcript is not None else None,
            "status": "requested",
            "code_hash": key.digest(code),
            "code": key.seal(code),
            "sequence": 0,
            "attention": None,
        }
        dialect = postgresql if connection.dialect.name == "postgresql" else sqlite
        for _ in range(5):  # a reference that is taken already is as likely as not in 72 million
            statement = dialect.insert(self._table).values({**row, "reference": new_reference()})
            if connection.execute(statement.on_conflict_do_nothing()).rowcount:
                return self._by_id(connection, str(row["id"])), code
            if self._row(connection, self._table.c.draft_id == draft.draft_id) is not None:
                break
        return None, code
