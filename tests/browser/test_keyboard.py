"""Everything works without a mouse, and the reader always sees where they are."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.chat import ANSWERED, ChatPage
from tests.browser.conftest import NewContext
from tests.browser.deep import deep
from tests.browser.server import UNSURE
from tests.browser.states import STATES, State

VIEWS = [{"width": 390, "height": 844}, {"width": 1280, "height": 900}, {"width": 320, "height": 256}]
MOST_STOPS = 60

# The focused element, its name, whether it can be seen where it is, and whether anything shows that it has the focus.
FOCUS = deep("""
  const one = focused();
  if (!one || one === document.body) return null;
  const box = one.getBoundingClientRect();
  const x = box.left + box.width / 2;
  const tops = [box.top + 2, box.top + box.height / 2, box.bottom - 2, innerHeight / 2]
    .filter((y) => y >= Math.max(0, box.top) && y < Math.min(innerHeight, box.bottom));
  const seen = tops.some((y) => holds(one, at(x, y)));
  const style = getComputedStyle(one);
  const marked = style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2;
  return {name: one.id && !["leave"].includes(one.id) ? one.id : words(one).trim(), seen, marked};
""")


def tab_stops(page: Page) -> list[dict[str, Any]]:
    """Press Tab until it leaves the page."""
    stops: list[dict[str, Any]] = []
    for _ in range(MOST_STOPS):
        page.keyboard.press("Tab")
        stop = page.evaluate(FOCUS)
        if stop is None or (stops and stop["name"] == stops[0]["name"]):
            return stops
        stops.append(stop)
    raise AssertionError(f"Tab never leaves the page: {[stop['name'] for stop in stops]}")


@pytest.mark.parametrize("view", VIEWS, ids=lambda view: f"{view['width']}x{view['height']}")
@pytest.mark.parametrize("state", ["begun", "unsure", "in danger", "plain, answered", "plain, empty sent", "not found"])
def test_every_stop_is_seen_and_marked_and_leaving_comes_first(
    new_context: NewContext, words: dict[str, Any], state: str, view: dict[str, int]
) -> None:
    page = new_context(viewport=view).new_page()
    reach: State = STATES[state]
    reach(page)
    page.evaluate("document.activeElement.blur(); scrollTo(0, 0); getSelection().removeAllRanges()")
    page.evaluate("document.body.tabIndex = -1; document.body.focus(); document.body.removeAttribute('tabindex')")
    stops = tab_stops(page)
    assert stops[0]["name"] == words["leave"]
    assert [stop["name"] for stop in stops if not stop["seen"]] == []
    assert [stop["name"] for stop in stops if not stop["marked"]] == []


def test_a_whole_conversation_needs_only_the_keyboard(page: Page, words: dict[str, Any]) -> None:
    chat = ChatPage(page).open()
    press_until(page, words["skip"])
    page.keyboard.press("Enter")
    expect(chat.field).to_be_focused()
    page.keyboard.type(UNSURE)
    page.keyboard.press("Enter")
    expect(chat.choices).to_have_count(3)
    page.keyboard.press("Shift+Tab")
    expect(chat.choices.last).to_be_focused()
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Enter")
    expect(chat.family).to_have_count(2)
    expect(chat.field).to_be_focused()
    page.keyboard.type(ANSWERED)
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    expect(chat.family).to_have_count(3)
    press_until(page, words["about"])
    page.keyboard.press("Enter")
    press_until(page, words["delete"])
    page.keyboard.press("Enter")
    expect(page.locator("#delete-dialog")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator("#delete")).to_be_focused()
    expect(chat.family).to_have_count(3)
    page.keyboard.press("Enter")
    press_until(page, words["delete_yes"])
    page.keyboard.press("Enter")
    expect(chat.family).to_have_count(0)
    expect(chat.status).to_be_focused()
    press_until(page, words["send"])


def press_until(page: Page, name: str) -> None:
    """Press Tab until something with this name has the focus."""
    for _ in range(MOST_STOPS):
        if page.evaluate(deep("return words(focused()).trim()")) == name:
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"Tab never reaches {name!r}")


def test_an_error_moves_the_reader_to_what_has_to_change(new_context: NewContext) -> None:
    page = new_context().new_page()
    page.goto("/chat")
    page.locator("#ask button").click()
    expect(page.locator(".error-summary")).to_be_focused()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator("#question")).to_be_focused()
