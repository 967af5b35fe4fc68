"""Finds reviewed phrases in words.

A phrase is written as people say it, one space between words, with
    a/b      either word            ?a     a or nothing          a*    any word that begins so
    $name    a word of that list    ..     up to three words of the same sentence
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from web.safety.spelling import END, plain

GAP = 3


@dataclass(frozen=True)
class Span:
    """The words from `start` up to, not including, `end`."""

    start: int
    end: int


@dataclass(frozen=True)
class _Part:
    words: frozenset[str]
    beginnings: tuple[str, ...] = ()
    optional: bool = False
    gap: bool = False

    def fits(self, word: str) -> bool:
        return word in self.words or (bool(self.beginnings) and word.startswith(self.beginnings))


class Phrases:
    """A list of phrases, ready to be looked for. Raises ValueError naming a phrase that can't be read."""

    def __init__(self, phrases: Iterable[str], lists: Mapping[str, Sequence[str]]) -> None:
        self._by_first: dict[str, list[list[_Part]]] = {}
        self.vocabulary: set[str] = set()
        for phrase in _spelled_out(phrases, lists):
            self._add(phrase, [_part(piece, lists, phrase) for piece in plain(phrase).split()])

    def _add(self, phrase: str, parts: list[_Part]) -> None:
        if not parts or parts[0].gap or parts[0].beginnings:
            raise ValueError(f"a phrase must begin with a whole word: {phrase!r}")
        self.vocabulary.update(word for part in parts for word in part.words)
        for word in parts[0].words:
            self._by_first.setdefault(word, []).append(parts[1:])
        if parts[0].optional:
            self._add(phrase, parts[1:])

    def found(self, words: Sequence[str]) -> list[Span]:
        """Where the phrases stand, each start once, with its longest end."""
        if self._by_first.keys().isdisjoint(words):
            return []
        spans = []
        for start in range(len(words)):
            end = max(self._ends(words, start), default=None)
            if end is not None:
                spans.append(Span(start, end))
        return spans

    def ends(self, words: Sequence[str]) -> set[int]:
        """Where any reading of any phrase ends."""
        return {end for start in range(len(words)) for end in self._ends(words, start)}

    def _ends(self, words: Sequence[str], start: int) -> Iterator[int]:
        for parts in self._by_first.get(words[start], ()):
            yield from _ends(parts, words, start + 1)


def _ends(parts: Sequence[_Part], words: Sequence[str], at: int) -> Iterator[int]:
    """Where the rest of a phrase that goes on at `at` can end."""
    if not parts:
        yield at
        return
    part, rest = parts[0], parts[1:]
    if part.gap:
        for skipped in range(GAP + 1):
            if END in words[at : at + skipped]:
                return
            yield from _ends(rest, words, at + skipped)
        return
    if at < len(words) and part.fits(words[at]):
        yield from _ends(rest, words, at + 1)
    if part.optional:
        yield from _ends(rest, words, at)


def _spelled_out(phrases: Iterable[str], lists: Mapping[str, Sequence[str]]) -> Iterator[str]:
    for phrase in phrases:
        if phrase.startswith("$") and phrase[1:] in lists:
            yield from _spelled_out(lists[phrase[1:]], lists)
        else:
            yield phrase


def _words(name: str, lists: Mapping[str, Sequence[str]], phrase: str) -> Iterator[str]:
    """The words of a list and of the lists it names."""
    if name not in lists:
        raise ValueError(f"there is no list ${name} for {phrase!r}")
    for word in lists[name]:
        if word.startswith("$"):
            yield from _words(word[1:], lists, phrase)
        elif " " in word:
            raise ValueError(f"only a single word of ${name} can stand inside {phrase!r}")
        else:
            yield from _forms(plain(word))


def _forms(word: str) -> tuple[str, ...]:
    """`son+` is son and sons: the second is how "my son's" is written by most."""
    return (word[:-1], word[:-1] + "s") if word.endswith("+") else (word,)


def _part(piece: str, lists: Mapping[str, Sequence[str]], phrase: str) -> _Part:
    if piece == "..":
        return _Part(frozenset(), gap=True)
    optional = piece.startswith("?")
    words: set[str] = set()
    beginnings = []
    for word in piece.removeprefix("?").split("/"):
        if word.startswith("$"):
            words.update(_words(word[1:], lists, phrase))
        elif word.endswith("*"):
            beginnings.append(word[:-1])
        else:
            words.update(_forms(word))
    if "" in words or "" in beginnings:
        raise ValueError(f"an empty word in {phrase!r}")
    return _Part(frozenset(words), tuple(beginnings), optional)
