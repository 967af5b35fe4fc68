"""While the list is open, what came in meanwhile is counted for whoever may see it."""

from __future__ import annotations

import json
import re
from html import unescape

import pytest

from tests.desk.night import Night
from tests.desk.office import Desk, Person
from tests.desk.test_item import act


async def opened(person: Person) -> str:
    """Open the list; returns the address that its script asks."""
    page = await person.get("/desk/requests")
    assert '<div id="news" role="status" aria-live="polite"' in page.html
    found = re.search(r'data-from="([^"]+)"', page.html)
    assert found is not None
    return unescape(found[1])


async def counted(person: Person, address: str) -> int:
    page = await person.get(address)
    assert page.headers["Content-Type"].startswith("application/json")
    return int(json.loads(page.html)["count"])


async def test_what_came_in_since_the_list_was_opened_is_counted_once_and_what_stands_there_is_not(
    desk: Desk, night: Night
) -> None:
    person = await desk.signed_in("coordinator")
    empty = await opened(person)
    await night.meeting()
    assert await counted(person, empty) == 1
    address = await opened(person)
    assert await counted(person, address) == 0
    desk.clock.forward(seconds=1)
    await night.urgent()
    question = await night.handoff()
    assert await counted(person, address) == 2
    await act(person, question, "status", stage="done")
    assert await counted(person, address) == 1, "what a colleague has dealt with needs nobody"


async def test_what_was_being_saved_while_the_list_was_opened_is_counted_too(desk: Desk, night: Night) -> None:
    person = await desk.signed_in("coordinator")
    for _ in range(30):
        await night.handoff()
    desk.clock.forward(seconds=2)
    await night.meeting()
    address = await opened(person)
    assert await counted(person, address) == 0
    desk.clock.forward(seconds=-1)  # it is dated before it is saved
    await night.urgent()
    assert await counted(person, address) == 1


async def test_nobody_hears_of_what_they_may_not_see(desk: Desk, night: Night) -> None:
    reviewer, administrator = await desk.signed_in("reviewer"), await desk.signed_in("administrator")
    address = await opened(reviewer)
    desk.clock.forward(seconds=1)
    reference = await night.meeting()
    assert await counted(reviewer, address) == 0
    assert (await administrator.get(address)).status == 403
    assert (await desk.nobody().get(address, allow_redirects=False)).status == 303
    assert reviewer.member is not None
    await act(await desk.signed_in("coordinator"), reference, "assign", owner=reviewer.member.id)
    assert await counted(reviewer, address) == 1


@pytest.mark.parametrize("since", ["", "yesterday", "2027-03-01", "9" * 100])
async def test_a_moment_that_is_none_is_refused(desk: Desk, since: str) -> None:
    page = await (await desk.signed_in("coordinator")).get("/desk/requests/newer", params={"since": since})
    assert page.status == 400


async def test_a_list_that_is_left_open_keeps_nobody_signed_in(desk: Desk) -> None:
    person = await desk.signed_in("coordinator")
    address = await opened(person)
    for _ in range(29):
        desk.clock.forward(minutes=1)
        assert await counted(person, address) == 0
    desk.clock.forward(minutes=1)
    page = await person.get(address, allow_redirects=False)
    assert page.status == 303 and page.headers["Location"].startswith("/desk/sign-in")
    assert (await person.get("/desk/requests")).title.startswith("Sign in")
