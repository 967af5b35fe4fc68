"""Says honestly that the leaflet does not say, and names what was asked."""

from __future__ import annotations

from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.executor import CollectingDispatcher


class ActionOpenQuestion(Action):
    """The answer to this kind of question (topics.yml), or to its topic where the kind is not known or has none.

    Where staff have written one, and another of them approved it, theirs comes first (data/answers/approved.yml).
    """

    def name(self) -> str:
        """The name that the rules use."""
        return "action_open_question"

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[dict[str, Any]]:
        """Called by Rasa. `kind` is set on the message by the topic classifier; a tapped choice has none."""
        message = tracker.latest_message
        dispatcher.utter_message(response=answer_to(message["intent"]["name"], message.get("kind"), domain))
        return []


def answer_to(topic: str, kind: str | None, domain: dict[str, Any]) -> str:
    """The response to a topic; where it has one of its own for this kind of question, that."""
    answer = f"utter_{topic}"
    of_its_kind = f"{answer}.{kind}"
    preferred = (f"{of_its_kind}.approved", of_its_kind, answer)
    return next(name for name in preferred if name in domain["responses"])
