"""What letters say, and what they never say."""

from __future__ import annotations

import re
from collections.abc import Iterator
from email import message_from_bytes, policy
from pathlib import Path
from typing import Any

import pytest
from icalendar import Calendar

from tests.meetings.office import DETAILS, STAFF, Office, change
from tests.meetings.test_moments import TABLE
from tests.words.reading import grade, sentence_lengths
from web.meetings.moments import from_clock
from web.meetings.times import new_time
from web.notify import Envelope, Letter, SendFailed, as_message
from web.notify.letters import About, Letters
from web.settings import Settings
from web.words import WordsError, load_words

FAMILY, TEAM = DETAILS["contact"], "staff@localhost"
# Nothing on a phone that others see, or in a shared mailbox, may tell what this is about.
UNSAID = re.compile(
    r"safeguarding|CSPR|death|died|child|review|Bradford|Partnership|Rose|Canary|Urdu|sister|tuesdays|complaint", re.I
)


def every_letter() -> Iterator[tuple[str, Letter]]:
    settings = Settings()
    words = load_words(settings.words_dir, settings.kept_for)
    letters = Letters(
        settings.words_dir, words.details, "a@example.org", "team@example.org", "https://chat.example.org"
    )
    time = new_time(from_clock("2027-03-30 14:00"), 60, "by phone", "staff", False)
    now = from_clock("2027-03-01 10:00")
    for kind in ("requested", "held", "confirmed", "offered", "reminder", "cancelled"):
        about = About("uid", 0, "KTR-482-97", None if kind in ("requested", "offered") else time, [time])
        yield kind, letters.to_family(kind, "x@example.org", about, "token", now)
    yield "cancelled without a time", letters.to_family("cancelled", "x@example.org", About("u", 0, "R"), "token", now)
    for kind in ("new", "urgent", "changed", "overdue", "tomorrow", "tomorrow_not_told", "failure", "waiting"):
        yield kind, letters.to_staff(kind, "KTR-482-97", 3)


LETTERS = dict(every_letter())


@pytest.mark.parametrize("letter", LETTERS.values(), ids=LETTERS)
def test_every_letter_is_plain_calm_and_gives_nothing_away(letter: Letter) -> None:
    said = f"{letter.subject}\n{letter.text}\n{letter.calendar or ''}".replace("https://chat.example.org", "")
    assert not UNSAID.findall(said)
    assert "!" not in said
    assert "unfortunately" not in said.lower()
    assert "{" not in letter.subject + letter.text
    assert len(letter.subject) <= 60
    prose = re.sub(r"https?://\S+", "", letter.text)
    assert max(sentence_lengths(prose)) <= 25
    assert grade(prose) <= 6.5


async def test_who_gave_an_e_mail_address_gets_a_letter_with_a_link_and_no_code(office: Office) -> None:
    recorded = await office.meetings.record(await office.draft())
    await office.post()
    (envelope,) = office.box.to(FAMILY)
    assert recorded.meeting["reference"] in envelope.letter.subject
    assert "/appointment/" in envelope.letter.text
    assert str(recorded.code) not in envelope.letter.text
    assert envelope.letter.calendar is None


async def test_who_gave_only_a_phone_number_gets_none(office: Office) -> None:
    phone = {"contact": "07700 900123", "contact_kind": "phone", "other_contact": None, "other_contact_kind": None}
    await office.meetings.record(await office.draft(**phone))
    assert [one.letter.to for one in await office.post()] == [TEAM]


async def test_the_calendar_follows_the_appointment_under_one_uid_with_a_rising_sequence(office: Office) -> None:
    first, second = await office.publish("2027-03-30 14:00", "2027-04-06 10:00")
    draft = await office.draft(first.id)
    reference = (await office.meetings.record(draft)).meeting["reference"]
    await office.meetings.confirm(reference, STAFF)
    await office.meetings.move(reference, second.id, STAFF, confirm=True)
    await office.meetings.change(reference, change(draft.conversation, needs="a lift"))  # nothing for the calendar
    await office.meetings.cancel(reference, draft.conversation, draft.draft_id, None)
    await office.post()
    events = []
    for envelope in office.box.to(FAMILY):
        assert envelope.letter.calendar is not None
        calendar = Calendar.from_ical(envelope.letter.calendar)
        event: Any = calendar.walk("VEVENT")[0]
        events.append((str(calendar["METHOD"]), str(event["STATUS"]), int(event["SEQUENCE"]), str(event["UID"])))
    assert [event[:2] for event in events] == [
        ("REQUEST", "TENTATIVE"),
        ("REQUEST", "CONFIRMED"),
        ("REQUEST", "CONFIRMED"),
        ("CANCEL", "CANCELLED"),
    ]
    assert [event[2] for event in events] == sorted({event[2] for event in events})
    assert len({event[3] for event in events}) == 1


@pytest.mark.parametrize(("written", "read", "kept"), [row for row in TABLE if row[0] > "2027-03-02"])
async def test_chat_e_mail_and_calendar_show_the_same_time_around_the_clock_changes(
    office: Office, written: str, read: str, kept: str
) -> None:
    (time,) = await office.publish(written)
    offered = (await office.meetings.fitting_times("", "either"))[0].shown()
    recorded = await office.meetings.record(await office.draft(time.id))
    await office.meetings.confirm(recorded.meeting["reference"], STAFF)
    await office.post()
    letter = office.box.to(FAMILY)[-1].letter
    event: Any = Calendar.from_ical(letter.calendar or "").walk("VEVENT")[0]
    assert (offered["text"], offered["starts_at"], recorded.meeting["starts_at"]) == (read, kept, kept)
    assert f"Your appointment is fixed: {read}." in letter.text
    assert f"DTSTART:{re.sub('[-:]', '', kept)}" in (letter.calendar or "")
    assert event.end - event.start == time.ends_at - time.starts_at


async def test_staff_are_told_without_content(office: Office) -> None:
    await office.meetings.record(await office.draft())
    await office.meetings.hand_off(await office.handoff("question"))
    await office.meetings.hand_off(await office.handoff("urgent"))
    await office.post()
    letters = [one.letter for one in office.box.to(TEAM)]
    assert sorted(one.subject for one in letters) == [
        "A new item is waiting",
        "A new item is waiting",
        "An urgent item is waiting",
    ]
    assert not UNSAID.search("\n".join(one.text for one in letters))


@pytest.mark.parametrize(
    "address",
    [
        "a@example.org\r\nBcc: b@example.org",
        "a@example.org\nSubject: x",
        "\x00@example.org\n",
        "a@example.org, b@example.org",
        "a@x,b@y",
        "",
    ],
)
def test_no_address_can_add_a_header(address: str) -> None:
    envelope = Envelope("id", from_clock("2027-03-01 10:00"), Letter(address, "Hello", "text"))
    with pytest.raises(SendFailed) as caught:
        as_message(envelope, "a@example.org")
    assert caught.value.for_good


async def test_giving_a_time_back_takes_it_out_of_the_calendar(office: Office) -> None:
    (time,) = await office.publish("2027-03-30 14:00")
    draft = await office.draft(time.id)
    reference = (await office.meetings.record(draft)).meeting["reference"]
    await office.meetings.change(reference, change(draft.conversation, {"time_id": None}, when="some other day"))
    await office.post()
    letters = [one.letter for one in office.box.to(FAMILY)]
    assert [one.method for one in letters] == ["REQUEST", "CANCEL", None]
    assert letters[2].subject == f"We have your request, {reference}"


async def test_line_breaks_in_what_a_family_wrote_add_nothing_to_the_calendar(office: Office) -> None:
    (time,) = await office.publish("2027-03-30 14:00", place="Room 1\r\nATTENDEE:mailto:x@example.org")
    await office.meetings.record(await office.draft(time.id, name="Rose\r\nBcc: x@example.org"))
    await office.post()
    (envelope,) = office.box.to(FAMILY)
    message = message_from_bytes(as_message(envelope, "a@example.org").as_bytes(), policy=policy.default)
    assert message["Bcc"] is None
    (event,) = Calendar.from_ical(envelope.letter.calendar or "").walk("VEVENT")
    assert str(event["ATTENDEE"]) == f"mailto:{FAMILY}"


def test_a_placeholder_that_nobody_knows_is_named(tmp_path: Path) -> None:
    written = (Settings().words_dir / "letters.yml").read_text(encoding="utf-8")
    (tmp_path / "letters.yml").write_text(written.replace("{count}", "{nobody}"), encoding="utf-8")
    with pytest.raises(WordsError, match="nobody"):
        Letters(tmp_path, {"phone": "1"}, "a@example.org", "b@example.org", "https://chat.example.org")
