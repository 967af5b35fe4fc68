"""What the assistant learns from: one topic for one wording, nothing twice, nothing copied from an examination."""

from __future__ import annotations

import hashlib
import json
import os
import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).parents[2]
# Another folder is examined where a test has written examples into a copy (tests/unanswered/test_export.py).
DATA = Path(os.environ.get("DATA_UNDER_TEST") or ROOT / "data")
NLU = DATA / "nlu"
APPROVED = "approved"  # the file of examples that staff wrote for kinds of question of their own
# SHA-256 of the words of messages that others use to examine the assistant, a line each.
NEVER_LEARNED = Path(__file__).with_name("never_learned.txt")
OUR_OWN = {"more", "none_of_these"}
FEWEST_WORDS = 4  # shorter messages are nobody's own, and are alike without being copies
ALIKE = 0.85  # share of words in common from which two messages count as the same
RAREST = 3


@dataclass(frozen=True)
class Example:
    text: str
    topic: str
    voice: str
    before: str | None
    kind: str | None
    file: str

    @property
    def words(self) -> str:
        return plain(self.text)


def plain(text: str) -> str:
    return " ".join(re.findall(r"[a-z0-9]+", text.lower()))


@cache
def examples() -> list[Example]:
    return list(_read())


def _read() -> Iterator[Example]:
    for path in sorted(NLU.rglob("*.yml")):
        content = yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
        for block in content.get("nlu") or content["follow_ups"]:
            meta = block["metadata"]
            for line in block["examples"].splitlines():
                text = line.removeprefix("- ")
                yield Example(text, block["intent"], meta["voice"], meta.get("before"), meta.get("kind"), path.stem)


@cache
def topics() -> dict[str, dict[str, object]]:
    found: dict[str, dict[str, object]] = yaml.safe_load((ROOT / "data" / "topics.yml").read_text("utf-8"))["topics"]
    return found


def test_every_example_stands_under_a_topic_that_there_is_and_in_its_file() -> None:
    for example in examples():
        if example.topic not in OUR_OWN:
            assert example.topic in topics(), example
            assert example.file in (example.topic.partition(".")[0], APPROVED), example
        assert example.before is None or example.before in topics(), example


def test_every_topic_and_every_voice_is_well_represented() -> None:
    by_topic = Counter(example.topic for example in examples())
    assert min(by_topic[topic] for topic in topics()) >= 300
    voices = Counter(example.voice for example in examples())
    assert sum(count >= 500 for count in voices.values()) >= 20


def test_one_wording_has_one_topic() -> None:
    seen: dict[tuple[str, str | None], Example] = {}
    for example in examples():
        first = seen.setdefault((example.text.lower(), example.before), example)
        assert first.topic == example.topic, (first, example)


def test_no_example_is_another_one_over_again() -> None:
    alone = [
        e for e in examples() if e.before is None and e.voice != "buttons" and len(e.words.split()) >= FEWEST_WORDS
    ]
    pairs = {example: set(zip(example.words.split(), example.words.split()[1:], strict=False)) for example in alone}
    frequent = Counter(pair for found in pairs.values() for pair in found)
    near: dict[tuple[str, str], list[Example]] = defaultdict(list)
    copies = []
    for example, found in pairs.items():
        words = set(example.words.split())
        rarest = sorted(found, key=lambda pair: (frequent[pair], pair))[:RAREST]
        for other in {one for pair in rarest for one in near[pair]}:
            others = set(other.words.split())
            if len(words & others) / len(words | others) >= ALIKE:
                copies.append((other.text, example.text))
        for pair in rarest:
            near[pair].append(example)
    assert not copies


def test_a_kind_stands_only_under_the_topic_that_has_it() -> None:
    for example in examples():
        if example.kind is not None:
            kinds: dict[str, object] = topics()[example.topic]["kinds"]  # type: ignore[assignment]
            # "other" gets the topic's own answer; a kind of staff's own has one that they wrote
            assert example.kind in {*kinds, "other"} or f"{example.topic}.{example.kind}" in approved(), example


@cache
def approved() -> set[str]:
    path = DATA / "approved.yml"
    return set(yaml.safe_load(path.read_text("utf-8"))["answers"]) if path.exists() else set()


def exam_words() -> Iterator[str]:
    for path in (ROOT / "tests" / "exam").glob("*.jsonl"):
        for line in path.read_text(encoding="utf-8").splitlines():
            row = json.loads(line)
            yield from (plain(text) for text in [row.get("text"), *(t["user"] for t in row.get("turns", []))] if text)


@pytest.mark.parametrize("source", ["our own exam", "others' exams"])
def test_nothing_is_learned_that_the_assistant_is_examined_with(source: str) -> None:
    others = [example for example in examples() if example.voice != "buttons"]
    learned = {example.words: example for example in others if len(example.words.split()) >= FEWEST_WORDS}
    if source == "our own exam":
        found = [learned[words] for words in exam_words() if words in learned]
    else:
        secret = set(NEVER_LEARNED.read_text(encoding="utf-8").split())
        found = [e for words, e in learned.items() if hashlib.sha256(words.encode()).hexdigest() in secret]
    assert not found
