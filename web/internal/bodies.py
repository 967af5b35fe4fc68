"""What the worker's actions send."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import AfterValidator, Field

from web.http.strict import Strict
from web.meetings.kinds import DETAILS

MOST_CHARACTERS = 500
LONGEST_HANDOFF = 2000


def _canonical(value: str) -> str:
    return str(UUID(value))


Id = Annotated[str, Field(max_length=36), AfterValidator(_canonical)]
Words = Annotated[str, Field(max_length=MOST_CHARACTERS)]
ContactKind = Literal["phone", "email"]


class Fields(Strict):
    """What a family said for a request; what it did not say is null or left out."""

    name: Words | None = None
    contact: Words | None = None
    contact_kind: ContactKind | None = None
    other_contact: Words | None = None
    other_contact_kind: ContactKind | None = None
    may_leave_message: bool | None = None
    when: Words | None = None
    where: Words | None = None
    who: Literal["reviewer", "staff", "either"] | None = None
    who_text: Words | None = None
    bringing: Words | None = None
    needs: Words | None = None
    relation: Words | None = None
    time_id: Id | None = None
    consent_version: Words | None = None
    attach_conversation: bool | None = None

    def details(self) -> dict[str, Any]:
        """All that a new request keeps, null where nothing was said."""
        return {name: getattr(self, name) for name in DETAILS}

    def changed(self) -> dict[str, Any]:
        """Only what was sent."""
        return {name: getattr(self, name) for name in DETAILS if name in self.model_fields_set}

    def times(self) -> Mapping[str, str | None]:
        """`time_id`, where it was sent."""
        return {"time_id": self.time_id} if "time_id" in self.model_fields_set else {}

    def missing(self) -> list[str]:
        """What no request can do without."""
        needed = {
            "name": self.name,
            "contact": self.contact,
            "contact_kind": self.contact_kind,
            "when": self.when or self.time_id,
        }
        return [name for name, value in needed.items() if not value]


class NewRequest(Strict):
    """A draft that a family has read back and sent."""

    draft_id: Id
    conversation: Id
    fields: Fields


class NewHold(Strict):
    """A time that a family picked."""

    draft_id: Id
    conversation: Id
    time_id: Id


class Find(Strict):
    """A reference and a code, from another conversation."""

    conversation: Id
    reference: Words
    code: Words


class ChangeRequest(Strict):
    """What a family changes: only the fields sent."""

    conversation: Id
    change_id: Id
    fields: Fields


class Cancel(Strict):
    """A family does not want it any more."""

    conversation: Id
    change_id: Id
    reason: Words | None = None


class Note(Strict):
    """Something that staff should know about a request."""

    conversation: Id
    change_id: Id
    kind: Literal["running_late", "other"]
    text: Words


class NewHandoff(Strict):
    """Something to pass on to staff, in the family's words."""

    draft_id: Id
    conversation: Id
    kind: Literal["call_back", "question", "complaint", "access", "urgent"]
    text: Annotated[str, Field(max_length=LONGEST_HANDOFF)] | None = None
    name: Words | None = None
    contact: Words | None = None
    contact_kind: ContactKind | None = None
    may_leave_message: bool | None = None
    attach_conversation: bool | None = None

    def details(self) -> dict[str, Any]:
        """What is kept of it, sealed."""
        return {name: getattr(self, name) for name in ("text", "name", "contact", "contact_kind", "may_leave_message")}
