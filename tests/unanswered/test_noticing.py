"""What is kept of a conversation for staff to learn from, and what never is."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from sqlalchemy import text

from tests.chat.conftest import assistant, client, serve, settings, words
from tests.chat.family import Client, begin
from tests.doubles import FakeAssistant, die, returns, says
from web.assistant import Reply, Said
from web.assistant.shown import FormShown
from web.chat.noting import LONGEST, asks
from web.keys import DATABASE, QUESTIONS

__all__ = ["assistant", "client", "serve", "settings", "words"]

SILENT = Said("The leaflet does not say.", topic="open.legal", links=("phone",), choices=("handoff.human",))
UNSURE = Said("This chat is not sure.", clarify=True, choices=("review.what", "none_of_these"))
Kept = Callable[[], Awaitable[list[tuple[str, str | None, str]]]]


@pytest.fixture
def kept(client: Client) -> Kept:  # noqa: F811  the fixture of that name
    """What was kept: why, the topic, the words."""
    app = client.app
    assert app is not None

    async def kept() -> list[tuple[str, str | None, str]]:
        questions = app[QUESTIONS]
        found = []
        for question in await questions.listed():
            read = await questions.read(question.id, "Amira Khan")
            assert read is not None
            found += [(asked.why, question.topic, asked.words) for asked in read[1]]
        return found

    return kept


async def counts(client: Client) -> dict[str, int]:  # noqa: F811
    assert client.app is not None
    query = text("SELECT name, SUM(count) AS count FROM weekly_counts GROUP BY name")
    rows = await client.app[DATABASE].run(lambda connection: list(connection.execute(query)))
    return {row.name: row.count for row in rows}


async def test_what_the_leaflet_does_not_say_is_kept_without_who_asked(
    client: Client,
    assistant: FakeAssistant,
    kept: Kept,  # noqa: F811
) -> None:
    assistant.behave = says(SILENT)
    await (await begin(client)).say("I am Zdenka, 07700 900123, can i sue the hospital")
    assert await kept() == [("open", "open.legal", "I am [name], [phone number], can i sue the hospital")]


async def test_the_kind_of_question_is_known_by_its_answer(
    client: Client,
    assistant: FakeAssistant,
    kept: Kept,
    words: Any,  # noqa: F811
) -> None:
    name = "open.other_review_question.press"
    assistant.behave = says(words.answers[name])
    await (await begin(client)).say("will it be in the papers")
    assert [topic for _why, topic, _words in await kept()] == [name]


async def test_a_question_asked_back_is_kept_and_one_not_understood_twice_says_so(
    client: Client,
    assistant: FakeAssistant,
    kept: Kept,  # noqa: F811
) -> None:
    assistant.behave = says(UNSURE)
    family = await begin(client)
    await family.say("the other thing with the photos")
    await family.say("no the photos thing i said")
    assert sorted(await kept()) == [
        ("missed", None, "no the photos thing i said"),
        ("unsure", None, "the other thing with the photos"),
    ]


async def test_what_was_tapped_is_not_kept_for_the_words_are_ours(
    client: Client,
    assistant: FakeAssistant,
    kept: Kept,  # noqa: F811
) -> None:
    assistant.behave = says(UNSURE)
    family = await begin(client)
    await family.say("the photos thing")
    await family.say("None of these")
    assert [words for _why, _topic, words in await kept()] == ["the photos thing"]  # noqa: F811


async def test_an_answer_from_the_leaflet_and_one_about_this_chat_are_not_kept(
    client: Client,
    assistant: FakeAssistant,
    kept: Kept,
    words: Any,  # noqa: F811
) -> None:
    family = await begin(client)
    await family.say("who will see it")
    assistant.behave = says(words.answers["open.privacy"])
    await family.say("who reads this chat")
    assert await kept() == []


@pytest.mark.parametrize(
    "danger",
    ["I want to kill myself, can i sue", "he hits me every night can i sue him", "i cant go on anymore can i sue"],
)
async def test_nothing_is_kept_where_there_is_a_sign_of_danger_nor_after_it(
    client: Client,
    assistant: FakeAssistant,
    kept: Kept,
    danger: str,  # noqa: F811
) -> None:
    assistant.behave = says(SILENT)
    family = await begin(client)
    answer = await family.say(danger)
    assert answer.cares or any(topic.startswith("safety.") for topic in answer.topics)
    if not answer.cares:
        await family.say("can i sue the hospital")
    assert await kept() == []


async def test_nothing_is_kept_where_the_assistant_is_worried_or_away(
    client: Client,
    assistant: FakeAssistant,
    kept: Kept,  # noqa: F811
) -> None:
    assistant.behave = returns(Reply([SILENT], [], {}, worried=True))
    family = await begin(client)
    await family.say("its all too much can i sue")
    assistant.behave = die
    await family.say("can i sue them")
    assert await kept() == []


async def test_nothing_is_kept_of_what_is_written_into_a_form(
    client: Client,
    assistant: FakeAssistant,
    kept: Kept,  # noqa: F811
) -> None:
    form = FormShown(name="meeting", asks="contact")
    assistant.behave = says(SILENT, Said("How can staff reach you?", form=form))
    await (await begin(client)).say("im at the flat over the shop, can i sue")
    assert await kept() == []


async def test_deleting_the_chat_takes_it_away_at_once(
    client: Client,
    assistant: FakeAssistant,
    kept: Kept,  # noqa: F811
) -> None:
    assistant.behave = says(SILENT)
    family = await begin(client)
    await family.say("can i sue the hospital")
    assert len(await kept()) == 1
    assert (await family.delete()).status == 204
    assert await kept() == []


async def test_of_a_long_message_only_what_it_asks_is_kept(
    client: Client,
    assistant: FakeAssistant,
    kept: Kept,  # noqa: F811
) -> None:
    story = "It was a cold night and everything went wrong from the start. " * 5
    assistant.behave = says(SILENT)
    await (await begin(client)).say(f"{story} Can we sue the hospital? {story}")
    assert [words for _why, _topic, words in await kept()] == ["Can we sue the hospital?"]  # noqa: F811


def test_a_story_that_asks_nothing_leaves_nothing() -> None:
    assert asks("We buried him in the spring and the tree is tall now. " * 6) == ""
    assert len(asks("Why did they not come when I rang them that night? " * 30)) <= LONGEST


async def test_each_count_is_once_for_a_conversation_however_often_it_happens(
    client: Client,
    assistant: FakeAssistant,  # noqa: F811
) -> None:
    assistant.behave = says(SILENT)
    for _ in range(2):
        family = await begin(client)
        for _ in range(3):
            await family.say("can i sue the hospital")
    await begin(client)  # opened, and nothing was said
    assert await counts(client) == {"conversations": 2, "topic:open.legal": 2}


async def test_asking_back_not_understanding_and_help_are_counted(
    client: Client,
    assistant: FakeAssistant,  # noqa: F811
) -> None:
    assistant.behave = says(UNSURE)
    family = await begin(client)
    await family.say("the thing")
    assert (await counts(client)).get("unknown") is None
    await family.say("the thing i mean")
    await family.say("I want to kill myself")
    found = await counts(client)
    assert (found["asked_back"], found["unknown"], found["danger"]) == (1, 1, 1)
    assert found["topic:safety.self"] == 1


async def test_counts_stay_when_conversations_go_and_lead_to_none(
    client: Client,
    assistant: FakeAssistant,  # noqa: F811
) -> None:
    assistant.behave = says(SILENT)
    family = await begin(client)
    await family.say("can i sue the hospital")
    before = await counts(client)
    await family.delete()
    assert client.app is not None
    rows = await client.app[DATABASE].run(lambda c: list(c.execute(text("SELECT * FROM weekly_counts"))))
    assert await counts(client) == before
    assert family.id not in repr(rows)
