"""Answers what a few words after an answer most likely mean, and offers what else they may mean."""

from __future__ import annotations

from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.clarify import MOST, NEVER_OFFERED, NONE_OF_THESE, worth_offering
from actions.open_question import answer_to

# Nothing is begun on a guess.
BEGINS = ("booking.request", "booking.manage", "handoff.human")
# Where anything else is nearly as likely as these, it is mostly what was meant.
PASSED_OVER = {*NEVER_OFFERED, "talk.distress"} - {"talk.thanks"}


class ActionLikelyMeant(Action):
    """The likeliest topic's answer, and under it the next likeliest as choices instead of what else could be asked."""

    def name(self) -> str:
        """The name that the rules use."""
        return "action_likely_meant"

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[dict[str, Any]]:
        """Called by Rasa, for a message of which `likely_meant` finds a topic."""
        message = tracker.latest_message
        ranking = message.get("intent_ranking") or []
        topic = likely_meant(ranking)
        if topic is None:
            raise ValueError("no topic of this message can be guessed")
        dispatcher.utter_message(response=answer_to(topic, message.get("kind"), domain), no_choices=True)
        others = [other for other in worth_offering(ranking) if other != topic][: MOST - 1]
        dispatcher.utter_message(response="utter_meant_something_else", choices=[*others, NONE_OF_THESE])
        return []


def likely_meant(ranking: list[dict[str, Any]]) -> str | None:
    """The likeliest topic of an intent ranking that may be answered on a guess; None where one comes first that begins
    something.
    """
    names = [str(entry["name"]) for entry in ranking if "." in (entry.get("name") or "")]
    topic = next((name for name in names if name not in PASSED_OVER), None)
    return None if topic in BEGINS else topic
