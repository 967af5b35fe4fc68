"""How a message is read: folded to plain lower-case words that keep their places, and matched by spaCy.

spaCy's own English tokeniser takes "dont" and "im" apart in ways that its matchers then have to undo; families write
so all the time. So words are cut here, and spaCy's Doc and Matcher do the rest.
"""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence, Set
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import yaml
from spacy.matcher import Matcher
from spacy.tokens import Doc, Span
from spacy.util import filter_spans
from spacy.vocab import Vocab

FOLDER = Path(__file__).parents[2] / "data" / "details"
VOCAB = Vocab()
# A clock time or a date, a word with its apostrophes and hyphens, or one mark.
_TOKEN = re.compile(r"\d+(?:[:./]\d+)*(?:am|pm|ish|st|nd|rd|th)?\b|\w+(?:['’`-]\w+)*|[^\w\s]|\n", re.IGNORECASE)
_CLOCK = re.compile(
    r"\d{1,2}(?:[:.]\d\d)?(?:am|pm|ish)|\d{1,2}[:.]\d\d|\d{1,2}/\d{1,2}(?:/\d{2,4})?|\d{1,2}(?:st|nd|rd|th)"
)
_LETTERS = str.maketrans({"ł": "l", "Ł": "L", "ø": "o", "Ø": "O", "đ": "d", "Đ": "D", "ı": "i", "’": "'", "`": "'"})
CLOCK = "<clock>"


@dataclass(frozen=True)
class Word:
    """One word of a message: as it is compared, and where it stands."""

    plain: str
    start: int
    end: int

    @property
    def is_mark(self) -> bool:
        """True for a comma and the like."""
        return not self.plain or not (self.plain[0].isalnum() or self.plain == CLOCK)


def folded(text: str) -> str:
    """Lower case without accents, one character for each of `text`, so that places stay the same."""
    return "".join(unicodedata.normalize("NFD", letter)[0].lower()[:1] or " " for letter in text.translate(_LETTERS))


def words(text: str) -> list[Word]:
    """The words and marks of a message. Apostrophes are left out of `plain`: "I'm" is im."""
    return [
        Word(found[0].replace("'", "") if found[0] != "'" else "'", found.start(), found.end())
        for found in _TOKEN.finditer(folded(text))
    ]


@dataclass(frozen=True)
class Hit:
    """A phrase that was found: the rule's name, and from which word to which (not included)."""

    name: str
    start: int
    end: int


class _Phrase(NamedTuple):
    """One phrase: a matcher for it alone, and for each word that it can't do without those it may be."""

    matcher: Matcher
    needs: Sequence[frozenset[str]]


class Phrases:
    """Phrases in the notation that the head of data/details/phrases.yml explains.

    spaCy tries every phrase at every word; most messages lack a word that a phrase needs. So each is looked up by the
    shortest list of words that it needs, and matched only in a message that has a word of each list.
    """

    def __init__(self, rules: Mapping[str, Iterable[str]], lists: Mapping[str, Sequence[str]]) -> None:
        self._phrases = [_phrase(rule, str(phrase), lists) for rule, phrases in rules.items() for phrase in phrases]
        self._anyway: list[int] = []  # phrases that need no word
        self._by_word: dict[str, list[int]] = defaultdict(list)
        for number, phrase in enumerate(self._phrases):
            shortest = min(phrase.needs, key=len, default=None)
            for place in [self._anyway] if shortest is None else [self._by_word[word] for word in shortest]:
                place.append(number)

    def hits(self, read: Sequence[Word]) -> list[Hit]:
        """The longest phrases found, in order, none inside or across another; of two at the same words the first."""
        return self._found(read, filter_spans)

    def every(self, read: Sequence[Word]) -> list[Hit]:
        """All phrases found, also those that lie across each other."""
        return self._found(read, list)

    def names(self, read: Sequence[Word]) -> set[str]:
        """Which rules have a phrase in the message."""
        return {hit.name for hit in self.every(read)}

    def _found(self, read: Sequence[Word], choose: Callable[[Iterable[Span]], list[Span]]) -> list[Hit]:
        said = [CLOCK if _CLOCK.fullmatch(word.plain) else word.plain for word in read]
        possible = self._possible(set(said))
        if not possible:
            return []
        with VOCAB.memory_zone():  # nothing of what was said stays in spaCy's memory
            doc = Doc(VOCAB, words=said)
            spans = choose([span for one in possible for span in one.matcher(doc, as_spans=True)])
            return [Hit(span.label_, span.start, span.end) for span in spans]

    def _possible(self, said: Set[str]) -> list[_Phrase]:
        near = {*self._anyway, *(number for word in said for number in self._by_word.get(word, ()))}
        phrases = (self._phrases[number] for number in sorted(near))
        return [phrase for phrase in phrases if not any(need.isdisjoint(said) for need in phrase.needs)]


def _phrase(rule: str, phrase: str, lists: Mapping[str, Sequence[str]]) -> _Phrase:
    pattern = [_token(part, lists) for part in phrase.split()]
    matcher = Matcher(VOCAB)
    matcher.add(rule, [pattern])
    needs = [frozenset(token["ORTH"]["IN"]) for token in pattern if "ORTH" in token and "OP" not in token]
    return _Phrase(matcher, needs)


def _token(part: str, lists: Mapping[str, Sequence[str]]) -> dict[str, Any]:
    perhaps, part = part.startswith("?"), part.lstrip("?")
    if part in ("*", "*s"):
        token: dict[str, Any] = {"TEXT": {"REGEX": r"^\w" if part == "*" else r"^\w+s$"}}
    elif part == "<number>":
        token = {"TEXT": {"REGEX": r"^\d+$"}}
    else:
        known: list[str] = []
        for one in part.split("/"):
            known += lists[one[1:]] if one.startswith("$") else [one]
        token = {"ORTH": {"IN": known}}
    return {**token, "OP": "?"} if perhaps else token


@cache
def known(file: str) -> Any:
    """The content of one file of data/details."""
    return yaml.safe_load((FOLDER / file).read_text(encoding="utf-8"))


def phrases(file: str, section: str) -> Phrases:
    """The phrases of one section of a file of data/details; the lists of phrases.yml are known in all."""
    content = known(file)
    return Phrases(content[section], {**known("phrases.yml")["lists"], **content.get("lists", {})})
