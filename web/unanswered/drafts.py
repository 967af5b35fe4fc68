"""An answer as staff write it, and what must be right before it is kept: families read it, and Rasa learns from it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rapidfuzz import fuzz

from web.words import read_yaml

MOST_WORDS = 35  # the sentences around it take the rest of what a family can take in
LONGEST_SENTENCE = 22  # words
FEWEST_EXAMPLES = 8
LONGEST_EXAMPLE = 40  # words
LONGEST_KIND = 32  # characters
COPIED = 85.0  # hundredths of likeness from which an example is somebody else's words
BRACKETS = re.compile(r"[!{}\[\]<>]")
NUMBER = re.compile(r"\d[\d ()-]{4,}\d")
ADDRESS = re.compile(r"@|https?:|www\.")


@dataclass(frozen=True)
class Problem:
    """Something to put right: in which field, and how."""

    field: str
    text: str


@dataclass(frozen=True)
class Draft:
    """What somebody filled in. `kind` is one of topics.yml; empty for a new one, which has a `title` and `examples`.

    `text` has a sentence in each line. `examples` are invented messages, a line each.
    """

    kind: str
    title: str
    text: str
    source: str
    examples: str

    @property
    def sentences(self) -> list[str]:
        """The sentences of the answer."""
        return lines(self.text)


class Kinds:
    """The kinds of open question that there are (topics.yml), as `topic.kind`, and the one place for new ones."""

    def __init__(self, folder: Path) -> None:
        """Raises WordsError."""
        topics: Mapping[str, Any] = read_yaml(folder / "topics.yml")["topics"]
        self.place: str = read_yaml(folder / "written_answers.yml")["topic"]
        self.titles = {
            f"{topic}.{kind}": str(entry["title"])
            for topic, found in topics.items()
            for kind, entry in found.get("kinds", {}).items()
        }
        self.topics = {topic: str(entry["title"]) for topic, entry in topics.items()}

    def name(self, draft: Draft) -> tuple[str, str]:
        """Topic and kind of an answer; a new kind is called after its title."""
        if draft.kind:
            topic, _, kind = draft.kind.rpartition(".")
            return topic, kind
        words = re.findall(r"[a-z]+", draft.title.lower())
        while len("_".join(words)) > LONGEST_KIND:
            words.pop()
        return self.place, "_".join(words)

    def title(self, name: str | None) -> str:
        """What was asked, in words, for `topic`, `topic.kind` or nothing."""
        if name is None:
            return "The chat was not sure what was asked"
        if name in self.titles:
            topic = name.rpartition(".")[0]
            return f"{self.topics[topic]}: {self.titles[name]}"
        return self.topics.get(name, name)


def lines(text: str) -> list[str]:
    """The lines that have something in them."""
    return [line.strip() for line in text.splitlines() if line.strip()]


def problems(draft: Draft, kinds: Kinds, asked: Iterable[str], known: Mapping[str, str]) -> list[Problem]:
    """What is wrong with a draft. `asked` are redacted messages of families, `known` all examples with their topics."""
    found = [*_of_text(draft.sentences)]
    if len(draft.source) < 5:
        found.append(Problem("source", "Say where this is written, or who said it and when."))
    if draft.kind:
        return found if draft.kind in kinds.titles else [*found, Problem("kind", "Choose what was asked.")]
    return [*found, *_of_title(draft, kinds), *_of_examples(lines(draft.examples), asked, known)]


def plain(text: str) -> str:
    """A message as it is compared with others."""
    return " ".join(re.findall(r"[a-z0-9]+", text.lower()))


def _of_text(sentences: list[str]) -> Iterator[Problem]:
    if not sentences:
        yield Problem("text", "Write the answer.")
    for wrong in map(_of_sentence, sentences):
        if wrong is not None:
            yield Problem("text", wrong)
    whole = " ".join(sentences)
    if len(whole.split()) > MOST_WORDS:
        yield Problem("text", f"The answer has {len(whole.split())} words. Make it {MOST_WORDS} at most.")
    if BRACKETS.search(whole):
        yield Problem("text", "Leave out exclamation marks and brackets.")
    if NUMBER.search(whole) or ADDRESS.search(whole):
        yield Problem("text", "Leave out phone numbers and addresses. The Partnership's stand below every answer.")


def _of_sentence(sentence: str) -> str | None:
    words = len(sentence.split())
    if not sentence.endswith(".") or re.search(r"[.?]\s", sentence):
        return f"Put each sentence on a line of its own, with a full stop: “{sentence}”"
    if sentence[0].islower():
        return f"Begin the sentence with a capital: “{sentence}”"
    if words > LONGEST_SENTENCE:
        return f"This sentence has {words} words; {LONGEST_SENTENCE} is the most: “{sentence}”"
    return None


def _of_title(draft: Draft, kinds: Kinds) -> Iterator[Problem]:
    _topic, kind = kinds.name(draft)
    if not 2 <= len(draft.title.split()) <= 12 or draft.title.endswith("."):
        yield Problem(
            "title", "Say in 2 to 12 words what was asked, without a full stop: fares for coming to a meeting."
        )
    elif not kind or kind in {name.rpartition(".")[2] for name in kinds.titles} | {"more", "other", "approved"}:
        yield Problem("title", "Another question is called so already. Choose other words.")
    elif BRACKETS.search(draft.title):
        yield Problem("title", "Leave out exclamation marks and brackets.")


def _of_examples(examples: list[str], asked: Iterable[str], known: Mapping[str, str]) -> Iterator[Problem]:
    plainly_asked = [plain(words) for words in asked]
    if len({plain(example) for example in examples}) < FEWEST_EXAMPLES:
        yield Problem("examples", f"Make up at least {FEWEST_EXAMPLES} ways to ask this, each on a line of its own.")
    for example in examples:
        if len(example.split()) > LONGEST_EXAMPLE:
            yield Problem("examples", f"This is longer than {LONGEST_EXAMPLE} words: “{example}”")
        elif plain(example) in known:
            yield Problem("examples", f"The chat knows this one already, with another answer: “{example}”")
        elif any(fuzz.ratio(plain(example), words) >= COPIED for words in plainly_asked):
            yield Problem("examples", f"A family wrote nearly this. Use words of your own: “{example}”")
