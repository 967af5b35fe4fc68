"""What the phrases of the data files can say, and what is told when one is written wrongly."""

from __future__ import annotations

from pathlib import Path

import pytest

from web.safety.danger import Danger
from web.safety.phrases import Phrases, Span
from web.safety.spelling import Spelling
from web.words import WordsError

LISTS = {"kids": ["son", "daughter"]}


@pytest.mark.parametrize(
    ("phrase", "text", "found"),
    [
        ("want to die", "i want to die now", True),
        ("want to die", "want die", False),
        ("want/need to die", "need to die", True),
        ("want ?really to die", "want to die", True),
        ("want ?really to die", "want really to die", True),
        ("?i want", "want", True),
        ("not saf*", "not safely", True),
        ("my $kids", "my daughter", True),
        ("left .. alone", "left alone", True),
        ("left .. alone", "left her all day alone", True),
        ("left .. alone", "left her all day long alone", False),
        ("left .. alone", "left . alone", False),
    ],
)
def test_a_phrase_is_found_where_it_stands(phrase: str, text: str, found: bool) -> None:
    assert bool(Phrases([phrase], LISTS).found(text.split())) == found


def test_the_longest_reading_of_a_phrase_counts() -> None:
    assert Phrases(["a ?b ?c", "a b"], {}).found("x a b c".split()) == [Span(1, 4)]


@pytest.mark.parametrize("phrase", ["", ".. alone", "saf* here", "my $nobody", "a//b"])
def test_a_phrase_that_cannot_be_read_is_refused(phrase: str) -> None:
    with pytest.raises(ValueError):
        Phrases([phrase], LISTS)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("I can't", "i can not"),
        ("WON\u2019T", "will not"),
        ("he's", "he is"),
        ("soooo", "soo"),
        ("m y s e l f", "myself"),
        ("my5elf", "myself"),
        ("myslef", "myself"),
        ("nite", "night"),
        ("one. two", "one . two"),
        ("zo\u00eb", "zoe"),
        ("13", "13"),
    ],
)
def test_words_are_read_as_they_were_meant(typed: str, meant: str) -> None:
    assert Spelling({"nite": "night"}, ["myself"]).words(typed) == meant.split()


def test_a_missing_or_broken_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(WordsError, match=r"danger\.yml"):
        Danger(tmp_path)
    (tmp_path / "danger.yml").write_text("rules: [}")
    with pytest.raises(WordsError, match=r"danger\.yml"):
        Danger(tmp_path)
    (tmp_path / "danger.yml").write_text("lists: {}")
    with pytest.raises(WordsError, match=r"danger\.yml"):
        Danger(tmp_path)
