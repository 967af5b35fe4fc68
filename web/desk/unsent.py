"""A form that came after its session had ended: sealed into the sign-in page, and given back once its writer signed in.

So nothing that somebody typed is lost, and nothing of it stands anywhere but in their own browser, unreadable; whoever
else signs in there is not shown it.
"""

from __future__ import annotations

import hmac
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from web.accounts.roles import Member
from web.accounts.sessions import Session
from web.desk.tokens import FIELD, FormTokens
from web.desk.visit import Form
from web.records.keys import Keys, Unreadable

GOOD_FOR = timedelta(hours=12)
NEVER_KEPT = (FIELD, "passphrase", "again", "code")


class AnothersForm(Exception):
    """The form that was kept is somebody else's."""


@dataclass(frozen=True)
class Kept:
    """Where the form was going, and what was in it."""

    path: str
    fields: list[tuple[str, str]]


class Unsent:
    """Seals forms and opens them again."""

    def __init__(self, keys: Keys, tokens: FormTokens, clock: Callable[[], datetime]) -> None:
        self._keys = keys
        self._tokens = tokens
        self._clock = clock

    def seal(self, path: str, form: Form) -> str:
        """The form as a text that nobody else can read or make; empty where nobody is known to have written it."""
        writer = self._tokens.writer_of(form.secret(FIELD))
        if not writer:
            return ""
        kept = {"path": path, "fields": _fields(form), "writer": writer, "at": self._clock().isoformat()}
        return self._keys.seal(kept).decode()

    def own(self, path: str, form: Form, session: Session | None) -> Kept | None:
        """The form, where whoever is signed in wrote it in an earlier session."""
        writer = self._tokens.writer_of(form.secret(FIELD))
        if session is None or not hmac.compare_digest(writer.encode(), self._tokens.writer(session.member).encode()):
            return None
        return Kept(path, _fields(form))

    def open(self, sealed: str, member: Member) -> Kept | None:
        """The form; None where it is none of ours or too old. Raises AnothersForm where `member` did not write it."""
        try:
            value = self._keys.open(sealed.encode("ascii", errors="replace"))
        except Unreadable:
            return None
        if not isinstance(value, dict) or "writer" not in value:
            return None
        if self._clock() - datetime.fromisoformat(value["at"]) > GOOD_FOR:
            return None
        if not hmac.compare_digest(value["writer"].encode(), self._tokens.writer(member).encode()):
            raise AnothersForm
        return Kept(value["path"], [(name, text) for name, text in value["fields"]])


def _fields(form: Form) -> list[tuple[str, str]]:
    return [(name, value) for name, value in form.fields.items() if name not in NEVER_KEPT]
