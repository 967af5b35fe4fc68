"""Published times: which one of a list somebody picks. Never a guess: what they say has to fit exactly one."""

from __future__ import annotations

import re
from functools import cache
from typing import Any

from actions.details.reading import folded, known


@cache
def _words() -> Any:
    return known("picking.yml")


def picked(text: str, offers: list[dict[str, Any]]) -> dict[str, Any] | None:
    """The time on offer that a message names: its own words, its place in the list, or what only one of them has."""
    said = _plain(text)
    exact = [offer for offer in offers if _plain(offer["text"]) in said]
    if len(exact) == 1:
        return exact[0]
    words = [_words()["days"].get(word.rstrip("s"), word) for word in said.split()]
    telling = [word for word in words if word not in _words()["beside"]]
    for place, ordinals in enumerate(_words()["places"][: len(offers)]):
        if len(telling) == 1 and telling[0] in ordinals:
            return offers[place]
    if telling == ["last"]:
        return offers[-1]
    return _only_one(telling, offers)


def none_of_them(text: str) -> bool:
    """True where a message says that no time on offer suits."""
    return bool(set(re.findall(r"\w+", folded(text).replace("'", ""))) & set(_words()["none"]))


def _only_one(telling: list[str], offers: list[dict[str, Any]]) -> dict[str, Any] | None:
    """The one offer that has every telling word; None where there is no such one, or several."""
    fitting = [offer for offer in offers if telling and set(telling) <= set(_plain(offer["text"]).split())]
    return fitting[0] if len(fitting) == 1 else None


def _plain(text: str) -> str:
    return " ".join(re.findall(r"[a-z0-9:.]*[a-z0-9]", folded(text)))
