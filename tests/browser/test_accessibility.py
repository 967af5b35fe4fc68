"""WCAG 2.2 AA as far as a machine can tell, in every state of the pages."""

from __future__ import annotations

from typing import Any, Literal

import pytest
from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped]
from playwright.sync_api import Page, ViewportSize, expect

from tests.browser.chat import ANSWERED, ChatPage, read, read_all
from tests.browser.conftest import NewContext
from tests.browser.deep import deep
from tests.browser.server import TWO
from tests.browser.states import STATES, State, numbers_open

TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
DESKTOP: ViewportSize = {"width": 1280, "height": 900}
SMALLEST: ViewportSize = {"width": 320, "height": 256}  # 1280 x 1024 at 400 %

every_state = pytest.mark.parametrize("reach", STATES.values(), ids=STATES.keys())


# What axe cannot decide, and why it holds: it does not know that an open dialog lies above everything else (and what is
# under it can't be used), nor the colours of a line that its box cuts through. They are those of every message, and of
# the line on other screens.
EXPLAINED = {"color-contrast": "dialog[open], :has(~ dialog[open]), #waiting"}

TO_THE_TOP = deep("""return new Promise((done) => {
  const frames = (count, then) => (count ? requestAnimationFrame(() => frames(count - 1, then)) : then());
  frames(3, () => {
    scrollTo(0, 0);
    for (const one of every(".messages, .panel")) one.scrollTo(0, 0);
    frames(2, done);
  });
})""")


def found(page: Page, within: Any = None) -> list[str]:
    """What axe finds wrong, or cannot decide, on the page, or `within` an element of it, as it is now."""
    # Of what is scrolled half under the bar or out of its box axe cannot tell the colours. A browser goes to `#latest`
    # by itself a frame or two after loading, so that is waited for first.
    page.wait_for_load_state("load")
    page.evaluate(TO_THE_TOP)
    report = Axe().run(page, context=within, options={"runOnly": {"type": "tag", "values": TAGS}}).response
    return [
        f"{rule['id']} ({kind}): {node['target']} {node.get('failureSummary', '')}"
        for kind in ("violations", "incomplete")
        for rule in report[kind]
        for node in rule["nodes"]
        if not (kind == "incomplete" and is_explained(page, rule["id"], node["target"][-1]))
    ]


def is_explained(page: Page, rule: str, target: Any) -> bool:
    """True for what is in EXPLAINED."""
    selector = target if isinstance(target, str) else target[-1]
    known = EXPLAINED.get(rule)
    return known is not None and page.evaluate(
        deep("return every(target).some((one) => every(known).some((outer) => holds(outer, one)))", "[target, known]"),
        [selector, known],
    )


@every_state
def test_axe_finds_nothing_in_light_dark_and_on_the_smallest_screen(page: Page, reach: State) -> None:
    reach(page)
    assert found(page) == []
    page.set_viewport_size(SMALLEST)
    assert found(page) == [], "320 x 256"
    page.set_viewport_size({"width": 390, "height": 844})
    page.evaluate("document.documentElement.style.fontSize = '225%'")  # twice the usual 112.5 %
    assert found(page) == [], "letters twice as large"
    page.evaluate("document.documentElement.style.fontSize = ''")
    page.set_viewport_size(DESKTOP)
    page.emulate_media(color_scheme="dark")
    assert found(page) == [], "dark, desktop"


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_in_the_list_of_all_numbers(page: Page, scheme: Literal["light", "dark"]) -> None:
    page.emulate_media(color_scheme=scheme)
    numbers_open(page)
    assert found(page, within={"include": [{"fromShadowDom": ["review-chat", ".bar"]}]}) == []


# In a browser that starts with them: Chromium computes half of the colours anew when they come later.
@every_state
def test_axe_finds_nothing_in_forced_colours(new_context: NewContext, reach: State) -> None:
    for scheme in ("light", "dark"):
        page = new_context(forced_colors="active", color_scheme=scheme, reduced_motion="reduce").new_page()
        reach(page)
        assert found(page) == [], scheme


@every_state
def test_nothing_has_to_be_scrolled_sideways_and_no_button_is_cut_off(page: Page, reach: State) -> None:
    reach(page)
    page.set_viewport_size(SMALLEST)
    fits(page)
    page.set_viewport_size({"width": 390, "height": 844})
    page.evaluate("document.documentElement.style.fontSize = '225%'")  # twice the usual 112.5 %
    fits(page)
    page.evaluate(
        deep(
            "for (const one of every('*'))"
            " Object.assign(one.style, {lineHeight: '1.5', letterSpacing: '0.12em', wordSpacing: '0.16em'})"
        )
    )
    fits(page)


def fits(page: Page) -> None:
    """No sideways scrolling, most of the screen for the chat, nothing cut off inside what can be pressed."""
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
    assert page.locator(".bar").evaluate("(bar) => bar.offsetHeight <= 0.4 * innerHeight + 1")
    cut = page.evaluate(
        deep(
            "return every('button, summary, .leave, .urgent, .help a, .button').filter((one) => one.checkVisibility()"
            " && !one.matches('.unseen')"
            " && (one.scrollHeight > one.clientHeight + 1 || one.scrollWidth > one.clientWidth + 1))"
            ".map(words)"
        )
    )
    assert cut == []


@every_state
def test_help_and_the_way_out_stay_in_sight_and_all_that_is_tapped_is_large_enough(page: Page, reach: State) -> None:
    reach(page)
    help = page.locator("#help a").evaluate_all("links => links.map((link) => link.getAttribute('href'))")
    assert {"tel:999", "tel:111", "tel:116123", "tel:+441274434361"} <= set(help)
    page.evaluate("scrollTo(0, document.documentElement.scrollHeight)")
    for always in (".bar .urgent[href='tel:999']", "#numbers summary", "#leave"):
        expect(page.locator(always)).to_be_in_viewport()
    small = page.locator("button, summary, .urgent, .help a, .button, .message__links a, textarea").evaluate_all(
        "all => all.filter((one) => one.checkVisibility() && !one.matches('.unseen')"
        " && Math.min(one.offsetHeight, one.offsetWidth) < 44)"
        ".map((one) => `${one.className} ${one.id} ${one.offsetWidth}x${one.offsetHeight}`)"
    )
    assert small == []


def test_there_is_one_polite_log_which_is_empty_before_the_first_message(page: Page) -> None:
    ChatPage(page).open()
    log = page.get_by_role("log")
    expect(log).to_have_count(1)
    expect(log).to_have_attribute("aria-live", "polite")
    expect(log).to_have_attribute("aria-atomic", "false")
    assert log.evaluate("(log) => log.tagName + log.firstElementChild.tagName") == "DIVOL"
    expect(log.locator("li")).to_have_count(0)


def test_each_message_is_announced_once(page: Page) -> None:
    chat = ChatPage(page).open()
    page.evaluate(
        deep(
            "window.announced = []; new MutationObserver((changes) => { for (const change of changes)"
            " for (const node of change.addedNodes) announced.push(words(every('.message__text', node)[0])) })"
            ".observe(every('#log')[0], {childList: true, subtree: true})"
        )
    )
    chat.ask(TWO)
    page.wait_for_timeout(200)
    announced = page.evaluate("announced")
    assert len(announced) == len(set(announced)) == 3 and announced[0] == TWO


def test_focus_stays_in_the_field_from_sending_to_the_answer(page: Page) -> None:
    chat = ChatPage(page).open()
    chat.field.focus()
    page.evaluate(
        "() => { window.moved = [];"
        " document.addEventListener('focusin', (event) => moved.push(event.composedPath()[0].id)) }"
    )
    chat.ask(ANSWERED)
    page.wait_for_timeout(300)
    expect(chat.field).to_be_focused()
    assert page.evaluate("moved.filter((id) => id !== 'question')") == []


def test_each_message_says_who_said_it_and_when(page: Page, words: dict[str, Any]) -> None:
    chat = ChatPage(page).open()
    chat.ask(ANSWERED)
    headings = page.locator("#messages").get_by_role("listitem").get_by_role("heading", level=3)
    assert read_all(headings) == [words["assistant_said"], words["you_said"], words["assistant_said"]]
    for time in page.locator("#messages li time").all():
        assert (time.get_attribute("datetime") or "").startswith("20")
        assert len(read(time)) == 5


def test_the_field_has_a_label_a_hint_and_an_error_that_belongs_to_it(page: Page, words: dict[str, Any]) -> None:
    chat = ChatPage(page).open()
    field = page.get_by_role("textbox", name=words["label"], exact=True)
    expect(field).to_have_accessible_description(words["hint"])
    chat.send("")
    expect(field).to_have_accessible_description(f"{words['error_empty']} {words['hint']}")


def test_one_heading_leads_and_no_level_is_skipped(page: Page) -> None:
    for reach in STATES.values():
        page.context.set_offline(False)
        page.unroute_all()
        reach(page)
        levels = page.locator("h1, h2, h3, h4").evaluate_all(
            "all => all.filter((one) => one.checkVisibility()).map((one) => Number(one.tagName[1]))"
        )
        assert levels.count(1) == 1
        body = levels[levels.index(1) :]
        assert all(after <= before + 1 for before, after in zip(body, body[1:], strict=False))


def test_reduced_motion_means_none(page: Page) -> None:
    page.emulate_media(reduced_motion="reduce")
    ChatPage(page).open().ask(ANSWERED)
    moving = page.evaluate(
        deep(
            "return every('*').filter((one) => { const style = getComputedStyle(one);"
            " return style.animationName !== 'none' || parseFloat(style.transitionDuration) > 0"
            " || style.scrollBehavior === 'smooth' }).map((one) => one.outerHTML.slice(0, 200))"
        )
    )
    assert moving == []


def test_forced_colours_leave_every_box_an_edge(new_context: NewContext) -> None:
    page = new_context(forced_colors="active").new_page()
    chat = ChatPage(page).open()
    chat.ask(ANSWERED)
    without = page.locator("button, textarea, .message, .help a").evaluate_all(
        "all => all.filter((one) => one.checkVisibility() && !one.matches('.unseen'))"
        ".filter((one) => { const style = getComputedStyle(one);"
        " return parseFloat(style.borderTopWidth) < 1 || style.borderTopColor === style.backgroundColor })"
        ".map((one) => one.className + one.textContent.slice(0, 40))"
    )
    assert without == []


def test_the_smallest_screen_keeps_its_height_for_the_chat(new_context: NewContext) -> None:
    page = new_context(viewport=SMALLEST).new_page()
    ChatPage(page).open()
    assert page.locator(".bar").evaluate("(bar) => bar.offsetHeight") <= 0.25 * SMALLEST["height"]
    staying = page.evaluate(
        deep(
            "return every('*').filter((one) => one.checkVisibility() &&"
            " ['sticky', 'fixed'].includes(getComputedStyle(one).position)).map((one) => one.className)"
        )
    )
    assert staying == ["bar"]
