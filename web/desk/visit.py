"""What a handler of the desk is given: the request, who makes it, and how to answer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from aiohttp import web
from multidict import MultiDict

from web.accounts.roles import Member
from web.accounts.sessions import Session
from web.desk.lengths import WORDS, longest, shorter

if TYPE_CHECKING:
    from web.desk.rendering import Rendering


class Form:
    """What was typed into a form; a field that is not there is empty."""

    def __init__(self, fields: MultiDict[str] | None = None) -> None:
        self.fields: MultiDict[str] = fields if fields is not None else MultiDict()

    def text(self, name: str, most: int = WORDS) -> str:
        """One field, without spaces around it, never longer than it may be."""
        return self._whole(name)[:most]

    def secret(self, name: str) -> str:
        """One field exactly as it was typed."""
        return self.fields.get(name, "")

    def many(self, name: str) -> list[str]:
        """All values of a field."""
        return self.fields.getall(name, [])

    def ticked(self, name: str) -> bool:
        """Whether a box is ticked."""
        return name in self.fields

    def number(self, name: str) -> int | None:
        """A whole number, or None."""
        text = self.text(name, 9)
        return int(text) if text.isascii() and text.isdigit() else None

    def too_long(self) -> list[Wrong]:
        """The fields with more in them than they may have. To be asked before `text`, which cuts off."""
        found = [(name, shorter(self._whole(name), longest(name))) for name in dict.fromkeys(self.fields)]
        return [Wrong(name, what_to_do) for name, what_to_do in found if what_to_do]

    def _whole(self, name: str) -> str:
        return self.fields.get(name, "").replace("\r\n", "\n").strip()


@dataclass(frozen=True)
class Wrong:
    """Something wrong with a form: which field (its id in the page), and what to do about it."""

    field: str
    text: str


@dataclass(frozen=True)
class Visit:
    """One request. `session` is there wherever the route asks for a role."""

    request: web.Request
    session: Session | None
    form: Form = field(default_factory=Form)
    rendering: Rendering = field(kw_only=True)

    @property
    def me(self) -> Member:
        """Who is signed in."""
        if self.session is None:
            raise web.HTTPForbidden
        return self.session.member

    def match(self, name: str) -> str:
        """A part of the address."""
        return self.request.match_info[name]

    def query(self, name: str) -> str:
        """What the address asks for."""
        return self.request.query.get(name, "").strip()[:200]

    def page(
        self,
        template: str,
        context: Mapping[str, Any] | None = None,
        wrong: Sequence[Wrong] = (),
        status: int = 200,
    ) -> web.Response:
        """A page. With something `wrong` it says so first, in its title too."""
        return self.rendering.page(self, template, context or {}, wrong, 422 if wrong and status == 200 else status)

    def to(self, path: str, notice: str = "") -> web.Response:
        """After a form: where to look now. `notice` is the name of what to say there (notices.py)."""
        location = f"{path}{'&' if '?' in path else '?'}done={notice}" if notice else path
        return self.rendering.see_other(location)
