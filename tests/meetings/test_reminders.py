"""The day before a meeting its family is reminded, once, and staff know of it."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from tests.meetings.office import DETAILS, STAFF, Office, change, together
from web.meetings.moments import from_clock
from web.notify import Envelope, SendFailed
from web.notify.outbox import Outbox
from web.notify.postman import Postman

FAMILY, TEAM = DETAILS["contact"], "staff@localhost"
MEETING, MORNING = "2027-03-30 14:00", "2027-03-29 08:00"
NO_ADDRESS: dict[str, Any] = {
    "contact": "07700 900123",
    "contact_kind": "phone",
    "other_contact": None,
    "other_contact_kind": None,
}


async def confirmed(office: Office, written: str = MEETING, **details: Any) -> tuple[str, str]:
    """A meeting that is fixed, with its first letters sent: its reference and its conversation."""
    (time,) = await office.publish(written)
    draft = await office.draft(time.id, **details)
    reference = (await office.meetings.record(draft)).meeting["reference"]
    await office.meetings.confirm(reference, STAFF)
    await office.post()
    office.box.taken.clear()
    return reference, draft.conversation


async def at(office: Office, written: str) -> None:
    """What the service does at that time."""
    office.clock.now = from_clock(written)
    await office.meetings.keep_up()
    await office.post()


def reminders(office: Office) -> list[str]:
    """The reminders that the family got."""
    return [one.letter.text for one in office.box.to(FAMILY) if one.letter.subject.startswith("A reminder")]


def to_staff(office: Office) -> list[str]:
    """What staff heard of tomorrow."""
    return [one.letter.text for one in office.box.to(TEAM) if "tomorrow" in one.letter.subject]


async def test_the_day_before_the_family_is_reminded_and_staff_are_told(office: Office) -> None:
    reference, _ = await confirmed(office)
    await at(office, MORNING)
    (reminder,), (line,) = reminders(office), to_staff(office)
    assert "Tuesday 30 March 2027, 2pm" in reminder
    assert reference in reminder and "/appointment/" in reminder
    assert reference in line and "has an e-mail" in line
    assert ("system", "reminded") in await office.history("who", "what")


async def test_however_often_and_by_however_many_it_is_looked_at_one_reminder_is_sent(office: Office) -> None:
    await confirmed(office)
    office.clock.now = from_clock(MORNING)
    assert not [one for one in await together(*(office.meetings.keep_up() for _ in range(6))) if one]
    await office.post()
    for hour in range(9, 24):
        await at(office, f"2027-03-29 {hour:02}:00")
    assert (len(reminders(office)), len(to_staff(office))) == (1, 1)
    links = await office.records.rows("links")
    assert len(links) == 3, "one for each letter to the family, and no more"


@pytest.mark.parametrize("when", ["2027-03-28 12:00", "2027-03-29 07:59"])
async def test_none_comes_earlier(office: Office, when: str) -> None:
    await confirmed(office)
    await at(office, when)
    assert (reminders(office), to_staff(office)) == ([], [])


@pytest.mark.parametrize("when", ["2027-03-30 09:00", "2027-03-30 14:30", "2027-03-31 09:00"])
async def test_a_meeting_of_the_same_day_or_a_past_one_gets_none(office: Office, when: str) -> None:
    """As after a day on which nothing ran."""
    await confirmed(office)
    await at(office, when)
    assert (reminders(office), to_staff(office)) == ([], [])


async def test_what_is_cancelled_or_not_confirmed_gets_none(office: Office) -> None:
    reference, conversation = await confirmed(office)
    await office.meetings.cancel(reference, conversation, conversation, None)
    (held,) = await office.publish("2027-03-30 16:00")
    await office.meetings.record(await office.draft(held.id))
    await office.meetings.record(await office.draft())
    await at(office, MORNING)
    assert (reminders(office), to_staff(office)) == ([], [])


async def test_a_meeting_that_is_moved_is_reminded_of_on_its_new_day_too(office: Office) -> None:
    reference, _ = await confirmed(office)
    (later,) = await office.publish("2027-04-06 10:00")
    await at(office, MORNING)
    await office.meetings.move(reference, later.id, STAFF, confirm=True)
    await at(office, "2027-04-05 08:00")
    assert ["30 March" in reminders(office)[0], "6 April" in reminders(office)[1]] == [True, True]


@pytest.mark.parametrize("becomes", ["cancelled", "moved", "given back"])
async def test_a_reminder_that_is_true_no_more_is_not_sent(office: Office, becomes: str) -> None:
    reference, conversation = await confirmed(office)
    (later,) = await office.publish("2027-04-06 10:00")
    office.box.broken = SendFailed("down")
    await at(office, MORNING)
    if becomes == "cancelled":
        await office.meetings.cancel(reference, conversation, conversation, None)
    elif becomes == "moved":
        await office.meetings.move(reference, later.id, STAFF, confirm=True)
    else:
        await office.meetings.change(reference, change(conversation, {"time_id": None}, when="some other day"))
    office.box.broken = None
    await at(office, "2027-03-29 12:00")
    assert reminders(office) == []
    assert office.box.to(FAMILY)


async def test_a_reminder_that_could_not_be_sent_that_day_is_sent_no_more_and_staff_hear_of_it(office: Office) -> None:
    reference, _ = await confirmed(office)
    office.box.broken = SendFailed("down")
    await at(office, MORNING)
    await at(office, "2027-03-29 23:59")
    office.box.broken = None
    await at(office, "2027-03-30 00:01")
    assert reminders(office) == []
    failures = [one.letter.text for one in office.box.to(TEAM) if "could not be sent" in one.letter.subject]
    assert [reference in text for text in failures] == [True]
    await office.meetings.send_again()
    await at(office, "2027-03-30 09:00")
    assert reminders(office) == []


async def test_who_gave_no_address_is_not_reminded_and_staff_are_asked_to_ring(office: Office) -> None:
    reference, _ = await confirmed(office, **NO_ADDRESS)
    await at(office, MORNING)
    (line,) = to_staff(office)
    assert reference in line and "ring them" in line
    assert {one.letter.to for one in office.box.taken} == {TEAM}


async def test_a_meeting_whose_time_was_withdrawn_is_not_reminded_of_but_staff_are_told(office: Office) -> None:
    await confirmed(office)
    ((time, _),) = await office.meetings.times()
    await office.meetings.withdraw(time.id, STAFF)
    await at(office, MORNING)
    assert reminders(office) == []
    assert ["ring them" in line for line in to_staff(office)] == [True]


async def test_who_was_told_of_it_that_same_day_is_not_told_twice(office: Office) -> None:
    (time,) = await office.publish(MEETING)
    reference = (await office.meetings.record(await office.draft(time.id))).meeting["reference"]
    office.clock.now = from_clock("2027-03-29 07:00")
    await office.meetings.confirm(reference, STAFF)
    await at(office, MORNING)
    assert reminders(office) == []
    assert ["has an e-mail" in line for line in to_staff(office)] == [True]


@pytest.mark.parametrize(
    ("meeting", "morning"),
    [
        ("2027-03-28 09:30", "2027-03-27 08:00"),
        ("2027-03-29 00:15", "2027-03-28 08:00"),
        ("2027-10-31 00:15", "2027-10-30 08:00"),
        ("2027-11-01 23:45", "2027-10-31 08:00"),
    ],
)
async def test_the_day_before_is_the_one_on_a_calendar_in_bradford(office: Office, meeting: str, morning: str) -> None:
    await confirmed(office, meeting)
    await at(office, morning.replace("08:00", "07:59"))
    assert reminders(office) == []
    await at(office, morning)
    assert len(reminders(office)) == 1


async def test_after_a_crash_between_sending_and_noting_a_reminder_is_logged_as_maybe_sent(
    office: Office, caplog: pytest.LogCaptureFixture
) -> None:
    class Dying:
        async def send(self, envelope: Envelope) -> None:
            await office.box.send(envelope)
            if envelope.letter.to == FAMILY:
                raise asyncio.CancelledError

    await confirmed(office)
    office.clock.now = from_clock(MORNING)
    await office.meetings.keep_up()
    dying = Postman(office.records.database, Outbox(office.records.tables), Dying(), office.clock)
    with pytest.raises(asyncio.CancelledError):
        await dying.deliver_due()
    await office.post()
    assert len(reminders(office)) == 1
    office.clock.forward(minutes=3)
    await office.meetings.keep_up()
    await office.post()
    assert len(reminders(office)) == 2
    assert len({one.id for one in office.box.to(FAMILY)}) == 1
    assert [record.getMessage().split()[2:6] for record in caplog.records if "maybe sent" in record.getMessage()] == [
        ["(family_reminder)", "was", "maybe", "sent"]
    ]
