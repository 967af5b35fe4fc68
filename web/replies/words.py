"""What families read about members of staff in their chat."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from web.accounts.roles import Member
from web.assistant import Said
from web.chat.answering import HELP_IN_REACH
from web.chat.messages import body_of
from web.words import Link, Words

NOBODY_WATCHES = re.compile(r"Nobody watches[^.]*\.")
TITLES = frozenset(("dr", "mr", "mrs", "ms", "miss", "mx", "prof", "professor", "sir", "dame", "lord", "lady", "rev"))


@dataclass(frozen=True)
class Person:
    """A member of staff as a family sees them: a first name, and what they are."""

    name: str
    role: str

    def shown(self) -> dict[str, str]:
        """As the API writes it."""
        return {"role": self.role, "name": self.name}


class ReplyWords:
    """The words of `reply` in words.yml."""

    def __init__(self, words: Words) -> None:
        self._words = words
        self._own: Mapping[str, Any] = words.own["reply"]

    def person(self, member: Member) -> Person:
        """How a family sees somebody; a role that answers no family has no words."""
        return Person(_first_name(member.name), self._own["roles"].get(member.role, ""))

    def notice(self, name: str, person: Person, careful: bool = False) -> dict[str, Any]:
        """The body of a message about somebody: `joined` or `left`. `careful`: the help numbers stay in reach."""
        entry = self._own[name]
        links = dict.fromkeys((*entry["links"], *(HELP_IN_REACH if careful else ())))
        said = Said(filled(entry["text"], person), links=tuple(links), choices=tuple(entry["choices"]))
        return body_of(said, self._words)

    def in_reach(self) -> list[Link]:
        """The help numbers that stay in reach once full help was shown."""
        return [self._words.links[name] for name in HELP_IN_REACH]

    def choices(self, name: str) -> list[str]:
        """What such a message offers to tap."""
        return list(self._own[name]["choices"])

    def watched(self, said: Said, person: Person) -> Said:
        """The same where somebody is there: no sentence says that nobody watches."""
        instead = filled(self._own["watched"], person)
        return replace(said, text=NOBODY_WATCHES.sub(lambda _match: instead, said.text))


def _first_name(name: str) -> str:
    """What to call somebody; the whole name where there is only a title before the surname."""
    names = name.split()
    rest = [one for one in names if one.rstrip(".").casefold() not in TITLES]
    return rest[0] if len(rest) > 1 or rest == names else name


def filled(text: str, person: Person) -> str:
    """A text about somebody."""
    return text.replace("{name}", person.name).replace("{role}", person.role)
