"""The words model: a linear model over words and pieces of words, beside the encoder, which cannot see spelling."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from scipy.sparse import csr_matrix

from bot.understanding.softmax import fit
from bot.understanding.text_features import Features, TextFeatures

EPOCHS = 4  # how often each example is learned from: more fits the voices that are learned from, not others


class WordsModel:
    """Multinomial logistic regression over TF-IDF features whose whole state is a few arrays.

    Beside the topics it knows how likely a message is, by its words, to mean something after a certain answer only.
    """

    def __init__(self, features: TextFeatures, topics: Sequence[str], weights: np.ndarray, bias: np.ndarray) -> None:
        self._features = features
        self.topics = tuple(topics)
        # In rows, one for each feature: a message has some hundred of them, so that a few rows are all that is read.
        self._weights = np.ascontiguousarray(weights, np.float16)
        self._bias = bias

    @classmethod
    def fit(cls, texts: Sequence[str], topics: Sequence[str | None]) -> tuple[WordsModel, csr_matrix]:
        """Learns from normalised texts and their topics, None for one that hangs on an answer; yields the texts'
        features as well.
        """
        features, rows = TextFeatures.fit(texts)
        hangs = np.array([topic is None for topic in topics])
        names, numbers = np.unique([topic for topic in topics if topic is not None], return_inverse=True)
        weights, bias = fit(rows[~hangs], numbers, len(names), EPOCHS)
        hung, hung_bias = fit(rows, hangs.astype(int), 2, EPOCHS)
        weights = np.column_stack([weights, hung[:, 1] - hung[:, 0]])
        bias = np.append(bias, hung_bias[1] - hung_bias[0])
        return cls(features, [str(name) for name in names], weights, bias), rows

    @property
    def features(self) -> TextFeatures:
        """How it sees texts."""
        return self._features

    def scores(self, texts: Sequence[Features]) -> np.ndarray:
        """Scores, a row for each text: the logits of `topics`, and last the log-odds that it hangs on an answer."""
        # Only the weights of what a text holds are read: a product of matrices would copy them all for each call.
        each = [one.values @ self._weights[one.numbers].astype(np.float32) for one in texts]
        return np.asarray(np.stack(each) + self._bias)

    def save(self, path: Path) -> None:
        """Writes the model as plain arrays: nothing in the file can run when it is read."""
        arrays: dict[str, np.ndarray] = self._features.arrays()
        np.savez_compressed(path, topics=np.array(self.topics), weights=self._weights, bias=self._bias, **arrays)

    @classmethod
    def load(cls, path: Path) -> WordsModel:
        """Reads what `save` wrote."""
        with np.load(path, allow_pickle=False) as kept:
            arrays = dict(kept)
        weights = arrays.pop("weights")
        topics, bias = [str(t) for t in arrays.pop("topics")], arrays.pop("bias")
        return cls(TextFeatures.from_arrays(arrays), topics, weights, bias)
