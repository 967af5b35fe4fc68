"""Writes letters into a folder instead of sending them, for a machine of one's own."""

from __future__ import annotations

import asyncio
import os
from pathlib import Path

from web.notify import Envelope, SendFailed, as_message

SENDER = "appointments@localhost"


class FolderSender:
    """One .eml file for each letter, which any mail program opens. The same letter again is the same file."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    async def send(self, envelope: Envelope) -> None:
        """See Sender."""
        message = as_message(envelope, SENDER)
        name = f"{envelope.at:%Y%m%d-%H%M%S}-{envelope.id}.eml"
        try:
            await asyncio.to_thread(self._write, name, message.as_bytes())
        except OSError as error:
            raise SendFailed(f"the folder can't be written ({error.strerror})") from None

    def _write(self, name: str, content: bytes) -> None:
        self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        draft = self._folder / f".{name}"
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        draft.replace(self._folder / name)
