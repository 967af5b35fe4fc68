"""Sees signs of danger in words, by the reviewed phrases of data/danger.yml.

`clear`: very unlikely to be meant otherwise; the full help goes out. `possible`: the quiet line goes out after the
ordinary answer. A denial right before a phrase, or a sentence about the past, turns clear into possible;
sayings ("dying to know") are taken out before anything is looked for.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from web.safety.phrases import Phrases, Span
from web.safety.spelling import END, Spelling
from web.words import WordsError, read_yaml

CLEAR = "clear"
POSSIBLE = "possible"
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
    phrases: Phrases
    beside: Phrases | None
    unless: Phrases

    def counts(self, sentence: Sequence[str]) -> bool:
        """True when nothing else in the sentence speaks against it."""
        return not self.unless.found(sentence) and (self.beside is None or bool(self.beside.found(sentence)))


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
        self.kinds = tuple(dict.fromkeys(rule.kind for rule in self._rules))

    def signs(self, text: str) -> list[Sign]:
        """All signs, in the order in which they stand in the text."""
        words = self.spelling.words(text)
        for saying in self._sayings.found(words):
            words[saying.start : saying.end] = [_SAFE] * (saying.end - saying.start)
        denied = self._denials.ends(words)
        signs = [sign for rule in self._rules for sign in self._found(rule, words, denied)]
        return sorted(signs, key=lambda sign: sign.start)

    def _found(self, rule: _Rule, words: Sequence[str], denied: Collection[int]) -> Iterator[Sign]:
        for span in rule.phrases.found(words):
            sentence = _sentence(words, span)
            if rule.counts(sentence):
                lowered = span.start in denied or self._past.found(sentence)
                yield Sign(rule.kind, POSSIBLE if lowered else rule.level, span.start)


def sentences(text: str) -> list[str]:
    """The sentences of a text, with the mark that ends each."""
    return [part.strip() for part in _SENTENCE.findall(text) if part.strip()]


def _rule(entry: Mapping[str, Any], lists: Mapping[str, Sequence[str]]) -> _Rule:
    if entry["level"] not in (CLEAR, POSSIBLE):
        raise ValueError(f"a level is clear or possible, not {entry['level']!r}")
    return _Rule(
        entry["kind"],
        entry["level"],
        Phrases(entry["phrases"], lists),
        Phrases(entry["with"], lists) if "with" in entry else None,
        Phrases(entry.get("unless", ()), lists),
    )


def _sentence(words: Sequence[str], span: Span) -> Sequence[str]:
    """The sentence around a phrase, no further than AROUND words either way: some write without full stops."""
    before = words[max(0, span.start - AROUND) : span.start]
    after = words[span.end : span.end + AROUND]
    start = len(before) - before[::-1].index(END) if END in before else 0
    end = after.index(END) if END in after else len(after)
    return [*before[start:], *words[span.start : span.end], *after[:end]]
