"""`/chat` does the same with plain forms, in a browser that runs no script at all."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.chat import ANSWERED, DANGER
from tests.browser.conftest import NewContext
from tests.browser.server import FORGED, MEETING, TIMES, TWO, UNSURE, Site
from web.assistant import AssistantUnavailable, Reply, Turn


@pytest.fixture
def page(new_context: NewContext) -> Page:
    """A phone's page without JavaScript."""
    return new_context(java_script_enabled=False).new_page()


def ask(page: Page, text: str) -> None:
    """Type, and press the button."""
    page.locator("#question").fill(text)
    page.locator("#ask button").click()


def hold(page: Page, name: str, value: str) -> None:
    """Let the browser hold this cookie."""
    page.context.add_cookies([{"name": name, "value": value, "url": page.evaluate("location.origin")}])


def said(page: Page) -> Locator:
    """All messages."""
    return page.locator(".messages li.message")


def test_the_first_page_leads_to_the_plain_one_and_its_form_already_works(page: Page) -> None:
    page.goto("/")
    page.locator("#about summary").click()
    expect(page.locator("a[href='/chat']").first).to_be_visible()
    ask(page, ANSWERED)
    assert page.url.endswith("/chat#latest")
    expect(said(page).last).to_contain_text("The report goes on the website.")


def test_a_question_is_answered_with_its_section_and_date(page: Page) -> None:
    page.goto("/chat")
    expect(said(page)).to_have_count(0)
    ask(page, ANSWERED)
    expect(said(page)).to_have_count(3)
    expect(page.locator("#latest")).to_contain_text("The report goes on the website.")
    expect(page.locator("#latest .message__source")).to_contain_text("Who will see the report?")
    expect(page.locator("#latest .message__source")).to_contain_text("23 November 2026")
    expect(page.locator("#latest a[href^='tel:']")).to_be_visible()


def test_reloading_after_a_question_asks_nothing_again(page: Page) -> None:
    page.goto("/chat")
    ask(page, ANSWERED)
    expect(said(page)).to_have_count(3)
    page.reload()
    expect(said(page)).to_have_count(3)


def test_two_answers_stand_under_one_question(page: Page) -> None:
    page.goto("/chat")
    ask(page, TWO)
    expect(said(page)).to_have_count(4)
    expect(page.locator("#latest")).to_contain_text("The report goes on the website.")
    expect(said(page).last).to_contain_text("six months")


def test_choices_are_buttons_of_the_last_answer_alone(page: Page) -> None:
    page.goto("/chat")
    ask(page, UNSURE)
    expect(page.locator(".message__choices button")).to_have_count(3)
    page.locator(".message__choices button").first.click()
    expect(said(page)).to_have_count(5)
    expect(said(page).nth(3)).to_contain_text("Who will see the report?")
    expect(said(page).last).to_contain_text("The report goes on the website.")
    expect(page.locator("li.message:not(:last-child) .message__choices")).to_have_count(0)


def test_a_meeting_is_asked_for_by_buttons_and_read_back_before_it_is_sent(page: Page) -> None:
    page.goto("/chat")
    ask(page, MEETING)
    page.get_by_role("button", name=TIMES[0], exact=True).click()
    expect(page.locator("#latest")).to_contain_text("Nothing has been sent yet.")
    expect(page.locator("#latest")).to_contain_text("Phone or email: 07700 900123")
    page.get_by_role("button", name="Send it", exact=True).click()
    expect(page.locator("#latest")).to_contain_text("Your reference is KTR-482-97 and your code is 482971.")


def test_danger_gets_help_first(page: Page) -> None:
    page.goto("/chat")
    ask(page, DANGER)
    expect(page.locator("#latest")).to_have_class("message message--help")
    expect(page.locator("#latest a[href='tel:999']")).to_be_visible()


def test_help_comes_also_while_the_assistant_is_away(page: Page, site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    async def away(_turn: Turn) -> Reply:
        raise AssistantUnavailable("away")

    monkeypatch.setattr(site.assistant, "behave", away)
    page.goto("/chat")
    ask(page, DANGER)
    expect(page.locator("#latest a[href='tel:999']")).to_be_visible()
    ask(page, ANSWERED)
    expect(page.locator("#latest")).to_contain_text("01274 434361")


@pytest.mark.parametrize("text", ["", "   ", "\u200b"])
def test_nothing_said_is_explained_and_the_page_says_so_first(page: Page, words: dict[str, Any], text: str) -> None:
    page.goto("/chat")
    ask(page, text)
    expect(page.locator(".error-summary")).to_be_visible()
    expect(page.locator(".error-summary a")).to_have_attribute("href", "#question")
    expect(page.locator("#question")).to_have_attribute("aria-invalid", "true")
    assert page.title().startswith(words["error"])


@pytest.mark.parametrize("length", [2001, 40_000])
def test_what_is_too_long_comes_back_whole_with_a_number_to_ring(page: Page, length: int) -> None:
    page.goto("/chat")
    ask(page, "a" * length)
    expect(page.locator(".error-summary")).to_be_visible()
    assert len(page.locator("#question").input_value()) == length
    expect(page.locator(".messages a[href^='tel:']").last).to_be_visible()


def test_two_thousand_characters_are_said(page: Page) -> None:
    page.goto("/chat")
    ask(page, "\U0001f642" * 2000)
    expect(page.locator(".error-summary")).to_have_count(0)
    expect(page.locator("#latest")).to_be_visible()


def test_html_shows_as_the_text_it_is(page: Page) -> None:
    page.goto("/chat")
    ask(page, FORGED)
    expect(page.locator(".message--family .message__text")).to_have_text(FORGED)
    expect(page.locator("#latest .message__text")).to_have_text(f"Not a tag: {FORGED}")
    ask(page, "</textarea><script>alert(1)</script>" + "a" * 2000)
    assert page.locator("#question").input_value().startswith("</textarea><script>")
    assert page.locator("main script, main img").count() == 0


def test_the_cookie_is_for_this_site_and_this_session_alone(page: Page) -> None:
    page.goto("/chat")
    assert page.context.cookies() == []
    ask(page, ANSWERED)
    (cookie,) = page.context.cookies()
    assert cookie["httpOnly"] and cookie["sameSite"] == "Strict" and cookie["expires"] == -1
    assert cookie["value"].split(".")[1] not in page.content() and cookie["value"].split(".")[0] not in page.url


def test_deleting_asks_first_and_then_nothing_is_left(page: Page, words: dict[str, Any]) -> None:
    page.goto("/chat")
    ask(page, ANSWERED)
    page.locator("#about summary").click()
    page.get_by_role("link", name=words["delete"]).click()
    page.get_by_role("link", name=words["keep"]).click()
    expect(said(page)).to_have_count(3)
    page.locator("#about summary").click()
    page.get_by_role("link", name=words["delete"]).click()
    page.get_by_role("button", name=words["delete_yes"]).click()
    expect(page.get_by_text(words["deleted"])).to_be_visible()
    expect(said(page)).to_have_count(0)
    assert page.context.cookies() == []
    ask(page, ANSWERED)
    expect(said(page)).to_have_count(3)


def test_leaving_goes_to_another_site_and_back_shows_nothing(page: Page, words: dict[str, Any]) -> None:
    page.goto("/chat")
    ask(page, ANSWERED)
    cookies = page.context.cookies()
    page.locator("#leave button").click()
    page.wait_for_url(words["leave_to"])
    assert page.context.cookies() == []
    page.go_back()
    expect(said(page)).to_have_count(0)
    page.goto("/chat")
    expect(said(page)).to_have_count(0)
    hold(page, cookies[0]["name"], cookies[0]["value"])
    page.goto("/chat")
    expect(page.get_by_text(words["ended"])).to_be_visible()


def test_leaving_is_on_every_page_and_comes_first(page: Page, words: dict[str, Any]) -> None:
    for address in ("/", "/chat", "/chat/delete", "/no-such-page"):
        page.goto(address)
        page.keyboard.press("Tab")
        expect(page.locator("#leave button")).to_be_focused()
        expect(page.locator("#leave button")).to_have_text(words["leave"])


def test_a_conversation_that_ran_out_is_renewed_and_the_question_answered(page: Page, words: dict[str, Any]) -> None:
    page.goto("/chat")
    ask(page, ANSWERED)
    (cookie,) = page.context.cookies()
    hold(page, cookie["name"], "00000000-0000-4000-8000-000000000000." + cookie["value"].split(".")[1])
    ask(page, "Is this still there?")
    expect(page.get_by_text(words["renewed"])).to_be_visible()
    expect(page.locator(".message--family")).to_have_count(1)
    expect(page.locator("#latest")).to_be_visible()


@pytest.mark.parametrize("address", ["/no-such-page", "/static/no-such-file.js"])
def test_an_unknown_page_speaks_plainly_and_has_the_help_numbers(
    page: Page, words: dict[str, Any], address: str
) -> None:
    response = page.goto(address)
    assert response is not None and response.status == 404
    expect(page.get_by_role("heading", level=1)).to_have_text(words["errors"]["404"]["title"])
    page.locator("#numbers summary").click()
    expect(page.locator("#help a[href='tel:999']")).to_be_visible()


def test_a_mistake_of_ours_speaks_plainly_and_has_the_help_numbers(
    page: Page, words: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("web.pages.plain.first_of_last_reply", lambda _messages: 1 // 0)
    response = page.goto("/chat")
    assert response is not None and response.status == 500
    expect(page.get_by_role("heading", level=1)).to_have_text(words["errors"]["500"]["title"])
    page.locator("#numbers summary").click()
    expect(page.locator("#help a[href='tel:116123']")).to_be_visible()
    assert "ZeroDivision" not in page.content()
