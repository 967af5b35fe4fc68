"""Reads a message: which topics it may be about, which kind of question it is, and whether somebody may be in danger.

Four models look at it, whose log-probabilities are added: the sentence encoder tuned on our examples (with the topic
answered before as context), the examples nearest to it (in a follow-up: the follow-ups), the words model, and the
examples that have most of its words.
"""

from __future__ import annotations

import math
import shutil
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np

from bot.understanding import bert_onnx
from bot.understanding.encoder import Encoder
from bot.understanding.examples import SAFETY, Example
from bot.understanding.follow_ups import FollowUps
from bot.understanding.heads import Heads, Names, softmax
from bot.understanding.lessons import lessons_of
from bot.understanding.neighbours import LikeWorded, Neighbours
from bot.understanding.normalise import has_words, normalised
from bot.understanding.questions import asks, weights
from bot.understanding.text_features import Features
from bot.understanding.words_model import WordsModel

GRAPH_FILE, TOKENIZER_FILE = "encoder.onnx", "tokenizer.json"
HEADS_FILE, WORDS_FILE, LIKE_WORDED_FILE = "heads.npz", "words.npz", "like_worded.npz"
NEIGHBOURS_FILE = "neighbours.npz"
# How much each model counts when their log-probabilities are added: chosen by leaving voices out (docs/decisions/0003).
ENCODER_COUNTS, WORDS_COUNT, NEIGHBOURS_COUNT, LIKE_WORDED_COUNT = 1.0, 1.0, 1.3, 1.0
# Adding up makes the sum surer than it is right: so it is softened. What hangs on the answer before is softened less:
# there the models are less sure.
SOFTENED, SOFTENED_AFTER = 0.4, 0.7
# How long (in words) a message may be to hang wholly on the answer before it, and from where on it stands for itself.
# The words model knows nothing of that answer, and counts less there; instead of the nearest examples, which don't
# either, the nearest follow-ups count.
HANGS, STANDS = 6, 14
WORDS_COUNT_AFTER, FOLLOW_UPS_COUNT = 0.2, 1.0
MOST_HUNG = 0.999  # of what the words model says, some is always left to the topics
# How much a message counts as a whole beside its parts, the questions among them above all: so the question of a story
# is found that way.
WHOLE = 0.6
# Parts are left alone where one topic is this certain, danger is this unlikely, and not more than one part asks
# something: they could only blur it. Parts that are looked at leave so certain a topic first.
CERTAIN, SAFE = 0.85, 0.002
# What the log-odds of danger are made of: the encoder's, the nearest examples', the words model's and the like-worded
# examples'. Found by logistic regression over the messages of voices left out (docs/decisions/0003).
DANGER_COUNTS, DANGER_BIAS = (0.5, 0.2, 0.5, 0.6), 0.75
# How much less danger counts (in log-odds) that only one part of a message shows: alone, grief may look like it.
PART_COUNTS_LESS = 4.0

Ranking = list[tuple[str, float]]


@dataclass(frozen=True)
class Sight:
    """How a text looks to the encoder: its vector, and log-probabilities of the topics by what was learned nearest to
    it: among all examples (`near`), and among follow-ups after each of the answers that it may hang on (`near_after`).
    """

    vector: np.ndarray
    near: np.ndarray
    near_after: Mapping[str, np.ndarray] = field(default_factory=dict)


@dataclass(frozen=True)
class Opinions:
    """What each model makes of some texts: log-probabilities of the topics (a row each).

    `hung`: how probable it is by its words that each means something after a certain answer only. `worded`: the words
    that were found in each text, of length one.
    """

    heads: np.ndarray
    near: np.ndarray
    words: np.ndarray
    alike: np.ndarray
    hung: np.ndarray
    worded: Sequence[Features]

    def added(self) -> np.ndarray:
        """All of them together, softened: logits."""
        meant = ENCODER_COUNTS * self.heads + NEIGHBOURS_COUNT * self.near
        return np.asarray(SOFTENED * (meant + WORDS_COUNT * self.words + LIKE_WORDED_COUNT * self.alike))


@dataclass(frozen=True)
class Part:
    """One part of a message: its words, its likeliest topic with its probability, and how likely danger is in it.

    `in_whole`: how probable that topic is for the message and its parts together.
    `danger_topic`: who is in danger, if so.
    """

    text: str
    topic: str
    confidence: float
    in_whole: float
    danger: float
    danger_topic: str
    kind: str | None


@dataclass(frozen=True)
class Reading:
    """What was read. `ranking`: topics and probabilities, the likeliest first; empty where nothing could be read.

    `danger`: the probability that somebody is in danger; `danger_topic`: who, if so. `kind`: what kind of question it
    is, where its topic has kinds. `hangs`: how much it may hang on the answer before it (0 to 1), by its length.
    """

    ranking: Ranking = field(default_factory=list)
    danger: float = 0.0
    danger_topic: str | None = None
    kind: str | None = None
    parts: list[Part] = field(default_factory=list)
    hangs: float = 0.0


class Reader:
    """The models at work."""

    def __init__(
        self,
        encoder: Encoder,
        heads: Heads,
        words: WordsModel,
        like_worded: LikeWorded,
        neighbours: Neighbours,
        follow_ups: FollowUps,
    ) -> None:
        if heads.names.topics != words.topics:
            raise ValueError("the models do not know the same topics")
        self._encoder, self._heads, self._words, self._like_worded = encoder, heads, words, like_worded
        self._neighbours, self._follow_ups = neighbours, follow_ups
        self.topics = words.topics
        self._dangerous = np.array([topic.startswith(SAFETY) for topic in self.topics])

    @classmethod
    def train(cls, examples: Sequence[Example], folder: Path, progress: Callable[[str, float], None]) -> Reader:
        """Learns from the examples and keeps all of it in `folder`.

        `progress` is told what is being done and how far that is (0 to 1). Raises WrongWeights.
        """
        from bot.understanding.tuning import Tuning  # TensorFlow is needed for training only

        published = bert_onnx.checked_weights(bert_onnx.weights_path())
        names = Names.of([e.topic for e in examples], [e.kind_name for e in examples if e.kind], SAFETY)
        lessons = lessons_of(examples, names)
        alone = [example for example in examples if example.before is None]
        # Before the words, so that both cores have work from the beginning: Python makes ready one thing at a time.
        tuning = Tuning(published, names, lessons, lambda done: progress("Tuning the encoder", done))
        with ThreadPoolExecutor(1) as beside:  # it takes one core, and the tuning leaves some of both
            wording = beside.submit(_learn_words, examples, names.topics, folder)
            tuned = tuning.run()
            words = wording.result()
        progress("Keeping the examples", 0.0)
        bert_onnx.write_encoder({**published, **tuned.layers}, folder / GRAPH_FILE)
        shutil.copy(bert_onnx.tokenizer_path(), folder / TOKENIZER_FILE)
        tuned.heads.save(folder / HEADS_FILE)
        hung = np.array([example.before is not None for example in examples])
        topics = [example.topic for example in alone]
        Neighbours.fit(tuned.vectors[~hung], topics, names.topics).save(folder / NEIGHBOURS_FILE)
        encoder = Encoder(folder / GRAPH_FILE, folder / TOKENIZER_FILE)
        FollowUps.fit(encoder, words.features, examples, tuned.vectors, names.topics).save(folder)
        return cls.load(folder)

    @classmethod
    def load(cls, folder: Path) -> Reader:
        """Reads what `train` kept."""
        encoder = Encoder(folder / GRAPH_FILE, folder / TOKENIZER_FILE)
        heads, words = Heads.load(folder / HEADS_FILE), WordsModel.load(folder / WORDS_FILE)
        like_worded, neighbours = LikeWorded.load(folder / LIKE_WORDED_FILE), Neighbours.load(folder / NEIGHBOURS_FILE)
        follow_ups = FollowUps.load(folder, encoder, words.features)
        return cls(encoder, heads, words, like_worded, neighbours, follow_ups)

    def read(
        self,
        text: str,
        parts: Sequence[str] = (),
        befores: Sequence[str] = (),
        sights: Mapping[str, Sight] | None = None,
        in_form: bool = False,
    ) -> Reading:
        """One message as it was written. `parts` are those of a message that has several; `befores` are the topics that
        it may hang on, that of the answer before it first (`follow_ups.hung_on`); `sights`: what was looked at
        beforehand (`look_ahead`). `in_form`: it answers a form, whatever was said in between.

        Empty where nothing can be read: such a message has no features, and a linear model would answer it with
        whatever topic is commonest.
        """
        if not has_words(text):
            return Reading()
        seen = sights or self.look_ahead(text, parts, befores)
        (shares,), opinions = self._in_the_light_of(befores, text, seen[text], self._opinions([text], [seen[text]]))
        danger = self._dangers(opinions)[0]
        if befores and befores[0].startswith(SAFETY) and not in_form:
            danger = max(danger, shares[self._dangerous].sum())  # "who do I tell" still speaks of it
        dangers = [(float(danger), _who(self._ranked(shares)))]
        each: list[Part] = []
        if parts and not self._settled(shares, danger, parts):
            each, together = self._with_parts(parts, [seen[part] for part in parts], shares)
            shares = shares if self._certain(shares) else together
        ranking = self._ranked(shares)
        kind = self._heads.kind(seen[text].vector, next(topic for topic, _ in ranking if not topic.startswith(SAFETY)))
        dangers += [(_chance(_odds(part.danger) - PART_COUNTS_LESS), part.danger_topic) for part in each]
        worst, who = max(dangers, key=lambda one: one[0])
        return Reading(ranking, worst, who, kind, each, hanging(text) if befores else 0.0)

    def look_ahead(self, text: str, parts: Sequence[str], befores: Sequence[str]) -> dict[str, Sight]:
        """What takes longest of `read`, for the message and its parts. It may be done in another thread: most of it
        leaves Python's lock alone.
        """
        if not has_words(text):
            return {}
        vectors = self._encoder.with_parts(normalised(text), [normalised(part) for part in parts])
        nearest = self._neighbours.topic_scores(vectors)
        hung = befores if hanging(text) > 0 else ()
        after = {before: self._follow_ups.near(vectors[0], before) for before in hung}
        sights = {part: Sight(vector, near) for part, vector, near in zip(parts, vectors[1:], nearest[1:], strict=True)}
        return {**sights, text: Sight(vectors[0], nearest[0], after)}

    def _opinions(self, texts: Sequence[str], sights: Sequence[Sight]) -> Opinions:
        """What the models make of the texts, each taken alone."""
        vectors, near = (np.stack(each) for each in zip(*((one.vector, one.near) for one in sights), strict=True))
        features = self._words.features
        counted = [features.of(normalised(text)) for text in texts]
        worded = [features.words_in(one) for one in counted]
        scores = self._words.scores(counted)
        return Opinions(
            heads=_log(self._heads.topics(vectors, None)),
            near=near,
            words=_log(scores[:, :-1]),
            alike=self._like_worded.topic_scores(worded),
            hung=1 / (1 + np.exp(-scores[:, -1])),
            worded=worded,
        )

    def _in_the_light_of(
        self, befores: Sequence[str], text: str, sight: Sight, alone: Opinions
    ) -> tuple[np.ndarray, Opinions]:
        """The topics' probabilities for one text (a single row) after one of these answers, and the models' opinions.

        They are the mean of what they are after each answer. A message that stands for itself is taken alone. Words
        that mostly hang on an answer speak for no topic then: "and the twins? they're six" for no danger.
        """
        share = hanging(text)
        if not befores or not share:
            return softmax(alone.added()), alone
        heads = [_log(self._heads.topics(sight.vector[None], before)) for before in befores]
        shares = []
        for before, head in zip(befores, heads, strict=True):
            like = sight.near_after[before] + self._follow_ups.like_worded(alone.worded[0], before)
            after = ENCODER_COUNTS * head + FOLLOW_UPS_COUNT * like + WORDS_COUNT_AFTER * alone.words
            shares.append(softmax(share * SOFTENED_AFTER * after + (1 - share) * alone.added()))
        after_first = share * heads[0] + (1 - share) * alone.heads
        words = alone.words + np.log1p(-share * np.minimum(alone.hung, MOST_HUNG))[:, None]
        return np.mean(shares, axis=0), replace(alone, heads=after_first, words=words)

    def _dangers(self, opinions: Opinions) -> np.ndarray:
        """The probability of danger, one for each text."""
        each_model = (opinions.heads, opinions.near, opinions.words, opinions.alike)
        ranked = [np.exp(opinion[:, self._dangerous]).sum(axis=1) for opinion in each_model]
        odds = (map(_odds, each) for each in zip(*ranked, strict=True))
        return np.array([_chance(DANGER_BIAS + float(np.dot(DANGER_COUNTS, list(each)))) for each in odds])

    def _with_parts(
        self, parts: Sequence[str], sights: Sequence[Sight], shares: np.ndarray
    ) -> tuple[list[Part], np.ndarray]:
        """The parts, and the topics of the message in their light."""
        opinions = self._opinions(parts, sights)
        each = softmax(opinions.added())
        shares = WHOLE * shares + (1 - WHOLE) * weights(parts) @ each
        found = []
        for part, sight, row, danger in zip(parts, sights, each, self._dangers(opinions), strict=True):
            ranking = self._ranked(row)
            (topic, sure), in_whole = ranking[0], float(shares[row.argmax()])
            kind = self._heads.kind(sight.vector, topic)
            found.append(Part(part, topic, sure, in_whole, float(danger), _who(ranking), kind))
        return found, shares

    def _settled(self, shares: np.ndarray, danger: float, parts: Sequence[str]) -> bool:
        return self._certain(shares) and bool(danger <= SAFE) and not _several_ask(parts)

    def _ranked(self, shares: np.ndarray) -> Ranking:
        return [(self.topics[number], float(shares[number])) for number in np.argsort(-shares)]

    def _certain(self, shares: np.ndarray) -> bool:
        """Whether one ordinary topic is so probable that the parts can only blur it."""
        return bool(shares.max() >= CERTAIN and not self.topics[shares.argmax()].startswith(SAFETY))


def _learn_words(examples: Sequence[Example], known: Sequence[str], folder: Path) -> WordsModel:
    """The words model, kept in `folder` with the words of the examples that stand alone."""
    topics = [example.topic if _stands_alone(example) else None for example in examples]
    words, rows = WordsModel.fit([normalised(example.text) for example in examples], topics)
    words.save(folder / WORDS_FILE)
    alone = [number for number, example in enumerate(examples) if example.before is None]
    like_worded = LikeWorded.fit(
        rows[alone, : words.features.words], [examples[number].topic for number in alone], known
    )
    like_worded.save(folder / LIKE_WORDED_FILE)
    return words


def _stands_alone(example: Example) -> bool:
    """True for what means the same after any answer: danger does, unless it is about the help given before."""
    before = example.before
    return before is None or (example.topic.startswith(SAFETY) and not before.startswith(SAFETY))


def _several_ask(parts: Sequence[str]) -> bool:
    return sum(map(asks, parts)) > 1


def _log(scores: np.ndarray) -> np.ndarray:
    """Log-probabilities of logits."""
    above = scores - scores.max(axis=-1, keepdims=True)
    return np.asarray(above - np.log(np.exp(above).sum(axis=-1, keepdims=True)))


def _odds(chance: float) -> float:
    """Log-odds of a probability, kept finite: no opinion outweighs all others."""
    near = min(max(chance, 1e-4), 1 - 1e-4)
    return math.log(near / (1 - near))


def _chance(odds: float) -> float:
    return 1 / (1 + math.exp(-odds))


def _who(ranking: Ranking) -> str:
    """The likeliest topic of danger."""
    return next(topic for topic, _ in ranking if topic.startswith(SAFETY))


def hanging(text: str) -> float:
    """How much a message may hang on the answer before it: 1 where it is short, 0 where it stands for itself."""
    return min(1.0, max(0.0, (STANDS - len(text.split())) / (STANDS - HANGS)))
