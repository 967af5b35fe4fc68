"""Nothing that could say who wrote a message is left of it."""

from __future__ import annotations

import time
from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.unanswered.redaction import ROOT, false_hits, recall
from web.unanswered.redaction import Redactor, load_redactor, nhs_number

# What `make redaction` printed when these words were written; better is welcome, worse is not.
EVERY_ONE = ("phone", "email", "ni", "nhs", "postcode", "address", "date", "plate", "reference")
NAMES_CAUGHT = 0.98
WORDS_TAKEN = 0.03


measured = cache(recall)


@pytest.fixture(scope="module")
def redactor() -> Redactor:
    return load_redactor(ROOT / "data")


@pytest.mark.parametrize("kind", EVERY_ONE)
def test_everything_that_has_a_form_is_caught(redactor: Redactor, kind: str) -> None:
    caught, every, missed = measured(redactor)[kind]
    assert every >= 16
    assert (caught, missed) == (every, [])


def test_names_are_caught_also_those_that_stand_in_no_list(redactor: Redactor) -> None:
    caught, every, _missed = measured(redactor)["name"]
    assert every >= 200
    assert caught / every >= NAMES_CAUGHT


def test_few_words_go_that_could_stay(redactor: Redactor) -> None:
    taken, words, _touched, _messages = false_hits(redactor)
    assert words > 5000
    assert taken / words <= WORDS_TAKEN


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("can the newspaper print our Liam's name", "can the newspaper print our [name] name"),
        ("my name is Zdenka n my son kayden, can we sue", "my name is [name] n my son […], can we sue"),
        ("will it be in the report in may or on sunday", "will it be in the report in may or on sunday"),
        ("WHO WILL SEE THE REPORT", "WHO WILL SEE THE REPORT"),
        ("he was 3 and his sister is 11, does she get a say", "he was 3 and his sister is 11, does she get a say"),
        ("is it under Working Together 2018", "is it under Working Together 2018"),
        ("come at 10.30-11.30?", "come at 10.30-11.30?"),
        ("can he come b4 the 3rd meeting", "can he come b4 the 3rd meeting"),
        ("[name] is what I wrote", "(name) is what I wrote"),
    ],
)  # fmt: skip
def test_what_is_asked_can_still_be_read(redactor: Redactor, written: str, kept: str) -> None:
    assert redactor.redact(written) == kept


@pytest.mark.parametrize("word", ["zorblatt", "Zorblatt", "ZORBLATT", "Зденка", "Ayşenur", "Tiamii-Mae"])
def test_a_word_that_few_people_write_goes_whatever_it_is(redactor: Redactor, word: str) -> None:
    assert word.lower() not in redactor.redact(f"what will happen with {word} now").lower()


@given(st.text(max_size=300))
@settings(max_examples=200, deadline=None)
def test_any_text_at_all_can_be_read_and_nothing_is_left_of_what_is_long_and_digits(text: str) -> None:
    redacted = load_redactor(ROOT / "data").redact(f"{text} 07700900123")
    assert "07700900123" not in redacted


@given(st.from_regex(r"[0-9]{10}", fullmatch=True))
def test_no_ten_digits_stay_whether_or_not_they_are_an_nhs_number(digits: str) -> None:
    redacted = load_redactor(ROOT / "data").redact(f"what about {digits} please")
    assert digits not in redacted
    assert ("NHS number" in redacted) == (nhs_number(digits) and digits[0] != "0")


def test_the_check_digit_of_the_nhs_is_known() -> None:
    assert nhs_number("9434765919")
    assert not nhs_number("9434765918")
    assert not nhs_number("943476591")


@pytest.mark.parametrize(
    "text", ["a" * 240, "1 " * 120, "at a dot " * 27, "my name is " * 22, "@" * 240, "12/" * 80, "Ab " * 80]
)
def test_no_message_takes_long(redactor: Redactor, text: str) -> None:
    began = time.thread_time()
    redactor.redact(text)
    assert time.thread_time() - began < 0.05
