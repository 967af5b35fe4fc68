"""Forms, meetings and hand-offs as the chat API shows them, and choices that stand in no file."""

from __future__ import annotations

from typing import Any

import pytest

from tests.chat.conftest import Serve
from tests.chat.family import Family, begin
from tests.doubles import FakeAssistant, says
from web.assistant import Said
from web.assistant.shown import ChoiceShown, FormShown, HandoffShown, MeetingShown

TIME = "Tuesday 30 March 2027, 2pm"
MEETING = MeetingShown(
    reference="KTR-482-97",
    status="held",
    name="Rose",
    contact="07700 900123",
    other_contact=None,
    when="tuesdays",
    where=None,
    who=None,
    bringing=None,
    needs=None,
    starts_at="2027-03-30T13:00:00Z",
    offers=[TIME],
    code="482971",
)
HANDOFF = HandoffShown(reference=None, kind="question", status="draft", urgent=False, text="When will it end?")
PICK = Said(
    "Which time suits you?",
    choices=(ChoiceShown(title="Tuesday 30 March, 2pm", text=TIME), "none_of_these"),
    form=FormShown(name="meeting", asks="when"),
)


async def test_a_meeting_is_shown_with_all_its_fields_and_read_back_the_same(
    family: Family, assistant: FakeAssistant
) -> None:
    form = FormShown(name="meeting", asks="confirm")
    assistant.behave = says(Said("Recorded.", meeting=MEETING, form=form), Said("Passed on?", handoff=HANDOFF))
    first, second = (await family.say("yes")).messages
    assert first["meeting"] == MEETING.model_dump()
    assert first["form"] == {"name": "meeting", "asks": "confirm"}
    assert second["handoff"] == HANDOFF.model_dump()
    assert (second["form"], second["meeting"]) == (None, None)
    assert (await family.read()).messages[-2:] == [first, second]


@pytest.mark.parametrize(
    "tapped", ["Tuesday 30 March 2027, 2pm", "tuesday 30 march, 2pm.", " Tuesday 30  March 2027, 2pm "]
)
async def test_a_tapped_time_reaches_the_assistant_as_its_text(
    family: Family, assistant: FakeAssistant, tapped: str
) -> None:
    assistant.behave = says(PICK)
    shown = (await family.say("a meeting")).messages[0]
    assert shown["choices"][0] == {"title": "Tuesday 30 March, 2pm", "text": TIME, "topic": None}
    await family.say(tapped)
    assert (assistant.turns[-1].text, assistant.turns[-1].intent) == (TIME, None)


async def test_a_tapped_choice_with_a_topic_reaches_the_assistant_with_it(
    family: Family, assistant: FakeAssistant
) -> None:
    choice = ChoiceShown(title="Cancel it", text="Cancel my meeting.", topic="booking.manage")
    assistant.behave = says(Said("What now?", choices=(choice,)))
    await family.say("hello")
    await family.say("cancel it")
    assert (assistant.turns[-1].text, assistant.turns[-1].intent) == ("Cancel my meeting.", "booking.manage")


async def test_what_was_on_offer_before_the_last_reply_is_only_words(family: Family, assistant: FakeAssistant) -> None:
    assistant.behave = says(PICK)
    await family.say("a meeting")
    assistant.behave = None
    await family.say("who sees it")
    await family.say("Tuesday 30 March, 2pm")
    assert assistant.turns[-1].text == "Tuesday 30 March, 2pm"


async def test_danger_in_a_choices_words_is_still_danger(family: Family, assistant: FakeAssistant) -> None:
    assistant.behave = says(Said("?", choices=(ChoiceShown(title="x", text="i want to kill myself"),)))
    await family.say("hello")
    assert (await family.say("i want to kill myself")).topics[0] == "safety.self"


async def test_a_choice_with_a_topic_that_nobody_knows_makes_the_reply_unusable(
    family: Family, assistant: FakeAssistant
) -> None:
    assistant.behave = says(Said("?", choices=(ChoiceShown(title="x", text="x", topic="no.such"),)))
    assert "01274 434361" in (await family.say("hello")).text


async def test_the_assistant_is_told_the_conversation_and_the_time(serve: Serve, assistant: FakeAssistant) -> None:
    family = await begin(await serve())
    await family.say("hello")
    turn: Any = assistant.turns[-1]
    assert turn.conversation == family.id
    assert turn.now.utcoffset().total_seconds() == 0
