"""The calendar file that goes with an appointment: one event, the same UID for ever, a higher SEQUENCE each time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

from icalendar import Calendar, Event, vCalAddress


@dataclass(frozen=True)
class Appointment:
    """What stands in the calendar. `title` must give nothing away on a phone that others see."""

    uid: str
    sequence: int
    starts_at: datetime
    ends_at: datetime
    place: str
    title: str
    about: str
    status: str  # TENTATIVE, CONFIRMED or CANCELLED

    @property
    def method(self) -> str:
        """The METHOD of RFC 5546 that goes with the status."""
        return "CANCEL" if self.status == "CANCELLED" else "REQUEST"


def calendar_file(appointment: Appointment, organiser: str, attendee: str, now: datetime) -> str:
    """The file's text. Times are in UTC, which every calendar shows as the clock on its wall."""
    calendar, event = Calendar(), Event()
    calendar.add("prodid", "-//appointments//EN")
    calendar.add("version", "2.0")
    calendar.add("method", appointment.method)
    event.add("uid", appointment.uid)
    event.add("sequence", appointment.sequence)
    event.add("dtstamp", now.astimezone(UTC))
    event.add("dtstart", appointment.starts_at.astimezone(UTC))
    event.add("dtend", appointment.ends_at.astimezone(UTC))
    event.add("summary", appointment.title)
    event.add("description", appointment.about)
    event.add("location", appointment.place)
    event.add("status", appointment.status)
    event.add("class", "PRIVATE")
    event.add("organizer", vCalAddress(f"mailto:{organiser}"))
    guest = vCalAddress(f"mailto:{attendee}")
    guest.params["RSVP"] = "FALSE"
    event.add("attendee", guest)
    calendar.add_component(event)
    return bytes(calendar.to_ical()).decode()
