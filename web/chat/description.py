"""The OpenAPI description of the calls that are there."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from web.words import read_yaml

SETTING = "x-setting"  # in openapi.yml: is there only where this setting is on
REPLIES = "CHAT_REPLIES"
_FILE = Path(__file__).with_name("openapi.yml")


def description(replies: bool) -> dict[str, Any]:
    """The description; without what the settings leave out."""
    whole: dict[str, Any] = read_yaml(_FILE)
    on = {REPLIES} if replies else set()
    components = {name: _there(entries, on) for name, entries in whole["components"].items()}
    return {**whole, "paths": _there(whole["paths"], on), "components": components}


def _there(entries: Mapping[str, Any], on: set[str]) -> dict[str, Any]:
    kept = {name: entry for name, entry in entries.items() if entry.get(SETTING) in {None, *on}}
    return {name: {key: value for key, value in entry.items() if key != SETTING} for name, entry in kept.items()}
