"""What both sides learn from and say: the project's own training examples and answers, read from its data folder."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from web.settings import Settings

COMPARED_VOICES = ("v1", "v2", "v3", "v4")
"""The authors whose messages make up the comparison's training examples, the same on every run."""


class MissingData(Exception):
    """The data folder lacks something the comparison needs; the message says what, in plain words."""


@dataclass(frozen=True)
class Example:
    """One message as a family might write it, and the topic it is about."""

    text: str
    topic: str


def read_examples(data: Path, voices: Collection[str] = COMPARED_VOICES) -> list[Example]:
    """The examples of these voices on any topic, in the order of the files.

    Intents that are no topic (asking for more of an answer) are left out: they mean something to our side alone.
    Raises MissingData if there are none.
    """
    topics = _yaml(data / "topics.yml").get("topics", {})
    examples = [
        Example(line.removeprefix("- "), block["intent"])
        for path in sorted((data / "nlu").glob("*.yml"))
        for block in _yaml(path).get("nlu", [])
        if block["intent"] in topics and _voice(block) in voices
        for line in block["examples"].splitlines()
        if line.startswith("- ")
    ]
    if not examples:
        raise MissingData(f"No training examples of {', '.join(voices)} stand in {data / 'nlu'}.")
    return examples


def read_question(data: Path, topic: str) -> Example:
    """The question that stands for a topic, as a tap on its button would send it."""
    return Example(_yaml(data / "topics.yml")["topics"][topic]["question"], topic)


def read_answers(data: Path) -> dict[str, str]:
    """What is said to each topic, with the Partnership's details filled in as both sides would say it.

    Raises MissingData if no answers stand in the folder.
    """
    partnership = _yaml(data / "partnership.yml")
    details = {**partnership, "partnership": partnership["name"], **Settings().kept_for}
    answers = {
        name.removeprefix("utter_"): variations[0]["text"].format_map(details).strip()
        for path in sorted((data / "answers").glob("*.yml"))
        for name, variations in _yaml(path).get("responses", {}).items()
    }
    if not answers:
        raise MissingData(f"No answers stand in {data / 'answers'}.")
    return answers


def _voice(block: dict[str, Any]) -> str | None:
    voice = (block.get("metadata") or {}).get("voice")
    return None if voice is None else str(voice)


def _yaml(path: Path) -> dict[str, Any]:
    content = yaml.safe_load(path.read_text(encoding="utf-8"))
    return content if isinstance(content, dict) else {}
