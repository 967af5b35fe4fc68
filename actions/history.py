"""What happened earlier in a conversation, read from its events."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

NONE_OF_THESE = "none_of_these"  # what is understood where none of the topics offered was meant
LISTEN = "action_listen"
SILENT = (LISTEN, "action_session_start", "action_extract_slots")


def last_answer(events: list[dict[str, Any]]) -> str | None:
    """The name of the action that answered the message before the latest one; None at the start."""
    messages = 0
    for event in reversed(events):
        messages += event.get("event") == "user"
        if messages and event.get("event") == "action" and event.get("name") not in SILENT:
            return str(event["name"])
    return None


def last_topic(latest_first: Iterable[dict[str, Any]]) -> str | None:
    """The topic that was answered last; None where none was. An answer that was refused does not count.

    `latest_first`: the conversation's events, the latest first.
    """
    refused = False
    for event in latest_first:
        if event.get("event") == "user":
            refused = ((event.get("parse_data") or {}).get("intent") or {}).get("name") == NONE_OF_THESE
        elif event.get("event") == "bot" and not refused:
            topic = ((event.get("metadata") or {}).get("metadata") or {}).get("topic")
            if topic:
                return str(topic)
    return None
