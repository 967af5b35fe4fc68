"""Open questions, answers and figures of the desk, in a real browser: by keyboard, without scripts, small and dark."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from playwright.sync_api import Page, ViewportSize, expect
from sqlalchemy import Connection, insert

from tests.browser.conftest import NewContext
from tests.browser.server import Site
from tests.browser.test_accessibility import SMALLEST, found
from tests.desk_browser.staff import Keyboard
from tests.unanswered.asking import ask
from web.accounts.roles import Member, Role
from web.accounts.sessions import Sessions
from web.keys import CONVERSATIONS, DATABASE, SETTINGS
from web.records.counts import Counts
from web.records.keys import load_keys
from web.records.tables import Tables

DESKTOP: ViewportSize = {"width": 1280, "height": 900}
PRESS = "open.other_review_question.press"
PAGES = ("/desk/questions", "/desk/answers", "/desk/answers/new", "/desk/figures")
SignIn = Callable[..., Page]
# What axe cannot decide, and why it holds. The text of a picture has the colour of all text and stands on the page's
# own ground; what a table's box cuts off on a small screen has the colours that axe sees on a wide one; a number of one
# digit has those of longer ones.
EXPLAINED = ("contains an image node", "partially obscured by another element", "too short to determine")


@pytest.fixture
def tables(site: Site) -> Tables:
    """The tables of the site."""
    return Tables(load_keys(site.app[SETTINGS])[0])


@pytest.fixture
def sign_in(site: Site, new_context: NewContext, tables: Tables) -> SignIn:
    """A browser of somebody of a role, signed in."""

    def sign_in(role: Role, **options: object) -> Page:
        name = f"{role.value.capitalize()} {uuid4().hex[:6]}"
        member = Member(str(uuid4()), f"{uuid4().hex[:8]}@example.org", name, role)
        now = datetime.now(UTC)

        def add(connection: Connection) -> str:
            row = {"id": member.id, "email": member.email, "name": name, "role": role.value}
            connection.execute(insert(tables.staff), {**row, "last_step": 0, "created_at": now})
            return Sessions(tables).begin(connection, member, "Chromium Linux", now).token

        token = site.run(site.app[DATABASE].run(add))
        context = new_context(viewport=DESKTOP, **options)
        context.add_cookies([{"name": "staff", "value": token, "url": site.address}])
        return context.new_page()

    return sign_in


@pytest.fixture
def asked(site: Site) -> None:
    """Families asked things that the leaflet doesn't say."""
    for words in ("will the papers print his name", "papers at the door"):
        site.run(ask(site.app[CONVERSATIONS], datetime.now(UTC), words, PRESS))
    site.run(ask(site.app[CONVERSATIONS], datetime.now(UTC), "is there a car park at your offices", None, "unsure"))


@pytest.fixture
def counted(site: Site, tables: Tables) -> None:
    """Some weeks of figures."""
    counts = Counts(tables)

    def add(connection: Connection) -> None:
        for week in range(1, 6):
            at = datetime.now(UTC) - timedelta(weeks=week)
            for _ in range(7 * week):
                counts.add(connection, at, ["conversations", "topic:report.who_sees", "requests"][: 1 + week % 3])

    site.run(site.app[DATABASE].run(add))


@pytest.mark.usefixtures("asked", "counted")
@pytest.mark.parametrize("path", PAGES)
def test_axe_finds_nothing_in_light_dark_and_on_the_smallest_screen(sign_in: SignIn, path: str) -> None:
    page = sign_in(Role.MANAGER)
    page.goto(path)
    assert decided(found(page)) == []
    page.set_viewport_size(SMALLEST)
    page.emulate_media(color_scheme="dark")
    assert decided(found(page)) == [], "320 x 256, dark"
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")


@pytest.mark.usefixtures("asked")
def test_axe_finds_nothing_in_a_question_that_was_opened_nor_in_errors(sign_in: SignIn) -> None:
    page = sign_in(Role.MANAGER)
    page.goto("/desk/questions")
    page.get_by_role("link", name="newspapers").first.click()
    page.locator("details summary").click()
    assert found(page) == []
    page.goto("/desk/answers/new")
    page.get_by_role("button", name="Save it for approval").click()
    expect(page).to_have_title("Error: Write an answer - Desk - Family review desk")
    assert found(page) == []


@pytest.mark.usefixtures("asked")
def test_what_families_wrote_is_closed_until_somebody_opens_it(sign_in: SignIn) -> None:
    page = sign_in(Role.COORDINATOR)
    page.goto("/desk/questions")
    expect(page.get_by_text("papers at the door")).to_have_count(0)
    page.get_by_role("link", name="newspapers").first.click()
    expect(page.get_by_text("papers at the door").first).to_be_hidden()
    page.locator("details summary").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_text("papers at the door").first).to_be_visible()


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without"])
def test_from_a_question_to_an_approved_answer_by_keyboard_alone(site: Site, sign_in: SignIn, scripts: bool) -> None:
    site.run(ask(site.app[CONVERSATIONS], datetime.now(UTC), "will the papers print his name", PRESS))
    keys = Keyboard(without_scripts(sign_in(Role.COORDINATOR), scripts))
    keys.page.goto("/desk")
    keys.press("Open questions")
    keys.press("Something else about reviews: newspapers")
    expect(keys.page.get_by_text("will the papers print his name")).to_be_hidden()
    keys.unfold("Read what was asked")
    keys.sees("will the papers print his name")
    keys.press("Mark as: answer needed")
    keys.sees("It is marked.")
    keys.press("Write an answer")
    keys.to("What was asked")
    keys.type("Answer", "The Partnership answers reporters.\nYou need not talk to them.")
    keys.type("Where this is written", "Media policy, section 3, 1 March 2027")
    keys.press("Save it for approval")
    keys.sees("Somebody else has to approve it.")

    keys = Keyboard(without_scripts(sign_in(Role.MANAGER), scripts))
    keys.page.goto("/desk/answers")
    keys.press("newspapers")
    keys.press("Approve it")
    keys.sees("It is approved.")
    expect(keys.page.locator(".tag").first).to_have_text("Approved")


@pytest.mark.usefixtures("asked")
def test_an_error_takes_the_focus_and_leads_to_the_field_with_everything_still_there(sign_in: SignIn) -> None:
    page = sign_in(Role.COORDINATOR)
    page.goto("/desk/answers/new")
    page.get_by_label("Answer").fill("It pays for a bus")
    page.get_by_role("button", name="Save it for approval").click()
    expect(page.locator("#summary")).to_be_focused()
    page.locator("#summary a").first.press("Enter")
    expect(page.get_by_label("Answer")).to_be_focused()
    expect(page.get_by_label("Answer")).to_have_value("It pays for a bus")


@pytest.mark.usefixtures("counted")
def test_each_picture_has_a_name_and_its_numbers_stand_in_a_table(sign_in: SignIn) -> None:
    page = sign_in(Role.MANAGER)
    page.goto("/desk/figures")
    expect(page.get_by_role("img", name="Conversations, by the week.")).to_be_visible()
    numbers = page.locator("#conversations ~ .scroll table").first.get_by_role("row", name="Conversations").first
    shown = [text for text in numbers.get_by_role("cell").all_inner_texts() if text.isdigit()]
    drawn = [text for text in page.locator("svg").first.locator(".bars__number").all_text_contents() if text.isdigit()]
    assert shown and shown == drawn


@pytest.mark.usefixtures("counted")
def test_the_figures_come_as_a_file_for_a_spreadsheet(sign_in: SignIn) -> None:
    page = sign_in(Role.MANAGER)
    page.goto("/desk/figures")
    with page.expect_download() as download:
        page.get_by_role("link", name="CSV").click()
    assert download.value.suggested_filename == "figures.csv"


def without_scripts(page: Page, scripts: bool) -> Page:
    """The page, whose scripts never come if there are to be none."""
    if not scripts:
        page.route("**/desk.js*", lambda route: route.abort())
    return page


def decided(problems: list[str]) -> list[str]:
    """Without the contrasts that axe could not decide, for the reasons above."""
    unsure = "color-contrast (incomplete)"
    return [one for one in problems if not (one.startswith(unsure) and any(part in one for part in EXPLAINED))]
