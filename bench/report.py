"""Says what was measured: a table for the terminal, Markdown for the docs, JSON with every round."""

from __future__ import annotations

import json
import statistics
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date

from rich.table import Table

from bench.figures import (
    AT_ONCE,
    MOST_FOR_A_BOOKING_TURN,
    BookingVerdict,
    Round,
    Verdict,
    all_met,
    booking_verdict,
    medians,
    ratio,
    verdicts,
)

BUSY = 0.85
"""The share of a core, or of all cores, from which on we call it full."""

DISTURBED = 0.25
"""As many cores kept busy by something else, and the figures say little about us."""


README_BEGIN, README_END = "<!-- bench -->", "<!-- /bench -->"


@dataclass(frozen=True)
class Measured:
    """Everything one run of the comparison found out."""

    on: date
    machine: Mapping[str, str]
    settings: Mapping[str, int]
    ours: Sequence[Round]
    stock: Sequence[Round]

    @property
    def verdicts(self) -> list[Verdict]:
        """Each target with both sides' medians."""
        return verdicts(medians(self.ours), medians(self.stock))

    @property
    def all_met(self) -> bool:
        """Whether we reached everything we set out to, with every message answered."""
        return all_met(self.verdicts, medians(self.ours)) and (self.bookings is None or self.bookings.met)

    @property
    def bookings(self) -> BookingVerdict | None:
        """What turns cost in which a meeting is asked for."""
        return booking_verdict(self.ours)


Row = tuple[str, str, str, str, str, str]
HEADINGS: Row = ("", "ours", "stock Rasa", "ratio", "target", "")


def rows(measured: Measured) -> list[Row]:
    """The comparison, one row a figure: the targets first, then what has none."""
    return [_target_row(verdict) for verdict in measured.verdicts] + _other_rows(measured)


def as_json(measured: Measured) -> str:
    """All rounds of both sides with medians and verdicts."""
    content = {
        "measured_on": measured.on.isoformat(),
        "machine": dict(measured.machine),
        "settings": dict(measured.settings),
        "targets": [
            {"figure": each.target.figure, "bound": each.target.bound, "ratio": _rounded(each.ratio), "met": each.met}
            for each in measured.verdicts
        ],
        "bookings": _rounded(asdict(measured.bookings) | {"met": measured.bookings.met}) if measured.bookings else None,
        "medians": {name: _rounded(medians(rounds)) for name, rounds in _sides(measured)},
        "rounds": {name: [_rounded(asdict(each)) for each in rounds] for name, rounds in _sides(measured)},
    }
    return json.dumps(content, indent=2) + "\n"


def as_markdown(measured: Measured) -> str:
    """The table with its machine and what limits us, ready to stand in the documentation."""
    lines = [
        "# Beside stock Rasa",
        "",
        "Written by `make bench`; how it is measured, and why it is fair: bench/README.md.",
        "",
        *_markdown_table(rows(measured)),
        "",
        " ".join(filter(None, (_circumstances(measured), disturbance(measured)))),
        "",
        *bookings(measured),
        "",
        "## What limits us",
        "",
        *limits(measured),
    ]
    return "\n".join(lines) + "\n"


def in_readme(readme: str, measured: Measured) -> str:
    """The README with this comparison's table and what limits us, between its two marks."""
    before, _, rest = readme.partition(README_BEGIN)
    _, _, after = rest.partition(README_END)
    lines = [*_markdown_table(rows(measured)), "", _circumstances(measured), "", *limits(measured), *bookings(measured)]
    return "\n".join([before + README_BEGIN, *lines, README_END + after])


def limits(measured: Measured) -> list[str]:
    """What uses the cores up at the highest load, as a Markdown list."""
    used = _mean_processors(measured.ours, AT_ONCE[-1])
    generator = statistics.fmean(each.loads[AT_ONCE[-1]].generator for each in measured.ours)
    cores = int(measured.machine["cores"])
    order = sorted(used, key=lambda name: -used[name])
    shares = ", ".join(f"`{name}` {used[name]:.2f}" for name in order)
    shown = (
        f"- At {AT_ONCE[-1]} conversations at once our processes keep {sum(used.values()):.2f} of {cores} cores busy: "
        f"{shares}. The load generator, on the same machine, takes {generator:.2f}."
    )
    if sum(used.values()) + generator >= BUSY * cores:
        return [shown, f"- The machine is full; most of it goes to `{order[0]}`."]
    if used[order[0]] >= BUSY:
        return [shown, f"- `{order[0]}` is the limit: it is busy all the time while cores stand idle."]
    return [shown, "- No core is full: the time goes into waiting, for the disk or for each other."]


def bookings(measured: Measured) -> list[str]:
    """What turns cost in which a meeting is asked for, as a Markdown list; empty where it was not measured."""
    found = measured.bookings
    return [_booking_line(found)] if found else []


def _booking_line(found: BookingVerdict) -> str:
    times, slowest = ratio(found.turn, found.plain), ratio(found.slowest_turn, found.plain)
    line = (
        f"- Asking for a meeting, one family at a time: half of its turns are answered within "
        f"{_amount(found.turn, 'ms')}, {times:.1f} times a plain answer ({_amount(found.plain, 'ms')}). "
        f'The slowest kind of turn, "{found.slowest}", takes {_amount(found.slowest_turn, "ms")}, {slowest:.1f} times '
        f"(at most {MOST_FOR_A_BOOKING_TURN:g}: {'met' if found.met else 'not met'})."
    )
    return line if not found.failed else f"{line} {found.failed} meetings could not be asked for."


def disturbance(measured: Measured) -> str | None:
    """What to say if something else kept the machine busy meanwhile, None if it was left alone."""
    rounds = (*measured.ours, *measured.stock)
    cores = max(load.others for each in rounds for load in each.loads.values())
    if cores < DISTURBED:
        return None
    return f"Something else kept up to {cores:.1f} cores busy meanwhile: measure again on a machine left alone."


def as_table(measured: Measured) -> Table:
    """The comparison for a terminal."""
    table = Table(title="Beside stock Rasa", caption=disturbance(measured))
    for number, heading in enumerate(HEADINGS):
        table.add_column(heading, justify="right" if 0 < number < 4 else "left")
    for row in rows(measured):
        table.add_row(*row)
    return table


def as_side_table(name: str, rounds: Sequence[Round]) -> Table:
    """One side's medians alone, where the other was not measured."""
    found = medians(rounds)
    table = Table("", "", title=f"{name}, medians of {len(rounds)} rounds")
    for figure, value in found.items():
        table.add_row(figure, f"{value:.2f}")
    for reason, times in _failures(rounds).items():
        table.add_row(f"broken off: {reason}", str(times))
    bookings = booking_verdict(rounds)
    if bookings is not None:
        table.add_row("booking turn", f"{bookings.turn:.1f} ms")
        table.add_row(f"booking turn, slowest ({bookings.slowest})", f"{bookings.slowest_turn:.1f} ms")
        table.add_row("plain answer beside it", f"{bookings.plain:.1f} ms")
        table.add_row("bookings not made", str(bookings.failed))
    for process, cores in _mean_processors(rounds, AT_ONCE[-1]).items():
        table.add_row(f"cores busy at {AT_ONCE[-1]}: {process}", f"{cores:.2f}")
    return table


def _circumstances(measured: Measured) -> str:
    machine, settings = measured.machine, measured.settings
    loads = " and again at ".join(str(at_once) for at_once in AT_ONCE)
    return (
        f"Measured on {measured.on.isoformat()}: {machine['processor']}, {machine['cores']} cores, "
        f"{machine['memory']}, {machine['system']}. Medians of {settings['rounds']} rounds, each with a fresh start "
        f"and {settings['messages']} messages at {loads} conversations at once; both sides heard the same words."
        + _trained_less(settings.get("epochs"))
    )


def _trained_less(epochs: int | None) -> str:
    if epochs is None:
        return ""
    return (
        f" The comparison's models went through their examples {epochs} times instead of 100, as they are shipped to: "
        "so it understands less, and is as fast."
    )


def _target_row(verdict: Verdict) -> Row:
    target = verdict.target
    bound = f"{'at least' if target.at_least else 'at most'} {target.bound:g}"
    return (
        target.title,
        _amount(verdict.ours, target.unit),
        _amount(verdict.stock, target.unit),
        f"{verdict.ratio:.2f}",
        bound,
        "met" if verdict.met else "not met",
    )


def _other_rows(measured: Measured) -> list[Row]:
    ours, stock = medians(measured.ours), medians(measured.stock)
    figures = [(f"Half of the answers within, {n} at once", f"p50_{n}", "ms") for n in AT_ONCE]
    figures += [(f"Processor time a message, {n} at once", f"processor_time_{n}", "ms") for n in AT_ONCE]
    compared: list[Row] = [
        (title, _amount(ours[key], unit), _amount(stock[key], unit), f"{ours[key] / stock[key]:.2f}", "", "")
        for title, key, unit in figures
    ]
    share = f"right_{AT_ONCE[0]}"
    return [
        *compared,
        ("Right topic first (examples it learnt from)", f"{ours[share]:.0%}", f"{stock[share]:.0%}", "", "", ""),
        ("Conversations broken off", f"{ours['failed']:.0f}", f"{stock['failed']:.0f}", "", "none of ours",
         "met" if ours["failed"] == 0 else "not met"),
    ]  # fmt: skip


def _amount(value: float, unit: str) -> str:
    return f"{value:,.0f} {unit}" if value >= 100 else f"{value:.1f} {unit}"


def _markdown_table(body: Sequence[Row]) -> list[str]:
    return [f"| {' | '.join(row)} |" for row in (HEADINGS, ("---",) * len(HEADINGS), *body)]


def _sides(measured: Measured) -> tuple[tuple[str, Sequence[Round]], ...]:
    return (("ours", measured.ours), ("stock", measured.stock))


def _mean_processors(rounds: Sequence[Round], at_once: int) -> dict[str, float]:
    names = {name for each in rounds for name in each.loads[at_once].processors}
    return {
        name: statistics.fmean(each.loads[at_once].processors.get(name, 0.0) for each in rounds)
        for name in sorted(names)
    }


def _failures(rounds: Sequence[Round]) -> Counter[str]:
    counted: Counter[str] = Counter()
    for each in rounds:
        for load in each.loads.values():
            counted.update(load.failures)
    return counted


def _rounded(value: object) -> object:
    if isinstance(value, float):
        return round(value, 4)
    if isinstance(value, dict):
        return {str(key): _rounded(inner) for key, inner in value.items()}
    return value
