"""What some weeks have left on the desk to learn from: open questions, answers by staff, figures."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from sqlalchemy import Connection

from tests.browser.server import Site
from tests.unanswered.asking import ask
from tests.unanswered.conftest import NEW, OF_A_KIND
from web.keys import ANSWERS, CONVERSATIONS, DATABASE, QUESTIONS
from web.records.counts import Counts
from web.records.tables import Tables
from web.unanswered.questions import Status

OPEN = "open.other_review_question"
ASKED = {
    f"{OPEN}.press": ["will the papers print his name", "papers at the door", "can papers write about it"],
    f"{OPEN}.copy": ["can we have a copy of the report", "a copy to keep"],
    f"{OPEN}.travel_costs": ["who pays for the bus to the meeting", "bus fare"],
    f"{OPEN}.grandparents": ["can his nan come and talk too"],
}
TOPICS = ("topic:report.who_sees", "topic:involve.how", "topic:timescale.how_long")
APPROVED = replace(NEW, source="Visitor notes of the Partnership, section 4, 2 March 2026")
WAITING = replace(OF_A_KIND, source="Travel policy of the Partnership, section 2, 3 March 2026")


def weeks_of_questions(site: Site) -> None:
    """Questions, one of them marked."""

    async def fill() -> None:
        for place, (topic, messages) in enumerate(ASKED.items()):
            for words in messages:
                await ask(site.app[CONVERSATIONS], datetime.now(UTC) - timedelta(hours=5 + 20 * place), words, topic)
        first = (await site.app[QUESTIONS].listed())[0]
        await site.app[QUESTIONS].mark(first.id, Status.NEEDED, "Maya Manager")

    site.run(fill())


def answers_by_colleagues(site: Site) -> str:
    """One answer that is approved and one that waits; returns the id of the one that waits."""

    async def write() -> str:
        answers = site.app[ANSWERS]
        assert not await answers.write(APPROVED, "Maya Manager")
        approved = (await answers.listed())[0]
        await answers.approve(approved.id, approved.version, "Sol Manager")
        assert not await answers.write(WAITING, "Maya Manager")
        return (await answers.listed())[0].id

    id: str = site.run(write())
    return id


def weeks_of_figures(site: Site, tables: Tables) -> None:
    """What happened in twelve weeks, more and less of it."""
    counts, now = Counts(tables), datetime.now(UTC)

    def add(connection: Connection) -> None:
        for week in range(1, 13):
            at, busy = now - timedelta(weeks=week), 14 + (week * 7) % 11
            numbers = {"conversations": busy + 12, "asked_back": busy, "requests": busy // 2, "handoffs": busy // 3}
            numbers |= {"danger": week % 4, "first_contact:1": busy // 2, "first_contact:2": week % 3}
            numbers |= {"meeting:took_place": busy // 3, TOPICS[week % 3]: busy - 2, TOPICS[0]: busy}
            for name, number in numbers.items():
                for _ in range(number):
                    counts.add(connection, at, [name])

    site.run(site.app[DATABASE].run(add, 30.0))
