"""Weeks as the desk writes them in addresses: 2027-W09."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from web.meetings.moments import BANK_HOLIDAYS, BRADFORD, midnight

DAYS = 7
YEARS = range(2000, 2101)  # others nobody means, and at the ends of time a day more or less can't be reckoned


def week_of(written: str, now: datetime) -> date:
    """The Monday of that week; of this one, where nothing or nonsense is written."""
    try:
        return sensible(datetime.strptime(f"{written}-1", "%G-W%V-%u").date())  # noqa: DTZ007  a date
    except ValueError:
        today = now.astimezone(BRADFORD).date()
        return today - timedelta(days=today.weekday())


def day_of(written: str) -> date:
    """A day such as 2027-03-30. Raises ValueError."""
    return sensible(date.fromisoformat(written))


def sensible(day: date) -> date:
    """The same day. Raises ValueError where it lies outside of YEARS."""
    if day.year not in YEARS:
        raise ValueError(day)
    return day


def name_of(monday: date) -> str:
    """As it stands in an address."""
    return f"{monday:%G-W%V}"


def starts_at(day: date) -> datetime:
    """When a day begins in Bradford."""
    return midnight(datetime(day.year, day.month, day.day, 12, tzinfo=BRADFORD))


def holiday(day: date) -> str | None:
    """The name of the bank holiday that a day is."""
    name: str | None = BANK_HOLIDAYS.get(day)
    return name
