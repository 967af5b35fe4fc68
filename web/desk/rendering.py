"""Turns the desk's templates into responses."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import jinja2
from aiohttp import web
from multidict import MultiDict

from web.accounts.roles import Member, Role
from web.desk.lengths import longest
from web.desk.notices import NOTICES
from web.desk.tokens import FIELD, FormTokens
from web.desk.visit import Form, Visit, Wrong
from web.meetings.moments import BRADFORD, clock_in_words, in_words
from web.request_ids import current

HERE = Path(__file__).parent
SERVICE = "Family review desk"
HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
        "form-action 'self'; base-uri 'none'; object-src 'none'; frame-ancestors 'none'"
    ),
    "Cross-Origin-Opener-Policy": "same-origin",
    # Forms need their origin, see web/pages/origin.py; no other site is told anything.
    "Referrer-Policy": "same-origin",
}


@dataclass(frozen=True)
class Entry:
    """A line of the navigation, for the roles that may go there."""

    path: str
    title: str
    allowed: frozenset[Role]


class Rendering:
    """Pages of the desk."""

    def __init__(
        self,
        tokens: FormTokens,
        entries: Sequence[Entry],
        asset: Callable[[str], str],
        details: Mapping[str, str],
        clock: Callable[[], datetime],
        notices: Mapping[str, str] = NOTICES,
    ) -> None:
        """`asset` gives the address of a file of static/; `details` are the Partnership's."""
        self._tokens = tokens
        self._entries = entries
        self._clock = clock
        self._notices = notices
        self._environment = jinja2.Environment(
            loader=jinja2.FileSystemLoader(HERE / "templates"),
            autoescape=True,
            undefined=jinja2.StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self._environment.filters.update(moment=in_words, ago=self._ago, short=short)
        self._environment.globals.update(
            asset=asset,
            service=SERVICE,
            phone=details["phone"],
            email=details["email"],
            token_field=FIELD,
            longest=longest,
        )

    def page(
        self, visit: Visit, template: str, context: Mapping[str, Any], wrong: Sequence[Wrong], status: int
    ) -> web.Response:
        """See Visit.page."""
        me = visit.session.member if visit.session else None
        standard = {
            "me": me,
            "ends_at": visit.session.ends_at if visit.session else None,
            "entries": self._entries_for(me),
            "here": visit.request.path,
            "token": self._tokens.of(visit.session),
            "wrong": list(wrong),
            "notice": self._notices.get(visit.query("done")),
            "form": visit.form,
            "now": self._clock(),
            "request_id": current(),
        }
        text = self._environment.get_template(template).render({**standard, **context})
        return web.Response(text=text, content_type="text/html", status=status, headers=HEADERS)

    def trouble(self, request: web.Request, title: str, detail: str, status: int) -> web.Response:
        """A page about what went wrong, before it is known who asks."""
        visit = Visit(request, None, Form(MultiDict()), rendering=self)
        return self.page(visit, "trouble.html", {"title": title, "detail": detail}, (), status)

    @staticmethod
    def see_other(location: str) -> web.Response:
        """After a form: where to look, so that reloading sends nothing again."""
        return web.Response(status=303, headers={"Location": location, **HEADERS})

    def _entries_for(self, me: Member | None) -> list[Entry]:
        return [entry for entry in self._entries if me is not None and me.role in entry.allowed]

    def _ago(self, at: datetime) -> str:
        """How long ago, as somebody would say it."""
        minutes = int((self._clock() - at).total_seconds() // 60)
        if minutes < 1:
            return "just now"
        for size, word in ((24 * 60, "day"), (60, "hour"), (1, "minute")):
            if minutes >= size:
                count = minutes // size
                return f"{count} {word}{'s' if count > 1 else ''} ago"
        return "just now"


def short(at: datetime) -> str:
    """A moment in a table: 3 Mar 2027, 2pm."""
    local = at.astimezone(BRADFORD)
    return f"{local.day} {local:%b %Y}, {clock_in_words(local)}"
