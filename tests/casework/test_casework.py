"""Casework on SQLite and on PostgreSQL: lists, search, and that nobody overwrites anybody."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import insert, update

from tests.meetings.conftest import office
from tests.meetings.office import Office, change
from tests.records.conftest import records
from web.accounts.roles import Member, Role
from web.casework.items import SORTS, VIEWS, Asked
from web.casework.service import Casework
from web.meetings.kinds import Draft, DraftHandoff, Overtaken, Refused
from web.records.events import Event
from web.records.keys import Keys, new_key
from web.records.tables import Tables

__all__ = ["office", "records"]
OPENED = ("viewed", "words_read")
KEEP = timedelta(days=180)


@pytest.fixture
def casework(office: Office) -> Casework:  # noqa: F811  the fixture of that name
    """The desk's work on that office's records."""
    return Casework(
        office.records.tables, office.records.keys, office.records.database, office.clock, KEEP, office.meetings.telling
    )


async def colleague(office: Office, name: str = "Amira Khan", role: Role = Role.COORDINATOR) -> Member:  # noqa: F811
    """Somebody who may sign in."""
    member = Member(str(uuid4()), f"{uuid4().hex[:8]}@example.org", name, role)
    row = {"id": member.id, "email": member.email, "name": name, "role": role.value, "last_step": 0}
    await office.records.database.run(
        lambda c: c.execute(insert(office.records.tables.staff), {**row, "created_at": office.clock.now})
    )
    return member


async def reference_of(office: Office) -> str:  # noqa: F811
    """A meeting that was just asked for."""
    return str((await office.meetings.record(await office.draft())).meeting["reference"])


@pytest.mark.parametrize("sort", SORTS)
async def test_every_view_in_every_order_shows_what_it_says(office: Office, casework: Casework, sort: str) -> None:  # noqa: F811
    me = await colleague(office)
    mine, nobodys = await reference_of(office), await reference_of(office)
    question, _new = await office.meetings.hand_off(await office.handoff())
    await casework.assign(mine, me, 0, me.id)
    await casework.set_stage(question["reference"], me, 0, "done", {})
    await office.meetings.keep_up()
    office.clock.forward(days=3)
    wanted = {
        "open": {mine, nobodys},
        "mine": {mine},
        "unassigned": {nobodys},
        "overdue": {mine, nobodys},
        "closed": {question["reference"]},
        "all": {mine, nobodys, question["reference"]},
    }
    for view in VIEWS:
        listed, counts = await casework.listed(me, Asked(view=view, sort=sort, me=me.id), "")
        assert {line.reference for line in listed.lines} == wanted[view], view
        assert listed.count == counts[view] == len(wanted[view]), view


async def test_many_may_search_at_once_for_what_is_new(office: Office, casework: Casework) -> None:  # noqa: F811
    me = await colleague(office)
    for _ in range(3):
        await reference_of(office)
    await asyncio.gather(*(casework.listed(me, Asked(view="all"), "rose") for _ in range(6)))
    listed, _counts = await casework.listed(me, Asked(view="all"), "rose")
    assert listed.count == 3


async def test_items_are_found_by_words_and_again_after_keys_have_changed(office: Office, casework: Casework) -> None:  # noqa: F811
    me = await colleague(office)
    reference = await reference_of(office)
    for written in ("rose", "canary ROSE", "rose.canary@example.org", "07700 900123"):
        listed, _counts = await casework.listed(me, Asked(view="all"), written)
        assert [line.reference for line in listed.lines] == [reference], written
    newer = Keys([new_key(), *office.records.settings.secret_keys])
    again = Casework(Tables(newer), newer, office.records.database, office.clock, KEEP, office.meetings.telling)
    listed, _counts = await again.listed(me, Asked(view="all"), "rose")
    assert [line.reference for line in listed.lines] == [reference]


async def test_of_many_who_take_an_item_at_once_one_has_it(office: Office, casework: Casework) -> None:  # noqa: F811
    people = [await colleague(office, f"Colleague {number}") for number in range(6)]
    reference = await reference_of(office)
    done: list[Any] = await asyncio.gather(
        *[casework.assign(reference, one, 0, one.id) for one in people], return_exceptions=True
    )
    assert sum(one is None for one in done) == 1
    assert sum(isinstance(one, Overtaken) for one in done) == 5
    owner = (await office.records.rows("requests"))[0].owner_id
    assert owner == people[done.index(None)].id


async def test_what_a_family_changes_raises_the_version_and_its_words_come_back_readable(
    office: Office,  # noqa: F811
    casework: Casework,
) -> None:
    me = await colleague(office)
    draft = await office.draft()
    reference = (await office.meetings.record(draft)).meeting["reference"]
    await office.meetings.change(reference, change(draft.conversation, when="only Fridays"))
    with pytest.raises(Overtaken):
        await casework.note(reference, me, 0, "late")
    opened = await casework.view(reference, me)
    await casework.note(reference, me, opened.item.row.version, "Canary note")
    opened = await casework.view(reference, me)
    assert [one.note for one in opened.contacts] == ["Canary note"]
    assert ("when", "tuesdays after 2", "only Fridays") in [(one.field, one.old, one.new) for one in opened.trail]


async def test_a_reviewer_can_do_nothing_with_what_is_not_theirs(office: Office, casework: Casework) -> None:  # noqa: F811
    reviewer = await colleague(office, "Robin", Role.REVIEWER)
    reference = await reference_of(office)
    for work in (
        casework.view(reference, reviewer),
        casework.read(reference, reviewer, Event.WORDS_READ, "first_look"),
        casework.note(reference, reviewer, 0, "x"),
        casework.assign(reference, reviewer, 0, reviewer.id),
        casework.check(reference, reviewer),
    ):
        with pytest.raises(Refused):
            await work
    assert not [row for row in await office.records.rows("history") if row.who == "Robin"]


async def test_whoever_rings_is_entered_once_however_often_the_form_comes(office: Office, casework: Casework) -> None:  # noqa: F811
    me = await colleague(office)
    draft = Draft(str(uuid4()), "", dict((await office.draft()).details))
    first, again = [await office.meetings.enter(draft, me.name, me.id) for _ in range(2)]
    assert first == again and first[1] is not None
    handoff = DraftHandoff(str(uuid4()), "", "question", {"text": "Canary", "name": "Rose"})
    assert len({await office.meetings.enter_handoff(handoff, me.name, me.id) for _ in range(2)}) == 1
    listed, _counts = await casework.listed(me, Asked(view="mine", me=me.id), "")
    assert listed.count == 2


async def test_what_nobody_goes_on_with_comes_back_once_each_time(office: Office, casework: Casework) -> None:  # noqa: F811
    me = await colleague(office)
    reference = await reference_of(office)
    for days in (0, 2, 0):
        office.clock.forward(days=days)
        await office.meetings.keep_up()
    opened = await casework.view(reference, me)
    assert opened.item.row.attention == "overdue"
    await casework.contacted(reference, me, opened.item.row.version, "phone", "no_answer", None, "")
    assert (await casework.view(reference, me)).item.row.attention is None
    office.clock.forward(days=5)
    for _ in range(2):
        await office.meetings.keep_up()
    what = [row.what for row in await office.records.rows("history")]
    assert what.count("came_back") == 2
    kinds = [row.kind for row in await office.records.rows("outbox")]
    assert kinds.count("staff_overdue") == 2


async def test_what_staff_work_on_is_kept_from_the_day_on_which_they_did(office: Office, casework: Casework) -> None:  # noqa: F811
    me = await colleague(office)
    meeting, offered, left = [await reference_of(office) for _ in range(3)]
    question, _new = await office.meetings.hand_off(await office.handoff())
    office.clock.forward(days=179)
    for reference in (meeting, question["reference"]):
        await casework.note(reference, me, 0, "Canary: rings again in spring")
    (time,) = await office.publish("2037-03-30 14:00")
    await office.meetings.offer(offered, [time.id], me.name)
    office.clock.forward(days=2)
    await office.meetings.keep_up()
    for reference in (meeting, question["reference"], offered):
        assert (await casework.view(reference, me)).item.row.reference == reference
    with pytest.raises(Refused):
        await casework.view(left, me)
    office.clock.forward(days=178)
    await office.meetings.keep_up()
    for reference in (meeting, question["reference"], offered):
        with pytest.raises(Refused):
            await casework.view(reference, me)


async def test_a_note_never_shortens_how_long_a_meeting_to_come_is_kept(office: Office, casework: Casework) -> None:  # noqa: F811
    me = await colleague(office)
    (time,) = await office.publish("2037-03-30 14:00", instant=True)
    reference = (await office.meetings.record(await office.draft(time.id))).meeting["reference"]
    before = (await casework.view(reference, me)).item.row
    await casework.note(reference, me, before.version, "Canary")
    after = (await casework.view(reference, me)).item.row
    assert after.delete_after == before.delete_after == time.ends_at + KEEP


async def test_an_item_is_given_only_to_those_who_work_on_items(office: Office, casework: Casework) -> None:  # noqa: F811
    me, gone = await colleague(office), await colleague(office, "Gone")
    administrator = await colleague(office, "Ade", Role.ADMINISTRATOR)
    staff = office.records.tables.staff
    disabled = update(staff).where(staff.c.id == gone.id).values(disabled_at=office.clock.now)
    await office.records.database.run(lambda c: c.execute(disabled))
    reference = await reference_of(office)
    for id in (gone.id, administrator.id, str(uuid4())):
        with pytest.raises(Refused, match="from the list"):
            await casework.assign(reference, me, 0, id)
    await casework.assign(reference, me, 0, me.id)


async def test_what_a_disabled_colleague_had_comes_back_once_however_many_look(
    office: Office,  # noqa: F811
    casework: Casework,
) -> None:
    me, staff = await colleague(office), office.records.tables.staff
    reference = await reference_of(office)
    await casework.assign(reference, me, 0, me.id)
    await casework.release()
    assert (await office.records.rows("requests"))[0].owner_id == me.id
    gone = update(staff).where(staff.c.id == me.id).values(disabled_at=office.clock.now)
    await office.records.database.run(lambda c: c.execute(gone))
    await asyncio.gather(*(casework.release() for _ in range(6)))
    row = (await office.records.rows("requests"))[0]
    assert (row.owner_id, row.stage, row.attention) == (None, "seen", "unowned")
    assert [line[0] for line in await office.history("what")].count(Event.OWNER_LEFT) == 1


async def test_what_comes_back_is_told_to_the_shared_mailbox_once_and_still_says_why_it_needed_a_look(
    office: Office,  # noqa: F811
    casework: Casework,
) -> None:
    me, leaver, staff = await colleague(office), await colleague(office, "Gone"), office.records.tables.staff
    draft = await office.draft()
    changed = str((await office.meetings.record(draft)).meeting["reference"])
    quiet = await reference_of(office)
    for reference in (changed, quiet):
        await casework.assign(reference, me, 0, leaver.id)
    await office.meetings.change(changed, change(draft.conversation, when="only Fridays"))
    told = len(await office.post())
    gone = update(staff).where(staff.c.id == leaver.id).values(disabled_at=office.clock.now)
    await office.records.database.run(lambda c: c.execute(gone))
    await asyncio.gather(*(casework.release() for _ in range(6)))
    letters = [envelope.letter for envelope in (await office.post())[told:]]
    assert sorted(reference for letter in letters for reference in (changed, quiet) if reference in letter.text) == (
        sorted([changed, quiet])
    )
    listed, _counts = await casework.listed(me, Asked(view="unassigned"), "")
    assert {line.reference: line.attention for line in listed.lines} == {changed: "changed", quiet: "unowned"}
