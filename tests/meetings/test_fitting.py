"""The times that are offered fit what a family wrote; nothing is made of what it wrote."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from web.meetings.fitting import Fitting
from web.meetings.kinds import Time
from web.meetings.moments import from_clock
from web.meetings.times import new_time
from web.settings import Settings
from web.words import read_yaml

NOW = datetime(2027, 3, 24, 9, tzinfo=UTC)  # a Wednesday
WRITTEN = {
    "fri am": "2027-03-26 10:00",
    "sat": "2027-03-27 11:00",
    "mon pm": "2027-03-29 14:00",
    "tue am": "2027-03-30 09:30",
    "tue pm": "2027-03-30 16:00",
    "wed eve": "2027-03-31 18:00",
    "fri pm": "2027-04-09 13:00",
}
TIMES = [new_time(from_clock(written), 60, "by phone", "staff", False) for written in WRITTEN.values()]
FITTING = Fitting(read_yaml(Settings().words_dir / "when.yml"))


def names(times: list[Time]) -> list[str]:
    of = {from_clock(written): name for name, written in WRITTEN.items()}
    return [of[time.starts_at] for time in times]


@pytest.mark.parametrize(
    ("wanted", "fitting"),
    [
        ("", ["fri am", "sat", "mon pm"]),
        ("any time is fine", ["fri am", "sat", "mon pm"]),
        ("not bothered", ["fri am", "sat", "mon pm"]),
        ("tuesdays", ["tue am", "tue pm"]),
        ("Tues afternoon pls", ["tue pm"]),
        ("mornings", ["fri am", "sat", "tue am"]),
        ("after school", ["tue pm", "wed eve"]),
        ("evenings only, I work", ["wed eve"]),
        ("after 4", ["tue pm", "wed eve"]),
        ("before 11", ["fri am", "tue am"]),
        ("weekends", ["sat"]),
        ("weekday mornings", ["fri am", "tue am"]),
        ("not mondays", ["fri am", "sat", "tue am"]),
        ("I can’t do fridays or saturdays", ["mon pm", "tue am", "tue pm"]),
        ("any day but not tuesdays", ["fri am", "sat", "mon pm"]),
        ("not mornings", ["mon pm", "tue pm", "wed eve"]),
        ("no later than 1", ["fri am", "sat", "tue am"]),
        ("30 march", ["tue am", "tue pm"]),
        ("the 30th of March in the afternoon", ["tue pm"]),
        ("April 9th", ["fri pm"]),
        ("next week", ["mon pm", "tue am", "tue pm"]),
        ("tuesday next week", ["tue am", "tue pm"]),
        ("this week", ["fri am", "sat"]),
        ("not next friday, otherwise mornings", ["sat", "tue am"]),
        ("sundays", []),
        ("tomorrow", []),
        ("I may be late", ["fri am", "sat", "mon pm"]),
    ],
)
def test_at_most_three_that_fit_are_offered_soonest_first(wanted: str, fitting: list[str]) -> None:
    assert names(FITTING.best(wanted, TIMES, NOW, 3)) == fitting


def test_two_times_that_read_the_same_are_offered_once() -> None:
    twice = [*TIMES, new_time(TIMES[0].starts_at, 60, "Margaret McMillan Tower", "reviewer", False)]
    offered = FITTING.best("", twice, NOW, 10)
    assert len({time.text for time in offered}) == len(offered) == len(TIMES)
