"""Figures by the week, from which no person can be told."""

from __future__ import annotations

import asyncio
import csv
import io
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Connection

from tests.meetings.office import Clock
from tests.records.conftest import Records
from web.desk.figures import as_csv
from web.figures.pictures import HEIGHT, picture
from web.figures.weeks import BLOCKS, Figures, Row, Table, Weeks, shown
from web.records.counts import Counts, week_of

TITLES = {"report.who_sees": "Who will see the report", "open.legal": "Legal advice"}
MONDAY = date(2027, 2, 22)
FEWEST = 5


class Life:
    """What happened, week after week; the clock stands at 1 March 2027, a Monday."""

    def __init__(self, records: Records) -> None:
        self.clock = Clock()
        self.records = records
        self.counts = Counts(records.tables)
        self.weeks = Weeks(records.database, records.tables, TITLES, FEWEST, self.clock)

    async def happened(self, at: datetime, times: int, *names: str) -> None:
        """Something happened so many times."""

        def add(connection: Connection) -> None:
            for _ in range(times):
                self.counts.add(connection, at, names)

        await self.records.database.run(add)

    async def numbers(self, title: str, weeks: int = 4) -> list[int | None]:
        """The numbers of a line."""
        figures = await self.weeks.read(weeks)
        (row,) = [row for table in figures.tables for row in table.rows if row.title == title]
        return list(row.numbers)


@pytest.fixture
def life(records: Records) -> Life:
    return Life(records)


def at(day: date, hour: int = 12) -> datetime:
    return datetime(day.year, day.month, day.day, hour, tzinfo=UTC)


async def test_what_happened_is_shown_by_the_week(life: Life) -> None:
    await life.happened(at(MONDAY), 7, "conversations")
    await life.happened(at(MONDAY + timedelta(days=6)), 13, "conversations")
    await life.happened(at(MONDAY - timedelta(days=1)), 6, "conversations")
    assert await life.numbers("Conversations") == [None, None, 6, 20]


async def test_a_week_begins_on_monday_by_a_clock_in_bradford(life: Life) -> None:
    sunday_night = datetime(2027, 6, 6, 23, 30, tzinfo=UTC)  # half past midnight on Monday in summer
    assert week_of(sunday_night) == date(2027, 6, 7)
    assert week_of(datetime(2027, 3, 1, 0, 0, tzinfo=UTC)) == date(2027, 3, 1)


async def test_the_running_week_is_not_shown(life: Life) -> None:
    await life.happened(life.clock.now, 50, "conversations")
    assert await life.numbers("Conversations") == [None] * 4
    life.clock.forward(days=7)
    assert await life.numbers("Conversations") == [None, None, None, 50]


async def test_small_numbers_and_what_is_nearly_everybody_are_hidden(life: Life) -> None:
    await life.happened(at(MONDAY), 20, "conversations")
    await life.happened(at(MONDAY), 4, "danger")
    await life.happened(at(MONDAY), 16, "asked_back")
    await life.happened(at(MONDAY), 15, "topic:open.legal")
    assert await life.numbers("Help was shown first: a clear sign of danger", 1) == [None]
    assert await life.numbers("The chat asked back", 1) == [None]
    assert await life.numbers("Legal advice", 1) == [15]


async def test_many_at_once_are_all_counted(life: Life) -> None:
    await asyncio.gather(*(life.happened(at(MONDAY), 3, "requests", "conversations") for _ in range(20)))
    assert await life.numbers("Meetings asked for", 1) == [60]
    assert await life.numbers("Conversations", 1) == [60]


@given(st.dictionaries(st.sampled_from([line.name for block in BLOCKS for line in block.lines]), st.integers(0, 40)))
def test_no_number_shown_is_small_nor_leaves_a_small_rest(counts: dict[str, int]) -> None:
    for block in BLOCKS:
        for line in block.lines:
            number = shown(line, counts, FEWEST)
            assert number is None or number >= FEWEST
            if number is not None and line.whole:
                assert counts.get(line.whole, 0) - number >= FEWEST


@given(st.integers(0, 4), st.integers(0, 4), st.integers(0, 60))
def test_whatever_is_hidden_looks_the_same(one: int, other: int, whole: int) -> None:
    """Two weeks that differ only in what is hidden show the same: nothing can be worked out from the rest."""
    base = {"conversations": whole, "asked_back": 7}
    views = [
        [shown(line, {**base, "danger": small}, FEWEST) for block in BLOCKS for line in block.lines]
        for small in (one, other)
    ]
    assert views[0] == views[1]


def test_no_line_is_a_sum_of_others() -> None:
    """No figure holds others that are parts of it and add up to it, so there is nothing to take away from."""
    names = [line.name for block in BLOCKS for line in block.lines]
    assert len(set(names)) == len(names)
    assert not any(
        "total" in line.title.lower() or "all" in line.title.lower().split() for b in BLOCKS for line in b.lines
    )
    assert {line.whole for block in BLOCKS for line in block.lines} == {None, "conversations"}


def test_csv_says_the_same_as_the_page_and_hides_the_same() -> None:
    table = Table("requests", "Requests", "About them.", [Row("Meetings asked for", [None, 8])])
    rows = list(csv.reader(io.StringIO(as_csv(Figures([MONDAY, MONDAY + timedelta(days=7)], [table], FEWEST)))))
    assert rows == [
        ["Week from", "About", "Figure", "Number"],
        ["2027-02-22", "Requests", "Meetings asked for", "fewer than 5, or all but fewer"],
        ["2027-03-01", "Requests", "Meetings asked for", "8"],
    ]
    assert not any(cell.startswith(("=", "+", "-", "@")) for row in rows for cell in row)


def test_a_picture_shows_the_numbers_in_proportion_and_none_where_they_are_hidden() -> None:
    weeks = [MONDAY + timedelta(weeks=number) for number in range(3)]
    drawn = picture(weeks, [10, None, 20])
    assert [bar.height for bar in drawn.bars] == [HEIGHT // 2, 0, HEIGHT]
    assert [bar.number for bar in drawn.bars] == [10, None, 20]
    assert all(bar.y >= 0 and bar.x + drawn.bar_width <= drawn.width for bar in drawn.bars)
    assert [bar.height for bar in picture(weeks, [None] * 3).bars] == [0, 0, 0]
