"""The page for web editors and the accessibility statement."""

from __future__ import annotations

import json
from datetime import date
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.chat import shows
from tests.browser.conftest import NewContext
from tests.browser.embedded_states import Embedded
from tests.browser.host import Host
from tests.browser.server import Site
from tests.browser.test_accessibility import SMALLEST, found
from web.settings import Settings

STATEMENT = Path(__file__).with_name("statement.txt")


@pytest.fixture
def editor(new_context: NewContext) -> Page:
    """A web editor's screen."""
    return new_context(
        viewport={"width": 1280, "height": 900}, permissions=["clipboard-read", "clipboard-write"]
    ).new_page()


def served_by(site: Site, line: str) -> str:
    """The line with the address of the service under test in place of the one it is usually run at."""
    return line.replace(Settings().address, site.address)


def test_the_line_that_is_copied_puts_the_chat_on_another_page(
    editor: Page, site: Site, host: Host, words: dict[str, Any]
) -> None:
    editor.goto("/embed")
    editor.get_by_role("button", name=words["embed"]["copy_line"]).click()
    expect(editor.locator("#told")).to_have_text(words["embed"]["copied"])
    copied = editor.evaluate("navigator.clipboard.readText()")
    assert len(copied.splitlines()) == 1
    chat = Embedded(editor).start(host.show("/copied", served_by(site, copied)))
    shows(chat.launcher, words["launcher"], exactly=True)


def test_what_is_chosen_is_seen_at_once_and_stands_in_the_line(editor: Page, site: Site, host: Host) -> None:
    editor.goto("/embed")
    chat = Embedded(editor)
    expect(chat.launcher).to_be_visible()
    editor.locator("#color").fill("#5a2d81")
    editor.locator("#words").fill('Ask "us" <now>')
    editor.locator("#position").select_option("left")
    editor.locator("#light").check()
    for look in ("here", "there"):
        if look == "there":
            chat.visit(host.show("/chosen", served_by(site, editor.locator("#line").input_value())))
        shows(chat.launcher, 'Ask "us" <now>', exactly=True)
        assert chat.launcher.evaluate("(one) => getComputedStyle(one).backgroundColor") == "rgb(90, 45, 129)"
        box = chat.launcher.bounding_box()
        assert box is not None and box["x"] < 100
        expect(editor.locator("review-chat")).to_have_attribute("scheme", "light")


def test_a_colour_that_cannot_be_read_is_refused_with_a_reason(editor: Page, words: dict[str, Any]) -> None:
    editor.goto("/embed")
    before = editor.locator("#line").input_value()
    editor.locator("#color").fill("#ffee00")
    expect(editor.locator("#color-error")).to_have_text(words["embed"]["too_light"])
    assert editor.locator("#line").input_value() == before


def test_axe_finds_nothing_on_the_editors_page_and_it_fits_a_small_screen(editor: Page) -> None:
    editor.goto("/embed")
    expect(Embedded(editor).launcher).to_be_visible()
    main = {"include": ["main"]}  # over the rest stands the button, whose states have tests of their own
    assert found(editor, main) == []
    editor.emulate_media(color_scheme="dark")
    assert found(editor, main) == [], "dark"
    editor.set_viewport_size(SMALLEST)
    assert editor.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")


def test_without_javascript_the_line_is_there_to_be_copied(new_context: NewContext, site: Site) -> None:
    page = new_context(java_script_enabled=False).new_page()
    page.goto("/embed")
    line = page.locator("#line").input_value()
    assert '/review-chat.js"' in line and line.startswith("<review-chat>")
    expect(page.locator("#look")).to_be_hidden()


def test_without_javascript_the_line_is_a_link_to_the_chat(
    new_context: NewContext, site: Site, host: Host, words: dict[str, Any]
) -> None:
    page = new_context(java_script_enabled=False).new_page()
    inside = f'<review-chat><a href="{site.address}/chat">{words["launcher"]}</a></review-chat>'
    page.goto(host.show("/no-script", inside))
    page.get_by_role("link", name=words["launcher"]).click()
    expect(page.locator("#ask")).to_be_visible()


@pytest.mark.parametrize("address", ["/chat", "/chat/delete", "/no-such-page", "/embed"])
def test_the_statement_is_one_link_away(page: Page, words: dict[str, Any], address: str) -> None:
    page.goto(address)
    if page.locator("#about summary").is_visible():
        page.locator("#about summary").click()
    page.get_by_role("link", name=words["accessibility"]["link"]).click()
    expect(page.get_by_role("heading", level=1)).to_have_text(words["accessibility"]["title"])
    expect(page.locator("time")).to_have_attribute("datetime", words["accessibility"]["updated_on"])


def test_a_changed_statement_has_a_new_date(words: dict[str, Any]) -> None:
    statement = dict(words["accessibility"])
    day = statement.pop("updated_on")
    told = f"{day} {sha256(json.dumps(statement, sort_keys=True).encode()).hexdigest()}"
    date.fromisoformat(day)
    assert told == STATEMENT.read_text(encoding="utf-8").strip(), (
        f"The accessibility statement in data/words.yml has changed. Set its updated_on to today, then put the line "
        f"that this test has found into {STATEMENT.name}."
    )
