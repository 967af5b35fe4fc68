"""What the leaflet left open, on SQLite and on PostgreSQL, with a clock that a test moves."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import pytest

from tests.meetings.office import Clock
from tests.records.conftest import Records, records
from tests.unanswered.asking import ask
from web.unanswered.answers import Answers
from web.unanswered.drafts import Draft, Kinds
from web.unanswered.questions import Question, Questions

__all__ = ["records"]

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

    async def asks(self, words: str, topic: str | None = None, why: str = "open") -> str:
        """A message that the leaflet has no answer to; returns its conversation."""
        return await ask(self.records.conversations, self.clock.now, words, topic, why)

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
