"""Times as people in Bradford write and read them; inside, every moment is in UTC."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import holidays

BRADFORD = ZoneInfo("Europe/London")
WRITTEN = "%Y-%m-%d %H:%M"
SATURDAY = 5
BANK_HOLIDAYS = holidays.country_holidays("GB", subdiv="ENG")
MIDDAY = 12


class NoSuchTime(Exception):
    """What was written is no time, or no single time; the text says why, in plain words."""


def in_words(at: datetime) -> str:
    """The day and the time on a clock in Bradford: Monday 30 March 2026, 2pm."""
    local = at.astimezone(BRADFORD)
    return f"{local:%A} {local.day} {local:%B %Y}, {clock_in_words(local)}"


def clock_in_words(local: datetime) -> str:
    """The time of day: 2pm, 2:30pm, midday."""
    if (local.hour, local.minute) == (MIDDAY, 0):
        return "midday"
    minutes = f":{local:%M}" if local.minute else ""
    return f"{local.hour % MIDDAY or MIDDAY}{minutes}{'am' if local.hour < MIDDAY else 'pm'}"


def from_clock(written: str) -> datetime:
    """The moment that a clock in Bradford shows as `written` (2027-03-30 14:00). Raises NoSuchTime."""
    try:
        wall = datetime.strptime(written.strip(), WRITTEN)  # noqa: DTZ007  its zone comes next
    except ValueError:
        raise NoSuchTime(f"{written.strip()!r} is not a time. Write it like 2027-03-30 14:00.") from None
    first, second = (wall.replace(tzinfo=BRADFORD, fold=fold).astimezone(UTC) for fold in (0, 1))
    if first.astimezone(BRADFORD).replace(tzinfo=None) != wall:
        raise NoSuchTime(f"{written.strip()} does not exist: the clocks go forward then.")
    if first != second:
        raise NoSuchTime(f"{written.strip()} comes twice: the clocks go back then.")
    return first


def working_days_later(at: datetime, days: int) -> datetime:
    """The same time of day so many working days later; Saturdays, Sundays and bank holidays don't count.

    From a day that is none, the first working day after it is the first.
    """
    local = at.astimezone(BRADFORD)
    while days or not _is_working_day(local):
        local += timedelta(days=1)
        days = max(days - _is_working_day(local), 0)
    return local.astimezone(UTC)


def _is_working_day(local: datetime) -> bool:
    return local.weekday() < SATURDAY and local.date() not in BANK_HOLIDAYS


def today_at(hour: int, now: datetime) -> datetime:
    """When it is `hour` o'clock in Bradford on the day of `now`."""
    local = now.astimezone(BRADFORD)
    return datetime.combine(local.date(), time(hour), BRADFORD).astimezone(UTC)


def midnight(now: datetime, days: int = 0) -> datetime:
    """When the day of `now`, or the one so many days later, begins in Bradford."""
    day = now.astimezone(BRADFORD).date() + timedelta(days=days)
    return datetime.combine(day, time(), BRADFORD).astimezone(UTC)


def to_utc_text(at: datetime) -> str:
    """A moment as the APIs write it: UTC, to the second."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
