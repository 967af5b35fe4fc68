"""The page at `/` does what it promises, in a real browser with its script."""

from __future__ import annotations

import json
import re
from typing import Any
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import pytest
from playwright.sync_api import Page, Route, expect

from tests.browser.chat import ANSWERED, DANGER, PROBLEM, ChatPage, answer_with, message, read, read_all, shows
from tests.browser.conftest import NewContext
from tests.browser.server import FORGED, TWO, UNSURE, Site

HOSTILE = [
    FORGED,
    "<script>alert(1)</script>",
    '"><svg onload=alert(1)>',
    "<a href='javascript:alert(1)'>x</a>",
    "<iframe srcdoc='<script>parent.alert(1)</script>'></iframe>",
    "{{constructor.constructor('alert(1)')()}} ${alert(1)}",
    "</textarea><script>alert(1)</script>",
    "<template><b>bold</b></template>",
    "&lt;b&gt; &amp; &#x3c;script&#x3e;",
]


def conversation(chat: ChatPage) -> dict[str, str]:
    """The id and token that the browser holds."""
    held: dict[str, str] = json.loads(chat.kept()["session"]["review-chat.conversation"])
    return held


def status_of(site: Site, held: dict[str, str]) -> int:
    """What the server answers to somebody who reads this conversation."""
    address = f"{site.address}/api/conversations/{held['id']}/messages"
    try:
        with urlopen(Request(address, headers={"Authorization": f"Bearer {held['token']}"})) as response:  # noqa: S310
            return int(response.status)
    except HTTPError as error:
        return error.code


def test_an_answer_names_its_section_and_review_date_and_can_be_tapped_on(page: Page) -> None:
    chat = ChatPage(page).open()
    answer = chat.ask(ANSWERED)
    shows(answer, "The report goes on the website.")
    shows(answer.locator(".message__source"), "Who will see the report?")
    shows(answer.locator(".message__source"), "23 November 2026")
    expect(answer.locator(".message__links a[href^='tel:']")).to_be_visible()
    expect(answer.get_by_role("button")).to_have_count(2)


def test_two_questions_get_two_answers_under_what_was_asked(page: Page) -> None:
    chat = ChatPage(page).open()
    before = chat.messages.count()
    chat.ask(TWO)
    expect(chat.messages).to_have_count(before + 3)
    shows(chat.messages.nth(before), TWO)
    shows(chat.assistant.last, "six months")


def test_a_choice_is_sent_as_its_question_and_then_no_old_choice_can_be_taken(page: Page) -> None:
    chat = ChatPage(page).open()
    chat.ask(UNSURE)
    expect(chat.choices).to_have_count(3)
    chat.choices.first.click()
    shows(chat.family.last, "Who will see the report?")
    shows(chat.assistant.last, "The report goes on the website.")
    expect(page.locator("#messages li:not(:last-child) .message__choices button")).to_have_count(0)
    expect(chat.field).to_be_focused()


def test_danger_gets_help_that_stands_out_and_the_chat_goes_on(page: Page) -> None:
    chat = ChatPage(page).open()
    help = chat.ask(DANGER)
    expect(help).to_have_class("message message--help")
    expect(help.locator("a[href='tel:999']")).to_be_visible()
    chat.ask(ANSWERED)
    shows(chat.assistant.last, "The report goes on the website.")


def test_the_quiet_line_is_marked(page: Page) -> None:
    chat = ChatPage(page).open()
    answer_with(page, 200, {"messages": [message("An answer."), message("If you are not safe, ring 999.", care=True)]})
    chat.ask("I cannot sleep")
    expect(chat.assistant.last).to_have_class("message message--care")


def without_time(message: str) -> str:
    return re.sub(r"\d\d:\d\d", "", message, count=1)


def test_a_reload_brings_the_conversation_back_without_announcing_it_again(page: Page) -> None:
    chat = ChatPage(page).open()
    chat.ask(ANSWERED)
    said = read_all(chat.messages)
    page.reload()
    expect(chat.messages).to_have_count(len(said))
    again = read_all(chat.messages)
    assert again[1:] == said[1:]
    # The greeting is recorded with the first message: perhaps in the next minute.
    assert without_time(again[0]) == without_time(said[0])
    expect(chat.log.locator("li")).to_have_count(0)
    expect(chat.choices).to_have_count(2)
    chat.ask("And how long does it take?")


def test_the_browser_keeps_the_id_and_token_for_this_tab_and_nothing_else(page: Page) -> None:
    chat = ChatPage(page).open()
    chat.ask(ANSWERED)
    kept = chat.kept()
    assert kept["local"] == {} and kept["cookie"] == ""
    assert set(kept["session"]) == {"review-chat.conversation"}
    assert set(json.loads(kept["session"]["review-chat.conversation"])) == {"id", "token"}
    assert page.context.cookies() == []
    assert conversation(chat)["token"] not in page.url


@pytest.mark.parametrize("text", HOSTILE)
def test_html_shows_as_the_text_it_is(page: Page, text: str) -> None:
    chat = ChatPage(page).open()
    chat.ask(text)
    assert read(chat.family.last.locator(".message__text")) == text
    page.reload()
    assert read(chat.family.last.locator(".message__text")) == text
    assert page.locator("main script, main iframe, main img, main svg").count() == 0


def test_html_from_the_assistant_shows_as_text_and_odd_addresses_are_no_links(page: Page) -> None:
    chat = ChatPage(page).open()
    links = [{"title": FORGED, "href": "javascript:alert(1)"}, {"title": "Ring 999", "href": "tel:999"}]
    choice = {"title": FORGED, "text": "hello", "topic": None}
    answer_with(page, 200, {"messages": [message(FORGED, links=links, choices=[choice])]})
    answer = chat.ask("hello")
    assert read(answer.locator(".message__text")) == FORGED
    assert [link.get_attribute("href") for link in answer.get_by_role("link").all()] == ["tel:999"]
    shows(answer.get_by_role("button"), FORGED, exactly=True)


def test_enter_sends_shift_and_enter_makes_a_new_line_and_composing_sends_nothing(new_context: NewContext) -> None:
    page = new_context(viewport={"width": 1280, "height": 900}).new_page()
    chat = ChatPage(page).open()
    chat.field.fill("one")
    chat.field.press("Shift+Enter")
    chat.field.press_sequentially("two")
    chat.field.dispatch_event("keydown", {"key": "Enter", "isComposing": True, "bubbles": True})
    assert chat.field.input_value() == "one\ntwo"
    expect(chat.family).to_have_count(0)
    chat.field.press("Enter")
    shows(chat.family.locator(".message__text"), "one\ntwo", exactly=True)


def test_nothing_or_too_much_is_said_beside_the_field_and_kept(page: Page, words: dict[str, Any]) -> None:
    chat = ChatPage(page).open()
    chat.send("  ")
    shows(chat.error, words["error_empty"], exactly=True)
    expect(chat.field).to_have_attribute("aria-invalid", "true")
    expect(chat.field).to_be_focused()
    chat.send("a" * 2001)
    shows(chat.error, words["error_too_long"], exactly=True)
    assert len(chat.field.input_value()) == 2001
    chat.send("\U0001f642" * 2000)
    expect(chat.error).to_be_hidden()
    expect(chat.field).to_have_value("")


@pytest.mark.parametrize("status", [413, 429, 503])
def test_what_a_refusal_brings_is_shown_like_any_answer_and_the_words_stay(page: Page, status: int) -> None:
    chat = ChatPage(page).open()
    help = message("Ring 01274 434361.", links=[{"title": "Ring 01274 434361", "href": "tel:+441274434361"}])
    problem = {"type": "about:blank", "title": "No", "status": status, "detail": "Not now.", "messages": [help]}
    answer_with(page, status, problem)
    chat.send("What happens next?")
    shows(chat.error, "Not now.", exactly=True)
    expect(chat.assistant.last.get_by_role("link")).to_have_attribute("href", "tel:+441274434361")
    expect(chat.field).to_have_value("What happens next?")
    expect(chat.field).to_be_focused()
    expect(chat.family).to_have_count(0)


@pytest.mark.parametrize("status", [0, 429, 503])
def test_the_words_of_a_choice_that_could_not_be_sent_stay(page: Page, status: int) -> None:
    chat = ChatPage(page).open()
    chat.ask(UNSURE)
    if status:
        answer_with(page, status, {"detail": "Not now.", "messages": [message("You can ring 01274 434361.")]}, times=1)
    else:
        page.route("**/api/conversations/*/messages", lambda route: route.abort(), times=1)
    chat.choices.first.click()
    expect(chat.error).to_be_visible()
    expect(chat.field).to_have_value("Who will see the report?")
    chat.field.press("Enter")
    shows(chat.family.last, "Who will see the report?")
    shows(chat.assistant.last, "The report goes on the website.")


def test_a_browser_that_makes_no_keys_keeps_the_plain_chat(page: Page) -> None:
    page.add_init_script("delete Crypto.prototype.randomUUID")  # as on an address without https
    page.goto("/")
    assert page.evaluate("crypto.randomUUID === undefined")
    page.locator("#question").fill(ANSWERED)
    page.locator("#ask button").click()
    page.wait_for_url("**/chat#latest")
    expect(page.get_by_text("The report goes on the website.")).to_be_visible()


def test_offline_the_words_stay_and_are_sent_once_when_the_line_is_back(page: Page, words: dict[str, Any]) -> None:
    chat = ChatPage(page).open()
    page.context.set_offline(True)
    shows(chat.status, words["status_offline"], exactly=True)
    chat.send(ANSWERED)
    expect(chat.error).to_be_visible()
    expect(chat.field).to_have_value(ANSWERED)
    page.context.set_offline(False)
    shows(chat.status, "", exactly=True)
    chat.ask(ANSWERED)
    expect(chat.family).to_have_count(1)
    expect(chat.error).to_be_hidden()


def test_a_message_whose_answer_was_lost_is_said_once(page: Page, site: Site) -> None:
    chat = ChatPage(page).open()
    keys = []

    def lose(route: Route) -> None:
        if route.request.method == "POST":
            keys.append(route.request.headers["idempotency-key"])
        if len(keys) == 1:
            route.fetch()  # it arrives, and its answer is lost on the way back
            route.abort()
        else:
            route.fallback()

    page.route("**/api/conversations/*/messages", lose)
    chat.send(ANSWERED)
    expect(chat.field).to_have_value(ANSWERED)
    chat.ask(ANSWERED)
    assert len(set(keys)) == 1
    page.reload()
    expect(chat.family).to_have_count(1)


def test_other_words_after_a_failure_are_another_message(page: Page) -> None:
    chat = ChatPage(page).open()
    keys = []
    page.on("request", lambda request: keys.append(request.headers.get("idempotency-key")))
    answer_with(page, 503, {"detail": "Not now."}, times=1)
    chat.send("one")
    expect(chat.error).to_be_visible()
    chat.ask("two")
    keys = [key for key in keys if key]
    assert len(keys) == len(set(keys)) == 2


def test_what_is_typed_while_waiting_is_kept_and_sent_after_the_answer(page: Page) -> None:
    chat = ChatPage(page).open()
    held: list[Any] = []
    page.route("**/api/conversations/*/messages", lambda route: held.append(route), times=1)
    chat.send(ANSWERED)
    expect(page.locator("#waiting")).to_be_visible()
    chat.send("And when?")
    expect(chat.family).to_have_count(1)
    expect(chat.field).to_have_value("And when?")
    held[0].continue_()
    expect(chat.family).to_have_count(2)
    shows(chat.family.last, "And when?")
    expect(chat.field).to_have_value("")
    expect(page.locator("#waiting")).to_be_hidden()


def test_words_typed_while_waiting_are_not_lost_when_it_fails(page: Page) -> None:
    chat = ChatPage(page).open()
    held: list[Any] = []
    page.route("**/api/conversations/*/messages", lambda route: held.append(route), times=1)
    chat.send("first")
    expect(page.locator("#waiting")).to_be_visible()
    chat.field.fill("second")
    held[0].abort()
    expect(chat.field).to_have_value("first\nsecond")


def test_a_conversation_that_ran_out_is_renewed_and_the_question_answered(
    page: Page, site: Site, words: dict[str, Any]
) -> None:
    chat = ChatPage(page).open()
    chat.ask("something before")
    erase(site, conversation(chat))
    chat.send(ANSWERED)
    expect(chat.messages).to_have_count(2)
    shows(chat.assistant, "The report goes on the website.")
    shows(chat.status, words["renewed"], exactly=True)
    expect(chat.family).to_have_count(1)
    shows(chat.messages.first, ANSWERED)


def test_a_conversation_that_ran_out_is_begun_again_on_reload(page: Page, site: Site) -> None:
    chat = ChatPage(page).open()
    chat.ask(ANSWERED)
    old = conversation(chat)
    erase(site, old)
    page.reload()
    expect(chat.assistant).to_have_count(1)
    expect(chat.family).to_have_count(0)
    chat.ask(ANSWERED)
    assert conversation(chat)["id"] != old["id"]


def test_delete_everything_erases_it_here_and_on_the_server(page: Page, site: Site, words: dict[str, Any]) -> None:
    chat = ChatPage(page).open()
    chat.ask(ANSWERED)
    held = conversation(chat)
    chat.press("delete")
    page.keyboard.press("Escape")
    assert status_of(site, held) == 200
    chat.confirm("delete")
    shows(chat.status, words["deleted"], exactly=True)
    expect(chat.status).to_be_focused()
    expect(chat.family).to_have_count(0)
    assert status_of(site, held) == 404
    assert chat.kept()["session"] == {}
    chat.ask("A new question")
    assert conversation(chat)["id"] != held["id"]


def test_what_was_erased_while_its_answer_was_awaited_is_not_said_again(page: Page) -> None:
    chat, posts, held = ChatPage(page).open(), [], []
    chat.ask(ANSWERED)

    def wait(route: Route) -> None:
        if route.request.method != "POST":
            return route.fallback()
        posts.append((route.request.post_data_json or {})["text"])
        held.append(route)

    page.route("**/api/conversations/*/messages", wait)
    chat.send("private words")
    page.wait_for_timeout(100)
    chat.confirm("delete")
    expect(chat.family).to_have_count(0)
    held[0].fulfill(status=404, content_type=PROBLEM, body=json.dumps({"title": "Gone", "detail": "Gone."}))
    page.wait_for_timeout(300)
    assert posts == ["private words"]
    expect(chat.field).to_have_value("")


def test_words_that_were_taken_back_are_not_sent_by_a_reload(page: Page) -> None:
    chat = ChatPage(page).open()
    chat.ask(ANSWERED)
    answer_with(page, 503, {"title": "Not now", "detail": "Please try again."}, times=1)
    chat.send("my name is secret")
    expect(chat.field).to_have_value("my name is secret")
    chat.field.fill("")
    page.reload()
    expect(chat.assistant.nth(1)).to_be_visible()
    page.wait_for_timeout(300)
    expect(chat.family).to_have_count(1)


def test_what_is_typed_before_the_script_has_come_goes_on_where_it_was(page: Page) -> None:
    late: list[Route] = []
    page.route("**/review-chat.js*", lambda route: late.append(route))
    page.goto("/", wait_until="commit")
    page.locator("textarea").click()
    page.keyboard.type("Who will")
    late[0].continue_()
    expect(ChatPage(page).assistant.first).to_be_visible()
    page.keyboard.type(" see it?")
    expect(page.locator("#question")).to_have_value("Who will see it?")


def test_a_second_press_of_enter_brings_no_error(page: Page) -> None:
    chat = ChatPage(page).open()
    chat.field.fill(ANSWERED)
    page.keyboard.press("Enter")
    page.keyboard.press("Enter")
    expect(chat.assistant.nth(1)).to_be_visible()
    page.wait_for_timeout(200)
    expect(chat.error).to_be_hidden()


def test_a_chat_that_cannot_begin_brings_help_where_the_words_show_danger(page: Page) -> None:
    def refuse(route: Route) -> None:
        text = (route.request.post_data_json or {}).get("text", "")
        said = [message("Ring 999.", topic="safety.self")] if text == DANGER else []
        route.fulfill(status=503, content_type=PROBLEM, body=json.dumps({"title": "Closed", "messages": said}))

    page.route("**/api/conversations", refuse)
    chat = ChatPage(page).open()
    chat.send(DANGER)
    shows(chat.assistant.nth(1), "Ring 999.")


def test_start_again_erases_the_old_chat_and_greets(page: Page, site: Site) -> None:
    chat = ChatPage(page).open()
    chat.ask(ANSWERED)
    held = conversation(chat)
    chat.confirm("again")
    expect(chat.family).to_have_count(0)
    expect(chat.assistant).to_have_count(1)
    assert status_of(site, held) == 404
    assert chat.kept()["session"] == {}


def test_what_could_not_be_deleted_is_said_and_can_be_tried_again(
    page: Page, site: Site, words: dict[str, Any]
) -> None:
    chat = ChatPage(page).open()
    chat.ask(ANSWERED)
    held = conversation(chat)
    page.context.set_offline(True)
    chat.confirm("delete")
    shows(chat.status, words["error_not_deleted"].split(".")[0])
    expect(chat.family).to_have_count(1)
    page.context.set_offline(False)
    chat.confirm("delete")
    expect(chat.family).to_have_count(0)
    assert status_of(site, held) == 404


def test_leaving_shows_another_site_and_nothing_is_left_behind(page: Page, site: Site, words: dict[str, Any]) -> None:
    chat = ChatPage(page).open()
    chat.ask(ANSWERED)
    held = conversation(chat)
    page.locator("#leave").click()
    page.wait_for_url(words["leave_to"])
    expect(page.get_by_text("Elsewhere")).to_be_visible()
    wait_until_gone(page, site, held)
    page.go_back()
    assert page.url == "about:blank", "Back must lead to what was there before the chat"
    chat.open()
    assert ANSWERED not in page.content()
    assert chat.kept()["session"] == {}


def test_leaving_works_offline_too(page: Page, words: dict[str, Any]) -> None:
    chat = ChatPage(page).open()
    chat.ask(ANSWERED)
    page.context.set_offline(True)
    page.locator("#leave").click()
    page.wait_for_function("() => !document.body || !document.body.innerText.includes('report')")


def test_when_the_chat_cannot_begin_the_numbers_are_there_and_sending_tries_again(
    page: Page, words: dict[str, Any]
) -> None:
    chat = ChatPage(page)
    page.route("**/api/conversations", lambda route: route.abort())
    chat.open().send(ANSWERED)
    shows(chat.error, words["error_not_sent"].split(".")[0])
    expect(page.locator(".bar .urgent[href='tel:999']")).to_be_in_viewport()
    expect(chat.field).to_have_value(ANSWERED)
    page.unroute_all()
    chat.send(ANSWERED)
    shows(chat.assistant.last, "The report goes on the website.")


def test_the_phone_number_is_there_before_any_script(page: Page) -> None:
    page.route("**/review-chat.js", lambda route: route.abort())
    page.goto("/")
    expect(page.locator(".bar .urgent[href='tel:999']")).to_be_in_viewport()
    page.locator("#numbers summary").click()
    for href in ("tel:999", "tel:111", "tel:116123", "tel:+441274434361"):
        expect(page.locator(f"#help a[href='{href}']")).to_be_visible()
    expect(page.locator("#help a[href^='mailto:']")).to_be_visible()


def test_without_its_script_the_form_leads_to_the_plain_chat(page: Page) -> None:
    page.route("**/review-chat.js", lambda route: route.abort())
    page.goto("/")
    page.locator("#question").fill(ANSWERED)
    page.locator("#ask button").click()
    page.wait_for_url("**/chat#latest")
    expect(page.get_by_text("The report goes on the website.")).to_be_visible()


def erase(site: Site, held: dict[str, str]) -> None:
    """Delete a conversation behind the browser's back, as time would."""
    address = f"{site.address}/api/conversations/{held['id']}"
    headers = {"Authorization": f"Bearer {held['token']}"}
    with urlopen(Request(address, headers=headers, method="DELETE")) as response:  # noqa: S310
        assert response.status == 204


def wait_until_gone(page: Page, site: Site, held: dict[str, str]) -> None:
    """The request that deletes outlives its page: give it the moment it needs."""
    for _ in range(100):
        if status_of(site, held) == 404:
            return
        page.wait_for_timeout(50)
    raise AssertionError("the conversation is still there")
