"""What happens to requests is counted as it happens, and stays counted when they go."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Connection

from tests.meetings.office import Office
from web.meetings.ledger import Ledger, Step
from web.meetings.tally import first_contact
from web.records.events import Event

MONDAY = datetime(2027, 3, 1, 10, tzinfo=UTC)


async def counted(office: Office) -> dict[str, int]:
    return {row.name: row.count for row in await office.records.rows("weekly_counts")}


async def happens(office: Office, about: str, what: Event, detail: str | None = None) -> None:
    ledger = Ledger(office.records.tables)

    def write(connection: Connection) -> None:
        ledger.written(connection, Step(about, office.clock.now, "Amira Khan", what, detail=detail))

    await office.records.database.run(write)


async def recorded(office: Office) -> str:
    await office.meetings.record(await office.draft())
    (row,) = await office.records.rows("requests")
    return str(row.id)


async def test_a_request_is_counted_once_however_often_its_draft_comes(office: Office) -> None:
    draft = await office.draft()
    for _ in range(3):
        await office.meetings.record(draft)
    assert await counted(office) == {"requests": 1}


async def test_a_hand_off_is_counted_as_such(office: Office) -> None:
    await office.meetings.hand_off(await office.handoff())
    assert await counted(office) == {"handoffs": 1}


async def test_the_first_try_to_reach_a_family_is_counted_by_how_long_it_took_and_later_ones_are_not(
    office: Office,
) -> None:
    request = await recorded(office)
    office.clock.forward(days=1, hours=2)
    await happens(office, request, Event.CONTACT, "Phone: No answer")
    office.clock.forward(days=3)
    await happens(office, request, Event.CONTACT, "Phone: Spoke to the family")
    assert await counted(office) == {"requests": 1, "first_contact:2": 1}


async def test_meetings_that_took_place_and_missed_ones_are_counted(office: Office) -> None:
    request = await recorded(office)
    await happens(office, request, Event.OUTCOME, "Missed")
    await happens(office, request, Event.OUTCOME, "Took place")
    assert await counted(office) == {"requests": 1, "meeting:missed": 1, "meeting:took_place": 1}


async def test_what_was_counted_leads_to_no_request(office: Office) -> None:
    request = await recorded(office)
    (row,) = await office.records.rows("requests")
    kept = repr(await office.records.rows("weekly_counts"))
    assert request not in kept and row.reference not in kept


@pytest.mark.parametrize(
    ("hours", "name"),
    [
        (1, "first_contact:1"),
        (24, "first_contact:1"),
        (25, "first_contact:2"),
        (24 * 4, "first_contact:5"),
        (24 * 7, "first_contact:5"),  # a weekend lies between
        (24 * 8, "first_contact:later"),
    ],
)
def test_it_is_working_days_that_count(hours: int, name: str) -> None:
    assert first_contact(MONDAY, MONDAY + timedelta(hours=hours)) == name
