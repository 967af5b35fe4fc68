"""Multinomial logistic regression over sparse and dense features side by side.

scikit-learn's is the same method, but takes one matrix: with the sentence vectors in sparse form it needs four times as
long, and it does not say how far it is.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from scipy.optimize import minimize
from scipy.sparse import csr_matrix


@dataclass(frozen=True)
class Examples:
    """What is learned from, a row each: sparse features, dense features, and the number of the right class."""

    sparse: csr_matrix
    dense: np.ndarray
    classes: np.ndarray


def fit(
    examples: Examples, freedom: float, rounds: int, each_round: Callable[[], None]
) -> tuple[np.ndarray, np.ndarray]:
    """Weights (features x classes, the sparse ones first) and bias (classes) with the least loss.

    Loss is the sum of the examples' cross-entropies times `freedom` (scikit-learn's C), plus half the squared weights.
    Minimised by L-BFGS (Liu and Nocedal 1989) in at most `rounds` rounds; `each_round` is called after each.
    """
    count, (rows, wide), deep = int(examples.classes.max()) + 1, examples.sparse.shape, examples.dense.shape[1]
    sparse, transposed = examples.sparse.astype(np.float32), examples.sparse.T.tocsr().astype(np.float32)
    dense = np.ascontiguousarray(examples.dense, np.float32)
    every = np.arange(rows)

    def loss(flat: np.ndarray) -> tuple[float, np.ndarray]:
        table = flat.reshape(wide + deep + 1, count)
        weights = table.astype(np.float32)
        scores = sparse @ weights[:wide] + dense @ weights[wide:-1] + weights[-1]
        scores -= scores.max(axis=1, keepdims=True)
        shares = np.exp(scores)
        shares /= shares.sum(axis=1, keepdims=True)
        cost = -np.log(np.maximum(shares[every, examples.classes], 1e-30)).sum()
        shares[every, examples.classes] -= 1
        slope = np.empty_like(table)
        slope[:wide] = transposed @ shares
        slope[wide:-1] = dense.T @ shares
        slope[-1] = shares.sum(axis=0)
        slope *= freedom
        slope[:-1] += table[:-1]
        return float(freedom * cost + 0.5 * np.square(table[:-1]).sum()), slope.ravel()

    start = np.zeros((wide + deep + 1) * count)
    options = {"maxiter": rounds, "maxcor": 6, "maxfun": rounds * 2, "ftol": 1e-6}
    found = minimize(
        loss, start, jac=True, method="L-BFGS-B", options=options, callback=lambda _: each_round()
    ).x.reshape(-1, count)
    return found[:-1], found[-1]
