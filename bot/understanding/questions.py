"""The questions of a message that asks several, by spaCy's sentences and a matcher for "and who", ", can we"."""

from __future__ import annotations

from spacy.language import Language
from spacy.matcher import Matcher
from spacy.tokens import Doc, Span

from bot.understanding.normalise import has_words

JOINS = ["and", "also", "but", "n", "nd", "an", "&", "plus", "or", "then", ",", ";", "-", "/", "oh", "so"]
ASKS = (
    "how hows what whats wat when whens wen where wheres who whos whose hoo why whys which if whether any anyone give "
    "can cant could cud will would wud do dont does did is are am was wos should shall may must have has"
).split()
MOST_QUESTIONS = 5


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
    return parts[:MOST_QUESTIONS] if len(parts) > 1 else []


def _long_enough(span: Span) -> bool:
    return sum(token.is_alpha for token in span) >= 2


def asks(part: str) -> bool:
    """True for what is worded as a question: by its mark, or by a word near its start that begins questions."""
    words = [word.strip(",.?!'\"").lower() for word in part.split()]
    return "?" in part or any(word in ASKS for word in words[:4])
