"""The history: everything, searchable, to take away, and unchangeable."""

from __future__ import annotations

import csv
import io
from datetime import UTC, datetime
from uuid import uuid4

import pytest

from tests.desk.night import Night
from tests.desk.office import Desk
from web.desk.trail import WORDS
from web.meetings.ledger import Ledger, Step
from web.records.database import NotRecorded
from web.records.events import Event, WrongEvent, happened

NOW = datetime(2027, 3, 1, 10, tzinfo=UTC)


async def test_the_history_says_who_did_what_with_what_and_shows_no_familys_words(desk: Desk, night: Night) -> None:
    reference = await night.meeting()
    coordinator = await desk.signed_in("coordinator")
    await coordinator.post(f"/desk/requests/{reference}/note", version="0", note="Canary note")
    await coordinator.get(f"/desk/requests/{reference}")
    page = await (await desk.signed_in("manager")).get("/desk/history")
    assert "Amira Khan opened the record" in page.words and "Amira Khan wrote a note" in page.words
    assert page.words.count(reference) >= 3
    assert "Canary" not in page.html


@pytest.mark.parametrize(
    ("asked", "count"),
    [
        ("who=amira", 2),
        ("who=nobody", 0),
        ("what=noted", 1),
        ("what=nonsense", 3),
        ("about=REFERENCE", 3),
        ("first=2027-03-01&last=2027-03-01", 3),
        ("first=2027-03-02", 0),
        ("last=2027-02-28", 0),
        ("first=soon", 3),
        ("last=9999-12-31", 3),
        ("first=0001-01-01", 3),
        ("who=%25", 0),
    ],
)
async def test_the_history_can_be_searched(desk: Desk, night: Night, asked: str, count: int) -> None:
    reference = await night.meeting()
    coordinator = await desk.signed_in("coordinator")
    page = f"/desk/requests/{reference}"
    await coordinator.post(f"{page}/note", "/desk/account", version="0", note="Canary note")
    found = await (await desk.signed_in("manager")).get(f"/desk/history?{asked.replace('REFERENCE', reference)}")
    assert found.html.partition("<tbody>")[2].count("<tr>") == count


async def test_a_long_history_has_pages(desk: Desk) -> None:
    def add(connection: object) -> None:
        for _ in range(60):
            happened(connection, desk.tables.history, "chat", NOW, "Maya", Event.SIGNED_IN)  # type: ignore[arg-type]

    await desk.database.run(add)
    person = await desk.signed_in("manager")
    first, second = await person.get("/desk/history"), await person.get("/desk/history?page=2")
    assert [page.html.partition("<tbody>")[2].count("<tr>") for page in (first, second)] == [50, 10]


async def test_taking_it_away_is_itself_in_the_history_and_no_spreadsheet_takes_a_name_for_a_formula(
    desk: Desk,
) -> None:
    def add(connection: object) -> None:
        happened(connection, desk.tables.history, "chat", NOW, "=HYPERLINK(1)", Event.PAUSED, "why")  # type: ignore[arg-type]

    await desk.database.run(add)
    person = await desk.signed_in("manager")
    dates = {"first": "0001-01-01", "last": "9999-12-31"}  # as good as none
    page = await person.post("/desk/history/export", "/desk/history", who="", what="", about="", **dates)
    assert page.headers["Content-Disposition"] == 'attachment; filename="history.csv"'
    lines = list(csv.reader(io.StringIO(page.html)))
    assert lines[0] == ["at", "who", "what", "detail", "field", "about", "request"]
    assert lines[1][1:4] == ["'=HYPERLINK(1)", "paused", "why"]
    assert (await desk.happened())[-1] == ("Maya Manager", "exported", "1 lines of the history")


async def test_the_history_names_the_request_in_which_something_was_done_as_the_access_log_does(
    desk: Desk, night: Night
) -> None:
    reference = await night.meeting()
    coordinator, manager = await desk.signed_in("coordinator"), await desk.signed_in("manager")
    page = await coordinator.get("/desk/account")
    fields = {"token": page.token, "version": "0", "note": "Canary note"}
    done = await coordinator.send(f"/desk/requests/{reference}/note", fields, allow_redirects=False)
    asked = dict.fromkeys(("who", "what", "about", "first", "last"), "")
    taken = await manager.post("/desk/history/export", "/desk/history", **asked)
    lines = {line["what"]: line["request"] for line in csv.DictReader(io.StringIO(taken.html))}
    assert lines["noted"] == done.headers["X-Request-Id"]
    assert lines["recorded"] == "", "not done by a request of anybody's browser"


@pytest.mark.parametrize("statement", ["UPDATE history SET who = 'x'", "DELETE FROM history"])
async def test_the_database_itself_refuses_to_change_the_history(desk: Desk, night: Night, statement: str) -> None:
    await night.meeting()
    with pytest.raises(NotRecorded):
        await desk.database.run(lambda c: c.exec_driver_sql(statement))
    assert len(await desk.happened()) == 1


@pytest.mark.parametrize(
    ("what", "detail"),
    [("invented", None), ("assigned", None), ("status", None), ("paused", None), ("viewed", "Rose"), ("seen", "x")],
)
async def test_an_event_of_no_known_kind_or_of_the_wrong_shape_is_never_written(
    desk: Desk, what: str, detail: str | None
) -> None:
    with pytest.raises(WrongEvent):
        await desk.database.run(
            lambda c: Ledger(desk.tables).written(c, Step(str(uuid4()), NOW, "Maya", what, detail=detail))
        )
    assert await desk.happened() == []


def test_every_kind_of_event_can_be_said_in_words() -> None:
    assert set(WORDS) == set(Event)
