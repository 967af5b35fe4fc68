"""Words are plain enough for a child of eleven, and for an adult at two in the morning."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from pathlib import Path
from statistics import fmean

import pytest

from tests.words.data import Answer, answers, choices, filled, own_messages, own_texts, topics
from tests.words.reading import grade, sentence_lengths, sentences, syllables, words

MOST_WORDS = 60
MOST_WORDS_SAFETY = 120  # every number that may be needed, each in a line of its own
MEAN_SENTENCE = 15
LONGEST_SENTENCE = 25
GRADE = 6.0  # a reading age of eleven

# Who and what can't be called anything else: each word of them counts as one syllable.
NAMES = [
    "British Sign Language",
    "Equality Advisory and Support Service",
    "Web Content Accessibility Guidelines",
    "Child Bereavement UK",
    "Child Death Helpline",
    "Childline",
    "Children's Social Care",
    "Compassionate Friends",
    "CSPR",
    "CSPRs",
    "Family Rights Group",
    "Independent Reviewer",
    "LGBT+",
    "Local Government and Social Care Ombudsman",
    "Men's Advice Line",
    "NSPCC",
    "National Domestic Abuse Helpline",
    "Relay UK",
    "SCR",
    "Samaritans",
    "Serious Case Review",
    "Serious Case Reviews",
    "Working Together to Safeguard Children",
    "child safeguarding practice review",
    "child safeguarding practice reviews",
    "the Bradford Partnership",
    "Bradford Safeguarding Children Board",
    "the Partnership",
]

# Where a longer word is the true one. Every entry has to be needed.
HARDER = {
    "partnership.who": (6.5, "who the professionals are, and for whom they are responsible"),
    "process.reviewer": (6.5, "standards, policies and procedures are what is looked at"),
    "process.agency_reports": (6.7, "an organisation's independent report can't be called otherwise"),
    "report.not_published": (6.7, "anonymised and publication are what is asked about"),
    "timescale.how_long": (6.7, "the other processes have to be named"),
}

UNWANTED = Path(__file__).with_name("unwanted_words.txt").read_text(encoding="utf-8").splitlines()

EVERY = [pytest.param(answer, id=name) for name, answer in answers().items()]
OWN = [pytest.param(text, id=where) for where, text in own_texts()]


def everything_read() -> Iterator[tuple[str, str]]:
    """Every text that a family may see, with where it stands."""
    yield from ((name, answer.text) for name, answer in answers().items())
    yield from own_texts()
    for name, choice in choices().items():
        yield f"title of {name}", choice["title"]
        yield f"question of {name}", choice["question"]


ALL = [pytest.param(text, id=where) for where, text in everything_read()]


@pytest.mark.parametrize("answer", EVERY)
def test_an_answer_is_short(answer: Answer) -> None:
    safety = (answer.topic or "").startswith("safety.")
    assert len(words(answer.text)) <= (MOST_WORDS_SAFETY if safety else MOST_WORDS)


@pytest.mark.parametrize("answer", EVERY)
def test_sentences_are_short(answer: Answer) -> None:
    lengths = sentence_lengths(answer.text)
    assert fmean(lengths) <= MEAN_SENTENCE
    assert max(lengths) <= LONGEST_SENTENCE


@pytest.mark.parametrize("answer", EVERY)
def test_an_answer_can_be_read_at_eleven(answer: Answer) -> None:
    budget, _ = HARDER.get(answer.name, (GRADE, ""))
    assert grade(answer.text, NAMES) <= budget


@pytest.mark.parametrize("name", HARDER)
def test_no_answer_has_more_room_than_it_needs(name: str) -> None:
    assert grade(answers()[name].text, NAMES) > GRADE


@pytest.mark.parametrize("text", OWN)
def test_what_web_says_by_itself_is_as_plain(text: str) -> None:
    assert max(sentence_lengths(text)) <= LONGEST_SENTENCE
    assert len(sentences(text)) == 1 or fmean(sentence_lengths(text)) <= MEAN_SENTENCE
    if len(words(text)) >= 15:  # in a label one long word would be the whole grade
        assert grade(text, NAMES) <= GRADE


@pytest.mark.parametrize("text", [pytest.param(entry["text"], id=name) for name, entry in own_messages().items()])
def test_what_web_says_by_itself_is_short(text: str) -> None:
    assert len(words(filled(text))) <= MOST_WORDS


@pytest.mark.parametrize("text", ALL)
def test_no_unwanted_words(text: str) -> None:
    padded = " " + " ".join(words(text.lower())).replace(",", " ").replace(".", " ") + " "
    assert [word for word in UNWANTED if f" {word} " in padded] == []


@pytest.mark.parametrize("text", ALL)
def test_no_exclamation_marks_emoji_or_shouting(text: str) -> None:
    assert "!" not in text
    assert [character for character in text if unicodedata.category(character) in ("So", "Sk", "Cs", "Co")] == []
    shouted = [word.strip(".,()") for word in words(text) if word.isupper() and len(word.strip(".,()")) > 4]
    assert set(shouted) <= {"NSPCC", "SHOUT", "LGBT+"}


@pytest.mark.parametrize("text", ALL)
def test_no_placeholder_or_markup_is_left_over(text: str) -> None:
    assert not set("{}<>[]*_#|") & set(text)


def test_titles_fit_on_a_button_and_make_sense_alone() -> None:
    for name, choice in choices().items():
        assert 3 <= len(choice["title"]) <= 40, name
        assert choice["title"][0].isupper(), name
        assert not choice["title"].endswith("."), name
        assert not re.search(r"[a-z]\.[a-z]|_", choice["title"]), name
        if topics().get(name, {}).get("group") in ("leaflet", "doing", "open"):
            assert choice["question"].endswith("?"), name


@pytest.mark.parametrize("field", ["title", "question"])
def test_no_two_choices_look_alike(field: str) -> None:
    seen = ["".join(filter(str.isalnum, choice[field].lower())) for choice in choices().values()]
    assert len(set(seen)) == len(seen)


def test_titles_differ_in_more_than_small_words() -> None:
    small = {
        "a",
        "an",
        "and",
        "about",
        "for",
        "from",
        "how",
        "in",
        "is",
        "of",
        "or",
        "the",
        "this",
        "what",
        "whether",
        "who",
    }
    told = {name: frozenset(choice["title"].lower().split()) - small for name, choice in choices().items()}
    assert len(set(told.values())) == len(told)


# ---- the measure itself ----


def test_sentences_end_at_full_stops_question_marks_and_line_breaks() -> None:
    text = "Ring 01274 434361, or write to a.b@example.org. Is it urgent?\nThen ring 999."
    assert sentences(text) == ["Ring 01274 434361, or write to a.b@example.org.", "Is it urgent?", "Then ring 999."]


@pytest.mark.parametrize(
    ("word", "count"),
    [
        ("cat", 1),
        ("review", 2),
        ("organisation", 5),
        ("anonymised", 4),
        ("01274", 1),
        ("a@example.org", 1),
        ("asked", 1),
    ],
)
def test_syllables_are_those_that_are_spoken(word: str, count: int) -> None:
    assert syllables(word) == count


def test_hard_words_and_long_sentences_raise_the_grade() -> None:
    easy = "The cat sat down. It was wet."
    hard = "Multi-agency organisations systematically operationalise considerable safeguarding responsibilities."
    assert grade(easy) < 2 < 20 < grade(hard)
    named = "We went to Children's Social Care."
    assert grade(named, ["Children's Social Care"]) < grade(named)
