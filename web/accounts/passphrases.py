"""Passphrases: long ones of any kind, none that many people use, kept as argon2id hashes only."""

from __future__ import annotations

import asyncio
import secrets
import unicodedata
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

SHORTEST, LONGEST = 12, 128
# What everybody here would think of first.
OF_HERE = ("bradford", "safeguarding", "partnership", "tbp", "review", "leaflet", "password", "passphrase")
LEAST_LEFT = 8  # characters that must be left once such words are taken out
AT_ONCE = 2  # hashes: each takes 64 MiB and a core for a moment


@cache
def common() -> frozenset[str]:
    """Passphrases and words that many people use. The lists take 11 MB, and only a new passphrase needs them."""
    from zxcvbn.frequency_lists import FREQUENCY_LISTS

    return frozenset([*FREQUENCY_LISTS["passwords"], *FREQUENCY_LISTS["english_wikipedia"]])


def problem(passphrase: str, own_words: Iterable[str] = ()) -> str | None:
    """Why a passphrase can't be taken, in plain words; None where it can. `own_words`: a name, an e-mail address."""
    length = len(unicodedata.normalize("NFKC", passphrase))
    if length < SHORTEST:
        return f"Use at least {SHORTEST} characters. Four words that have nothing to do with each other are good."
    if length > LONGEST:
        return f"Use at most {LONGEST} characters."
    plain = passphrase.casefold()
    if plain in common() or plain.strip("0123456789!.?-_ ") in common() or len(set(plain)) < 5:
        return "Many people use this one, so it is easy to guess. Choose another."
    for word in sorted({*OF_HERE, *_parts(own_words)}, key=len, reverse=True):
        plain = plain.replace(word, "")
    if len(plain.strip()) < LEAST_LEFT:
        return "This is close to your name or to our work, so it is easy to guess. Choose other words."
    return None


def _parts(own_words: Iterable[str]) -> set[str]:
    text = "".join(c if c.isalnum() else " " for c in " ".join(own_words).casefold())
    return {part for part in text.split() if len(part) > 2}


@cache
def _of_nobody(time_cost: int, memory_cost: int, parallelism: int) -> str:
    """The hash of a passphrase that nobody has."""
    return PasswordHasher(time_cost, memory_cost, parallelism).hash(secrets.token_urlsafe())


class Passphrases:
    """Hashes and checks passphrases in threads, so that nobody else waits."""

    def __init__(self, hasher: PasswordHasher | None = None) -> None:
        self._hasher = hasher or PasswordHasher()
        self._threads = ThreadPoolExecutor(AT_ONCE, thread_name_prefix="passphrases")
        # What is checked where there is no account, so that it takes as long.
        self._nobody = _of_nobody(self._hasher.time_cost, self._hasher.memory_cost, self._hasher.parallelism)

    async def hash(self, passphrase: str) -> str:
        """What is kept of it."""
        return await asyncio.get_running_loop().run_in_executor(self._threads, self._hasher.hash, _whole(passphrase))

    async def matches(self, kept: str | None, passphrase: str) -> bool:
        """Whether it is the one; without `kept` it never is, and that takes as long to say."""
        found = await asyncio.get_running_loop().run_in_executor(
            self._threads, self._verify, kept or self._nobody, _whole(passphrase)
        )
        return found and kept is not None

    def is_outdated(self, kept: str) -> bool:
        """True when it was hashed with weaker parameters than today's."""
        return self._hasher.check_needs_rehash(kept)

    def _verify(self, kept: str, passphrase: str) -> bool:
        try:
            return self._hasher.verify(kept, passphrase)
        except (VerificationError, InvalidHashError):
            return False


def _whole(passphrase: str) -> str:
    """The same passphrase, however a keyboard composes its characters; nothing is cut off."""
    return unicodedata.normalize("NFKC", passphrase)
