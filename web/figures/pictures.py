"""Bars for the numbers of a row, as a page draws them in SVG."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

HEIGHT = 120  # of the tallest bar, in units of the picture
STEP = 40  # from bar to bar
BAR = 28
ROOM = 24  # above the tallest bar, for its number


@dataclass(frozen=True)
class Bar:
    """One week: where its bar stands, and the number above it; None where it is hidden."""

    week: date
    number: int | None
    x: int
    y: int
    height: int

    @property
    def middle(self) -> int:
        """Where its number and its week stand."""
        return self.x + BAR // 2


@dataclass(frozen=True)
class Picture:
    """A row as bars."""

    bars: Sequence[Bar]
    width: int
    floor: int
    bar_width: int = BAR


def picture(weeks: Sequence[date], numbers: Sequence[int | None]) -> Picture:
    """The bars of a row, the largest number as tall as there is room."""
    largest = max((number for number in numbers if number is not None), default=0)
    floor = ROOM + HEIGHT
    bars = []
    for place, (week, number) in enumerate(zip(weeks, numbers, strict=True)):
        height = round(HEIGHT * number / largest) if number else 0
        bars.append(Bar(week, number, place * STEP + (STEP - BAR) // 2, floor - height, height))
    return Picture(bars, max(len(weeks), 1) * STEP, floor)
