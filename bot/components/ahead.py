"""What is found out about a message before Rasa's graph reads it, so that other families' messages go on meanwhile."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from rasa.nlu.tokenizers.tokenizer import Token
from rasa.shared.nlu.constants import METADATA
from rasa.shared.nlu.training_data.message import Message

from bot.understanding.reader import Sight

AHEAD = "ahead"  # where it stands in the message's metadata, which Rasa hands on to its components


@dataclass(frozen=True)
class Ahead:
    """The message's words, its parts where it has several (`questions`), and how some of its texts look."""

    tokens: list[Token]
    questions: list[str]
    sights: Mapping[str, Sight]


def known_ahead(message: Message) -> Ahead | None:
    """What was found out about this message; None where nothing was (Rasa's own commands)."""
    metadata: dict[str, Any] = message.get(METADATA) or {}
    return metadata.get(AHEAD)
