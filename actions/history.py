"""What happened earlier in a conversation, read from its events."""

from __future__ import annotations

from typing import Any

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


def last_topic(events: list[dict[str, Any]]) -> str | None:
    """The topic that was answered last; None where none was."""
    for event in reversed(events):
        if event.get("event") == "bot":
            topic = ((event.get("metadata") or {}).get("metadata") or {}).get("topic")
            if topic:
                return str(topic)
    return None
