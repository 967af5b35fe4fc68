"""A key of its own for each request: erasing the key erases every value that was sealed with it, wherever it stands."""

from __future__ import annotations

import hashlib
import hmac
from typing import Any

import orjson
from cryptography.fernet import Fernet, InvalidToken

from web.records.keys import Unreadable


class OwnKey:
    """The key of one request or hand-off. Its text is kept sealed with the service's keys, so it rotates with them."""

    def __init__(self, text: str) -> None:
        self.text = text
        self._fernet = Fernet(text)

    @classmethod
    def new(cls) -> OwnKey:
        """A fresh key."""
        return cls(Fernet.generate_key().decode())

    def seal(self, value: Any) -> bytes:
        """The JSON value, unreadable without this key."""
        return self._fernet.encrypt(orjson.dumps(value))

    def open(self, sealed: bytes) -> Any:
        """The value that was sealed; raises Unreadable."""
        try:
            return orjson.loads(self._fernet.decrypt(sealed))
        except InvalidToken:
            raise Unreadable from None

    def digest(self, value: str) -> bytes:
        """A digest of `value` that nobody without this key can try values against."""
        return hmac.new(self.text.encode(), value.encode(), hashlib.sha256).digest()
