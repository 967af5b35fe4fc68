"""A family and an office around the records, with a clock that a test moves."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any
from uuid import uuid4

from tests.records.conftest import Records
from web.meetings.kinds import Change, Draft, DraftHandoff, Time
from web.meetings.moments import from_clock
from web.meetings.service import Meetings
from web.meetings.times import new_time
from web.notify import Envelope, SendFailed
from web.notify.outbox import Outbox
from web.notify.postman import Postman
from web.records.kept import Kept
from web.words import load_words

NOW = datetime(2027, 3, 1, 10, tzinfo=UTC)
HASH = sha256(b"token").digest()
STAFF = "Officer Khan"
DETAILS: dict[str, Any] = {
    "name": "Rose Canary",
    "contact": "rose.canary@example.org",
    "contact_kind": "email",
    "other_contact": "07700 900123",
    "other_contact_kind": "phone",
    "may_leave_message": True,
    "when": "tuesdays after 2",
    "where": "at home",
    "who": "either",
    "who_text": "anyone who knows",
    "bringing": "my sister",
    "needs": "an interpreter, Urdu",
    "relation": "his mum",
    "consent_version": "1",
}


@dataclass
class Clock:
    """A clock that stands still until a test moves it."""

    now: datetime = NOW

    def __call__(self) -> datetime:
        """The time."""
        return self.now

    def forward(self, **by: float) -> None:
        """Move it."""
        self.now += timedelta(**by)


@dataclass
class Letterbox:
    """Takes letters, unless it is broken."""

    taken: list[Envelope] = field(default_factory=list)
    broken: SendFailed | None = None

    async def send(self, envelope: Envelope) -> None:
        """See Sender."""
        if self.broken is not None:
            raise self.broken
        self.taken.append(envelope)

    def to(self, address: str) -> list[Envelope]:
        """What was sent to somebody, in order."""
        return [envelope for envelope in self.taken if envelope.letter.to == address]


class Office:
    """Meetings on one kind of database."""

    def __init__(self, records: Records, **changes: Any) -> None:
        self.records = records
        self.clock = Clock()
        self.box = Letterbox()
        settings = replace(records.settings, mail_from="appointments@example.org", **changes)
        words = load_words(settings.words_dir, settings.kept_for)
        self.meetings = Meetings(settings, words, records.keys, records.tables, records.database, self.clock)
        self.postman = Postman(records.database, Outbox(records.tables), self.box, self.clock)

    async def conversation(self) -> str:
        """A conversation that has just begun."""
        id = str(uuid4())
        greeting = [Kept(str(uuid4()), "assistant", self.clock.now, {"text": "Canary greeting"})]
        await self.records.conversations.create(id, HASH, self.clock.now + timedelta(hours=24), greeting, {})
        return id

    async def draft(self, time_id: str | None = None, conversation: str | None = None, **details: Any) -> Draft:
        """A draft that is ready to be sent."""
        return Draft(str(uuid4()), conversation or await self.conversation(), {**DETAILS, **details}, time_id)

    async def handoff(self, kind: str = "question", **details: Any) -> DraftHandoff:
        """A hand-off that is ready to be sent."""
        said = {"text": "Canary question", "name": "Rose", "contact": "07700 900123", "contact_kind": "phone"}
        return DraftHandoff(str(uuid4()), await self.conversation(), kind, {**said, **details})

    async def publish(self, *written: str, **options: Any) -> list[Time]:
        """Times, as staff write them."""
        shape = {"minutes": 60, "place": "by phone", "who": "staff", "instant": False, **options}
        times = [new_time(from_clock(one), **shape) for one in written]
        await self.meetings.publish(times, STAFF)
        return times

    async def post(self) -> list[Envelope]:
        """Deliver what is due; returns everything that was ever taken."""
        await self.postman.deliver_due()
        return self.box.taken

    async def history(self, *columns: str) -> list[Any]:
        """Parts of the history's rows, as they were written."""
        return [tuple(getattr(row, name) for name in columns) for row in await self.records.rows("history")]


def change(conversation: str, times: dict[str, str | None] | None = None, **details: Any) -> Change:
    """A change of a request."""
    return Change(conversation, str(uuid4()), details, times or {})


async def together(*work: Any) -> list[Any]:
    """Do all of it at once; failures are results too."""
    return list(await asyncio.gather(*work, return_exceptions=True))
