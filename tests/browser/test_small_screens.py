"""Whatever the screen: help and the way out are in reach, the answer is in sight, and nothing is erased by accident."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Locator, Page, ViewportSize, expect

from tests.browser.chat import ANSWERED, DANGER, ChatPage, read, shows
from tests.browser.conftest import NewContext
from tests.browser.deep import deep

SIZES = ["375x553", "360x640", "390x664", "390x844", "844x390", "320x256", "1280x900"]
TALL = ["360x640", "390x664", "390x844", "1280x900"]
PHONES = [size for size in SIZES if size != "320x256"]  # where one warm line and the numbers fit under the bar
IN_FLOW = ["375x553", "844x390", "320x256"]
WAY_OUT = "#leave"
ALWAYS = (WAY_OUT, ".bar a[href='tel:999']:visible")

every_size = pytest.mark.parametrize("size", SIZES)


def viewport(size: str) -> ViewportSize:
    """`size` as Playwright takes it."""
    width, height = size.split("x")
    return {"width": int(width), "height": int(height)}


def top(locator: Locator) -> float:
    """Where it begins, in CSS pixels from the top of the window."""
    box = locator.bounding_box()
    assert box is not None
    return box["y"]


def bottom(locator: Locator) -> float:
    """Where it ends, in CSS pixels from the top of the window."""
    box = locator.bounding_box()
    assert box is not None
    return box["y"] + box["height"]


def can_be_tapped(locator: Locator) -> bool:
    """True when a finger on its middle meets it and nothing else."""
    return bool(
        locator.evaluate(
            deep(
                "const box = one.getBoundingClientRect();"
                " return holds(one, at(box.left + box.width / 2, box.top + box.height / 2))",
                "one",
            )
        )
    )


@every_size
@pytest.mark.parametrize("script", [True, False], ids=["script", "plain"])
def test_in_danger_the_way_out_and_999_can_be_tapped_at_once(new_context: NewContext, size: str, script: bool) -> None:
    page = new_context(viewport=viewport(size), java_script_enabled=script).new_page()
    ask_danger(page, script)
    bar = page.locator(".bar")
    assert top(bar) == 0 and bottom(bar) <= 64
    for always in ALWAYS:
        expect(page.locator(always)).to_be_in_viewport(ratio=1)
        if script:
            assert can_be_tapped(page.locator(always))
    if page.locator("#numbers summary").is_visible():
        page.locator("#numbers summary").click()
    expect(page.locator("#help a[href='tel:116123']")).to_be_visible()


def ask_danger(page: Page, script: bool) -> None:
    """Say that somebody is in danger; the answer is there."""
    if script:
        ChatPage(page).open().ask(DANGER)
        return
    page.goto("/chat")
    page.locator("#question").fill(DANGER)
    page.locator("#ask button").click()
    expect(page.locator("#latest")).to_be_visible()
    page.wait_for_load_state()  # with its style sheet


@every_size
@pytest.mark.parametrize("script", [True, False], ids=["script", "plain"])
def test_help_is_shown_from_its_beginning(new_context: NewContext, size: str, script: bool) -> None:
    page = new_context(viewport=viewport(size), java_script_enabled=script).new_page()
    ask_danger(page, script)
    help = page.locator(".message--help")
    assert top(help) >= bottom(page.locator(".bar"))
    expect(help.locator(".message__text").first).to_be_in_viewport()
    if size in PHONES and script:
        expect(help.get_by_role("link", name="999")).to_be_in_viewport(ratio=1)


@pytest.mark.parametrize("script", [True, False], ids=["script", "plain"])
def test_help_has_its_numbers_under_its_first_line(new_context: NewContext, script: bool) -> None:
    page = new_context(java_script_enabled=script).new_page()
    ask_danger(page, script)
    texts = page.locator(".message--help .message__text")
    expect(texts).to_have_count(2)
    links = page.locator(".message--help .message__links")
    assert bottom(texts.first) <= top(links) < bottom(links) <= top(texts.last)
    expect(links.get_by_role("link").first).to_have_attribute("href", "tel:999")
    assert read(texts.first) == (
        "What you have written matters, and there is help right now, for you or for someone you fear for."
    )


@every_size
def test_the_chat_keeps_most_of_the_screen(new_context: NewContext, size: str) -> None:
    page = new_context(viewport=viewport(size)).new_page()
    chat = ChatPage(page).open()
    chat.ask(ANSWERED)
    height = viewport(size)["height"]
    lowest = top(page.locator("#ask")) if size in TALL else height
    assert lowest - bottom(page.locator(".bar")) >= 0.4 * height


@pytest.mark.parametrize("size", TALL)
def test_the_field_and_its_button_stay_in_reach(new_context: NewContext, size: str) -> None:
    page = new_context(viewport=viewport(size)).new_page()
    chat = ChatPage(page).open()
    for _ in range(3):
        expect(chat.field).to_be_in_viewport(ratio=1)
        expect(page.locator("#ask button")).to_be_in_viewport(ratio=1)
        chat.ask(ANSWERED)
    assert page.evaluate("document.documentElement.scrollHeight <= innerHeight"), "only the messages scroll"


@pytest.mark.parametrize("size", IN_FLOW)
def test_on_a_low_screen_the_field_follows_the_last_answer(new_context: NewContext, size: str) -> None:
    page = new_context(viewport=viewport(size)).new_page()
    chat = ChatPage(page).open()
    chat.ask(ANSWERED)
    assert 0 <= top(chat.field) - bottom(chat.assistant.last) <= 150


def test_what_is_said_scrolls_by_the_keyboard_alone(page: Page, words: dict[str, Any]) -> None:
    chat = ChatPage(page).open()
    for _ in range(2):
        chat.ask(ANSWERED)
    messages = page.get_by_role("region", name=words["messages"])
    messages.focus()
    page.keyboard.press("Home")
    page.wait_for_function(deep("return every('#messages')[0].scrollTop === 0"))
    page.keyboard.press("PageDown")
    page.wait_for_function(deep("return every('#messages')[0].scrollTop > 100"))


def test_the_first_view_has_the_first_choice_and_the_field(page: Page) -> None:
    chat = ChatPage(page).open()
    expect(chat.choices.first).to_be_in_viewport()
    expect(chat.field).to_be_in_viewport(ratio=1)


def test_the_page_and_the_greeting_do_not_say_the_same_twice(page: Page, words: dict[str, Any]) -> None:
    page.route("**/review-chat.js", lambda route: route.abort())
    page.goto("/")
    expect(page.get_by_text(words["intro"][0])).to_be_visible()
    page.unroute_all()
    ChatPage(page).open()
    expect(page.get_by_text(words["intro"][0])).to_be_hidden()


@every_size
def test_after_a_long_question_the_answer_begins_in_sight(new_context: NewContext, size: str) -> None:
    page = new_context(viewport=viewport(size)).new_page()
    chat = ChatPage(page).open()
    answer = chat.ask("when will it be over " * 60)
    assert top(answer) >= bottom(page.locator(".bar"))
    expect(answer.locator(".message__text")).to_be_in_viewport()


@pytest.mark.parametrize("size", ["375x553", "390x844"])
def test_what_one_asked_is_in_sight_without_a_script_too(new_context: NewContext, size: str) -> None:
    page = new_context(viewport=viewport(size), java_script_enabled=False).new_page()
    ask_danger(page, script=False)
    expect(page.locator(".message--family .message__text")).to_be_in_viewport(ratio=1)
    assert top(page.locator(".message--family .message__text")) >= bottom(page.locator(".bar"))


def test_on_a_touch_screen_the_keyboard_goes_when_the_question_is_sent(new_context: NewContext) -> None:
    page = new_context(has_touch=True, is_mobile=True).new_page()
    chat = ChatPage(page).open()
    chat.field.tap()
    chat.field.fill(ANSWERED)
    page.locator("#ask button").tap()
    expect(chat.family).to_have_count(1)
    expect(chat.field).not_to_be_focused()
    expect(page.locator("#messages")).to_be_focused()
    expect(chat.assistant).to_have_count(2)  # the greeting, and the answer: until then there is nothing to tap
    page.locator("#ask button").tap()
    expect(chat.error).to_be_visible()
    expect(chat.field).to_be_focused()


def test_on_a_touch_screen_the_capital_that_comes_by_itself_does_not_keep_enter_from_sending(
    new_context: NewContext,
) -> None:
    page = new_context(has_touch=True, is_mobile=True).new_page()
    chat = ChatPage(page).open()
    chat.field.fill(ANSWERED)
    chat.field.press("Shift+Enter")
    expect(chat.family).to_have_count(1)


@every_size
def test_after_deleting_the_reader_sees_it_said_and_a_new_beginning(
    new_context: NewContext, words: dict[str, Any], size: str
) -> None:
    page = new_context(viewport=viewport(size)).new_page()
    chat = ChatPage(page).open()
    chat.ask(ANSWERED)
    chat.confirm("delete")
    shows(chat.status, words["deleted"], exactly=True)
    expect(chat.status).to_be_focused()
    expect(chat.status).to_be_in_viewport(ratio=1)
    assert can_be_tapped(chat.status), "nothing lies over it"
    expect(chat.assistant).to_have_count(1)
    expect(chat.choices.first).to_be_visible()


@pytest.mark.parametrize("name", ["delete", "again"])
def test_who_asks_to_erase_is_offered_the_way_back_first(page: Page, words: dict[str, Any], name: str) -> None:
    chat = ChatPage(page).open()
    chat.ask(ANSWERED)
    chat.press(name)
    expect(page.locator(f"#{name}-dialog").get_by_role("button", name=words["keep"])).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator(f"#{name}-dialog")).to_be_hidden()
    expect(chat.family).to_have_count(1)


@every_size
@pytest.mark.parametrize("name", ["delete", "again"])
def test_who_is_asked_again_can_still_leave_and_ring_at_once(
    new_context: NewContext, words: dict[str, Any], size: str, name: str
) -> None:
    page = new_context(viewport=viewport(size)).new_page()
    chat = ChatPage(page).open()
    chat.ask(ANSWERED)
    chat.press(name)
    dialog = page.locator(f"#{name}-dialog")
    for always in (page.locator(f"#{name}-leave"), dialog.locator("a[href='tel:999']")):
        expect(always).to_be_in_viewport(ratio=1)
        assert can_be_tapped(always)
    page.locator(f"#{name}-leave").click()
    page.wait_for_url(words["leave_to"])


@every_size
def test_that_the_answer_is_looked_for_is_in_sight(new_context: NewContext, size: str) -> None:
    page = new_context(viewport=viewport(size)).new_page()
    chat = ChatPage(page).open()
    page.route("**/api/conversations/*/messages", lambda route: None)
    chat.send("when will it be over " * 40)
    expect(page.locator("#waiting")).to_be_in_viewport(ratio=1)


def test_what_erases_is_not_beside_what_sends(page: Page) -> None:
    ChatPage(page).open()
    expect(page.locator("#delete")).to_be_hidden()
    page.locator("#about summary").click()
    expect(page.locator("#delete")).to_be_visible()
    assert top(page.locator("#again")) - bottom(page.locator("#ask button")) >= 88, "two finger widths"


@pytest.mark.parametrize("size", ["390x844", "360x640", "320x568"])
def test_letters_twice_as_large_break_no_word_of_the_heading_and_cut_no_number(
    new_context: NewContext, words: dict[str, Any], size: str
) -> None:
    page = new_context(viewport=viewport(size)).new_page()
    page.add_init_script("addEventListener('DOMContentLoaded', () => document.documentElement.style.fontSize = '225%')")
    chat = ChatPage(page).open()
    lines = page.get_by_text(words["heading"]).evaluate(
        "(heading) => { const text = heading.firstChild; return [...text.data.matchAll(/\\S+/g)].map((word) => {"
        " const range = document.createRange(); range.setStart(text, word.index);"
        " range.setEnd(text, word.index + word[0].length); return range.getClientRects().length }) }"
    )
    assert set(lines) == {1}
    chat.ask(DANGER)
    for always in ALWAYS:
        expect(page.locator(always)).to_be_in_viewport(ratio=1)
    assert top(page.locator(".message--help")) >= bottom(page.locator(".bar")) - 1
    page.locator("#numbers summary").click()
    for number in page.locator("#help a").all():
        number.scroll_into_view_if_needed()
        expect(number).to_be_in_viewport(ratio=0.9)


def test_the_list_of_numbers_closes_when_the_reader_goes_on(page: Page) -> None:
    chat = ChatPage(page).open()
    chat.field.fill("half a question")
    page.locator("#numbers summary").click()
    expect(page.locator("#help")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator("#help")).to_be_hidden()
    expect(chat.field).to_have_value("half a question")
    page.locator("#numbers summary").click()
    chat.field.focus()
    expect(page.locator("#help")).to_be_hidden()


def test_words_not_yet_sent_survive_a_reload_and_nothing_else_does(page: Page) -> None:
    chat = ChatPage(page).open()
    chat.field.fill("half a question")
    page.reload()
    expect(chat.field).to_have_value("half a question")
    expect(chat.assistant).to_have_count(1)
    chat.field.press("Enter")
    expect(chat.assistant).to_have_count(2)
    assert set(chat.kept()["session"]) == {"review-chat.conversation"}
    chat.field.fill("another half")
    chat.confirm("delete")
    expect(chat.field).to_have_value("")
    expect(chat.status).to_be_focused()
    assert chat.kept()["session"] == {}


def test_leaving_forgets_the_words_not_yet_sent(page: Page, words: dict[str, Any]) -> None:
    chat = ChatPage(page).open()
    chat.field.fill("half a question")
    page.locator(WAY_OUT).click()
    page.wait_for_url(words["leave_to"])
    chat.open()
    expect(chat.field).to_have_value("")
    assert chat.kept()["session"] == {}


def test_who_goes_to_the_plain_chat_is_told_that_it_starts_empty(page: Page, words: dict[str, Any]) -> None:
    ChatPage(page).open()
    page.locator("#about summary").click()
    shows(page.locator("#about"), words["plain_about"])
