"""Phrases are looked up by their words, and what is found is what spaCy finds when it tries them all."""

from __future__ import annotations

import random

import pytest
from spacy.matcher import Matcher
from spacy.tokens import Doc
from spacy.vocab import Vocab

from actions.details.found import find
from actions.details.reading import _CLOCK, CLOCK, _token, known, phrases, words
from bot.understanding.examples import examples

SECTIONS = [
    *(("phrases.yml", section) for section in ("parts", "who_kinds", "messages")),
    *(("replies.yml", section) for section in ("anywhere", "starts", "whole", "manage", "handoff")),
    ("picking.yml", "days"),
]
ABOUT_MEETINGS = ("booking.", "handoff.", "talk.yes_no", "involve.when_where", "involve.supporter")
SAMPLE = 600
RARE = ["you can leave a message", "please never leave any voicemail"]


@pytest.fixture(scope="module")
def messages() -> list[str]:
    every = [one.text for one in examples() if one.topic.startswith(ABOUT_MEETINGS)]
    return [*RARE, *random.Random(3).sample(every, SAMPLE)]  # noqa: S311 - a repeatable choice


@pytest.mark.parametrize(("file", "section"), SECTIONS)
def test_what_is_looked_up_is_what_spacy_finds(file: str, section: str, messages: list[str]) -> None:
    content, vocab = known(file), Vocab()
    lists = {**known("phrases.yml")["lists"], **content.get("lists", {})}
    matcher = Matcher(vocab)
    for rule, written in content[section].items():
        matcher.add(rule, [[_token(part, lists) for part in str(one).split()] for one in written])
    ours, found = phrases(file, section), 0
    for text in messages:
        read = words(text)
        doc = Doc(vocab, words=[CLOCK if _CLOCK.fullmatch(word.plain) else word.plain for word in read])
        spacys = {(span.label_, span.start, span.end) for span in matcher(doc, as_spans=True)}
        assert {(hit.name, hit.start, hit.end) for hit in ours.every(read)} == spacys, text
        found += len(spacys)
    assert found  # the sample has such phrases


@pytest.mark.parametrize("text", ["round the mosque", "outside the school", "round my college"])
def test_a_place_that_is_also_an_event_is_a_place(text: str) -> None:
    assert find(text).details == {"where": text}


@pytest.mark.parametrize("text", ["after school", "outside school hours", "round his college run"])
def test_an_event_is_a_time(text: str) -> None:
    assert find(text).details == {"when": text}
