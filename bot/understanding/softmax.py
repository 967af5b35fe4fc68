"""Multinomial logistic regression over sparse features, learned a few messages at a time.

The steps are AdaGrad's (Duchi, Hazan and Singer 2011): a word that is rare still learns much from each message that has
it. Going over the messages a few times in ever smaller steps, and then stopping, keeps the weights small, which
takes the place of a penalty. scikit-learn's solvers for the same loss need several minutes for what takes seconds here.
"""

from __future__ import annotations

import numpy as np
from scipy.sparse import csr_matrix

BATCH = 128
RATE = 0.5
FIRST_SQUARE = 1e-4  # what AdaGrad's sums of squares begin with
SEED = 20261129


class _Table:
    """Numbers that are learned, with the sum of the squares of their slopes so far."""

    def __init__(self, *shape: int) -> None:
        self.values, self._squares = np.zeros(shape, np.float32), np.full(shape, FIRST_SQUARE, np.float32)

    def learn(self, rows: np.ndarray | slice, slope: np.ndarray, rate: float) -> None:
        """Moves the given rows against their slope."""
        squares = self._squares[rows] + np.square(slope)
        self._squares[rows] = squares
        self.values[rows] -= rate * slope / np.sqrt(squares)


def fit(features: csr_matrix, classes: np.ndarray, count: int, epochs: int) -> tuple[np.ndarray, np.ndarray]:
    """Weights (features x classes) and bias (classes), float32.

    `features` has a row for each message, `classes` the numbers of their right classes, of which there are `count`;
    each message is learned from `epochs` times.
    """
    random = np.random.default_rng(SEED)
    weights, bias = _Table(features.shape[1], count), _Table(count)
    batches = -(-len(classes) // BATCH)
    for step in range(epochs * batches):
        if step % batches == 0:
            dealt = np.array_split(random.permutation(len(classes)), batches)
        some = dealt[step % batches]
        words, held = _words_of(features[some])
        slope = _shares(held @ weights.values[words] + bias.values)
        slope[np.arange(len(some)), classes[some]] -= 1
        done = step / (epochs * batches)
        weights.learn(words, held.T @ slope, RATE * (1 - done))
        bias.learn(slice(None), slope.sum(axis=0), RATE * (1 - done))
    return weights.values, bias.values


def _words_of(rows: csr_matrix) -> tuple[np.ndarray, csr_matrix]:
    """The features that occur in the rows, and the rows with those alone."""
    words, places = np.unique(rows.indices, return_inverse=True)
    return words, csr_matrix((rows.data, places, rows.indptr), shape=(rows.shape[0], len(words)))


def _shares(scores: np.ndarray) -> np.ndarray:
    shares = np.exp(scores - scores.max(axis=1, keepdims=True))
    return np.asarray(shares / shares.sum(axis=1, keepdims=True))
