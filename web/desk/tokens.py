"""The token in every form of the desk: it shows that the form is from a page of this session, and whose that was."""

from __future__ import annotations

import hmac

from web.accounts.roles import Member
from web.accounts.sessions import Session
from web.records.keys import Keys

FIELD = "token"
HALF = 64  # characters of a keyed name


class FormTokens:
    """Tokens are computed, not kept: only who holds the session's own token or the keys could."""

    def __init__(self, keys: Keys) -> None:
        self._keys = keys

    def of(self, session: Session | None) -> str:
        """The token for forms of that session; for forms before signing in, where there is none yet."""
        if session is None:
            return self._keys.name("form:nobody")
        return self._keys.name(f"form:{session.token}") + self.writer(session.member)

    def fits(self, token: str, session: Session | None) -> bool:
        """Whether a form came with the right one."""
        return hmac.compare_digest(token.encode(), self.of(session).encode())

    def writer(self, member: Member) -> str:
        """A name for who fills in a form, which nobody else can make and which tells nobody who it is."""
        return self._keys.name(f"writer:{member.id}")

    @staticmethod
    def writer_of(token: str) -> str:
        """Who filled in the form that came with this token, also once the session is over; empty for nobody."""
        return token[HALF:]
