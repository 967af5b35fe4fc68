"""The pictures of docs/evaluation.md."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import matplotlib as mpl
import numpy as np

mpl.use("svg")
mpl.rcParams["svg.hashsalt"] = "the same picture for the same figures"
from matplotlib import pyplot as plt  # noqa: E402 - only after the backend is chosen


def _save(figure: plt.Figure, path: Path) -> None:
    figure.savefig(path, bbox_inches="tight", metadata={"Date": None})
    plt.close(figure)


def draw_learning_curve(points: Sequence[tuple[int, float]], path: Path) -> None:
    """How the share of right topics grows with the number of examples."""
    figure, axes = plt.subplots(figsize=(6, 4))
    counts, shares = zip(*points, strict=True)
    axes.plot(counts, [100 * share for share in shares], marker="o", color="#1d5b79")
    axes.set_xscale("log", base=2)
    axes.set_xticks(counts, [f"{count:,}" for count in counts])
    axes.minorticks_off()
    axes.set_xlabel("examples learned from")
    axes.set_ylabel("right topic first, voices left out (%)")
    axes.grid(alpha=0.3)
    _save(figure, path)


def draw_confusions(pairs: Sequence[tuple[str, str]], path: Path) -> None:
    """Topics asked about (rows) and the topic that came first (columns), as shares of each row."""
    names = sorted({name for pair in pairs for name in pair if name})
    place = {name: number for number, name in enumerate(names)}
    counts = np.zeros((len(names), len(names)))
    for asked, first in pairs:
        if first:
            counts[place[asked], place[first]] += 1
    figure, axes = plt.subplots(figsize=(11, 11))
    axes.imshow(np.sqrt(counts / np.maximum(counts.sum(axis=1, keepdims=True), 1)), cmap="Blues", vmin=0, vmax=1)
    axes.set_xticks(range(len(names)), names, rotation=90, fontsize=7)
    axes.set_yticks(range(len(names)), names, fontsize=7)
    axes.set_xlabel("topic that came first (darker: more often; the square root of the share)")
    axes.set_ylabel("topic asked about")
    _save(figure, path)
