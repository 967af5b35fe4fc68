"""What the leaflet left open: what families asked that it doesn't answer, and what should become of it."""

from __future__ import annotations

from aiohttp import web

from web.desk.routes import OFFICE, Route, get, post
from web.desk.visit import Visit
from web.unanswered.drafts import Kinds
from web.unanswered.questions import Questions, Status

HERE = "/desk/questions"
STATUSES = {
    Status.NEW: ("New", "blue"),
    Status.NEEDED: ("Answer needed", "red"),
    Status.SET_ASIDE: ("Set aside", "grey"),
}
WHY = {
    "open": "The leaflet doesn't say",
    "unsure": "The chat asked back",
    "missed": "Not understood twice",
}


class OpenQuestions:
    """The pages /desk/questions."""

    def __init__(self, questions: Questions, kinds: Kinds, days: int) -> None:
        """`days` is how long words are kept."""
        self._questions = questions
        self._kinds = kinds
        self._days = days

    def routes(self) -> list[Route]:
        """Its routes."""
        return [
            get(HERE, self.show, OFFICE),
            get(f"{HERE}/{{id}}", self.one, OFFICE),
            post(f"{HERE}/{{id}}/mark", self.mark, OFFICE),
        ]

    async def show(self, visit: Visit) -> web.Response:
        """GET: the questions, those asked most first."""
        listed = await self._questions.listed()
        return visit.page("questions.html", {"questions": listed, **self._words()})

    async def one(self, visit: Visit) -> web.Response:
        """GET: one question, what families wrote folded away."""
        found = await self._questions.read(visit.match("id"), visit.me.name)
        if found is None:
            raise web.HTTPNotFound
        question, messages = found
        title = self._kinds.title(question.topic)
        can_write = question.topic is None or question.topic in (self._kinds.place, *self._kinds.titles)
        context = {"question": question, "messages": messages, "title": title, "can_write": can_write}
        return visit.page("question.html", {**context, **self._words()})

    async def mark(self, visit: Visit) -> web.Response:
        """POST: an answer is needed, or it is set aside."""
        written = visit.form.text("status", 32)
        if written not in set(Status):
            raise web.HTTPBadRequest
        if not await self._questions.mark(visit.match("id"), Status(written), visit.me.name):
            raise web.HTTPNotFound
        return visit.to(f"{HERE}/{visit.match('id')}", "marked")

    def _words(self) -> dict[str, object]:
        return {"statuses": STATUSES, "why": WHY, "title_of": self._kinds.title, "days": self._days}
