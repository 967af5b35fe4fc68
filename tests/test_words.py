"""The data folder is checked when it is loaded, and what is wrong with it is named."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
import yaml

from web.settings import Settings
from web.words import Words, WordsError, load_words


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the data folder that a test may spoil."""
    for path in Settings().words_dir.glob("*.yml"):
        shutil.copy(path, tmp_path)
    for name in ("answers", "forms"):
        shutil.copytree(Settings().words_dir / name, tmp_path / name)
    return tmp_path


def change(path: Path, *keys: str, to: object) -> None:
    """Set one entry of a YAML file."""
    content = yaml.safe_load(path.read_text(encoding="utf-8"))
    entry = content
    for key in keys[:-1]:
        entry = entry[key]
    entry[keys[-1]] = to
    path.write_text(yaml.safe_dump(content, allow_unicode=True), encoding="utf-8")


def loaded(folder: Path) -> Words:
    return load_words(folder, Settings().kept_for)


def test_every_topic_has_an_answer_and_every_answer_is_filled_in(folder: Path) -> None:
    words = loaded(folder)
    assert set(words.topics) <= set(words.answers)
    assert not [name for name, said in words.answers.items() if "{" in said.text]


def test_every_error_has_words(folder: Path) -> None:
    words = loaded(folder)
    names = (
        "not_json no_token not_found no_conversation wrong_method too_long media_type wrong_shape nothing_said "
        "rate_limited full internal not_recorded"
    ).split()
    for name in names:
        title, detail = words.error(name)
        assert title
        assert detail


def test_the_partnerships_details_stand_in_one_file(folder: Path) -> None:
    change(folder / "partnership.yml", "phone", to="01274 000000")
    change(folder / "partnership.yml", "website", to="https://partnership.example.org")
    words = loaded(folder)
    assert words.links["phone"]["href"] == "tel:+441274000000"
    assert "01274 000000" in words.answer("contact.details").text
    assert "01274 000000" in words.said("starting").text
    assert "website" in words.answer("contact.details").links


def test_a_website_that_is_not_known_is_not_linked(folder: Path) -> None:
    assert "website" not in loaded(folder).answer("contact.details").links


def test_a_helpline_that_nobody_has_confirmed_is_not_linked(folder: Path) -> None:
    change(folder / "helplines.yml", "helplines", "samaritans", "status", to="to_be_confirmed")
    with pytest.raises(WordsError, match="samaritans"):
        loaded(folder)


@pytest.mark.parametrize("name", ["topics.yml", "words.yml", "partnership.yml", "helplines.yml"])
def test_a_missing_or_broken_file_is_named(folder: Path, name: str) -> None:
    (folder / name).write_text("a: [")
    with pytest.raises(WordsError, match=name):
        loaded(folder)
    (folder / name).unlink()
    with pytest.raises(WordsError, match=name):
        loaded(folder)


def test_a_place_to_be_filled_that_nobody_knows_is_named(folder: Path) -> None:
    change(folder / "words.yml", "starting", "text", to="Ring {nobody}.")
    with pytest.raises(WordsError, match="nobody"):
        loaded(folder)
