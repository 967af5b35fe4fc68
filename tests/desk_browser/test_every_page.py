"""Every page that the desk can show is looked at by axe: light, dark, and on the smallest screen."""

from __future__ import annotations

import functools
import re
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pyotp
from playwright.sync_api import Page, expect

from tests.browser.conftest import NewContext
from tests.browser.server import Site
from tests.browser.test_accessibility import found
from tests.desk_browser import test_desk_walks, test_learning_walks
from tests.desk_browser.learning import answers_by_colleagues, weeks_of_questions
from tests.desk_browser.staff import PASSPHRASE, Colleague, hired, overnight
from tests.desk_browser.test_desk_walks import LOOKED_AT, WIDE, check_everywhere
from web.desk.setup import ROUTES
from web.keys import ACCOUNTS

NO_PAGES = re.compile(r".*(\.csv|\.ics|/newer)")
VISITED: list[str] = []  # by the tests below that say so, each of which is held to it
Test = Callable[..., None]


def looks_at(*addresses: str) -> Callable[[Test], Test]:
    """A test that looks at these pages; it fails where it did not."""
    VISITED.extend(addresses)

    def promised(test: Test) -> Test:
        @functools.wraps(test)
        def kept(*arguments: Any, **named: Any) -> None:
            LOOKED_AT.clear()
            test(*arguments, **named)
            for address in addresses:
                page = re.compile(re.sub(r"\{\w+\}", "[^/]+", address))
                assert any(page.fullmatch(path) for path in LOOKED_AT), f"{address} was not looked at"

        return kept

    return promised


def pattern(address: str) -> str:
    """An address as the table of routes writes it, whatever its parts are called."""
    return re.sub(r"\{\w+\}", "{}", address.partition("?")[0])


def test_no_page_is_forgotten(site: Site) -> None:
    looked_at = {
        pattern(address)
        for pages in (
            test_desk_walks.PAGES,
            test_desk_walks.ADMINISTRATION,
            test_learning_walks.PAGES,
            VISITED,
        )
        for address in pages
    }
    pages = {route.path for route in site.app[ROUTES] if route.method == "GET" and not NO_PAGES.fullmatch(route.path)}
    assert {pattern(path) for path in pages} <= looked_at


def test_the_first_stop_of_a_page_leads_past_the_navigation(new_context: NewContext, site: Site) -> None:
    page = signed_in(new_context, hired(site, "manager"))
    for address in ("/desk/requests", "/desk/switches", "/desk/answers"):
        page.goto(address)
        page.keyboard.press("Tab")
        expect(page.get_by_role("link", name="Skip to main content")).to_be_focused()
        page.keyboard.press("Enter")
        expect(page.locator("main")).to_be_focused()


@looks_at("/desk/sign-in", "/desk/welcome/{token}")
def test_setting_up_a_sign_in_and_signing_in(new_context: NewContext, site: Site) -> None:
    token = site.run(site.app[ACCOUNTS].create_administrator("ade@example.org", "Ade Administrator"))
    page = new_context(viewport=WIDE).new_page()
    page.goto(f"/desk/welcome/{token}")
    check_everywhere(page, "a one-time link")
    secret = page.locator(".key").inner_text().replace(" ", "")
    page.get_by_role("button", name="Set up my sign-in").click()
    check_everywhere(page, "a one-time link, with something wrong")
    page.get_by_label("Passphrase", exact=True).fill(PASSPHRASE)
    page.get_by_label("The same passphrase again").fill(PASSPHRASE)
    page.get_by_label("The six digits").fill(pyotp.TOTP(secret).at(datetime.now(UTC)))
    page.get_by_role("button", name="Set up my sign-in").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Your recovery codes")
    check_everywhere(page, "recovery codes")
    page.goto(f"/desk/welcome/{token}")
    check_everywhere(page, "a link that was used")
    page.goto("/desk/sign-in")
    check_everywhere(page, "signing in")


def test_what_a_form_leads_to(new_context: NewContext, site: Site) -> None:
    page, references = signed_in(new_context, hired(site, "manager")), overnight(site)
    page.goto(f"/desk/requests/{references['urgent']}")
    page.get_by_role("button", name="Show what the family wrote").click()
    check_everywhere(page, "a family's words")
    page.get_by_label("Why you read it").select_option("danger")
    page.get_by_role("button", name="Show the conversation").click()
    check_everywhere(page, "a conversation")

    page.goto("/desk/enter")
    page.get_by_label("Name to ask for").fill("Rose")
    page.get_by_label("Phone or e-mail").fill("07700 900123")
    page.get_by_label("When they can").fill("mornings")
    page.get_by_role("button", name="Save it").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("It is recorded")
    check_everywhere(page, "a request that was entered")
    page.go_back()
    page.get_by_label("Name to ask for").fill("Rosa")
    page.get_by_role("button", name="Save it").click()
    expect(page.locator("#summary")).to_be_focused()
    check_everywhere(page, "a form that was sent before")

    page.goto("/desk/meetings/publish")
    page.get_by_label("First day").fill(f"{datetime.now(UTC).year + 1}-03-30")
    page.get_by_label("Begins at").fill("10:00")
    page.get_by_role("button", name="Publish").click()
    check_everywhere(page, "published times")
    page.goto("/desk/calendar")
    page.get_by_role("button", name="Make an address").click()
    check_everywhere(page, "a calendar's address")


def test_what_was_not_sent_and_a_desk_that_is_paused(new_context: NewContext, site: Site) -> None:
    amira = hired(site, "manager")
    page, references = signed_in(new_context, amira), overnight(site)
    page.goto("/desk/switches")
    page.get_by_label("What", exact=True).select_option("desk")
    page.get_by_label("Why", exact=True).fill("a new colleague is shown round")
    page.get_by_role("button", name="Pause it").click()
    check_everywhere(page, "something is paused")

    page.goto(f"/desk/requests/{references['question']}")
    page.get_by_text("Write a note").click()
    page.get_by_label("Note", exact=True).fill("half an hour of writing")
    page.context.clear_cookies()
    page.get_by_role("button", name="Save the note").click()
    expect(page.locator("main")).to_contain_text("Nothing is lost")
    check_everywhere(page, "signing in again")
    page.get_by_label("E-mail address").fill("amira@example.org")
    page.get_by_label("Passphrase").fill(PASSPHRASE)
    page.get_by_label("Code from").fill(amira.code())
    page.get_by_role("button", name="Sign in").click()
    expect(page.locator("main")).to_contain_text("half an hour of writing")
    check_everywhere(page, "a form that was not sent")

    site.run(site.app[ACCOUNTS]._database.run(lambda c: c.exec_driver_sql("UPDATE staff SET role = 'coordinator'")))
    page.goto("/desk/requests")
    expect(page.get_by_role("heading", level=1)).to_have_text("The desk is closed for now")
    check_everywhere(page, "a paused desk")


@looks_at("/desk/questions", "/desk/questions/{question}", "/desk/answers/{answer}")
def test_what_the_leaflet_left_open_empty_and_full(new_context: NewContext, site: Site) -> None:
    page = signed_in(new_context, hired(site, "manager"))
    page.goto("/desk/questions")
    check_everywhere(page, "no questions")
    page.goto("/desk/figures")
    assert test_learning_walks.decided(found(page)) == [], "no figures"
    weeks_of_questions(site)
    page.goto(f"/desk/answers/{answers_by_colleagues(site)}")
    check_everywhere(page, "an answer that waits")
    page.goto("/desk/questions")
    page.locator("tbody a").first.click()
    page.locator("details summary").click()
    check_everywhere(page, "a question")


def signed_in(new_context: NewContext, colleague: Colleague) -> Page:
    context = new_context(viewport=WIDE)
    colleague.sign_in(context)
    return context.new_page()
