"""What the figures promise: percentiles, medians, ratios and verdicts as anybody would check them by hand."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import pytest

from bench.figures import (
    TARGETS,
    LoadFigures,
    Round,
    all_met,
    medians,
    percentile,
    ratio,
    verdicts,
)

LOAD = LoadFigures(
    rate=50,
    p50=100,
    p95=200,
    processor_time=20,
    processors={"rasa": 1.0},
    generator=0.1,
    others=0.0,
    answered=9,
    failures={},
    right=1,
)
STOCK = medians([Round(ready=30, memory=1000, loads={10: LOAD, 50: LOAD})])


def test_ninety_five_of_a_hundred_values_are_within_the_95th_percentile() -> None:
    values = [float(value) for value in range(1, 101)]
    assert sum(value <= percentile(values, 95) for value in values) == 95
    assert percentile(values, 50) == 50.5
    assert percentile(list(reversed(values)), 95) == percentile(values, 95)


def test_a_single_value_is_every_percentile_and_no_values_are_refused() -> None:
    assert percentile([7.0], 95) == 7.0
    with pytest.raises(ValueError, match="no values"):
        percentile([], 95)


def test_a_ratio_to_nothing_measured_is_refused() -> None:
    with pytest.raises(ValueError, match="not measured"):
        ratio(1.0, 0.0)


def test_one_odd_round_does_not_move_the_medians() -> None:
    usual = Round(ready=10, memory=500, loads={10: LOAD, 50: LOAD})
    odd = Round(ready=90, memory=9000, loads={10: replace(LOAD, rate=1), 50: replace(LOAD, p95=9999)})
    assert medians([usual, odd, usual]) == medians([usual])


def test_every_broken_conversation_of_every_round_is_counted() -> None:
    broken = Round(
        ready=10,
        memory=500,
        loads={10: replace(LOAD, failures={"timeout": 1}), 50: replace(LOAD, failures={"timeout": 1, "closed": 1})},
    )
    assert medians([broken, broken])["failed"] == 6


def test_the_targets_are_the_ones_we_promised() -> None:
    bounds = {target.figure: (target.bound, target.at_least) for target in TARGETS}
    assert bounds == {
        "rate_10": (4.0, True),
        "rate_50": (4.0, True),
        "p95_10": (0.25, False),
        "p95_50": (0.25, False),
        "memory": (0.70, False),
        "ready": (0.60, False),
    }


EXACTLY = {"rate_10": 200.0, "rate_50": 200.0, "p95_10": 50.0, "p95_50": 50.0, "memory": 700.0, "ready": 18.0}


def ours(**changed: float) -> Mapping[str, float]:
    return {"failed": 0.0, **EXACTLY, **changed}


def test_reaching_every_bound_exactly_is_enough() -> None:
    assert all_met(verdicts(ours(), STOCK), ours())


@pytest.mark.parametrize("figure", EXACTLY)
def test_missing_one_target_by_a_little_is_missing_it(figure: str) -> None:
    worse = EXACTLY[figure] * (0.999 if figure.startswith("rate") else 1.001)
    found = verdicts(ours(**{figure: worse}), STOCK)
    assert [verdict.target.figure for verdict in found if not verdict.met] == [figure]
    assert not all_met(found, ours())


def test_speed_with_unanswered_messages_does_not_count() -> None:
    assert not all_met(verdicts(ours(), STOCK), ours(failed=1.0))
