"""Where the leaflet is silent the answer names what was asked, and whom to ask about just that."""

from __future__ import annotations

import re

import pytest

from tests.words.data import Answer, answers, kind_names, kinds, links, topics
from tests.words.reading import sentences, words
from tests.words.test_facts import SAID, SIGNPOST, SILENCE, beside

NAMED: dict[str, dict[str, str]] = beside("kinds_said.yml")

KINDS = [(topic, kind) for topic, found in kinds().items() for kind in found]
ANSWERS = [pytest.param(answers()[name], id=name) for name in kind_names()]


@pytest.mark.parametrize(("topic", "kind"), KINDS)
def test_the_first_sentence_names_what_was_asked(topic: str, kind: str) -> None:
    first = sentences(answers()[f"{topic}.{kind}"].text)[0]
    assert re.search(NAMED[topic][kind], first, re.IGNORECASE), first


@pytest.mark.parametrize("answer", ANSWERS)
def test_the_first_sentence_says_that_there_is_no_answer_here(answer: Answer) -> None:
    first = sentences(answer.text)[0]
    assert re.match(SILENCE, first) or answer.tags[0] == ["no_records"], first


def test_the_patterns_cover_the_kinds_and_nothing_else() -> None:
    assert {(topic, kind) for topic, found in NAMED.items() for kind in found} == set(KINDS)


def test_no_two_kinds_are_answered_alike() -> None:
    texts = [answers()[name].text for name in kind_names()]
    firsts = [sentences(text)[0] for text in texts]
    steps = [sentences(text)[-1] for text in texts]
    assert len(set(texts)) == len(texts)
    assert len(set(firsts)) == len(firsts)
    assert len(set(zip(firsts, steps, strict=True))) == len(steps)


@pytest.mark.parametrize("answer", ANSWERS)
def test_an_answer_to_a_kind_belongs_to_its_topic(answer: Answer) -> None:
    assert answer.name.startswith(f"{answer.topic}.")
    assert topics()[answer.topic or ""]["group"] == "open"


@pytest.mark.parametrize("answer", ANSWERS)
def test_a_person_to_ask_is_named_and_can_be_tapped(answer: Answer) -> None:
    pointing = [
        sentence for sentence, tags in zip(sentences(answer.written), answer.tags, strict=True) if SIGNPOST in tags
    ]
    assert any(re.search(r"\b(ask|tell|ring)\b", sentence) for sentence in pointing)
    assert {"phone", "email"} <= set(answer.meta["links"]) <= links()


@pytest.mark.parametrize("answer", ANSWERS)
def test_a_fact_of_another_topic_is_stated_as_its_own_answer_must_state_it(answer: Answer) -> None:
    for sentence, tags in zip(sentences(answer.text), answer.tags, strict=True):
        for tag in tags:
            if "." in tag:
                topic, _, fact = tag.rpartition(".")
                assert re.search(SAID[topic][fact], sentence, re.IGNORECASE), (tag, sentence)


@pytest.mark.parametrize("answer", ANSWERS)
def test_who_hears_of_a_fact_can_tap_to_hear_the_rest(answer: Answer) -> None:
    """Where a fact with exceptions is told in passing, its own answer is one tap away."""
    told = {tag.rpartition(".")[0] for tag in answer.stated if "." in tag}
    for topic in told & {"report.not_published", "timescale.how_long", "involve.police_delay", "report.family_first"}:
        assert topic in answer.meta["choices"]


@pytest.mark.parametrize(("topic", "kind"), KINDS)
def test_a_kind_has_a_short_name_that_is_no_other_name(topic: str, kind: str) -> None:
    assert re.fullmatch(r"[a-z_]+", kind)
    assert kind not in ("more", "other"), "these mean something else"
    assert kinds()[topic][kind].keys() == {"title"}
    assert 2 <= len(words(kinds()[topic][kind]["title"])) <= 12
    assert not kinds()[topic][kind]["title"].endswith(".")
