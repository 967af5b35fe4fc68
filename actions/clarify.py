"""Asks which topic was meant; when that did not help either, offers a person."""

from __future__ import annotations

from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.history import NONE_OF_THESE, last_answer

PERSON = "handoff.human"
FEWEST, MOST = 2, 4
# Nobody is helped by being asked whether they meant to say hello.
NEVER_OFFERED = ("talk.greet", "talk.thanks", "talk.bye", "talk.yes_no", "open.off_topic")
# A topic less likely than this is not worth a family's time, unless there would be nothing to choose from.
WORTH_OFFERING = 0.06


class ActionClarify(Action):
    """States nothing; offers the likeliest topics and "none of these"."""

    def name(self) -> str:
        """The name that the rules use."""
        return "action_clarify"

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[dict[str, Any]]:
        """Called by Rasa."""
        ranking = tracker.latest_message.get("intent_ranking") or []
        offered = worth_offering(ranking)
        if not offered:
            dispatcher.utter_message(response="utter_unsure_wordless")
        elif last_answer(tracker.events) in ("action_clarify", "utter_offer_person"):
            choices = [PERSON, *(topic for topic in offered if topic != PERSON)][: MOST - 1]
            dispatcher.utter_message(response="utter_offer_person", clarify=True, choices=[*choices, NONE_OF_THESE])
        else:
            dispatcher.utter_message(response="utter_unsure", clarify=True, choices=[*offered, NONE_OF_THESE])
        return []


def worth_offering(ranking: list[dict[str, Any]]) -> list[str]:
    """The two to four likeliest topics of an intent ranking, the likeliest first; none where nothing could be read."""
    topics = [entry for entry in ranking if "." in (entry.get("name") or "") and entry["name"] not in NEVER_OFFERED]
    likely = [entry["name"] for entry in topics if entry["confidence"] >= WORTH_OFFERING]
    return likely[:MOST] if len(likely) >= FEWEST else [entry["name"] for entry in topics[:FEWEST]]
