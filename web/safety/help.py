"""The help that goes out by itself when words show danger. It needs nothing but the data folder."""

from __future__ import annotations

from collections.abc import Sequence

from web.assistant import Said
from web.safety.danger import CLEAR, Danger, Sign, sentences
from web.words import Words


class Help:
    """Danger rules and the reviewed answers that go with them."""

    def __init__(self, danger: Danger, words: Words) -> None:
        """Raises KeyError when a kind of danger has no answer."""
        self._danger = danger
        self._words = words
        for kind in danger.kinds:
            words.answer(kind)

    def signs(self, text: str) -> list[Sign]:
        """All signs of danger in the text, in its order."""
        return self._danger.signs(text)

    @staticmethod
    def first_clear(signs: Sequence[Sign]) -> Sign | None:
        """The first clear sign."""
        return next((sign for sign in signs if sign.level == CLEAR), None)

    def full(self, signs: Sequence[Sign]) -> list[Said]:
        """The whole help for each kind of clear danger, once each."""
        kinds = dict.fromkeys(sign.kind for sign in signs if sign.level == CLEAR)
        return [self._words.answer(kind) for kind in kinds]

    def beside(self, text: str, ours: Said) -> list[tuple[Said, bool]]:
        """What goes out with a refusal, and whether it is the quiet line: help first, then our own words."""
        signs = self.signs(text)
        full = self.full(signs)
        said = [(one, False) for one in [*full, ours]]
        return said if full or not signs else [*said, (self._words.said("care"), True)]

    def question_beside(self, text: str) -> str:
        """The questions of the text that stand in sentences without a sign of danger."""
        return " ".join(part for part in sentences(text) if part.endswith("?") and not self._danger.signs(part))
