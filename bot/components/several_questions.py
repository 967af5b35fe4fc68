"""Sees that a message asks several things, so that each gets its answer: danger first, then what it is most about."""

from __future__ import annotations

from typing import Any

from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.shared.nlu.constants import INTENT, TEXT
from rasa.shared.nlu.training_data.message import Message

from bot.components.decision import Decision
from bot.components.topic_classifier import PARTS
from bot.understanding.examples import SAFETY
from bot.understanding.questions import is_question, is_request

SEVERAL = "several"
# What stands beside a question without being one.
PLEASANTRIES = ("talk.greet", "talk.thanks", "talk.bye", "talk.yes_no")
BESIDE = (*PLEASANTRIES, "talk.distress", "open.off_topic")
# A meeting that is asked for, and one that is arranged already.
ASKED_FOR, ARRANGED = "booking.request", "booking.manage"


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=False)
class SeveralQuestions(Decision):
    """Sets `several` on a message: texts and topics of its questions, where there are two topics or more, or one beside
    thanks and the like.
    """

    def __init__(self, config: dict[str, Any]) -> None:
        self._question, self._among = float(config["question"]), float(config["among"])
        self._request, self._whole, self._certain = (float(config[name]) for name in ("request", "whole", "certain"))
        self._statement, self._safe = float(config["statement"]), float(config["safe"])
        self._clearly = float(config["clearly"])

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """How probable a part's topic has to be: of a `question`, of one `among` several questions, of a `request`
        ("i want"), of a `statement`.

        Words that mean something else alone than where they stand are no question: the topic has to be as probable as
        `whole` for the message and its parts together, unless the part alone is as sure as `certain`. Of more than two
        parts each has a smaller share in the whole, so less is asked of it.
        A part in which danger is likelier than `safe` is no question beside the danger, but the danger itself.
        A later topic is answered first if it is more probable by `clearly` for the message and its parts together.
        """
        return {
            "question": 0.5,
            "among": 0.4,
            "request": 0.5,
            "statement": 0.85,
            "whole": 0.07,
            "certain": 0.9,
            "safe": 0.3,
            "clearly": 0.1,
        }

    def process(self, messages: list[Message]) -> list[Message]:
        """Looks at the parts of what was written."""
        for message in messages:
            intent, parts = message.get(INTENT) or {}, message.get(PARTS) or []
            message.set(SEVERAL, self.several(message.get(TEXT) or "", intent, parts), add_to_output=True)
        return messages

    def several(self, text: str, intent: dict[str, Any], parts: list[dict[str, Any]]) -> list[dict[str, Any]]:
        """What to answer one after the other, each topic once; empty where there are fewer than two.

        Danger is first, then what the message as a whole is clearly most about, then the rest as they were asked.
        Thanks and the like are no answer to a question beside them. Words about a meeting that is arranged ask for no
        other one.
        """
        danger = intent.get("name") or ""
        help_first = [{"text": text, "topic": danger, "kind": None}] if danger.startswith(SAFETY) else []
        found: dict[str, dict[str, Any]] = {}
        question = self._among if sum(is_question(part["text"]) for part in parts) > 1 else self._question
        for part in parts:
            if self._counts(part, question, self._whole * min(1.0, 2 / len(parts))):
                known = found.setdefault(part["topic"], part)
                if is_question(part["text"]) and not is_question(known["text"]):
                    found[part["topic"]] = part  # it keeps the place of what led to it
        if {ASKED_FOR, ARRANGED} <= found.keys() and found[ARRANGED]["in_whole"] > found[ASKED_FOR]["in_whole"]:
            del found[ASKED_FOR]
        several = [*help_first, *self._in_order(list(found.values()))]
        alone = intent.get("name") in PLEASANTRIES and any(is_question(part["text"]) for part in several)
        return several if len(several) > 1 or alone else []

    def _in_order(self, asked: list[dict[str, Any]]) -> list[dict[str, Any]]:
        main = max(asked, key=lambda part: float(part["in_whole"]), default=None)
        if main is None or main["in_whole"] - asked[0]["in_whole"] <= self._clearly:
            return asked
        return [main, *(part for part in asked if part is not main)]

    def _counts(self, part: dict[str, Any], question: float, whole: float) -> bool:
        topic, confidence = part["topic"], part["confidence"]
        if "." not in topic or topic in BESIDE or topic.startswith(SAFETY) or part["danger"] > self._safe:
            return False
        wished = topic == ASKED_FOR and is_request(part["text"])  # whatever else the message is about
        if part["in_whole"] < whole and confidence < self._certain and not wished:
            return False
        return bool(confidence >= self._enough_for(part["text"], question))

    def _enough_for(self, part: str, question: float) -> float:
        if is_question(part):
            return question
        return self._request if is_request(part) else self._statement
