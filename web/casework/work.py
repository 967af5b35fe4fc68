"""What staff do to an item, inside a transaction that the caller began.

Each step names the version of the item that somebody had before them; where the item has moved on it is refused, and
nobody overwrites anybody.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

from sqlalchemy import Connection, insert, select, update

from web.accounts.roles import Member
from web.casework.items import Item, Items
from web.meetings import stages
from web.meetings.kinds import Overtaken, Refused
from web.meetings.ledger import Ledger, Step
from web.meetings.moments import working_days_later
from web.meetings.stages import SET_BY_HAND, Stage
from web.records.events import Event
from web.records.tables import Tables

LOOKED = timedelta(minutes=5)  # looking again within that time is the same look
BESIDE = timedelta(minutes=15)  # colleagues who looked within that time are named


class Work:
    """Steps of staff. All raise Refused; those that change something raise Overtaken."""

    def __init__(self, tables: Tables, ledger: Ledger, items: Items, keep: timedelta) -> None:
        """`keep` is how long an item is kept after it was last changed."""
        self._tables = tables
        self._ledger = ledger
        self._items = items
        self._keep = keep

    def view(self, connection: Connection, reference: str, me: Member, only: str | None, now: datetime) -> Item:
        """Look at an item; that somebody did is in the history."""
        item = self._items.find(connection, reference, only)
        history = self._tables.history
        seen = select(history.c.id).where(
            history.c.about == item.record.id,
            history.c.who == me.name,
            history.c.what == Event.VIEWED,
            history.c.at > now - LOOKED,
        )
        if connection.execute(seen.limit(1)).first() is None:
            self._written(connection, item, me, Event.VIEWED, now)
        return item

    def read(
        self,
        connection: Connection,
        reference: str,
        me: Member,
        only: str | None,
        what: Event,
        reason: str,
        now: datetime,
    ) -> Item:
        """Open what a family wrote, or the whole conversation, and say why."""
        item = self._items.find(connection, reference, only)
        if what is Event.TRANSCRIPT_READ and item.row.attached is None:
            raise Refused("The family did not attach its conversation.")
        stages.known(reason, stages.REASONS, "why you read this")
        self._written(connection, item, me, what, now, stages.REASONS[reason])
        return item

    def beside(self, connection: Connection, item: Item, me: Member, now: datetime) -> list[tuple[str, datetime]]:
        """Colleagues who looked at it just now."""
        history = self._tables.history
        query = select(history.c.who, history.c.at).where(
            history.c.about == item.record.id,
            history.c.what == Event.VIEWED,
            history.c.who != me.name,
            history.c.at > now - BESIDE,
        )
        latest: dict[str, datetime] = {}
        for row in connection.execute(query.order_by(history.c.at)):
            latest[row.who] = row.at
        return list(latest.items())

    def assign(self, connection: Connection, item: Item, me: Member, staff_id: str | None, now: datetime) -> None:
        """Give an item to somebody, to oneself, or back to everybody."""
        name = dict(self._items.colleagues(connection)).get(staff_id or "")
        if staff_id is not None and name is None:
            raise Refused("Choose a colleague from the list.")
        stage = item.stage
        if stage in (Stage.NEW, Stage.SEEN, Stage.ASSIGNED):
            stage = Stage.ASSIGNED if staff_id else Stage.SEEN
        self._change(connection, item, now, owner_id=staff_id, stage=stage, due_at=self._due(item, stage, now))
        self._written(connection, item, me, Event.ASSIGNED, now, name or "everybody")

    def note(self, connection: Connection, item: Item, me: Member, text: str, now: datetime) -> None:
        """Something for colleagues to know; sealed with the item's own key."""
        if not text:
            raise Refused("Write the note.")
        self._contact(connection, item, me, "note", text, now)
        self._change(connection, item, now, stage=Stage.SEEN if item.stage is Stage.NEW else item.stage)
        self._written(connection, item, me, Event.NOTED, now)

    def contacted(
        self,
        connection: Connection,
        item: Item,
        me: Member,
        way: str,
        outcome: str,
        at: datetime,
        text: str,
        now: datetime,
    ) -> None:
        """A contact with the family, or a try: how, when, with what outcome."""
        stages.known(way, stages.CONTACT_WAYS, "how you tried to reach the family")
        if outcome not in stages.CONTACT_OUTCOMES:
            raise Refused("Choose what came of it.")
        if at > now:
            raise Refused("This moment has not come yet. Write when you tried.")
        words, following = stages.CONTACT_OUTCOMES[outcome]
        self._contact(connection, item, me, f"{way}:{outcome}", text, at)
        # A booked meeting stays booked whatever came of it, or nobody could say any more whether it took place.
        tried_again = item.stage is Stage.SPOKEN and following is Stage.TRIED
        keeps = item.stage is Stage.BOOKED or tried_again or not item.open
        stage = item.stage if keeps else following
        owner = item.row.owner_id or me.id
        self._change(connection, item, now, stage=stage, owner_id=owner, due_at=self._due(item, stage, now))
        self._written(connection, item, me, Event.CONTACT, now, f"{stages.CONTACT_WAYS[way]}: {words}")

    def set_stage(
        self, connection: Connection, item: Item, me: Member, stage: str, more: Mapping[str, str], now: datetime
    ) -> None:
        """Say how far an item is. `more`: waiting_for and days, duplicate_of, or a reason, where a stage needs it."""
        if stage not in SET_BY_HAND:
            raise Refused("Choose how far it is.")
        new, values = Stage(stage), self._more(connection, item, Stage(stage), more)
        due = self._due(item, new, now, _days(more) if new is Stage.WAITING else None)
        self._change(connection, item, now, stage=new, due_at=due, **values)
        self._written(connection, item, me, Event.STATUS, now, f"{item.stage.words} to {new.words}")
        if more.get("reason"):
            self._contact(connection, item, me, "note", more["reason"], now)

    def reopen(self, connection: Connection, item: Item, me: Member, now: datetime) -> None:
        """Take a closed item up again. The family need not say anything twice."""
        if item.open:
            raise Refused("It is open already.")
        stage = Stage.ASSIGNED if item.row.owner_id else Stage.SEEN
        due = self._due(item, stage, now)
        values: dict[str, Any] = {"duplicate_of": None, "outcome": None}
        if item.is_request and item.row.status == "confirmed":
            stage = Stage.BOOKED  # so that somebody can say anew whether it took place
        if item.is_request and item.row.status == "cancelled":
            values["status"] = "requested"
        self._change(connection, item, now, stage=stage, due_at=due, **values)
        self._written(connection, item, me, Event.STATUS, now, f"{item.stage.words} to {stage.words}")

    def outcome(self, connection: Connection, item: Item, me: Member, outcome: str, now: datetime) -> None:
        """Whether the meeting took place. A missed one stays open, for another time."""
        stages.known(outcome, stages.OUTCOMES, "whether it took place")
        if item.stage is not Stage.BOOKED:
            raise Refused("Only a booked meeting can have taken place or been missed.")
        stage = Stage.DONE if outcome == "took_place" else Stage.SPOKEN
        self._change(connection, item, now, stage=stage, outcome=outcome, due_at=self._due(item, stage, now))
        self._written(connection, item, me, Event.OUTCOME, now, stages.OUTCOMES[outcome])

    def correct(
        self, connection: Connection, item: Item, me: Member, changed: Mapping[str, Any], now: datetime
    ) -> None:
        """What a family has put right by phone."""
        fields = {name: (item.details.get(name), new) for name, new in changed.items() if item.details.get(name) != new}
        if not fields:
            raise Refused("Nothing is different.")
        details = {**item.details, **{name: new for name, (_old, new) in fields.items()}}
        self._change(connection, item, now, details=item.record.key.seal(details), indexed=None)
        step = Step(item.record.id, now, me.name, Event.CHANGED)
        self._ledger.written(connection, step, item.record.key, fields)

    def _more(self, connection: Connection, item: Item, stage: Stage, more: Mapping[str, str]) -> dict[str, Any]:
        """What a stage is set together with."""
        if item.is_request:
            _check_free(item)
        values: dict[str, Any] = {"waiting_for": None, "duplicate_of": None}
        if stage is Stage.WAITING:
            values["waiting_for"] = stages.known(
                more.get("waiting_for", ""), stages.WAITING_FOR, "whose check it waits for"
            )
        if stage is Stage.DUPLICATE:
            other = self._items.find(connection, more.get("duplicate_of", "") or "?")
            if other.record.id == item.record.id:
                raise Refused("That is this very item. Write the reference of the other one.")
            values["duplicate_of"] = other.row.reference
        if stage is Stage.WITHDRAWN and item.is_request:
            raise Refused("Cancel the request instead, so that its time is free again and the family is told.")
        if stage in (Stage.PASSED_ON, Stage.WITHDRAWN, Stage.NO_REPLY) and not more.get("reason"):
            raise Refused("Write in a few words why, for whoever looks at it next.")
        return values

    def _due(self, item: Item, stage: Stage, now: datetime, days: int | None = None) -> datetime | None:
        if stage is Stage.BOOKED:
            due: datetime | None = item.row.due_at
            return due
        days = days or stages.DUE_DAYS.get(stage)
        return working_days_later(now, days) if days else None

    def _change(self, connection: Connection, item: Item, now: datetime, **values: Any) -> None:
        """Compare and swap: only the version that somebody had before them is changed. Whatever called for
        attention has got it, and what is worked on is kept on: a meeting to come may keep it longer still."""
        until = max(item.row.delete_after, now + self._keep)
        fixed = {"attention": None, "changed_at": now, "delete_after": until, "version": item.row.version + 1}
        values = {**fixed, **values}
        mine = update(item.table).where(item.table.c.id == item.record.id, item.table.c.version == item.row.version)
        if not connection.execute(mine.values(values)).rowcount:
            raise Overtaken("somebody", "changed")

    def _contact(self, connection: Connection, item: Item, me: Member, kind: str, text: str, at: datetime) -> None:
        row = {"id": str(uuid4()), "about": item.record.id, "at": at, "who": me.name, "kind": kind}
        note = item.record.key.seal(text) if text else None
        connection.execute(insert(self._tables.contacts), {**row, "note": note})

    def _written(
        self, connection: Connection, item: Item, me: Member, what: Event, now: datetime, detail: str | None = None
    ) -> None:
        self._ledger.written(connection, Step(item.record.id, now, me.name, what, detail=detail))


def _check_free(item: Item) -> None:
    """Raises Refused where a time is taken for it: it would stay taken, and the family would be reminded of it."""
    over = item.row.outcome is not None and item.stage is not Stage.BOOKED
    if item.row.status == "held":
        raise Refused("It has a time. Confirm it, or cancel the meeting first.")
    if item.row.status == "confirmed" and not over:
        raise Refused("Cancel the meeting first, or say whether it took place.")


def _days(more: Mapping[str, str]) -> int:
    """How many working days it may wait."""
    text = more.get("days", "")
    days = int(text) if text.isascii() and text.isdigit() else stages.DUE_DAYS[Stage.WAITING]
    if not 1 <= days <= stages.LONGEST_WAIT_DAYS:
        raise Refused(f"Let it wait 1 to {stages.LONGEST_WAIT_DAYS} working days.")
    return days
