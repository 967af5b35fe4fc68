"""How well the assistant understands people it has not learned from: whole voices are left out of the training.

    python -m bot.evaluate             every voice, in two folds (`make eval`; an hour on a slow machine)
    python -m bot.evaluate --folds 6   fewer voices left out at a time: nearer to what families meet, and slower
    python -m bot.evaluate --only 1    only the first fold

Beside it the model that serves is asked the exam (bot/exam.py).

The voices are dealt into folds; for each fold the models learn from all other voices and are asked about these. What
was read is kept in .cache/eval, so that a change to thresholds alone is judged at once; a change to data or models is
noticed by its fingerprint.

A message counts as *right* where its topic's answer is stated first, *one tap* where the assistant asks and the right
topic is among its choices, *asked* where it asks without it, and *wrong* where another topic's answer is stated.
Ranges are 95 % intervals (Wilson 1927).
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import sys
import tempfile
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
from tqdm import tqdm

from bot import exam
from bot.components.topic_classifier import is_answer
from bot.deciding import HELP, Deciding
from bot.figures import help_table, table
from bot.pictures import draw_confusions, draw_learning_curve
from bot.train import fingerprint
from bot.understanding.examples import SAFETY, Example, examples
from bot.understanding.follow_ups import hung_on
from bot.understanding.questions import pipeline, question_matcher, questions_of
from bot.understanding.reader import Part, Reader, Reading

REPORT = Path("docs/evaluation.md")
PICTURES = Path("docs/pictures")
CACHE = Path(".cache/eval")
FOLDS = 2
SMALLER = (8, 4, 2)  # the learning curve's parts of a fold's examples: an eighth, a quarter, a half
MOST_ASKED = 2000  # messages that each point of the learning curve is measured with
MOST_CONFUSIONS = 25
OUR_OWN = {"buttons", "chat"}  # what the assistant itself offers is always learned
# Voices with frightening, safe words.
FRIGHTENING = {"safe_a", "safe_b", "safe_d", "danger_parents", "danger_others", "danger_d", "danger_e", "boundary"}


@dataclass(frozen=True)
class Judged:
    """What became of one example. `help`: which of HELP a family was given; `said`: the topics that were stated."""

    example: Example
    kind: str
    help: str
    said: tuple[str, ...]
    first: str


def judged(deciding: Deciding, example: Example, reading: Reading) -> Judged:
    """What became of an example."""
    made = deciding.decided(example.text, reading, follows=is_answer(example.before))
    return Judged(example, made.kind({example.topic}), made.help, made.said, next(iter(made.ranked), ""))


def folds(everything: Sequence[Example], count: int = FOLDS) -> list[set[str]]:
    """Every voice in one fold; danger, follow-ups and the rest each about equally large in all of them."""
    sizes = Counter(example.voice for example in everything if example.voice not in OUR_OWN)
    mostly = {
        kind: Counter(one.voice for one in everything if _kind_of_voice(one) == kind)
        for kind in ("danger", "follow-up")
    }
    dealt: list[set[str]] = [set() for _ in range(count)]
    loads: Counter[tuple[str, int]] = Counter()
    for voice, size in sorted(sizes.items(), key=lambda item: (-item[1], item[0])):
        kind = next((kind for kind, found in mostly.items() if found[voice] > size / 2), "other")
        least = min(range(count), key=lambda fold: loads[kind, fold])
        loads[kind, least] += size
        dealt[least].add(voice)
    return dealt


def _kind_of_voice(example: Example) -> str:
    if example.topic.startswith(SAFETY):
        return "danger"
    return "other" if example.before is None else "follow-up"


def readings(learned: Sequence[Example], asked: Sequence[Example], name: str) -> list[Reading]:
    """Learns from some messages and reads others; from the cache where that was done before."""
    lines = [repr(example) for example in [*learned, *asked]]
    key = hashlib.sha256((code_fingerprint() + "\n".join(lines)).encode()).hexdigest()[:20]
    kept = CACHE / f"{key}.json"
    if not kept.exists():
        CACHE.mkdir(parents=True, exist_ok=True)
        found = [asdict(reading) for reading in _read(learned, asked, name)]
        kept.write_text(json.dumps(found), encoding="utf-8")
    return [_reading(one) for one in json.loads(kept.read_text(encoding="utf-8"))]


def code_fingerprint() -> str:
    """What the models depend on besides the examples."""
    return fingerprint(patterns=("bot/understanding/*.py", "data/topics.yml", "requirements/bot.txt"))


def _read(learned: Sequence[Example], asked: Sequence[Example], name: str) -> list[Reading]:
    nlp = pipeline()
    matcher = question_matcher(nlp)
    with tempfile.TemporaryDirectory() as folder, tqdm(total=100, desc=name, unit="%") as bar:

        def progress(doing: str, done: float) -> None:
            percent = int(100 * done)
            if percent != bar.n:
                bar.set_description(f"{name}: {doing}", refresh=False)
                bar.n = percent
                bar.refresh()

        reader = Reader.train(learned, Path(folder), progress)
    parts = [questions_of(nlp(one.text), matcher) for one in asked]
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        found = pool.map(lambda one, its: reader.read(one.text, its, hung_on(one.before, ())), asked, parts)
        return list(tqdm(found, desc=f"{name}: asking", total=len(asked)))


def _reading(kept: dict[str, Any]) -> Reading:
    ranking = [(topic, share) for topic, share in kept["ranking"]]
    return Reading(**{**kept, "ranking": ranking, "parts": [Part(**part) for part in kept["parts"]]})


def left_out(everything: Sequence[Example], voices: set[str], name: str) -> list[tuple[Example, Reading]]:
    """What is made of the messages of these voices by models that learned from all others."""
    learned = [example for example in everything if example.voice not in voices]
    asked = [example for example in everything if example.voice in voices]
    return list(zip(asked, readings(learned, asked, name), strict=True))


def learning_curve(everything: Sequence[Example], voices: set[str]) -> list[tuple[int, float]]:
    """How many examples were learned from, and the share of messages of these voices whose topic came first."""
    learned = [example for example in everything if example.voice not in voices]
    asked = [example for example in everything if example.voice in voices and example.before is None]
    order = np.random.default_rng(1).permutation(len(learned))
    asked = [asked[number] for number in np.random.default_rng(2).permutation(len(asked))[:MOST_ASKED]]
    points = []
    for part in SMALLER:
        some = [learned[number] for number in sorted(order[: len(learned) // part])]
        found = readings(some, asked, f"With 1/{part} of the examples")
        points.append((len(some), _first(asked, found)))
    from_all = dict(left_out(everything, voices, "With all of the examples"))  # was read before for the table
    return [*points, (len(learned), _first(asked, [from_all[one] for one in asked]))]


def _first(asked: Sequence[Example], found: Sequence[Reading]) -> float:
    """The share of messages whose topic is the likeliest."""
    return sum(bool(r.ranking) and r.ranking[0][0] == e.topic for e, r in zip(asked, found, strict=True)) / len(asked)


def danger_table(results: Sequence[Judged]) -> list[str]:
    """Who was given help: those in danger, those whose words only frighten, everybody else."""
    groups: dict[str, list[tuple[str, bool]]] = {"in danger": [], "frightening but safe": [], "everyday": []}
    for one in results:
        safe = "frightening but safe" if one.example.voice in FRIGHTENING else "everyday"
        group = groups["in danger" if one.example.topic.startswith(SAFETY) else safe]
        group.append((one.help, one.example.topic in one.said))
    return help_table("messages", groups)


def report(results: Sequence[Judged], curve: Sequence[tuple[int, float]], dealt: int, strangers: Sequence[str]) -> str:
    """The whole report in Markdown: by voice, by topic, danger, and the confusions that cost most.

    `strangers`: the lines about the exam (bot/exam.py).
    """
    by_voice: dict[str, Counter[str]] = defaultdict(Counter)
    by_topic: dict[str, Counter[str]] = defaultdict(Counter)
    for one in results:
        by_voice[one.example.voice][one.kind] += 1
        by_topic[one.example.topic][one.kind] += 1
    whole = sum(by_voice.values(), Counter())
    told = [f"| {topic} | {first} | {times} |" for (topic, first), times in confusions(results, MOST_CONFUSIONS)]
    points = [f"| {count} | {100 * share:.1f} |" for count, share in curve]
    return "\n".join(
        [
            "# How well it understands\n",
            f"Made by `make eval`: the voices are dealt into {dealt} parts; each part is left out of the training, and",
            "asked about then. So every voice is judged by models that have not learned from it, and that have learned",
            "from fewer examples than the model that serves. Shares in %. `make eval-stock` says how Rasa's default",
            "pipeline does on one of the voices.\n",
            *table("voice left out", {**dict(sorted(by_voice.items())), "**all**": whole}),
            *strangers,
            "\n## Danger (voices left out)\n",
            *danger_table(results),
            "\n## How much more examples help\n",
            "![Learning curve](pictures/learning-curve.svg)\n",
            "| examples learned from | right topic first |",
            "|---|---|",
            *points,
            "\n## Topics (voices left out)\n",
            *table("topic", dict(sorted(by_topic.items()))),
            "\n![Confusion matrix](pictures/confusions.svg)\n",
            "Wrong answers, the most frequent first:\n",
            "| asked about | was told about | times |",
            "|---|---|---|",
            *told,
            "",
        ]
    )


def confusions(results: Iterable[Judged], most: int | None = None) -> list[tuple[tuple[str, str], int]]:
    """Pairs of topics (asked about, told about) by how often one was answered for the other."""
    return Counter((one.example.topic, one.said[0]) for one in results if one.kind == "wrong").most_common(most)


def missed(results: Iterable[Judged]) -> list[str]:
    """Every message of danger that got no help at all, or not the full help, a line each."""
    risks = [one for one in results if one.example.topic.startswith(SAFETY) and one.help != HELP[0]]
    return [
        f"{one.help:<6} {one.example.topic:<13} {one.first:<28} {one.example.text}"
        for one in sorted(risks, key=lambda one: one.help)
    ]


def main() -> int:
    """Called as a program."""
    parser = argparse.ArgumentParser(description="How well the assistant understands voices it has not learned from.")
    parser.add_argument("--folds", type=int, default=FOLDS, help="how many parts the voices are dealt into")
    parser.add_argument("--only", type=int, help="how many of them are left out and asked about (all of them)")
    options = parser.parse_args()
    strangers = exam.section(exam.Serving())
    everything, deciding = examples(), Deciding()
    dealt = folds(everything, options.folds)
    results = [
        judged(deciding, example, reading)
        for number, voices in enumerate(dealt[: options.only], start=1)
        for example, reading in left_out(everything, voices, f"Fold {number} of {len(dealt)}")
    ]
    curve = learning_curve(everything, dealt[0])
    text = report(results, curve, len(dealt), strangers)
    print("\n".join(missed(results)))  # noqa: T201
    print(text)  # noqa: T201
    PICTURES.mkdir(exist_ok=True)
    draw_learning_curve(curve, PICTURES / "learning-curve.svg")
    draw_confusions([(one.example.topic, one.first) for one in results], PICTURES / "confusions.svg")
    REPORT.write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
