"""What a family said, as staff read it: only what helps to reach and to meet them."""

from __future__ import annotations

from web.casework.items import Item
from web.meetings.kinds import Time

LABELS = {
    "name": "Name",
    "contact": "Reach them on",
    "other_contact": "Or on",
    "may_leave_message": "Leave a message",
    "when": "When, in their words",
    "where": "Where",
    "who": "Whom to see",
    "bringing": "Who comes with them",
    "needs": "What they need",
    "relation": "Relation to the child",
}
WHO = {"reviewer": "The Independent Reviewer", "staff": "Staff", "either": "Either"}
MESSAGE = {"True": "Yes", "False": "No: do not leave a message", "None": "Not said: better do not"}


def shown_details(item: Item, time: Time | None) -> list[tuple[str, str]]:
    """Labels and values, in an order that never changes. What was not said is left out, but for what one must know."""
    shown = [(label, _value(item, name)) for name, label in LABELS.items()]
    lines = [(label, value) for label, value in shown if value]
    if time is not None:
        lines.append(("Time", f"{time.text}, {time.minutes} minutes, {time.place}, with {WHO[time.who].lower()}"))
    return lines


def _value(item: Item, name: str) -> str:
    value = item.details.get(name)
    if name == "may_leave_message":
        return MESSAGE[str(value)] if item.details.get("contact_kind") != "email" else ""
    if name == "who":
        return str(item.details.get("who_text") or WHO.get(str(value), ""))
    return str(value or "")
