"""What the assistant says, collected with its topic, links and choices (Rasa's own collector drops them)."""

from __future__ import annotations

from typing import Any

from rasa.core.channels.channel import CollectingOutputChannel

# What a message carries besides its text, and what stands for it where data/answers says nothing.
CARRIED: dict[str, Any] = {
    "topic": None,
    "section": None,
    "reviewed_on": None,
    "links": [],
    "choices": [],
    "clarify": False,
    "form": None,
    "meeting": None,
    "handoff": None,
}


class SaidChannel(CollectingOutputChannel):
    """Collects one entry a response: its text and all of CARRIED."""

    def __init__(self) -> None:
        super().__init__()
        self.said: list[dict[str, Any]] = []

    async def send_response(self, recipient_id: str, message: dict[str, Any]) -> None:
        """Called by Rasa for every response. What an action adds goes before what data/answers says.

        An action that says `no_choices` leaves those out: Rasa drops what is empty, such as a list of none.
        """
        known = {**(message.get("metadata") or {}), **message}
        if known.get("no_choices"):
            known["choices"] = []
        carried = {key: known.get(key) or nothing for key, nothing in CARRIED.items()}
        self.said.append({"text": (message.get("text") or "").strip(), **carried})
