"""How well the model that serves understands strangers: the exam of tests/exam, which nothing was learned from.

The models alone, without a server: so without the reviewed phrases that show danger (data/danger.yml). What goes
through the server is held by tests/whole/test_exam.py.
"""

from __future__ import annotations

import json
import platform
import re
import statistics
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Collection, Sequence
from pathlib import Path
from typing import Any

from rasa.engine.storage.local_model_storage import LocalModelStorage
from spacy.language import Language
from tqdm import tqdm

from bot.components.topic_classifier import LIKELIEST, is_answer
from bot.deciding import Decided, Deciding
from bot.figures import help_table, table
from bot.train import MODEL
from bot.understanding.follow_ups import hung_on
from bot.understanding.questions import pipeline, question_matcher, questions_of
from bot.understanding.reader import GRAPH_FILE, Reader

EXAM = Path("tests/exam")
Row = dict[str, Any]


class Serving:
    """The model that serves, and what it decides."""

    def __init__(self) -> None:
        self._reader, self._deciding = trained_reader(), Deciding()
        self._nlp: Language = pipeline()
        self._matcher = question_matcher(self._nlp)

    def answers(self, text: str, befores: Sequence[str] = ()) -> Decided:
        """What a family would see that wrote this after the answer to the first of `befores` (`Reader.read`)."""
        reading = self._reader.read(text, self._parts(text), befores)
        return self._deciding.decided(text, reading, follows=is_answer(next(iter(befores), None)))

    def pace(self, text: str) -> tuple[float, float]:
        """How many seconds `answers` takes, and how many of them the encoder and the search for what lies nearest."""
        begun = time.perf_counter()
        self.answers(text)
        whole, parts = time.perf_counter() - begun, self._parts(text)
        begun = time.perf_counter()
        self._reader.look_ahead(text, parts, ())
        return whole, time.perf_counter() - begun

    def _parts(self, text: str) -> list[str]:
        return questions_of(self._nlp(text), self._matcher)


def trained_reader(model: Path = MODEL) -> Reader:
    """The models inside a trained Rasa model."""
    with tempfile.TemporaryDirectory() as folder:
        LocalModelStorage.from_model_archive(Path(folder), model)
        return Reader.load(next(Path(folder).rglob(GRAPH_FILE)).parent)


def rows(name: str) -> list[Row]:
    """One file of the exam."""
    lines = (EXAM / f"{name}.jsonl").read_text(encoding="utf-8").splitlines()
    return [json.loads(line) for line in lines if line.strip()]


def section(serving: Serving) -> list[str]:
    """Its results in Markdown: single messages by author, several questions in one, dialogues, danger."""
    by_author: dict[str, Counter[str]] = defaultdict(Counter)
    for row in tqdm(rows("messages"), desc="The exam", leave=False):
        by_author[row["author"]][serving.answers(row["text"]).kind(row["accept"])] += 1
    whole = sum(by_author.values(), Counter())
    return [
        "\n## Strangers: the exam\n",
        "`tests/exam`, by authors who saw no example; asked of the model that serves, but without a server: help by",
        "the reviewed phrases of `data/danger.yml` comes on top. How blind each author is stands in its README.\n",
        *table("author", {**dict(sorted(by_author.items())), "**all**": whole}),
        "",
        *_several(serving, rows("multi")),
        "",
        *_dialogues(serving, rows("dialogues")),
        "",
        *_danger(serving, rows("safety")),
        "",
        *_pace(serving, [row["text"] for row in rows("messages")]),
    ]


def _several(serving: Serving, asked: Sequence[Row]) -> list[str]:
    lines = ["| author | several questions in one | all answered | stated for each asked |", "|---|---|---|---|"]
    for author in sorted({row["author"] for row in asked}):
        theirs = [row for row in asked if row["author"] == author]
        said = [serving.answers(row["text"]).said for row in theirs]
        whole = sum(
            all(_meets(topics, right) for right in row["expect"]) for row, topics in zip(theirs, said, strict=True)
        )
        share = sum(map(len, said)) / sum(len(row["expect"]) for row in theirs)
        lines.append(f"| {author} | {len(theirs)} | {whole} ({100 * whole / len(theirs):.0f} %) | {share:.2f} |")
    return lines


def _dialogues(serving: Serving, asked: Sequence[Row]) -> list[str]:
    lines = ["| author | dialogues | all turns right | turns | right |", "|---|---|---|---|---|"]
    for author in sorted({row["author"] for row in asked}):
        theirs = [_turns(serving, row["turns"]) for row in asked if row["author"] == author]
        whole, turns, right = sum(map(all, theirs)), sum(map(len, theirs)), sum(map(sum, theirs))
        lines.append(
            f"| {author} | {len(theirs)} | {whole} ({100 * whole / len(theirs):.0f} %) | {turns} "
            f"| {right} ({100 * right / turns:.0f} %) |"
        )
    return lines


def _danger(serving: Serving, asked: Sequence[Row]) -> list[str]:
    groups: dict[str, list[tuple[str, bool]]] = {"in danger": [], "frightening but safe": []}
    for row in asked:
        made = serving.answers(row["text"])
        group = groups["in danger" if row["kind"] == "positive" else "frightening but safe"]
        group.append((made.help, _meets(made.said, row["accept"])))
    return help_table("messages", groups)


def _pace(serving: Serving, texts: Sequence[str]) -> list[str]:
    whole, beside = (1000 * statistics.median(each) for each in zip(*map(serving.pace, texts), strict=True))
    return [
        f"Half of the exam's single messages are understood within {whole:.1f} ms, of which the encoder and the search",
        f"for what lies nearest take {beside:.1f} ms: one after the other on {_processor()}.",
    ]


def _processor() -> str:
    """This machine's, and whether it has what 8-bit models run fastest with."""
    facts = Path("/proc/cpuinfo").read_text(encoding="utf-8") if Path("/proc/cpuinfo").exists() else ""
    named = re.search(r"^model name\s*:\s*(.+)$", facts, re.MULTILINE)
    return f"{named[1] if named else platform.machine()}, {'with' if '_vnni' in facts else 'without'} VNNI"


def _turns(serving: Serving, turns: Sequence[Row]) -> list[bool]:
    """Which turns of a dialogue got one of the topics they expect, each in the light of the answer before."""
    before: str | None = None
    right: list[bool] = []
    asked: Sequence[str] = ()
    for turn in turns:
        made = serving.answers(turn["user"], hung_on(before, asked))
        right.append(_meets(made.said, turn["expect"]["any_topic"]))
        before, asked = made.said[-1] if made.said else before, made.ranked[:LIKELIEST]
    return right


def _meets(said: Collection[str], right: Collection[str]) -> bool:
    return bool(set(said) & set(right))
