"""What families read about members of staff in their chat."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from web.accounts.roles import Member
from web.assistant import Said
from web.chat.messages import body_of
from web.words import Words

NOBODY_WATCHES = re.compile(r"Nobody watches[^.]*\.")


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
        return Person(member.name.split()[0], self._own["roles"].get(member.role, ""))

    def notice(self, name: str, person: Person) -> dict[str, Any]:
        """The body of a message about somebody: `joined` or `left`."""
        entry = self._own[name]
        said = Said(filled(entry["text"], person), links=tuple(entry["links"]), choices=tuple(entry["choices"]))
        return body_of(said, self._words)

    def choices(self, name: str) -> list[str]:
        """What such a message offers to tap."""
        return list(self._own[name]["choices"])

    def watched(self, said: Said, person: Person) -> Said:
        """The same where somebody is there: no sentence says that nobody watches."""
        instead = filled(self._own["watched"], person)
        return replace(said, text=NOBODY_WATCHES.sub(lambda _match: instead, said.text))


def filled(text: str, person: Person) -> str:
    """A text about somebody."""
    return text.replace("{name}", person.name).replace("{role}", person.role)
