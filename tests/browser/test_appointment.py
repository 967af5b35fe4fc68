"""The page that a link in an e-mail leads to: for everybody, with or without a mouse, eyes or JavaScript."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import count
from urllib.request import Request, urlopen
from uuid import uuid4

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import NewContext
from tests.browser.server import Site
from tests.browser.test_accessibility import DESKTOP, SMALLEST, fits, found
from tests.browser.test_keyboard import FOCUS, tab_stops
from tests.meetings.office import DETAILS, STAFF
from web.meetings.kinds import Draft
from web.meetings.moments import from_clock, in_words
from web.meetings.times import new_time

# Each test has a time of its own, on a day of its own.
DAYS = count(30)


@dataclass(frozen=True)
class Appointment:
    """A meeting that is fixed: where its link leads, and what it is."""

    path: str
    reference: str
    time: str


@pytest.fixture
def appointment(site: Site) -> Appointment:
    """The link of the letter that says that a meeting is fixed."""
    day = datetime.now(UTC) + timedelta(days=next(DAYS))
    time = new_time(from_clock(f"{day:%Y-%m-%d} 14:00"), 60, "by phone", "staff", False)
    to = f"{uuid4()}@example.org"
    site.run(site.meetings.publish([time], STAFF))
    draft = Draft(str(uuid4()), conversation(site), {**DETAILS, "contact": to}, time.id)
    reference = site.run(site.meetings.record(draft)).meeting["reference"]
    site.run(site.meetings.confirm(reference, STAFF))
    site.run(site.postman.deliver_due())
    link = re.search(r"/appointment/\S+", site.letters.to(to)[-1].letter.text)
    assert link
    return Appointment(link[0], reference, in_words(time.starts_at))


def conversation(site: Site) -> str:
    """The id of a conversation that has just begun."""
    request = Request(f"{site.address}/api/conversations", b"{}", {"Content-Type": "application/json"})  # noqa: S310
    with urlopen(request) as answer:  # noqa: S310
        id: str = json.load(answer)["conversation"]["id"]
    return id


def status(site: Site, appointment: Appointment) -> str:
    """What has become of the meeting."""
    requests, _handoffs = site.run(site.meetings.listed())
    (found,) = [shown["status"] for _, shown in requests if shown["reference"] == appointment.reference]
    return str(found)


def cancelled(page: Page) -> None:
    """Press the button."""
    page.get_by_role("button", name="Cancel it").click()
    expect(page.get_by_role("status")).to_be_visible()


def pressed_again(page: Page) -> None:
    """Press it in another tab as well."""
    other = page.context.new_page()
    other.goto(page.url)
    cancelled(other)
    other.close()
    cancelled(page)


@pytest.mark.parametrize("reach", [lambda page: None, cancelled, pressed_again], ids=["open", "cancelled", "again"])
def test_axe_finds_nothing_and_all_of_it_fits(page: Page, appointment: Appointment, reach: object) -> None:
    page.goto(appointment.path)
    assert callable(reach)
    reach(page)
    assert found(page) == []
    page.set_viewport_size(SMALLEST)
    assert found(page) == [], "320 x 256"
    fits(page)
    page.set_viewport_size(DESKTOP)
    page.emulate_media(color_scheme="dark")
    assert found(page) == [], "dark, desktop"


def test_axe_finds_nothing_in_forced_colours(new_context: NewContext, appointment: Appointment) -> None:
    page = new_context(forced_colors="active").new_page()
    page.goto(appointment.path)
    assert found(page) == []


def test_it_says_what_it_is_under_one_heading(page: Page, appointment: Appointment) -> None:
    page.goto(appointment.path)
    expect(page).to_have_title("Your appointment")
    expect(page.get_by_role("heading", level=1)).to_have_text("Your appointment")
    expect(page.get_by_role("main")).to_contain_text(appointment.time)
    expect(page.get_by_role("main")).to_contain_text(appointment.reference)
    levels = page.locator("main :is(h1, h2, h3, h4)").evaluate_all("all => all.map((one) => Number(one.tagName[1]))")
    assert levels == [1, 2]


def test_a_visit_without_a_press_changes_nothing(page: Page, site: Site, appointment: Appointment) -> None:
    for _ in range(3):
        page.goto(appointment.path)
        page.wait_for_load_state("networkidle")
    page.wait_for_timeout(500)
    assert page.url.endswith(appointment.path)
    assert status(site, appointment) == "confirmed"
    expect(page.get_by_role("button", name="Cancel it")).to_be_enabled()


def test_the_keyboard_reaches_all_of_it_and_cancels(page: Page, site: Site, appointment: Appointment) -> None:
    page.goto(appointment.path)
    stops = tab_stops(page)
    assert [stop["name"] for stop in stops if not stop["seen"] or not stop["marked"]] == []
    names = [stop["name"] for stop in stops]
    assert "Cancel it" in names and "Skip to your appointment" in names
    page.reload()
    for _ in names:
        page.keyboard.press("Tab")
        if page.evaluate(FOCUS)["name"] == "Cancel it":
            break
    page.keyboard.press("Enter")
    expect(page.get_by_role("status")).to_have_text("It is cancelled. You need do nothing more.")
    assert status(site, appointment) == "cancelled"


def test_the_button_needs_no_script(new_context: NewContext, site: Site, appointment: Appointment) -> None:
    page = new_context(java_script_enabled=False).new_page()
    page.goto(appointment.path)
    expect(page.get_by_role("main")).to_contain_text(appointment.time)
    page.get_by_role("button", name="Cancel it").click()
    expect(page.get_by_role("main")).to_contain_text("It is cancelled.")
    assert status(site, appointment) == "cancelled"


def test_pressed_again_it_says_that_nothing_has_changed(page: Page, appointment: Appointment) -> None:
    page.goto(appointment.path)
    pressed_again(page)
    expect(page.get_by_role("status")).to_contain_text("nothing has changed")
    expect(page).to_have_title(re.compile("^Error"))


def test_help_and_the_way_out_are_there_too(page: Page, words: dict[str, str], appointment: Appointment) -> None:
    page.goto(appointment.path)
    for always in (".bar .urgent[href='tel:999']", "#numbers summary", "#leave button"):
        expect(page.locator(always)).to_be_in_viewport()
    page.locator("#leave button").click()
    expect(page).to_have_title("Elsewhere")
