"""Help is shown whatever is broken, however long or late the sign of danger comes. docs/safety.md refers here."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from sqlalchemy import text

from tests.chat.conftest import Serve, assistant, client, family, serve, settings, words  # noqa: F401 - fixtures
from tests.chat.family import Client, Family, begin
from web.keys import DATABASE

STORY = "It all began when the letter came and nobody in the house would open it, so it lay on the side by the kettle. "
SIGN = "i want to kill myself"


def story(length: int) -> str:
    """A story of this many characters, the sign of danger in its last line."""
    end = f"\n{SIGN}"
    return (STORY * 40)[: length - len(end)] + end


async def test_a_sign_in_the_last_line_of_the_longest_story_is_seen(family: Family) -> None:  # noqa: F811
    long = story(2000)
    assert len(long) == 2000
    answer = await family.say(long)
    assert answer.status == 200
    assert answer.topics[0] == "safety.self"


async def test_a_sign_in_a_story_that_is_too_long_is_seen(family: Family) -> None:  # noqa: F811
    answer = await family.say(story(9000))
    assert answer.status == 413
    assert answer.topics[0] == "safety.self"


async def test_a_sign_after_the_last_message_a_chat_can_hold_is_seen(serve: Serve) -> None:  # noqa: F811
    talk = await begin(await serve(max_messages=200))
    for number in range(200):
        assert (await talk.say(f"hello {number}")).status == 200
    answer = await talk.say(SIGN)
    assert answer.status == 429
    assert answer.topics[0] == "safety.self"


async def test_a_sign_among_fifty_messages_a_second_is_seen_each_time(serve: Serve) -> None:  # noqa: F811
    talk = await begin(await serve(rate_limit=True, messages_per_10_minutes=5))
    loop = asyncio.get_running_loop()

    async def say(number: int) -> Any:
        await asyncio.sleep(max(0.0, began + number / 50 - loop.time()))
        return await talk.say(SIGN if number % 5 == 0 else "hello")

    began = loop.time()
    answers = await asyncio.gather(*(say(number) for number in range(100)))
    assert {answer.status for answer in answers} <= {200, 429, 503}
    assert sum(answer.status == 429 for answer in answers) >= 90
    assert all(answer.topics[0] == "safety.self" for answer in answers[::5])


async def test_a_database_that_can_only_be_read_keeps_no_help_away(client: Client) -> None:  # noqa: F811
    talk = await begin(client)
    await client.app[DATABASE].run(lambda connection: connection.execute(text("PRAGMA query_only = ON")))
    answer = await talk.say(SIGN)
    assert answer.status == 503
    assert answer.topics[0] == "safety.self"
    assert "tel:+441274434361" in (await talk.say("hello")).hrefs


@pytest.mark.parametrize("beside", ["", "and where is the meeting?", "k"])
async def test_the_help_says_once_that_nobody_watches_and_leaves_the_door_open(
    family: Family,  # noqa: F811
    beside: str,
) -> None:
    answer = await family.say(f"{SIGN} {beside}")
    assert answer.text.count("Nobody watches this chat") == 1
    assert "carry on here" in answer.text
    assert answer.messages[0]["links"][0]["href"] == "tel:999"
