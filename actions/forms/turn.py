"""One message inside a form: what it says, and ways to answer it."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from functools import cache, cached_property
from pathlib import Path
from typing import Any

import yaml
from rasa_sdk import Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.details.found import Found, beside_danger, find
from actions.details.replies import replies

WORDS = Path(__file__).parents[2] / "data" / "forms" / "words.yml"
SEVERAL = "several"
IN_DANGER = "in_danger"  # in a message's metadata: it shows danger, and web has answered that
# Replies that are no answer to what was asked, however they are worded.
STEERS = {"nothing_else", "send", "wait", "why", "again", "go_on", "refuse_contact", "attach", "no_attach"}
LISTEN = {"event": "followup", "name": "action_listen"}
Event = dict[str, Any]


@cache
def words() -> Any:
    """Labels, choices and the consent text: data/forms/words.yml."""
    return yaml.safe_load(WORDS.read_text(encoding="utf-8"))


def choice(name: str) -> dict[str, Any]:
    """Something to tap: a choice of data/forms/words.yml."""
    entry = words()["choices"][name]
    return {"title": entry["title"], "text": entry["text"], "topic": entry.get("topic")}


class Turn:
    """The message that is being answered."""

    def __init__(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any], asked: str | None
    ) -> None:
        self._dispatcher = dispatcher
        self.tracker = tracker
        self.domain = domain
        self.asked = asked
        self.message: dict[str, Any] = tracker.latest_message
        self.text = str(self.message.get("text") or "")

    @cached_property
    def found(self) -> Found:
        """What it gives."""
        if self.in_danger:
            return beside_danger(self.text)
        return find(self.text, None if self.said & STEERS else self.asked)

    @cached_property
    def said(self) -> set[str]:
        """Its short replies."""
        return replies(self.text)

    @property
    def in_danger(self) -> bool:
        """True where web has answered the message with help, and the form only takes what it gives."""
        return bool((self.message.get("metadata") or {}).get(IN_DANGER))

    @property
    def intent(self) -> str:
        """The topic that it was taken for, or nlu_fallback."""
        return str((self.message.get("intent") or {}).get("name") or "nlu_fallback")

    @property
    def confidence(self) -> float:
        """How sure that is, from 0 to 1."""
        return float((self.message.get("intent") or {}).get("confidence") or 0.0)

    @property
    def tapped(self) -> bool:
        """True where a choice was taken, so that the topic is no guess."""
        return self.confidence == 1.0 and len(self.message.get("intent_ranking") or []) == 1

    @property
    def conversation(self) -> str:
        """The conversation's id; in Rasa's own shell, its sender."""
        return str((self.message.get("metadata") or {}).get("conversation") or self.tracker.sender_id)

    @property
    def loop(self) -> str | None:
        """The form that is active."""
        active: str | None = self.tracker.active_loop_name
        return active

    @property
    def has_spoken(self) -> bool:
        """True once something was said."""
        return bool(self._dispatcher.messages)

    @property
    def has_asked(self) -> bool:
        """True where the last thing said puts a question of the form."""
        said = self._dispatcher.messages
        return bool(said and said[-1].get("form"))

    def say(
        self,
        response: str,
        topic: str | None = None,
        form: dict[str, Any] | None = None,
        choices: Sequence[Any] | None = None,
        **more: Any,
    ) -> None:
        """Says a response of data/forms/ or data/answers/. `more`: meeting, handoff, clarify, what fills its gaps."""
        carried = {"topic": topic, "form": form, "choices": list(choices) if choices is not None else None}
        kept = {key: value for key, value in carried.items() if value is not None}
        filled = {key: _without_braces(value) if isinstance(value, str) else value for key, value in more.items()}
        self._dispatcher.utter_message(response=f"utter_{response}", **kept, **filled)


def _without_braces(written: str) -> str:
    """What somebody wrote, without what stands for a gap in our own texts: web refuses a text with gaps left open."""
    return written.replace("{", "(").replace("}", ")")


def new_id() -> str:
    """An id by which something is recorded once only."""
    return str(uuid.uuid4())


def slot(name: str, value: Any) -> Event:
    """Sets a slot."""
    return {"event": "slot", "name": name, "value": value, "timestamp": None}


def loop(name: str | None) -> Event:
    """Begins a form, or ends the one that is active."""
    return {"event": "active_loop", "name": name, "timestamp": None}


def ended(name: str, *more: Event) -> list[Event]:
    """The form is over and nothing of it is kept."""
    return [slot(name, None), loop(None), *more, LISTEN]


def gives_way(name: str, to: str) -> list[Event]:
    """The form is over, and another begins with the same message."""
    return [slot(name, None), loop(None), {"event": "followup", "name": to}]


def going_on(name: str, kept: dict[str, Any]) -> list[Event]:
    """The form waits for the next message."""
    return [loop(name), slot(name, kept), LISTEN]
