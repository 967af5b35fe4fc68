"""The questions of a message that asks several, by spaCy's sentences and a matcher for "and who", ", can we"."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import dropwhile
from typing import Any

import numpy as np
import spacy
from spacy.language import Language
from spacy.matcher import Matcher
from spacy.tokens import Doc, Span

from bot.understanding.normalise import has_words

LISTED = [*"123456789)", "firstly", "secondly", "second", "thirdly", "third", "lastly", "finally"]  # "2) can we"
JOINS = ["and", "also", "but", "n", "nd", "an", "&", "plus", "or", "then", ",", ";", "-", "/", "oh", "so", *LISTED]
ASKS = (
    "how hows hw what whats wat when whens wen whn where wheres who whos whose hoo why whys which if whether any "
    "anyone give can cant could cud will would wud do dont does did is are am was wos should shall may must have has"
).split()
ABOUT = "about after at by for from in of on to under until with".split()  # "and for how long"
BEFORE_QUESTIONS = {*JOINS, *ABOUT, "that", "but", "hi", "hello", "hiya", "please", "pls", "ok", "well", "um"}
BEGINS_QUESTIONS = {*ASKS} - {"have", "must", "any", "anyone", "give"}
BEGINS_REQUESTS = set(
    "book call cancel change delete explain get give i id im need put ring send tell wanna want we".split()
)
# Of a very long message the end is read closer: the question often stands there.
MOST_QUESTIONS = 8
# How much a part that is marked as a question, and the last part, count beside an ordinary part of a story.
MARKED, LAST = 2.0, 1.0


def pipeline() -> Language:
    """spaCy's blank English words and sentences; nothing is downloaded."""
    nlp = spacy.blank("en")
    nlp.add_pipe("sentencizer")
    return nlp


def question_matcher(nlp: Language) -> Matcher:
    """Finds where one question ends and the next begins."""
    matcher = Matcher(nlp.vocab)
    join: dict[str, Any] = {"LOWER": {"IN": JOINS}}
    ask: dict[str, Any] = {"LOWER": {"IN": ASKS}}
    joins: list[dict[str, Any]] = [join, {"LOWER": {"IN": JOINS}, "OP": "*"}]
    about: list[dict[str, Any]] = [{"LOWER": {"IN": ABOUT}}, {"LOWER": "that", "OP": "?"}]
    wish = [{"LOWER": {"IN": ["i", "id"]}}, {"LOWER": {"IN": ["want", "wanna", "need", "would", "like"]}}]
    matcher.add("NEXT", [[*joins, ask], [*joins, *about, ask], [*joins, *wish]])
    return matcher


def questions_of(doc: Doc, matcher: Matcher) -> list[str]:
    """The parts of a message that may each ask something, in order; none where it is one part only."""
    joins = {start for _, start, _ in matcher(doc)}
    parts: list[str] = []
    for sentence in doc.sents:
        begin = sentence.start
        for place in [*sorted(j for j in joins if sentence.start < j < sentence.end - 1), sentence.end]:
            if _long_enough(doc[begin:place]):
                parts.append(doc[begin:place].text.strip(" ,;"))
                begin = place
        if begin < sentence.end and parts and has_words(doc[begin : sentence.end].text):
            parts[-1] = f"{parts[-1]} {doc[begin : sentence.end].text}"
    return parts[-MOST_QUESTIONS:] if len(parts) > 1 else []


def _long_enough(span: Span) -> bool:
    """Two words, that are not the beginning of a question with a remark in it ("Who, apart from her, …")."""
    return sum(token.is_alpha for token in span) >= 2 and not (span[0].lower_ in ASKS and span[1].text == ",")


def asks(part: str, within: int = 4) -> bool:
    """True for what is worded as a question or a wish: by its mark, or by its first words (`within`)."""
    return "?" in part or any(word in ASKS for word in _words(part)[:within]) or is_request(part)


def is_question(part: str) -> bool:
    """True for what is a question by itself: it has the mark, or begins, after "and" or "hi", as questions do.

    "When they closed the ward" begins a story; "and if it has" still asks.
    """
    words, every = _after_joins(part), _words(part)
    if part.rstrip().endswith("?"):
        return True
    if words == every and every[:1] in (["when"], ["if"]):
        return every[1:2] != [] and every[1] in ASKS
    return words[:1] != [] and words[0] in BEGINS_QUESTIONS


def is_request(part: str) -> bool:
    """True for what begins, after "and" or "hi", as wishes do: "i want", "tell me"."""
    words = _after_joins(part)
    return words[:1] != [] and words[0] in BEGINS_REQUESTS


def _after_joins(part: str) -> list[str]:
    return list(dropwhile(BEFORE_QUESTIONS.__contains__, _words(part)))


def _words(part: str) -> list[str]:
    """The words in small letters, without marks: "who's" is "whos"."""
    words = (re.sub(r"[^\w&/;-]", "", word).lower() for word in part.split())
    return [word for word in words if word]


def weights(parts: Sequence[str]) -> np.ndarray:
    """How much each part of a message counts; they add up to 1."""
    counts = np.array([1.0 + MARKED * ("?" in part) for part in parts])
    counts[-1] += LAST
    return np.asarray(counts / counts.sum())
