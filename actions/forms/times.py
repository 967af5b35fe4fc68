"""Published times: which one of a list somebody picks. Never a guess: what they say has to fit exactly one."""

from __future__ import annotations

import re
from typing import Any

from actions.details.reading import folded

_ORDINALS = (
    {"first", "1", "1st", "one", "a"},
    {"second", "2", "2nd", "two", "middle", "b"},
    {"third", "3", "3rd", "three", "c"},
    {"fourth", "4", "4th", "four", "d"},
)
_BESIDE = {"the", "one", "number", "option", "please", "pls", "ill", "take", "have", "i", "want", "would", "like", "id", "yes", "ok", "time", "that", "go", "for", "with", "works", "is", "good", "fine", "best", "me"}
_SHORT_DAYS = {"mon": "monday", "tue": "tuesday", "tues": "tuesday", "wed": "wednesday", "weds": "wednesday", "thu": "thursday",
               "thur": "thursday", "thurs": "thursday", "fri": "friday", "sat": "saturday", "sun": "sunday"}  # fmt: skip


def picked(text: str, offers: list[dict[str, Any]]) -> dict[str, Any] | None:
    """The time on offer that a message names: its own words, its place in the list, or what only one of them has."""
    said = _plain(text)
    exact = [offer for offer in offers if _plain(offer["text"]) in said]
    if len(exact) == 1:
        return exact[0]
    words = [_SHORT_DAYS.get(word.rstrip("s"), word) for word in said.split()]
    telling = [word for word in words if word not in _BESIDE]
    for place, ordinals in enumerate(_ORDINALS[: len(offers)]):
        if len(telling) == 1 and telling[0] in ordinals:
            return offers[place]
    if words and "last" in telling and len(telling) == 1:
        return offers[-1]
    return _only_one(telling, offers)


def none_of_them(text: str) -> bool:
    """True where a message says that no time on offer suits."""
    return bool(re.search(r"\b(none|neither|no|not|nope|cant|can't|other|another|different)\b", folded(text)))


def _only_one(telling: list[str], offers: list[dict[str, Any]]) -> dict[str, Any] | None:
    """The one offer that has every telling word; None where there is no such one, or several."""
    fitting = [offer for offer in offers if telling and set(telling) <= set(_plain(offer["text"]).split())]
    return fitting[0] if len(fitting) == 1 else None


def _plain(text: str) -> str:
    return " ".join(re.findall(r"[a-z0-9:.]*[a-z0-9]", folded(text)))
