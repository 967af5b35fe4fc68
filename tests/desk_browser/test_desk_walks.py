"""A morning at the desk in a real browser."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import NewContext
from tests.browser.server import Site
from tests.browser.test_accessibility import found
from tests.desk_browser.staff import EMAIL, PASSPHRASE, Colleague, Keyboard, hired, overnight

WIDE = {"width": 1280, "height": 900}
SMALLEST = {"width": 320, "height": 256}


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without"])
def test_a_nights_requests_are_worked_through_by_keyboard_alone(
    new_context: NewContext, colleague: Colleague, waiting: dict[str, str], scripts: bool
) -> None:
    page = new_context(viewport=WIDE, java_script_enabled=True).new_page()
    if not scripts:
        page.route("**/desk.js*", lambda route: route.abort())
    keys = Keyboard(page)
    page.goto("/desk")
    keys.type("E-mail address", EMAIL)
    keys.type("Passphrase", PASSPHRASE)
    keys.type("Code from your authenticator app", colleague.code())
    with page.expect_navigation():
        page.keyboard.press("Enter")
    keys.sees("4 open")

    # The urgent one stands first: read it, take it, ring, write it down, hand it over.
    first = page.locator("ol.first li").first
    expect(first).to_contain_text(waiting["urgent"])
    expect(first).to_contain_text("Urgent")
    keys.press(waiting["urgent"])
    expect(page.locator("main")).not_to_contain_text("without him")
    keys.press("Show what the family wrote")
    keys.sees("I do not want to go on without him")
    keys.press("Take it")
    keys.sees("It is saved.")
    keys.unfold("Write down a contact")
    keys.choose("How", "Phone")
    keys.choose("What came of it", "Spoke")
    keys.type("Anything colleagues should know", "She is with her sister.")
    keys.press("Save the contact")
    keys.sees("Spoken to")
    keys.sees("She is with her sister.")

    # A time that a family holds is confirmed.
    keys.press("Requests")
    keys.press(waiting["held"])
    keys.press("Confirm ")
    keys.sees("The time is confirmed.")
    keys.sees("Booked")

    # Another family gets times to choose from.
    keys.press("Requests")
    keys.press(waiting["asked"])
    keys.unfold("Put times forward")
    keys.to(page.locator("#times label").first.inner_text()[:12])
    page.keyboard.press("Space")
    keys.press("Put these forward")
    keys.sees("The times are put forward.")

    # A question waits for a check.
    keys.press("Requests")
    keys.press(waiting["question"])
    keys.unfold("Change the status")
    keys.choose("Status", "Waiting")
    keys.choose("If it waits: for whose check", "Police")
    keys.press("Save the status")
    keys.sees("Waiting for a check")

    keys.press("Sign out")
    keys.sees("You are signed out.")
    assert page.context.cookies() == [], "the cookie jar is empty"
    page.go_back()
    expect(page.get_by_role("heading", level=1)).to_have_text("Sign in")


PAGES = [
    "/desk",
    "/desk/requests",
    "/desk/requests?q=nobody",
    "/desk/requests/{urgent}",
    "/desk/requests/{held}",
    "/desk/enter",
    "/desk/meetings",
    "/desk/meetings/publish",
    "/desk/calendar",
    "/desk/switches",
    "/desk/history",
    "/desk/account",
    "/desk/accessibility",
    "/desk/nothing/here",
    "/desk/requests/AAA-000-00",
]
ADMINISTRATION = ["/desk", "/desk/colleagues", "/desk/switches", "/desk/history"]
LOOKED_AT: list[str] = []  # where check_everywhere was


def check_everywhere(page: Page, address: str) -> None:
    """Axe on a desk's screen, in the dark, and on the smallest one, which never scrolls sideways."""
    assert found(page) == [], address
    page.emulate_media(color_scheme="dark")
    assert found(page) == [], f"{address}, dark"
    page.emulate_media(color_scheme="light")
    page.set_viewport_size(SMALLEST)  # type: ignore[arg-type]
    # Of what is half scrolled out of its region axe can't tell the colours; they are those of the wide screen.
    undecided = "color-contrast (incomplete)"
    assert [line for line in found(page) if not line.startswith(undecided)] == [], f"{address}, small"
    width = page.evaluate("[document.documentElement.scrollWidth, document.documentElement.clientWidth]")
    assert width[0] <= width[1], f"{address} scrolls sideways"
    page.set_viewport_size(WIDE)  # type: ignore[arg-type]
    LOOKED_AT.append(urlsplit(page.url).path)


@pytest.mark.parametrize(("role", "pages"), [("manager", PAGES), ("administrator", ADMINISTRATION)])
def test_axe_finds_nothing_on_any_page_full_or_empty(
    new_context: NewContext, site: Site, role: str, pages: list[str]
) -> None:
    amira = hired(site, role)
    context = new_context(viewport=WIDE)
    amira.sign_in(context)
    page = context.new_page()
    if role == "manager":
        for address in ("/desk", "/desk/requests", "/desk/history", "/desk/meetings"):
            page.goto(address)
            assert found(page) == [], f"{address}, empty"
    references = overnight(site)
    for address in pages:
        page.goto(address.format(**references))
        page.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true; })")
        check_everywhere(page, address)


def test_errors_are_announced_take_the_focus_and_lead_to_the_field(
    new_context: NewContext, site: Site, waiting: dict[str, str]
) -> None:
    amira = hired(site, "manager")
    context = new_context(viewport=WIDE)
    page = context.new_page()
    page.goto("/desk/sign-in")
    page.get_by_role("button", name="Sign in").click()
    assert found(page) == []
    amira.sign_in(context)
    forms = [
        ("/desk/enter", "Save it"),
        ("/desk/meetings/publish", "Publish"),
        ("/desk/switches", "Pause it"),
        (f"/desk/requests/{waiting['question']}", "Save the note"),
        (f"/desk/requests/{waiting['question']}", "Save the status"),
        (f"/desk/requests/{waiting['asked']}", "Put these forward"),
    ]
    for address, button in forms:
        page.goto(address)
        page.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true; })")
        page.get_by_role("button", name=button, exact=True).click()
        expect(page).to_have_title(re.compile("^Error: "))
        expect(page.locator("#summary")).to_be_focused()
        assert found(page) == [], (address, button)
        page.locator("#summary a").first.press("Enter")
        field = page.evaluate("location.hash.slice(1)")
        assert page.locator(f"#{field}").is_visible(), (address, button, field)


def test_a_warning_comes_before_the_session_ends_and_what_is_typed_stays(
    new_context: NewContext, site: Site, waiting: dict[str, str]
) -> None:
    amira = hired(site)
    context = new_context(viewport=WIDE)
    amira.sign_in(context)
    page = context.new_page()
    page.clock.install()
    page.goto(f"/desk/requests/{waiting['question']}")
    page.get_by_text("Write a note").click()
    page.get_by_label("Note", exact=True).fill("half a sentence")
    page.clock.fast_forward(26 * 60 * 1000)
    expect(page.get_by_role("button", name="Stay signed in")).to_have_count(0)
    page.clock.fast_forward(90 * 1000)
    expect(page.get_by_role("alert")).to_contain_text("signed out in about three minutes")
    expect(page.get_by_label("Note", exact=True)).to_be_focused()
    page.get_by_role("button", name="Stay signed in").click()
    expect(page.get_by_role("button", name="Stay signed in")).to_have_count(0)
    expect(page.get_by_label("Note", exact=True)).to_have_value("half a sentence")


def test_where_twelve_hours_are_nearly_over_one_is_told_so_and_that_nothing_is_lost(
    new_context: NewContext, site: Site, waiting: dict[str, str]
) -> None:
    amira = hired(site)
    context = new_context(viewport=WIDE)
    amira.sign_in(context)
    page = context.new_page()
    page.clock.install()
    page.goto(f"/desk/requests/{waiting['question']}")
    page.route("**/desk/stay", lambda route: route.fulfill(json={"seconds": 100}))
    page.clock.fast_forward(28 * 60 * 1000)
    page.get_by_role("button", name="Stay signed in").click()
    expect(page.get_by_role("alert")).to_contain_text("Nobody stays signed in for more than twelve hours.")
    expect(page.get_by_role("alert")).to_contain_text("nothing is lost")


def test_the_pages_need_nothing_but_colours_of_the_system(
    new_context: NewContext, site: Site, waiting: dict[str, str]
) -> None:
    amira = hired(site)
    context = new_context(viewport=WIDE, forced_colors="active")
    amira.sign_in(context)
    page = context.new_page()
    page.goto("/desk/requests")
    tag = page.get_by_text("Urgent", exact=True).first
    assert tag.evaluate("(one) => getComputedStyle(one).borderTopWidth") == "2px"
    assert tag.inner_text() == "Urgent", "a word, not only a colour"
