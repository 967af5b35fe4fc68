"""Hand-offs: call-backs, questions passed on, complaints, access needs, in the family's words."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

from sqlalchemy import Connection, func, select, update
from sqlalchemy.dialects import postgresql, sqlite

from web.meetings.codes import new_reference, tidy_reference
from web.meetings.kinds import FAMILY, DraftHandoff, NotTheirs, Refused, SentBefore, Wait
from web.meetings.ledger import AnyRow, Ledger, Record, Step
from web.meetings.moments import working_days_later
from web.meetings.stages import Stage
from web.meetings.telling import Telling
from web.records.events import Event
from web.records.own_keys import OwnKey
from web.records.tables import Tables

URGENT = "urgent"
MOST_HANDOFFS = 10  # of one conversation
MOST_WAIT = 3600  # seconds


class Handoffs:
    """Everything that happens to a hand-off, inside a transaction that the caller began."""

    def __init__(self, tables: Tables, ledger: Ledger, telling: Telling, keep: timedelta) -> None:
        """`keep` is how long one is kept after it was last changed."""
        self._tables = tables
        self._table = tables.handoffs
        self._ledger = ledger
        self._telling = telling
        self._keep = keep

    def record(self, connection: Connection, draft: DraftHandoff, now: datetime) -> tuple[dict[str, Any], bool]:
        """Record it once, however often the draft comes; and whether it is new.

        Raises NotTheirs, NoConversation, and Wait when the conversation has passed on too much.
        """
        new = self._row(connection, self._table.c.draft_id == draft.draft_id) is None
        if new:
            self._check_count(connection, draft.conversation)
            new = self._insert(connection, draft, now)
        row = self._row(connection, self._table.c.draft_id == draft.draft_id)
        if row is None or not (new or self._ledger.tied(connection, draft.conversation, row.id)):
            raise NotTheirs
        if new:
            self._ledger.tie(connection, draft.conversation, row.id)
            self._ledger.written(connection, Step(row.id, now, FAMILY, "recorded", draft.draft_id))
            self._telling.staff(connection, URGENT if row.urgent else "new", row.reference, now)
        return _shown(self._ledger.opened(row)), new

    def of_conversation(self, connection: Connection, conversation: str) -> list[dict[str, Any]]:
        """What this conversation passed on, newest first."""
        ties, table = self._tables.ties, self._table
        query = select(table).join(ties, ties.c.about == table.c.id).where(ties.c.conversation_id == conversation)
        rows = connection.execute(query.where(table.c.key.is_not(None)).order_by(table.c.created_at.desc(), table.c.id))
        return [_shown(self._ledger.opened(row)) for row in rows]

    def enter(self, connection: Connection, draft: DraftHandoff, who: str, owner_id: str, now: datetime) -> str:
        """Something that a family asked for by phone, once however often the form comes; its reference.

        Raises SentBefore.
        """
        self._ledger.check_unused(connection, self._tables.requests, draft.draft_id)
        new = self._insert(connection, draft, now)
        row = self._row(connection, self._table.c.draft_id == draft.draft_id)
        if row is None:
            raise Refused("This could not be recorded. Please try again.")
        if new:
            values = {"owner_id": owner_id, "stage": Stage.ASSIGNED, "due_at": working_days_later(now, 1)}
            connection.execute(update(self._table).where(self._table.c.id == row.id).values(values))
            self._ledger.written(connection, Step(row.id, now, who, Event.ENTERED))
        elif row.kind != draft.kind:
            raise SentBefore(row.reference)
        else:
            self._ledger.check_same(row, draft.details)
        reference: str = row.reference
        return reference

    def seen(self, connection: Connection, reference: str, who: str, now: datetime) -> None:
        """Somebody has looked at it. Raises Refused."""
        table = self._table
        row = self._row(connection, table.c.reference == tidy_reference(reference))
        if row is None or row.key is None:
            raise Refused(f"There is nothing with the reference {reference}.")
        connection.execute(
            update(table)
            .where(table.c.id == row.id, table.c.stage == "new")
            .values(
                stage="seen",
                delete_after=max(row.delete_after, now + self._keep),
                version=table.c.version + 1,
            )
        )
        self._ledger.written(connection, Step(row.id, now, who, "seen"))

    def listed(self, connection: Connection) -> list[Record]:
        """All that is not erased: urgent ones first, then the oldest."""
        table = self._table
        query = select(table).where(table.c.key.is_not(None))
        rows = connection.execute(query.order_by(table.c.urgent.desc(), table.c.created_at, table.c.id))
        return [self._ledger.opened(row) for row in rows]

    def _check_count(self, connection: Connection, conversation: str) -> None:
        ties, table = self._tables.ties, self._table
        passed_on = select(func.count()).select_from(table.join(ties, ties.c.about == table.c.id))
        count = connection.execute(passed_on.where(ties.c.conversation_id == conversation)).scalar_one()
        if count >= MOST_HANDOFFS:
            raise Wait(MOST_WAIT)

    def _insert(self, connection: Connection, draft: DraftHandoff, now: datetime) -> bool:
        """A new row; False where another transaction has recorded this draft meanwhile."""
        key = OwnKey.new()
        transcript = self._ledger.transcript(connection, draft.conversation) if draft.attach_conversation else None
        row: Mapping[str, Any] = {
            "id": str(uuid4()),
            "draft_id": draft.draft_id,
            "stage": "new",
            "created_at": now,
            "changed_at": now,
            "delete_after": now + self._keep,
            "key": key.text,
            "details": key.seal(dict(draft.details)),
            "attached": key.seal(transcript) if transcript is not None else None,
            "kind": draft.kind,
            "urgent": draft.kind == URGENT,
        }
        dialect = postgresql if connection.dialect.name == "postgresql" else sqlite
        for _ in range(5):  # a reference may be taken already, though hardly ever
            statement = dialect.insert(self._table).values({**row, "reference": new_reference()})
            if connection.execute(statement.on_conflict_do_nothing()).rowcount:
                return True
            if self._row(connection, self._table.c.draft_id == draft.draft_id) is not None:
                break
        return False

    def _row(self, connection: Connection, where: Any) -> AnyRow | None:
        return connection.execute(select(self._table).where(where).with_for_update()).first()


def _shown(record: Record) -> dict[str, Any]:
    """As a family is shown it."""
    row = record.row
    return {
        "reference": row.reference,
        "kind": row.kind,
        "status": row.stage,
        "urgent": row.urgent,
        "text": record.details.get("text"),
    }
