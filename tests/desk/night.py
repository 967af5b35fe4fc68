"""A night's requests, as families made them while nobody was at the desk."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import uuid4

from tests.desk.office import Desk
from tests.meetings.office import DETAILS, HASH
from web.keys import CONVERSATIONS
from web.meetings.kinds import Draft, DraftHandoff, Time
from web.meetings.moments import from_clock
from web.meetings.times import new_time
from web.records.kept import Kept

SAID = "Canary: I do not want to go on without him"


@dataclass
class Night:
    """The desk before the morning. Every method returns the reference."""

    desk: Desk

    async def conversation(self) -> str:
        """A conversation with something in it."""
        id, now = str(uuid4()), self.desk.clock.now
        said = [
            Kept(str(uuid4()), "assistant", now, {"text": "Hello."}),
            Kept(str(uuid4()), "family", now, {"text": "Canary conversation"}),
        ]
        await self.desk.app[CONVERSATIONS].create(id, HASH, now + timedelta(hours=24), said, {})
        return id

    async def meeting(self, time_id: str | None = None, attach: bool = False, **details: Any) -> str:
        """A meeting asked for."""
        draft = Draft(str(uuid4()), await self.conversation(), {**DETAILS, **details}, time_id, attach)
        recorded = await self.desk.meetings.record(draft)
        return str(recorded.meeting["reference"])

    async def handoff(self, kind: str = "question", attach: bool = False, **details: Any) -> str:
        """Something passed on."""
        said = {"text": "Canary question", "name": "Sam Canary", "contact": "07700 900456", "contact_kind": "phone"}
        draft = DraftHandoff(
            str(uuid4()), await self.conversation(), kind, {**said, "may_leave_message": False, **details}, attach
        )
        shown, _new = await self.desk.meetings.hand_off(draft)
        return str(shown["reference"])

    async def urgent(self) -> str:
        """After a sign of danger."""
        return await self.handoff("urgent", attach=True, text=SAID, name="Jo Canary")

    async def times(self, *written: str, **options: Any) -> list[Time]:
        """Times that staff published."""
        shape = {"minutes": 60, "place": "by phone", "who": "staff", "instant": False, **options}
        times = [new_time(from_clock(one), **shape) for one in written]
        await self.desk.meetings.publish(times, "Amira Khan")
        return times
