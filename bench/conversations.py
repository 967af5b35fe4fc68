"""What families say in the measured conversations: the same words, in the same order, for both sides."""

from __future__ import annotations

import random
from dataclasses import dataclass

from bench.corpus import Example

TURNS = 6
SEED = 20261123
UNCLEAR_SHARE = 0.1
GREETING_SHARE = 1 / 3
THANKS_SHARE = 1 / 3
UNCLEAR = (
    "hmm",
    "what about the other thing",
    "it was on the tuesday",
    "and then what",
    "my cousin said something else",
    "sorry wrong button",
    "i dont know what to put",
    "can you do the same for him",
    "that one",
    "the blue form or the other form",
    "is it",
    "asdf",
)
"""Messages that no topic answers: both sides have to notice, and to say something all the same."""


@dataclass(frozen=True)
class Line:
    """One message of a scripted conversation; `topic` is None where no topic answers it."""

    text: str
    topic: str | None


Script = tuple[Line, ...]


def scripts(examples: list[Example], count: int, seed: int = SEED) -> list[Script]:
    """`count` conversations of TURNS messages each; the same examples, count and seed give the same words."""
    chance = random.Random(seed)  # noqa: S311 - a repeatable choice of words, nothing secret
    of_topic: dict[str, list[Example]] = {}
    for example in examples:
        of_topic.setdefault(example.topic, []).append(example)
    return [_script(of_topic, chance) for _ in range(count)]


def _script(of_topic: dict[str, list[Example]], chance: random.Random) -> Script:
    topics = sorted(of_topic)
    lines = [_line(of_topic, chance.choice(topics), chance) for _ in range(TURNS)]
    lines = [_unclear(chance) if chance.random() < UNCLEAR_SHARE else line for line in lines]
    if chance.random() < GREETING_SHARE and "talk.greet" in of_topic:
        lines[0] = _line(of_topic, "talk.greet", chance)
    if chance.random() < THANKS_SHARE and "talk.thanks" in of_topic:
        lines[-1] = _line(of_topic, "talk.thanks", chance)
    return tuple(lines)


def _line(of_topic: dict[str, list[Example]], topic: str, chance: random.Random) -> Line:
    return Line(chance.choice(of_topic[topic]).text, topic)


def _unclear(chance: random.Random) -> Line:
    return Line(chance.choice(UNCLEAR), None)
