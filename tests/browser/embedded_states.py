"""Every state of the chat on another site's page, and how to get there."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.browser.chat import ANSWERED, DANGER, ChatPage
from tests.browser.host import Host
from tests.browser.server import SEND, TIMES, TWO, UNSURE, Site


def line(site: Site) -> str:
    """What a web editor puts on a page."""
    return f'<script type="module" async src="{site.address}/review-chat.js"></script>'


class Embedded(ChatPage):
    """The chat on another site's page."""

    def __init__(self, page: Page) -> None:
        """Closed until it is opened."""
        super().__init__(page)
        self.launcher = page.locator("review-chat .launcher")
        self.window = page.locator("review-chat .window")

    def visit(self, address: str) -> Embedded:
        """Go to the page; the button is there."""
        self.page.goto(address)
        expect(self.launcher).to_be_visible()
        return self

    def start(self, address: str) -> Embedded:
        """Go there and open the chat."""
        self.visit(address).launcher.click()
        expect(self.assistant.first).to_be_visible()
        return self


EmbeddedState = Callable[[Embedded, str], None]


def closed(chat: Embedded, address: str) -> None:
    """The button alone."""
    chat.visit(address)


def opened(chat: Embedded, address: str) -> None:
    """The first words."""
    chat.start(address)


def asked(text: str) -> EmbeddedState:
    """After an answer to `text`."""

    def reach(chat: Embedded, address: str) -> None:
        chat.start(address).ask(text)

    return reach


def numbers(chat: Embedded, address: str) -> None:
    """All help numbers."""
    chat.start(address)
    chat.page.locator("#numbers summary").click()


def about(chat: Embedded, address: str) -> None:
    """What can be done with what was said."""
    chat.start(address).ask(ANSWERED)
    chat.page.locator("#about summary").click()


def error(chat: Embedded, address: str) -> None:
    """Something is wrong with what was typed."""
    chat.start(address).send("")
    expect(chat.error).to_be_visible()


def offline(chat: Embedded, address: str) -> None:
    """No line."""
    chat.start(address)
    chat.page.context.set_offline(True)
    chat.send(ANSWERED)
    expect(chat.error).to_be_visible()


def asked_to_delete(chat: Embedded, address: str) -> None:
    """Asked whether to delete."""
    chat.start(address).ask(ANSWERED)
    chat.press("delete")


EMBEDDED: dict[str, EmbeddedState] = {
    "closed": closed,
    "open": opened,
    "answered": asked(TWO),
    "unsure": asked(UNSURE),
    "in danger": asked(DANGER),
    "times": asked("I want a meeting"),
    "read back": asked(TIMES[0]),
    "recorded": asked(SEND),
    "numbers": numbers,
    "about": about,
    "error": error,
    "offline": offline,
    "asked to delete": asked_to_delete,
}


def page_with_the_line(host: Host, site: Site) -> str:
    """The address of a page of the other site with the one line on it."""
    return host.show("/plain", line(site))
