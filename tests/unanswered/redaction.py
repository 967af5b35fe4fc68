"""How much redaction catches, and how much it takes that need not go: `make redaction` prints it.

What must be caught stands in corpus.yml. What need not go is measured on the messages of tests/exam, whose authors
have seen none of the examples that the redactor knows its words from, and which name hardly anybody.
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import yaml

from web.unanswered.redaction import LABEL, Redactor, load_redactor

ROOT = Path(__file__).parents[2]
CORPUS = Path(__file__).with_name("corpus.yml")
EXAM = ROOT / "tests" / "exam" / "messages.jsonl"
TELLS_NOTHING = {"mr", "mrs", "dr", "pc", "officer", "auntie", "nan", "our", "kid", "man", "mum", "school", "nursery"}


@dataclass(frozen=True)
class Case:
    """Something that must not be left, in a message."""

    kind: str
    secret: str
    message: str

    def left(self, redacted: str) -> set[str]:
        """The parts of the secret that can still be read."""
        around = _parts(self.message.replace(self.secret, " "))
        return (_parts(self.secret) - around) & _parts(LABEL.sub(" ", redacted))


def cases() -> Iterator[Case]:
    """The whole corpus."""
    corpus = yaml.safe_load(CORPUS.read_text(encoding="utf-8"))
    for kind, entry in corpus["kinds"].items():
        for secret in entry["values"]:
            for carrier in corpus["carriers"][entry["carriers"]]:
                yield Case(kind, secret, carrier.format(secret))


def recall(redactor: Redactor) -> dict[str, tuple[int, int, list[str]]]:
    """For each kind: how many were caught, of how many, and what was left of the others."""
    found: dict[str, tuple[int, int, list[str]]] = {}
    for case in cases():
        caught, every, missed = found.get(case.kind, (0, 0, []))
        redacted = redactor.redact(case.message)
        left = case.left(redacted)
        found[case.kind] = (caught + (not left), every + 1, missed + ([redacted] if left else []))
    return found


def false_hits(redactor: Redactor) -> tuple[int, int, int, int]:
    """Of the exam's messages: words taken, words, messages that lost a word, messages."""
    taken = words = touched = messages = 0
    for text in exam():
        lost = len(re.findall(r"\w+", text)) - len(re.findall(r"\w+", LABEL.sub(" ", redactor.redact(text))))
        taken, words = taken + lost, words + len(re.findall(r"\w+", text))
        touched, messages = touched + (lost > 0), messages + 1
    return taken, words, touched, messages


def exam() -> list[str]:
    """The messages of the exam."""
    rows: Sequence[dict[str, str]] = [json.loads(line) for line in EXAM.read_text(encoding="utf-8").splitlines()]
    return [row["text"] for row in rows if row.get("text")]


def main() -> int:
    """Called as a program: print both, and what was missed."""
    redactor = load_redactor(ROOT / "data")
    found = recall(redactor)
    for kind, (caught, every, missed) in found.items():
        print(f"{kind:<10} {caught:>4} of {every:<4} {100 * caught / every:5.1f} %")  # noqa: T201
        for redacted in missed:
            print(f"           left: {redacted}")  # noqa: T201
    caught, every = sum(one[0] for one in found.values()), sum(one[1] for one in found.values())
    taken, words, touched, messages = false_hits(redactor)
    print(f"{'all':<10} {caught:>4} of {every:<4} {100 * caught / every:5.1f} %   (recall)")  # noqa: T201
    print(f"taken that need not go: {taken} of {words} words, {100 * taken / words:.1f} %;", end=" ")  # noqa: T201
    print(f"{touched} of {messages} messages lost a word, {100 * touched / messages:.0f} %")  # noqa: T201
    return 0


def _parts(text: str) -> set[str]:
    """What could tell: words but single letters and everybody's titles, and runs of three digits."""
    parts = re.findall(r"\d{3,}|[^\W\d_]{2,}", text.lower())
    return set(parts) - TELLS_NOTHING


if __name__ == "__main__":
    sys.exit(main())
