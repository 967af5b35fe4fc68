"""New requests are announced while the list is open, and nothing moves by itself."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.browser.server import Site
from tests.browser.test_accessibility import found
from web.meetings.kinds import DraftHandoff

HIDE = """(hidden) => {
  Object.defineProperty(document, 'hidden', { configurable: true, get: () => hidden });
  document.dispatchEvent(new Event('visibilitychange'));
}"""
# What a screen reader would hear, in order.
LISTEN = """() => {
  window.heard = [];
  const news = document.getElementById('news');
  new MutationObserver(() => window.heard.push(news.textContent)).observe(news, { childList: true });
}"""


def came_in(site: Site, name: str) -> None:
    details = {"text": "When is it?", "name": name, "contact": "07700 900456", "contact_kind": "phone"}
    site.run(site.meetings.enter_handoff(DraftHandoff(str(uuid4()), "", "question", details), "Maya", "someone"))


def listed(page: Page) -> list[str]:
    return page.locator("tbody th").all_inner_texts()


def test_new_requests_are_announced_once_and_shown_when_somebody_asks_for_them(
    context_of_staff: Callable[..., BrowserContext], site: Site, waiting: dict[str, str]
) -> None:
    page = context_of_staff().new_page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url) if "/newer" in request.url else None)
    page.clock.install()
    page.goto("/desk/requests")
    page.evaluate(LISTEN)
    before, news = listed(page), page.get_by_role("status")
    expect(news).to_be_empty()
    search = page.get_by_label("Reference, name, phone or e-mail")
    search.fill("half a na")
    top = search.bounding_box()

    came_in(site, "First")
    came_in(site, "Second")
    page.clock.run_for(31_000)
    expect(news).to_have_text("2 new requests. Show them")
    with page.expect_response("**/newer?**"):
        page.clock.run_for(30_000)
    assert page.evaluate("window.heard") == ["2 new requests. Show them"]
    assert listed(page) == before, "nothing is loaded or reordered"
    expect(search).to_be_focused()
    expect(search).to_have_value("half a na")
    assert search.bounding_box() == top, "nothing moves"
    assert found(page) == []

    page.evaluate(HIDE, True)
    count = len(asked)
    page.clock.run_for(300_000)
    assert len(asked) == count, "nobody looks, so nothing is asked"
    page.evaluate(HIDE, False)
    with page.expect_response("**/newer?**"):
        page.clock.run_for(31_000)

    news.get_by_role("link", name="Show them").click()
    expect(page.locator("tbody th")).to_have_count(len(before) + 2)
    expect(page.locator("tbody tr").first).to_contain_text("Second")
    expect(page.get_by_role("status")).to_be_empty()


@pytest.mark.parametrize(
    ("list_", "kept"), [("?view=all&kind=question", True), ("?kind=complaint", False), ("?q=rose", False)]
)
def test_show_them_keeps_the_filter_where_that_shows_them(
    context_of_staff: Callable[..., BrowserContext], site: Site, list_: str, kept: bool
) -> None:
    page = context_of_staff().new_page()
    page.clock.install()
    page.goto(f"/desk/requests{list_}")
    came_in(site, "First")
    page.clock.run_for(31_000)
    page.get_by_role("status").get_by_role("link", name="Show it").click()
    page.wait_for_url("**sort=newest")
    expect(page.locator("tbody tr").first).to_contain_text("First")
    expect(page.get_by_label("Kind")).to_have_value("question" if kept else "")
    expect(page.get_by_role("link", name="All (")).to_have_attribute("aria-current", "true") if kept else None


def test_without_scripts_the_list_is_as_it_was(
    context_of_staff: Callable[..., Any], site: Site, waiting: dict[str, str]
) -> None:
    page = context_of_staff(java_script_enabled=False).new_page()
    page.goto("/desk/requests")
    expect(page.get_by_role("status")).to_be_empty()
    assert len(listed(page)) == len(waiting)
