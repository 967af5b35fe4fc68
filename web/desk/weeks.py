"""Weeks as the desk writes them in addresses: 2027-W09."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from web.meetings.moments import BANK_HOLIDAYS, BRADFORD, midnight

DAYS = 7


def week_of(written: str, now: datetime) -> date:
    """The Monday of that week; of this one, where nothing or nonsense is written."""
    try:
        return datetime.strptime(f"{written}-1", "%G-W%V-%u").date()  # noqa: DTZ007  a date
    except ValueError:
        today = now.astimezone(BRADFORD).date()
        return today - timedelta(days=today.weekday())


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
