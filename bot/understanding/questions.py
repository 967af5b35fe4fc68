"""The questions of a message that asks several, by spaCy's sentences and a matcher for "and who", ", can we"."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import spacy
from spacy.language import Language
from spacy.matcher import Matcher
from spacy.tokens import Doc, Span

from bot.understanding.normalise import has_words

JOINS = ["and", "also", "but", "n", "nd", "an", "&", "plus", "or", "then", ",", ";", "-", "/", "oh", "so"]
ASKS = (
    "how hows what whats wat when whens wen where wheres who whos whose hoo why whys which if whether any anyone give "
    "can cant could cud will would wud do dont does did is are am was wos should shall may must have has"
).split()
BEFORE_QUESTIONS = {*JOINS, "but", "hi", "hello", "hiya", "please", "pls", "ok", "well", "um"}
BEGINS_QUESTIONS = {*ASKS} - {"if", "have", "must", "any", "anyone", "give"}
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
    join, ask = {"LOWER": {"IN": JOINS}}, {"LOWER": {"IN": ASKS}}
    matcher.add("NEXT", [[join, {"LOWER": {"IN": JOINS}, "OP": "*"}, ask]])
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
    return sum(token.is_alpha for token in span) >= 2


def asks(part: str, within: int = 4) -> bool:
    """True for what is worded as a question: by its mark, or by one of its first words (`within`) that begins one."""
    words = [word.strip(",.?!'\"").lower() for word in part.split()]
    return "?" in part or any(word in ASKS for word in words[:within])


def is_question(part: str) -> bool:
    """True for what is a question by itself: it has the mark, or begins, after "and" or "hi", as questions do."""
    words = [word.strip(",.!'\"").lower() for word in part.split()]
    begins = next((word for word in words if word and word not in BEFORE_QUESTIONS), "")
    return part.rstrip().endswith("?") or begins in BEGINS_QUESTIONS


def weights(parts: Sequence[str]) -> np.ndarray:
    """How much each part of a message counts; they add up to 1."""
    counts = np.array([1.0 + MARKED * ("?" in part) for part in parts])
    counts[-1] += LAST
    return np.asarray(counts / counts.sum())
