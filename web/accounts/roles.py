"""What somebody may do on the desk."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Role(StrEnum):
    """Each person has one. Administrators look after accounts and see no family's record."""

    COORDINATOR = "coordinator"
    REVIEWER = "reviewer"
    MANAGER = "manager"
    ADMINISTRATOR = "administrator"

    @property
    def about(self) -> str:
        """In a sentence, for whoever gives it."""
        return _ABOUT[self]


_ABOUT = {
    Role.COORDINATOR: "Works on every request, and publishes times.",
    Role.REVIEWER: "Sees the requests that are assigned to them, and the meetings.",
    Role.MANAGER: "Works on every request; approves answers, pauses the service, sees figures and the history.",
    Role.ADMINISTRATOR: "Invites and disables colleagues, pauses the service, sees the history. No families' records.",
}


CASEWORK = frozenset({Role.COORDINATOR, Role.REVIEWER, Role.MANAGER})  # who may see families' records at all


@dataclass(frozen=True)
class Member:
    """Somebody who is signed in, or could be. `name` is how the history knows them: it is theirs alone, for ever."""

    id: str
    email: str
    name: str
    role: Role
