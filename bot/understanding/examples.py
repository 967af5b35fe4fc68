"""The training examples as people wrote them down in data/nlu."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

NLU = Path("data/nlu")
FOLLOW_UPS = "follow_ups"
SAFETY = "safety."


@dataclass(frozen=True)
class Example:
    """One message: what was written, its topic, whose voice it is.

    `before`: the topic that had been answered before, where the message hangs on that. `kind`: what kind of question it
    is, for the topics that have kinds.
    """

    text: str
    topic: str
    voice: str
    before: str | None = None
    kind: str | None = None

    @property
    def kind_name(self) -> str:
        """Topic and kind in one word."""
        return f"{self.topic}/{self.kind}"


def of_metadata(text: str, topic: str, metadata: dict[str, Any]) -> Example:
    """An example from what stands beside its block in data/nlu."""
    return Example(text, topic, metadata["voice"], metadata.get("before"), metadata.get("kind"))


def examples(folder: Path = NLU) -> list[Example]:
    """All training examples, in the order of the files."""
    return list(_read(folder))


def follow_ups(folder: Path = NLU) -> list[Example]:
    """Those that mean what they mean after a certain answer only; Rasa itself does not read them."""
    return list(_read(folder / FOLLOW_UPS))


def _read(folder: Path) -> Iterator[Example]:
    for path in sorted(folder.rglob("*.yml")):
        content = yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
        for block in content.get("nlu") or content[FOLLOW_UPS]:
            for line in block["examples"].splitlines():
                if line.strip():
                    yield of_metadata(line.strip()[2:], block["intent"], block["metadata"])
