"""The pages of what the leaflet left open, of answers, and of how it goes."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest

from tests.desk.office import Desk, Page, Person
from tests.unanswered.asking import ask
from tests.unanswered.conftest import NEW, OF_A_KIND
from web.desk.trail import WORDS
from web.keys import CONVERSATIONS, QUESTIONS
from web.keys import WORDS as WORDS_KEY
from web.records.counts import Counts
from web.records.events import Event

PRESS = "open.other_review_question.press"
ANSWER = re.compile(r'/desk/answers/([0-9a-f-]{36})"')


async def asked(desk: Desk, *messages: str, topic: str | None = PRESS) -> str:
    """Families asked this; returns the id of the question."""
    for words in messages:
        await ask(desk.app[CONVERSATIONS], desk.clock.now, words, topic)
    return (await desk.app[QUESTIONS].listed())[0].id


async def saved(person: Person, **changed: str) -> Page:
    """A new answer, filled in."""
    fields = {**vars(OF_A_KIND), **changed}
    return await person.post("/desk/answers/new", "/desk/answers/new", **fields)


async def test_the_list_shows_what_was_asked_most_without_a_word_that_distresses(desk: Desk) -> None:
    await asked(desk, "papers print his face", "reporters in papers", "papers again")
    page = await (await desk.signed_in("coordinator")).get("/desk/questions")
    assert "newspapers, TV and posts online" in page.words
    assert "papers" in page.words and "print his face" not in page.words
    assert " 3 " in page.words


async def test_what_families_wrote_is_folded_away_and_reading_it_is_in_the_history(desk: Desk) -> None:
    id = await asked(desk, "papers print his face")
    person = await desk.signed_in("coordinator")
    page = await person.get(f"/desk/questions/{id}")
    folded = page.html.partition("<details>")[2].partition("</details>")[0]
    assert "papers print his face" in folded
    assert "papers print his face" not in page.html.replace(folded, "")
    assert ("Amira Khan", "question_read", None) in await desk.happened()


async def test_what_staff_did_with_questions_and_answers_stands_in_the_history_in_words(desk: Desk) -> None:
    id = await asked(desk, "papers print his face")
    manager = await desk.signed_in("manager")
    await manager.get(f"/desk/questions/{id}")
    await manager.post(f"/desk/questions/{id}/mark", f"/desk/questions/{id}", status="needed")
    await saved(manager)
    page = await manager.get("/desk/history")
    for words in ("read what families asked", "marked a question", "wrote an answer"):
        assert words in page.words.lower(), words


def test_every_event_has_words() -> None:
    assert set(WORDS) == set(Event)


async def test_an_answer_is_needed_once_somebody_says_so(desk: Desk) -> None:
    id = await asked(desk, "papers print his face")
    person = await desk.signed_in("coordinator")
    page = await person.post(f"/desk/questions/{id}/mark", f"/desk/questions/{id}", status="needed")
    assert page.status == 200 and "It is marked." in page.words and "Answer needed Amira Khan" in page.words
    assert "Answer needed" in (await person.get("/desk/questions")).words


async def test_a_status_that_there_is_not_is_refused(desk: Desk) -> None:
    id = await asked(desk, "papers print his face")
    page = await (await desk.signed_in("coordinator")).post(f"/desk/questions/{id}/mark", status="nonsense")
    assert page.status == 400


async def test_from_a_question_one_comes_to_an_answer_to_just_that(desk: Desk) -> None:
    id = await asked(desk, "papers print his face")
    person = await desk.signed_in("coordinator")
    link = re.search(r'href="(/desk/answers/new[^"]*)"', (await person.get(f"/desk/questions/{id}")).html)
    assert link is not None
    page = await person.get(link[1])
    assert f'<option value="{PRESS}" selected>' in page.html


async def test_one_writes_and_another_approves(desk: Desk) -> None:
    author, manager = await desk.signed_in("coordinator"), await desk.signed_in("manager")
    page = await saved(author)
    assert "Somebody else has to approve it." in page.words and "Waits for approval" in page.words
    match = ANSWER.search(page.html)
    assert match is not None
    where = f"/desk/answers/{match[1]}"
    assert "Approve it" not in (await author.get(where)).words
    assert "Approve it" in (await manager.get(where)).words
    page = await manager.post(f"{where}/approve", where, version="1")
    assert "It is approved." in page.words and "Maya Manager" in page.words
    page = await manager.post(f"{where}/withdraw", where, version="2")
    assert "Withdrawn" in page.words


async def test_a_manager_cannot_approve_what_they_wrote(desk: Desk) -> None:
    manager = await desk.signed_in("manager")
    match = ANSWER.search((await saved(manager)).html)
    assert match is not None
    where = f"/desk/answers/{match[1]}"
    assert "Somebody else has to approve it" in (await manager.get(where)).words.replace(
        "so somebody else", "Somebody else"
    )
    page = await manager.post(f"{where}/approve", where, version="1")
    assert page.status == 409 and page.title.startswith("Error:")
    assert "You wrote this answer. Somebody else has to approve it." in page.words


async def test_what_was_typed_stays_when_something_is_wrong_with_it(desk: Desk) -> None:
    person = await desk.signed_in("coordinator")
    page = await person.post("/desk/answers/new", "/desk/answers/new", **{**vars(NEW), "examples": "only one way"})
    assert page.status == 422 and page.title.startswith("Error:")
    assert "at least 8 ways" in page.words
    assert 'href="#examples"' in page.html and 'id="examples-error"' in page.html
    assert "only one way" in page.html and "You can park behind the building." in page.html


async def test_who_was_faster_is_not_overwritten_and_no_word_is_lost(desk: Desk) -> None:
    author, other = await desk.signed_in("coordinator"), await desk.signed_in("manager")
    match = ANSWER.search((await saved(author)).html)
    assert match is not None
    where = f"/desk/answers/{match[1]}"
    await author.post(where, where, **{**vars(OF_A_KIND), "text": "It pays for a taxi.", "version": "1"})
    page = await other.post(where, where, **{**vars(OF_A_KIND), "text": "It pays for a bus.", "version": "1"})
    assert page.status == 409 and "changed this answer meanwhile" in page.words
    assert "It pays for a bus." in page.html


async def test_every_answer_in_use_stands_there_with_what_it_rests_on(desk: Desk) -> None:
    page = await (await desk.signed_in("reviewer")).get("/desk/answers")
    assert "Who will see the report?" in page.words  # a section of the leaflet
    assert "It is not a criminal enquiry." in page.words  # a fact
    assert "Nobody has put their name to it" in page.words
    assert page.html.count("<tr id=") == len(desk.app[WORDS_KEY].answers)
    assert "Write an answer" not in page.words


async def test_numbers_that_nobody_has_confirmed_and_answers_long_not_reviewed_stand_first(desk: Desk) -> None:
    person = await desk.signed_in("manager")
    before = await person.get("/desk/answers")
    assert "nobody at the Partnership has rung it yet" in before.words
    assert "Overdue" not in before.words
    desk.clock.forward(days=2 * 365)
    after = await (await desk.signed_in("manager", "Another Manager")).get("/desk/answers")
    warned = after.html.partition('class="warning"')[2].partition("</div>")[0]
    assert f"{len(desk.app[WORDS_KEY].answers)} answers were last reviewed more than 365 days ago" in warned
    assert "Overdue" in after.words


async def test_how_it_goes_in_a_picture_a_table_and_a_file(desk: Desk) -> None:
    counts = Counts(desk.tables)
    last_week = desk.clock.now - timedelta(days=3)
    for _ in range(17):
        await desk.database.run(lambda c: counts.add(c, last_week, ["conversations"]))
    for _ in range(4):
        await desk.database.run(lambda c: counts.add(c, last_week, ["danger"]))
    person = await desk.signed_in("manager")
    page = await person.get("/desk/figures?weeks=4")
    drawn = page.html.partition("<svg")[2].partition("</svg>")[0]
    assert drawn.count("<rect") == 1 and ">17</text>" in drawn
    table = page.html.partition("<table>")[2].partition("</table>")[0]
    assert ">17</td>" in table and ">4</td>" not in table
    file = await person.get("/desk/figures.csv?weeks=4")
    assert file.headers["Content-Type"].startswith("text/csv")
    assert "2027-02-22,Conversations,Conversations,17" in file.html
    assert ",4" not in file.html.replace("\r", "")


@pytest.mark.parametrize("weeks", ["", "5", "-1", "9" * 30, "four"])
async def test_a_number_of_weeks_that_is_not_offered_is_the_usual_one(desk: Desk, weeks: str) -> None:
    page = await (await desk.signed_in("manager")).get(f"/desk/figures?weeks={weeks}")
    assert page.status == 200
    assert page.html.partition("<thead>")[2].partition("</thead>")[0].count('class="number"') == 12
