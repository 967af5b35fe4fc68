"""The chat as somebody in front of the screen sees it: what it says, what can be tapped."""

from __future__ import annotations

import json
import re
import time
from typing import Any

from playwright.sync_api import Locator, Page, Route, expect

from tests.browser.deep import deep

ANSWERED = "Who will see the report?"
DANGER = "I want to kill myself"
PROBLEM = "application/problem+json"


PATIENCE = 10.0  # seconds


def read(locator: Locator) -> str:
    """The words somebody reads there, with one space for each gap."""
    return re.sub(r"\s+", " ", locator.evaluate(deep("return words(one)", "one"))).strip()


def read_all(locator: Locator) -> list[str]:
    """The words of each."""
    return [read(one) for one in locator.all()]


def shows(locator: Locator, text: str, *, exactly: bool = False) -> None:
    """Wait until these words stand there."""
    wanted = re.sub(r"\s+", " ", text).strip()
    end = time.monotonic() + PATIENCE
    expect(locator).to_have_count(1)
    while True:
        found = read(locator)
        if (found == wanted) if exactly else (wanted in found):
            return
        assert time.monotonic() < end, f"{found!r} should be {wanted!r}"
        locator.page.wait_for_timeout(30)


class ChatPage:
    """The page at `/`, with its script running."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.field = page.locator("#question")
        self.error = page.locator("#question-error")
        self.status = page.locator("#status")
        self.log = page.locator("#log")
        self.messages = page.locator("#messages li.message")
        self.assistant = page.locator("#messages li.message:not(.message--family)")
        self.family = page.locator("#messages li.message--family")
        self.choices = page.locator("#messages .message__choices button")

    def open(self) -> ChatPage:
        """Go to the page and wait for its first words."""
        self.page.goto("/")
        expect(self.assistant.first).to_be_visible()
        return self

    def ask(self, text: str) -> Locator:
        """Type and send; returns the answers to it."""
        before = self.assistant.count()
        self.field.fill(text)
        self.page.keyboard.press("Enter")
        expect(self.assistant.nth(before)).to_be_visible()
        return self.assistant.nth(before)

    def send(self, text: str) -> None:
        """Type and send, whatever comes of it."""
        self.field.fill(text)
        self.page.locator("#ask button").click()

    def press(self, name: str) -> None:
        """Open what stands about the chat, and press one of its buttons."""
        if not self.page.locator("#about").evaluate("(about) => about.open"):
            self.page.locator("#about summary").click()
        self.page.locator(f"#{name}").click()

    def confirm(self, name: str) -> None:
        """Press a button that asks again, and say yes."""
        self.press(name)
        self.page.locator(f"#{name}-dialog button[value=yes]").click()

    def kept(self) -> Any:
        """All that the browser keeps of the chat beyond the page itself."""
        return self.page.evaluate(
            "() => ({session: {...sessionStorage}, local: {...localStorage}, cookie: document.cookie})"
        )


def message(text: str, **more: Any) -> dict[str, Any]:
    """A Message of the assistant, as the API sends it."""
    return {
        "id": "00000000-0000-4000-8000-000000000000",
        "at": "2026-11-23T09:30:00Z",
        "from": "assistant",
        "author": None,
        "text": text,
        "topic": None,
        "source": None,
        "links": [],
        "choices": [],
        "clarify": False,
        "care": False,
        "form": None,
        "meeting": None,
        "handoff": None,
    } | more


def answer_with(page: Page, status: int, body: dict[str, Any], times: int | None = None) -> None:
    """Let the server's answer to the next messages be this one."""

    def fulfil(route: Route) -> None:
        if route.request.method == "POST":
            kind = "application/json" if status < 400 else PROBLEM
            route.fulfill(status=status, content_type=kind, body=json.dumps(body))
        else:
            route.fallback()

    page.route("**/api/conversations/*/messages", fulfil, times=times)
