"""Which published times fit what a family wrote about when.

What they wrote only sorts and sifts the list; an exact time is always one that a person picks from it. The words that
are looked for stand in data/when.yml.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import cached_property
from typing import Any

from web.meetings.kinds import Time
from web.meetings.moments import BRADFORD

Hours = tuple[float, float]
WEEK = timedelta(days=7)
MIDDAY = 12
EARLIEST_MEANT = 8  # "after 4" is four in the afternoon; "after 9" nine in the morning


@dataclass
class Wish:
    """What suits: empty means that nothing was said about it. Days count from Monday, 0."""

    days: set[int] = field(default_factory=set)
    not_days: set[int] = field(default_factory=set)
    hours: list[Hours] = field(default_factory=list)
    not_hours: list[Hours] = field(default_factory=list)
    dates: set[date] = field(default_factory=set)

    def suits(self, local: datetime) -> bool:
        """True when nothing that was said speaks against it."""
        hour = local.hour + local.minute / 60
        return (
            (not self.dates or local.date() in self.dates)
            and (not self.days or bool(self.dates) or local.weekday() in self.days)
            and local.weekday() not in self.not_days
            and (not self.hours or any(start <= hour < end for start, end in self.hours))
            and not any(start <= hour < end for start, end in self.not_hours)
        )


class Fitting:
    """Finds the times that fit."""

    def __init__(self, words: Mapping[str, Any]) -> None:
        """`words` is data/when.yml."""
        self._words = words

    def best(self, wanted: str, times: Iterable[Time], now: datetime, limit: int) -> list[Time]:
        """At most `limit` of `times` that suit `wanted`, the soonest first, each with a text of its own."""
        wish = self.wish(wanted, now)
        chosen: dict[str, Time] = {}
        for time in sorted(times, key=lambda time: (time.starts_at, time.who, time.id)):
            if wish.suits(time.starts_at.astimezone(BRADFORD)):
                chosen.setdefault(time.text, time)
        return list(chosen.values())[:limit]

    def wish(self, wanted: str, now: datetime) -> Wish:
        """What was said about when, as far as it is understood."""
        text = re.sub(r"[’`]", "'", wanted.lower())
        wish = Wish()
        for part, refused in self._parts(text):
            self._read(part, refused, wish)
        wish.dates = self._dates(text, now.astimezone(BRADFORD).date())
        return wish

    def _parts(self, text: str) -> Sequence[tuple[str, bool]]:
        """The text in pieces, each with whether it says what does not suit."""
        pieces, refused = [], False
        for piece in self._turns.split(text):
            if self._turns.fullmatch(piece or ""):
                refused = bool(self._refusals.fullmatch(piece))
            elif piece:
                pieces.append((piece, refused))
        return pieces

    def _read(self, part: str, refused: bool, wish: Wish) -> None:
        days = {day for day, names in self._words["days"].items() if _has(part, names)}
        for name, several in self._words["several_days"].items():
            days |= set(several) if _has(part, [name]) else set()
        hours: list[Hours] = [tuple(found) for name, found in self._words["parts"].items() if _has(part, [name])]
        hours += self._bounds(part)
        if refused and days and hours:
            return  # "not monday mornings" leaves both mondays and mornings open
        (wish.not_days if refused else wish.days).update(days)
        (wish.not_hours if refused else wish.hours).extend(hours)

    def _bounds(self, part: str) -> list[Hours]:
        """Hours from `after 4`, `before 11am`."""
        found: list[Hours] = []
        for match in self._clock.finditer(part):
            hour = float(match["hour"]) + float(match["minute"] or 0) / 60
            if hour < MIDDAY and (match["half"] == "pm" or (not match["half"] and hour < EARLIEST_MEANT)):
                hour += MIDDAY
            found.append((hour, 24.0) if match["word"] in self._words["after_words"] else (0.0, hour))
        return found

    def _dates(self, text: str, today: date) -> set[date]:
        monday = today - timedelta(days=today.weekday())
        dates = {found for match in self._day_of_month.finditer(text) if (found := self._date(match, today))}
        if _has(text, self._words["next_week"]):
            dates |= {monday + WEEK + timedelta(days=day) for day in range(7)}
        if _has(text, self._words["this_week"]):
            dates |= {monday + timedelta(days=day) for day in range(7)}
        dates |= {today + timedelta(days=1)} if _has(text, self._words["tomorrow"]) else set()
        dates |= {today} if _has(text, self._words["today"]) else set()
        return self._on_days(dates, text)

    def _on_days(self, dates: set[date], text: str) -> set[date]:
        """Of a whole week only the days that were named, where some were: `tuesday next week`."""
        if not _has(text, [*self._words["next_week"], *self._words["this_week"]]):
            return dates
        wish = Wish()
        for part, refused in self._parts(text):
            self._read(part, refused, wish)
        return {day for day in dates if not wish.days or day.weekday() in wish.days}

    def _date(self, match: re.Match[str], today: date) -> date | None:
        """The next day of that name: `30 march` is this year's, or next year's once it is over."""
        names = self._words["months"], self._words["months_short"]
        name = match["month"] or match["month_first"]
        month = next(list(group).index(name) + 1 for group in names if name in group)
        for year in (today.year, today.year + 1):
            try:
                found = date(year, month, int(match["day"] or match["day_after"]))
            except ValueError:
                continue
            if found >= today:
                return found
        return None

    @cached_property
    def _refusals(self) -> re.Pattern[str]:
        return re.compile(_any_of(self._words["not_words"]))

    @cached_property
    def _turns(self) -> re.Pattern[str]:
        """Where what suits and what does not take turns; also at the end of a sentence."""
        words = [*self._words["not_words"], *self._words["but_words"]]
        return re.compile(rf"({_any_of(words)}|[.;\n])")

    @cached_property
    def _clock(self) -> re.Pattern[str]:
        words = _any_of([*self._words["after_words"], *self._words["before_words"]])
        return re.compile(
            rf"(?P<word>{words})\s+(?:about\s+)?(?P<hour>[01]?\d|2[0-3])(?:[:.](?P<minute>[0-5]\d))?"
            rf"\s*(?P<half>am|pm)?\b(?!(?:st|nd|rd|th)|\s+{_any_of(self._words['months'])})"
        )

    @cached_property
    def _day_of_month(self) -> re.Pattern[str]:
        months = _any_of([*self._words["months"], *self._words["months_short"]])
        day_month = rf"\b(?P<day>[0-3]?\d)(?:st|nd|rd|th)?\s+(?:of\s+)?(?P<month>{months})"
        month_day = (
            rf"(?P<month_first>{months})\s+(?:the\s+)?(?P<day_after>[0-3]?\d)(?:st|nd|rd|th)?\b(?!\s*(?:am|pm|:))"
        )
        return re.compile(f"{day_month}|{month_day}")


def _has(text: str, names: Iterable[str]) -> bool:
    return re.search(_any_of(names), text) is not None


def _any_of(names: Iterable[str]) -> str:
    longest_first = sorted(map(re.escape, names), key=len, reverse=True)
    return rf"\b(?:{'|'.join(longest_first)})\b"
