"""What is said when someone may not be safe."""

from __future__ import annotations

import re

import pytest

from tests.words.data import MORE, answers, in_group, own_messages
from tests.words.reading import sentences

SAFETY = in_group("safety")


@pytest.mark.parametrize("topic", SAFETY)
def test_help_has_999_samaritans_a_line_for_children_and_a_person(topic: str) -> None:
    answer = answers()[topic]
    for number in ("999", "116 123", "0800 1111"):
        assert number in answer.text
    assert {"emergency", "samaritans", "childline"} <= set(answer.meta["links"])
    assert "handoff.human" in answer.meta["choices"]


@pytest.mark.parametrize("topic", SAFETY)
def test_help_keeps_its_order(topic: str) -> None:
    """One warm sentence; 999, then the other numbers; then what the chat can't do, once; then an open door."""
    answer = answers()[topic]
    said = sentences(answer.text)
    assert answer.tags[0] == ["warmth"]
    assert not re.search(r"\d", said[0])
    assert "999" in said[1]
    assert answer.meta["links"][0] == "emergency"
    limits = [index for index, sentence in enumerate(said) if "Nobody watches this chat" in sentence]
    assert limits == [len(said) - 2]
    assert "cannot call for help" in said[-2]
    assert not any(re.search(r"\d", sentence) for sentence in said[-2:])
    assert "carry on here" in said[-1]


@pytest.mark.parametrize("topic", SAFETY)
def test_help_is_right_whoever_is_meant(topic: str) -> None:
    """Somebody writes about themselves, a wife, a neighbour's child: no sentence may take for granted who it is."""
    text = answers()[topic].text
    assert re.search(r"for you or for someone|about you or another child|whoever it is for", sentences(text)[0])
    assert not re.search(r"\byour (child|son|daughter|partner|husband|wife|life|baby|feelings)\b", text, re.IGNORECASE)


@pytest.mark.parametrize("topic", SAFETY)
def test_help_never_asks_judges_or_names_a_way_to_die(topic: str) -> None:
    for name in (topic, topic + MORE):
        text = answers()[name].text
        assert "?" not in text
        assert not re.search(r"\b(tablet|pill|rope|knife|bridge|blood|plan|method|selfish|attention)\w*", text.lower())


@pytest.mark.parametrize("topic", SAFETY)
def test_help_mentions_nothing_of_the_review(topic: str) -> None:
    assert not re.search(r"\b(review|report|panel|leaflet|meeting)", answers()[topic].text, re.IGNORECASE)


@pytest.mark.parametrize("topic", SAFETY)
def test_who_cannot_use_a_voice_call_can_get_help_too(topic: str) -> None:
    text = answers()[topic + MORE].text
    assert "999bsl.co.uk" in text
    assert "Relay UK" in text
    assert re.search(r"text to 999 only works if .* registered first", text)


@pytest.mark.parametrize("topic", SAFETY)
def test_the_partnership_is_never_taken_for_an_emergency_line(topic: str) -> None:
    for name in (topic, topic + MORE):
        for sentence in sentences(answers()[name].text):
            if "01274" in sentence:
                assert "not an emergency line" in sentence


def test_help_for_an_adult_says_how_to_ring_999_without_speaking() -> None:
    said = sentences(answers()["safety.adult"].text)
    assert "If you cannot speak, ring 999 from a mobile, then press 55 when asked." in said
    assert "Pressing 55 does not tell the police where you are." in said


def test_the_lines_fit_the_danger() -> None:
    assert {"nhs_111", "shout"} <= set(answers()["safety.self"].meta["links"])
    assert {"nspcc", "police_101"} <= set(answers()["safety.child"].meta["links"])
    assert {"domestic_abuse", "mens_advice", "police_101"} <= set(answers()["safety.adult"].meta["links"])
    assert "choose the mental health option (option 2)" in answers()["safety.self"].text


def test_the_quiet_line_is_for_anyone_and_has_numbers() -> None:
    care = own_messages()["care"]
    assert care["text"].startswith("If you or someone else is not safe, ring 999.")
    assert {"emergency", "samaritans", "nspcc", "childline"} <= set(care["links"])


def test_grief_gets_warmth_a_person_and_an_open_door_and_no_claim_to_understand() -> None:
    answer = answers()["talk.distress"]
    assert answer.tags[0] == ["warmth"]
    assert {"samaritans", "child_bereavement_uk"} <= set(answer.meta["links"])
    assert not re.search(r"\bunderstand|\bwe feel\b|\bI feel\b|\breview\b", answer.text)
    assert "stop whenever you want" in answer.text


@pytest.mark.parametrize(
    "topic", ["booking.request", "booking.manage", "open.off_topic", "talk.yes_no", "timescale.how_long"]
)
def test_ordinary_answers_do_not_frighten_with_help_lines(topic: str) -> None:
    assert not re.search(r"Samaritans|116 123|999", answers()[topic].text)
