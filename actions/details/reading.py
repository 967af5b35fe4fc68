"""How a message is read: folded to plain lower-case words that keep their places, and matched by spaCy.

spaCy's own English tokeniser takes "dont" and "im" apart in ways that its matchers then have to undo; families write
so all the time. So words are cut here, and spaCy's Doc and Matcher do the rest.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from spacy.matcher import Matcher
from spacy.tokens import Doc
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


def document(read: Sequence[Word]) -> Doc:
    """What spaCy matches in."""
    return Doc(VOCAB, words=[CLOCK if _CLOCK.fullmatch(word.plain) else word.plain for word in read])


@dataclass(frozen=True)
class Hit:
    """A phrase that was found: the rule's name, and from which word to which (not included)."""

    name: str
    start: int
    end: int


class Phrases:
    """Phrases in the notation that the head of data/details/phrases.yml explains."""

    def __init__(self, rules: Mapping[str, Iterable[str]], lists: Mapping[str, Sequence[str]]) -> None:
        self._matcher = Matcher(VOCAB)
        for name, phrases in rules.items():
            patterns = [[_token(part, lists) for part in str(phrase).split()] for phrase in phrases]
            self._matcher.add(name, patterns)

    def hits(self, doc: Doc) -> list[Hit]:
        """The longest phrases found, in order, none inside or across another."""
        spans = filter_spans(self._matcher(doc, as_spans=True))
        return [Hit(span.label_, span.start, span.end) for span in spans]

    def every(self, doc: Doc) -> Iterator[Hit]:
        """All phrases found, also those that lie across each other."""
        for span in self._matcher(doc, as_spans=True):
            yield Hit(span.label_, span.start, span.end)

    def names(self, doc: Doc) -> set[str]:
        """Which rules have a phrase in the message."""
        return {hit.name for hit in self.every(doc)}


def _token(part: str, lists: Mapping[str, Sequence[str]]) -> dict[str, Any]:
    perhaps, part = part.startswith("?"), part.lstrip("?")
    if part == "*":
        token: dict[str, Any] = {"TEXT": {"REGEX": r"^\w"}}
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
