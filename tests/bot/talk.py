"""A conversation with the assistant as web leads it, and scripts of such conversations (tests/bot/dialogues/)."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from uuid import uuid4

import yaml

from bot.assistant import Assistant

Json = dict[str, Any]
FOLDER = Path(__file__).parent / "dialogues"
RECORDED = ("requested", "held", "confirmed")
DETAILS = ("name", "contact", "when", "where", "who", "bringing", "needs")
TURNS_KEPT = 3  # of which events go along with a message
TOPICS = yaml.safe_load((Path(__file__).parents[2] / "data" / "topics.yml").read_text(encoding="utf-8"))


class Talk:
    """One conversation. `said` is the last reply."""

    def __init__(self, assistant: Assistant, loop: asyncio.AbstractEventLoop) -> None:
        self.id = str(uuid4())
        self.said: list[Json] = []
        self.meeting: Json | None = None
        self.recorded = False
        self.state: Json | None = None
        self.worried = False
        self._assistant = assistant
        self._loop = loop
        self._turns: list[tuple[Json | None, list[Json]]] = []

    def say(self, text: str, unheard: Sequence[str] = ()) -> list[Json]:
        """What the assistant says to `text`. `unheard`: messages that web answered with help alone just before."""
        kept = self._turns[-TURNS_KEPT:]
        state = kept[0][0] if kept else None
        events = [event for _, turn in kept for event in turn]
        about = {"conversation": self.id, "now": "2026-11-25T14:00:00Z"}
        alone = "safety.self" if unheard else None
        answering = self._assistant.answer(text, state, events, self._tapped(text), about, alone, unheard)
        result = self._loop.run_until_complete(answering)
        self._turns.append((self.state, result.events))
        self.state, self.said, self.worried = result.state, result.said, result.worried
        for one in self.said:
            if one["meeting"]:
                self.meeting = one["meeting"]
                self.recorded |= one["meeting"]["status"] in RECORDED
        return self.said

    @property
    def asks(self) -> str | None:
        """The detail that is asked for now."""
        return next((one["form"]["asks"] for one in reversed(self.said) if one["form"]), None)

    @property
    def text(self) -> str:
        """All that was said last."""
        return "\n".join(one["text"] for one in self.said)

    @property
    def topics(self) -> list[str]:
        """The topics of what was said last."""
        return [one["topic"] for one in self.said if one["topic"]]

    def titles(self) -> list[str]:
        """What can be tapped that stands in no file of topics."""
        return [choice["title"] for one in self.said for choice in one["choices"] if isinstance(choice, dict)]

    def _tapped(self, text: str) -> str | None:
        """As web does it: a text that equals a choice on offer is that choice."""
        for one in self.said:
            for choice in one["choices"]:
                shown = choice if isinstance(choice, dict) else _choice(choice)
                if _plain(shown["text"]) == _plain(text):
                    topic: str | None = shown["topic"]
                    return topic
        return None


def _choice(name: str) -> Json:
    entry = TOPICS["topics"].get(name) or TOPICS["choices"][name]
    return {"text": entry["question"], "topic": name}


def _plain(text: str) -> str:
    return re.sub(r"\s+", " ", text).strip().rstrip(".?").casefold()


def scripts() -> list[Json]:
    """All scripts, from every file."""
    found = []
    for path in sorted(FOLDER.glob("*.jsonl")):
        found += [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]
    return found


def play(script: Json, talk: Talk) -> list[str]:
    """Plays a script; returns what did not hold, in words."""
    wrong: list[str] = []
    turns = script["turns"]
    for number, turn in enumerate(turns):
        wanted = turn.get("expect") or {}
        aim: Json = next((t["expect"] for t in turns[number:] if (t.get("expect") or {}).get("booking")), {})
        aim = {key: value for key, value in aim.items() if key in ("booking", "fields")}
        if turn.get("optional"):
            if not (aim and not _misses(talk, aim)):
                _give(script, talk)
            if aim and not _misses(talk, aim):
                wanted = {key: value for key, value in wanted.items() if key in ("booking", "fields")}
            else:
                talk.say(turn["user"])
        else:
            talk.say(turn["user"])
        if wanted.get("booking") == "confirmed" and _misses(talk, wanted):
            _give(script, talk)
            for last in ("anything_else", "confirm"):
                if talk.asks == last:
                    talk.say(script.get("if_asked", {}).get(last, "that's everything, send it"))
        wrong += [f"{number + 1} {turn['user']!r}: {miss}" for miss in _misses(talk, wanted)]
    return wrong


def _give(script: Json, talk: Talk) -> None:
    given: set[str] = set()
    answers = script.get("if_asked", {})
    while talk.asks in DETAILS and talk.asks not in given and answers.get(talk.asks):
        given.add(talk.asks)
        talk.say(answers[talk.asks])


def _misses(talk: Talk, wanted: Json) -> list[str]:
    missed = []
    for key, value in wanted.items():
        if not _HOLDS[key](talk, value):
            missed.append(
                f"{key} {value}; said {talk.text!r}, topics {talk.topics}, asks {talk.asks}, meeting {talk.meeting}"
            )
    return missed


def _booking(talk: Talk, want: str) -> bool:
    status = (talk.meeting or {}).get("status")
    return {
        "confirmed": status in RECORDED,
        "cancelled": talk.recorded and status == "cancelled",
        "declined": not talk.recorded,
    }[want]


def _fields(talk: Talk, want: Json) -> bool:
    meeting = talk.meeting or {}
    contact = _contact(meeting.get("contact"))
    for key, value in want.items():
        if key == "contact" and contact != value:
            return False
        if key == "other" and _contact(meeting.get("other_contact")) != value:
            return False
        if key == "contact_not" and value in (contact, _contact(meeting.get("other_contact"))):
            return False
        if key in DETAILS and key != "contact" and not re.search(value, meeting.get(key) or "", re.IGNORECASE):
            return False
    return True


def _contact(shown: str | None) -> str:
    text = (shown or "").lower()
    return text if "@" in text else re.sub(r"\D", "", text)


_HOLDS: dict[str, Any] = {
    "any_topic": lambda talk, want: any(topic in want for topic in talk.topics),
    "contains_any": lambda talk, want: any(re.search(pattern, talk.text) for pattern in want),
    "contains_all": lambda talk, want: all(re.search(pattern, talk.text) for pattern in want),
    "not_contains": lambda talk, want: not any(re.search(pattern, talk.text) for pattern in want),
    "asks": lambda talk, want: talk.asks == want,
    "booking": _booking,
    "fields": _fields,
    "draft": lambda talk, want: (
        (talk.state or {}).get("slots", {}).get("meeting") is not None
        if want
        else (talk.state or {}).get("slots", {}).get("meeting") is None
    ),
    "worried": lambda talk, want: talk.worried == want,
}
