"""Who is told what: owes the letters that follow from a change, in the transaction that makes it."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, insert

from web.meetings.kinds import Time
from web.notify.letters import About, Letters
from web.notify.outbox import Outbox
from web.records.tables import Tables

LINK_WITHOUT_TIME = timedelta(days=90)
LINK_AFTER_TIME = timedelta(days=1)
TOKEN_BYTES = 32
REMINDER = "family_reminder"


class Telling:
    """Owes letters to families and to staff."""

    def __init__(self, tables: Tables, outbox: Outbox, letters: Letters) -> None:
        self._links = tables.links
        self._outbox = outbox
        self._letters = letters

    def family(
        self, connection: Connection, kind: str, about: About, details: Mapping[str, Any], now: datetime
    ) -> None:
        """Owe a letter of that kind to a family that gave an e-mail address; nothing where it gave none."""
        to = address(details)
        if to is None:
            return
        token = self._link(connection, about.uid, about.time, now)
        letter = self._letters.to_family(kind, to, about, token, now)
        self._outbox.owe(connection, f"family_{kind}", letter, now, about=about.uid)

    def too_late_to_remind(self, connection: Connection, before: datetime, now: datetime) -> None:
        """Give up reminders that were owed before and not sent."""
        self._outbox.lapse(connection, REMINDER, before, now)

    def no_reminder(self, connection: Connection, request_id: str) -> None:
        """Take a reminder back that was not sent yet: what it says is true no more."""
        self._outbox.take_back(connection, REMINDER, request_id)

    def staff(self, connection: Connection, kind: str, reference: str, now: datetime, once: str | None = None) -> bool:
        """Owe a letter without content to the shared mailbox; False when this was said before."""
        letter = self._letters.to_staff(kind, reference)
        return self._outbox.owe(connection, f"staff_{kind}", letter, now, once=once)

    def waiting(self, connection: Connection, count: int, now: datetime, day: str) -> bool:
        """Owe the day's letter about how many wait; False when it was said before."""
        return self._outbox.owe(
            connection, "staff_waiting", self._letters.to_staff("waiting", count=count), now, once=f"waiting:{day}"
        )

    def _link(self, connection: Connection, request_id: str, time: Time | None, now: datetime) -> str:
        token = secrets.token_urlsafe(TOKEN_BYTES)
        expires_at = time.ends_at + LINK_AFTER_TIME if time else now + LINK_WITHOUT_TIME
        row = {"token_hash": token_hash(token), "request_id": request_id, "expires_at": expires_at, "used_at": None}
        connection.execute(insert(self._links), row)
        return token


def token_hash(token: str) -> bytes:
    """What is kept of a link's token."""
    return hashlib.sha256(token.encode()).digest()


def address(details: Mapping[str, Any]) -> str | None:
    """The e-mail address that a family gave, the preferred one first."""
    for name in ("contact", "other_contact"):
        if details.get(f"{name}_kind") == "email" and details.get(name):
            return str(details[name])
    return None
