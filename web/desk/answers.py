"""Answers: every one that families get now, and those that staff write, which somebody else approves."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from datetime import datetime

from aiohttp import web

from web.desk.routes import EVERY_ROLE, MANAGERS, OFFICE, Route, get, post
from web.desk.visit import Form, Visit, Wrong
from web.meetings.moments import BRADFORD
from web.safety.check import warnings
from web.settings import Settings
from web.unanswered.answers import Answers, Refused, State, Written
from web.unanswered.drafts import Draft, Kinds, Problem
from web.unanswered.in_use import InUse, in_use
from web.words import Words

HERE = "/desk/answers"
STATES = {
    State.WRITTEN: ("Waits for approval", "red"),
    State.APPROVED: ("Approved", "green"),
    State.WITHDRAWN: ("Withdrawn", "grey"),
}


class AnswerPages:
    """The pages /desk/answers."""

    def __init__(
        self, answers: Answers, kinds: Kinds, words: Words, settings: Settings, clock: Callable[[], datetime]
    ) -> None:
        self._answers = answers
        self._kinds = kinds
        self._words = words
        self._settings = settings
        self._clock = clock
        self._used: list[InUse] | None = None  # they stay as they were when the service started

    def routes(self) -> list[Route]:
        """Its routes."""
        return [
            get(HERE, self.show, EVERY_ROLE),
            get(f"{HERE}/new", self.ask, OFFICE),
            post(f"{HERE}/new", self.add, OFFICE),
            get(f"{HERE}/{{id}}", self.one, OFFICE),
            post(f"{HERE}/{{id}}", self.save, OFFICE),
            post(f"{HERE}/{{id}}/approve", self.approve, MANAGERS),
            post(f"{HERE}/{{id}}/withdraw", self.withdraw, MANAGERS),
        ]

    async def show(self, visit: Visit) -> web.Response:
        """GET: everything that families are told, with what needs somebody's eye first."""
        today, days = self._clock().astimezone(BRADFORD).date(), self._settings.answers_max_days
        if self._used is None:
            self._used = await asyncio.to_thread(in_use, self._settings.words_dir, self._words)
        numbers = await asyncio.to_thread(lambda: list(warnings(self._settings, today)))
        context = {
            "written": await self._answers.listed(),
            "overdue": [one for one in self._used if one.overdue(today, days)],
            "used": self._used,
            "numbers": numbers,
            "states": STATES,
            "days": days,
            "title_of": self._title,
        }
        return visit.page("answers.html", context)

    async def ask(self, visit: Visit) -> web.Response:
        """GET: an empty form; `kind` fills in what was asked."""
        asked = visit.query("kind")
        draft = Draft(asked if asked in self._kinds.titles else "", "", "", "", "")
        return self._form(visit, draft)

    async def add(self, visit: Visit) -> web.Response:
        """POST: keep a new answer."""
        return await self._kept(visit, None)

    async def one(self, visit: Visit) -> web.Response:
        """GET: one answer, to read, change, approve or withdraw."""
        answer = await self._found(visit)
        return self._form(visit, answer.draft, answer)

    async def save(self, visit: Visit) -> web.Response:
        """POST: another wording."""
        return await self._kept(visit, await self._found(visit))

    async def approve(self, visit: Visit) -> web.Response:
        """POST: approve what somebody else wrote."""
        answer, version = await self._found(visit), visit.form.number("version") or 0
        try:
            await self._answers.approve(answer.id, version, visit.me.name)
        except Refused as error:
            return self._form(visit, answer.draft, answer, [Wrong("decide", str(error))], status=409)
        return visit.to(f"{HERE}/{answer.id}", "approved")

    async def withdraw(self, visit: Visit) -> web.Response:
        """POST: take it back."""
        answer, version = await self._found(visit), visit.form.number("version") or 0
        try:
            await self._answers.withdraw(answer.id, version, visit.me.name)
        except Refused as error:
            return self._form(visit, answer.draft, answer, [Wrong("decide", str(error))], status=409)
        return visit.to(f"{HERE}/{answer.id}", "taken-back")

    async def _kept(self, visit: Visit, answer: Written | None) -> web.Response:
        draft = _draft(visit.form)
        if wrong := visit.form.too_long():
            return self._form(visit, draft, answer, wrong)
        id, version = (answer.id, visit.form.number("version") or 0) if answer else (None, None)
        try:
            found = await self._answers.write(draft, visit.me.name, id, version)
        except Refused as error:
            return self._form(visit, draft, answer, [Wrong("kind", str(error))], status=409)
        if found:
            return self._form(visit, draft, answer, _wrong(found))
        return visit.to(HERE, "written")

    async def _found(self, visit: Visit) -> Written:
        answer = await self._answers.read(visit.match("id"))
        if answer is None:
            raise web.HTTPNotFound
        return answer

    def _form(
        self,
        visit: Visit,
        draft: Draft,
        answer: Written | None = None,
        wrong: Sequence[Wrong] = (),
        status: int = 200,
    ) -> web.Response:
        known = sorted(self._kinds.titles.items(), key=lambda one: one[1])
        choices = [("", "Something that is not in this list"), *known]
        context = {"draft": draft, "answer": answer, "choices": choices, "states": STATES, "title_of": self._title}
        may = {"managers": MANAGERS, "path": f"{HERE}/{answer.id}" if answer else f"{HERE}/new"}
        return visit.page("answer.html", {**context, **may}, wrong, status)

    def _title(self, answer: Written) -> str:
        return answer.title or self._kinds.titles.get(answer.name, answer.name)


def _wrong(problems: Sequence[Problem]) -> list[Wrong]:
    """All that is wrong with a field in one place."""
    fields = dict.fromkeys(problem.field for problem in problems)
    return [Wrong(field, " ".join(one.text for one in problems if one.field == field)) for field in fields]


def _draft(form: Form) -> Draft:
    return Draft(
        form.text("kind", 100),
        form.text("title", 100),
        form.text("text"),
        form.text("source", 500),
        form.text("examples"),
    )
