"""The list of requests: what came in, what comes first, who sees what."""

from __future__ import annotations

import re

import pytest

from tests.desk.night import Night
from tests.desk.office import Desk, Page

REFERENCE = re.compile(r'/desk/requests/([A-Z]{3}-\d{3}-\d{2})"')


def references(page: Page) -> list[str]:
    """In the order of the list."""
    return REFERENCE.findall(page.html.partition("<tbody>")[2])


async def test_the_urgent_stands_first_then_what_calls_for_somebody_then_the_oldest(desk: Desk, night: Night) -> None:
    first = await night.meeting()
    desk.clock.forward(hours=1)
    changed = await night.handoff()
    desk.clock.forward(hours=1)
    urgent = await night.urgent()
    await desk.database.run(
        lambda c: c.exec_driver_sql("UPDATE handoffs SET attention = 'other' WHERE reference = ?", (changed,))
    )
    page = await (await desk.signed_in("coordinator")).get("/desk/requests")
    assert references(page) == [urgent, changed, first]
    assert "Urgent" in page.words and "The family sent a message" in page.words


async def test_the_first_page_after_signing_in_says_what_waits(desk: Desk, night: Night) -> None:
    await night.meeting()
    urgent = await night.urgent()
    page = await (await desk.signed_in("coordinator")).get("/desk")
    assert "2 open" in page.words and "2 nobody's" in page.words
    assert urgent in page.words


async def test_nothing_a_family_wrote_stands_in_the_list(desk: Desk, night: Night) -> None:
    await night.urgent()
    page = await (await desk.signed_in("coordinator")).get("/desk/requests")
    assert "without him" not in page.html
    assert "Jo Canary" in page.words, "the name to call does"


@pytest.mark.parametrize(
    "written", ["Rose", "rose canary", "ROSE.CANARY@example.org", "07700 900123", "+44 7700 900123", "07700900123"]
)
async def test_a_request_is_found_by_a_name_a_number_or_an_address(desk: Desk, night: Night, written: str) -> None:
    wanted = await night.meeting()
    await night.handoff()
    person = await desk.signed_in("coordinator")
    page = await person.get("/desk/requests", params={"view": "all", "q": written})
    assert references(page) == [wanted]


async def test_a_request_is_found_by_its_reference_however_it_is_typed(desk: Desk, night: Night) -> None:
    wanted = await night.meeting()
    await night.meeting()
    person = await desk.signed_in("coordinator")
    page = await person.get("/desk/requests", params={"q": wanted.replace("-", "").lower()})
    assert references(page) == [wanted]


async def test_a_name_that_was_put_right_is_found_and_the_old_one_is_not(desk: Desk, night: Night) -> None:
    reference = await night.meeting()
    person = await desk.signed_in("coordinator")
    assert references(await person.get("/desk/requests", params={"q": "Rose"})) == [reference]
    page = await person.post(
        f"/desk/requests/{reference}/correct",
        version="0",
        name="Rosa Canary",
        contact="07700 900999",
        when="only Fridays",
        other_contact="",
    )
    assert "Rosa Canary" in page.words and "07700 900999" in page.words and "only Fridays" in page.words
    assert "No: do not leave a message" in page.words
    assert references(await person.get("/desk/requests", params={"q": "Rosa 07700900999"})) == [reference]
    assert references(await person.get("/desk/requests", params={"q": "07700900999"})) == [reference]
    page = await person.get("/desk/requests", params={"q": "Rose"})
    assert "Nothing was found" in page.words


async def test_what_is_put_right_must_still_reach_them(desk: Desk, night: Night) -> None:
    reference = await night.meeting()
    person = await desk.signed_in("coordinator")
    page = await person.post(f"/desk/requests/{reference}/correct", version="0", name="Rosa", contact="soon")
    assert page.status == 422 and "Write a phone number" in page.words and 'value="Rosa"' in page.html


async def test_what_can_be_searched_for_can_not_be_read_in_the_database(desk: Desk, night: Night) -> None:
    await night.meeting()
    await (await desk.signed_in("coordinator")).get("/desk/requests", params={"q": "Rose"})
    words = await desk.rows("SELECT word FROM search_words")
    assert len(words) >= 4
    assert all(re.fullmatch(r"[0-9a-f]{64}", row.word) for row in words)


async def test_a_reviewer_sees_only_what_is_theirs(desk: Desk, night: Night) -> None:
    mine, other = await night.meeting(), await night.meeting()
    reviewer = await desk.signed_in("reviewer")
    coordinator = await desk.signed_in("coordinator")
    assert reviewer.member is not None
    assert references(await reviewer.get("/desk/requests?view=all")) == []
    await coordinator.post(
        f"/desk/requests/{mine}/assign", f"/desk/requests/{mine}", version="0", owner=reviewer.member.id
    )
    assert references(await reviewer.get("/desk/requests?view=all")) == [mine]
    assert (await reviewer.get(f"/desk/requests/{mine}")).status == 200
    assert (await reviewer.get(f"/desk/requests/{other}")).status == 404
    assert "Rose" not in (await reviewer.get("/desk/requests", params={"view": "all", "q": other})).words


async def test_an_administrator_sees_no_familys_record(desk: Desk, night: Night) -> None:
    reference = await night.meeting()
    person = await desk.signed_in("administrator")
    assert (await person.get(f"/desk/requests/{reference}")).status == 403
    assert (await person.get("/desk/requests")).status == 403
    assert "Rose" not in (await person.get("/desk/history")).words


@pytest.mark.parametrize("sort", ["urgency", "oldest", "newest", "due", "status"])
async def test_every_order_shows_the_same_items(desk: Desk, night: Night, sort: str) -> None:
    made = []
    for _ in range(3):
        made.append(await night.meeting())
        desk.clock.forward(hours=1)
    page = await (await desk.signed_in("coordinator")).get(f"/desk/requests?sort={sort}")
    assert sorted(references(page)) == sorted(made)
    if sort in ("oldest", "newest"):
        assert references(page) == (made if sort == "oldest" else made[::-1])
        assert f'aria-sort="{"ascending" if sort == "oldest" else "descending"}"' in page.html


async def test_a_long_list_has_pages_and_loses_nothing(desk: Desk, night: Night) -> None:
    made = [await night.handoff() for _ in range(27)]
    person = await desk.signed_in("coordinator")
    first, second = await person.get("/desk/requests"), await person.get("/desk/requests?page=2")
    assert "Page 1 of 2" in first.words
    assert sorted(references(first) + references(second)) == sorted(made)


async def test_the_list_can_be_narrowed_by_kind_and_by_status(desk: Desk, night: Night) -> None:
    meeting, question = await night.meeting(), await night.handoff()
    person = await desk.signed_in("coordinator")
    assert references(await person.get("/desk/requests?kind=meeting")) == [meeting]
    assert references(await person.get("/desk/requests?kind=question&stage=new")) == [question]
    assert references(await person.get("/desk/requests?stage=done&view=all")) == []


@pytest.mark.parametrize("address", ["view=x", "sort=x", "kind=x", "stage=x", "page=x", "page=0", "page=99999999"])
async def test_an_address_that_makes_no_sense_shows_the_list(desk: Desk, night: Night, address: str) -> None:
    await night.meeting()
    page = await (await desk.signed_in("coordinator")).get(f"/desk/requests?{address}")
    assert page.status == 200 and len(references(page)) == 1


async def test_an_item_nobody_looks_at_comes_back_to_the_top_and_the_mailbox_is_told_once(
    desk: Desk, night: Night
) -> None:
    quiet = await night.handoff()
    for _ in range(3):
        await desk.meetings.keep_up()
    page = await (await desk.signed_in("coordinator")).get("/desk/requests")
    assert "Overdue" not in page.html.partition("<tbody>")[2]
    desk.clock.forward(days=2)
    await night.handoff()
    for _ in range(3):
        await desk.meetings.keep_up()
    person = await desk.signed_in("coordinator", "Another Coordinator")
    page = await person.get("/desk/requests")
    assert references(page)[0] == quiet
    assert "Came back" in page.words and "Overdue" in page.words
    assert references(await person.get("/desk/requests?view=overdue")) == [quiet]
    kinds = [row.kind for row in await desk.rows("SELECT kind FROM outbox")]
    assert kinds.count("staff_overdue") == 1


async def test_an_item_somebody_has_taken_comes_back_too_if_they_do_nothing(desk: Desk, night: Night) -> None:
    reference = await night.meeting()
    person = await desk.signed_in("coordinator")
    await person.post(f"/desk/requests/{reference}/take", version="0")
    await desk.meetings.keep_up()
    assert references(await person.get("/desk/requests?view=overdue")) == []
    desk.clock.forward(days=2)
    person = await desk.signed_in("coordinator", "Another Coordinator")
    await desk.meetings.keep_up()
    assert references(await person.get("/desk/requests?view=overdue")) == [reference]
