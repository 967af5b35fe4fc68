"""A meeting in the chat: times to pick from, what will be sent, reference and code."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.chat import ChatPage, answer_with, message, read, read_all, shows
from tests.browser.conftest import NewContext
from tests.browser.server import MEETING, PASS_ON, SEND, TIMES


def test_times_are_radio_buttons_by_day_with_the_whole_time_as_their_name(page: Page, words: dict[str, Any]) -> None:
    chat = ChatPage(page).open()
    answer = chat.ask(MEETING)
    group = page.get_by_role("group", name=words["times"])
    expect(group.get_by_role("radio")).to_have_count(4)
    for time in TIMES:
        expect(group.get_by_role("radio", name=time, exact=True)).not_to_be_checked()
    assert read_all(group.get_by_role("heading", level=4)) == ["Monday 30 March 2026", "Tuesday 31 March 2026"]
    expect(answer.get_by_role("link", name="Ring 01274 434361")).to_be_visible()
    assert TIMES[0] not in read(answer.locator(".message__text").first), "said once, where it can be picked"


def test_a_time_is_taken_by_picking_and_then_saying_so_by_keyboard_alone(page: Page, words: dict[str, Any]) -> None:
    chat = ChatPage(page).open()
    chat.ask(MEETING)
    page.get_by_role("button", name=words["take_time"]).focus()
    page.keyboard.press("Enter")
    shows(page.locator(".times .error"), words["error_no_time"], exactly=True)
    expect(page.get_by_role("radio").first).to_be_focused()
    page.keyboard.press("Space")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowUp")
    page.get_by_role("button", name=words["take_time"]).press("Enter")
    shows(chat.family.last, TIMES[0])
    shows(chat.assistant.last, "Nothing has been sent yet.")
    expect(page.locator(".times")).to_have_count(0)
    expect(chat.field).to_be_focused()


def test_none_of_them_can_be_picked_too(page: Page, words: dict[str, Any]) -> None:
    chat = ChatPage(page).open()
    chat.ask(MEETING)
    page.get_by_role("radio").last.check()
    page.get_by_role("button", name=words["take_time"]).click()
    expect(chat.family).to_have_count(2)


def test_how_long_a_time_is_kept_stands_beside_the_times(page: Page, words: dict[str, Any]) -> None:
    kept = words["time_kept"].replace("{hold_minutes}", "30").strip()
    ChatPage(page).open().ask(MEETING)
    expect(page.get_by_role("group", name=words["times"])).to_have_accessible_description(kept)
    page.goto("/chat")
    for text in (MEETING, "hello"):
        page.locator("#question").fill(text)
        page.locator("#ask button").click()
        expect(page.get_by_text(kept)).to_have_count(1 if text == MEETING else 0)


def test_who_changes_a_meeting_has_the_time_at_once_and_reads_of_no_limit(page: Page, words: dict[str, Any]) -> None:
    chat = ChatPage(page).open()
    choices = [{"title": TIMES[0], "text": TIMES[0], "topic": None}]
    times = message(f"These times are free:\n{TIMES[0]}", form={"name": "manage", "asks": "when"}, choices=choices)
    answer_with(page, 200, {"messages": [times]})
    chat.ask("Another time, please")
    expect(page.get_by_role("group", name=words["times"]).get_by_role("radio")).to_have_count(1)
    assert words["time_kept"][:20] not in page.content()


def test_nothing_runs_out_in_the_browser_and_a_time_that_is_gone_is_said_beside_what_is_typed(
    page: Page, words: dict[str, Any]
) -> None:
    page.clock.install()
    chat = ChatPage(page).open()
    chat.ask(TIMES[0])
    held = chat.kept()["session"]["review-chat.conversation"]
    chat.field.fill("half a question")
    page.clock.fast_forward("20:00:00")
    expect(chat.field).to_have_value("half a question")
    expect(chat.assistant.last.get_by_role("button", name="Send it")).to_be_visible()
    assert read(chat.status) == ""
    gone = message("Someone else has taken that time since.")
    form, choices = {"name": "meeting", "asks": "when"}, [{"title": TIMES[1], "text": TIMES[1], "topic": None}]
    others = message(f"These times are free:\n{TIMES[1]}", form=form, choices=choices)
    answer_with(page, 200, {"messages": [gone, others]}, times=1)
    chat.choices.first.click()
    shows(chat.log.locator("li.message").nth(-2), "Someone else has taken that time since.")
    expect(chat.field).to_have_value("half a question")
    expect(chat.field).to_be_focused()
    page.get_by_role("radio", name=TIMES[1], exact=True).check()
    page.get_by_role("button", name=words["take_time"]).click()
    shows(chat.family.last, TIMES[1])
    assert chat.kept()["session"]["review-chat.conversation"] == held


def test_what_will_be_sent_stands_in_a_card_and_nothing_is_said_twice(page: Page) -> None:
    answer = ChatPage(page).open().ask(TIMES[0])
    rows = answer.locator(".card__row")
    assert [(read(row.locator("dt")), read(row.locator("dd").first)) for row in rows.all()] == [
        ("Name", "Rose"),
        ("Phone or email", "07700 900123"),
        ("When", TIMES[0]),
        ("Help needed", "A ramp, and an interpreter"),
    ]
    whole = read(answer)
    assert whole.count("07700 900123") == 1
    assert whole.index("This is what will be sent:") < whole.index("Rose") < whole.index("Staff will see this.")


def test_a_press_on_change_begins_the_sentence_and_sends_nothing(page: Page, words: dict[str, Any]) -> None:
    chat = ChatPage(page).open()
    chat.ask(TIMES[0])
    page.get_by_role("button", name=f"{words['change']} Name", exact=True).click()
    expect(chat.field).to_be_focused()
    expect(chat.field).to_have_value(words["change_by"]["name"]["fill"] + " ")
    page.keyboard.type("Rosie")
    expect(chat.family).to_have_count(1)
    chat.field.press("Enter")
    shows(chat.family.last.locator(".message__text"), "My name is Rosie", exactly=True)
    expect(page.locator(".card__change")).to_have_count(0)


def test_what_the_assistant_asks_for_by_a_choice_is_said_at_once(page: Page, words: dict[str, Any]) -> None:
    chat = ChatPage(page).open()
    chat.ask(PASS_ON)
    page.get_by_role("button", name=f"{words['change']} Your words", exact=True).click()
    shows(chat.family.last, words["change_by"]["text"]["say"])


def test_every_change_that_can_be_asked_for_is_one_the_assistant_knows(words: dict[str, Any]) -> None:
    taps = (Path(__file__).parents[2] / "data" / "forms" / "words.yml").read_text(encoding="utf-8")
    for how in words["change_by"].values():
        assert ("fill" in how) != ("say" in how)
        assert "say" not in how or f"text: {how['say']}" in taps


def test_reference_and_code_can_be_copied_and_kept(new_context: NewContext, words: dict[str, Any]) -> None:
    page = new_context(permissions=["clipboard-read", "clipboard-write"]).new_page()
    chat = ChatPage(page).open()
    answer = chat.ask(SEND)
    assert "KTR-482-97" in read(answer.locator(".card--reference"))
    answer.locator(".copy").click()
    shows(chat.status, words["copied"], exactly=True)
    assert page.evaluate("navigator.clipboard.readText()") == "Reference: KTR-482-97\nCode: 482971"
    with page.expect_download() as download:
        answer.locator(".keep").click()
    assert download.value.suggested_filename == words["file_name"]
    assert Path(download.value.path()).read_text(encoding="utf-8") == "Reference: KTR-482-97\nCode: 482971\n"


def test_where_copying_is_forbidden_that_is_said(page: Page, words: dict[str, Any]) -> None:
    page.add_init_script("navigator.clipboard.writeText = () => Promise.reject(new Error())")
    chat = ChatPage(page).open()
    chat.ask(SEND).locator(".copy").click()
    shows(chat.status, words["not_copied"], exactly=True)


@pytest.mark.parametrize(("asks", "kind"), [("name", "name"), ("contact", "tel"), ("when", "off"), (None, "off")])
def test_the_browser_may_fill_in_what_is_asked_for(page: Page, asks: str | None, kind: str) -> None:
    chat = ChatPage(page).open()
    form = {"name": "meeting", "asks": asks} if asks else None
    answer_with(page, 200, {"messages": [message("And now?", form=form)]})
    chat.ask("hello")
    expect(chat.field).to_have_attribute("autocomplete", kind)


def test_what_was_said_can_be_kept_as_text(page: Page, words: dict[str, Any]) -> None:
    chat = ChatPage(page).open()
    chat.ask(TIMES[0])
    page.locator("#about summary").click()
    with page.expect_download() as download:
        page.locator("#save").click()
    kept = Path(download.value.path()).read_text(encoding="utf-8")
    assert words["you_said"] in kept and TIMES[0] in kept and "Name: Rose" in kept
    assert kept.index("Hello. This is an automatic chat") < kept.index("This is what will be sent:")
    assert "review" not in download.value.suggested_filename


def test_printing_prints_what_was_said_and_nothing_else(page: Page) -> None:
    page.add_init_script(
        "window.printed = []; print = Window.prototype.print ="
        " function () { parent.printed.push(this.document.body.innerText) }"
    )
    chat = ChatPage(page).open()
    chat.ask(TIMES[0])
    page.locator("#about summary").click()
    page.locator("#print").click()
    (printed,) = page.evaluate("printed")
    assert "This is what will be sent:" in printed
    assert "Your question" not in printed
