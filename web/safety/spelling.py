"""Reads words as they were meant: contractions, text-speak, spaced-out letters and common slips."""

from __future__ import annotations

import re
import string
import unicodedata
from collections.abc import Iterable, Mapping

END = "."  # stands between two sentences
_SIGNS = str.maketrans({"’": "'", "‘": "'", "`": "'", "´": "'", "ʼ": "'", "ł": "l", "đ": "d", "ø": "o", "ı": "i"})
_LETTER_FOR = str.maketrans({"1": "i", "3": "e", "0": "o", "4": "a", "5": "s", "@": "a", "$": "s", "!": "i", "*": ""})
# Bounded, so that no text however strange takes long.
_DISGUISED = re.compile(r"(?<![\w@$!*])[a-z][\w@$!*]{0,30}[a-z](?!\w)")
_SPACED_OUT = re.compile(r"\b(?:[a-z][ .\-_*]{1,3}){3,40}[a-z]\b")
_REPEATED = re.compile(r"([a-z])\1{2,}")
_LETTER = r"[\w\u0900-\u0dff]"  # the vowel signs of Indian scripts belong to the word, though \w leaves them out
_TOKEN = re.compile(rf"{_LETTER}+(?:'{_LETTER}+)*|[.!?;\n\u06d4\u061f]+")
_CUT_SHORT = 6  # letters: `thin` is no `thing`
_CONTRACTED = ((re.compile(r"\b(ca|wo|sha)n't\b"), {"ca": "can not", "wo": "will not", "sha": "shall not"}),)
_ENDINGS = (
    (re.compile(r"n't\b"), " not"),
    (re.compile(r"'m\b"), " am"),
    (re.compile(r"'re\b"), " are"),
    (re.compile(r"'ve\b"), " have"),
    (re.compile(r"'ll\b"), " will"),
    (re.compile(r"'d\b"), " would"),
    (re.compile(r"\b(he|she|it|that|who|there|what|someone|somebody)'s\b"), r"\1 is"),
)


class Spelling:
    """Turns text into plain lower-case words.

    `meant` maps what people type to what they mean (one word or several); a slip of one letter in one of `long` words,
    all of which are unlike any other English word, is put right.
    """

    def __init__(self, meant: Mapping[str, str], long: Iterable[str]) -> None:
        self._meant = {typed: words.split() for typed, words in meant.items()}
        for word in long:
            for slip in _slips(word):
                self._meant.setdefault(slip, [word])
        for word in long:
            self._meant.pop(word, None)

    def learn(self, vocabulary: Iterable[str]) -> None:
        """From now on words that dialect cuts short (`hittin`) are read as those of this vocabulary (`hitting`)."""
        known = set(vocabulary)
        for word in known:
            if len(word) >= _CUT_SHORT and word.endswith("ing") and word[:-1] not in known:
                self._meant.setdefault(word[:-1], [word])

    def words(self, text: str) -> list[str]:
        """The words of the text, with END between sentences."""
        text = _undisguised(plain(text))
        for pattern, whole in _CONTRACTED:
            text = pattern.sub(lambda match, whole=whole: whole[match[1]], text)  # type: ignore[misc]
        for pattern, ending in _ENDINGS:
            text = pattern.sub(ending, text)
        words: list[str] = []
        for token in _TOKEN.findall(text):
            words.extend(self._read(token))
        return words

    def _read(self, token: str) -> list[str]:
        if not token[0].isalnum() and token[0] != "_":
            return [END]
        word = token.replace("'", "").replace("_", "")
        for candidate in (word, _REPEATED.sub(r"\1\1", word), _REPEATED.sub(r"\1", word)):
            if candidate in self._meant:
                return self._meant[candidate]
        return [_REPEATED.sub(r"\1\1", word)] if word else []


def plain(text: str) -> str:
    """Small letters without accents."""
    if not text.isascii():
        decomposed = unicodedata.normalize("NFKD", text)
        text = "".join(char for char in decomposed if not unicodedata.combining(char))
    return text.casefold().translate(_SIGNS)


def _undisguised(text: str) -> str:
    """`k i l l` and `k1ll` as they were meant."""
    text = _SPACED_OUT.sub(lambda match: re.sub(r"[ .\-_*]+", "", match[0]), text)
    return _DISGUISED.sub(lambda match: match[0].translate(_LETTER_FOR), text)


def _slips(word: str) -> set[str]:
    """Everything one slip away: a letter left out, doubled or wrong, two swapped. The first letter stands."""
    slips = set()
    for place in range(1, len(word)):
        head, tail = word[:place], word[place:]
        slips.add(head + tail[1:])
        slips.update(head + letter + tail for letter in string.ascii_lowercase)
        slips.update(head + letter + tail[1:] for letter in string.ascii_lowercase)
        if len(tail) > 1:
            slips.add(head + tail[1] + tail[0] + tail[2:])
    slips.update(word + letter for letter in string.ascii_lowercase)
    return slips - {word}
