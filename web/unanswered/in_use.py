"""Every answer that families can get now: what it states, when it was looked at last, and who put their name to it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from web.unanswered.drafts import Kinds
from web.unanswered.export import FACTS
from web.words import Words, read_yaml

APPROVED = ".approved"
BY_ITSELF = "What the chat says by itself"


@dataclass(frozen=True)
class InUse:
    """One answer. `source` is where its facts stand: a section of the leaflet, or what staff named."""

    name: str
    title: str
    text: str
    source: str | None
    facts: list[str]
    reviewed_on: date
    approved_by: str | None

    def overdue(self, today: date, days: int) -> bool:
        """True where nobody has looked at it for longer than that."""
        return (today - self.reviewed_on).days > days


def in_use(folder: Path, words: Words) -> list[InUse]:
    """All of them, as they stand in the files. Raises WordsError."""
    kinds, topics = Kinds(folder), read_yaml(folder / "topics.yml")["topics"]
    path = folder / FACTS
    written: Mapping[str, Any] = read_yaml(path)["answers"] if path.exists() else {}
    found = []
    for file in sorted((folder / "answers").glob("*.yml")):
        for response, (variation,) in read_yaml(file)["responses"].items():
            name = response.removeprefix("utter_")
            own = written.get(name.removesuffix(APPROVED), {}) if name.endswith(APPROVED) else {}
            meta = variation["metadata"]
            found.append(
                InUse(
                    name,
                    _title(name, own, meta["topic"], kinds),
                    words.answers[name].text,
                    own.get("source") or meta.get("section"),
                    list(_facts(meta, topics, written)),
                    date.fromisoformat(meta["reviewed_on"]),
                    meta.get("approved_by"),
                )
            )
    return found


def _title(name: str, own: Mapping[str, Any], topic: str | None, kinds: Kinds) -> str:
    if topic is None:
        return f"{BY_ITSELF}: {name.replace('_', ' ')}"
    if own:
        return f"{kinds.title(topic)}: {own['title']} (written by staff)"
    if name == f"{topic}.more":
        return f"{kinds.title(topic)} (more)"
    return kinds.title(name)


def _facts(meta: Mapping[str, Any], topics: Mapping[str, Any], written: Mapping[str, Any]) -> Iterator[str]:
    """The facts that its sentences name, each once, in their order."""
    named = [tag for tags in meta["sentences"] for tag in (tags if isinstance(tags, list) else [tags])]
    for tag in dict.fromkeys(named):
        owner, _, fact = tag.rpartition(".")
        facts = written[owner]["facts"] if owner in written else _facts_of(topics, owner or meta["topic"])
        if fact in facts:
            yield str(facts[fact])


def _facts_of(topics: Mapping[str, Any], topic: str | None) -> Mapping[str, Any]:
    facts: Mapping[str, Any] = topics.get(topic, {}).get("facts", {}) if topic else {}
    return facts
