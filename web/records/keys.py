"""The keys that protect what is kept, newest first."""

from __future__ import annotations

import hashlib
import hmac
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import orjson
from cryptography.fernet import Fernet, InvalidToken, MultiFernet

from web.settings import Settings, SettingsError

KEY_FILE = "secret_keys"


class Unreadable(Exception):
    """What is kept was sealed with a key that is not among ours."""


class Keys:
    """Seals JSON values with the newest key, opens them with any. One object stands for one list of keys."""

    def __init__(self, keys: Sequence[str]) -> None:
        """Raises SettingsError when a key is no Fernet key."""
        try:
            self._fernet = MultiFernet([Fernet(key) for key in keys])
        except ValueError:
            raise SettingsError(
                "SECRET_KEYS must hold Fernet keys with commas between them, newest first. "
                "`.venv/web/bin/python -m web.records new-key` makes one."
            ) from None
        self._naming_key = hashlib.sha256(b"naming:" + keys[0].encode()).digest()

    def seal(self, value: Any) -> bytes:
        """The value, unreadable without the keys."""
        return self._fernet.encrypt(orjson.dumps(value))

    def open(self, sealed: bytes) -> Any:
        """The value that was sealed; raises Unreadable."""
        try:
            return orjson.loads(self._fernet.decrypt(sealed))
        except InvalidToken:
            raise Unreadable from None

    def rotate(self, sealed: bytes) -> bytes:
        """The same value sealed with the newest key; raises Unreadable."""
        try:
            return self._fernet.rotate(sealed)
        except InvalidToken:
            raise Unreadable from None

    def name(self, value: str) -> str:
        """A name for `value` that tells nobody without the keys what it is."""
        return hmac.new(self._naming_key, value.encode(), hashlib.sha256).hexdigest()


def new_key() -> str:
    """A fresh Fernet key."""
    return Fernet.generate_key().decode()


def load_keys(settings: Settings) -> tuple[Keys, bool]:
    """The keys of the settings, or in local mode those in DATA_DIR, made where there are none yet.

    Returns the keys and whether they were made just now. Raises SettingsError.
    """
    if settings.secret_keys:
        return Keys(settings.secret_keys), False
    path = settings.data_dir / KEY_FILE
    made = _write_once(path, new_key())
    return Keys(path.read_text(encoding="ascii").split()), made


def _write_once(path: Path, text: str) -> bool:
    """Write the file for its owner only, unless it is there; two processes at once end up with the same one."""
    if path.exists():
        return False
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    draft = path.with_name(f"{path.name}.{os.getpid()}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    try:
        with os.fdopen(descriptor, "w", encoding="ascii") as file:
            file.write(text + "\n")
            file.flush()
            os.fsync(file.fileno())
        os.link(draft, path)
    except FileExistsError:
        return False
    finally:
        draft.unlink()
    return True
