"""From raw waits to figures, and from figures to a verdict. No input or output here."""

from __future__ import annotations

import statistics
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

AT_ONCE = (10, 50)
"""How many conversations go on at the same time, one load after the other."""


@dataclass(frozen=True)
class LoadFigures:
    """One load in figures. Times in milliseconds.

    `processor_time` is a message's; `processors` is the mean number of cores each process of the system kept busy,
    `generator` and `others` what the load generator and everything else on the machine did; `right` the share of
    messages whose topic was found first; `failures` why conversations broke off, and how many.
    """

    rate: float
    p50: float
    p95: float
    processor_time: float
    processors: Mapping[str, float]
    generator: float
    others: float
    answered: int
    failures: Mapping[str, int]
    right: float

    @property
    def failed(self) -> int:
        """How many conversations broke off."""
        return sum(self.failures.values())


@dataclass(frozen=True)
class Bookings:
    """Half of the waits, in milliseconds, while meetings are asked for one after the other.

    `turn` of all their turns, `steps` of each kind of turn, `plain` of the plain questions in between; `made` how many
    meetings were recorded, `failures` why others were not.
    """

    turn: float
    steps: Mapping[str, float]
    plain: float
    made: int
    failures: Mapping[str, int]


@dataclass(frozen=True)
class Round:
    """One start of one system: `ready` in seconds to the first right answer, `memory` its peak in MB (10^6 bytes)."""

    ready: float
    memory: float
    loads: Mapping[int, LoadFigures]
    bookings: Bookings | None = None


@dataclass(frozen=True)
class Target:
    """What ours has to reach, as a ratio to the comparison; never loosened."""

    figure: str
    title: str
    unit: str
    bound: float
    at_least: bool = False

    def met(self, ours: float, stock: float) -> bool:
        """Whether ours reaches it beside the comparison's figure."""
        reached = ratio(ours, stock)
        return reached >= self.bound if self.at_least else reached <= self.bound


@dataclass(frozen=True)
class Verdict:
    """A target, both figures (medians of the rounds), their ratio, and whether it is met."""

    target: Target
    ours: float
    stock: float

    @property
    def ratio(self) -> float:
        """Ours as a share of the comparison's figure."""
        return ratio(self.ours, self.stock)

    @property
    def met(self) -> bool:
        """Whether the target is met."""
        return self.target.met(self.ours, self.stock)


TARGETS = (
    Target("rate_10", "Messages a second, 10 conversations at once", "/s", 4.0, at_least=True),
    Target("rate_50", "Messages a second, 50 conversations at once", "/s", 4.0, at_least=True),
    Target("p95_10", "95 of 100 answers within, 10 at once", "ms", 0.25),
    Target("p95_50", "95 of 100 answers within, 50 at once", "ms", 0.25),
    Target("memory", "Memory of all its processes under load (PSS)", "MB", 0.70),
    Target("ready", "From start to the first right answer", "s", 0.60),
)


MOST_FOR_A_BOOKING_TURN = 3.0
"""How many plain answers a booking turn may take; its slowest kind too."""


@dataclass(frozen=True)
class BookingVerdict:
    """Medians of the rounds: all booking turns, their slowest kind and plain answers, in ms; how many were not made."""

    turn: float
    slowest: str
    slowest_turn: float
    plain: float
    failed: int

    @property
    def met(self) -> bool:
        """Whether the slowest kind of turn is fast enough and every meeting was recorded."""
        return ratio(self.slowest_turn, self.plain) <= MOST_FOR_A_BOOKING_TURN and not self.failed


def booking_verdict(rounds: Sequence[Round]) -> BookingVerdict | None:
    """What booking turns cost beside plain answers; None where it was not measured."""
    measured = [each.bookings for each in rounds if each.bookings is not None]
    if not measured:
        return None
    steps = {step: statistics.median(one.steps[step] for one in measured) for step in measured[0].steps}
    slowest = max(steps, key=lambda step: steps[step])
    return BookingVerdict(
        turn=statistics.median(one.turn for one in measured),
        slowest=slowest,
        slowest_turn=steps[slowest],
        plain=statistics.median(one.plain for one in measured),
        failed=sum(sum(one.failures.values()) for one in measured),
    )


def ratio(ours: float, stock: float) -> float:
    """Ours divided by the comparison's. Raises ValueError if the comparison's figure is none."""
    if stock <= 0:
        raise ValueError("the comparison was not measured")
    return ours / stock


def percentile(values: Sequence[float], percent: int) -> float:
    """The value that `percent` of 100 values do not exceed (linear between neighbours). Raises ValueError if empty."""
    if not values:
        raise ValueError("no values")
    if len(values) == 1:
        return values[0]
    return statistics.quantiles(values, n=100, method="inclusive")[percent - 1]


def medians(rounds: Sequence[Round]) -> dict[str, float]:
    """The median of every figure over the rounds, by name: ready, memory, and each load's, as `rate_10`."""
    summary = {
        "ready": statistics.median(each.ready for each in rounds),
        "memory": statistics.median(each.memory for each in rounds),
    }
    for at_once in AT_ONCE:
        loads = [each.loads[at_once] for each in rounds]
        for name in ("rate", "p50", "p95", "processor_time", "others", "right"):
            summary[f"{name}_{at_once}"] = statistics.median(getattr(load, name) for load in loads)
    summary["failed"] = float(sum(load.failed for each in rounds for load in each.loads.values()))
    return summary


def verdicts(ours: Mapping[str, float], stock: Mapping[str, float]) -> list[Verdict]:
    """Every target with both sides' medians."""
    return [Verdict(target, ours[target.figure], stock[target.figure]) for target in TARGETS]


def all_met(found: Sequence[Verdict], ours: Mapping[str, float]) -> bool:
    """Whether every target is met and none of our messages went unanswered: speed without answers is worth nothing."""
    return all(verdict.met for verdict in found) and ours["failed"] == 0
