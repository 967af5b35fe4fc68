"""What a Message of the chat API is, and how one is made from what was said."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any, Literal, TypedDict
from uuid import uuid4

from web.assistant import Said
from web.assistant.shown import ChoiceShown
from web.words import Choice, Link, Words

Sender = Literal["family", "assistant", "staff"]


class Source(TypedDict):
    """Where an answer comes from."""

    title: str
    section: str
    reviewed_on: str


# The functional form, because `from` is a word of Python.
Message = TypedDict(
    "Message",
    {
        "id": str,
        "at": str,
        "from": Sender,
        "author": dict[str, str] | None,
        "text": str,
        "topic": str | None,
        "source": Source | None,
        "links": list[Link],
        "choices": list[Choice],
        "clarify": bool,
        "care": bool,
        "form": dict[str, Any] | None,
        "meeting": dict[str, Any] | None,
        "handoff": dict[str, Any] | None,
    },
)


_ID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


def new_id() -> str:
    """An id that can't be guessed."""
    return str(uuid4())


def is_id(text: str) -> bool:
    """True when `new_id` could have made it."""
    return _ID.fullmatch(text) is not None


def moment(at: datetime) -> str:
    """A moment as the API writes it: UTC, to the second."""
    return at.strftime("%Y-%m-%dT%H:%M:%SZ")


def body_of(said: Said, words: Words, care: bool = False) -> dict[str, Any]:
    """What is kept of one thing the assistant said: all of a Message but its id, its time and its sender.

    It is kept as it was shown, so that reading back gives the same words after a text has changed. Raises KeyError
    when a link or a choice is named that nobody knows.
    """
    source = None
    if said.section:
        source = Source(title=words.leaflet, section=said.section, reviewed_on=said.reviewed_on or "")
    return {
        "text": said.text,
        "topic": said.topic,
        "source": source,
        "links": [words.links[name] for name in said.links if name in words.links or name != "website"],
        "choices": [_shown_choice(choice, words) for choice in said.choices],
        "clarify": said.clarify,
        "care": care,
        "form": said.form.model_dump() if said.form else None,
        "meeting": said.meeting.model_dump() if said.meeting else None,
        "handoff": said.handoff.model_dump() if said.handoff else None,
    }


def message(id: str, at: datetime, sender: Sender, body: Mapping[str, Any]) -> Message:
    """A Message of the API: what was kept, with every field that does not apply set to null."""
    return {
        "id": id,
        "at": moment(at),
        "from": sender,
        "author": body.get("author"),
        "text": body["text"],
        "topic": body.get("topic"),
        "source": body.get("source"),
        "links": body.get("links", []),
        "choices": body.get("choices", []),
        "clarify": body.get("clarify", False),
        "care": body.get("care", False),
        "form": body.get("form"),
        "meeting": body.get("meeting"),
        "handoff": body.get("handoff"),
    }


def _shown_choice(choice: str | ChoiceShown, words: Words) -> Choice:
    if isinstance(choice, str):
        return words.choices[choice]
    return Choice(title=choice.title, text=choice.text, topic=choice.topic)
