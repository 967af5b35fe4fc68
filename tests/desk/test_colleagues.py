"""When somebody leaves, nothing that was theirs is left lying."""

from __future__ import annotations

import pytest

from tests.desk.night import Night
from tests.desk.office import Desk, Person
from tests.desk.test_item import act
from web.keys import POSTMAN


async def their_items(desk: Desk, night: Night) -> tuple[Person, str, str]:
    """Amira, who has a meeting and a question that she rang about."""
    amira = await desk.signed_in("coordinator")
    meeting, question = await night.meeting(), await night.handoff()
    await act(amira, meeting, "take")
    await act(amira, question, "contact", way="phone", outcome="no_answer")
    return amira, meeting, question


@pytest.mark.parametrize(
    ("action", "fields"), [("disable", {}), ("role", {"role": "administrator"})], ids=["disabled", "administrator"]
)
async def test_what_somebody_had_who_may_not_work_on_it_any_more_needs_somebody_and_that_is_in_its_history(
    desk: Desk, night: Night, action: str, fields: dict[str, str]
) -> None:
    amira, meeting, question = await their_items(desk, night)
    assert amira.member is not None
    ade, maya = await desk.signed_in("administrator"), await desk.signed_in("manager")
    await ade.post(f"/desk/colleagues/{amira.member.id}/{action}", "/desk/colleagues", **fields)
    page = await maya.get("/desk/requests?view=unassigned")
    assert meeting in page.words and question in page.words
    assert page.words.count("It needs somebody: its owner can't work on it any more") == 2
    page = await maya.get(f"/desk/requests/{meeting}")
    assert "Whose Nobody's" in page.words and "Seen" in page.words
    assert "gave it back to everybody, as its owner can't work on it any more: Amira Khan" in page.words
    page = await maya.get(f"/desk/requests/{question}")
    assert "Contact tried" in page.words, "how far it is stays known"
    page = await act(maya, meeting, "take")
    assert "It is saved" in page.words and "It needs somebody" not in page.words


async def test_what_is_somebodys_who_can_not_sign_in_comes_back_however_it_became_theirs(
    desk: Desk, night: Night
) -> None:
    amira, meeting, question = await their_items(desk, night)
    assert amira.member is not None
    await act(amira, question, "status", stage="done")
    ade, maya = await desk.signed_in("administrator"), await desk.signed_in("manager")
    await ade.post(f"/desk/colleagues/{amira.member.id}/disable", "/desk/colleagues")
    assert "Whose Amira Khan" in (await maya.get(f"/desk/requests/{question}")).words, "what is closed stays as it was"
    await act(maya, question, "reopen")
    for _ in range(2):
        await desk.casework.keep_up()
    desk.clock.forward(hours=23)
    await desk.meetings.keep_up()
    await desk.app[POSTMAN].deliver_due()
    assert desk.letters.taken[-1].letter.subject == "2 waiting", "both are in the morning's count"
    page = await (await desk.signed_in("manager", "Next Morning")).get("/desk/requests?view=unassigned")
    assert meeting in page.words and question in page.words
    what = [what for _who, what, _detail in await desk.happened()]
    assert what.count("owner_left") == 2, "once for each"


async def test_what_is_somebody_elses_stays_theirs(desk: Desk, night: Night) -> None:
    _amira, meeting, _question = await their_items(desk, night)
    robin, ade = await desk.signed_in("reviewer"), await desk.signed_in("administrator")
    assert robin.member is not None
    await ade.post(f"/desk/colleagues/{robin.member.id}/disable", "/desk/colleagues")
    page = await (await desk.signed_in("manager")).get(f"/desk/requests/{meeting}")
    assert "Whose Amira Khan" in page.words and "Assigned" in page.words
