"""What is passed on to staff is passed on once, in the family's words, urgent things first."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.meetings.office import HASH, Office, together
from web.meetings.kinds import NoConversation, NotTheirs, Refused, Wait


async def test_it_has_a_reference_and_again_is_the_same(office: Office) -> None:
    draft = await office.handoff()
    results = await together(*(office.meetings.hand_off(draft) for _ in range(5)))
    assert sum(new for _shown, new in results) == 1
    assert len({shown["reference"] for shown, _new in results}) == 1
    shown, _new = results[0]
    assert (shown["kind"], shown["status"], shown["urgent"], shown["text"]) == (
        "question",
        "new",
        False,
        "Canary question",
    )


async def test_nobody_else_can_repeat_it_and_a_deleted_conversation_passes_nothing_on(office: Office) -> None:
    draft = await office.handoff()
    await office.meetings.hand_off(draft)
    with pytest.raises(NotTheirs):
        await office.meetings.hand_off(replace(draft, conversation=await office.conversation()))
    gone = await office.handoff()
    await office.records.conversations.delete(gone.conversation, HASH, office.clock.now)
    with pytest.raises(NoConversation):
        await office.meetings.hand_off(gone)
    assert len(await office.records.rows("handoffs")) == 1


async def test_urgent_ones_come_first_and_stay_until_somebody_looked(office: Office) -> None:
    await office.meetings.hand_off(await office.handoff("complaint"))
    urgent, _new = await office.meetings.hand_off(await office.handoff("urgent"))
    _requests, handoffs = await office.meetings.listed()
    assert [one.row.kind for one in handoffs] == ["urgent", "complaint"]
    await office.meetings.seen(urgent["reference"], "Khan")
    _requests, handoffs = await office.meetings.listed()
    assert [one.row.stage for one in handoffs] == ["seen", "new"]
    with pytest.raises(Refused):
        await office.meetings.seen("XXX-000-00", "Khan")


async def test_a_conversation_passes_on_at_most_ten_things(office: Office) -> None:
    first = await office.handoff()
    for _ in range(10):
        await office.meetings.hand_off(replace(await office.handoff(), conversation=first.conversation))
    with pytest.raises(Wait):
        await office.meetings.hand_off(first)


async def test_it_is_erased_in_time(office: Office) -> None:
    await office.meetings.hand_off(await office.handoff())
    office.clock.forward(days=181)
    await office.meetings.keep_up()
    (row,) = await office.records.rows("handoffs")
    assert (row.key, row.details, row.attached) == (None, None, None)
