"""Answers state all that the leaflet says on their topic, and nothing else."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.words.data import (
    APPROVED,
    Answer,
    answers,
    answers_to,
    approved,
    in_group,
    kind_names,
    read,
    topics,
    whole_answer,
)
from tests.words.reading import sentences

SIGNPOST = "signpost"  # points to a person, a number or a choice, or says that the leaflet does not say
WARMTH = "warmth"  # a greeting, thanks, sorrow: states nothing


def beside(name: str) -> Any:
    """The content of a YAML file beside this one."""
    return yaml.safe_load(Path(__file__).with_name(name).read_text(encoding="utf-8"))


SAID: dict[str, dict[str, str]] = beside("facts_said.yml")

SILENCE = r"(The leaflet|It) (does not|gives no|names no|names nobody|says nothing|only says)\b"
POINTER = r"\b(ask|tell|ring)\b.*(\{partnership\}|the Partnership|a solicitor|999)|You can ask {partnership}"

FACTS = [(topic, fact) for topic, entry in topics().items() for fact in entry["facts"]]
EVERY = [pytest.param(answer, id=name) for name, answer in answers().items()]
LEAFLET = [pytest.param(answer, id=answer.name) for topic in in_group("leaflet") for answer in answers_to(topic)]


def stating(topic: str, fact: str) -> list[str]:
    """The sentences of the topic's answer that say they state `fact`."""
    return [
        sentence
        for answer in answers_to(topic)
        for sentence, tags in zip(sentences(answer.text), answer.tags, strict=True)
        if fact in tags
    ]


def long_words(text: str) -> set[str]:
    """The words of `text` that carry meaning, roughly: those of four letters or more."""
    return set(re.findall(r"[a-z]{4,}", text.lower()))


@pytest.mark.parametrize("answer", EVERY)
def test_every_sentence_says_what_it_states(answer: Answer) -> None:
    assert len(answer.tags) == len(sentences(answer.text)), sentences(answer.text)


@pytest.mark.parametrize("answer", EVERY)
def test_no_sentence_states_what_is_no_fact_of_its_topic(answer: Answer) -> None:
    facts = topics()[answer.topic]["facts"] if answer.topic else {}
    borrowed = {f"{topic}.{fact}" for topic in in_group("leaflet") for fact in topics()[topic]["facts"]}
    own = {f"{owner}.{fact}" for owner, entry in approved().items() for fact in entry["facts"]}
    assert answer.stated <= {*facts, SIGNPOST, WARMTH, *(borrowed if answer.kind else own if answer.approved else ())}


def test_what_staff_wrote_states_just_the_facts_that_stand_beside_it_with_their_source() -> None:
    found = {name.removesuffix(APPROVED): answer for name, answer in answers().items() if answer.approved}
    assert set(found) == set(approved())
    for owner, answer in found.items():
        told = dict(zip((tags[0] for tags in answer.tags), sentences(answer.written), strict=True))
        entry = approved()[owner]
        assert {f"{owner}.{fact}": text for fact, text in entry["facts"].items()}.items() <= told.items()
        assert entry["source"] and entry["approved_by"] == answer.meta["approved_by"] != entry["written_by"]


@pytest.mark.parametrize(("topic", "fact"), FACTS)
def test_every_fact_is_stated_by_the_answer_to_its_topic(topic: str, fact: str) -> None:
    said = stating(topic, fact)
    assert any(re.search(SAID[topic][fact], sentence, re.IGNORECASE) for sentence in said), said


@pytest.mark.parametrize(("topic", "fact"), FACTS)
def test_a_sentence_that_names_a_fact_speaks_of_it(topic: str, fact: str) -> None:
    """It shares a telling word with the fact or its pattern: no label stands on the wrong sentence."""
    telling = long_words(SAID[topic][fact] + " " + topics()[topic]["facts"][fact])
    for sentence in stating(topic, fact):
        assert telling & long_words(sentence), sentence


def test_the_patterns_cover_the_facts_and_nothing_else() -> None:
    assert {(topic, fact) for topic, facts in SAID.items() for fact in facts} == set(FACTS)


@pytest.mark.parametrize("answer", LEAFLET)
def test_beside_facts_leaflet_answers_only_point_on_or_admit_silence(answer: Answer) -> None:
    for sentence, tags in zip(sentences(answer.written), answer.tags, strict=True):
        assert WARMTH not in tags
        if SIGNPOST in tags:
            assert tags == [SIGNPOST]
            assert re.match(SILENCE, sentence) or re.search(POINTER, sentence), sentence


@pytest.mark.parametrize("topic", in_group("leaflet"))
def test_the_first_sentence_of_a_leaflet_answer_states_a_fact(topic: str) -> None:
    assert set(answers()[topic].tags[0]) <= set(topics()[topic]["facts"])


@pytest.mark.parametrize("topic", [topic for topic in in_group("leaflet") if topics()[topic]["silent"]])
def test_where_the_leaflet_is_silent_the_answer_says_so_and_who_can_tell(topic: str) -> None:
    said = whole_answer(topic)
    assert re.search(SILENCE, said) or "You can ask the Bradford Partnership" in said
    assert {"phone", "email"} <= {link for answer in answers_to(topic) for link in answer.meta["links"]}


@pytest.mark.parametrize("topic", in_group("open"))
def test_open_topics_say_honestly_that_there_is_no_answer_here(topic: str) -> None:
    if topic == "open.privacy":  # about the chat itself, which knows
        return
    assert re.search(r"leaflet (does not|gives no)|This chat only knows", whole_answer(topic))


@pytest.mark.parametrize("answer", EVERY)
def test_an_answer_names_its_topic_and_its_section_of_the_leaflet(answer: Answer) -> None:
    if answer.topic is None:
        assert answer.meta["section"] is None
        return
    assert answer.approved or answer.name in (answer.topic, f"{answer.topic}.more", *kind_names())
    assert answer.meta["section"] == topics()[answer.topic].get("section")


@pytest.mark.parametrize("answer", EVERY)
def test_an_answer_has_the_day_on_which_its_words_were_reviewed(answer: Answer) -> None:
    assert re.fullmatch(r"20\d\d-[01]\d-[0-3]\d", answer.meta["reviewed_on"])


def test_every_topic_has_an_answer_and_every_answer_a_topic() -> None:
    unsure = {"unsure", "unsure_wordless", "meant_something_else", "offer_person"}
    system = {*unsure, "nothing_more", "technical_problem"}
    ours = {name.removesuffix(".more") for name, answer in answers().items() if not answer.approved}
    assert ours == set(topics()) | set(kind_names()) | system
    assert set(topics()) <= set(answers())


def test_topics_of_the_leaflet_have_its_sections_and_no_others_do() -> None:
    for topic, entry in topics().items():
        assert ("section" in entry) == (entry["group"] == "leaflet"), topic
        assert entry["group"] in ("leaflet", "doing", "open", "safety", "talk")


# ---- slips that would harm ----

SLIPS: dict[str, dict[str, list[str]]] = beside("slips.yml")


def slips(text: str) -> list[tuple[str, str]]:
    """Sentences of `text` that promise too much; those that only say that the leaflet does not say are left out."""
    return [
        (slip, sentence)
        for sentence in sentences(text)
        if not re.match(SILENCE, sentence)
        for slip, entry in SLIPS.items()
        if any(re.search(pattern, sentence, re.IGNORECASE) for pattern in entry["patterns"])
    ]


@pytest.mark.parametrize(
    ("slip", "sentence"), [(slip, one) for slip, entry in SLIPS.items() for one in entry["caught"]]
)
def test_the_guard_catches_each_slip(slip: str, sentence: str) -> None:
    assert slip in dict(slips(sentence))


@pytest.mark.parametrize("answer", EVERY)
def test_no_answer_rounds_a_fact_up(answer: Answer) -> None:
    assert slips(answer.text) == []


def test_no_fact_is_written_down_rounded_up() -> None:
    for topic, fact in FACTS:
        assert slips(topics()[topic]["facts"][fact]) == [], (topic, fact)


def test_the_findings_not_the_report_are_shared_beforehand() -> None:
    first = sentences(answers()["report.family_first"].text)[0]
    assert re.search(r"^Before the report is published, its findings are shared with you\.$", first)


def test_who_asks_for_the_guidance_hears_that_there_is_a_newer_edition() -> None:
    text = answers()["review.authority"].text
    assert text.index("2018") < text.index("2023") < text.index("ask the Bradford Partnership which one")


def test_details_of_the_partnership_stand_in_one_file_only() -> None:
    partnership = read("partnership.yml")
    for name, answer in answers().items():
        for detail in ("name", "phone", "email"):
            assert partnership[detail] not in answer.written, name


@pytest.mark.parametrize("answer", EVERY)
def test_no_sentence_begins_with_a_name_that_has_no_capital(answer: Answer) -> None:
    for sentence in sentences(answer.text):
        assert not sentence[0].islower(), sentence
