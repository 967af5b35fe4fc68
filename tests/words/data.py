"""The data files as the tests read them: straight from YAML, so that no loader of ours can hide a mistake."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from web.settings import Settings

# Another folder is examined where a test has written answers into a copy (tests/unanswered/test_export.py).
DATA = Path(os.environ.get("DATA_UNDER_TEST") or Path(__file__).parents[2] / "data")
MORE = ".more"
APPROVED = ".approved"
NOT_READ = {"link", "leave_to"}  # an id and an address: used, but never shown


@dataclass(frozen=True)
class Answer:
    """One response of data/answers/ with the Partnership's details filled in."""

    name: str
    """What Rasa calls it, without `utter_`: a topic, `<topic>.more`, `<topic>.<kind>`, `<topic>.<kind>.approved` where
    staff wrote it, or a name of system.yml."""
    written: str
    text: str
    meta: dict[str, Any]

    @property
    def topic(self) -> str | None:
        """The topic that it answers; None for what the assistant says by itself."""
        topic: str | None = self.meta["topic"]
        return topic

    @property
    def kind(self) -> str | None:
        """The kind of question that it answers; None for the answer to a topic as a whole."""
        return self.name.removeprefix(f"{self.topic}.") if self.name in kind_names() else None

    @property
    def approved(self) -> bool:
        """True for an answer that staff wrote and another of them approved."""
        return self.name.endswith(APPROVED)

    @property
    def tags(self) -> list[list[str]]:
        """What each sentence states: fact ids, or what kind of sentence it is."""
        return [tag if isinstance(tag, list) else [tag] for tag in self.meta["sentences"]]

    @property
    def stated(self) -> set[str]:
        """All tags of all sentences."""
        return {tag for tags in self.tags for tag in tags}


@cache
def read(name: str) -> Any:
    """The content of one file of data/."""
    return yaml.safe_load((DATA / name).read_text(encoding="utf-8"))


@cache
def topics() -> dict[str, dict[str, Any]]:
    """Topics by id, in the file's order."""
    found: dict[str, dict[str, Any]] = read("topics.yml")["topics"]
    return found


@cache
def kinds() -> dict[str, dict[str, dict[str, str]]]:
    """The kinds of question under a topic, for each topic that has kinds."""
    return {topic: entry["kinds"] for topic, entry in topics().items() if "kinds" in entry}


@cache
def approved() -> dict[str, dict[str, Any]]:
    """What answers of staff rest on, by topic and kind."""
    found: dict[str, dict[str, Any]] = read("approved.yml")["answers"] if (DATA / "approved.yml").exists() else {}
    return found


@cache
def kind_names() -> list[str]:
    """Every kind with its topic, as its answer is called."""
    return [f"{topic}.{kind}" for topic, found in kinds().items() for kind in found]


@cache
def choices() -> dict[str, dict[str, str]]:
    """All that can be tapped, topics and others."""
    more: dict[str, dict[str, str]] = read("topics.yml")["choices"]
    return topics() | more


@cache
def helplines() -> dict[str, dict[str, Any]]:
    """Helplines by id."""
    found: dict[str, dict[str, Any]] = read("helplines.yml")["helplines"]
    return found


def shown_helplines() -> dict[str, dict[str, Any]]:
    """Those that a family may be sent to."""
    return {name: line for name, line in helplines().items() if line["status"] == "shown"}


def links() -> set[str]:
    """The ids that an answer may link."""
    return {"phone", "email", "website", *shown_helplines()}


def details() -> dict[str, str]:
    """What the placeholders stand for."""
    partnership = read("partnership.yml")
    return {
        "partnership": partnership["name"],
        "phone": partnership["phone"],
        "email": partnership["email"],
        **Settings().kept_for,
    }


def filled(text: str) -> str:
    """`text` as a family reads it; raises KeyError for a placeholder that is none of ours."""
    return text.strip().format_map({**details(), "name": "Amira", "role": "Independent Reviewer"})


@cache
def answers() -> dict[str, Answer]:
    """All answers by name."""
    return {answer.name: answer for answer in _answers()}


def answers_to(topic: str) -> list[Answer]:
    """The answer to `topic`, then its continuation if it has one."""
    return [answers()[name] for name in (topic, topic + MORE) if name in answers()]


def whole_answer(topic: str) -> str:
    """Answer and continuation as one text."""
    return "\n".join(answer.text for answer in answers_to(topic))


def in_group(group: str) -> list[str]:
    """The topics of a group."""
    return [topic for topic, entry in topics().items() if entry["group"] == group]


def own_messages() -> dict[str, dict[str, Any]]:
    """The messages that web says by itself."""
    return {name: entry for name, entry in read("words.yml").items() if "text" in entry}


def own_texts() -> Iterator[tuple[str, str]]:
    """Every text of words.yml that a family may read, with where it stands."""
    yield from _texts("words", read("words.yml"))


GAPS = {
    "details": "Name: Rose", "consent": "Staff of the Bradford Partnership will see this.",
    "times": "Monday 30 March 2026, 2pm",
    "reference": "KTR-482-97", "references": "KTR-482-97", "code": "482913", "when": "Monday 30 March 2026, 2pm",
    "written": "07700 900", "fields": "name", "example": "KTR-482-97", "minutes": "2 minutes",
}  # fmt: skip


def form_texts() -> Iterator[tuple[str, str, dict[str, Any]]]:
    """What the forms say, with its gaps filled: name, text, metadata."""
    for name in ("meeting", "manage", "handoff"):
        for response, variations in read(f"forms/{name}.yml")["responses"].items():
            (variation,) = variations
            text = variation["text"].strip().format_map({**details(), **GAPS})
            yield response.removeprefix("utter_"), text, variation["metadata"]


def form_choices() -> dict[str, dict[str, str]]:
    """What can be tapped in a form."""
    found: dict[str, dict[str, str]] = read("forms/words.yml")["choices"]
    return found


def _texts(where: str, entry: Any) -> Iterator[tuple[str, str]]:
    if isinstance(entry, str):
        yield where, filled(entry)
    elif isinstance(entry, list):
        for part in entry:
            yield from _texts(where, part)
    else:
        for name in ["text"] if "text" in entry else [name for name in entry if name not in NOT_READ]:
            yield from _texts(f"{where}.{name}", entry[name])


def _answers() -> Iterator[Answer]:
    for path in sorted((DATA / "answers").glob("*.yml")):
        for response, variations in read(f"answers/{path.name}")["responses"].items():
            (variation,) = variations
            text = variation["text"].strip()
            yield Answer(response.removeprefix("utter_"), text, filled(text), variation["metadata"])
