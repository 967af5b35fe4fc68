"""Answers as families read them: the texts of data/answers with the Partnership's details filled in."""

from __future__ import annotations

import os
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from rasa.core.nlg.response import TemplatedNaturalLanguageGenerator
from rasa.shared.core.domain import Domain
from rasa.utils.endpoints import EndpointConfig

PARTNERSHIP_FILE, TOPICS_FILE = Path("data/partnership.yml"), Path("data/topics.yml")
# How long things are kept, and by default: web gives the worker its own settings of the same names.
KEPT_FOR = {"conversation_hours": "24", "request_days": "180"}


def details() -> dict[str, str]:
    """What the placeholders in the answers stand for. web/ fills the same ones into what it says by itself."""
    partnership = yaml.safe_load(PARTNERSHIP_FILE.read_text(encoding="utf-8"))
    return {
        "partnership": partnership["name"],
        "phone": partnership["phone"],
        "email": partnership["email"],
        **{name: os.environ.get(name.upper()) or default for name, default in KEPT_FOR.items()},
    }


@cache
def asked_on_buttons() -> dict[str, str]:
    """What each button sends, as `as_on_a_button` writes it, and the topic or choice that it means."""
    content = yaml.safe_load(TOPICS_FILE.read_text(encoding="utf-8"))
    every = {**content["topics"], **content["choices"]}
    return {as_on_a_button(entry["question"]): name for name, entry in every.items()}


def as_on_a_button(text: str) -> str:
    """Lower case, without the mark at the end: who types or copies what a button asks means what the button means."""
    return text.strip().rstrip(".?").casefold()


class PartnershipWords(TemplatedNaturalLanguageGenerator):
    """Rasa's own generator, which knows the Partnership's details besides the slots. endpoints.yml names it."""

    def __init__(self, endpoint_config: EndpointConfig | None, domain: Domain) -> None:
        super().__init__(domain.responses)
        self._details = details()

    def _response_variables(self, filled_slots: dict[str, Any] | None, kwargs: dict[str, Any]) -> dict[str, Any]:
        return {**self._details, **(filled_slots or {}), **kwargs}
