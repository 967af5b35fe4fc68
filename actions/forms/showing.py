"""How a draft, a meeting or a hand-off is read back: a line for each detail."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from actions.forms.turn import words
from bot.words import details

MEETING = (
    "name",
    "contact",
    "other_contact",
    "may_leave_message",
    "when",
    "where",
    "who",
    "bringing",
    "needs",
    "relation",
)


def lines(values: Mapping[str, Any], names: Sequence[str]) -> str:
    """A line for each detail that there is; what people wrote stands as they wrote it."""
    labels = words()["labels"]
    shown = [(labels[name], _value(name, values.get(name))) for name in names]
    return "\n".join(f"{label}: {value}" for label, value in shown if value)


def draft_lines(given: Mapping[str, Any]) -> str:
    """The draft of a meeting."""
    who = given.get("who_text") or given.get("who")
    return lines({**given, "who": who}, [*MEETING, "attach_conversation"])


def meeting_lines(meeting: Mapping[str, Any]) -> str:
    """A meeting that is recorded."""
    return lines(meeting, ["reference", "status", *MEETING])


def handoff_lines(given: Mapping[str, Any]) -> str:
    """What is passed on to a person."""
    return lines(given, ["text", "name", "contact", "other_contact", "may_leave_message", "attach_conversation"])


def consent() -> str:
    """What is agreed to when it is sent."""
    return str(words()["consent"]["text"]).format(**details())


def fields_in_words(names: Sequence[str]) -> str:
    """The labels of details, for a sentence."""
    labels = words()["labels"]
    return ", ".join(labels[name].lower() for name in names if name in labels)


def _value(name: str, value: Any) -> str:
    if value is None or value == "":
        return ""
    known = words()["values"].get(name, {})
    if isinstance(value, bool):
        return str(known.get(str(value).lower(), ""))
    return str(known.get(value, value))
