"""Every state that somebody may find the pages in, and how to get there."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.browser.chat import ANSWERED, DANGER, ChatPage, answer_with, message
from tests.browser.server import MEETING, SEND, TIMES, TWO, UNSURE

State = Callable[[Page], None]


def begun(page: Page) -> None:
    """The page with its first words."""
    ChatPage(page).open()


def numbers_open(page: Page) -> None:
    """All help numbers shown."""
    begun(page)
    page.locator("#numbers summary").click()


def about_open(page: Page) -> None:
    """What is kept, and how to erase it."""
    answered(page)
    page.locator("#about summary").click()


def answered(page: Page) -> None:
    """After answers with a section, links and choices."""
    ChatPage(page).open().ask(TWO)


def unsure(page: Page) -> None:
    """Asked back, with choices."""
    ChatPage(page).open().ask(UNSURE)


def in_danger(page: Page) -> None:
    """Help, and the quiet line under another answer."""
    chat = ChatPage(page).open()
    chat.ask(DANGER)
    answer_with(page, 200, {"messages": [message("An answer."), message("If you are not safe, ring 999.", care=True)]})
    chat.ask("I cannot sleep")


def times_offered(page: Page) -> None:
    """Published times to pick from."""
    chat = ChatPage(page).open()
    chat.ask(MEETING)
    page.locator(".times button").click()
    expect(page.locator(".times .error")).to_be_visible()


def read_back(page: Page) -> None:
    """What will be sent, with buttons to change it."""
    ChatPage(page).open().ask(TIMES[0])


def recorded(page: Page) -> None:
    """A reference and a code."""
    ChatPage(page).open().ask(SEND)


def empty_sent(page: Page) -> None:
    """An error beside the field."""
    ChatPage(page).open().send("")


def refused(page: Page) -> None:
    """A refusal that brings a message."""
    chat = ChatPage(page).open()
    answer_with(page, 429, {"detail": "Please wait.", "messages": [message("You can ring 01274 434361.")]})
    chat.send(ANSWERED)
    expect(chat.error).to_be_visible()


def offline(page: Page) -> None:
    """No line, and something that could not be sent."""
    chat = ChatPage(page).open()
    page.context.set_offline(True)
    chat.send(ANSWERED)
    expect(chat.error).to_be_visible()


def waiting(page: Page) -> None:
    """Sent, and no answer yet."""
    chat = ChatPage(page).open()
    page.route("**/api/conversations/*/messages", lambda route: None)
    chat.send(ANSWERED)
    expect(page.locator("#waiting")).to_be_visible()


def asked_to_delete(page: Page) -> None:
    """Asked whether to delete."""
    answered(page)
    ChatPage(page).press("delete")


def deleted(page: Page) -> None:
    """Everything deleted."""
    answered(page)
    ChatPage(page).confirm("delete")
    expect(page.locator("#status.notice")).to_be_visible()


def plain_begun(page: Page) -> None:
    """The plain chat before anything is said."""
    page.goto("/chat")


def plain(text: str) -> State:
    """The plain chat after `text`."""

    def reach(page: Page) -> None:
        page.goto("/chat")
        page.locator("#question").fill(text)
        page.locator("#ask button").click()
        page.wait_for_load_state()

    return reach


def plain_delete(page: Page) -> None:
    """The plain page that asks whether to delete."""
    plain(ANSWERED)(page)
    page.goto("/chat/delete")


def plain_deleted(page: Page) -> None:
    """The plain chat after deleting."""
    plain_delete(page)
    page.locator("main button").click()
    expect(page.locator(".notice")).to_be_visible()


def not_found(page: Page) -> None:
    """No such page."""
    page.goto("/no-such-page")


def at(path: str) -> State:
    """The page at `path`."""

    def reach(page: Page) -> None:
        page.goto(path)
        page.wait_for_load_state("networkidle")

    return reach


STATES: dict[str, State] = {
    "begun": begun,
    "about open": about_open,
    "answered": answered,
    "unsure": unsure,
    "in danger": in_danger,
    "times offered": times_offered,
    "read back": read_back,
    "recorded": recorded,
    "empty sent": empty_sent,
    "refused": refused,
    "offline": offline,
    "waiting": waiting,
    "asked to delete": asked_to_delete,
    "deleted": deleted,
    "plain, begun": plain_begun,
    "plain, answered": plain(TWO),
    "plain, unsure": plain(UNSURE),
    "plain, in danger": plain(DANGER),
    "plain, empty sent": plain(""),
    "plain, too long": plain("a" * 2001),
    "plain, asked to delete": plain_delete,
    "plain, deleted": plain_deleted,
    "not found": not_found,
    "statement": at("/accessibility"),
}
