"""Answers that staff write: one writes, another approves, and nobody overwrites the other."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import text

from tests.unanswered.conftest import NEW, OF_A_KIND, Desk
from web.records.database import NotRecorded
from web.unanswered.answers import Refused, State, Written
from web.unanswered.drafts import Draft

AUTHOR, OTHER = "Amira Khan", "Maya Manager"


async def written(desk: Desk, draft: Draft = OF_A_KIND, who: str = AUTHOR) -> Written:
    assert await desk.answers.write(draft, who) == []
    return (await desk.answers.listed())[0]


async def test_an_answer_waits_until_somebody_else_approves_it(desk: Desk) -> None:
    answer = await written(desk)
    assert (answer.status, answer.approved_by) == (State.WRITTEN, None)
    await desk.answers.approve(answer.id, answer.version, OTHER)
    approved = await desk.answers.read(answer.id)
    assert approved is not None
    assert (approved.status, approved.written_by, approved.approved_by) == (State.APPROVED, AUTHOR, OTHER)


async def test_nobody_approves_what_they_wrote_themselves(desk: Desk) -> None:
    answer = await written(desk)
    with pytest.raises(Refused, match="Somebody else"):
        await desk.answers.approve(answer.id, answer.version, AUTHOR)
    assert (await desk.answers.listed())[0].status is State.WRITTEN


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE written_answers SET status = 'approved', approved_by = written_by",
        "UPDATE written_answers SET status = 'approved'",
    ],
)
async def test_the_database_itself_refuses_one_pair_of_eyes_or_none(desk: Desk, change: str) -> None:
    await written(desk)
    with pytest.raises(NotRecorded):
        await desk.records.database.run(lambda connection: connection.execute(text(change)))


async def test_what_is_changed_has_to_be_approved_again_by_somebody_else_than_who_changed_it(desk: Desk) -> None:
    answer = await written(desk)
    await desk.answers.approve(answer.id, answer.version, OTHER)
    changed = replace(OF_A_KIND, text="The Bradford Partnership pays for a bus to the meeting.")
    assert await desk.answers.write(changed, OTHER, answer.id, answer.version + 1) == []
    (now,) = await desk.answers.listed()
    assert (now.status, now.written_by, now.approved_by) == (State.WRITTEN, OTHER, None)
    with pytest.raises(Refused):
        await desk.answers.approve(now.id, now.version, OTHER)
    await desk.answers.approve(now.id, now.version, AUTHOR)


async def test_nobody_approves_or_overwrites_a_wording_that_they_have_not_seen(desk: Desk) -> None:
    answer = await written(desk)
    await desk.answers.write(replace(OF_A_KIND, text="It pays for a bus."), AUTHOR, answer.id, answer.version)
    with pytest.raises(Refused, match="meanwhile"):
        await desk.answers.approve(answer.id, answer.version, OTHER)
    with pytest.raises(Refused, match="meanwhile"):
        await desk.answers.write(OF_A_KIND, OTHER, answer.id, answer.version)
    (now,) = await desk.answers.listed()
    assert (now.text, now.status) == ("It pays for a bus.", State.WRITTEN)


async def test_of_two_who_decide_at_once_one_wins(desk: Desk) -> None:
    answer = await written(desk)
    done: list[Any] = await asyncio.gather(
        *(desk.answers.approve(answer.id, answer.version, name) for name in (OTHER, "Third Person")),
        return_exceptions=True,
    )
    assert sorted(type(one).__name__ for one in done) == ["NoneType", "Refused"]


async def test_one_question_has_one_answer(desk: Desk) -> None:
    await written(desk)
    with pytest.raises(Refused, match="already"):
        await desk.answers.write(OF_A_KIND, OTHER)


async def test_an_answer_can_be_withdrawn_and_written_anew(desk: Desk) -> None:
    answer = await written(desk)
    await desk.answers.approve(answer.id, answer.version, OTHER)
    await desk.answers.withdraw(answer.id, answer.version + 1, OTHER)
    (now,) = await desk.answers.listed()
    assert (now.status, now.approved_by) == (State.WITHDRAWN, None)
    with pytest.raises(Refused, match="does not wait"):
        await desk.answers.approve(now.id, now.version, OTHER)
    assert await desk.answers.write(OF_A_KIND, AUTHOR, now.id, now.version) == []


async def test_who_wrote_approved_and_withdrew_is_in_the_history(desk: Desk) -> None:
    answer = await written(desk)
    await desk.answers.approve(answer.id, answer.version, OTHER)
    await desk.answers.withdraw(answer.id, answer.version + 1, OTHER)
    history = {(row.who, row.what) for row in await desk.rows("history") if row.about == answer.id}
    assert history == {(AUTHOR, "answer_written"), (OTHER, "answer_approved"), (OTHER, "answer_withdrawn")}


@pytest.mark.parametrize(
    ("changed", "field", "says"),
    [
        ({"text": ""}, "text", "Write the answer"),
        ({"text": "It pays for a bus. Keep the ticket."}, "text", "line of its own"),
        ({"text": "It pays for a bus"}, "text", "full stop"),
        ({"text": "it pays for a bus."}, "text", "capital"),
        ({"text": "It pays!"}, "text", "full stop"),
        ({"text": "It pays! For a bus."}, "text", "exclamation"),
        ({"text": "It pays {phone} for a bus."}, "text", "brackets"),
        ({"text": "Ring 01274 434361 for a bus."}, "text", "phone numbers"),
        ({"text": "Write to us@example.org for a bus."}, "text", "addresses"),
        ({"text": " ".join(["Word"] * 23) + "."}, "text", "22 is the most"),
        ({"text": "\n".join([" ".join(["Word"] * 12) + "."] * 3)}, "text", "35 at most"),
        ({"source": ""}, "source", "where this is written"),
        ({"kind": "open.other_review_question.nonsense"}, "kind", "Choose"),
    ],
)
async def test_what_is_wrong_is_said_in_plain_words_and_nothing_is_kept(
    desk: Desk, changed: dict[str, str], field: str, says: str
) -> None:
    problems = await desk.answers.write(replace(OF_A_KIND, **changed), AUTHOR)
    assert any(one.field == field and says in one.text for one in problems), problems
    assert await desk.answers.listed() == []


@pytest.mark.parametrize(
    ("changed", "field", "says"),
    [
        ({"title": "parking"}, "title", "2 to 12 words"),
        ({"title": "press!"}, "title", "2 to 12 words"),
        ({"title": "travel costs"}, "title", "called so already"),
        ({"title": "parking {when} you come"}, "title", "brackets"),
        ({"examples": "where do i park\nWHERE DO I PARK?"}, "examples", "at least 8"),
        ({"examples": NEW.examples + "\nWho gets to read the report?"}, "examples", "knows this one already"),
        ({"examples": NEW.examples + "\n" + "so " * 41}, "examples", "longer than 40"),
    ],
)
async def test_a_new_question_needs_a_name_and_examples_of_its_own(
    desk: Desk, changed: dict[str, str], field: str, says: str
) -> None:
    problems = await desk.answers.write(replace(NEW, **changed), AUTHOR)
    assert any(one.field == field and says in one.text for one in problems), problems
    assert await desk.answers.listed() == []


async def test_what_a_family_wrote_is_never_taken_for_an_example(desk: Desk) -> None:
    await desk.asks("where can i leave my car when i come on thursday", why="unsure")
    copied = f"{NEW.examples}\nWhere can I leave my car, when I come on Thursday?"
    (problem,) = await desk.answers.write(replace(NEW, examples=copied), AUTHOR)
    assert (problem.field, "A family wrote nearly this" in problem.text) == ("examples", True)
    assert await desk.answers.write(NEW, AUTHOR) == []
