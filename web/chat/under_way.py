"""Which address each conversation under way comes from: forgotten as soon as it is answered, and kept nowhere."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager


class UnderWay:
    """The conversations that are being answered in this process at this moment."""

    def __init__(self) -> None:
        self._addresses: dict[str, str] = {}

    @contextmanager
    def answering(self, conversation_id: str, address: str) -> Iterator[None]:
        """While this is held, `address_of` knows where the conversation comes from."""
        self._addresses[conversation_id] = address
        try:
            yield
        finally:
            self._addresses.pop(conversation_id, None)

    def address_of(self, conversation_id: str) -> str | None:
        """The network address of a conversation under way, else None."""
        return self._addresses.get(conversation_id)
