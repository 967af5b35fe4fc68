"""The figures of whole weeks, small numbers hidden.

A number is shown only where it counts at least FEWEST_SHOWN, and so does what is left of the whole that it is a part
of; otherwise neither it nor anything that it could be worked out from is shown. There are no sums: what is hidden
can't be had by taking the rest away. The running week is not shown, for its numbers would tell each new one apart.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import Connection

from web.records.counts import Counts, week_of
from web.records.database import Database
from web.records.tables import Tables

WHOLE = "conversations"
TOPIC = "topic:"
MOST_WEEKS = 52


@dataclass(frozen=True)
class Line:
    """A figure in words; `whole` is the name of the count that it is a part of."""

    name: str
    title: str
    whole: str | None = None


@dataclass(frozen=True)
class Block:
    """Figures that are read together."""

    id: str
    title: str
    about: str
    lines: Sequence[Line]


BLOCKS = (
    Block(
        "conversations",
        "Conversations",
        "Conversations in which a family wrote something. Each is counted once in a line, however often it happened.",
        (
            Line(WHOLE, "Conversations"),
            Line("asked_back", "The chat asked back", WHOLE),
            Line("unknown", "The chat did not understand, twice in a row", WHOLE),
            Line("danger", "Help was shown first: a clear sign of danger", WHOLE),
            Line("care", "Help was shown beside the answer: a weak sign", WHOLE),
        ),
    ),
    Block(
        "requests",
        "Requests",
        "Meetings asked for, and what else was passed on, also by families that rang.",
        (Line("requests", "Meetings asked for"), Line("handoffs", "Call-backs, questions, complaints, access needs")),
    ),
    Block(
        "contact",
        "Time to first contact",
        "Working days until staff first tried to reach the family, in the week in which they did.",
        (
            Line("first_contact:1", "Within one working day"),
            Line("first_contact:2", "Within two working days"),
            Line("first_contact:5", "Within five working days"),
            Line("first_contact:later", "Later"),
        ),
    ),
    Block(
        "meetings",
        "Meetings",
        "What staff noted after the time of a booked meeting.",
        (Line("meeting:took_place", "Took place"), Line("meeting:missed", "Missed")),
    ),
)


@dataclass(frozen=True)
class Row:
    """A line with its number for each week; None where it is hidden."""

    title: str
    numbers: Sequence[int | None]


@dataclass(frozen=True)
class Table:
    """A block with its rows."""

    id: str
    title: str
    about: str
    rows: Sequence[Row]


@dataclass(frozen=True)
class Figures:
    """The weeks, by their Mondays, the oldest first, and a table for each block."""

    weeks: Sequence[date]
    tables: Sequence[Table]
    fewest: int


class Weeks:
    """Reads the figures; raises NotRecorded when the database fails."""

    def __init__(
        self,
        database: Database,
        tables: Tables,
        titles: Mapping[str, str],
        fewest: int,
        clock: Callable[[], datetime],
    ) -> None:
        """`titles` are those of topics, in their order."""
        self._database = database
        self._counts = Counts(tables)
        self._fewest = fewest
        self._clock = clock
        topics = Block(
            "topics",
            "What families asked about",
            "Conversations in which a topic was answered. One conversation can have several.",
            tuple(Line(f"{TOPIC}{topic}", title, WHOLE) for topic, title in titles.items()),
        )
        self._blocks = (BLOCKS[0], topics, *BLOCKS[1:])

    async def read(self, count: int) -> Figures:
        """The last `count` whole weeks."""
        until = week_of(self._clock())
        weeks = [until - timedelta(weeks=back) for back in range(min(count, MOST_WEEKS), 0, -1)]

        def read(connection: Connection) -> dict[date, dict[str, int]]:
            return self._counts.read(connection, weeks[0], until)

        counts = await self._database.run(read)
        return Figures(weeks, [self._table(block, weeks, counts) for block in self._blocks], self._fewest)

    def _table(self, block: Block, weeks: Sequence[date], counts: Mapping[date, Mapping[str, int]]) -> Table:
        rows = [
            Row(line.title, [shown(line, counts.get(week, {}), self._fewest) for week in weeks]) for line in block.lines
        ]
        return Table(block.id, block.title, block.about, rows)


def shown(line: Line, counts: Mapping[str, int], fewest: int) -> int | None:
    """The number of a line in a week; None where it, or what it leaves of its whole, is small."""
    count = counts.get(line.name, 0)
    if count < fewest:
        return None
    if line.whole is not None and counts.get(line.whole, 0) - count < fewest:
        return None
    return count
