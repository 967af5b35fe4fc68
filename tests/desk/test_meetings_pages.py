"""The week, publishing times, and everybody's own calendar."""

from __future__ import annotations

import re
from typing import Any

import pytest
from icalendar import Calendar

from tests.desk.night import Night
from tests.desk.office import Desk

FORM = {"day": "2027-03-30", "clocks": "14:00", "minutes": "60", "place": "by phone", "who": "staff", "weeks": "1"}


async def published(desk: Desk) -> list[str]:
    """When the published times begin, as a clock in UTC shows it."""
    rows = await desk.rows("SELECT starts_at FROM times WHERE withdrawn_at IS NULL ORDER BY starts_at")
    return [str(row.starts_at)[:16] for row in rows]


async def test_a_single_time_is_published_and_stands_in_its_week(desk: Desk) -> None:
    person = await desk.signed_in("coordinator")
    page = await person.post("/desk/meetings/publish", "/desk/meetings/publish", **FORM)
    assert "1 time is published" in page.words and "Tuesday 30 March 2027, 2pm" in page.words
    page = await person.get("/desk/meetings?week=2027-W13")
    assert "Tuesday 30 March Times on Tuesday" in page.words and "2pm, 60 minutes" in page.words
    assert await published(desk) == ["2027-03-30 13:00"], "two o'clock in Bradford, in summer time"


async def test_times_repeat_on_their_weekdays_and_never_on_a_bank_holiday(desk: Desk) -> None:
    person = await desk.signed_in("coordinator")
    fields = FORM | {"day": "2027-03-22", "weeks": "2", "clocks": "10:00, 11:30"}
    page = await person.post("/desk/meetings/publish", "/desk/meetings/publish", **fields, weekdays=["0", "4"])
    assert "4 times are published" in page.words
    assert "26 March 2027, Good Friday" in page.words and "29 March 2027, Easter Monday" in page.words
    days = {at[:10] for at in await published(desk)}
    assert days == {"2027-03-22", "2027-04-02"}
    assert "bank holiday: Good Friday" in (await person.get("/desk/meetings?week=2027-W12")).words


async def test_the_same_hour_before_and_after_the_clocks_change_is_the_same_on_the_wall(desk: Desk) -> None:
    person = await desk.signed_in("coordinator")
    fields = FORM | {"day": "2027-03-24", "weeks": "2"}
    page = await person.post("/desk/meetings/publish", "/desk/meetings/publish", **fields)
    assert page.words.count("2pm") == 2
    assert await published(desk) == ["2027-03-24 14:00", "2027-03-31 13:00"]


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"day": "tomorrow"}, "Write the first day"),
        ({"day": "9999-12-31"}, "Write the first day"),
        ({"day": "2027-03-29"}, "That is a bank holiday"),
        ({"clocks": ""}, "Write when it begins"),
        ({"clocks": "noon"}, "is not a time"),
        ({"day": "2027-03-28", "clocks": "01:30"}, "does not exist"),
        ({"minutes": "0"}, "how many minutes"),
        ({"weeks": "99"}, "how many weeks"),
        ({"place": ""}, "where it is"),
        ({"who": "anybody"}, "whom the family meets"),
        ({"day": "2027-02-01"}, "is over"),
        ({"who": "reviewer", "instant": "yes"}, "always confirmed by a person"),
    ],
)
async def test_a_time_that_can_not_be_is_refused_in_plain_words_and_nothing_is_published(
    desk: Desk, changes: dict[str, str], why: str
) -> None:
    person = await desk.signed_in("coordinator")
    page = await person.post("/desk/meetings/publish", "/desk/meetings/publish", **(FORM | changes))
    assert page.status == 422 and why in page.words
    assert await published(desk) == []


@pytest.mark.parametrize("week", ["0001-W01", "9999-W52", "1999-W52", "2101-W10", "nonsense"])
async def test_a_week_that_nobody_means_is_this_one(desk: Desk, week: str) -> None:
    page = await (await desk.signed_in("coordinator")).get(f"/desk/meetings?week={week}")
    assert page.status == 200 and "Monday 1 March" in page.words


async def test_the_week_of_a_time_just_after_midnight_is_that_of_bradford(desk: Desk) -> None:
    person = await desk.signed_in("coordinator")
    fields = FORM | {"day": "2027-04-05", "clocks": "00:30"}
    page = await person.post("/desk/meetings/publish", "/desk/meetings/publish", **fields)
    assert "week=2027-W14" in page.html, "in UTC it is Sunday still"


async def test_the_week_shows_whose_a_time_is_and_a_withdrawn_one_calls_for_somebody(desk: Desk, night: Night) -> None:
    times = await night.times("2027-03-09 14:00", "2027-03-10 10:00")
    reference = await night.meeting(times[0].id)
    person = await desk.signed_in("coordinator")
    page = await person.get("/desk/meetings?week=2027-W10")
    assert f"Kept, to be confirmed {reference}" in page.words and "Free" in page.words
    path = f"/desk/meetings/times/{times[0].id}/withdraw"
    page = await person.post(path, "/desk/meetings?week=2027-W10", week="2027-W10")
    assert "A request had it and now needs another" in page.words
    assert f"Kept, to be confirmed, withdrawn {reference}" in page.words
    assert "Its time was withdrawn" in (await person.get("/desk/requests")).words
    page = await person.post(path, week="2027-W10")
    assert page.status == 422 and "withdrawn already" in page.words


async def test_a_reviewer_sees_times_but_only_their_own_references(desk: Desk, night: Night) -> None:
    times = await night.times("2027-03-09 14:00")
    reference = await night.meeting(times[0].id)
    page = await (await desk.signed_in("reviewer")).get("/desk/meetings?week=2027-W10")
    assert "Kept, to be confirmed" in page.words and reference not in page.words
    assert "Withdraw" not in page.words


@pytest.mark.parametrize("week", ["", "x", "2027-W99", "9999-W53", "0000-W01", "2027-W10; DROP"])
async def test_a_week_that_is_none_is_this_one(desk: Desk, week: str) -> None:
    page = await (await desk.signed_in("coordinator")).get("/desk/meetings", params={"week": week})
    assert page.status == 200


async def test_a_calendar_has_references_and_no_names_and_ends_when_it_is_revoked(desk: Desk, night: Night) -> None:
    times = await night.times("2027-03-09 14:00", "2027-03-30 14:00")
    reference = await night.meeting(times[0].id)
    person = await desk.signed_in("coordinator")
    page = await person.post("/desk/calendar/make")
    path = re.search(r"http://[^/]+(/desk/calendar/[\w-]+\.ics)", page.words)[1]  # type: ignore[index]
    assert path not in (await person.get("/desk/calendar")).html, "shown once"
    sent = await desk.nobody().get(path)
    events: list[Any] = list(Calendar.from_ical(sent.html).walk("VEVENT"))
    assert [str(event["summary"]) for event in events] == [f"{reference} (to be confirmed)"]
    assert events[0]["dtstart"].dt.isoformat() == "2027-03-09T14:00:00+00:00"
    for word in ("Rose", "Canary", "07700", "review", "child"):
        assert word not in sent.html
    assert path.rpartition("/")[2][:-4] not in str(await desk.rows("SELECT * FROM feeds"))
    await person.post("/desk/calendar/revoke", "/desk/calendar")
    assert (await desk.nobody().get(path)).status == 404
    assert [what for _who, what, _more in await desk.happened()][-2:] == ["feed_made", "feed_revoked"]


async def test_a_calendar_of_somebody_disabled_or_never_made_is_not_there(desk: Desk, night: Night) -> None:
    person = await desk.signed_in("coordinator")
    page = await person.post("/desk/calendar/make")
    path = re.search(r"http://[^/]+(/desk/calendar/[\w-]+\.ics)", page.words)[1]  # type: ignore[index]
    assert (await desk.nobody().get("/desk/calendar/guess.ics")).status == 404
    await desk.database.run(lambda c: c.exec_driver_sql("UPDATE staff SET disabled_at = '2027-01-01 00:00:00'"))
    assert (await desk.nobody().get(path)).status == 404
