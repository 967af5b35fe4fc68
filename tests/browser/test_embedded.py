"""The chat on somebody else's page: one line, another origin, whatever that page's styles do."""

from __future__ import annotations

from typing import Any, Literal

import pytest
from playwright.sync_api import Page, Route, expect

from tests.browser.chat import ANSWERED, shows
from tests.browser.conftest import NewContext
from tests.browser.deep import deep
from tests.browser.embedded_states import EMBEDDED, Embedded, EmbeddedState, line, page_with_the_line
from tests.browser.host import HOSTILE, Host
from tests.browser.server import Site
from tests.browser.test_accessibility import SMALLEST, found
from tests.browser.test_chat_page import conversation, status_of, wait_until_gone
from tests.browser.test_keyboard import FOCUS

DESKTOP = {"width": 1280, "height": 900}
# Of words with something else behind each of their lines axe can't tell the contrast.
NOTHING_BEHIND = "head { display: none } main { margin-top: 2000px }"
every_state = pytest.mark.parametrize("reach", EMBEDDED.values(), ids=EMBEDDED.keys())


@pytest.fixture
def address(host: Host, site: Site) -> str:
    """A page with the one line on it."""
    return page_with_the_line(host, site)


@pytest.fixture
def desktop(new_context: NewContext) -> Page:
    """A page with a mouse and room."""
    return new_context(viewport=DESKTOP).new_page()


def test_one_line_is_enough_and_a_question_is_answered_across_origins(page: Page, address: str) -> None:
    chat = Embedded(page).start(address)
    shows(chat.ask(ANSWERED), "The report goes on the website.")


def test_nothing_is_begun_and_nothing_kept_until_something_is_typed(page: Page, address: str) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    chat = Embedded(page).start(address)
    assert [url for url in asked if "/api/" in url] == []
    assert set(chat.kept()["session"]) == {"review-chat.open"}


@pytest.mark.parametrize("where", ["head", "body"])
def test_the_page_around_does_not_wait_for_the_chat(
    desktop: Page, site: Site, host: Host, words: dict[str, Any], where: str
) -> None:
    link = f'<review-chat><a href="{site.address}/chat">Chat</a></review-chat>'
    address = host.show("/patient", link + line(site))
    if where == "head":
        host.pages["/patient"] = (
            host.pages["/patient"].replace(line(site), "").replace("<style>", line(site) + "<style>")
        )
    late: list[Route] = []
    desktop.route("**/review-chat.js", lambda route: late.append(route))
    desktop.goto(address, wait_until="domcontentloaded")
    expect(desktop.get_by_role("link", name="Chat", exact=True)).to_be_visible()
    late[0].continue_()
    chat = Embedded(desktop)
    shows(chat.launcher, words["launcher"], exactly=True)
    expect(desktop.locator("review-chat")).to_have_count(1)
    expect(desktop.get_by_role("link", name="Chat", exact=True)).to_have_count(0)


def test_a_script_that_comes_before_its_page_has_ended_waits_for_it(page: Page, site: Site, host: Host) -> None:
    address = host.show("/early", "")
    host.pages["/early"] = host.pages["/early"].replace("<style>", line(site) + "<style>")
    chat = Embedded(page).start(address)
    expect(page.locator("review-chat")).to_have_count(1)
    chat.ask(ANSWERED)


def test_a_site_that_is_not_allowed_keeps_its_link(page: Page, site: Site, host: Host) -> None:
    inside = '<review-chat><a href="/chat">Chat about the review</a></review-chat>'
    address = host.show("/stranger", inside + line(site)).replace("127.0.0.1", "localhost")
    page.context.unroute_all()
    page.goto(address)
    page.wait_for_timeout(500)
    expect(page.get_by_role("link", name="Chat about the review")).to_be_visible()
    assert not page.evaluate("customElements.get('review-chat')")


@pytest.mark.parametrize("key", ["Enter", "Space"])
def test_the_button_opens_and_closes_by_keyboard_and_says_which(
    desktop: Page, address: str, words: dict[str, Any], key: str
) -> None:
    chat = Embedded(desktop).visit(address)
    button = desktop.get_by_role("button", name=words["launcher"])
    for _ in range(3):
        desktop.keyboard.press("Tab")
    expect(button).to_be_focused()
    expect(button).to_have_attribute("aria-expanded", "false")
    desktop.keyboard.press(key)
    expect(button).to_have_attribute("aria-expanded", "true")
    expect(chat.field).to_be_focused()
    chat.field.fill("half a question")
    desktop.keyboard.press("Escape")
    expect(button).to_have_attribute("aria-expanded", "false")
    expect(button).to_be_focused()
    desktop.keyboard.press(key)
    expect(chat.field).to_have_value("half a question")
    desktop.locator(".close").press(key)
    expect(chat.window).to_be_hidden()
    expect(button).to_be_focused()


def test_opening_it_again_announces_nothing_again(desktop: Page, address: str) -> None:
    chat = Embedded(desktop).start(address)
    chat.ask(ANSWERED)
    said = chat.messages.count()
    desktop.evaluate(
        deep(
            "window.added = 0; new MutationObserver((changes) => { for (const change of changes)"
            " added += change.addedNodes.length }).observe(every('#log')[0], {childList: true, subtree: true})"
        )
    )
    chat.launcher.click()
    expect(chat.window).to_be_hidden()
    with desktop.expect_response("**/api/conversations/*/messages"):
        chat.launcher.click()
    desktop.wait_for_timeout(200)
    assert (chat.messages.count(), desktop.evaluate("added")) == (said, 0)


def test_on_a_touch_screen_the_heading_gets_the_focus_and_no_keyboard_comes_up(
    new_context: NewContext, address: str
) -> None:
    page = new_context(has_touch=True, is_mobile=True).new_page()
    chat = Embedded(page).visit(address)
    chat.launcher.tap()
    expect(page.locator("#title")).to_be_focused()


def test_tab_leaves_the_chat_and_comes_back(desktop: Page, address: str) -> None:
    Embedded(desktop).start(address)
    stops = []
    for _ in range(12):
        desktop.keyboard.press("Tab")
        stops.append(desktop.evaluate(deep("return focused()?.id ?? ''")))
        if not desktop.evaluate("document.activeElement?.localName === 'review-chat'"):
            break
    assert not desktop.evaluate("document.activeElement?.localName === 'review-chat'"), stops
    for _ in range(12):
        desktop.keyboard.press("Shift+Tab")
        if desktop.evaluate("document.activeElement?.localName === 'review-chat'"):
            return
    raise AssertionError("Shift and Tab never come back")


def test_leaving_is_the_first_stop_in_the_chat(desktop: Page, address: str) -> None:
    Embedded(desktop).start(address)
    first = desktop.evaluate(
        deep("return every('a, button, summary, textarea, [tabindex=\"0\"]', every('.panel')[0])[0].id")
    )
    assert first == "leave"


def test_the_chat_gives_way_to_what_has_the_focus_under_it(desktop: Page, site: Site, host: Host) -> None:
    under = '<a id="under" href="/other" style="position: fixed; right: 60px; bottom: 200px">Under</a>'
    chat = Embedded(desktop).start(host.show("/under", line(site), filler=under))
    chat.field.fill("half a question")
    desktop.locator("#first").focus()
    expect(chat.window).to_be_visible()
    desktop.locator("#under").focus()
    expect(chat.window).to_be_hidden()
    expect(desktop.locator("#under")).to_be_focused()
    chat.launcher.click()
    expect(chat.field).to_have_value("half a question")


@pytest.mark.parametrize("view", [DESKTOP, {"width": 390, "height": 844}, SMALLEST], ids=str)
def test_a_hostile_page_can_neither_hide_nor_break_it(
    new_context: NewContext, site: Site, host: Host, words: dict[str, Any], view: dict[str, int]
) -> None:
    page = new_context(viewport=view).new_page()
    chat = Embedded(page).start(host.show("/hostile", line(site), HOSTILE + NOTHING_BEHIND))
    shows(chat.ask(ANSWERED), "The report goes on the website.")
    size = chat.field.evaluate("(one) => parseFloat(getComputedStyle(one).fontSize)")
    assert size >= 16
    page.locator("#title").focus()
    for _ in range(14):
        page.keyboard.press("Tab")
        stop = page.evaluate(FOCUS)
        if stop is None or not page.evaluate("document.activeElement?.localName === 'review-chat'"):
            break
        assert stop["seen"] and stop["marked"], stop
    expect(page.get_by_role("link", name=words["leave"])).to_be_visible()
    assert found(page, {"include": ["review-chat"]}) == []


def test_the_words_of_messages_are_text_that_a_translator_finds(page: Page, address: str) -> None:
    chat = Embedded(page).start(address)
    chat.ask(ANSWERED)
    light = page.locator("review-chat").evaluate("(chat) => [...chat.children].map((one) => one.textContent)")
    assert ANSWERED in light and "The report goes on the website." in light
    page.evaluate(
        "() => { for (const one of document.querySelectorAll('review-chat span'))"
        " if (one.textContent.startsWith('The report goes')) one.innerHTML = '<font>Raport</font>' }"
    )
    shows(chat.assistant.last.locator(".message__text"), "Raport", exactly=True)
    assert page.evaluate(deep("return every('[translate=no]').length")) == 0


def test_a_conversation_goes_along_to_the_sites_next_page_and_survives_a_reload(
    desktop: Page, host: Host, site: Site, address: str
) -> None:
    chat = Embedded(desktop).start(address)
    chat.ask(ANSWERED)
    desktop.reload()
    expect(chat.family).to_have_count(1)
    desktop.goto(host.show("/next", line(site)))
    expect(chat.family).to_have_count(1)
    expect(chat.log.locator("li")).to_have_count(0)


def test_words_sent_before_a_reload_are_sent_once_and_answered(desktop: Page, site: Site, address: str) -> None:
    chat = Embedded(desktop).start(address)
    chat.ask("something before")
    desktop.route("**/api/conversations/*/messages", lambda route: route.fetch() and None, times=1)
    chat.send(ANSWERED)
    expect(chat.family).to_have_count(2)
    desktop.wait_for_timeout(500)
    desktop.unroute_all()
    desktop.reload()
    expect(chat.family).to_have_count(2)
    expect(chat.assistant).to_have_count(3)
    desktop.reload()
    expect(chat.family).to_have_count(2)
    assert set(chat.kept()["session"]) == {"review-chat.conversation", "review-chat.open"}


def test_leaving_clears_the_page_and_back_does_not_bring_it_back(
    desktop: Page, site: Site, host: Host, address: str, words: dict[str, Any]
) -> None:
    chat = Embedded(desktop).start(address)
    chat.ask(ANSWERED)
    desktop.goto(host.show("/later", line(site)))
    expect(chat.family).to_have_count(1)
    held = conversation(chat)
    desktop.locator("#leave").click()
    desktop.wait_for_url(words["leave_to"])
    wait_until_gone(desktop, site, held)
    desktop.go_back()
    expect(chat.launcher).to_be_visible()
    expect(chat.window).to_be_hidden()
    assert ANSWERED not in desktop.content()
    assert chat.kept()["session"] == {}
    assert status_of(site, held) == 404


def test_three_presses_of_shift_leave_and_capitals_do_not(desktop: Page, address: str, words: dict[str, Any]) -> None:
    chat = Embedded(desktop).start(address)
    chat.field.press_sequentially("My Son DIED")
    for letter in "ABC":
        desktop.keyboard.press(f"Shift+{letter}")
    assert desktop.url == address
    desktop.keyboard.press("Shift")
    shows(chat.status, words["shift_two"], exactly=True)
    desktop.keyboard.press("x")
    shows(chat.status, "", exactly=True)
    for _ in range(3):
        desktop.keyboard.press("Shift")
    desktop.wait_for_url(words["leave_to"])


def test_on_a_touch_screen_shift_leaves_nothing(new_context: NewContext, address: str) -> None:
    page = new_context(has_touch=True, is_mobile=True).new_page()
    Embedded(page).start(address)
    for _ in range(3):
        page.keyboard.press("Shift")
    page.wait_for_timeout(300)
    assert page.url == address


def test_the_words_and_the_place_are_attributes_and_the_colours_properties(
    desktop: Page, site: Site, host: Host
) -> None:
    element = '<review-chat launcher="Ask us" heading="Our chat" position="left" style="--review-chat-action: #5a2d81">'
    chat = Embedded(desktop).visit(host.show("/own", element + "</review-chat>" + line(site)))
    shows(chat.launcher, "Ask us", exactly=True)
    box = chat.launcher.bounding_box()
    assert box is not None and box["x"] < 100
    assert chat.launcher.evaluate("(one) => getComputedStyle(one).backgroundColor") == "rgb(90, 45, 129)"
    chat.launcher.click()
    shows(desktop.locator("#title"), "Our chat", exactly=True)
    expect(desktop.locator("review-chat")).to_have_count(1)


def test_a_page_with_the_line_twice_has_one_chat(page: Page, site: Site, host: Host) -> None:
    Embedded(page).visit(host.show("/twice", line(site) + line(site)))
    expect(page.locator("review-chat")).to_have_count(1)


def test_it_is_a_region_with_a_second_level_heading(page: Page, address: str, words: dict[str, Any]) -> None:
    Embedded(page).start(address)
    expect(page.get_by_role("region", name=words["heading"])).to_be_visible()
    expect(page.get_by_role("heading", level=1)).to_have_count(1)
    expect(page.get_by_role("heading", level=2, name=words["heading"])).to_be_visible()
    expect(page.locator("review-chat")).to_have_attribute("lang", "en-GB")


@pytest.fixture
def bare(host: Host, site: Site) -> str:
    """A page with nothing behind the chat."""
    return host.show("/bare", line(site), NOTHING_BEHIND)


@every_state
def test_axe_finds_nothing_on_phone_desktop_the_smallest_screen_and_in_the_dark(
    page: Page, bare: str, reach: EmbeddedState
) -> None:
    reach(Embedded(page), bare)
    # The list of numbers lies over what was said, which axe then can't judge.
    within = {"include": [{"fromShadowDom": ["review-chat", ".bar"]}]} if reach is EMBEDDED["numbers"] else None
    assert found(page, within) == []
    page.set_viewport_size(SMALLEST)
    assert found(page, within) == [], "320 x 256"
    page.set_viewport_size({"width": 1280, "height": 900})
    page.emulate_media(color_scheme="dark")
    assert found(page, within) == [], "dark, desktop"


@pytest.mark.parametrize("state", ["closed", "in danger", "times", "read back", "recorded"])
def test_axe_finds_nothing_in_forced_colours_and_every_box_has_an_edge(
    new_context: NewContext, bare: str, state: str
) -> None:
    page = new_context(forced_colors="active").new_page()
    EMBEDDED[state](Embedded(page), bare)
    assert found(page) == []
    without = page.locator("button, textarea, .message, .help a, .card").evaluate_all(
        "all => all.filter((one) => one.checkVisibility() && !one.matches('.unseen'))"
        ".filter((one) => { const style = getComputedStyle(one);"
        " return parseFloat(style.borderTopWidth) < 1 || style.borderTopColor === style.backgroundColor })"
        ".map((one) => one.className)"
    )
    assert without == []


@every_state
def test_it_fits_the_smallest_screen_and_letters_twice_as_large(page: Page, address: str, reach: EmbeddedState) -> None:
    reach(Embedded(page), address)
    page.set_viewport_size(SMALLEST)
    in_shape(page)
    page.set_viewport_size({"width": 390, "height": 844})
    page.evaluate("document.documentElement.style.fontSize = '36px'")
    in_shape(page)
    page.evaluate(
        deep(
            "for (const one of every('*'))"
            " Object.assign(one.style, {lineHeight: '1.5', letterSpacing: '0.12em', wordSpacing: '0.16em'})"
        )
    )
    in_shape(page)


def in_shape(page: Page) -> None:
    """Nothing is scrolled sideways, nothing that is pressed is cut off or small, help and the way out are in sight."""
    wide = page.evaluate(
        deep("return every('html, .panel, .messages').filter((one) => one.scrollWidth > one.clientWidth).map(String)")
    )
    assert wide == []
    cut = page.evaluate(
        deep(
            "return every('button, summary, a.leave, .urgent, .help a, label')"
            ".filter((one) => one.checkVisibility() && !one.matches('.unseen, .unseen *')"
            " && (one.scrollHeight > one.clientHeight + 1 || one.scrollWidth > one.clientWidth + 1)).map(words)"
        )
    )
    assert cut == []
    if page.locator("review-chat .window").is_visible():
        for always in ("#leave", ".bar .urgent[href='tel:999']", ".close"):
            expect(page.locator(always)).to_be_in_viewport()


@every_state
def test_what_is_pressed_is_large_enough(page: Page, address: str, reach: EmbeddedState) -> None:
    reach(Embedded(page), address)
    small = page.evaluate(
        deep(
            "return every('button, summary, a.leave, .urgent, .help a, .message__links a, textarea, .time label')"
            ".filter((one) => one.checkVisibility() && !one.matches('.unseen')"
            " && Math.min(one.offsetHeight, one.offsetWidth) < 44)"
            ".map((one) => `${words(one)} ${one.offsetWidth}x${one.offsetHeight}`)"
        )
    )
    assert small == []


def test_reduced_motion_means_none(page: Page, address: str) -> None:
    page.emulate_media(reduced_motion="reduce")
    Embedded(page).start(address).ask(ANSWERED)
    moving = page.evaluate(
        deep(
            "return every('review-chat, .frame, .frame *').filter((one) => { const style = getComputedStyle(one);"
            " return style.animationName !== 'none' || parseFloat(style.transitionDuration) > 0"
            " || style.scrollBehavior === 'smooth' }).map((one) => one.className)"
        )
    )
    assert moving == []


def test_help_is_in_the_same_place_whatever_is_said(page: Page, address: str) -> None:
    chat = Embedded(page).start(address)
    places = []
    for text in (ANSWERED, "I want to kill myself", "I want a meeting"):
        chat.ask(text)
        places.append([page.locator(always).bounding_box() for always in ("#leave", ".bar .urgent", "#numbers")])
    assert places[0] == places[1] == places[2]


def test_the_latest_answer_is_one_press_away(desktop: Page, address: str, words: dict[str, Any]) -> None:
    chat = Embedded(desktop).start(address)
    for _ in range(3):
        chat.ask(ANSWERED)
    skip = desktop.get_by_role("button", name=words["skip_to_latest"])
    skip.focus()
    expect(skip).to_be_in_viewport()
    desktop.keyboard.press("Enter")
    expect(chat.assistant.last.locator(".message__who")).to_be_focused()
    expect(chat.assistant.last.locator(".message__who")).to_be_in_viewport()


def test_a_page_kept_for_back_holds_nothing_that_was_said(desktop: Page, address: str) -> None:
    chat = Embedded(desktop).start(address)
    chat.ask(ANSWERED)
    desktop.evaluate("dispatchEvent(new PageTransitionEvent('pagehide', {persisted: true}))")
    assert ANSWERED not in desktop.content()
    desktop.evaluate("dispatchEvent(new PageTransitionEvent('pageshow', {persisted: true}))")
    expect(chat.family).to_have_count(1)
    desktop.evaluate("dispatchEvent(new PageTransitionEvent('pagehide', {persisted: true}))")
    desktop.evaluate("sessionStorage.clear()")  # left, or deleted, on another page of the site
    desktop.evaluate("dispatchEvent(new PageTransitionEvent('pageshow', {persisted: true}))")
    expect(chat.window).to_be_hidden()
    assert ANSWERED not in desktop.content()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_mark_of_the_focus_stands_out_from_all_it_lies_on(
    page: Page, address: str, scheme: Literal["light", "dark"]
) -> None:
    page.emulate_media(color_scheme=scheme)
    Embedded(page).start(address)
    colors: dict[str, str] = page.locator("review-chat .frame").evaluate(
        "(frame) => Object.fromEntries(['focus', 'ground', 'surface', 'family'].map((name) =>"
        " [name, getComputedStyle(frame).getPropertyValue('--' + name).trim()]))"
    )
    for under in ("ground", "surface", "family"):
        assert contrast(colors["focus"], colors[under]) >= 3, under


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_what_the_mouse_is_over_can_still_be_read(
    desktop: Page, address: str, scheme: Literal["light", "dark"]
) -> None:
    desktop.emulate_media(color_scheme=scheme)
    chat = Embedded(desktop).start(address)
    chat.ask(ANSWERED)
    desktop.locator("#about summary").click()
    for pressed in (
        ".launcher",
        "#ask button",
        ".message__choices button",
        "#leave",
        ".bar .urgent",
        "#numbers summary",
        "#save",
    ):
        one = desktop.locator(pressed).last
        one.hover()
        colors: list[str] = one.evaluate(
            "(one) => { const hex = (color) => '#' + color.match(/[0-9.]+/g).slice(0, 3)"
            ".map((part) => Math.round(part).toString(16).padStart(2, '0')).join('');"
            " const style = getComputedStyle(one), clear = style.backgroundColor.endsWith(', 0)');"
            " const under = getComputedStyle(one.closest('.bar, .ask, .foot, .message') ?? one);"
            " return [hex(style.color), hex((clear ? under : style).backgroundColor)] }"
        )
        assert contrast(*colors) >= 4.5, (pressed, colors)


def contrast(one: str, other: str) -> float:
    """The contrast of two colours (#rrggbb) as WCAG 2.2 defines it."""
    lighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def luminance(color: str) -> float:
    """How much light a colour gives off, from 0 to 1."""
    parts = [int(color[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
