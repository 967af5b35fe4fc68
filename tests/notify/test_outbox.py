"""Every letter that is owed is sent, whatever breaks, and somebody hears of it where one is not."""

from __future__ import annotations

import asyncio

import pytest

from tests.meetings.office import DETAILS, HASH, Office, together
from tests.notify.conftest import MailServer
from web.notify import Envelope, Letter, Sender, SendFailed
from web.notify.outbox import Outbox
from web.notify.postman import Postman
from web.notify.smtp import SmtpSender, SmtpServer

FAMILY, TEAM = DETAILS["contact"], "staff@localhost"
SENDER = "appointments@example.org"


def smtp(port: int) -> Sender:
    return SmtpSender(SmtpServer("127.0.0.1", port, "none"), SENDER)


def postman(office: Office, sender: Sender) -> Postman:
    return Postman(office.records.database, Outbox(office.records.tables), sender, office.clock)


async def test_letters_go_through_a_real_mail_server_once(office: Office, mail_server: MailServer) -> None:
    (time,) = await office.publish("2027-03-30 14:00")
    await office.meetings.record(await office.draft(time.id))
    sending = postman(office, smtp(mail_server.port))
    assert await sending.deliver_due() == 2
    assert await sending.deliver_due() == 0
    (mine,) = [one for one in mail_server.got if one["To"] == FAMILY]
    assert mine["From"] == SENDER
    assert str(mine["Subject"]).startswith("A time is kept for you")
    body, calendar = list(mine.iter_parts())
    assert "Tuesday 30 March 2027, 2pm" in body.get_content()
    assert calendar.get_content_type() == "text/calendar"
    assert calendar.get_param("method") == "REQUEST"
    assert {str(one["Message-ID"]) for one in mail_server.got} == {
        f"<{row.id}@example.org>" for row in await office.records.rows("outbox")
    }


async def test_a_letter_that_was_sent_is_erased(office: Office) -> None:
    await office.meetings.record(await office.draft())
    await office.post()
    assert [row.letter for row in await office.records.rows("outbox")] == [None, None]


async def test_with_the_mail_server_down_for_an_hour_nothing_is_lost_or_doubled(
    office: Office, mail_server: MailServer
) -> None:
    down, up = postman(office, smtp(1)), postman(office, smtp(mail_server.port))
    references = set()
    for minute in range(60):
        if minute % 10 == 0:
            references.add((await office.meetings.record(await office.draft())).meeting["reference"])
        await down.deliver_due()
        await office.meetings.keep_up()
        office.clock.forward(minutes=1)
    assert not mail_server.got
    ours = [row for row in (await office.meetings.listed())[0] if row[0].row.attention == "not_told"]
    assert ours  # staff see it long before the hour is over
    assert await office.meetings.troubles()
    for _ in range(20):
        await up.deliver_due()
        await office.meetings.keep_up()
        office.clock.forward(minutes=1)
    subjects = [str(one["Subject"]) for one in mail_server.got if one["To"] == FAMILY]
    assert sorted(subjects) == sorted(f"We have your request, {reference}" for reference in references)
    assert await office.meetings.troubles() == []
    new = [one for one in mail_server.got if one["Subject"] == "A new item is waiting"]
    assert len(new) == len(references)


async def test_a_refused_address_is_given_up_at_once_and_staff_are_told_once(
    office: Office, mail_server: MailServer
) -> None:
    reference = (await office.meetings.record(await office.draft())).meeting["reference"]
    mail_server.refuse = "550 no such person"
    await postman(office, smtp(mail_server.port)).deliver_due()
    mail_server.refuse = None
    for _ in range(3):
        await office.meetings.keep_up()
        await postman(office, smtp(mail_server.port)).deliver_due()
        office.clock.forward(hours=1)
    troubles = {trouble.kind: trouble for trouble in await office.meetings.troubles()}
    assert troubles["family_requested"].given_up
    assert "550" in troubles["family_requested"].problem
    told = [one for one in mail_server.got if one["Subject"] == "An e-mail to a family could not be sent"]
    assert len(told) == 1
    assert reference in told[0].get_content()
    ((record, _),), _handoffs = await office.meetings.listed()
    assert record.row.attention == "not_told"
    assert await office.meetings.send_again() >= 1
    await postman(office, smtp(mail_server.port)).deliver_due()
    assert [one for one in mail_server.got if one["To"] == FAMILY]


async def test_a_mail_server_that_says_later_is_tried_later_and_ever_less_often(
    office: Office, mail_server: MailServer
) -> None:
    mail_server.refuse = "451 later"
    await office.meetings.record(await office.draft())
    sending, tried = postman(office, smtp(mail_server.port)), []
    for second in range(0, 1200, 5):
        before = max(row.tries for row in await office.records.rows("outbox"))
        await sending.deliver_due()
        if max(row.tries for row in await office.records.rows("outbox")) > before:
            tried.append(second)
        office.clock.forward(seconds=5)
    assert tried == [0, 15, 45, 105, 225, 465, 945]


async def test_a_crash_between_sending_and_noting_sends_once_more_with_the_same_id(
    office: Office, mail_server: MailServer, caplog: pytest.LogCaptureFixture
) -> None:
    class Dying:
        async def send(self, envelope: Envelope) -> None:
            await smtp(mail_server.port).send(envelope)
            raise asyncio.CancelledError

    await office.meetings.record(await office.draft())
    with pytest.raises(asyncio.CancelledError):
        await postman(office, Dying()).deliver_due()
    await postman(office, smtp(mail_server.port)).deliver_due()  # the other letter
    office.clock.forward(minutes=3)
    await postman(office, smtp(mail_server.port)).deliver_due()
    ids = [str(one["Message-ID"]) for one in mail_server.got]
    assert (len(ids), len(set(ids))) == (3, 2)
    assert "maybe sent" in caplog.text


async def test_several_processes_send_each_letter_once(office: Office) -> None:
    for _ in range(10):
        await office.meetings.record(await office.draft())
    await together(*(postman(office, office.box).deliver_due() for _ in range(6)))
    ids = [envelope.id for envelope in office.box.taken]
    assert len(ids) == len(set(ids)) == 20


async def test_letters_about_one_request_keep_their_order(office: Office) -> None:
    draft = await office.draft()
    reference = (await office.meetings.record(draft)).meeting["reference"]
    office.box.broken = SendFailed("down")
    await office.postman.deliver_due()
    office.clock.forward(seconds=1)
    await office.meetings.cancel(reference, draft.conversation, draft.draft_id, None)
    office.box.broken = None
    await office.post()
    assert not office.box.to(FAMILY)
    office.clock.forward(minutes=1)
    await office.post()
    assert [one.letter.subject.split(",")[0] for one in office.box.to(FAMILY)] == ["We have your request", "Cancelled"]


async def test_the_days_count_comes_once_a_day_at_eight_also_when_it_is_none(office: Office) -> None:
    office.clock.now = office.clock.now.replace(hour=7)
    await office.meetings.keep_up()
    assert await office.post() == []
    subjects = []
    for _ in range(26):
        office.clock.forward(hours=1)
        await together(office.meetings.keep_up(), office.meetings.keep_up())
        await office.post()
        subjects = [one.letter.subject for one in office.box.taken]
    assert subjects == ["0 waiting", "0 waiting"]
    await office.meetings.record(await office.draft())
    await office.meetings.hand_off(await office.handoff())
    office.clock.forward(hours=24)
    await office.meetings.keep_up()
    await office.post()
    assert "2 waiting" in [one.letter.subject for one in office.box.taken]


async def test_what_nobody_looked_at_for_a_working_day_is_overdue_once(office: Office) -> None:
    office.clock.now = office.clock.now.replace(day=5)  # a Friday
    first = (await office.meetings.record(await office.draft())).meeting["reference"]
    second = (await office.meetings.record(await office.draft())).meeting["reference"]
    await office.meetings.seen(second, "Khan")
    overdue = []
    for _ in range(4):
        await office.meetings.keep_up()
        await office.post()
        overdue.append([one.letter.text for one in office.box.taken if one.letter.subject == "An item is overdue"])
        office.clock.forward(days=1)
    assert [len(one) for one in overdue] == [0, 0, 0, 1]
    assert first in overdue[-1][0]


async def test_erasing_a_request_erases_what_was_still_to_be_sent(office: Office) -> None:
    draft = await office.draft()
    await office.meetings.record(draft)
    await office.records.conversations.delete(draft.conversation, HASH, office.clock.now)
    office.clock.forward(days=181)
    await office.meetings.keep_up()
    await office.post()
    assert not office.box.to(FAMILY)


async def test_no_log_repeats_an_address_or_a_text(
    office: Office, mail_server: MailServer, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(0)
    mail_server.refuse = f"550 <{FAMILY}> unknown"
    await office.meetings.record(await office.draft())
    await postman(office, smtp(mail_server.port)).deliver_due()
    ours = "\n".join(record.getMessage() for record in caplog.records if record.name.startswith("web"))
    assert "550" in ours
    assert FAMILY not in ours
    assert FAMILY not in await office.records.dump()


async def test_the_folder_takes_letters_as_files_that_only_the_owner_can_read(office: Office) -> None:
    from web.notify.folder import FolderSender

    folder = office.records.settings.data_dir / "outbox"
    letter = Letter(FAMILY, "Hello", "text")
    envelope = Envelope("an-id", office.clock.now, letter)
    for _ in range(2):
        await FolderSender(folder).send(envelope)
    (file,) = folder.iterdir()
    assert file.stat().st_mode & 0o077 == 0
    assert b"Subject: Hello" in file.read_bytes()
    (folder.parent / "taken").write_text("a file")
    with pytest.raises(SendFailed, match="folder"):
        await FolderSender(folder.parent / "taken").send(envelope)
