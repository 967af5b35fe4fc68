"""Writes the stock project: Rasa's default configuration, unchanged, with our examples, rules and answers.

Nothing here is tuned, neither up nor down; bench/README.md gives the reason for every choice.
"""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

import yaml

from bench.corpus import Example

ASSISTANT = "stock-comparison"
FALLBACK_ANSWER = "utter_please_rephrase"
FALLBACK_TEXT = "Sorry, I did not understand that. Could you say it in other words?"
TURNS_PER_STORY = 5
"""Topics in one story: as far back as Rasa's default policies look (`max_history: 5`)."""


def shipped_default_config(environment: Path) -> Path:
    """The configuration that Rasa itself falls back to, as installed in `environment`.

    Raises FileNotFoundError if Rasa is not installed there.
    """
    inside = "lib/python3.*/site-packages/rasa/engine/recipes/config_files/default_config.yml"
    found = sorted(environment.glob(inside))
    if not found:
        raise FileNotFoundError(f"Rasa is not installed in {environment}: `make bench` puts it there.")
    return found[0]


def project_files(
    default_config: Path, examples: list[Example], answers: dict[str, str], epochs: int | None = None
) -> dict[str, str]:
    """The stock project as relative path -> content; the same input gives the same bytes.

    `epochs`: how often each of its models goes through its examples, where not as shipped.
    """
    topics = list(dict.fromkeys(example.topic for example in examples))
    config = yaml.safe_load(default_config.read_text(encoding="utf-8")) | {"assistant_id": ASSISTANT}
    if epochs is not None:
        for step in [*config["pipeline"], *config["policies"]]:
            if "epochs" in step:
                step["epochs"] = epochs
    return {
        "config.yml": _dump(config),
        "domain.yml": _dump(_domain(topics, answers)),
        "data/nlu.yml": _dump(_nlu(topics, examples)),
        "data/rules.yml": _dump(_rules(topics)),
        "data/stories.yml": _dump(_stories(topics)),
        "credentials.yml": _dump({"rest": None}),
    }


def key_of(files: dict[str, str], requirements: str) -> str:
    """Names a trained model: another key means that what it was trained from, or on, has changed."""
    digest = hashlib.sha256(requirements.encode())
    for name, content in sorted(files.items()):
        digest.update(f"{name}\0{content}\0".encode())
    return digest.hexdigest()[:16]


def write(files: dict[str, str], folder: Path) -> None:
    """Write the project into `folder`, which is made if needed."""
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content, encoding="utf-8")


def endpoints(database: Path) -> str:
    """Rasa's endpoints file that stores conversations in SQLite, as its documentation says."""
    return _dump({"tracker_store": {"type": "SQL", "dialect": "sqlite", "db": str(database)}})


def _domain(topics: list[str], answers: dict[str, str]) -> dict[str, Any]:
    responses = {f"utter_{topic}": [{"text": answers[topic]}] for topic in topics}
    return {
        "version": "3.1",
        "intents": topics,
        "responses": responses | {FALLBACK_ANSWER: [{"text": FALLBACK_TEXT}]},
        "session_config": {"session_expiration_time": 60, "carry_over_slots_to_new_session": True},
    }


def _nlu(topics: list[str], examples: list[Example]) -> dict[str, Any]:
    of_topic: dict[str, list[str]] = {topic: [] for topic in topics}
    for example in examples:
        of_topic[example.topic].append(example.text)
    blocks = [
        {"intent": topic, "examples": "".join(f"- {text}\n" for text in texts)} for topic, texts in of_topic.items()
    ]
    return {"version": "3.1", "nlu": blocks}


def _rules(topics: list[str]) -> dict[str, Any]:
    rules = [{"rule": f"answer {topic}", "steps": _turn(topic)} for topic in topics]
    fallback = {"rule": "not understood", "steps": [{"intent": "nlu_fallback"}, {"action": FALLBACK_ANSWER}]}
    return {"version": "3.1", "rules": [*rules, fallback]}


def _stories(topics: list[str]) -> dict[str, Any]:
    stories = [
        {"story": f"from {together[0]}", "steps": [step for topic in together for step in _turn(topic)]}
        for together in (topics[at : at + TURNS_PER_STORY] for at in range(0, len(topics), TURNS_PER_STORY))
    ]
    return {"version": "3.1", "stories": stories}


def _turn(topic: str) -> list[dict[str, str]]:
    return [{"intent": topic}, {"action": f"utter_{topic}"}]


def _dump(content: dict[str, Any]) -> str:
    return str(yaml.safe_dump(content, allow_unicode=True, sort_keys=False, width=120))
