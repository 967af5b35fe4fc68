"""What went wrong, as RFC 9457 problem details in plain words (the words are in words.yml)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from web.chat.messages import Message
from web.words import Words

PAUSED_SECONDS = 600  # when looking again is worth it


@dataclass
class Problem(Exception):
    """A request that can't be met. `name` finds title and detail in words.yml (`errors`).

    `messages` are what a family needs now (the phone number, help when the words show danger); clients show them like
    any answer. `headers` go out with the response.
    """

    status: int
    name: str
    messages: Sequence[Message] = ()
    headers: Mapping[str, str] = field(default_factory=dict)

    def details(self, words: Words) -> dict[str, Any]:
        """The body of the response."""
        title, detail = words.error(self.name)
        body: dict[str, Any] = {"type": "about:blank", "title": title, "status": self.status, "detail": detail}
        if self.messages:
            body["messages"] = list(self.messages)
        return body


def not_json() -> Problem:
    """400: the body is no JSON, or nested too deeply."""
    return Problem(400, "not_json")


def no_token() -> Problem:
    """401: no token, or something that can't be one."""
    return Problem(401, "no_token", headers={"WWW-Authenticate": "Bearer"})


def not_found() -> Problem:
    """404: unknown, expired, deleted or another's conversation; the same for all, so that nothing can be learnt."""
    return Problem(404, "no_conversation")


def no_reply() -> Problem:
    """409: staff can't answer in a chat from which they have nothing yet."""
    return Problem(409, "no_reply")


def wrong_type() -> Problem:
    """415: the body is not sent as application/json."""
    return Problem(415, "media_type")


def wrong_shape() -> Problem:
    """422: a field is missing, unknown or of the wrong type."""
    return Problem(422, "wrong_shape")


def nothing_left() -> Problem:
    """422: nothing that can be read is left of the text."""
    return Problem(422, "nothing_said")


def too_long(messages: Sequence[Message]) -> Problem:
    """413: a text or a body that is too long."""
    return Problem(413, "too_long", messages)


def too_many(messages: Sequence[Message], retry_after: int) -> Problem:
    """429: too many from one address; `retry_after` in seconds."""
    return Problem(429, "rate_limited", messages, {"Retry-After": str(retry_after)})


def full(messages: Sequence[Message], retry_after: int) -> Problem:
    """429: the conversation has all the messages it may have; `retry_after` in seconds."""
    return Problem(429, "full", messages, {"Retry-After": str(retry_after)})


def paused(messages: Sequence[Message]) -> Problem:
    """503: staff have paused the chat."""
    return Problem(503, "paused", messages, {"Retry-After": str(PAUSED_SECONDS)})


def not_recorded(messages: Sequence[Message], retry_after: int = 5) -> Problem:
    """503: it could not be recorded; `retry_after` in seconds."""
    return Problem(503, "not_recorded", messages, {"Retry-After": str(retry_after)})


def of_http(status: int, headers: Mapping[str, str]) -> Problem:
    """What aiohttp refuses by itself."""
    names = {404: "not_found", 405: "wrong_method", 413: "too_long"}
    return Problem(status, names.get(status, "internal" if status >= 500 else "not_json"), headers=headers)


def internal() -> Problem:
    """500: something went wrong here."""
    return Problem(500, "internal")
