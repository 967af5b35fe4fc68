"""The nearest examples: what stands closest to a message among all that was learned from, and which topics those have.

Where the heads are sure and the nearest examples are of other topics, the heads have been taken in by a word; adding
both makes the sum less sure, so that the assistant asks where it would have been wrong.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np

DIMENSIONS = 128  # of 384 and more: tuned vectors spread over few directions, and a search reads less memory
NEAREST = 24
WARMTH = 0.05  # how fast an example counts less with its distance (in cosines) from the nearest one
FLOOR = 0.01  # what a topic has of which no example is near


class Neighbours:
    """Examples as unit vectors (a row each) in the directions in which they differ most, with their topics' numbers."""

    def __init__(self, directions: np.ndarray, examples: np.ndarray, numbers: np.ndarray, topics: int) -> None:
        self._directions, self._examples = directions.astype(np.float32), examples.astype(np.float32)
        self._numbers, self._topics = numbers, topics

    @classmethod
    def fit(cls, vectors: np.ndarray, topics: Sequence[str], known: Sequence[str]) -> Neighbours:
        """Keeps the examples' vectors (a row each) with their topics; `known` gives the topics their numbers."""
        rows = unit(vectors)
        _, every = np.linalg.eigh(rows.T @ rows)
        directions = every[:, ::-1][:, :DIMENSIONS]
        places = {topic: number for number, topic in enumerate(known)}
        numbers = np.array([places[topic] for topic in topics], np.int32)
        return cls(directions, rows @ directions, numbers, len(known))

    def topic_scores(self, vectors: np.ndarray) -> np.ndarray:
        """Log-probabilities of the topics (a column each) by the examples nearest to each of the vectors."""
        near = (unit(vectors) @ self._directions) @ self._examples.T
        shares = np.full((len(vectors), self._topics), FLOOR)
        for row, closeness in zip(shares, near, strict=True):
            nearest = np.argpartition(closeness, -NEAREST)[-NEAREST:] if len(closeness) > NEAREST else slice(None)
            weights = np.exp((closeness[nearest] - closeness.max()) / WARMTH)
            np.add.at(row, self._numbers[nearest], weights / weights.sum())
        return np.asarray(np.log(shares / shares.sum(axis=1, keepdims=True)))

    def save(self, path: Path) -> None:
        """Writes plain arrays."""
        np.savez_compressed(
            path,
            directions=self._directions,
            examples=self._examples.astype(np.float16),
            numbers=self._numbers,
            topics=np.array(self._topics),
        )

    @classmethod
    def load(cls, path: Path) -> Neighbours:
        """Reads what `save` wrote."""
        with np.load(path, allow_pickle=False) as kept:
            return cls(kept["directions"], kept["examples"], kept["numbers"], int(kept["topics"]))


def unit(vectors: np.ndarray) -> np.ndarray:
    """The vectors (a row each) at length one; a vector of nothing stays so."""
    return np.asarray(vectors / np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-9))
