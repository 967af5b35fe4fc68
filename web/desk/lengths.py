"""How many characters may be typed into a field: the page says it, and what is longer is refused with the text kept."""

from __future__ import annotations

LINE = 200
WORDS = 2000
WHY = 500
LONGEST = {
    "name": LINE,
    "contact": LINE,
    "other_contact": LINE,
    "when": LINE,
    "where": LINE,
    "bringing": LINE,
    "needs": LINE,
    "relation": LINE,
    "text": WORDS,
    "note": WORDS,
    "contact_note": WORDS,
    "examples": WORDS,
    "reason": WHY,
    "cancel_reason": WHY,
    "source": WHY,
    "title": 100,
    "place": 100,
}


def longest(name: str) -> int:
    """Of the field of that name."""
    return LONGEST.get(name, WORDS)


def shorter(text: str, most: int) -> str | None:
    """What to do about a text that is too long; None where it is not."""
    return f"This has {len(text):,} characters. Make it {most:,} at most." if len(text) > most else None
