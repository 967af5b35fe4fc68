"""How well Rasa's default pipeline understands a voice that it has not learnt from (`make eval-stock`).

    python -m bench.left_out [VOICE]

The stock project of `make bench`, trained on its 2,186 examples, is asked about every message of another voice with
`rasa test nlu`. What came of it goes to docs/evaluation-stock.md; docs/evaluation.md has ours on the same voice.
"""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import yaml
from rich.console import Console

from bench import project
from bench.__main__ import CACHE, ROOT, STOCK_ENVIRONMENT
from bench.corpus import COMPARED_VOICES, Example, MissingData, read_answers, read_examples
from bench.process import interrupt_on_terminate
from bench.progress import Bars
from bench.stock import quiet_environment
from bench.training import TrainingFailed, Workshop, trained

VOICE = "teen"
REPORT = ROOT / "docs" / "evaluation-stock.md"
FALLBACK = "nlu_fallback"


async def stock_model(console: Console) -> Path:
    """The trained stock project's model, trained now if it is not kept yet. Raises TrainingFailed."""
    files = project.project_files(
        project.shipped_default_config(STOCK_ENVIRONMENT), read_examples(ROOT / "data"), read_answers(ROOT / "data")
    )
    requirements = (ROOT / "requirements" / "bench.txt").read_text(encoding="utf-8")
    with Bars(console) as bars:
        return trained(await Workshop(STOCK_ENVIRONMENT, CACHE).model(files, requirements, bars.training))


def asked_about(model: Path, examples: Sequence[Example]) -> Counter[str]:
    """How often the right topic came first, the pipeline fell back, or another topic came first.

    Raises CalledProcessError if `rasa test nlu` fails.
    """
    with tempfile.TemporaryDirectory() as folder:
        questions, results = Path(folder) / "nlu.yml", Path(folder) / "results"
        blocks = [{"intent": one.topic, "examples": f"- {one.text}\n"} for one in examples]
        questions.write_text(yaml.safe_dump({"version": "3.1", "nlu": blocks}), encoding="utf-8")
        command = [
            *(str(STOCK_ENVIRONMENT / "bin" / "python"), "-m", "rasa", "test", "nlu"),
            *("--model", str(model), "--nlu", str(questions), "--out", str(results), "--no-plot", "--successes"),
        ]
        subprocess.run(command, check=True, env=quiet_environment(), cwd=folder)  # noqa: S603 - our own command
        wrong = json.loads((results / "intent_errors.json").read_text(encoding="utf-8"))
        right = json.loads((results / "intent_successes.json").read_text(encoding="utf-8"))
    fell_back = sum(one["intent_prediction"]["name"] == FALLBACK for one in wrong)
    return Counter(right=len(right), asked=fell_back, wrong=len(wrong) - fell_back)


def as_markdown(voice: str, found: Counter[str]) -> str:
    """The report."""
    whole = found.total()
    shares = " | ".join(f"{100 * found[kind] / whole:.1f} %" for kind in ("right", "asked", "wrong"))
    return (
        "# Rasa's default pipeline on a voice it has not learnt from\n\n"
        f"Made by `make eval-stock`: trained on the examples of {', '.join(COMPARED_VOICES)}, asked about all {whole} "
        f"messages of `{voice}`.\n[evaluation.md](evaluation.md) has ours on that voice.\n\n"
        "| right topic first | fell back (asks to rephrase) | another topic first |\n|---|---|---|\n"
        f"| {shares} |\n"
    )


def main(arguments: Sequence[str]) -> int:
    """Called as a program: 0 measured, 2 could not be, 130 stopped."""
    voice, console = (arguments[0] if arguments else VOICE), Console()
    interrupt_on_terminate()
    try:
        examples = read_examples(ROOT / "data", (voice,))
        found = asked_about(asyncio.run(stock_model(console)), examples)
    except KeyboardInterrupt:
        console.print("Stopped. Nothing was written.")
        return 130
    except (MissingData, TrainingFailed, FileNotFoundError, subprocess.CalledProcessError) as problem:
        console.print(f"Could not measure. {problem}", style="red")
        return 2
    text = as_markdown(voice, found)
    console.print(text)
    REPORT.write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
