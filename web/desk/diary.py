"""The week's times: which are free, which are kept or fixed and for whom; publishing and withdrawing them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from aiohttp import web

from web.casework.service import only_of
from web.desk import weeks
from web.desk.routes import CASEWORK, OFFICE, Route, get, post
from web.desk.visit import Form, Visit, Wrong
from web.meetings.kinds import Refused, Time
from web.meetings.ledger import Record
from web.meetings.moments import BRADFORD, NoSuchTime, from_clock
from web.meetings.service import Meetings
from web.meetings.times import new_time

HERE = "/desk/meetings"
MOST_WEEKS = 26
LONGEST_MINUTES = 12 * 60
WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


@dataclass(frozen=True)
class Slot:
    """A time in the week view. `reference` is there only where whoever looks may open the request."""

    time: Time
    state: str
    colour: str
    reference: str | None
    withdrawn: bool


@dataclass(frozen=True)
class Day:
    """A day of the week view."""

    day: date
    holiday: str | None
    slots: list[Slot]


class Diary:
    """The pages under /desk/meetings."""

    def __init__(self, meetings: Meetings, clock: Callable[[], datetime]) -> None:
        self._meetings = meetings
        self._clock = clock

    def routes(self) -> list[Route]:
        """Its routes."""
        return [
            get(HERE, self.show, CASEWORK),
            get(f"{HERE}/publish", self.ask, OFFICE),
            post(f"{HERE}/publish", self.publish, OFFICE),
            post(f"{HERE}/times/{{id}}/withdraw", self.withdraw, OFFICE),
        ]

    async def show(self, visit: Visit) -> web.Response:
        """GET: a week."""
        return await self._week(visit)

    async def ask(self, visit: Visit) -> web.Response:
        """GET: the form to publish times."""
        return self._form(visit)

    async def publish(self, visit: Visit) -> web.Response:
        """POST: publish one time or a row of them, all or none; bank holidays are left out."""
        if wrong := visit.form.too_long():
            return self._form(visit, *wrong)
        try:
            times, left_out = read_times(visit.form)
            new = await self._meetings.publish(times, visit.me.name)
        except WrongTimes as error:
            return self._form(visit, error.wrong)
        except Refused as error:
            return self._form(visit, Wrong("day", str(error)))
        context = {"new": new, "times": times, "left_out": left_out, "week": weeks.name_of(_monday(times))}
        return visit.page("published.html", context)

    async def withdraw(self, visit: Visit) -> web.Response:
        """POST: take a time back. A request that has it keeps it, and needs a person."""
        try:
            reference = await self._meetings.withdraw(visit.match("id"), visit.me.name)
        except Refused as error:
            return await self._week(visit, Wrong("week", str(error)))
        notice = "withdrawn-taken" if reference else "withdrawn"
        return visit.to(f"{HERE}?week={visit.form.text('week', 8)}", notice)

    def _form(self, visit: Visit, *wrong: Wrong) -> web.Response:
        return visit.page("publish.html", {"weekdays": list(enumerate(WEEKDAYS)), "most": MOST_WEEKS}, wrong)

    async def _week(self, visit: Visit, *wrong: Wrong) -> web.Response:
        now = self._clock()
        monday = weeks.week_of(visit.query("week"), now)
        days = [monday + timedelta(days=place) for place in range(weeks.DAYS)]
        end = weeks.starts_at(monday + timedelta(days=weeks.DAYS))
        found = await self._meetings.between(weeks.starts_at(monday), end)
        slots = [_slot(time, record, gone, only_of(visit.me)) for time, record, gone in found]
        context = {
            "days": [Day(day, weeks.holiday(day), [slot for slot in slots if _is_on(slot, day)]) for day in days],
            "monday": monday,
            "week": weeks.name_of(monday),
            "before": weeks.name_of(monday - timedelta(days=weeks.DAYS)),
            "after": weeks.name_of(monday + timedelta(days=weeks.DAYS)),
            "weekdays": WEEKDAYS,
        }
        return visit.page("week.html", context, wrong)


class WrongTimes(Exception):
    """The form to publish times can't be used."""

    def __init__(self, field: str, text: str) -> None:
        super().__init__(text)
        self.wrong = Wrong(field, text)


def read_times(form: Form) -> tuple[list[Time], list[str]]:
    """The times that a form asks for, and the bank holidays that were left out. Raises WrongTimes."""
    minutes, count = form.number("minutes"), form.number("weeks")
    if minutes is None or not 5 <= minutes <= LONGEST_MINUTES:
        raise WrongTimes("minutes", f"Write how many minutes it takes, from 5 to {LONGEST_MINUTES}.")
    if count is None or not 1 <= count <= MOST_WEEKS:
        raise WrongTimes("weeks", f"Write for how many weeks, from 1 to {MOST_WEEKS}.")
    who, place = form.text("who", 10), form.text("place", 100)
    if who not in ("staff", "reviewer"):
        raise WrongTimes("who-staff", "Choose whom the family meets.")
    if not place:
        raise WrongTimes("place", "Write where it is: a room, or by phone.")
    days, left_out = _days(form, count)
    clocks = [one.strip() for one in form.text("clocks", 200).split(",") if one.strip()]
    if not clocks:
        raise WrongTimes("clocks", "Write when it begins, such as 14:00, or several: 10:00, 11:30.")
    try:
        moments = [from_clock(f"{day:%Y-%m-%d} {clock}") for day in days for clock in clocks]
    except NoSuchTime as error:
        raise WrongTimes("clocks", str(error)) from None
    instant = form.ticked("instant")
    return [new_time(at, minutes, place, who, instant) for at in moments], left_out


def _days(form: Form, count: int) -> tuple[list[date], list[str]]:
    """The days: the first one, or those weekdays from it on, for so many weeks; without bank holidays."""
    try:
        first = weeks.day_of(form.text("day", 10))
    except ValueError:
        raise WrongTimes("day", "Write the first day like 2027-03-30.") from None
    ticked = {int(one) for one in form.many("weekdays") if one in set("0123456")} or {first.weekday()}
    span = [first + timedelta(days=place) for place in range(count * weeks.DAYS)]
    wanted = [day for day in span if day.weekday() in ticked]
    left_out = [f"{day.day} {day:%B %Y}, {weeks.holiday(day)}" for day in wanted if weeks.holiday(day)]
    days = [day for day in wanted if not weeks.holiday(day)]
    if not days:
        raise WrongTimes("day", f"That is a bank holiday: {', '.join(left_out)}.")
    return days, left_out


def _slot(time: Time, record: Record | None, withdrawn: bool, only: str | None) -> Slot:
    theirs = record is not None and only in (None, record.row.owner_id)
    reference = record.row.reference if record is not None and theirs else None
    if record is None:
        return Slot(time, "Free, fixed at once" if time.instant else "Free", "grey", None, withdrawn)
    fixed = record.row.status == "confirmed"
    state, colour = ("Fixed", "green") if fixed else ("Kept, to be confirmed", "blue")
    return Slot(
        time, f"{state}, withdrawn" if withdrawn else state, "red" if withdrawn else colour, reference, withdrawn
    )


def _is_on(slot: Slot, day: date) -> bool:
    return weeks.starts_at(day) <= slot.time.starts_at < weeks.starts_at(day + timedelta(days=1))


def _monday(times: list[Time]) -> date:
    day = times[0].starts_at.astimezone(BRADFORD).date()
    return day - timedelta(days=day.weekday())
