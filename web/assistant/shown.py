"""What the assistant may show beside its words; anything else in its reply makes the reply unusable."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BeforeValidator, Field

from web.http.strict import Strict

NotEmpty = Annotated[str, Field(min_length=1)]


class ChoiceShown(Strict):
    """Something to tap that stands in no file, such as a time. A tap says its `text`."""

    title: NotEmpty
    text: NotEmpty
    topic: str | None = None


class FormShown(Strict):
    """Which form is under way, and what it waits for."""

    name: Literal["meeting", "handoff"]
    asks: str | None = None


def _text_of(offer: object) -> object:
    """The text of a time as the internal API describes it; what is a text already stays one."""
    return offer.get("text") if isinstance(offer, dict) else offer


Offer = Annotated[NotEmpty, BeforeValidator(_text_of)]


class MeetingShown(Strict):
    """A meeting as it stands now. `offers` are the texts of times, which a tap says."""

    reference: str | None
    status: Literal["draft", "requested", "held", "confirmed", "cancelled"]
    name: str | None
    contact: str | None
    other_contact: str | None
    when: str | None
    where: str | None
    who: str | None
    bringing: str | None
    needs: str | None
    starts_at: str | None
    offers: list[Offer]
    code: str | None


class HandoffShown(Strict):
    """Something passed on to staff, as it stands now."""

    reference: str | None
    kind: NotEmpty
    status: NotEmpty
    urgent: bool
    text: str | None
