"""Answers as families read them: the texts of data/answers with the Partnership's details filled in."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import yaml
from rasa.core.nlg.response import TemplatedNaturalLanguageGenerator
from rasa.shared.core.domain import Domain
from rasa.utils.endpoints import EndpointConfig

PARTNERSHIP_FILE = Path("data/partnership.yml")
DEFAULT_CONVERSATION_HOURS = "24"


def details() -> dict[str, str]:
    """What the placeholders in the answers stand for. web/ fills the same ones into what it says by itself."""
    partnership = yaml.safe_load(PARTNERSHIP_FILE.read_text(encoding="utf-8"))
    return {
        "partnership": partnership["name"],
        "phone": partnership["phone"],
        "email": partnership["email"],
        "conversation_hours": os.environ.get("CONVERSATION_HOURS") or DEFAULT_CONVERSATION_HOURS,
    }


class PartnershipWords(TemplatedNaturalLanguageGenerator):
    """Rasa's own generator, which knows the Partnership's details besides the slots. endpoints.yml names it."""

    def __init__(self, endpoint_config: EndpointConfig | None, domain: Domain) -> None:
        super().__init__(domain.responses)
        self._details = details()

    def _response_variables(self, filled_slots: dict[str, Any] | None, kwargs: dict[str, Any]) -> dict[str, Any]:
        return {**self._details, **(filled_slots or {}), **kwargs}
