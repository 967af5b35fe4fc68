"""A form that came after its session had ended: sealed into the sign-in page, and given back once signed in.

So nothing that somebody typed is lost, and nothing of it stands anywhere but in their own browser, unreadable.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from web.desk.tokens import FIELD
from web.desk.visit import Form
from web.records.keys import Keys, Unreadable

GOOD_FOR = timedelta(hours=12)
NEVER_KEPT = (FIELD, "passphrase", "code")


@dataclass(frozen=True)
class Kept:
    """Where the form was going, and what was in it."""

    path: str
    fields: list[tuple[str, str]]


class Unsent:
    """Seals forms and opens them again."""

    def __init__(self, keys: Keys, clock: Callable[[], datetime]) -> None:
        self._keys = keys
        self._clock = clock

    def seal(self, path: str, form: Form) -> str:
        """The form as a text that nobody else can read or make."""
        fields = [[name, value] for name, value in form.fields.items() if name not in NEVER_KEPT]
        return self._keys.seal({"path": path, "fields": fields, "at": self._clock().isoformat()}).decode()

    def open(self, sealed: str) -> Kept | None:
        """The form, or None where it is none of ours or too old."""
        try:
            value = self._keys.open(sealed.encode("ascii", errors="replace"))
        except Unreadable:
            return None
        if not isinstance(value, dict) or "path" not in value:
            return None
        if self._clock() - datetime.fromisoformat(value["at"]) > GOOD_FOR:
            return None
        return Kept(value["path"], [(name, text) for name, text in value["fields"]])
