"""The linear topic model: words, letters and the sentence vector in, a probability for every topic out."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
from tqdm import tqdm

from bot.understanding.normalise import has_words, normalised
from bot.understanding.questions import asks, weights
from bot.understanding.softmax import Examples, fit
from bot.understanding.text_features import TextFeatures

# How much the sentence vector counts beside words and letters, and how freely the model may fit: chosen by leaving
# whole voices out of the training (docs/evaluation.md).
VECTOR_WEIGHT = 2.0
FREEDOM = 10.0
MOST_ROUNDS = 100
# How much a message counts as a whole beside its parts, the questions among them above all: so the question of a story
# is found that way.
WHOLE = 0.6
# Encoding the parts costs as much as all else together. It is spared where one topic is this certain, danger is this
# unlikely, and not more than one part asks something.
CERTAIN, NO_DANGER = 0.85, 0.02
SAFETY = "safety."

Ranking = list[tuple[str, float]]
Encode = Callable[[Sequence[str]], np.ndarray]


class TopicModel:
    """Multinomial logistic regression whose whole state is a few arrays."""

    def __init__(self, features: TextFeatures, topics: Sequence[str], weights: np.ndarray, bias: np.ndarray) -> None:
        self._features = features
        self.topics = list(topics)
        # In rows, one for each feature: a message has some hundred of them, so that a few rows are all that is read.
        self._weights = np.ascontiguousarray(weights, np.float32)
        self._bias = bias

    @classmethod
    def fit(cls, texts: Sequence[str], vectors: np.ndarray, topics: Sequence[str]) -> TopicModel:
        """Learns from normalised texts, their sentence vectors (a row each) and their topics."""
        features = TextFeatures.fit(texts)
        names, numbers = np.unique(list(topics), return_inverse=True)
        examples = Examples(features.transform(texts), vectors * VECTOR_WEIGHT, numbers)
        with tqdm(total=MOST_ROUNDS, desc="Learning the topics", unit=" rounds") as bar:
            weights, bias = fit(examples, FREEDOM, MOST_ROUNDS, bar.update)
        return cls(features, [str(name) for name in names], weights, bias.astype(np.float32))

    def probabilities(self, texts: Sequence[str], vectors: np.ndarray) -> np.ndarray:
        """A row for each text, a column for each of `topics`; rows add up to 1."""
        text_weights, vector_weights = np.split(self._weights, [-vectors.shape[1]])
        found = self._features.transform(texts)
        # A row at a time, reading only the weights of what it holds: scipy's product would copy them all for each call.
        from_text = np.stack([row.data @ text_weights[row.indices] for row in found])
        scores = from_text + vectors @ vector_weights * VECTOR_WEIGHT + self._bias
        scores -= scores.max(axis=1, keepdims=True)
        shares = np.exp(scores)
        return np.asarray(shares / shares.sum(axis=1, keepdims=True))

    def read(
        self, text: str, vector: np.ndarray, parts: Sequence[str] = (), encode: Encode | None = None
    ) -> tuple[Ranking, Ranking]:
        """The topics of one message as it was written, the likeliest first, and the likeliest of each of its parts.

        `parts` are those of a message that has several; `encode` gives their vectors (a row each) and is called only
        where a second look may change something. Both results are empty where nothing can be read: such a message has
        no features, and a linear model would answer it with whatever topic is commonest.
        """
        if not has_words(text):
            return [], []
        (shares,) = self.probabilities([normalised(text)], vector[None, :])
        best: Ranking = []
        if parts and encode is not None and not self._settled(shares, parts):
            plain = [normalised(part) for part in parts]
            each = self.probabilities(plain, encode(plain))
            best = [(self.topics[row.argmax()], float(row.max())) for row in each]
            shares = WHOLE * shares + (1 - WHOLE) * weights(parts) @ each
        return [(self.topics[i], float(shares[i])) for i in np.argsort(-shares)], best

    def _settled(self, shares: np.ndarray, parts: Sequence[str]) -> bool:
        danger = sum(share for topic, share in zip(self.topics, shares, strict=True) if topic.startswith(SAFETY))
        return bool(shares.max() >= CERTAIN and danger <= NO_DANGER and sum(asks(part, within=2) for part in parts) < 2)

    def save(self, path: Path) -> None:
        """Writes the model as plain arrays: nothing in the file can run when it is read."""
        arrays: dict[str, np.ndarray] = self._features.arrays()
        np.savez_compressed(
            path, topics=np.array(self.topics), weights=self._weights.astype(np.float16), bias=self._bias, **arrays
        )

    @classmethod
    def load(cls, path: Path) -> TopicModel:
        """Reads what `save` wrote."""
        with np.load(path, allow_pickle=False) as kept:
            arrays = dict(kept)
        weights = arrays.pop("weights").astype(np.float32)
        topics, bias = [str(t) for t in arrays.pop("topics")], arrays.pop("bias")
        return cls(TextFeatures.from_arrays(arrays), topics, weights, bias)
