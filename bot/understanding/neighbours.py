"""The nearest examples: what stands closest to a message among all that was learned from, and which topics those have.

Once by meaning (`Neighbours`, in the encoder's eyes), once by wording (`LikeWorded`, words and pairs of words that both
have). Where the heads are sure and the nearest examples are of other topics, the heads have been taken in by a word;
adding all makes the sum less sure, so that the assistant asks where it would have been wrong.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from scipy.sparse import csr_matrix

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
        return cls(directions, rows @ directions, _numbers(topics, known), len(known))

    def topic_scores(self, vectors: np.ndarray) -> np.ndarray:
        """Log-probabilities of the topics (a column each) by the examples nearest to each of the vectors."""
        near = (unit(vectors) @ self._directions) @ self._examples.T
        return _topics_of_the_nearest(near, self._numbers, self._topics)

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


class LikeWorded:
    """Examples as the words they have: sparse rows of length one, with their topics' numbers."""

    def __init__(self, examples: csr_matrix, numbers: np.ndarray, topics: int) -> None:
        self._by_word = examples.T.tocsr()  # a row for each word: a message is looked up by the few that it has
        self._numbers, self._topics = numbers, topics

    @classmethod
    def fit(cls, rows: csr_matrix, topics: Sequence[str], known: Sequence[str]) -> LikeWorded:
        """Keeps the examples' words (a row each, of length one) with their topics."""
        return cls(rows, _numbers(topics, known), len(known))

    def topic_scores(self, rows: csr_matrix) -> np.ndarray:
        """Log-probabilities of the topics (a column each) by the examples that share most words with each message.

        `rows`: the messages' words, of length one. All topics are alike for a message that shares none.
        """
        return _topics_of_the_nearest((rows @ self._by_word).toarray(), self._numbers, self._topics)

    def save(self, path: Path) -> None:
        """Writes plain arrays."""
        rows = self._by_word
        np.savez_compressed(
            path,
            data=rows.data.astype(np.float16),
            indices=rows.indices,
            indptr=rows.indptr,
            numbers=self._numbers,
            topics=np.array(self._topics),
        )

    @classmethod
    def load(cls, path: Path) -> LikeWorded:
        """Reads what `save` wrote."""
        with np.load(path, allow_pickle=False) as kept:
            shape = (len(kept["indptr"]) - 1, len(kept["numbers"]))
            by_word = csr_matrix((kept["data"].astype(np.float32), kept["indices"], kept["indptr"]), shape=shape)
            return cls(by_word.T, kept["numbers"], int(kept["topics"]))


def unit(vectors: np.ndarray) -> np.ndarray:
    """The vectors (a row each) at length one; a vector of nothing stays so."""
    return np.asarray(vectors / np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-9))


def _numbers(topics: Sequence[str], known: Sequence[str]) -> np.ndarray:
    places = {topic: number for number, topic in enumerate(known)}
    return np.array([places[topic] for topic in topics], np.int32)


def _topics_of_the_nearest(near: np.ndarray, numbers: np.ndarray, topics: int) -> np.ndarray:
    """Log-probabilities of the topics, from how close each message (a row) is to each example (a column)."""
    shares = np.full((len(near), topics), FLOOR)
    for row, closeness in zip(shares, near, strict=True):
        nearest = np.argpartition(closeness, -NEAREST)[-NEAREST:] if len(closeness) > NEAREST else slice(None)
        weights = np.exp((closeness[nearest] - closeness.max()) / WARMTH)
        if closeness.max() > 0:
            np.add.at(row, numbers[nearest], weights / weights.sum())
    return np.asarray(np.log(shares / shares.sum(axis=1, keepdims=True)))
