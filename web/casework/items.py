"""Items: requests and hand-offs read as one, inside a transaction that the caller began."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import (
    Connection,
    FromClause,
    Select,
    String,
    Table,
    and_,
    case,
    false,
    func,
    literal,
    or_,
    select,
    union_all,
)

from web.accounts.roles import CASEWORK
from web.meetings.codes import tidy_reference
from web.meetings.kinds import Refused
from web.meetings.ledger import Ledger, Record
from web.meetings.stages import CLOSED, OPEN, Stage
from web.records.tables import Tables

PAGE = 25
COMMITTED = timedelta(minutes=1)  # by then what came in can be seen by others
MOST_KNOWN = 200
VIEWS = ("open", "mine", "unassigned", "overdue", "closed", "all")
SORTS = ("urgency", "oldest", "newest", "due", "status")


@dataclass(frozen=True)
class Item:
    """A request or a hand-off. `kind` is meeting for a request."""

    table: Table
    kind: str
    record: Record
    owner: str | None

    @property
    def row(self) -> Any:
        """Its row."""
        return self.record.row

    @property
    def details(self) -> dict[str, Any]:
        """What the family said."""
        return self.record.details

    @property
    def is_request(self) -> bool:
        """True for a meeting asked for, False for a hand-off."""
        return self.kind == "meeting"

    @property
    def urgent(self) -> bool:
        """After a sign of danger."""
        return self.kind == "urgent"

    @property
    def stage(self) -> Stage:
        """How far it is."""
        return Stage(self.row.stage)

    @property
    def open(self) -> bool:
        """Whether there is something left to do."""
        return self.stage in OPEN


@dataclass(frozen=True)
class Line:
    """An item in a list: what can be told without its words, and the name to call."""

    reference: str
    kind: str
    urgent: bool
    stage: Stage
    created_at: datetime
    due_at: datetime | None
    attention: str | None
    owner: str | None
    name: str | None


@dataclass(frozen=True)
class Asked:
    """What a list shows. `only`: a member of staff whose items alone may be seen."""

    view: str = "open"
    sort: str = "urgency"
    kind: str = ""
    stage: str = ""
    words: tuple[str, ...] = ()  # keyed names, see search.py
    reference: str = ""
    me: str = ""
    only: str | None = None
    page: int = 1


@dataclass(frozen=True)
class Listed:
    """A page of a list, and how many there are in all.

    `known`: those that came in after `since` and can be seen already; whatever else comes in is new.
    """

    lines: list[Line]
    count: int
    pages: int
    since: datetime | None
    known: list[str]


class Items:
    """Finds items."""

    def __init__(self, tables: Tables, ledger: Ledger) -> None:
        self._tables = tables
        self._ledger = ledger

    def find(self, connection: Connection, reference: str, only: str | None = None, lock: bool = False) -> Item:
        """The item with that reference. Raises Refused where there is none, or it is not theirs to see."""
        for table in (self._tables.requests, self._tables.handoffs):
            query = select(table).where(table.c.reference == tidy_reference(reference), table.c.key.is_not(None))
            row = connection.execute(query.with_for_update() if lock else query).first()
            if row is not None and only in (None, row.owner_id):
                kind = "meeting" if table is self._tables.requests else row.kind
                return Item(table, kind, self._ledger.opened(row), self.name_of(connection, row.owner_id))
        raise Refused(f"There is nothing with the reference {reference}.")

    def name_of(self, connection: Connection, staff_id: str | None) -> str | None:
        """The name of a member of staff."""
        staff = self._tables.staff
        if staff_id is None:
            return None
        name: str | None = connection.execute(select(staff.c.name).where(staff.c.id == staff_id)).scalar()
        return name

    def colleagues(self, connection: Connection) -> list[tuple[str, str]]:
        """Whom an item can be given to: ids and names."""
        staff = self._tables.staff
        roles = [role.value for role in CASEWORK]
        query = select(staff.c.id, staff.c.name).where(staff.c.disabled_at.is_(None), staff.c.role.in_(roles))
        return [(row.id, row.name) for row in connection.execute(query.order_by(staff.c.name))]

    def listed(self, connection: Connection, asked: Asked, now: datetime) -> Listed:
        """A page of the list that was asked for."""
        items = self._together()
        where = self._where(items, asked, now)
        since, known = self._latest(connection, items, self._where(items, Asked(view="all", only=asked.only), now))
        count = connection.execute(select(func.count()).select_from(items).where(where)).scalar_one()
        pages = max(1, -(-count // PAGE))
        page = min(max(asked.page, 1), pages)
        staff = self._tables.staff
        query = select(items, staff.c.name.label("owner")).select_from(
            items.outerjoin(staff, staff.c.id == items.c.owner_id)
        )
        query = query.where(where).order_by(*self._order(items, asked.sort, now))
        rows = connection.execute(query.limit(PAGE).offset((page - 1) * PAGE)).all()
        return Listed([self._line(connection, row) for row in rows], count, pages, since, known)

    def _latest(self, connection: Connection, items: FromClause, where: Any) -> tuple[datetime | None, list[str]]:
        """A moment, and what came in after it: an item is dated before it is committed, so the last may yet appear."""
        newest = connection.execute(select(func.max(items.c.created_at)).where(where)).scalar()
        if newest is None:
            return None, []
        latest = select(items.c.reference, items.c.created_at).where(where, items.c.created_at > newest - COMMITTED)
        rows = connection.execute(latest.order_by(items.c.created_at.desc()).limit(MOST_KNOWN)).all()
        since = rows[-1].created_at if len(rows) == MOST_KNOWN else newest - COMMITTED
        return since, [row.reference for row in rows]

    def newer(
        self, connection: Connection, asked: Asked, since: datetime, known: Sequence[str], now: datetime
    ) -> tuple[int, int]:
        """How many open items came in since then, without those that are known; how many of them that list shows."""
        items = self._together()
        where = (self._where(items, Asked(view="open", only=asked.only), now), items.c.reference.not_in(known))
        here = func.coalesce(func.sum(case((self._where(items, asked, now), 1), else_=0)), 0)
        query = select(func.count(), here).select_from(items).where(*where, items.c.created_at > since)
        count, shown = connection.execute(query).one()
        return count, shown

    def counts(self, connection: Connection, me: str, only: str | None, now: datetime) -> dict[str, int]:
        """How many there are in each view."""
        items = self._together()
        sums = [
            func.coalesce(func.sum(case((self._where(items, Asked(view=view, me=me, only=only), now), 1), else_=0)), 0)
            for view in VIEWS
        ]
        row = connection.execute(select(*sums).select_from(items)).one()
        return dict(zip(VIEWS, row, strict=True))

    def _together(self) -> FromClause:
        """Both tables as one, without what is sealed: an index holds all of these columns."""
        names = ("id", "reference", "stage", "created_at", "due_at", "attention", "owner_id")
        parts: list[Select[Any]] = []
        for table in (self._tables.requests, self._tables.handoffs):
            requests = table is self._tables.requests
            kind = literal("meeting", String(32)).label("kind") if requests else table.c.kind
            urgent = false().label("urgent") if requests else table.c.urgent
            parts.append(select(*[table.c[name] for name in names], kind, urgent).where(table.c.stage != Stage.ERASED))
        return union_all(*parts).subquery("items")

    def _where(self, items: FromClause, asked: Asked, now: datetime) -> Any:
        c, open_ = items.c, items.c.stage.in_(OPEN)
        views = {
            "open": open_,
            "mine": and_(open_, c.owner_id == asked.me),
            "unassigned": and_(open_, c.owner_id.is_(None)),
            "overdue": and_(open_, c.due_at <= now),
            "closed": c.stage.in_(CLOSED),
            "all": c.id.is_not(None),
        }
        wanted = [views[asked.view]]
        if asked.only is not None:
            wanted.append(c.owner_id == asked.only)
        if asked.kind:
            wanted.append(c.kind == asked.kind)
        if asked.stage:
            wanted.append(c.stage == asked.stage)
        if asked.words or asked.reference:
            words = self._tables.search_words
            named = [c.id.in_(select(words.c.about).where(words.c.word == word)) for word in asked.words]
            wanted.append(or_(c.reference == asked.reference, and_(*named) if named else false()))
        return and_(*wanted)

    def _order(self, items: FromClause, sort: str, now: datetime) -> list[Any]:
        c = items.c
        first = case(
            (and_(c.urgent, c.stage.in_((Stage.NEW, Stage.SEEN))), 0),
            (c.attention.is_not(None), 1),
            (c.due_at <= now, 2),
            (c.urgent, 3),
            (c.stage == Stage.NEW, 4),
            else_=5,
        )
        orders: dict[str, list[Any]] = {
            "urgency": [first, c.created_at],
            "oldest": [c.created_at],
            "newest": [c.created_at.desc()],
            "due": [c.due_at.is_(None), c.due_at],
            "status": [case({stage.value: place for place, stage in enumerate(Stage)}, value=c.stage), c.created_at],
        }
        return [*orders[sort], c.id]

    def _line(self, connection: Connection, row: Any) -> Line:
        table = self._tables.requests if row.kind == "meeting" else self._tables.handoffs
        record = self._ledger.opened(connection.execute(select(table).where(table.c.id == row.id)).one())
        return Line(
            reference=row.reference,
            kind=row.kind,
            urgent=bool(row.urgent),
            stage=Stage(row.stage),
            created_at=row.created_at,
            due_at=row.due_at,
            attention=row.attention,
            owner=row.owner,
            name=record.details.get("name"),
        )
