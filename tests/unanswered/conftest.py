"""What the leaflet left open, on SQLite and on PostgreSQL, with a clock that a test moves."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest

from tests.meetings.office import HASH, Clock
from tests.records.conftest import Records, records
from web.records.kept import Answer, Asking, Kept, LeftOpen, Opened
from web.unanswered.answers import Answers
from web.unanswered.drafts import Draft, Kinds
from web.unanswered.questions import Question, Questions

__all__ = ["records"]

KEEP = timedelta(days=30)
NEW = Draft(
    kind="",
    title="parking when you come to a meeting",
    text="You can park behind the building.\nSay at the front desk that you come for a review.",
    source="The Partnership's visitor notes, section 4, 2 March 2027",
    examples="\n".join(
        [
            "where do i put me car when we come in",
            "Is there a car park at your offices, and what does it cost?",
            "I drive with my wheelchair van, have you space for disabled driver",
            "can we leave the motor round the back of yours",
            "Would visitors be permitted to park on the premises?",
            "do i need change for a meter outside",
            "coming in by car on thursday so wheres best to stop",
            "parking??",
        ]
    ),
)
OF_A_KIND = Draft(
    kind="open.other_review_question.travel_costs",
    title="",
    text="The Bradford Partnership pays for a bus or a taxi to the meeting.\nKeep the ticket.",
    source="Travel policy, section 2, 3 March 2027",
    examples="",
)


@dataclass
class Desk:
    """Families that ask, and staff who read it."""

    records: Records
    clock: Clock = field(default_factory=Clock)

    def __post_init__(self) -> None:
        database, tables, folder = self.records.database, self.records.tables, self.records.settings.words_dir
        self.questions = Questions(database, tables, self.clock)
        self.answers = Answers(database, tables, Kinds(folder), folder, self.clock)

    async def asks(self, words: str, topic: str | None = None, why: str = "open", conversation: str = "") -> str:
        """A message that the leaflet has no answer to, in a conversation of its own or a given one."""
        id = conversation or await self.conversation()
        message = Kept(str(uuid4()), "family", self.clock.now, {"text": words})
        expires = self.clock.now + timedelta(hours=24)
        asking = Asking(id, HASH, message, None, str(uuid4()), expires, expires, 200)
        turn = await self.records.conversations.open_turn(asking)
        assert isinstance(turn, Opened)
        left_open = LeftOpen(self.clock.now, self.clock.now + KEEP, why, topic, words)
        reply = [Kept(str(uuid4()), "assistant", self.clock.now, {"text": "The leaflet does not say."})]
        answer = Answer(id, asking.owner, turn.seq, reply, {}, None, self.clock.now, left_open, ("asked_back",))
        await self.records.conversations.close_turn(answer)
        return id

    async def conversation(self) -> str:
        """A conversation that has just begun."""
        id = str(uuid4())
        greeting = [Kept(str(uuid4()), "assistant", self.clock.now, {"text": "Hello."})]
        await self.records.conversations.create(id, HASH, self.clock.now + timedelta(hours=24), greeting, {})
        return id

    async def listed(self) -> list[Question]:
        """The questions as staff see them."""
        return await self.questions.listed()

    async def rows(self, table: str) -> list[Any]:
        """What stands in a table."""
        return await self.records.rows(table)


@pytest.fixture
def desk(records: Records) -> Desk:  # noqa: F811  the fixture of that name
    """A desk on empty records."""
    return Desk(records)
