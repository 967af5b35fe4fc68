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

from bot.understanding.text_features import Features

DIMENSIONS = 128  # of 384 and more: tuned vectors spread over few directions
# A search looks at all examples in the first few directions only, and at those that seem nearest there in all of them:
# it finds 995 of 1,000 of the nearest in a fifth of the time.
ROUGHLY, CANDIDATES, SAMPLED = 32, 1024, 16
NEAREST = 24
WARMTH = 0.05  # how fast an example counts less with its distance (in cosines) from the nearest one
REACH = 8 * WARMTH  # what lies farther behind the nearest one counts for nothing
FLOOR = 0.01  # what a topic has of which no example is near


class Neighbours:
    """Examples as unit vectors (a row each) in the directions in which they differ most, with their topics' numbers.

    At work they are 8-bit integers, with a step for each direction: a quarter of the memory, all of which a message
    goes through; the cosines are a few thousandths off.
    """

    def __init__(self, directions: np.ndarray, examples: np.ndarray, numbers: np.ndarray, topics: int) -> None:
        self._directions, self._numbers, self._topics = directions.astype(np.float32), numbers, topics
        examples = examples.astype(np.float32)
        self._roughly = np.ascontiguousarray(examples[:, :ROUGHLY])
        self._steps = np.abs(examples).max(axis=0, initial=1e-9) / np.float32(127)
        self._examples = np.rint(examples / self._steps).astype(np.int8)

    @classmethod
    def fit(cls, vectors: np.ndarray, topics: Sequence[str], known: Sequence[str]) -> Neighbours:
        """Keeps the examples' vectors (a row each) with their topics; `known` gives the topics their numbers."""
        rows = unit(vectors)
        _, every = np.linalg.eigh(rows.T @ rows)
        directions = every[:, ::-1][:, :DIMENSIONS]
        return cls(directions, rows @ directions, _numbers(topics, known), len(known))

    def topic_scores(self, vectors: np.ndarray) -> np.ndarray:
        """Log-probabilities of the topics (a column each) by the examples nearest to each of the vectors."""
        seen = unit(vectors) @ self._directions
        roughly = seen[:, :ROUGHLY] @ self._roughly.T  # for all at once: to go through the examples takes longest
        return np.stack([self._scores(vector, row) for vector, row in zip(seen, roughly, strict=True)])

    def _scores(self, vector: np.ndarray, roughly: np.ndarray) -> np.ndarray:
        some = _highest(roughly)
        closeness = self._examples[some].astype(np.float32) @ (self._steps * vector)
        return _topics_of_the_nearest(closeness, self._numbers[some], self._topics)

    def save(self, path: Path) -> None:
        """Writes plain arrays."""
        np.savez_compressed(
            path,
            directions=self._directions,
            examples=(self._examples * self._steps).astype(np.float16),
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

    def topic_scores(self, texts: Sequence[Features]) -> np.ndarray:
        """Log-probabilities of the topics (a column each) by the examples that share most words with each text.

        `texts`: their words, of length one. All topics are alike for a text that shares none.
        """
        return np.stack([self._scores(self._alike(one)) for one in texts])

    def _alike(self, text: Features) -> np.ndarray:
        """The cosine of the text's words with each example's."""
        return np.asarray(self._by_word[text.numbers].T @ text.values)

    def _scores(self, closeness: np.ndarray) -> np.ndarray:
        some = _highest(closeness)
        return _topics_of_the_nearest(closeness[some], self._numbers[some], self._topics)

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


def _highest(scores: np.ndarray) -> np.ndarray:
    """The places of about the CANDIDATES highest: of those above a limit that is read off a sample."""
    if len(scores) <= CANDIDATES * SAMPLED:
        return np.arange(len(scores))
    place = CANDIDATES // SAMPLED
    return np.flatnonzero(scores >= np.partition(scores[::SAMPLED], -place)[-place])


def _topics_of_the_nearest(closeness: np.ndarray, numbers: np.ndarray, topics: int) -> np.ndarray:
    """Log-probabilities of the topics, from how close one message is to each example and the examples' topics."""
    shares, closest = np.full(topics, FLOOR), closeness.max()
    nearest = np.flatnonzero(closeness >= closest - REACH)
    if len(nearest) > NEAREST:
        nearest = nearest[np.argpartition(closeness[nearest], -NEAREST)[-NEAREST:]]
    if closest > 0:
        weights = np.exp((closeness[nearest] - closest) / WARMTH)
        np.add.at(shares, numbers[nearest], weights / weights.sum())
    return np.asarray(np.log(shares / shares.sum()))
