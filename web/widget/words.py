"""The words that go with the script: those of the pages, the first message, the help numbers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from web.chat.cleaning import MOST_CHARACTERS
from web.chat.messages import body_of
from web.words import Words

# Of the page's words, what the script has no use for.
ONLY_PLAIN = (
    "appointment",
    "embed",
    "error",
    "errors",
    "help_lines",
    "intro",
    "to_chat",
)


def widget_words(words: Words, replies: bool = False) -> Mapping[str, Any]:
    """All that parts/served.d.ts describes; `replies`: also what is said of answers of staff."""
    page = {name: entry for name, entry in words.own["page"].items() if name not in ONLY_PLAIN}
    page["accessibility"] = page["accessibility"]["link"]
    greeting = {"id": "", "from": "assistant", "author": None, **body_of(words.said("greeting"), words)}
    return {
        "page": page,
        "help_lines": words.help_lines(),
        "greeting": greeting,
        "phone": words.links["phone"],
        "labels": words.labels,
        "longest": MOST_CHARACTERS,
        **({"reply": words.own["reply"]["page"]} if replies else {}),
    }
