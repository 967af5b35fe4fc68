"""Sees signs of danger in words, by the reviewed phrases of data/danger.yml.

`clear`: very unlikely to be meant otherwise; the full help goes out. `possible`: the quiet line goes out after the
ordinary answer. `hint`: says nothing by itself; several hints of one kind, from different rules, are a possible sign.
A denial right before a phrase, or a sentence about the past, takes a sign down one level, and drops a possible one;
sayings ("dying to know") are taken out before anything is looked for.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from web.safety.phrases import Phrasebook, Phrases, Span
from web.safety.spelling import END, Spelling
from web.words import WordsError, read_yaml

CLEAR = "clear"
POSSIBLE = "possible"
HINT = "hint"
HINTS = 3  # so many rules with hints of one kind make a possible sign
_LOWERED = {CLEAR: POSSIBLE, POSSIBLE: None, HINT: None}
AROUND = 30
_SAFE = ""  # stands for a word of a saying; fits no phrase
_SENTENCE = re.compile(r"[^.!?\n]+[.!?]*")


@dataclass(frozen=True)
class Sign:
    """One sign of danger: its kind (a safety topic), its level, where it begins."""

    kind: str
    level: str
    start: int


@dataclass(frozen=True)
class _Rule:
    kind: str
    level: str
    beside: tuple[Phrases, ...]
    unless: Phrases

    def counts(self, sentence: Sequence[str]) -> bool:
        """True when all that must stand beside it does, and nothing in the sentence speaks against it."""
        return not self.unless.found(sentence) and all(needed.found(sentence) for needed in self.beside)


class Danger:
    """The rules, ready to be asked."""

    def __init__(self, folder: Path) -> None:
        """Raises WordsError when the file is missing or wrong."""
        content = read_yaml(folder / "danger.yml")
        try:
            self._read(content)
        except (KeyError, TypeError, ValueError) as error:
            raise WordsError(f"The file danger.yml can't be used: {error}") from error

    def _read(self, content: Mapping[str, Any]) -> None:
        lists = content["lists"]
        self.spelling = Spelling(content["spelling"], content["long_words"])
        self._sayings = Phrases(content["sayings"], lists)
        self._past = Phrases(content["past"], lists)
        self._denials = Phrases(content["denials"], lists)
        self._rules = [_rule(entry, lists) for entry in content["signs"]]
        self._phrases = Phrasebook([entry["phrases"] for entry in content["signs"]], lists)
        self.spelling.learn(self._phrases.vocabulary)
        self._children = Phrases(content["children"]["phrases"], lists)
        self._of_children = content["children"]["kind"]
        self.kinds = tuple(dict.fromkeys(rule.kind for rule in self._rules))

    def signs(self, text: str) -> list[Sign]:
        """All signs, in the order in which they stand in the text."""
        words = [END, *self.spelling.words(text), END]
        for saying in self._sayings.found(words):
            words[saying.start : saying.end] = [_SAFE] * (saying.end - saying.start)
        denied = self._denials.ends(words)
        spans = self._phrases.found(words)
        found = [list(self._found(self._rules[number], spans[number], words, denied)) for number in sorted(spans)]
        signs = [sign for signs in found for sign in signs if sign.level != HINT]
        return sorted([*signs, *_hinted(found)], key=lambda sign: sign.start)

    def _found(
        self, rule: _Rule, spans: Iterable[Span], words: Sequence[str], denied: Collection[int]
    ) -> Iterator[Sign]:
        for span in spans:
            sentence = _sentence(words, span)
            if rule.counts(sentence):
                lowered = span.start in denied or self._past.found(sentence)
                level = _LOWERED[rule.level] if lowered else rule.level
                if level:
                    yield Sign(rule.kind, level, span.start)
                if level == CLEAR and rule.kind != self._of_children and self._children.found(sentence):
                    yield Sign(self._of_children, level, span.start)
                if level == HINT:
                    return  # one is enough


def _hinted(found: Iterable[Sequence[Sign]]) -> Iterator[Sign]:
    """A possible sign where several rules found hints of one kind."""
    hints: dict[str, list[Sign]] = {}
    for signs in found:
        if signs and signs[0].level == HINT:
            hints.setdefault(signs[0].kind, []).append(signs[0])
    for kind, firsts in hints.items():
        if len(firsts) >= HINTS:
            yield Sign(kind, POSSIBLE, min(sign.start for sign in firsts))


def load_danger(folder: Path) -> Danger:
    """The rules in `folder`, read anew only where the file is another one (half a second). Raises WordsError."""
    try:
        found = (folder / "danger.yml").stat()
    except OSError as error:
        raise WordsError(f"The file danger.yml can't be read: {error}") from error
    return _loaded(folder, found.st_mtime_ns, found.st_size)


@lru_cache(maxsize=4)
def _loaded(folder: Path, _changed: int, _size: int) -> Danger:
    return Danger(folder)


def sentences(text: str) -> list[str]:
    """The sentences of a text, with the mark that ends each."""
    return [part.strip() for part in _SENTENCE.findall(text) if part.strip()]


def _rule(entry: Mapping[str, Any], lists: Mapping[str, Sequence[str]]) -> _Rule:
    if entry["level"] not in _LOWERED:
        raise ValueError(f"a level is clear, possible or hint, not {entry['level']!r}")
    return _Rule(
        entry["kind"],
        entry["level"],
        tuple(Phrases(entry[key], lists) for key in ("with", "also") if key in entry),
        Phrases(entry.get("unless", ()), lists),
    )


def _sentence(words: Sequence[str], span: Span) -> Sequence[str]:
    """The sentence around a phrase, no further than AROUND words either way: some write without full stops."""
    first, last = span.start, span.end
    if words[first] == END:  # the phrase says where the sentence begins, or where it ends
        first += 1
    if last > first and words[last - 1] == END:
        last -= 1
    before = words[max(0, first - AROUND) : first]
    after = words[last : last + AROUND]
    start = len(before) - before[::-1].index(END) if END in before else 0
    end = after.index(END) if END in after else len(after)
    return [END, *before[start:], *words[first:last], *after[:end], END]
