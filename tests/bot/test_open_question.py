"""What the leaflet does not say is answered by the kind of question, where that is known."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest
import yaml

from bot.actions import InProcessActions

DATA = Path(__file__).parents[2] / "data"
RESPONSES: dict[str, Any] = yaml.safe_load((DATA / "answers" / "open.yml").read_text(encoding="utf-8"))["responses"]
TOPICS: dict[str, Any] = yaml.safe_load((DATA / "topics.yml").read_text(encoding="utf-8"))["topics"]
RULES: list[Any] = yaml.safe_load((DATA / "rules" / "topics.yml").read_text(encoding="utf-8"))["rules"]

WITH_KINDS = {topic: list(entry["kinds"]) for topic, entry in TOPICS.items() if "kinds" in entry}
KINDS = [(topic, kind) for topic, kinds in WITH_KINDS.items() for kind in kinds]


def answer(topic: str, approved: tuple[str, ...] = (), **understood: Any) -> list[str]:
    """The names of the responses to a message of `topic` that was `understood` so; `approved` are answers of staff."""
    message = {"text": "?", "intent": {"name": topic, "confidence": 0.9}, **understood}
    tracker = {"sender_id": "x", "slots": {}, "events": [], "latest_message": message, "active_loop": {}}
    responses = {**RESPONSES, **dict.fromkeys(approved, [{"text": "written by staff"}])}
    call = {"next_action": "action_open_question", "tracker": tracker, "domain": {"responses": responses}}
    result = asyncio.run(InProcessActions().request(json=call))
    return [said["response"] for said in result["responses"]]


@pytest.mark.parametrize(("topic", "kind"), KINDS)
def test_a_kind_gets_its_own_answer(topic: str, kind: str) -> None:
    assert answer(topic, kind=kind) == [f"utter_{topic}.{kind}"]


@pytest.mark.parametrize("topic", WITH_KINDS)
@pytest.mark.parametrize("understood", [{}, {"kind": None}, {"kind": "other"}, {"kind": "kind_of_another_topic"}])
def test_without_a_kind_the_topic_is_answered(topic: str, understood: dict[str, Any]) -> None:
    assert answer(topic, **understood) == [f"utter_{topic}"]


@pytest.mark.parametrize("kind", ["press", "a_kind_that_is_new"])
def test_an_answer_that_staff_approved_comes_first(kind: str) -> None:
    approved = f"utter_open.other_review_question.{kind}.approved"
    assert answer("open.other_review_question", (approved,), kind=kind) == [approved]
    assert answer("open.other_review_question", (approved,), kind="copy") == ["utter_open.other_review_question.copy"]


def test_the_rules_of_topics_with_kinds_and_no_others_use_the_action() -> None:
    asked = {rule["rule"] for rule in RULES if rule["steps"][1]["action"] == "action_open_question"}
    assert asked == set(WITH_KINDS)


def test_kinds_of_one_topic_are_no_kinds_of_another() -> None:
    names = [kind for _, kind in KINDS]
    assert len(set(names)) == len(names)
