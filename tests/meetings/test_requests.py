"""What families are promised about a meeting they asked for."""

from __future__ import annotations

import asyncio
import re
from dataclasses import replace

import pytest

from tests.meetings.office import DETAILS, HASH, Office, change, together
from web.meetings.kinds import NoConversation, NotTheirs, TimeTaken, Wait
from web.records.keys import Keys, new_key
from web.records.rotation import rotate_keys
from web.records.tables import Tables

TIME = "2027-03-30 14:00"


async def test_a_request_has_a_reference_and_a_code_that_can_be_read_aloud(office: Office) -> None:
    recorded = await office.meetings.record(await office.draft())
    assert re.fullmatch(r"[FHKMRTWXY]{3}-\d{3}-\d{2}", recorded.meeting["reference"])
    assert re.fullmatch(r"\d{6}", recorded.code or "")
    assert recorded.meeting["status"] == "requested"
    assert recorded.meeting["contact"] == DETAILS["contact"]
    assert recorded.meeting["when"] == DETAILS["when"]
    assert recorded.meeting["code"] is None


async def test_the_same_draft_again_is_the_same_request_with_the_same_code(office: Office) -> None:
    draft = await office.draft()
    first = await office.meetings.record(draft)
    again = await office.meetings.record(draft)
    assert (first.new, again.new) == (True, False)
    assert (again.meeting, again.code) == (first.meeting, first.code)
    assert len(await office.records.rows("requests")) == 1


async def test_a_draft_sent_several_times_at_once_is_recorded_once(office: Office) -> None:
    (time,) = await office.publish(TIME)
    draft = await office.draft(time.id)
    results = await together(*(office.meetings.record(draft) for _ in range(8)))
    assert {result.meeting["reference"] for result in results} == {results[0].meeting["reference"]}
    assert {result.code for result in results} == {results[0].code}
    assert sum(result.new for result in results) == 1


async def test_nobody_else_can_repeat_a_draft_to_learn_its_code(office: Office) -> None:
    draft = await office.draft()
    await office.meetings.record(draft)
    with pytest.raises(NotTheirs):
        await office.meetings.record(replace(draft, conversation=await office.conversation()))


async def test_a_conversation_that_was_deleted_meanwhile_records_nothing(office: Office) -> None:
    draft = await office.draft()
    await office.records.conversations.delete(draft.conversation, HASH, office.clock.now)
    with pytest.raises(NoConversation):
        await office.meetings.record(draft)
    assert not await office.records.rows("requests")
    assert not await office.records.rows("outbox")


async def test_deleting_the_conversation_leaves_the_request_without_its_tie(office: Office) -> None:
    draft = await office.draft()
    await office.meetings.record(draft)
    await office.records.conversations.delete(draft.conversation, HASH, office.clock.now)
    assert len(await office.records.rows("requests")) == 1
    assert not await office.records.rows("ties")
    assert draft.conversation not in await office.records.dump()


async def test_nothing_personal_can_be_read_in_the_database(office: Office) -> None:
    draft = replace(await office.draft(), attach_conversation=True)
    recorded = await office.meetings.record(draft)
    reference = recorded.meeting["reference"]
    await office.meetings.change(reference, change(draft.conversation, name="Rosa Canary", when="never on Mondays"))
    await office.meetings.note(reference, draft.conversation, str(draft.draft_id), "other", "Canary note")
    await office.meetings.hand_off(await office.handoff())
    dump = await office.records.dump()
    for secret in ("Canary", "canary", "07700", "tuesdays", "Mondays", "sister", "Urdu", "his mum", str(recorded.code)):
        assert secret not in dump, secret


@pytest.mark.parametrize("attach", [True, False])
async def test_the_conversation_goes_along_only_if_the_family_says_so(office: Office, attach: bool) -> None:
    await office.meetings.record(replace(await office.draft(), attach_conversation=attach))
    ((record, _meeting),), _handoffs = await office.meetings.listed()
    attached = record.key.open(record.row.attached) if record.row.attached else None
    assert ("Canary greeting" in str(attached)) == attach


async def test_a_conversation_sees_what_it_asked_for_newest_first_and_nothing_of_others(office: Office) -> None:
    draft = await office.draft()
    first = await office.meetings.record(draft)
    office.clock.forward(minutes=1)
    second = await office.meetings.record(await office.draft(conversation=draft.conversation, name="for my sister"))
    await office.meetings.record(await office.draft())
    requests, handoffs = await office.meetings.of_conversation(draft.conversation)
    assert [one["reference"] for one in requests] == [second.meeting["reference"], first.meeting["reference"]]
    assert [one["code"] for one in requests] == [None, None]
    assert handoffs == []


async def test_a_conversation_has_at_most_five_live_requests(office: Office) -> None:
    conversation = await office.conversation()
    for _ in range(5):
        await office.meetings.record(await office.draft(conversation=conversation))
    with pytest.raises(Wait):
        await office.meetings.record(await office.draft(conversation=conversation))


async def test_a_change_is_kept_as_who_when_which_field_from_what_to_what(office: Office) -> None:
    draft = await office.draft()
    reference = (await office.meetings.record(draft)).meeting["reference"]
    changed = await office.meetings.change(
        reference, change(draft.conversation, contact="rosa@example.org", name="Rosa")
    )
    assert (changed["name"], changed["contact"]) == ("Rosa", "rosa@example.org")
    assert changed["when"] == DETAILS["when"]
    ((record, _),), _handoffs = await office.meetings.listed()
    rows = [row for row in await office.records.rows("history") if row.what == "changed"]
    kept = {row.field: (record.key.open(row.old), record.key.open(row.new)) for row in rows}
    assert kept == {"name": ("Rose Canary", "Rosa"), "contact": (DETAILS["contact"], "rosa@example.org")}
    assert {row.who for row in rows} == {"family"}


async def test_the_same_change_again_changes_nothing_more(office: Office) -> None:
    draft = await office.draft()
    reference = (await office.meetings.record(draft)).meeting["reference"]
    first = change(draft.conversation, name="Rosa")
    await office.meetings.change(reference, first)
    await office.meetings.change(reference, change(draft.conversation, name="Rosalind"))
    again = await office.meetings.change(reference, first)
    assert again["name"] == "Rosalind"


async def test_another_conversation_can_change_cancel_and_note_nothing(office: Office) -> None:
    reference = (await office.meetings.record(await office.draft())).meeting["reference"]
    other, before = await office.conversation(), await office.records.rows("history")
    for refused in (
        office.meetings.change(reference, change(other, name="x")),
        office.meetings.cancel(reference, other, other, None),
        office.meetings.note(reference, other, other, "other", "x"),
        office.meetings.cancel("XXX-000-00", other, other, None),
    ):
        with pytest.raises(NotTheirs):
            await refused
    assert await office.records.rows("history") == before


async def test_cancelling_frees_the_time_and_again_is_harmless(office: Office) -> None:
    (time,) = await office.publish(TIME)
    draft = await office.draft(time.id)
    reference = (await office.meetings.record(draft)).meeting["reference"]
    for _ in range(2):
        cancelled = await office.meetings.cancel(reference, draft.conversation, draft.draft_id, "we are away")
        assert (cancelled["status"], cancelled["starts_at"]) == ("cancelled", None)
    assert [one.id for one in await office.meetings.fitting_times("", "either")] == [time.id]
    assert [what for (what,) in await office.history("what")].count("cancelled") == 2  # its status and its reason


async def test_a_cancelled_request_can_come_back_without_saying_all_again(office: Office) -> None:
    draft = await office.draft()
    reference = (await office.meetings.record(draft)).meeting["reference"]
    await office.meetings.cancel(reference, draft.conversation, draft.draft_id, None)
    back = await office.meetings.change(reference, change(draft.conversation, when="any Friday"))
    assert (back["status"], back["when"], back["name"]) == ("requested", "any Friday", DETAILS["name"])


async def test_moving_to_another_time_gives_the_old_one_back(office: Office) -> None:
    first, second = await office.publish(TIME, "2027-03-31 10:00")
    draft = await office.draft(first.id)
    reference = (await office.meetings.record(draft)).meeting["reference"]
    moved = await office.meetings.change(reference, change(draft.conversation, {"time_id": second.id}))
    assert (moved["status"], moved["starts_at"]) == ("held", "2027-03-31T09:00:00Z")
    assert [one.id for one in await office.meetings.fitting_times("", "either")] == [first.id]
    without = await office.meetings.change(reference, change(draft.conversation, {"time_id": None}, when="in May"))
    assert (without["status"], without["starts_at"]) == ("requested", None)


async def test_moving_to_a_time_that_is_taken_keeps_the_old_one(office: Office) -> None:
    first, second = await office.publish(TIME, "2027-03-31 10:00")
    await office.meetings.record(await office.draft(second.id))
    draft = await office.draft(first.id)
    reference = (await office.meetings.record(draft)).meeting["reference"]
    with pytest.raises(TimeTaken):
        await office.meetings.change(reference, change(draft.conversation, {"time_id": second.id}, name="Rosa"))
    (meeting,), _ = await office.meetings.of_conversation(draft.conversation)
    assert (meeting["status"], meeting["starts_at"], meeting["name"]) == ("held", "2027-03-30T13:00:00Z", "Rose Canary")


async def test_running_late_reaches_staff_once(office: Office) -> None:
    draft = await office.draft()
    reference = (await office.meetings.record(draft)).meeting["reference"]
    for _ in range(2):
        await office.meetings.note(reference, draft.conversation, draft.draft_id[::-1], "running_late", "ten minutes")
    ((record, _),), _handoffs = await office.meetings.listed()
    assert record.row.attention == "running_late"
    (contact,) = await office.records.rows("contacts")
    assert record.key.open(contact.note) == "ten minutes"


async def test_what_is_too_old_is_erased_with_its_history_unreadable_and_its_reference_kept(office: Office) -> None:
    draft = await office.draft()
    recorded = await office.meetings.record(draft)
    await office.meetings.change(recorded.meeting["reference"], change(draft.conversation, name="Rosa"))
    ((record, _),), _handoffs = await office.meetings.listed()
    office.clock.forward(days=181)
    await office.meetings.keep_up()
    (row,) = await office.records.rows("requests")
    assert (row.key, row.details, row.code, row.code_hash) == (None, None, None, None)
    assert row.reference == recorded.meeting["reference"]
    assert await office.meetings.listed() == ([], [])
    assert not await office.records.rows("contacts")
    assert "erased" in [what for (what,) in await office.history("what")]
    assert record.key.text.encode() not in (await office.records.dump()).encode()


async def test_a_meeting_is_kept_until_long_after_it_took_place(office: Office) -> None:
    (time,) = await office.publish("2027-08-02 10:00")
    await office.meetings.record(await office.draft(time.id))
    office.clock.forward(days=181)
    await office.meetings.keep_up()
    assert len((await office.meetings.listed())[0]) == 1
    office.clock.forward(days=200)
    await office.meetings.keep_up()
    assert await office.meetings.listed() == ([], [])


async def test_the_code_itself_is_forgotten_when_no_answer_can_be_lost_any_more(office: Office) -> None:
    recorded = await office.meetings.record(await office.draft())
    office.clock.forward(hours=25)
    await office.meetings.keep_up()
    (row,) = await office.records.rows("requests")
    assert row.code is None
    found = await office.meetings.find(
        await office.conversation(), recorded.meeting["reference"], str(recorded.code), None
    )
    assert found["reference"] == recorded.meeting["reference"]


async def test_after_the_services_keys_were_rotated_requests_and_codes_still_open(office: Office) -> None:
    recorded = await office.meetings.record(await office.draft())
    new = new_key()
    both = Keys([new, *office.records.settings.secret_keys])
    await rotate_keys(office.records.database, Tables(both))
    after = Office(replace(office.records, keys=Keys([new]), tables=Tables(Keys([new]))))
    other = await office.conversation()
    found = await after.meetings.find(other, recorded.meeting["reference"], str(recorded.code), None)
    assert found["name"] == DETAILS["name"]


async def test_changing_and_cancelling_at_once_ends_in_one_of_the_two_whole(office: Office) -> None:
    (time,) = await office.publish(TIME)
    draft = await office.draft()
    reference = (await office.meetings.record(draft)).meeting["reference"]
    await asyncio.gather(
        office.meetings.change(reference, change(draft.conversation, {"time_id": time.id})),
        office.meetings.cancel(reference, draft.conversation, draft.draft_id, None),
    )
    (meeting,), _ = await office.meetings.of_conversation(draft.conversation)
    free = await office.meetings.fitting_times("", "either")
    assert (meeting["status"], len(free)) in (("cancelled", 1), ("held", 0))
