"""Whatever becomes of the assistant, a family has an answer, and help where the words show danger."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
import yaml

from tests.chat.conftest import Serve
from tests.chat.family import Family, begin
from tests.doubles import WHO_SEES, Answer, FakeAssistant, die, hang, returns, says
from web.assistant import Reply, Said, Turn
from web.settings import Settings
from web.words import Words

PHONE = "tel:+441274434361"


async def break_down(_turn: Turn) -> Reply:
    """Fail as nobody expected."""
    raise RuntimeError("CANARY: what the family said")


NONSENSE: dict[str, Answer] = {
    "nothing at all": returns(Reply([], [], {})),
    "an empty text": says(Said("  \n")),
    "an unknown topic": says(Said("Yes.", topic="made.up")),
    "an unknown choice": says(Said("Yes.", choices=("made.up",))),
    "an unknown link": says(Said("Yes.", links=("made.up",))),
    "a place left to be filled": says(Said("Ring {phone}.")),
    "dead": die,
    "broken": break_down,
    "hung": hang,
}


@pytest.fixture
async def family(serve: Serve) -> Family:
    """A conversation with little patience, so that the test needs none."""
    return await begin(await serve(answer_seconds=0.05))


@pytest.mark.parametrize("behave", NONSENSE.values(), ids=NONSENSE)
async def test_a_family_always_gets_words_and_the_phone_number(
    family: Family, assistant: FakeAssistant, words: Words, behave: Answer
) -> None:
    assistant.behave = behave
    answer = await family.say("Who will see the report?")
    assert answer.status == 200
    assert answer.text.startswith(words.said("starting").text)
    assert PHONE in answer.hrefs


@pytest.mark.parametrize("behave", NONSENSE.values(), ids=NONSENSE)
async def test_what_only_the_rules_have_read_gets_the_quiet_line_whatever_it_says(
    family: Family, assistant: FakeAssistant, behave: Answer
) -> None:
    assistant.behave = behave
    assert (await family.say("Who will see the report?")).cares


@pytest.mark.parametrize("behave", NONSENSE.values(), ids=NONSENSE)
async def test_clear_danger_gets_help_whatever_the_assistant_does(
    family: Family, assistant: FakeAssistant, words: Words, behave: Answer
) -> None:
    assistant.behave = behave
    answer = await family.say("I want to kill myself. Who will see the report?")
    assert answer.topics == ["safety.self"]
    assert answer.messages[0]["text"] == words.answer("safety.self").text


async def test_a_sign_of_danger_gets_the_quiet_line_beside_the_phone_number(
    family: Family, assistant: FakeAssistant
) -> None:
    assistant.ready = False
    answer = await family.say("i wish it had been me")
    assert answer.cares
    assert {PHONE, "tel:999"} <= answer.hrefs


@pytest.mark.parametrize("text", ["What's your number?", "how do i get in touch", "can you give me an email address"])
async def test_contact_questions_are_answered_while_the_assistant_is_away(
    family: Family, assistant: FakeAssistant, words: Words, text: str
) -> None:
    assistant.ready = False
    answer = await family.say(text)
    assert answer.topics == ["contact.details"]
    assert answer.text.startswith(words.answer("contact.details").text)
    assert assistant.turns == []


async def test_a_tapped_choice_that_leads_to_help_is_answered_without_the_assistant(
    family: Family, assistant: FakeAssistant, words: Words
) -> None:
    await family.say("i wish it had been me")  # the quiet line offers the three kinds of help
    assistant.ready = False
    assert (await family.say(words.choices["safety.child"]["title"])).topics == ["safety.child"]


async def test_more_of_what_web_said_by_itself_needs_no_assistant(
    family: Family, assistant: FakeAssistant, words: Words
) -> None:
    await family.say("i want to kill myself")
    more = await family.say(words.choices["more"]["text"])
    assert more.text == words.answer("safety.self.more").text
    assert assistant.turns == []


async def test_the_conversation_goes_on_when_the_assistant_is_back(family: Family, assistant: FakeAssistant) -> None:
    await family.say("first")
    assistant.behave = die
    await family.say("second")
    assistant.behave = None
    answer = await family.say("third")
    assert answer.topics == ["report.who_sees"]
    assert [event["text"] for event in assistant.turns[-1].events] == ["first"]
    assert len((await family.read()).messages) == 8  # with the quiet line while it was away


async def test_clear_danger_never_waits_for_the_assistant(family: Family, assistant: FakeAssistant) -> None:
    answer = await family.say("i want to kill myself")
    assert answer.topics == ["safety.self"]
    assert assistant.turns == []


async def test_a_question_beside_the_danger_is_answered_after_the_help(
    family: Family, assistant: FakeAssistant
) -> None:
    answer = await family.say("I have no reason to live. Who will see the report?")
    assert answer.topics == ["safety.self", "report.who_sees"]
    assert assistant.turns[-1].text == "Who will see the report?"


async def test_nothing_that_is_no_answer_stands_beside_the_help(family: Family, assistant: FakeAssistant) -> None:
    assistant.behave = says(Said("Which?", clarify=True, choices=("report.who_sees",)))
    assert (await family.say("I want to die. What now?")).topics == ["safety.self"]
    assistant.behave = says(Said("Sorry.", topic="talk.distress"))
    assert (await family.say("I want to die. What now?")).topics == ["safety.self"]


async def test_an_answer_that_is_only_guessed_stands_not_beside_the_help(
    family: Family, assistant: FakeAssistant
) -> None:
    offer = Said("If that is not what you meant ...", clarify=True, choices=("report.who_sees",))
    assistant.behave = says(Said("A review looks at what happened.", topic="review.what"), offer)
    assert (await family.say("I want to die. What now?")).topics == ["safety.self"]


async def test_danger_counts_even_in_the_words_of_a_choice(
    serve: Serve, settings: Settings, assistant: FakeAssistant, tmp_path: Path
) -> None:
    danger = "Is it wrong that I want to kill myself?"
    words_dir = tmp_path / "words"
    shutil.copytree(settings.words_dir, words_dir)
    topics = yaml.safe_load((words_dir / "topics.yml").read_text(encoding="utf-8"))
    topics["topics"]["report.not_published"]["question"] = danger
    (words_dir / "topics.yml").write_text(yaml.safe_dump(topics, sort_keys=False), encoding="utf-8")
    family = await begin(await serve(words_dir=words_dir))
    offered = (await family.say("Who will see the report?")).messages[-1]["choices"]
    assert danger in [choice["text"] for choice in offered]
    assert (await family.say(danger)).topics == ["safety.self"]
    assert [turn.text for turn in assistant.turns] == ["Who will see the report?"]


async def test_the_quiet_line_stands_after_the_ordinary_answer(family: Family) -> None:
    answer = await family.say("i wish it had been me")
    assert [message["care"] for message in answer.messages] == [False, True]
    assert answer.messages[0]["text"] == WHO_SEES.text
    assert answer.messages[1]["topic"] is None


async def test_the_quiet_line_is_left_out_where_the_answer_is_help_itself(
    family: Family, assistant: FakeAssistant
) -> None:
    assistant.behave = says(Said("Help.", topic="safety.self"))
    assert not (await family.say("i wish it had been me")).cares
