"""`make bench`: measures this project and a stock Rasa project in turn, and writes down what came of it."""

from __future__ import annotations

import argparse
import asyncio
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from rich.console import Console

from bench import browser, conversations, machine, project, report
from bench.bookings import FAMILIES
from bench.corpus import Example, MissingData, read_answers, read_examples, read_question
from bench.figures import Round
from bench.measure import Plan, one_round
from bench.ours import Ours
from bench.process import ServerFailed, interrupt_on_terminate
from bench.progress import Bars
from bench.stock import Stock
from bench.system import System
from bench.training import TrainingFailed, Workshop, trained

ROOT = Path(__file__).resolve().parent.parent
CACHE = ROOT / ".cache" / "bench"
STOCK_ENVIRONMENT = ROOT / ".venv" / "bench"
OUR_PYTHON = ROOT / ".venv" / "web" / "bin" / "python"

READY_TOPIC = "review.what"
WARM_UP_CONVERSATIONS = 20
WARM_UP_SEED = conversations.SEED + 1
OURS, STOCK, BROWSER = "ours", "stock", "browser"


@dataclass(frozen=True)
class Options:
    """What to measure, and how long."""

    rounds: int
    conversations: int
    only: str | None
    epochs: int | None = None

    @property
    def sides(self) -> tuple[str, ...]:
        """The sides to measure, in the order of the first round."""
        return (self.only,) if self.only else (STOCK, OURS)


def options(arguments: Sequence[str]) -> Options:
    """Read the command line."""
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("--rounds", type=_positive, default=3, help="fresh starts of each side (default 3)")
    parser.add_argument("--conversations", type=_positive, default=150, help="in each load (default 150 of 6 messages)")
    parser.add_argument("--only", choices=(OURS, STOCK, BROWSER), help="one side, without comparing, or the browser")
    parser.add_argument(
        "--epochs",
        type=_positive,
        help="for each of the comparison's models, instead of as shipped: soon trained, as fast, understands less",
    )
    return Options(**vars(parser.parse_args(arguments)))


async def measure(chosen: Options, console: Console) -> dict[str, list[Round]]:
    """Measure every side, in turn, as often as asked; the order changes from round to round."""
    examples = read_examples(ROOT / "data")
    plan = Plan(
        read_question(ROOT / "data", READY_TOPIC),
        conversations.scripts(examples, WARM_UP_CONVERSATIONS, WARM_UP_SEED),
        conversations.scripts(examples, chosen.conversations),
    )
    found: dict[str, list[Round]] = {side: [] for side in chosen.sides}
    with Bars(console) as bars:
        systems = {side: await _system(side, examples, chosen.epochs, bars) for side in chosen.sides}
        asked_for = FAMILIES if OURS in systems else 0
        bars.measuring(chosen.rounds * (len(systems) * plan.messages + asked_for))
        for number in range(chosen.rounds):
            for side in chosen.sides[:: 1 if number % 2 == 0 else -1]:
                bars.say(f"Round {number + 1} of {chosen.rounds}: {systems[side].name}")
                found[side].append(await one_round(systems[side], plan, _scratch(), bars.tick))
    return found


async def _system(side: str, examples: list[Example], epochs: int | None, bars: Bars) -> System:
    if side == OURS:
        return Ours(ROOT, OUR_PYTHON)
    answers = read_answers(ROOT / "data")
    files = project.project_files(project.shipped_default_config(STOCK_ENVIRONMENT), examples, answers, epochs)
    requirements = (ROOT / "requirements" / "bench.txt").read_text(encoding="utf-8")
    folder = await Workshop(STOCK_ENVIRONMENT, CACHE).model(files, requirements, bars.training)
    return Stock(STOCK_ENVIRONMENT, trained(folder), folder / "credentials.yml", answers)


def _scratch() -> Path:
    folder = CACHE / "runs"
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def publish(chosen: Options, found: dict[str, list[Round]], console: Console) -> bool:
    """Print what was found, write it down if both sides were measured; returns whether all targets are met."""
    if chosen.only:
        console.print(report.as_side_table(chosen.only, found[chosen.only]))
        return True
    settings = {
        "rounds": chosen.rounds,
        "conversations": chosen.conversations,
        "messages": chosen.conversations * conversations.TURNS,
        "seed": conversations.SEED,
    }
    if chosen.epochs:
        settings["epochs"] = chosen.epochs
    measured = report.Measured(datetime.now(UTC).date(), machine.describe(), settings, found[OURS], found[STOCK])
    (ROOT / "bench" / "results.json").write_text(report.as_json(measured), encoding="utf-8")
    (ROOT / "docs" / "bench.md").write_text(report.as_markdown(measured), encoding="utf-8")
    readme = ROOT / "README.md"
    readme.write_text(report.in_readme(readme.read_text(encoding="utf-8"), measured), encoding="utf-8")
    console.print(report.as_table(measured))
    console.print("Written to README.md, docs/bench.md and bench/results.json.")
    return measured.all_met


def in_the_browser(console: Console) -> bool:
    """Measure the browser, print and write it down; returns whether all of it is fast enough."""
    disturbed = browser.disturbance()
    figures = browser.measure(console.print)
    described = machine.describe()
    shown = f"{described['processor']}, {described['cores']} cores, {described['system']}"
    day = datetime.now(UTC).date().isoformat()
    (ROOT / "docs" / "bench-browser.md").write_text(
        browser.as_markdown(figures, day, shown, disturbed), encoding="utf-8"
    )
    console.print(browser.as_table(figures))
    console.print(disturbed or "Nothing else kept the machine busy.")
    console.print("Written to docs/bench-browser.md.")
    return all(figure.met for figure in figures)


def main(arguments: Sequence[str]) -> int:
    """Run the comparison: 0 all targets met, 1 some not met, 2 could not be measured, 130 stopped."""
    chosen, console = options(arguments), Console()
    if chosen.only == BROWSER:
        return 0 if in_the_browser(console) else 1
    if sys.platform != "linux":
        console.print("This needs Linux: it reads each process's share of memory from /proc.")
        return 2
    interrupt_on_terminate()
    try:
        found = asyncio.run(measure(chosen, console))
    except KeyboardInterrupt:
        console.print("Stopped. Nothing is left running, nothing was written.")
        return 130
    except (MissingData, ServerFailed, TrainingFailed, FileNotFoundError) as problem:
        console.print(f"Could not measure. {problem}", style="red")
        return 2
    met = publish(chosen, found, console)
    fast = bool(chosen.only) or in_the_browser(console)
    return 0 if met and fast else 1


def _positive(text: str) -> int:
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError("must be 1 or more")
    return number


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
