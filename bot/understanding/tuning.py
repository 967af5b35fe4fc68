"""Fine-tunes the upper layers of the sentence encoder on our own examples, together with the heads that read it.

The lower layers stay as published: what they yield is computed once and kept in memory, so that each round costs only
the upper ones. First the heads learn alone, from the untuned vectors; then heads and layers together, with Adam
(Kingma and Ba 2015), a learning rate that rises and falls, and decoupled weight decay (Loshchilov and Hutter 2019).
TensorFlow is here because Rasa needs it; nothing of it is used after training.
"""

from __future__ import annotations

import math
import tempfile
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import Any

import numpy as np
import tensorflow as tf

from bot.understanding.bert_onnx import EPSILON, HEADS, LAYERS, UNITS, write_encoder
from bot.understanding.encoder import Graph, on_all_cores
from bot.understanding.heads import Heads, Names
from bot.understanding.lessons import Lessons

Progress = Callable[[float], None]
Weights = dict[str, np.ndarray]

FROZEN = 4  # layers that stay as published
# What each word looks at stays as published in the others too: a tenth less to work out for the same answers.
STAYS = (".attention.self.query.", ".attention.self.key.")
AGAIN = 0.15  # share of the examples that a second round is for: those that were least sure in the first
LAYER_RATE, HEAD_RATE, PROBE_RATE = 3e-4, 1e-3, 2e-2
PROBED, PROBE_STEPS = 5_000, 100  # the heads' first lessons: from so many examples, so often
DROPOUT, DECAY = 0.1, 0.01
LOTS = 2**23  # drawn for dropout: several times as many as the largest batch has numbers
SMOOTHING, DANGER_SMOOTHING = 0.05, 0.02
DANGER_WEIGHT, KIND_WEIGHT = 0.5, 0.3
WARM_UP = 0.08  # share of the steps in which the learning rate rises
TOKENS = 1536  # in a batch, padding included
TOGETHER = 4  # messages of one length that go through untuned layers together
# How often an ordinary example is shown as if it came after some topic or other: so the words decide, not the context.
STRAY_CONTEXT = 0.4
SEED = 20261125
BEFORE_PROBE, BEFORE_TUNING, BEFORE_READING_ON = 0.17, 0.24, 0.89  # about which share of the work is done then


@dataclass(frozen=True)
class Tuned:
    """The weights that changed, under the names they are published with, the heads, and what the encoder makes of each
    message now (a row each).
    """

    layers: Weights
    heads: Heads
    vectors: np.ndarray


def _normalised(x: Any, weights: Any, key: str) -> Any:
    middle = tf.reduce_mean(x, -1, keepdims=True)
    spread = tf.reduce_mean(tf.square(x - middle), -1, keepdims=True)
    return (x - middle) * tf.math.rsqrt(spread + EPSILON) * weights[f"{key}.weight"] + weights[f"{key}.bias"]


def _dense(x: Any, weights: Any, key: str) -> Any:
    return tf.matmul(x, weights[f"{key}.weight"], transpose_b=True) + weights[f"{key}.bias"]


def _attention(flat: Any, shape: Any, bias: Any, weights: Any, name: str, kept: Any) -> Any:
    def split(part: str) -> Any:
        whole = tf.reshape(_dense(flat, weights, f"{name}.self.{part}"), [shape[0], shape[1], HEADS, UNITS // HEADS])
        return tf.transpose(whole, [0, 2, 1, 3])

    scores = tf.matmul(split("query"), split("key"), transpose_b=True) / math.sqrt(UNITS / HEADS) + bias
    shares = _dropped(tf.nn.softmax(scores), kept)
    mixed = tf.reshape(tf.transpose(tf.matmul(shares, split("value")), [0, 2, 1, 3]), [-1, UNITS])
    return _dropped(_dense(mixed, weights, f"{name}.output.dense"), kept)


def _layer(x: Any, bias: Any, weights: Any, name: str, kept: Any) -> Any:
    shape = tf.shape(x)
    flat = tf.reshape(x, [-1, UNITS])
    attended = _attention(flat, shape, bias, weights, f"{name}.attention", kept)
    seen = _normalised(attended + flat, weights, f"{name}.attention.output.LayerNorm")
    inner = tf.nn.gelu(_dense(seen, weights, f"{name}.intermediate.dense"))
    out = _dropped(_dense(inner, weights, f"{name}.output.dense"), kept)
    return tf.reshape(_normalised(out + seen, weights, f"{name}.output.LayerNorm"), shape)


def _dropped(x: Any, kept: Any) -> Any:
    """Dropout: some of x is 0, the rest grows. `kept`: lots that were drawn beforehand (_lots); where to begin among
    them is drawn each time. To draw one for each number of x takes as long as a tenth of the layer.
    """
    size = tf.size(x)
    begin = tf.random.uniform([], 0, tf.size(kept) - size, tf.int32)
    return x * tf.reshape(kept[begin : begin + size], tf.shape(x))


def _lots(drop: float) -> Any:
    """For LOTS numbers: 0 for one that is dropped, and for the others by how much it grows."""
    return tf.cast(tf.random.uniform([LOTS]) >= drop, tf.float32) / (1 - drop)


def _mask_bias(mask: Any) -> Any:
    return (1 - mask)[:, None, None, :] * -1e4


def _mask(lengths: np.ndarray) -> np.ndarray:
    """1 where a message of each length has a word piece, 0 where it is padded (float32, messages x longest)."""
    return (np.arange(lengths.max()) < lengths[:, None]).astype(np.float32)


def _batches(lengths: np.ndarray, of: np.ndarray, most: int, random: np.random.Generator) -> list[list[int]]:
    """The messages `of`, in batches of about the same length with at most some `most` tokens, in random order."""
    batches: list[list[int]] = [[]]
    for number in of[np.argsort(lengths[of] + random.random(len(of)))]:
        if (len(batches[-1]) + 1) * lengths[number] > most and batches[-1]:
            batches.append([])
        batches[-1].append(int(number))
    random.shuffle(batches)
    return batches


class _Adam:
    """Adam with decoupled weight decay on the matrices (not on biases)."""

    def __init__(self, variables: Sequence[Any], inertia: float, decay: float) -> None:
        self._variables, self._inertia, self._decay = list(variables), inertia, decay
        self._means = [tf.Variable(tf.zeros_like(one)) for one in variables]
        self._squares = [tf.Variable(tf.zeros_like(one)) for one in variables]
        self._step = tf.Variable(0.0)

    def apply(self, slopes: Sequence[Any], rates: Sequence[Any]) -> None:
        self._step.assign_add(1.0)
        fresh, fresh_squares = 1 - 0.9**self._step, 1 - self._inertia**self._step
        every = zip(self._variables, self._means, self._squares, slopes, rates, strict=True)
        for variable, mean, square, slope, rate in every:
            slope = tf.convert_to_tensor(slope)
            mean.assign(0.9 * mean + 0.1 * slope)
            square.assign(self._inertia * square + (1 - self._inertia) * tf.square(slope))
            move = mean / fresh / (tf.sqrt(square / fresh_squares) + 1e-8)
            if variable.shape.rank == 2:
                move += self._decay * variable
            variable.assign_sub(rate * move)


class _Network:
    """The layers that are tuned and the heads, as TensorFlow sees them."""

    def __init__(self, weights: Weights, names: Names) -> None:
        tf.random.set_seed(SEED)
        self._names = names
        upper = tuple(f"encoder.layer.{number}." for number in range(FROZEN, LAYERS))
        every = {name: value for name, value in weights.items() if name.startswith(upper)}
        stays = {name for name in every if any(part in name for part in STAYS)}
        self.layers = {name: tf.Variable(value) for name, value in every.items() if name not in stays}
        self._every = {**{name: tf.constant(every[name]) for name in stays}, **self.layers}
        shapes = Heads.shapes(names, UNITS)
        self.heads = {
            name: tf.Variable(tf.zeros(shape) if len(shape) == 1 else tf.random.normal(shape, stddev=0.02))
            for name, shape in shapes.items()
        }

    def vector(self, x: Any, mask: Any, kept: Any) -> Any:
        """The messages' vectors, a row each; `kept`: see _dropped."""
        for number in range(FROZEN, LAYERS):
            x = _layer(x, _mask_bias(mask), self._every, f"encoder.layer.{number}", kept)
        mean = tf.reduce_sum(x * mask[:, :, None], 1) / tf.reduce_sum(mask, 1, keepdims=True)
        return _dropped(mean, kept)

    def _topics(self, vector: Any, before: Any) -> Any:
        m, after = self.heads, tf.one_hot(before, len(self._names.topics) + 1)
        gate = tf.sigmoid(tf.matmul(vector, m["gate"]) + m["gate_bias"])
        leaning = gate * tf.matmul(after, m["context"])
        mixed = tf.tanh(tf.matmul(vector, m["mix_vector"])) * tf.matmul(after, m["mix_before"])
        has_before = 1 - after[:, :1]
        plain = tf.matmul(vector, m["topic"]) + m["topic_bias"]
        return plain + has_before * (leaning + tf.matmul(mixed, m["mix_out"]))

    def loss(self, vector: Any, topics: Any, before: Any, dangers: Any, kinds: Any) -> tuple[Any, Any]:
        """How much each message surprises, and what is to become less."""
        m, names = self.heads, self._names
        topic = _surprise(self._topics(vector, before), topics, len(names.topics), SMOOTHING)
        total = tf.reduce_mean(topic)
        danger = tf.matmul(vector, m["danger"]) + m["danger_bias"]
        danger = _surprise(danger, dangers, len(names.dangers), DANGER_SMOOTHING)
        total += DANGER_WEIGHT * tf.reduce_mean(danger)
        if names.kinds:
            kind = _surprise(tf.matmul(vector, m["kind"]) + m["kind_bias"], kinds, len(names.kinds), SMOOTHING)
            known = tf.cast(kinds >= 0, tf.float32)
            total += KIND_WEIGHT * tf.reduce_sum(kind * known) / tf.maximum(tf.reduce_sum(known), 1.0)
        return topic + danger, total


def _surprise(scores: Any, right: Any, count: int, smoothing: float) -> Any:
    wanted = tf.one_hot(right, count) * (1 - smoothing) + smoothing / count
    return tf.nn.softmax_cross_entropy_with_logits(wanted, scores)


_NUMBERS = [tf.TensorSpec([None], tf.int32)] * 4
_INSIDE = [tf.TensorSpec([None, None, UNITS], tf.float32), tf.TensorSpec([None, None], tf.float32)]
_SHARE = tf.TensorSpec([], tf.float32)


class Tuning:
    """One training: `run` it once."""

    def __init__(self, weights: Weights, names: Names, lessons: Lessons, progress: Progress) -> None:
        self._random = np.random.default_rng(SEED)
        self._weights = {name: value.astype(np.float32) for name, value in weights.items() if value.ndim}
        self._names, self._lessons, self._progress = names, lessons, progress
        self._network = _Network(self._weights, names)
        self._lengths = np.array([len(row) for row in lessons.tokens])
        self._lower = _graph(self._weights, range(FROZEN))
        self._inside: list[np.ndarray] = []

    def run(self) -> Tuned:
        """Learns, telling `progress` how far it is (0 to 1)."""
        self._read()
        self._probe()
        self._tune()
        heads = Heads(self._names, {name: value.numpy() for name, value in self._network.heads.items()})
        layers = {name: value.numpy() for name, value in self._network.layers.items()}
        return Tuned(layers, heads, self._read_on(layers))

    def _told(self, begin: float, end: float) -> Progress:
        return lambda done: self._progress(begin + (end - begin) * done)

    def _read(self) -> None:
        """Keeps what the frozen layers yield for every message (float16, tokens x units).

        They run in 8-bit integers, as they will when a family writes, but a few messages together: so the layers above
        learn from about what they will see.
        """
        tokens = self._lessons.tokens
        self._inside = self._in_groups(
            lambda some: self._lower.run_together([tokens[one] for one in some]).astype(np.float16),
            np.arange(len(tokens)),
            self._told(0, BEFORE_PROBE),
        )

    def _in_groups(self, work: Callable[[np.ndarray], np.ndarray], of: np.ndarray, told: Progress) -> list[np.ndarray]:
        """What `work` yields for each of these messages, in their order; it is given their numbers, in groups of one
        length.
        """
        by_length = of[np.argsort(self._lengths[of], kind="stable")]
        ends = np.flatnonzero(np.diff(self._lengths[by_length])) + 1
        groups = [
            of_one_length[begin : begin + TOGETHER]
            for of_one_length in np.split(by_length, ends)
            for begin in range(0, len(of_one_length), TOGETHER)
        ]
        found = dict(zip(by_length, chain.from_iterable(on_all_cores(work, groups, told)), strict=True))
        return [found[one] for one in of]

    def _read_on(self, layers: Weights) -> np.ndarray:
        """What the tuned layers make of that, in 8-bit integers again: the messages' vectors, a row each."""
        upper = _graph({**self._weights, **layers}, range(FROZEN, LAYERS))
        found = self._in_groups(
            lambda some: upper.go_on_together([self._inside[one] for one in some]).mean(axis=1),
            np.arange(len(self._inside)),
            self._told(BEFORE_READING_ON, 1),
        )
        return np.stack(found)

    def _batch(self, batch: Sequence[int]) -> tuple[np.ndarray, np.ndarray]:
        mask = _mask(self._lengths[batch])
        x = np.zeros((*mask.shape, UNITS), np.float32)
        for place, number in enumerate(batch):
            x[place, : len(self._inside[number])] = self._inside[number]
        return x, mask

    def _numbers(self, batch: Sequence[int] | np.ndarray) -> list[np.ndarray]:
        """Topics, topics before (with stray ones put in), dangers and kinds of these messages."""
        lessons = self._lessons
        before = lessons.before[batch].copy()
        stray = (before == 0) & (self._random.random(len(before)) < STRAY_CONTEXT)
        before[stray] = self._random.integers(1, len(self._names.topics) + 1, int(stray.sum()))
        every = (lessons.topics[batch], before, lessons.dangers[batch], lessons.kinds[batch])
        return [numbers.astype(np.int32) for numbers in every]

    def _lesson(self, batch: Sequence[int]) -> list[np.ndarray]:
        return [*self._batch(batch), *self._numbers(batch)]

    def _probe(self) -> None:
        """The heads learn from the untuned vectors of some messages, all of those at once."""
        some = self._random.permutation(len(self._lengths))[:PROBED]
        untuned = _graph(self._weights, range(FROZEN, LAYERS))
        told = self._told(BEFORE_PROBE, BEFORE_TUNING)
        seen = self._in_groups(lambda few: untuned.go_on_together([self._inside[one] for one in few]), some, told)
        vectors = tf.constant(np.stack([tokens.mean(axis=0) for tokens in seen]))
        variables = list(self._network.heads.values())
        adam = _Adam(variables, 0.99, 0.0)

        @tf.function(autograph=False, input_signature=_NUMBERS)
        def step(topics: Any, before: Any, dangers: Any, kinds: Any) -> None:
            with tf.GradientTape() as tape:
                _, loss = self._network.loss(vectors, topics, before, dangers, kinds)
            adam.apply(_slopes(tape, loss, variables), [PROBE_RATE] * len(variables))

        for _ in range(PROBE_STEPS):
            step(*self._numbers(some))

    def _tune(self) -> None:
        """All messages once, then again those whose answers surprised most."""
        network = self._network
        layers, heads = list(network.layers.values()), list(network.heads.values())
        adam, kept = _Adam([*layers, *heads], 0.98, DECAY), _lots(DROPOUT)

        @tf.function(autograph=False, input_signature=[*_INSIDE, *_NUMBERS, _SHARE])
        def step(x: Any, mask: Any, topics: Any, before: Any, dangers: Any, kinds: Any, share: Any) -> Any:
            with tf.GradientTape() as tape:
                surprises, loss = network.loss(network.vector(x, mask, kept), topics, before, dangers, kinds)
            slopes, _ = tf.clip_by_global_norm(_slopes(tape, loss, [*layers, *heads]), 1.0)
            adam.apply(slopes, [LAYER_RATE * share] * len(layers) + [HEAD_RATE * share] * len(heads))
            return surprises

        surprise, done = np.zeros(len(self._lengths), np.float32), 0
        told = self._told(BEFORE_TUNING, BEFORE_READING_ON)
        for part in (1.0, AGAIN):
            hardest = np.argsort(-surprise)[: int(part * len(surprise))]
            batches = _batches(self._lengths, hardest, TOKENS, self._random)
            for batch, put_together in zip(batches, _ahead(self._lesson, batches), strict=True):
                share = done / ((1 + AGAIN) * len(surprise))
                rate = min(1.0, (share + 0.001) / WARM_UP) * (1 - share)
                surprise[batch] = step(*put_together, np.float32(rate)).numpy()
                done += len(batch)
                told(share)


def _ahead(work: Callable[[Any], Any], every: Sequence[Any]) -> Iterator[Any]:
    """What `work` yields for each, in order: the next is worked on while this one is used."""
    with ThreadPoolExecutor(1) as beside:
        coming = beside.submit(work, every[0])
        for one in every[1:]:
            found, coming = coming.result(), beside.submit(work, one)
            yield found
        yield coming.result()


def _graph(weights: Weights, layers: range) -> Graph:
    with tempfile.TemporaryDirectory() as folder:
        write_encoder(weights, Path(folder) / "layers.onnx", layers)
        return Graph(Path(folder) / "layers.onnx")


def _slopes(tape: Any, loss: Any, variables: Sequence[Any]) -> list[Any]:
    return [tf.convert_to_tensor(slope) for slope in tape.gradient(loss, variables, unconnected_gradients="zero")]
