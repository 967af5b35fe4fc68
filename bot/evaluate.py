"""How well the assistant understands people it has not learned from: each voice in turn is left out of the training.

    python -m bot.evaluate                   every voice (some ten minutes)
    python -m bot.evaluate teen angry        these voices only

A message counts as *right* where its topic's answer is stated first, *one tap* where the assistant asks and the right
topic is among its choices, *asked* where it asks without it, and *wrong* where another topic's answer is stated.
Ranges are 95 % intervals (Wilson 1927).
"""

from __future__ import annotations

import math
import sys
import tempfile
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import yaml
from tqdm import tqdm

from actions.clarify import worth_offering
from bot.components.ask_when_unsure import AskWhenUnsure
from bot.understanding import bert_onnx
from bot.understanding.encoder import Encoder
from bot.understanding.normalise import normalised
from bot.understanding.questions import pipeline, question_matcher, questions_of
from bot.understanding.topic_model import TopicModel

NLU = Path("data/nlu")
CONFIG = Path("config.yml")
REPORT = Path("docs/evaluation.md")
KINDS = ("right", "one tap", "asked", "wrong")
MOST_CONFUSIONS = 25
OUR_OWN = {"buttons", "chat"}  # what the assistant itself offers is always learned


@dataclass(frozen=True)
class Example:
    """One message of the training data: what was written, its topic, whose voice it is."""

    text: str
    topic: str
    voice: str


def examples(folder: Path = NLU) -> list[Example]:
    """All training examples, in the order of the files."""
    found = []
    for path in sorted(folder.glob("*.yml")):
        for block in yaml.safe_load(path.read_text(encoding="utf-8"))["nlu"]:
            lines = (line.strip()[2:] for line in block["examples"].splitlines() if line.strip())
            found += [Example(line, block["intent"], block["metadata"]["voice"]) for line in lines]
    return found


def when_unsure() -> AskWhenUnsure:
    """The component that decides when to ask, as config.yml sets it."""
    pipeline = yaml.safe_load(CONFIG.read_text(encoding="utf-8"))["pipeline"]
    set_here: dict[str, Any] = next(part for part in pipeline if part["name"].endswith(AskWhenUnsure.__name__))
    return AskWhenUnsure({**AskWhenUnsure.get_default_config(), **set_here})


def judged(topic: str, ranking: Sequence[tuple[str, float]], unsure: AskWhenUnsure) -> str:
    """Which of KINDS it is that a message of `topic` gets this ranking."""
    if not unsure.is_unsure(ranking):
        return "right" if ranking[0][0] == topic else "wrong"
    offered = worth_offering([{"name": name, "confidence": share} for name, share in ranking])
    return "one tap" if topic in offered else "asked"


def interval(part: int, whole: int) -> tuple[float, float]:
    """The 95 % Wilson interval of a share, as two fractions; (0, 1) where there is nothing."""
    if not whole:
        return 0.0, 1.0
    z, share = 1.96, part / whole
    middle = share + z * z / (2 * whole)
    reach = z * math.sqrt(share * (1 - share) / whole + z * z / (4 * whole * whole))
    return (middle - reach) / (1 + z * z / whole), (middle + reach) / (1 + z * z / whole)


def left_out(
    voice: str, everything: Sequence[Example], vectors: np.ndarray, encoder: Encoder, unsure: AskWhenUnsure
) -> list[tuple[Example, str, str]]:
    """Trains without one voice: each of its examples, how it was judged, and the topic that came first."""
    inside = np.array([example.voice != voice for example in everything])
    texts = [normalised(example.text) for example in everything]
    model = TopicModel.fit(
        [text for text, keep in zip(texts, inside, strict=True) if keep],
        vectors[inside],
        [example.topic for example, keep in zip(everything, inside, strict=True) if keep],
    )
    nlp = pipeline()
    matcher, results = question_matcher(nlp), []
    for number in np.flatnonzero(~inside):
        parts = questions_of(nlp(everything[number].text), matcher)
        ranking, _ = model.read(everything[number].text, vectors[number], parts, encoder.vectors)
        kind = judged(everything[number].topic, ranking, unsure)
        results.append((everything[number], kind, ranking[0][0] if ranking else ""))
    return results


def table(title: str, groups: dict[str, Counter[str]]) -> list[str]:
    """A Markdown table: a row for each group with its counts, its shares in per cent and the interval of `right`."""
    lines = [f"| {title} | messages | right (95 %) | one tap | asked | wrong |", "|---|---|---|---|---|---|"]
    for name, count in groups.items():
        whole = sum(count.values())
        low, high = interval(count["right"], whole)
        shares = [f"{100 * count[kind] / whole:.1f}" for kind in KINDS]
        lines.append(
            f"| {name} | {whole} | {shares[0]} ({100 * low:.0f} to {100 * high:.0f}) | {' | '.join(shares[1:])} |"
        )
    return lines


def report(results: Iterable[tuple[Example, str, str]]) -> str:
    """The whole report in Markdown: by voice, by topic, and the confusions that cost most."""
    by_voice: dict[str, Counter[str]] = defaultdict(Counter)
    by_topic: dict[str, Counter[str]] = defaultdict(Counter)
    confused: Counter[tuple[str, str]] = Counter()
    for example, kind, first in results:
        for count in (by_voice[example.voice], by_voice["**all**"], by_topic[example.topic]):
            count[kind] += 1
        if kind == "wrong":
            confused[example.topic, first] += 1
    by_voice["**all**"] = by_voice.pop("**all**")
    worst = [f"| {asked} | {told} | {times} |" for (asked, told), times in confused.most_common(MOST_CONFUSIONS)]
    return "\n".join(
        [
            "# How well it understands\n",
            "Made by `make eval`: each voice is left out of the training in turn, and asked about then. Shares in %.",
            "",
            *table("voice left out", by_voice),
            "",
            *table("topic", dict(sorted(by_topic.items()))),
            "",
            "Wrong answers, the most frequent first:\n",
            "| asked about | was told about | times |",
            "|---|---|---|",
            *worst,
            "",
        ]
    )


def main() -> int:
    """Called as a program."""
    everything, unsure = examples(), when_unsure()
    voices = sys.argv[1:] or sorted({example.voice for example in everything} - OUR_OWN)
    with tempfile.TemporaryDirectory() as folder:
        graph = Path(folder) / "encoder.onnx"
        bert_onnx.write_encoder(graph)
        encoder = Encoder(graph, bert_onnx.tokenizer_path())
        texts = [normalised(example.text) for example in everything]
        vectors = np.stack([encoder.vector(text) for text in tqdm(texts, desc="Reading the examples")])
    results: list[tuple[Example, str, str]] = []
    for voice in tqdm(voices, desc="Voices left out"):
        results += left_out(voice, everything, vectors, encoder, unsure)
    text = report(results)
    if not sys.argv[1:]:
        REPORT.write_text(text, encoding="utf-8")
    print(text)  # noqa: T201
    return 0


if __name__ == "__main__":
    sys.exit(main())
