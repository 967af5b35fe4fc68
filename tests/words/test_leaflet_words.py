"""Nothing repeats the leaflet's own sentences."""

from __future__ import annotations

import pytest

from tests.words.data import answers, choices, own_texts, topics
from tests.words.leaflet import KEPT, RUN, repeated

TEXTS = [
    *((name, answer.text) for name, answer in answers().items()),
    *own_texts(),
    *((f"facts of {topic}", fact) for topic, entry in topics().items() for fact in entry["facts"].values()),
    *((f"question of {name}", choice["question"]) for name, choice in choices().items()),
]


@pytest.mark.parametrize("text", [pytest.param(text, id=where) for where, text in TEXTS])
def test_no_text_has_seven_words_in_a_row_of_the_leaflet(text: str) -> None:
    assert repeated(text) == []


def test_a_sentence_of_the_leaflet_is_recognised_whatever_its_case_and_punctuation() -> None:
    assert repeated("So: THE Bradford Partnership can be contacted, by email.") == [
        "the bradford partnership can be contacted by",
        "bradford partnership can be contacted by email",
    ]


def test_the_whole_leaflet_is_covered() -> None:
    kept = KEPT.read_text(encoding="ascii").split()
    assert len(set(kept)) == len(kept) > 100 * RUN
