"""Times mean the clock on the wall in Bradford, also where the clocks change."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from web.meetings.moments import NoSuchTime, from_clock, in_words, to_utc_text, working_days_later

# Around the clock changes of 2026 and 2027: what staff write, what families read, what is kept.
TABLE = [
    ("2026-03-28 14:00", "Saturday 28 March 2026, 2pm", "2026-03-28T14:00:00Z"),
    ("2026-03-29 14:00", "Sunday 29 March 2026, 2pm", "2026-03-29T13:00:00Z"),
    ("2026-10-24 14:00", "Saturday 24 October 2026, 2pm", "2026-10-24T13:00:00Z"),
    ("2026-10-25 14:00", "Sunday 25 October 2026, 2pm", "2026-10-25T14:00:00Z"),
    ("2027-03-27 09:30", "Saturday 27 March 2027, 9:30am", "2027-03-27T09:30:00Z"),
    ("2027-03-28 09:30", "Sunday 28 March 2027, 9:30am", "2027-03-28T08:30:00Z"),
    ("2027-10-30 12:00", "Saturday 30 October 2027, midday", "2027-10-30T11:00:00Z"),
    ("2027-10-31 12:00", "Sunday 31 October 2027, midday", "2027-10-31T12:00:00Z"),
    ("2027-10-31 00:15", "Sunday 31 October 2027, 12:15am", "2027-10-30T23:15:00Z"),
]


@pytest.mark.parametrize(("written", "read", "kept"), TABLE)
def test_what_staff_write_is_what_families_read(written: str, read: str, kept: str) -> None:
    at = from_clock(written)
    assert (in_words(at), to_utc_text(at)) == (read, kept)


@pytest.mark.parametrize(
    ("written", "why"),
    [
        ("2027-03-28 01:30", "go forward"),
        ("2027-10-31 01:30", "go back"),
        ("2027-02-30 10:00", "is not a time"),
        ("tuesday at two", "is not a time"),
    ],
)
def test_what_is_no_time_or_two_is_refused_with_the_reason(written: str, why: str) -> None:
    with pytest.raises(NoSuchTime, match=why):
        from_clock(written)


@pytest.mark.parametrize(
    ("at", "days", "later"),
    [
        ("2027-03-01 10:00", 1, "2027-03-02 10:00"),
        ("2027-03-05 10:00", 1, "2027-03-08 10:00"),
        ("2027-03-06 10:00", 1, "2027-03-08 10:00"),
        ("2027-03-19 16:00", 1, "2027-03-22 16:00"),
        ("2027-03-25 16:00", 1, "2027-03-30 16:00"),  # Good Friday to Easter Monday, and the clocks go forward
        ("2027-03-26 16:00", 1, "2027-03-30 16:00"),
        ("2026-12-24 10:00", 1, "2026-12-29 10:00"),  # Boxing Day is a Saturday: the Monday is free instead
        ("2027-05-03 10:00", 0, "2027-05-04 10:00"),
        ("2027-10-29 16:00", 5, "2027-11-05 16:00"),  # and back
    ],
)
def test_saturdays_sundays_and_bank_holidays_are_no_working_days(at: str, days: int, later: str) -> None:
    assert working_days_later(from_clock(at), days) == from_clock(later)


def test_a_moment_is_written_in_utc() -> None:
    assert to_utc_text(datetime(2027, 7, 1, 12, tzinfo=UTC)) == "2027-07-01T12:00:00Z"
