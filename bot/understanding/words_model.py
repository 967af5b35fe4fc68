"""The words model: a linear model over words and pieces of words, beside the encoder, which cannot see spelling."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np

from bot.understanding.softmax import Examples, fit
from bot.understanding.text_features import TextFeatures

# How freely the model may fit (scikit-learn's C): chosen by leaving whole voices out of the training.
FREEDOM = 10.0
MOST_ROUNDS = 60


class WordsModel:
    """Multinomial logistic regression over TF-IDF features whose whole state is a few arrays."""

    def __init__(self, features: TextFeatures, topics: Sequence[str], weights: np.ndarray, bias: np.ndarray) -> None:
        self._features = features
        self.topics = tuple(topics)
        # In rows, one for each feature: a message has some hundred of them, so that a few rows are all that is read.
        self._weights = np.ascontiguousarray(weights, np.float32)
        self._bias = bias

    @classmethod
    def fit(cls, texts: Sequence[str], topics: Sequence[str], progress: Callable[[float], None]) -> WordsModel:
        """Learns from normalised texts and their topics, telling `progress` how far it is (0 to 1)."""
        features = TextFeatures.fit(texts)
        names, numbers = np.unique(list(topics), return_inverse=True)
        rounds = iter(range(1, 2 * MOST_ROUNDS))
        examples = Examples(features.transform(texts), np.zeros((len(texts), 0), np.float32), numbers)
        weights, bias = fit(examples, FREEDOM, MOST_ROUNDS, lambda: progress(min(1.0, next(rounds) / MOST_ROUNDS)))
        return cls(features, [str(name) for name in names], weights, bias.astype(np.float32))

    def topic_scores(self, texts: Sequence[str]) -> np.ndarray:
        """Scores (logits) of the topics: a row for each normalised text, a column for each of `topics`."""
        found = self._features.transform(texts)
        # A row at a time, reading only the weights of what it holds: scipy's product would copy them all for each call.
        scores: np.ndarray = np.stack([row.data @ self._weights[row.indices] for row in found]) + self._bias
        return scores

    def save(self, path: Path) -> None:
        """Writes the model as plain arrays: nothing in the file can run when it is read."""
        arrays: dict[str, np.ndarray] = self._features.arrays()
        np.savez_compressed(
            path, topics=np.array(self.topics), weights=self._weights.astype(np.float16), bias=self._bias, **arrays
        )

    @classmethod
    def load(cls, path: Path) -> WordsModel:
        """Reads what `save` wrote."""
        with np.load(path, allow_pickle=False) as kept:
            arrays = dict(kept)
        weights = arrays.pop("weights").astype(np.float32)
        topics, bias = [str(t) for t in arrays.pop("topics")], arrays.pop("bias")
        return cls(TextFeatures.from_arrays(arrays), topics, weights, bias)
