"""What the forms say is as plain as an answer, and sends nobody anywhere without a number."""

from __future__ import annotations

import re
from hashlib import sha256
from statistics import fmean
from typing import Any

import pytest

from tests.words.data import choices, details, form_choices, form_texts, links, read, topics
from tests.words.reading import grade, sentence_lengths, words
from tests.words.test_reading import GRADE, LONGEST_SENTENCE, MEAN_SENTENCE, MOST_WORDS, NAMES, UNWANTED

SAID = [pytest.param(name, text, meta, id=name) for name, text, meta in form_texts()]
TAPS = form_choices()
# A version and the words that were agreed to under it: new words need a new version, which is kept with every request.
CONSENTS = {"2026-11-25": "05be1103180f"}


@pytest.mark.parametrize(("name", "text", "meta"), SAID)
def test_it_is_short_and_plain(name: str, text: str, meta: dict[str, Any]) -> None:
    assert len(words(text)) <= MOST_WORDS
    assert max(sentence_lengths(text)) <= LONGEST_SENTENCE
    assert fmean(sentence_lengths(text)) <= MEAN_SENTENCE
    if len(words(text)) >= 15:  # in a question of a few words one long word would be the whole grade
        assert grade(text, NAMES) <= GRADE


@pytest.mark.parametrize(("name", "text", "meta"), SAID)
def test_it_has_no_unwanted_words_and_no_shouting(name: str, text: str, meta: dict[str, Any]) -> None:
    padded = " " + re.sub(r"[,.]", " ", " ".join(words(text.lower()))) + " "
    assert [word for word in UNWANTED if f" {word} " in padded] == []
    assert "!" not in text


@pytest.mark.parametrize(("name", "text", "meta"), SAID)
def test_its_numbers_can_be_tapped_and_its_links_and_choices_lead_somewhere(
    name: str, text: str, meta: dict[str, Any]
) -> None:
    assert set(meta["links"]) <= links()
    assert set(meta.get("choices", [])) <= set(choices())
    if details()["phone"] in text:
        assert "phone" in meta["links"]
    if "116 123" in text:
        assert {"emergency", "samaritans"} <= set(meta["links"])


@pytest.mark.parametrize("name", TAPS)
def test_a_tap_fits_on_a_button_and_makes_sense_alone(name: str) -> None:
    tap = TAPS[name]
    assert 3 <= len(tap["title"]) <= 40
    assert tap["title"][0].isupper()
    assert tap["text"][-1] in ".?"
    assert tap.get("topic") is None or tap["topic"] in topics()


def test_no_two_taps_send_the_same_words() -> None:
    texts = [tap["text"].casefold() for tap in TAPS.values()]
    assert len(set(texts)) == len(texts)


@pytest.mark.parametrize(
    "name",
    [
        "meeting.stopped",
        "meeting.not_sent",
        "meeting.too_many",
        "meeting.gone",
        "meeting.no_contact",
        "meeting.rather_ring",
        "manage.no_reference",
        "handoff.too_many",
    ],
)
def test_where_it_ends_or_fails_a_person_can_be_reached(name: str) -> None:
    text = {said: text for said, text, _ in form_texts()}[name]
    assert details()["phone"] in text
    assert details()["email"] in text


def test_the_consent_has_a_version_of_its_own() -> None:
    consent = read("forms/words.yml")["consent"]
    assert CONSENTS[consent["version"]] == sha256(consent["text"].encode()).hexdigest()[:12]
