"""Telling people: letters that are owed, and senders that deliver them.

A sender is anything with `send`; there is one for SMTP and one that writes files, and GOV.UK Notify could be a third.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime
from email.message import EmailMessage
from email.utils import format_datetime
from typing import Any, Protocol


class SendFailed(Exception):
    """The letter was not taken. The text names the reason, never an address or what the letter says."""

    def __init__(self, problem: str, for_good: bool = False) -> None:
        """`for_good`: trying again is no use."""
        super().__init__(problem)
        self.for_good = for_good


@dataclass(frozen=True)
class Letter:
    """What is sent to whom. `calendar` is an iCalendar file; `method` is its METHOD (REQUEST or CANCEL)."""

    to: str
    subject: str
    text: str
    calendar: str | None = None
    method: str | None = None

    def kept(self) -> dict[str, Any]:
        """As it stands, sealed, in the outbox."""
        return asdict(self)


@dataclass(frozen=True)
class Envelope:
    """A letter on its way: `id` and `at` stay the same when it has to be sent again, so that a repeat can be told."""

    id: str
    at: datetime
    letter: Letter


class Sender(Protocol):
    """Delivers letters."""

    async def send(self, envelope: Envelope) -> None:
        """Deliver it, or raise SendFailed. What was delivered twice must be recognisable by the envelope's id."""


def as_message(envelope: Envelope, sender: str) -> EmailMessage:
    """The e-mail of an envelope; `sender` is its From address. The same envelope gives the same e-mail.

    Raises SendFailed where an address holds what could add a header.
    """
    letter, message = envelope.letter, EmailMessage()
    if not letter.to.isprintable():
        raise SendFailed("the address can't be used", for_good=True)
    try:
        message["From"] = sender
        message["To"] = letter.to
        message["Subject"] = letter.subject
        addresses = message["To"].addresses
    except ValueError:
        raise SendFailed("the address can't be used", for_good=True) from None
    if len(addresses) != 1:
        raise SendFailed("that is not one address", for_good=True)
    message["Date"] = format_datetime(envelope.at)
    message["Message-ID"] = f"<{envelope.id}@{sender.rpartition('@')[2].strip('> ')}>"
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(letter.text)
    if letter.calendar is not None:
        message.add_attachment(
            letter.calendar.encode(),
            maintype="text",
            subtype="calendar",
            filename="appointment.ics",
            params={"method": letter.method or "REQUEST", "charset": "utf-8"},
        )
    return message
