"""What a few words mean after a certain answer: what was learned that lies nearest, each beside the question before it.

"And where?" is looked for side by side with the question that the answer before belongs to ("Who will be at the
meeting?"). So the nearest examples have like words after a like answer, also where the very two never met.
Nearest once in the encoder's eyes, once by the words that both have.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import yaml

from bot.understanding.encoder import Encoder
from bot.understanding.examples import SAFETY, Example
from bot.understanding.neighbours import LikeWorded, Neighbours, unit
from bot.understanding.normalise import normalised
from bot.understanding.text_features import Features, TextFeatures, matrix, side_by_side

TOPICS = Path("data/topics.yml")
# Ordinary short messages, each as if it came after some answer or other: a whole question means the same after any.
STRAY, STRAY_WORDS = 6000, 9
# Answers after which a few words may be about something else than the answer: that the leaflet doesn't say, small talk.
LEAVE_OPEN = ("open.other_review_question", "talk.")
BEFORE_COUNTS = 0.5  # how much the question before counts beside the text, in the encoder's eyes
NEIGHBOURS_FILE, LIKE_WORDED_FILE = "follow_ups.npz", "like_worded_follow_ups.npz"
SEED = 20261129


def questions(file: Path = TOPICS) -> dict[str, str]:
    """The question that each topic answers, as the button asks it."""
    topics = yaml.safe_load(file.read_text(encoding="utf-8"))["topics"]
    return {topic: entry["question"] for topic, entry in topics.items()}


def hung_on(before: str | None, asked: Sequence[str]) -> tuple[str, ...]:
    """The topics that a few words may hang on, each as much; none where nothing was answered.

    `before`: the topic that was answered last; `asked`: what the message before is likeliest to have been about. Where
    the answer leaves that open, what the message was next likeliest to be about counts too (docs/decisions/0003).
    """
    if before is None:
        return ()
    meant = [topic for topic in asked if topic != before and not topic.startswith((SAFETY, *LEAVE_OPEN))]
    return (before, *meant[:1]) if before.startswith(LEAVE_OPEN) else (before,)


class Seen:
    """How texts look that come after the answers to certain topics. `asked`: the question of each topic."""

    def __init__(self, encoder: Encoder, features: TextFeatures, asked: Mapping[str, str]) -> None:
        self.asked = asked
        self._features = features
        every = ["", *asked.values()]
        self._vectors = unit(encoder.vectors([normalised(question) for question in every])) * BEFORE_COUNTS
        self._vectors[0] = 0
        self._questions = [features.words_of(normalised(question)) for question in every]
        self._row = {topic: number for number, topic in enumerate(asked, start=1)}

    def meant(self, vectors: np.ndarray, befores: Sequence[str]) -> np.ndarray:
        """The encoder's vectors of texts and those of the questions before them, side by side (a row each)."""
        return np.hstack([unit(vectors), self._vectors[[self._row.get(one, 0) for one in befores]]])

    def words(self, own: Features, before: str) -> Features:
        """The words of a text (`own`) and of that question, side by side (of length one).

        Nothing for a text without any word that was learned: the question alone would be like all that came after it.
        """
        question = self._questions[self._row.get(before, 0) if len(own.numbers) else 0]
        numbers, values = side_by_side(own, question, self._features.words)
        return Features(numbers, values * np.float32(math.sqrt(0.5)))


class FollowUps:
    """Follow-ups that were learned from, and what is asked before each topic's answer."""

    def __init__(self, seen: Seen, near: Neighbours, like_worded: LikeWorded) -> None:
        self._seen, self._near, self._like_worded = seen, near, like_worded

    @classmethod
    def fit(
        cls,
        encoder: Encoder,
        features: TextFeatures,
        examples: Sequence[Example],
        vectors: np.ndarray,
        known: Sequence[str],
    ) -> FollowUps:
        """Keeps the follow-ups among the examples, and some of the others as strays, in the encoder's eyes.

        `vectors`: the examples', a row each. `known` gives the topics their numbers.
        """
        seen = Seen(encoder, features, questions())
        learned = [
            (number, one.before) for number, one in enumerate(examples) if one.before and one.before in seen.asked
        ]
        learned += _strays(examples, list(seen.asked))
        own = [features.words_of(normalised(examples[number].text)) for number, _ in learned]
        befores = [before for _, before in learned]
        topics = [examples[number].topic for number, _ in learned]
        both = seen.meant(vectors[[number for number, _ in learned]], befores)
        worded = [seen.words(words, before) for words, before in zip(own, befores, strict=True)]
        alike = LikeWorded.fit(matrix(worded, 2 * features.words), topics, known)
        return cls(seen, Neighbours.fit(both, topics, known), alike)

    def near(self, vector: np.ndarray, before: str) -> np.ndarray:
        """Log-probabilities of the topics for a text after the answer to `before`, by what lies nearest in the
        encoder's eyes. `vector`: that of the text alone.
        """
        return np.asarray(self._near.topic_scores(self._seen.meant(vector[None], [before]))[0])

    def like_worded(self, words: Features, before: str) -> np.ndarray:
        """The same by what has most words in common. `words`: those of the text, of length one."""
        return np.asarray(self._like_worded.topic_scores([self._seen.words(words, before)])[0])

    def save(self, folder: Path) -> None:
        """Writes plain arrays; the questions stay in data/topics.yml."""
        self._near.save(folder / NEIGHBOURS_FILE)
        self._like_worded.save(folder / LIKE_WORDED_FILE)

    @classmethod
    def load(cls, folder: Path, encoder: Encoder, features: TextFeatures) -> FollowUps:
        """Reads what `save` wrote."""
        near, words = Neighbours.load(folder / NEIGHBOURS_FILE), LikeWorded.load(folder / LIKE_WORDED_FILE)
        return cls(Seen(encoder, features, questions()), near, words)


def _strays(examples: Sequence[Example], befores: Sequence[str]) -> list[tuple[int, str]]:
    """Numbers of examples, each with a topic that it may have come after."""
    random = np.random.default_rng(SEED)
    short = [
        number for number, one in enumerate(examples) if one.before is None and len(one.text.split()) <= STRAY_WORDS
    ]
    some = random.permutation(len(short))[:STRAY]
    return [(short[place], befores[random.integers(len(befores))]) for place in some]
