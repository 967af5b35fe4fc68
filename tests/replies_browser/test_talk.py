"""A family and a member of staff talk in the chat, in real browsers."""

from __future__ import annotations

import json
import re
from typing import Any
from uuid import uuid4

import pytest
from playwright.sync_api import Page, expect

from tests.browser.chat import DANGER, ChatPage, read, shows
from tests.browser.conftest import NewContext
from tests.browser.server import SEND, Site
from tests.browser.test_accessibility import found
from tests.desk_browser.staff import Colleague, Keyboard
from web.meetings.kinds import DraftHandoff

QUESTION = "May a member of staff answer you here, in this chat?"
AMIRA = "Amira, coordinator at the Bradford Partnership"
SMALLEST = {"width": 320, "height": 256}
ANNOUNCED = """() => {
  window.announced = [];
  const log = document.querySelector('review-chat').shadowRoot.querySelector('#log');
  new MutationObserver((all) => all.forEach((one) => one.addedNodes.forEach((node) => {
    if (node.matches?.('li.message')) window.announced.push(
      [...node.querySelectorAll('.message__text slot')].map((slot) => slot.assignedNodes()[0].textContent).join(' '));
  }))).observe(log, {childList: true, subtree: true});
}"""


def passed_on(site: Site, chat: ChatPage) -> str:
    """Something passed on from this conversation, as the assistant would have done; its reference."""
    id = json.loads(chat.kept()["session"]["review-chat.conversation"])["id"]
    said = {"text": "When will it end?", "name": "Sam", "contact": "07700 900456", "contact_kind": "phone"}
    shown, _new = site.run(site.meetings.hand_off(DraftHandoff(str(uuid4()), id, "question", said)))
    return str(shown["reference"])


def asked(site: Site, chat: ChatPage) -> str:
    """The family has asked something, and had something passed on."""
    chat.open().ask("Who will see the report?")
    reference = passed_on(site, chat)
    chat.ask(SEND)
    return reference


def look_again(page: Page) -> None:
    """The family comes back to the page."""
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")


def test_a_family_and_staff_talk_in_the_chat(new_context: NewContext, site: Site, colleague: Colleague) -> None:
    chat = ChatPage(new_context().new_page())
    reference = asked(site, chat)
    reply, button = chat.page.locator("#reply"), chat.page.locator("#reply button")
    hint = chat.page.locator("#question-hint")
    shows(reply, QUESTION)
    assert found(chat.page) == []
    button.click()
    shows(reply, "Staff may answer you here. This chat will say who joins. Nobody watches it until then.")
    expect(button).to_be_focused()
    chat.page.evaluate(ANNOUNCED)

    desk = new_context(viewport={"width": 1280, "height": 900})
    colleague.sign_in(desk)
    staff, keys = desk.new_page(), Keyboard(desk.pages[0])
    staff.goto("/desk")
    keys.press("Chats")
    keys.press(reference)
    assert found(staff) == []
    keys.press("Join this chat and read it")
    keys.sees("You are in this chat, and the assistant is silent.")
    keys.sees("Who will see the report?")
    assert found(staff) == []

    look_again(chat.page)
    shows(reply, f"{AMIRA}, can read what you write now.")
    shows(chat.assistant.last, f"You are now talking with {AMIRA}.")
    shows(hint, "Amira may not see this at once. If anyone is in danger, ring 999.", exactly=True)
    assert found(chat.page) == []

    # The family writes; nothing but the person answers.
    turns = len(site.assistant.turns)
    chat.send("Are you a person?")
    expect(chat.family).to_have_count(3)
    expect(staff.locator("#talk")).to_contain_text("Are you a person?", timeout=20_000)
    keys.type("Your answer", "Yes. I work at the Partnership.")
    keys.press("Send")
    shows(chat.assistant.last, "Yes. I work at the Partnership.")
    shows(chat.assistant.last.locator(".message__who"), AMIRA, exactly=True)
    assert len(site.assistant.turns) == turns

    # Danger brings help at once, and a mark at the desk.
    help = chat.ask(DANGER)
    shows(help, "Samaritans will listen, on 116 123.")
    assert "Nobody watches" not in read(help)
    staff.get_by_label("Your answer").fill("I am")
    expect(staff.locator("#talk")).to_contain_text("Sign of danger: help was shown", timeout=20_000)
    assert staff.get_by_label("Your answer").input_value() == "I am", "what is being typed stays"

    # Handed back: the family reads it, and the assistant answers again.
    keys.press("Hand back to the assistant")
    keys.sees("You have left the chat.")
    look_again(chat.page)
    shows(chat.assistant.last, "Amira has left this chat, and the assistant answers again.")
    shows(hint, "Staff may join this chat. If anyone is in danger, ring 999.", exactly=True)
    shows(chat.ask("Who will see the report?"), "The report goes on the website.")
    announced: list[str] = chat.page.evaluate("window.announced")
    assert len(announced) == len(set(announced)), "each message is announced once"

    # Taken back by one tap.
    button.click()
    shows(chat.status, "You have taken it back. Staff cannot join this chat any more.", exactly=True)
    shows(reply, QUESTION)
    shows(hint, "Nobody watches this chat. Please leave out names and details.", exactly=True)
    staff.reload()
    keys.sees("No family waits in the chat.")


def test_after_a_reload_who_is_there_is_shown_and_nothing_is_announced_again(
    new_context: NewContext, site: Site, colleague: Colleague
) -> None:
    chat = ChatPage(new_context().new_page())
    reference = asked(site, chat)
    chat.page.locator("#reply button").click()
    desk = new_context()
    colleague.sign_in(desk)
    staff = desk.new_page()
    staff.goto(f"/desk/chats/{reference}")
    staff.get_by_role("button", name="Join this chat").click()
    chat.page.reload()
    shows(chat.page.locator("#reply"), f"{AMIRA}, can read what you write now.")
    expect(chat.log.locator("li")).to_have_count(0)
    # Deleting everything ends it.
    chat.confirm("delete")
    expect(chat.page.locator("#reply")).to_be_hidden()
    shows(chat.page.locator("#question-hint"), "Nobody watches this chat.")
    staff.reload()
    expect(staff.locator("main")).to_contain_text("This chat is not open")


def test_without_an_agreement_nothing_is_asked_again_and_again(new_context: NewContext, site: Site) -> None:
    context = new_context()
    page = context.new_page()
    calls: list[str] = []
    page.on("request", lambda request: calls.append(request.url) if "/reply" in request.url else None)
    chat = ChatPage(page)
    page.clock.install()
    chat.open().ask("Who will see the report?")
    assert calls == []
    passed_on(site, chat)
    chat.ask(SEND)
    shows(page.locator("#reply"), QUESTION)
    page.clock.run_for(10 * 60_000)
    assert len(calls) == 1
    page.locator("#reply button").click()
    shows(page.locator("#reply"), "Staff may answer you here.")
    before = len(calls)
    page.clock.run_for(16_000)
    page.wait_for_timeout(500)
    assert len(calls) == before + 1, "gently, once it agreed"


def test_a_double_click_agrees_and_says_so(new_context: NewContext, site: Site) -> None:
    chat = ChatPage(new_context().new_page())
    asked(site, chat)
    chat.page.locator("#reply button").dblclick()
    shows(
        chat.status,
        "Staff may answer you here. This chat will say who joins. Nobody watches it until then.",
        exactly=True,
    )
    shows(
        chat.page.locator("#question-hint"), "Staff may join this chat. If anyone is in danger, ring 999.", exactly=True
    )
    shows(chat.page.locator("#reply"), "Staff may answer you here.")


def test_a_first_look_that_fails_is_made_again(new_context: NewContext, site: Site) -> None:
    chat = ChatPage(new_context().new_page())
    asked(site, chat)
    chat.page.locator("#reply button").click()
    shows(chat.page.locator("#reply"), "Staff may answer you here.")
    chat.page.route("**/reply?*", lambda route: route.abort(), times=1)
    chat.page.clock.install()
    chat.page.reload()
    expect(chat.page.locator("#reply")).to_be_hidden()
    chat.page.wait_for_timeout(500)
    chat.page.clock.run_for(31_000)
    shows(chat.page.locator("#reply"), "Staff may answer you here.")


def test_the_desk_looks_on_after_an_error_and_says_in_the_title_what_came(
    new_context: NewContext, site: Site, colleague: Colleague
) -> None:
    chat = ChatPage(new_context().new_page())
    reference = asked(site, chat)
    chat.page.locator("#reply button").click()
    shows(chat.page.locator("#reply"), "Staff may answer you here.")
    desk = new_context()
    colleague.sign_in(desk)
    staff = desk.new_page()
    staff.goto(f"/desk/chats/{reference}")
    staff.get_by_role("button", name="Join this chat").click()
    staff.get_by_role("button", name="Send", exact=True).click()
    expect(staff.locator("#summary")).to_contain_text("Write something first.")
    staff.route("**/look", lambda route: route.fulfill(status=503, body="no"), times=1)
    staff.evaluate("Object.defineProperty(document, 'hidden', {get: () => true, configurable: true})")
    chat.send("Is anybody there?")
    expect(staff.locator("#talk")).to_contain_text("Is anybody there?", timeout=30_000)
    expect(staff).to_have_title(re.compile("^New words - "))
    chat.ask(DANGER)
    expect(staff).to_have_title(re.compile("^Sign of danger - "), timeout=20_000)
    staff.evaluate("delete document.hidden; window.dispatchEvent(new Event('focus'))")
    expect(staff).not_to_have_title(re.compile("Sign of danger"))
    chat.page.locator("#reply button").click()
    expect(staff.locator("#talk-status")).to_contain_text("not open to you any more", timeout=20_000)


@pytest.mark.parametrize("viewport", [SMALLEST, {"width": 390, "height": 844}], ids=["smallest", "phone"])
def test_the_question_fits_and_leaves_room_for_the_messages(
    new_context: NewContext, site: Site, viewport: dict[str, Any]
) -> None:
    chat = ChatPage(new_context(viewport=viewport).new_page())
    asked(site, chat)
    shows(chat.page.locator("#reply"), QUESTION)
    sizes = chat.page.evaluate(
        """() => {
          const root = document.querySelector('review-chat').shadowRoot;
          const box = (id) => root.querySelector(id).getBoundingClientRect();
          return {wide: document.documentElement.scrollWidth, log: box('#messages').height,
                  button: box('#reply button').height};
        }"""
    )
    assert sizes["wide"] <= viewport["width"]
    assert sizes["log"] >= 0.3 * viewport["height"]
    assert sizes["button"] >= 24


def test_without_javascript_a_family_agrees_and_reads_the_answer(
    new_context: NewContext, site: Site, colleague: Colleague
) -> None:
    context = new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto("/chat")
    page.get_by_label("Your question").fill("Who will see the report?")
    page.get_by_role("button", name="Send").click()
    [cookie] = [one for one in context.cookies() if one["name"] == "conversation"]
    said = {"text": "When?", "name": "Sam", "contact": "07700 900456", "contact_kind": "phone"}
    draft = DraftHandoff(str(uuid4()), cookie["value"].partition(".")[0], "question", said)
    reference = site.run(site.meetings.hand_off(draft))[0]["reference"]
    page.goto("/chat")
    page.get_by_role("button", name="Yes, staff may answer here").click()
    desk = new_context(java_script_enabled=False)
    colleague.sign_in(desk)
    staff = desk.new_page()
    staff.goto(f"/desk/chats/{reference}")
    staff.get_by_role("button", name="Join this chat").click()
    staff.get_by_label("Your answer").fill("It will end in March.")
    staff.get_by_role("button", name="Send", exact=True).click()
    for _ in range(2):  # each press asks anew
        page.get_by_role("link", name="See if there is an answer").click()
        expect(page.locator("main")).to_contain_text("It will end in March.")
    examined = new_context()  # axe needs scripts, the page does not
    examined.add_cookies([{"name": "conversation", "value": cookie["value"], "url": site.address}])
    same = examined.new_page()
    same.goto("/chat")
    assert found(same) == []
    page.get_by_role("button", name="Take this back").click()
    expect(page.locator("main")).to_contain_text(re.compile("Amira has left this chat"))
    staff.get_by_role("link", name="See if there is something new").click()
    expect(staff.locator("main")).to_contain_text("This chat is not open")
