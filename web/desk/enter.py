"""A request from a family that rings, written down by whoever answered."""

from __future__ import annotations

import re
from typing import Any
from uuid import UUID, uuid4

from aiohttp import web

from web.desk.inbox import HERE
from web.desk.lengths import LINE
from web.desk.routes import OFFICE, Route, get, post
from web.desk.visit import Form, Visit, Wrong
from web.meetings.kinds import DETAILS, Draft, DraftHandoff, Refused, SentBefore
from web.meetings.service import Meetings
from web.meetings.stages import KINDS

CONFLICT = 409
BY_PHONE = "by phone"  # instead of the version of a consent text: it was asked for aloud
WRITE_A_CONTACT = "Write a phone number such as 07700 900123, or an e-mail address."
PHONE = re.compile(r"\+?[\d ()-]{7,20}", re.ASCII)
EMAIL = re.compile(r"[^\s@<>,;:\"]+@[\w-]+(\.[\w-]+)+", re.ASCII)


class Enter:
    """The page /desk/enter."""

    def __init__(self, meetings: Meetings) -> None:
        self._meetings = meetings

    def routes(self) -> list[Route]:
        """Its routes."""
        return [get("/desk/enter", self.ask, OFFICE), post("/desk/enter", self.enter, OFFICE)]

    async def ask(self, visit: Visit) -> web.Response:
        """GET: the form."""
        return self._page(visit)

    async def enter(self, visit: Visit) -> web.Response:
        """POST: record it; for a meeting the page shows the code, to be read out."""
        form = visit.form
        wrong = _wrong(form)
        if wrong:
            return self._page(visit, *wrong)
        try:
            return await self._recorded(visit, str(UUID(form.text("key", 36))))
        except SentBefore as error:
            return self._sent_before(visit, error.reference)
        except Refused as error:
            return self._page(visit, Wrong("name", str(error)))

    async def _recorded(self, visit: Visit, draft_id: str) -> web.Response:
        form = visit.form
        if form.text("kind", 20) != "meeting":
            handoff = DraftHandoff(draft_id, "", form.text("kind", 20), _handoff(form))
            reference = await self._meetings.enter_handoff(handoff, visit.me.name, visit.me.id)
            return visit.to(f"{HERE}/{reference}", "entered")
        draft = Draft(draft_id, "", _details(form))
        reference, code = await self._meetings.enter(draft, visit.me.name, visit.me.id)
        return visit.page("entered.html", {"reference": reference, "code": code})

    def _page(self, visit: Visit, *wrong: Wrong) -> web.Response:
        key = visit.form.text("key", 36) or str(uuid4())
        return visit.page("enter.html", {"kinds": KINDS, "key": key, "before": None}, wrong)

    def _sent_before(self, visit: Visit, reference: str) -> web.Response:
        """What was typed, to be sent as something new if it is."""
        wrong = Wrong("before", f"This form was sent already: it made {reference}. Nothing was saved now.")
        context = {"kinds": KINDS, "key": str(uuid4()), "before": reference}
        return visit.page("enter.html", context, [wrong], CONFLICT)


def _wrong(form: Form) -> list[Wrong]:
    wrong = form.too_long()
    if form.text("kind", 20) not in KINDS:
        wrong.append(Wrong("kind-meeting", "Choose what the family asks for."))
    if not form.text("name", LINE):
        wrong.append(Wrong("name", "Write a name to ask for, whatever they want to be called."))
    for field in ("contact", "other_contact"):
        if (form.text(field, LINE) or field == "contact") and kind_of(form.text(field, LINE)) is None:
            wrong.append(Wrong(field, WRITE_A_CONTACT))
    if form.text("kind", 20) == "meeting" and not form.text("when", LINE):
        wrong.append(Wrong("when", "Write when they can, in their words. Any time will do."))
    if not _is_uuid(form.text("key", 36)):
        raise web.HTTPBadRequest
    return wrong


def kind_of(contact: str) -> str | None:
    """Whether it is a phone number or an e-mail address; None where it is neither."""
    if EMAIL.fullmatch(contact):
        return "email"
    return "phone" if PHONE.fullmatch(contact) else None


def _details(form: Form) -> dict[str, Any]:
    texts = {name: form.text(name, LINE) or None for name in DETAILS}
    return {
        **texts,
        "contact_kind": kind_of(form.text("contact", LINE)),
        "other_contact_kind": kind_of(form.text("other_contact", LINE)),
        "may_leave_message": form.ticked("may_leave_message"),
        "who": texts["who"] if texts["who"] in ("reviewer", "staff") else "either",
        "who_text": None,
        "consent_version": BY_PHONE,
    }


def _handoff(form: Form) -> dict[str, Any]:
    """All that was typed, also under a meeting's heading: what they need holds for a call back as well."""
    details = _details(form)
    who = details["who"] if details["who"] != "either" else None  # nobody was asked whom they want to see
    return {**details, "who": who, "text": form.text("text") or None}


def corrected(form: Form) -> dict[str, Any]:
    """Of a form that puts an item right only what stands in it."""
    sent = {name for name in DETAILS if name in form.fields} | {"may_leave_message"}
    kinds = {f"{name}_kind" for name in ("contact", "other_contact") if name in sent}
    return {name: value for name, value in _details(form).items() if name in sent | kinds}


def _is_uuid(text: str) -> bool:
    try:
        UUID(text)
    except ValueError:
        return False
    return True
