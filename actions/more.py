"""Goes on with what was answered last."""

from __future__ import annotations

from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.history import last_topic


class ActionMore(Action):
    """Says the rest of the last answer, or that there is no more in the leaflet."""

    def name(self) -> str:
        """The name that the rules use."""
        return "action_more"

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[dict[str, Any]]:
        """Called by Rasa."""
        more = f"utter_{last_topic(reversed(tracker.events))}.more"
        dispatcher.utter_message(response=more if more in domain["responses"] else "utter_nothing_more")
        return []
