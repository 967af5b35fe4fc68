"""What web can answer without the assistant: how to get in touch, and a choice that leads to help."""

from __future__ import annotations

from pathlib import Path

from web.safety.phrases import Phrases
from web.safety.spelling import Spelling
from web.words import WordsError, read_yaml

CONTACT = "contact.details"


class Alone:
    """The reviewed phrases of data/alone.yml."""

    def __init__(self, folder: Path, spelling: Spelling) -> None:
        """Raises WordsError when the file is missing or wrong."""
        content = read_yaml(folder / "alone.yml")
        try:
            self._contact = Phrases(content["contact"]["phrases"], content["lists"])
            self._not_contact = Phrases(content["contact"]["unless"], content["lists"])
        except (KeyError, TypeError, ValueError) as error:
            raise WordsError(f"The file alone.yml can't be used: {error}") from error
        self._spelling = spelling

    def topic(self, text: str, choice: str | None) -> str | None:
        """The topic that web may answer by itself, None when it needs the assistant."""
        if choice == CONTACT or (choice or "").startswith("safety."):
            return choice
        words = self._spelling.words(text)
        return CONTACT if self._contact.found(words) and not self._not_contact.found(words) else None
