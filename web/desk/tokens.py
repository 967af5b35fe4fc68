"""The token in every form of the desk: it shows that the form is from a page of this very session."""

from __future__ import annotations

import hmac

from web.accounts.sessions import Session
from web.records.keys import Keys

FIELD = "token"


class FormTokens:
    """Tokens are computed, not kept: only who holds the session's own token or the keys could."""

    def __init__(self, keys: Keys) -> None:
        self._keys = keys

    def of(self, session: Session | None) -> str:
        """The token for forms of that session; for forms before signing in, where there is none yet."""
        return self._keys.name(f"form:{session.token if session else 'nobody'}")

    def fits(self, token: str, session: Session | None) -> bool:
        """Whether a form came with the right one."""
        return hmac.compare_digest(token.encode(), self.of(session).encode())
