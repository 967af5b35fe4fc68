"""What is read off a message's vector: its topic and its kind. Small matrices, no more."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

NO_DANGER = "none"


@dataclass(frozen=True)
class Names:
    """What the heads tell apart, in the order of their columns.

    `topics`: the intents. `kinds`: `topic/kind` for the topics that have kinds. `dangers`: NO_DANGER first, then the
    safety topics.
    """

    topics: tuple[str, ...]
    kinds: tuple[str, ...]
    dangers: tuple[str, ...]

    @classmethod
    def of(cls, topics: Sequence[str], kinds: Sequence[str], safety: str) -> Names:
        """Everything that occurs in the examples, each once, in alphabetical order."""
        known = tuple(sorted(set(topics)))
        dangers = (NO_DANGER, *(topic for topic in known if topic.startswith(safety)))
        return cls(known, tuple(sorted(set(kinds))), dangers)

    def before(self, topic: str | None) -> int:
        """The number that the heads know the topic answered before by; 0 for none."""
        return self.topics.index(topic) + 1 if topic in self.topics else 0


def softmax(scores: np.ndarray) -> np.ndarray:
    """Probabilities along the last axis."""
    shares = np.exp(scores - scores.max(axis=-1, keepdims=True))
    return np.asarray(shares / shares.sum(axis=-1, keepdims=True))


class Heads:
    """Linear heads over vectors (a row each), with the topic answered before as a second input to the topic's.

    How much the topic before counts is itself read off the vector (`gate`): "where?" leans on it, a whole question does
    not. `matrices` are those that `tuning` learns; their names and shapes stand in `shapes`. Those of danger only
    help to shape the encoder: how likely danger is, all models say together (reader.py).
    """

    def __init__(self, names: Names, matrices: Mapping[str, np.ndarray]) -> None:
        self.names = names
        self.matrices = {name: np.asarray(matrix, np.float32) for name, matrix in matrices.items()}

    @staticmethod
    def shapes(names: Names, units: int, inner: int = 32) -> dict[str, tuple[int, ...]]:
        """The shape of every matrix."""
        topics, befores = len(names.topics), len(names.topics) + 1
        return {
            "topic": (units, topics),
            "topic_bias": (topics,),
            "gate": (units, 1),
            "gate_bias": (1,),
            "context": (befores, topics),
            "mix_vector": (units, inner),
            "mix_before": (befores, inner),
            "mix_out": (inner, topics),
            "danger": (units, len(names.dangers)),
            "danger_bias": (len(names.dangers),),
            "kind": (units, len(names.kinds)),
            "kind_bias": (len(names.kinds),),
        }

    def topics(self, vectors: np.ndarray, before: str | None = None) -> np.ndarray:
        """Scores (logits) of the topics, given the topic that was answered before."""
        m = self.matrices
        scores = vectors @ m["topic"] + m["topic_bias"]
        number = self.names.before(before)
        if number:
            gate = 1 / (1 + np.exp(-(vectors @ m["gate"] + m["gate_bias"])))
            scores = scores + gate * m["context"][number]
            scores += (np.tanh(vectors @ m["mix_vector"]) * m["mix_before"][number]) @ m["mix_out"]
        return np.asarray(scores)

    def kind(self, vector: np.ndarray, topic: str) -> str | None:
        """The kind of a message on this topic; None for a topic without kinds, and where none outweighs the rest."""
        own = [number for number, name in enumerate(self.names.kinds) if name.startswith(f"{topic}/")]
        if not own:
            return None
        scores = vector @ self.matrices["kind"] + self.matrices["kind_bias"]
        shares = softmax(scores[own])
        best = int(shares.argmax())
        return self.names.kinds[own[best]].partition("/")[2] if shares[best] > 0.5 else None

    def save(self, path: Path) -> None:
        """Writes plain arrays: nothing in the file can run when it is read."""
        names = {f"names.{name}": np.array(value) for name, value in vars(self.names).items()}
        np.savez_compressed(path, **names, **self.matrices)

    @classmethod
    def load(cls, path: Path) -> Heads:
        """Reads what `save` wrote."""
        with np.load(path, allow_pickle=False) as kept:
            arrays = dict(kept)
        names = {
            name: tuple(str(one) for one in arrays.pop(f"names.{name}")) for name in ("topics", "kinds", "dangers")
        }
        return cls(Names(**names), arrays)
