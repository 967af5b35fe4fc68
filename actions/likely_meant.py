"""Answers what a few words after an answer most likely mean, and offers what else they may mean."""

from __future__ import annotations

from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.clarify import MOST, NEVER_OFFERED, PERSON, worth_offering
from actions.history import NONE_OF_THESE, last_answer
from actions.open_question import answer_to

# These begin something, so no guess is made where they come first.
BEGINS = ("booking.request", "booking.manage", PERSON)
# Where another topic is at all likely beside these, it is mostly what was meant.
PASSED_OVER = {*NEVER_OFFERED, "talk.distress"} - {"talk.thanks"}
AT_ALL_LIKELY = 0.2


class ActionLikelyMeant(Action):
    """The likeliest topic's answer, and under it the next likeliest as choices instead of what else could be asked.

    Twice running a person is among them.
    """

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
        again = last_answer(tracker.events) in (self.name(), "action_clarify", "utter_offer_person")
        others = [PERSON] * again + [other for other in worth_offering(ranking) if other not in (topic, PERSON)]
        choices = [*others[: MOST - 1], NONE_OF_THESE]
        dispatcher.utter_message(response="utter_meant_something_else", clarify=True, choices=choices)
        return []


def likely_meant(ranking: list[dict[str, Any]]) -> str | None:
    """The likeliest topic of an intent ranking that may be answered on a guess; None where there is none.

    So where what comes first begins something, or is small talk or distress and nothing else is at all likely.
    """
    known = [entry for entry in ranking if "." in (entry.get("name") or "")]
    found = next((entry for entry in known if entry["name"] not in PASSED_OVER), None)
    if found is None or found["name"] in BEGINS:
        return None
    return str(found["name"]) if found is known[0] or found["confidence"] >= AT_ALL_LIKELY else None
