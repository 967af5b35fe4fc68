"""One item: what the family asked for, what was done, and everything that can be done next."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Any

from aiohttp import web

from web.casework.service import Casework, Opened
from web.desk.details import shown_details
from web.desk.enter import WRITE_A_CONTACT, corrected, kind_of
from web.desk.inbox import HERE
from web.desk.lengths import LINE
from web.desk.routes import CASEWORK, OFFICE, Route, get, post
from web.desk.trail import in_words
from web.desk.visit import Visit, Wrong
from web.meetings import stages
from web.meetings.kinds import Erased, Overtaken, Refused, Time
from web.meetings.moments import NoSuchTime, from_clock
from web.meetings.service import Meetings
from web.meetings.stages import Stage
from web.records.events import Event
from web.replies.service import Replies

CONFLICT = 409
OFFERED = 3
NEVER = "There is nothing with this reference that you may see."


class Items:
    """The pages /desk/requests/{reference} and its forms."""

    def __init__(self, casework: Casework, meetings: Meetings, replies: Replies | None = None) -> None:
        """`replies` where staff may answer in the chat."""
        self._casework = casework
        self._meetings = meetings
        self._replies = replies

    def routes(self) -> list[Route]:
        """Its routes."""
        one = f"{HERE}/{{reference}}"
        return [
            get(one, self.show, CASEWORK),
            post(f"{one}/words", self.words, CASEWORK),
            post(f"{one}/conversation", self.conversation, CASEWORK),
            post(f"{one}/take", self.take, CASEWORK),
            post(f"{one}/assign", self.assign, OFFICE),
            post(f"{one}/note", self.note, CASEWORK),
            post(f"{one}/contact", self.contact, CASEWORK),
            post(f"{one}/correct", self.correct, CASEWORK),
            post(f"{one}/status", self.status, CASEWORK),
            post(f"{one}/reopen", self.reopen, CASEWORK),
            post(f"{one}/offer", self.offer, CASEWORK),
            post(f"{one}/confirm", self.confirm, CASEWORK),
            post(f"{one}/move", self.move, CASEWORK),
            post(f"{one}/cancel", self.cancel, CASEWORK),
            post(f"{one}/outcome", self.outcome, CASEWORK),
        ]

    async def show(self, visit: Visit) -> web.Response:
        """GET: the item, with what the family wrote folded away."""
        return await self._page(visit, await self._viewed(visit))

    async def words(self, visit: Visit) -> web.Response:
        """POST: the same page with what the family wrote."""
        return await self._read(visit, Event.WORDS_READ, "words_reason")

    async def conversation(self, visit: Visit) -> web.Response:
        """POST: the same page with the conversation that the family attached."""
        return await self._read(visit, Event.TRANSCRIPT_READ, "conversation_reason")

    async def take(self, visit: Visit) -> web.Response:
        """POST: it is mine."""
        return await self._step(visit, "take", self._casework.assign, visit.me.id)

    async def assign(self, visit: Visit) -> web.Response:
        """POST: it is a colleague's, or nobody's."""
        return await self._step(visit, "owner", self._casework.assign, visit.form.text("owner", 36) or None)

    async def note(self, visit: Visit) -> web.Response:
        """POST: a note."""
        return await self._step(visit, "note", self._casework.note, visit.form.text("note"))

    async def contact(self, visit: Visit) -> web.Response:
        """POST: a contact, or a try."""
        form = visit.form
        try:
            at = _moment(form.text("day", 10), form.text("clock", 5))
        except NoSuchTime as error:
            return await self._again(visit, Wrong("day", str(error)))
        way, outcome = form.text("way", 20), form.text("outcome", 20)
        return await self._step(visit, "way", self._casework.contacted, way, outcome, at, form.text("contact_note"))

    async def correct(self, visit: Visit) -> web.Response:
        """POST: what the family has put right by phone."""
        form = visit.form
        for field in ("contact", "other_contact"):
            if (form.text(field, LINE) or field == "contact") and kind_of(form.text(field, LINE)) is None:
                return await self._again(visit, Wrong(field, WRITE_A_CONTACT))
        return await self._step(visit, "name", self._casework.correct, corrected(form))

    async def status(self, visit: Visit) -> web.Response:
        """POST: how far it is."""
        form = visit.form
        more = {name: form.text(name) for name in ("waiting_for", "days", "duplicate_of", "reason")}
        return await self._step(visit, "stage", self._casework.set_stage, form.text("stage", 20), more)

    async def reopen(self, visit: Visit) -> web.Response:
        """POST: take it up again."""
        return await self._step(visit, "reopen", self._casework.reopen)

    async def offer(self, visit: Visit) -> web.Response:
        """POST: put up to three times forward to the family."""
        ids = list(dict.fromkeys(visit.form.many("times")))  # the same one twice is one
        if not 1 <= len(ids) <= OFFERED:
            return await self._again(visit, Wrong("times", f"Tick one to {OFFERED} times."))
        return await self._meeting(visit, "times", lambda r, who, v: self._meetings.offer(r, ids, who, v), "offered")

    async def confirm(self, visit: Visit) -> web.Response:
        """POST: the time that it holds is fixed."""
        return await self._meeting(visit, "confirm", self._meetings.confirm, "confirmed")

    async def move(self, visit: Visit) -> web.Response:
        """POST: another time, fixed at once or only kept."""
        time, fix = visit.form.text("time", 36), visit.form.text("how", 10) == "confirm"
        if not time:
            return await self._again(visit, Wrong("time", "Choose a time."))
        return await self._meeting(visit, "time", lambda r, who, v: self._meetings.move(r, time, who, fix, v), "moved")

    async def cancel(self, visit: Visit) -> web.Response:
        """POST: cancel it, and tell the family."""
        reason = visit.form.text("cancel_reason")
        work = self._meetings.cancel_for
        return await self._meeting(visit, "cancel_reason", lambda r, who, v: work(r, who, reason, v), "cancelled")

    async def outcome(self, visit: Visit) -> web.Response:
        """POST: it took place, or was missed."""
        return await self._step(visit, "result", self._casework.outcome, visit.form.text("result", 20))

    async def _step(self, visit: Visit, field: str, work: Callable[..., Awaitable[None]], *values: Any) -> web.Response:
        """Do a step of casework, and show the item again."""
        if wrong := visit.form.too_long():
            return await self._again(visit, wrong[0])
        reference = visit.match("reference")
        return await self._tried(visit, field, work(reference, visit.me, _version(visit), *values), "saved")

    async def _meeting(
        self, visit: Visit, field: str, work: Callable[[str, str, int], Awaitable[Any]], notice: str
    ) -> web.Response:
        """Do a step about a meeting; what the family is told follows from it."""
        reference = visit.match("reference")
        await self._check(visit)
        if wrong := visit.form.too_long():
            return await self._again(visit, wrong[0])
        return await self._tried(visit, field, work(reference, visit.me.name, _version(visit)), notice)

    async def _tried(self, visit: Visit, field: str, work: Awaitable[Any], notice: str) -> web.Response:
        try:
            await work
        except Overtaken as error:
            wrong = Wrong(
                field, f"Nothing was saved: {error.who} was faster ({in_words(error.what)}). Look, then try again."
            )
            return await self._again(visit, wrong, status=CONFLICT)
        except (Refused, Erased) as error:
            return await self._again(visit, Wrong(field, str(error) or NEVER))
        return visit.to(f"{HERE}/{visit.match('reference')}", notice)

    async def _check(self, visit: Visit) -> None:
        """Raises HTTPNotFound where somebody may not see the item."""
        try:
            await self._casework.check(visit.match("reference"), visit.me)
        except Refused:
            raise web.HTTPNotFound from None

    async def _viewed(self, visit: Visit) -> Opened:
        try:
            return await self._casework.view(visit.match("reference"), visit.me)
        except Refused:
            raise web.HTTPNotFound from None

    async def _read(self, visit: Visit, what: Event, field: str) -> web.Response:
        await self._check(visit)
        try:
            opened = await self._casework.read(visit.match("reference"), visit.me, what, visit.form.text(field, 30))
        except Refused as error:
            return await self._again(visit, Wrong(field, str(error)))
        return await self._page(visit, opened, unfolded=True)

    async def _again(self, visit: Visit, wrong: Wrong, status: int = 422) -> web.Response:
        """The item with what is wrong, and what was typed where it was."""
        return await self._page(visit, await self._viewed(visit), wrong, status=status)

    async def _page(
        self, visit: Visit, opened: Opened, wrong: Wrong | None = None, unfolded: bool = False, status: int = 200
    ) -> web.Response:
        item = opened.item
        meeting, time, free = None, None, list[Time]()
        if item.is_request:
            meeting, time, free = await self._meetings.shown(item.row.reference)
        context = {
            "opened": opened,
            "item": item,
            "details": shown_details(item, time),
            "unfolded": unfolded,
            "meeting": meeting,
            "chat": await self._replies.is_open(item.row.reference, visit.me) if self._replies else False,
            "time": time,
            "free": free,
            "people": await self._casework.colleagues(),
            "stages": stages,
            "settable": _settable(item.is_request),
            "in_words": in_words,
            "most": OFFERED,
        }
        return visit.page("item.html", context, [wrong] if wrong else [], status)


def _settable(is_request: bool) -> list[tuple[str, str]]:
    """What can be set by hand; a request is withdrawn by cancelling it."""
    return [
        (stage.value, words)
        for stage, words in stages.SET_BY_HAND.items()
        if not (is_request and stage is Stage.WITHDRAWN)
    ]


def _version(visit: Visit) -> int:
    """The version of the item that the page showed; without one nothing can be changed."""
    version = visit.form.number("version")
    if version is None:
        raise web.HTTPBadRequest
    return version


def _moment(day: str, clock: str) -> datetime | None:
    """When it was; nothing written is just now. Raises NoSuchTime."""
    if not day and not clock:
        return None
    return from_clock(f"{day} {clock}")
