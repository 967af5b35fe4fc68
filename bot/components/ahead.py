"""What is found out about a message before Rasa's graph reads it, so that other families' messages go on meanwhile."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from rasa.shared.nlu.training_data.message import Message
from spacy.tokens import Doc

from bot.understanding.reader import Sight

# Rasa hands a message's metadata on to its components.
METADATA, AHEAD = "metadata", "ahead"


@dataclass(frozen=True)
class Ahead:
    """The message's words, its parts where it has several (`questions`), and how some of its texts look."""

    doc: Doc
    questions: list[str]
    sights: Mapping[str, Sight]


def known_ahead(message: Message) -> Ahead | None:
    """What was found out about this message; None where nothing was (Rasa's own commands)."""
    metadata: dict[str, Any] = message.get(METADATA) or {}
    return metadata.get(AHEAD)
