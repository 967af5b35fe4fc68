"""After a lost line, a sleeping phone or a page kept for Back the chat goes on: nothing twice, nothing lost."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Page, Route, expect

from tests.browser.chat import ANSWERED, DANGER, PROBLEM, ChatPage, answer_with, message, read, read_all, shows
from tests.browser.embedded_states import Embedded, page_with_the_line
from tests.browser.host import Host
from tests.browser.server import Site
from tests.browser.test_chat_page import conversation, erase

MESSAGES = "**/api/conversations/*/messages"
SHORT = "yes"
VISIBLE = "document.dispatchEvent(new Event('visibilitychange'))"
KEPT = "dispatchEvent(new PageTransitionEvent('pagehide', {persisted: true}))"
BACK = "dispatchEvent(new PageTransitionEvent('pageshow', {persisted: true}))"


def heard(site: Site, text: str) -> int:
    """How often the assistant has been told this."""
    return sum(turn.text == text for turn in site.assistant.turns)


def lose(page: Page) -> None:
    """The next message arrives, and its answer never does."""

    def lost(route: Route) -> None:
        route.fetch()
        route.abort()

    page.route(MESSAGES, lost, times=1)


def hang(page: Page, *, arrives: bool) -> None:
    """The next message is on its way for ever, whether it `arrives` or not."""

    def hung(route: Route) -> None:
        if arrives:
            route.fetch()

    page.route(MESSAGES, hung, times=1)


@pytest.mark.parametrize("arrives", [True, False], ids=["answer lost", "never sent"])
def test_a_short_reply_said_twice_on_purpose_is_heard_twice(page: Page, site: Site, arrives: bool) -> None:
    chat = ChatPage(page).open()
    before = heard(site, SHORT)
    chat.ask(SHORT)
    hang(page, arrives=arrives)
    chat.send(SHORT)
    expect(chat.family).to_have_count(2)
    page.wait_for_timeout(400)
    page.reload()
    expect(chat.family).to_have_count(2)
    expect(chat.assistant).to_have_count(3)
    assert heard(site, SHORT) == before + 2
    page.reload()
    expect(chat.family).to_have_count(2)
    assert heard(site, SHORT) == before + 2
    assert set(chat.kept()["session"]) == {"review-chat.conversation"}


def test_words_sent_while_the_chat_was_still_beginning_survive_a_reload(page: Page, site: Site) -> None:
    chat = ChatPage(page).open()
    before = heard(site, SHORT)
    page.route("**/api/conversations", lambda route: None, times=1)
    chat.send(SHORT)
    expect(chat.family).to_have_count(1)
    page.reload()
    expect(chat.family).to_have_count(1)
    expect(chat.assistant).to_have_count(2)
    assert heard(site, SHORT) == before + 1


@pytest.mark.parametrize("sign", ["online", "visible"])
def test_what_was_answered_meanwhile_is_shown_once_and_what_was_typed_is_there(
    page: Page, site: Site, sign: str
) -> None:
    chat = ChatPage(page).open()
    chat.ask(SHORT)
    before = heard(site, SHORT)
    page.route(MESSAGES, lambda route: route.abort(), times=1)  # the line is gone when it is looked for at once
    lose(page)
    chat.send(SHORT)
    expect(chat.error).to_be_visible()
    expect(chat.field).to_have_value(SHORT)
    chat.field.press("End")
    chat.field.press("Shift+Enter")
    chat.field.press_sequentially("and half a question")
    page.evaluate("dispatchEvent(new Event('offline'))")
    for _ in range(2):
        page.evaluate("dispatchEvent(new Event('online'))" if sign == "online" else VISIBLE)
        expect(chat.family).to_have_count(2)
        expect(chat.assistant).to_have_count(3)
        expect(chat.field).to_have_value("and half a question")
        expect(chat.error).to_be_hidden()
    assert heard(site, SHORT) == before + 1
    expect(chat.log.locator("li.message")).to_have_count(4)  # announced, as any answer is
    chat.field.press("Enter")
    expect(chat.family).to_have_count(3)


def test_words_that_never_arrived_stay_in_the_field_until_they_are_sent(page: Page, site: Site) -> None:
    chat = ChatPage(page).open()
    before = heard(site, SHORT)
    chat.ask(SHORT)
    page.context.set_offline(True)
    chat.send(SHORT)
    expect(chat.field).to_have_value(SHORT)
    with page.expect_response(MESSAGES):
        page.context.set_offline(False)
    page.wait_for_timeout(200)
    expect(chat.field).to_have_value(SHORT)
    expect(chat.family).to_have_count(1)
    chat.field.press("Enter")
    expect(chat.family).to_have_count(2)
    expect(chat.assistant).to_have_count(3)
    assert heard(site, SHORT) == before + 2


def test_what_is_being_sent_goes_before_catching_up(page: Page, site: Site) -> None:
    chat = ChatPage(page).open()
    chat.ask(ANSWERED)
    held: list[Route] = []
    asked: list[str] = []
    page.route(MESSAGES, lambda route: held.append(route), times=1)
    page.on("request", lambda request: asked.append(request.method))
    chat.send(SHORT)
    expect(chat.family).to_have_count(2)
    page.evaluate(VISIBLE)
    page.wait_for_timeout(200)
    assert asked == ["POST"]
    with page.expect_request(lambda request: request.method == "GET"):
        held[0].continue_()
    page.wait_for_timeout(300)
    expect(chat.family).to_have_count(2)
    expect(chat.assistant).to_have_count(3)


def test_what_could_not_be_read_after_a_reload_is_there_once_the_line_is(page: Page, host: Host, site: Site) -> None:
    chat = Embedded(page).start(page_with_the_line(host, site))
    chat.ask(ANSWERED)
    said = read_all(chat.messages)
    page.route(MESSAGES, lambda route: route.abort())
    page.reload()
    expect(chat.assistant).to_have_count(1)
    page.unroute_all()
    page.evaluate("dispatchEvent(new Event('online'))")
    expect(chat.messages).to_have_count(len(said))
    assert read_all(chat.messages) == said
    expect(chat.log.locator("li")).to_have_count(0)  # it was announced when it was said
    assert read(chat.status) == ""


@pytest.mark.parametrize("arrives", [True, False], ids=["answer lost", "never sent"])
def test_a_page_kept_for_back_sends_once_what_was_on_its_way(page: Page, host: Host, site: Site, arrives: bool) -> None:
    chat = Embedded(page).start(page_with_the_line(host, site))
    before = heard(site, SHORT)
    chat.ask(SHORT)
    hang(page, arrives=arrives)
    chat.send(SHORT)
    expect(chat.family).to_have_count(2)
    chat.field.fill("half a question")
    page.wait_for_timeout(400)
    page.evaluate(KEPT)
    expect(chat.messages).to_have_count(0)
    page.evaluate(f"{BACK}; {VISIBLE}")
    expect(chat.family).to_have_count(2)
    expect(chat.assistant).to_have_count(3)
    expect(chat.field).to_have_value("half a question")
    page.wait_for_timeout(300)
    expect(chat.messages).to_have_count(5)
    assert heard(site, SHORT) == before + 2


def test_a_chat_that_ended_meanwhile_goes_and_says_so_and_what_was_typed_stays(
    page: Page, site: Site, words: dict[str, Any]
) -> None:
    chat = ChatPage(page).open()
    chat.ask(ANSWERED)
    chat.field.fill("half a question")
    erase(site, conversation(chat))
    page.evaluate(VISIBLE)
    shows(chat.status, words["ended"], exactly=True)
    assert ANSWERED not in page.content()
    expect(chat.assistant).to_have_count(1)
    expect(chat.field).to_have_value("half a question")
    chat.field.press("Enter")
    expect(chat.assistant).to_have_count(2)


def test_an_answer_that_was_lost_is_looked_for_at_once_so_that_nothing_is_said_twice(page: Page, site: Site) -> None:
    chat = ChatPage(page).open()
    chat.ask(ANSWERED)
    before = heard(site, SHORT)
    lose(page)
    chat.send(SHORT)
    expect(chat.assistant).to_have_count(3)
    expect(chat.family).to_have_count(2)
    expect(chat.field).to_have_value("")
    expect(chat.error).to_be_hidden()
    chat.choices.first.click()
    expect(chat.assistant).to_have_count(4)
    assert heard(site, SHORT) == before + 1


def test_a_choice_tapped_while_catching_up_is_said_after_all_and_what_was_answered_leaves_the_field(
    page: Page, site: Site
) -> None:
    chat = ChatPage(page).open()
    chat.ask(ANSWERED)
    before = heard(site, SHORT)
    held: list[tuple[Route, Any]] = []

    def late(route: Route) -> None:
        held.append((route, route.fetch()))

    page.route(MESSAGES, late, times=1)
    lose(page)
    chat.send(SHORT)
    expect(chat.field).to_have_value(SHORT)
    page.wait_for_timeout(200)
    hang(page, arrives=False)
    chat.choices.first.click()
    expect(chat.family).to_have_count(2)
    route, response = held[0]
    route.fulfill(response=response)
    expect(chat.field).to_have_value("")
    page.reload()
    expect(chat.family).to_have_count(3)
    expect(chat.assistant).to_have_count(4)
    shows(chat.family.last, "Could people tell from the report who we are?")
    assert heard(site, SHORT) == before + 1


def test_help_that_was_shown_stays_when_what_was_said_before_can_be_read_again(
    page: Page, words: dict[str, Any]
) -> None:
    chat = ChatPage(page).open()
    chat.ask(ANSWERED)
    page.route(MESSAGES, lambda route: route.fulfill(status=503, content_type=PROBLEM, body="{}"))
    page.reload()
    shows(chat.status, words["error_unavailable"].partition("{")[0])
    help = {"title": "Not now", "messages": [message("Ring 999.", topic="safety.self")]}
    answer_with(page, 503, help, times=1)
    chat.send(DANGER)
    shows(chat.assistant.nth(1), "Ring 999.")
    page.unroute_all()
    page.evaluate(VISIBLE)
    expect(chat.family).to_have_count(1)
    expect(chat.assistant).to_have_count(3)
    shows(chat.messages.last, "Ring 999.")
    shows(chat.log, "Ring 999.")
    expect(chat.field).to_have_value(DANGER)


def test_that_the_chat_cannot_answer_is_said_only_as_long_as_it_is_true(page: Page, words: dict[str, Any]) -> None:
    chat = ChatPage(page).open()
    chat.ask(ANSWERED)
    page.route(MESSAGES, lambda route: route.fulfill(status=503, content_type=PROBLEM, body="{}"))
    page.reload()
    shows(chat.status, words["error_unavailable"].partition("{")[0])
    page.unroute_all()
    page.evaluate(VISIBLE)
    expect(chat.family).to_have_count(1)
    shows(chat.status, "", exactly=True)


def test_what_was_erased_while_catching_up_is_not_shown_again(page: Page) -> None:
    chat = ChatPage(page).open()
    chat.ask(ANSWERED)
    held: list[tuple[Route, Any]] = []

    def late(route: Route) -> None:
        held.append((route, route.fetch()))

    page.route(MESSAGES, late)
    page.evaluate(VISIBLE)
    page.wait_for_timeout(200)
    chat.confirm("delete")
    expect(chat.family).to_have_count(0)
    route, response = held[0]
    route.fulfill(response=response)
    page.wait_for_timeout(200)
    expect(chat.messages).to_have_count(1)
    assert ANSWERED not in page.content()


def test_where_nothing_was_said_nothing_is_asked(page: Page) -> None:
    chat = ChatPage(page).open()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.evaluate(f"{VISIBLE}; dispatchEvent(new Event('online'))")
    page.wait_for_timeout(200)
    assert asked == []
    expect(chat.messages).to_have_count(1)
