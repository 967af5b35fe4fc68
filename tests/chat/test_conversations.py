"""What a family can count on when all is well."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest

from tests.chat.conftest import Serve
from tests.chat.family import Client, Family, begin, call
from tests.doubles import WHO_SEES, FakeAssistant, hang, says
from web.assistant import Reply, Said, Turn
from web.chat.service import ANSWER_WITHIN, LEASE_GRACE
from web.keys import CHAT
from web.words import Words


async def test_a_new_conversation_greets(client: Client, words: Words) -> None:
    family = await begin(client)
    assert family.greeting[0]["text"] == words.said("greeting").text
    assert family.greeting[0]["choices"]


async def test_ids_and_tokens_are_never_the_same(client: Client) -> None:
    families = [await begin(client) for _ in range(20)]
    assert len({family.id for family in families}) == len({family.token for family in families}) == 20


async def test_an_answer_has_its_topic_source_links_and_choices(family: Family) -> None:
    [message] = (await family.say("Who will see the report?")).messages
    assert message["from"] == "assistant"
    assert message["topic"] == "report.who_sees"
    assert message["source"] == {
        "title": "Information for Families",
        "section": "Who will see the report?",
        "reviewed_on": "2026-11-23",
    }
    assert message["links"] == [{"title": "Ring 01274 434361", "href": "tel:+441274434361"}]
    assert [choice["topic"] for choice in message["choices"]] == ["report.not_published", None]
    assert message["form"] is message["meeting"] is message["handoff"] is message["author"] is None


async def test_reading_back_gives_both_sides_in_order_and_word_for_word(family: Family) -> None:
    answers = [await family.say(text) for text in ("first", "second")]
    read = await family.read()
    assert [message["from"] for message in read.messages] == ["assistant", *["family", "assistant"] * 2]
    assert [read.messages[1]["text"], read.messages[3]["text"]] == ["first", "second"]
    assert [read.messages[2], read.messages[4]] == [answers[0].messages[0], answers[1].messages[0]]


async def test_reading_after_a_message_gives_what_came_since(family: Family) -> None:
    first = await family.say("first")
    await family.say("second")
    since = await family.read(after=first.messages[-1]["id"])
    assert [message["text"] for message in since.messages] == ["second", WHO_SEES.text]
    assert len((await family.read(after=str(uuid4()))).messages) == 5
    assert (await family.read(after=since.messages[-1]["id"])).messages == []


async def test_the_assistant_is_told_the_last_six_turns_and_its_state_before_them(
    family: Family, assistant: FakeAssistant
) -> None:
    for number in range(9):
        await family.say(f"message {number}")
    assert assistant.turns[0].state is None
    assert assistant.turns[0].events == []
    last = assistant.turns[-1]
    assert [event["text"] for event in last.events] == [f"message {number}" for number in range(2, 8)]
    assert last.state is not None
    assert last.state["last"] == "message 1"


@pytest.mark.parametrize("text", ["Could it be kept private?", "title", "  {text}  ", "{upper}", "more"], ids=str)
async def test_the_words_of_a_choice_on_offer_are_that_choice(
    family: Family, assistant: FakeAssistant, words: Words, text: str
) -> None:
    choice = words.choices["report.not_published"]
    more = words.choices["more"]
    said = {
        "Could it be kept private?": choice["text"],
        "title": choice["title"].upper(),
        "  {text}  ": f"  {choice['text']}\n",
        "{upper}": "  ".join(choice["text"].upper().split()),
        "more": more["text"],
    }[text]
    await family.say("Who will see the report?")
    await family.say(said)
    assert assistant.turns[-1].intent == ("more" if text == "more" else "report.not_published")


async def test_words_that_are_no_longer_on_offer_are_only_words(
    family: Family, assistant: FakeAssistant, words: Words
) -> None:
    await family.say("Who will see the report?")
    assistant.behave = says(Said("Nothing to tap here.", topic="talk.thanks"))
    await family.say("thanks")
    await family.say(words.choices["report.not_published"]["text"])
    assert assistant.turns[-1].intent is None


async def test_a_choice_of_the_greeting_can_be_tapped(family: Family, assistant: FakeAssistant) -> None:
    choice = family.greeting[0]["choices"][0]
    await family.say(choice["text"])
    assert assistant.turns[-1].intent == choice["topic"]


async def test_the_same_key_gets_the_same_answer_and_is_said_once(family: Family, assistant: FakeAssistant) -> None:
    key = str(uuid4())
    first, again = await family.say("How long?", key), await family.say("How long?", key)
    assert first.body == again.body
    assert len(assistant.turns) == 1
    assert len((await family.read()).messages) == 3


async def test_the_key_is_the_messages_id_so_that_short_words_said_twice_are_told_apart(family: Family) -> None:
    keys = [str(uuid4()), str(uuid4())]
    for key in keys:
        await family.say("yes", key)
    said = (await family.read()).body["messages"]
    assert [message["id"] for message in said if message["from"] == "family"] == keys


async def test_the_same_key_at_the_same_moment_is_said_once(family: Family, assistant: FakeAssistant) -> None:
    key = str(uuid4())
    answers = await asyncio.gather(*(family.say("How long?", key) for _ in range(5)))
    assert all(answer.body == answers[0].body for answer in answers)
    assert len(assistant.turns) == 1


async def test_another_familys_key_is_another_message(client: Client, assistant: FakeAssistant) -> None:
    key = str(uuid4())
    families = [await begin(client), await begin(client)]
    for family in families:
        assert (await family.say("How long?", key)).status == 200
    assert len(assistant.turns) == 2


async def test_an_answer_that_died_before_it_was_stored_is_given_when_asked_again(
    serve: Serve, assistant: FakeAssistant
) -> None:
    client = await serve()
    family = await begin(client)
    key = uuid4()
    assistant.behave = hang
    dying = asyncio.create_task(client.app[CHAT].say(family.id, family.token, "How long?", "127.0.0.1", key))
    await assistant.asked.wait()
    dying.cancel()  # as good as a process that dies between the two transactions: its lease stays
    await asyncio.gather(dying, return_exceptions=True)

    assistant.behave = None
    soon = datetime.now(UTC) + timedelta(seconds=ANSWER_WITHIN + LEASE_GRACE)
    later = Family(await serve(clock=lambda: soon), family.id, family.token, [])
    assert [message["from"] for message in (await later.read()).messages] == ["assistant", "family"]
    answer = await later.say("How long?", str(key))
    assert answer.topics == ["report.who_sees"]
    assert [message["from"] for message in (await later.read()).messages] == ["assistant", "family", "assistant"]


async def test_messages_of_one_conversation_are_answered_in_order(serve: Serve) -> None:
    assert await _order(serve, processes=1) == [f"message {number}" for number in range(6)]


async def test_several_processes_answer_one_conversation_one_at_a_time(serve: Serve) -> None:
    assert sorted(await _order(serve, processes=3)) == [f"message {number}" for number in range(6)]


async def _order(serve: Serve, processes: int) -> list[str]:
    """Say six messages at once, to one or several processes; returns them in the order in which they stand."""
    under_way = 0

    async def slow(turn: Turn) -> Reply:
        nonlocal under_way
        under_way += 1
        assert under_way == 1, "two messages of one conversation were answered at the same time"
        await asyncio.sleep(0.02)
        under_way -= 1
        return Reply([Said(f"to {turn.text}")], [{"text": turn.text}], {})

    clients = [await serve(assistant=FakeAssistant(behave=slow)) for _ in range(processes)]
    first = await begin(clients[0])
    families = [Family(client, first.id, first.token, []) for client in clients]

    async def say(number: int) -> None:
        await asyncio.sleep(number * 0.005)
        assert (await families[number % processes].say(f"message {number}")).text == f"to message {number}"

    await asyncio.gather(*(say(number) for number in range(6)))
    told = [message["text"] for message in (await first.read()).messages[1:]]
    assert told[1::2] == [f"to {text}" for text in told[::2]]
    return told[::2]


async def test_a_deleted_conversation_is_gone(family: Family) -> None:
    await family.say("How long?")
    assert (await family.delete()).status == 204
    assert (await family.read()).status == 404
    assert (await family.say("hello")).status == 404
    assert (await family.delete()).status == 404


async def test_deleting_while_an_answer_is_under_way_leaves_nothing(family: Family, assistant: FakeAssistant) -> None:
    let_go = asyncio.Event()

    async def wait(turn: Turn) -> Reply:
        await let_go.wait()
        return Reply([WHO_SEES], [], {})

    assistant.behave = wait
    pending = asyncio.create_task(family.say("How long?"))
    await assistant.asked.wait()
    assert (await family.delete()).status == 204
    let_go.set()
    assert (await pending).status == 404


async def test_a_conversation_is_full_after_its_last_message_and_says_whom_to_ring(
    serve: Serve, assistant: FakeAssistant
) -> None:
    family = await begin(await serve(max_messages=3))
    keys = [str(uuid4()) for _ in range(3)]
    for key in keys:
        last = await family.say("more", key)
    assert last.status == 200
    full = await family.say("one more")
    assert full.status == 429
    assert "tel:+441274434361" in full.hrefs
    assert (await family.say("more", keys[-1])).body == last.body
    danger = await family.say("i want to kill myself")
    assert danger.status == 429
    assert danger.topics[0] == "safety.self"


async def test_healthz_and_readyz(client: Client, assistant: FakeAssistant) -> None:
    assert (await call(client, "GET", "/healthz")).body == {"status": "ok"}
    assert (await call(client, "GET", "/readyz")).status == 200
    assistant.ready = False
    assert (await call(client, "GET", "/healthz")).status == 200
    assert (await call(client, "GET", "/readyz")).status == 503


async def test_the_description_is_openapi_3_1(client: Client) -> None:
    assert (await call(client, "GET", "/api/openapi.json")).body["openapi"].startswith("3.1")
