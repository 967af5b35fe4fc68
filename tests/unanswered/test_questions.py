"""Questions that the leaflet left open are grouped and counted, and go when they must."""

from __future__ import annotations

import asyncio
import random
from itertools import combinations

import yaml

from tests.meetings.office import HASH
from tests.unanswered.conftest import Desk
from tests.unanswered.redaction import ROOT
from web.unanswered.nearness import NEAR, nearness
from web.unanswered.questions import Questions, Status

PRESS = "open.other_review_question.press"


async def test_messages_of_one_kind_are_one_question_whatever_their_words(desk: Desk) -> None:
    for words in ("will it be in the papers", "reporters at the door who do we tell", "facebook posts about it"):
        await desk.asks(words, PRESS)
    await desk.asks("can i have a copy", "open.other_review_question.copy")
    listed = await desk.listed()
    assert [(question.topic, question.count) for question in listed] == [
        (PRESS, 3),
        ("open.other_review_question.copy", 1),
    ]


async def test_messages_that_were_not_understood_are_together_where_they_use_the_same_words(desk: Desk) -> None:
    await desk.asks("is there a car park at your offices", why="unsure")
    await desk.asks("what does the car park at the offices cost", why="missed")
    await desk.asks("can grandma bring the photo album", why="unsure")
    listed = await desk.listed()
    assert [question.count for question in listed] == [2, 1]
    assert {"car", "park", "offices"} <= set(listed[0].common)


async def test_a_later_message_joins_the_question_that_is_there(desk: Desk) -> None:
    await desk.asks("is there a car park at your offices", why="unsure")
    (before,) = await desk.listed()
    await desk.questions.mark(before.id, Status.NEEDED, "Amira Khan")
    await desk.asks("is there any car park by the offices", why="unsure")
    (after,) = await desk.listed()
    assert (after.id, after.count, after.status, after.marked_by) == (before.id, 2, Status.NEEDED, "Amira Khan")


async def test_two_processes_that_group_at_once_put_each_message_into_one_question(desk: Desk) -> None:
    for number in range(30):
        await desk.asks(f"will it be in the papers {number}", PRESS)
    other = Questions(desk.records.database, desk.records.tables, desk.clock)
    await asyncio.gather(desk.questions.gather(), other.gather())
    assert sum(question.count for question in await desk.listed()) == 30


async def test_a_family_that_deletes_its_chat_takes_its_words_along(desk: Desk) -> None:
    conversation = await desk.asks("will it be in the papers", PRESS)
    await desk.asks("reporters came round", PRESS)
    await desk.listed()
    await desk.records.conversations.delete(conversation, HASH, desk.clock.now)
    (question,) = await desk.listed()
    assert question.count == 1
    (row,) = await desk.rows("unanswered")
    assert row.conversation_id != conversation


async def test_a_conversation_that_expires_leaves_the_question_tied_to_nobody(desk: Desk) -> None:
    await desk.asks("will it be in the papers", PRESS)
    desk.clock.forward(hours=25)
    assert await desk.records.conversations.purge(desk.clock.now) == 1
    (row,) = await desk.rows("unanswered")
    assert row.conversation_id is None
    assert [question.count for question in await desk.listed()] == [1]


async def test_after_thirty_days_the_words_and_the_empty_question_are_gone(desk: Desk) -> None:
    await desk.asks("will it be in the papers", PRESS)
    (question,) = await desk.listed()
    desk.clock.forward(days=29)
    await desk.records.conversations.purge(desk.clock.now)
    await desk.asks("can i have a copy", "open.other_review_question.copy")
    assert await desk.questions.purge(desk.clock.now) == 0
    desk.clock.forward(days=1)
    assert await desk.questions.purge(desk.clock.now) == 1
    assert [one.topic for one in await desk.listed()] == ["open.other_review_question.copy"]
    assert question.id not in {row.id for row in await desk.rows("questions")}


async def test_what_was_asked_cannot_be_read_in_the_database(desk: Desk) -> None:
    await desk.asks("canarywords in the papers", PRESS)
    await desk.listed()
    assert "canarywords" not in await desk.records.dump()


async def test_reading_and_marking_a_question_is_in_the_history(desk: Desk) -> None:
    await desk.asks("will it be in the papers", PRESS)
    (question,) = await desk.listed()
    found = await desk.questions.read(question.id, "Amira Khan")
    assert found is not None and [asked.words for asked in found[1]] == ["will it be in the papers"]
    assert await desk.questions.mark(question.id, Status.SET_ASIDE, "Maya Manager")
    history = {(row.who, row.what, row.detail) for row in await desk.rows("history")}
    assert history == {("Amira Khan", "question_read", None), ("Maya Manager", "question_marked", "set_aside")}


async def test_a_question_that_is_gone_can_neither_be_read_nor_marked(desk: Desk) -> None:
    assert await desk.questions.read("0" * 36, "Amira Khan") is None
    assert not await desk.questions.mark("0" * 36, Status.NEEDED, "Amira Khan")
    assert await desk.rows("history") == []


async def test_what_was_set_aside_stands_last(desk: Desk) -> None:
    for _ in range(3):
        await desk.asks("will it be in the papers", PRESS)
    await desk.asks("can i have a copy", "open.other_review_question.copy")
    first, _second = await desk.listed()
    await desk.questions.mark(first.id, Status.SET_ASIDE, "Amira Khan")
    assert [question.count for question in await desk.listed()] == [1, 3]


def test_messages_of_two_kinds_are_hardly_ever_near_and_those_of_one_kind_ten_times_as_often() -> None:
    by_kind: dict[str, list[str]] = {}
    for block in yaml.load((ROOT / "data/nlu/open.yml").read_text("utf-8"), Loader=yaml.CSafeLoader)["nlu"]:
        kind = block["metadata"].get("kind", "other")
        if kind != "other":
            by_kind.setdefault(kind, []).extend(line[2:] for line in block["examples"].splitlines())
    chance = random.Random(7)  # noqa: S311  a sample, always the same
    same = [pair for found in by_kind.values() for pair in combinations(found[:15], 2)]
    kinds = list(by_kind)
    apart = [tuple(chance.choice(by_kind[kind]) for kind in chance.sample(kinds, 2)) for _ in range(4000)]
    near = [sum(nearness(*pair) >= NEAR for pair in pairs) / len(pairs) for pairs in (same, apart)]
    assert near[0] > 0.1
    assert near[1] < 0.02
