"""The questions of a message that asks several, by spaCy's sentences and a matcher for "and who", ", can we", "(b)".

Where nothing joins them ("whats a cspr whats the email"), a question begins with its own opening words.
"""

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
    "how hows hw what whats whatd wat when whens wen whn where wheres whered who whos whose whod hoo why whys which if "
    "whether any anyone give can cant could cud will would wud do dont does did is are am was wos should shall may "
    "must have has"
).split()
# Whose wish it is, what such a wish has next, and what somebody is told to do.
WISHING = "i id we wed she shed he hed they theyd".split()
WISHED = "want wants wanna need needs would 'd ’d d like".split()
TOLD = "book cancel confirm define explain give inform kindly please pls send state tell".split()
BESIDES = "after also finally further generally once please roughly separately then this um".split()
LETTERS = [*"abcd1234", "ii", "iii"]
# What a question begins with where nothing joins it to the one before: words that ask, or a verb before who does it.
# "My mum, who is poorly" and "Amy was my daughter" are no questions; nor is what follows "tell me" or "the lady".
OPENS = "what whats wot wots who whos where wheres when whens how hows why whys".split()
BEING = "are has have is r s 's ’s".split()  # not "was": mostly it tells
VERBS = [*BEING, *"am can could did do does should will would".split()]
AFTER_WHO = "can could did do does should will would 's ’s s".split()
AFTER_OPENS = [*VERBS, "was", "were", "long", "many", "much"]
DOING, BEING_SO = "i it my our that these they this u we you".split(), "i it that there they this we you".split()
SUBJECTS = "he i it she that there they u we whatever which who whom whose you".split()
LEADS = (
    "about and are ask asked at be by do does explain find for from idea if in is know lady man matter me mind of on "
    "or out people person say says see someone tell that the them those to understand us was with woman wonder "
    "wondering"
).split()
ABOUT = "about after at by for from in of on to under until with".split()  # "and for how long"
BEFORE_QUESTIONS = {*JOINS, *ABOUT, "that", "but", "hi", "hello", "hiya", "please", "pls", "ok", "well", "um"}
BEGINS_QUESTIONS = {*ASKS} - {"have", "must", "any", "anyone", "give"}
BEGINS_REQUESTS = set(
    "book call cancel change delete explain get give id im need put ring send tell wanna want".split()
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
    beside: dict[str, Any] = {"LOWER": {"IN": BESIDES}, "OP": "?"}
    wish: list[dict[str, Any]] = [{"LOWER": {"IN": WISHING}}, {"LOWER": {"IN": WISHED}}]
    told = [[{"LOWER": {"IN": TOLD}}], [{"LOWER": "let"}, {"LOWER": {"IN": ["me", "us"]}}], [{"LOWER": "once"}]]
    matcher.add("NEXT", [[*joins, beside, ask], [*joins, *about, ask], [*joins, beside, *wish]])
    matcher.add("NEXT", [[*joins, beside, *each] for each in told])
    matcher.add("NEXT", [[{"TEXT": "("}, {"LOWER": {"IN": LETTERS}}, {"TEXT": ")"}]])
    return matcher


def questions_of(doc: Doc, matcher: Matcher) -> list[str]:
    """The parts of a message that may each ask something, in order; none where it is one part only."""
    joins = {start for _, start, _ in matcher(doc)}
    parts: list[str] = []
    for sentence in doc.sents:
        begin = sentence.start
        places = joins | _openings(sentence)
        for place in [*sorted(place for place in places if sentence.start < place < sentence.end - 1), sentence.end]:
            if _long_enough(doc[begin:place]):
                parts.append(doc[begin:place].text.strip(" ,;"))
                begin = place
        if begin < sentence.end and parts and has_words(doc[begin : sentence.end].text):
            parts[-1] = f"{parts[-1]} {doc[begin : sentence.end].text}"
    if len(parts) > MOST_QUESTIONS:  # the first ones together: nothing is left unread
        parts = [" ".join(parts[: 1 - MOST_QUESTIONS]), *parts[1 - MOST_QUESTIONS :]]
    return parts if len(parts) > 1 else []


def _openings(sentence: Span) -> set[int]:
    """Where a question may begin that nothing joins to what is before it ("who can", "do we"), and a list goes on."""
    found: set[int] = set()
    listing = sentence[0].lower_ in ("the", *TOLD) or any(token.text == ":" for token in sentence)
    # A question that has begun waits for its verb ("how long will it"), a condition for what hangs on it ("if I come").
    waits = sentence[0].lower_ in ("if", "when", "once", "after")
    for before, token, after in zip(sentence, sentence[1:], sentence[2:], strict=False):
        waits = (waits or before.lower_ in OPENS) and before.lower_ not in AFTER_OPENS[:-3]
        asks_so = not waits and _begins_with_a_verb(before.lower_, token.lower_, after.lower_)
        if asks_so or _begins_by_asking(before.lower_, token.lower_, after.lower_):
            found.add(token.i)
        elif listing and token.lower_ in ("and", "plus") and after.lower_ == "the":
            found.add(token.i)
    return found


def _begins_by_asking(before: str, word: str, after: str) -> bool:
    if word not in OPENS or before in LEADS:
        return False
    return word.endswith("s") or after in (AFTER_WHO if word == "who" else AFTER_OPENS)


def _begins_with_a_verb(before: str, word: str, after: str) -> bool:
    if word not in VERBS or before in (*OPENS, *LEADS, *SUBJECTS):
        return False
    return after in (BEING_SO if word in BEING else DOING)


def _long_enough(span: Span) -> bool:
    """Two words, that are not the beginning of a question with a remark in it ("Who, apart from her, …")."""
    return sum(token.is_alpha for token in span) >= 2 and not (span[0].lower_ in ASKS and span[1].text == ",")


def asks(part: str, within: int = 4) -> bool:
    """True for what is worded as a question, a wish or an order: by its mark, or by its first words (`within`)."""
    first = _words(part)[:within]
    return "?" in part or is_request(part) or any(word in (*ASKS, *TOLD, *WISHED) for word in first)


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
    if words[:1] in (["i"], ["we"]):
        return words[1:2] != [] and words[1] in WISHED
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
