"""One item: nobody overwrites anybody, what is distressing is folded away, and everything is in the history."""

from __future__ import annotations

import re
from typing import Any

import pytest

from tests.desk.night import SAID, Night
from tests.desk.office import Desk, Page, Person
from tests.meetings.office import change

VERSION = re.compile(r'name="version" value="(\d+)"')


async def act(person: Person, reference: str, action: str, /, **fields: Any) -> Page:
    """Send one of the forms on an item's page, as it stands there now."""
    page = await person.get(f"/desk/requests/{reference}")
    found = VERSION.search(page.html)
    assert found, page.words
    sent = {"token": page.token, "version": found[1], **fields}
    return await person.send(f"/desk/requests/{reference}/{action}", sent)


async def test_what_a_family_wrote_is_folded_away_until_somebody_opens_it_and_that_is_written_down(
    desk: Desk, night: Night
) -> None:
    reference = await night.urgent()
    person = await desk.signed_in("coordinator")
    page = await person.get(f"/desk/requests/{reference}")
    assert SAID not in page.html and "Canary conversation" not in page.html
    assert "It may be distressing" in page.words
    assert "nobody watches the chat" in page.words and "follow the local procedure" in page.words
    page = await act(person, reference, "words", words_reason="danger")
    assert SAID in page.words and "Canary conversation" not in page.html
    assert ("Amira Khan", "words_read", "Checking whether somebody is in danger") in await desk.happened()
    assert SAID not in (await person.get(f"/desk/requests/{reference}")).html


async def test_a_conversation_is_shown_only_with_a_reason(desk: Desk, night: Night) -> None:
    reference = await night.urgent()
    person = await desk.signed_in("coordinator")
    page = await act(person, reference, "conversation", conversation_reason="")
    assert page.status == 422 and "Canary conversation" not in page.html
    assert page.title.startswith("Error: ")
    page = await act(person, reference, "conversation", conversation_reason="calling")
    assert "Canary conversation" in page.words
    assert ("Amira Khan", "transcript_read", "About to contact the family") in await desk.happened()


async def test_opening_a_record_is_in_the_history_once_for_one_look(desk: Desk, night: Night) -> None:
    reference = await night.meeting()
    person = await desk.signed_in("coordinator")
    for _ in range(3):
        await person.get(f"/desk/requests/{reference}")
    assert (await desk.happened()).count(("Amira Khan", "viewed", None)) == 1
    desk.clock.forward(minutes=6)
    await person.get(f"/desk/requests/{reference}")
    assert (await desk.happened()).count(("Amira Khan", "viewed", None)) == 2


async def test_who_takes_it_has_it(desk: Desk, night: Night) -> None:
    reference = await night.meeting()
    person = await desk.signed_in("coordinator")
    page = await act(person, reference, "take")
    assert "It is saved" in page.words and "Assigned" in page.words
    assert ("Amira Khan", "assigned", "Amira Khan") in await desk.happened()
    assert reference in (await person.get("/desk/requests?view=mine")).words


async def test_two_people_are_told_of_each_other_and_neither_overwrites_the_other(desk: Desk, night: Night) -> None:
    reference = await night.meeting()
    amira, maya = await desk.signed_in("coordinator"), await desk.signed_in("manager")
    before = await amira.get(f"/desk/requests/{reference}")
    page = await maya.get(f"/desk/requests/{reference}")
    assert "Amira Khan opened this just now" in page.words
    assert "Maya Manager opened this" not in page.words
    desk.clock.forward(seconds=5)
    await act(maya, reference, "status", stage="spoken")
    late = {"token": before.token, "version": "0", "note": "Canary: my careful note"}
    page = await amira.send(f"/desk/requests/{reference}/note", late)
    assert page.status == 409
    assert "Nothing was saved: Maya Manager was faster (changed the status)" in page.words
    assert "Canary: my careful note" in page.words, "what was typed is still there"
    assert not await desk.rows("SELECT * FROM contacts")
    again = {"token": page.token, "version": VERSION.search(page.html)[1], "note": "Canary: my careful note"}  # type: ignore[index]
    page = await amira.send(f"/desk/requests/{reference}/note", again)
    assert page.status == 200 and "Canary: my careful note" in page.words


async def test_a_family_that_changes_its_request_meanwhile_is_not_overwritten_either(desk: Desk, night: Night) -> None:
    reference = await night.meeting()
    person = await desk.signed_in("coordinator")
    page = await person.get(f"/desk/requests/{reference}")
    desk.clock.forward(seconds=5)
    conversation = (await desk.rows("SELECT conversation_id FROM ties"))[0].conversation_id
    await desk.meetings.change(reference, change(conversation, when="only Fridays"))
    late = {"token": page.token, "version": "0", "stage": "done"}
    page = await person.send(f"/desk/requests/{reference}/status", late)
    assert page.status == 409 and "family was faster (changed it)" in page.words
    assert "only Fridays" in page.words


@pytest.mark.parametrize(
    ("way", "outcome", "stage"),
    [
        ("phone", "no_answer", "Contact tried"),
        ("phone", "message", "Contact tried"),
        ("phone", "spoke", "Spoken to"),
        ("email", "sent", "Contact tried"),
        ("letter", "sent", "Contact tried"),
        ("phone", "wrong", "Contact tried"),
    ],
)
async def test_each_contact_is_kept_with_how_when_and_what_came_of_it(
    desk: Desk, night: Night, way: str, outcome: str, stage: str
) -> None:
    reference = await night.handoff()
    person = await desk.signed_in("coordinator")
    page = await act(
        person, reference, "contact", way=way, outcome=outcome, day="2027-02-28", clock="16:30", contact_note="Canary"
    )
    assert stage in page.words
    assert "Sunday 28 February 2027, 4:30pm, Amira Khan Canary" in page.words
    assert "Whose Amira Khan" in page.words
    assert "Canary" not in str(await desk.rows("SELECT * FROM contacts"))


@pytest.mark.parametrize(
    ("fields", "why"),
    [
        ({"way": "", "outcome": "spoke"}, "Choose how you tried"),
        ({"way": "phone", "outcome": ""}, "Choose what came of it"),
        ({"way": "phone", "outcome": "spoke", "day": "tomorrow", "clock": "noon"}, "is not a time"),
        ({"way": "phone", "outcome": "spoke", "day": "2028-01-01", "clock": "10:00"}, "has not come yet"),
    ],
)
async def test_a_contact_that_is_not_whole_is_refused_in_plain_words_and_nothing_is_lost(
    desk: Desk, night: Night, fields: dict[str, str], why: str
) -> None:
    reference = await night.handoff()
    person = await desk.signed_in("coordinator")
    page = await act(person, reference, "contact", contact_note="Canary: long talk", **fields)
    assert page.status == 422 and why in page.words
    assert "Canary: long talk" in page.words
    assert "There is a problem" in page.words and page.title.startswith("Error: ")
    assert not await desk.rows("SELECT * FROM contacts")


@pytest.mark.parametrize(
    ("fields", "shown"),
    [
        ({"stage": "seen"}, "Seen"),
        ({"stage": "waiting", "waiting_for": "police", "days": "3"}, "Waiting for a check Police"),
        ({"stage": "waiting", "waiting_for": "cps", "days": "20"}, "Waiting for a check Crown Prosecution Service"),
        ({"stage": "done"}, "Done"),
        ({"stage": "passed_on", "reason": "to the hospital's team"}, "Passed on"),
        ({"stage": "no_reply", "reason": "four tries"}, "No reply"),
        ({"stage": "withdrawn", "reason": "they rang"}, "Withdrawn"),
    ],
)
async def test_every_status_can_be_set_and_a_closed_one_taken_up_again(
    desk: Desk, night: Night, fields: dict[str, str], shown: str
) -> None:
    reference = await night.handoff()
    person = await desk.signed_in("coordinator")
    page = await act(person, reference, "status", **fields)
    assert page.status == 200 and shown in page.words
    if fields["stage"] not in ("seen", "waiting"):
        assert "Take it up again" in page.words
        assert "Comes back Not by itself" in page.words
        page = await act(person, reference, "reopen")
        assert "Take it up again" not in page.words and "Comes back Tuesday 2 March" in page.words


@pytest.mark.parametrize(
    ("fields", "why"),
    [
        ({"stage": ""}, "Choose how far it is"),
        ({"stage": "booked"}, "Choose how far it is"),
        ({"stage": "erased"}, "Choose how far it is"),
        ({"stage": "waiting"}, "Choose whose check"),
        ({"stage": "waiting", "waiting_for": "police", "days": "400"}, "Let it wait 1 to 20"),
        ({"stage": "passed_on"}, "why"),
        ({"stage": "duplicate", "duplicate_of": "AAA-111-11"}, "There is nothing with the reference"),
    ],
)
async def test_a_status_that_lacks_something_is_refused(
    desk: Desk, night: Night, fields: dict[str, str], why: str
) -> None:
    reference = await night.handoff()
    page = await act(await desk.signed_in("coordinator"), reference, "status", **fields)
    assert page.status == 422 and why in page.words
    assert (await desk.rows("SELECT stage FROM handoffs"))[0].stage == "new"


async def test_a_duplicate_leads_to_the_other_one_and_never_to_itself(desk: Desk, night: Night) -> None:
    one, other = await night.handoff(), await night.meeting()
    person = await desk.signed_in("coordinator")
    page = await act(person, one, "status", stage="duplicate", duplicate_of=one)
    assert "this very item" in page.words
    page = await act(person, one, "status", stage="duplicate", duplicate_of=other.lower())
    assert f'href="/desk/requests/{other}"' in page.html


async def test_what_waits_comes_back_when_its_days_are_over(desk: Desk, night: Night) -> None:
    reference = await night.handoff()
    person = await desk.signed_in("coordinator")
    await act(person, reference, "status", stage="waiting", waiting_for="police", days="3")
    desk.clock.forward(days=2, hours=23)
    await desk.meetings.keep_up()
    person = await desk.signed_in("coordinator", "Next Day")
    assert "Overdue" not in (await person.get(f"/desk/requests/{reference}")).words
    desk.clock.forward(hours=2)
    await desk.meetings.keep_up()
    person = await desk.signed_in("coordinator", "Next Hour")
    page = await person.get(f"/desk/requests/{reference}")
    assert "Overdue" in page.words and "Came back" in page.words


async def test_times_are_put_forward_confirmed_moved_and_cancelled_and_the_family_is_told_each_time(
    desk: Desk, night: Night
) -> None:
    reference = await night.meeting()
    times = await night.times("2027-03-09 14:00", "2027-03-10 10:00", "2027-03-11 10:00", "2027-03-12 10:00")
    person = await desk.signed_in("coordinator")

    page = await act(person, reference, "offer", times=[time.id for time in times[:3]])
    assert "to choose from: Tuesday 9 March 2027, 2pm" in page.words
    page = await act(person, reference, "move", time=times[0].id, how="hold")
    assert "The family was told Held" in page.words
    page = await act(person, reference, "confirm")
    assert "Booked" in page.words and "The family was told Confirmed" in page.words
    page = await act(person, reference, "move", time=times[1].id, how="confirm")
    assert "Wednesday 10 March 2027, 10am" in page.words
    page = await act(person, reference, "cancel", cancel_reason="Canary: the reviewer is ill")
    assert "Withdrawn" in page.words and "The family was told Cancelled" in page.words

    letters = [row.kind for row in await desk.rows("SELECT kind FROM outbox WHERE about IS NOT NULL ORDER BY place")]
    told = ["requested", "offered", "held", "confirmed", "confirmed", "cancelled"]
    assert letters == [f"family_{kind}" for kind in told]
    assert "Canary: the reviewer is ill" in page.words, "the reason is in the item's own history"
    assert "reviewer is ill" not in str(await desk.rows("SELECT * FROM history")), "sealed"
    page = await act(person, reference, "reopen")
    assert "The family was told Requested" in page.words


async def test_no_more_than_three_times_are_put_forward_and_at_least_one(desk: Desk, night: Night) -> None:
    reference = await night.meeting()
    times = await night.times("2027-03-09 14:00", "2027-03-10 10:00", "2027-03-11 10:00", "2027-03-12 10:00")
    person = await desk.signed_in("coordinator")
    for ids in ([], [time.id for time in times]):
        page = await act(person, reference, "offer", times=ids)
        assert page.status == 422 and "Tick one to 3 times" in page.words


async def test_a_time_ticked_twice_is_put_forward_once(desk: Desk, night: Night) -> None:
    reference = await night.meeting()
    time = (await night.times("2027-03-09 14:00"))[0]
    person = await desk.signed_in("coordinator")
    page = await act(person, reference, "offer", times=[time.id, time.id])
    assert page.status == 200 and "to choose from: Tuesday 9 March 2027, 2pm" in page.words


async def test_of_two_who_confirm_at_once_one_wins_and_the_other_sees_who(desk: Desk, night: Night) -> None:
    time = (await night.times("2027-03-09 14:00"))[0]
    reference = await night.meeting(time.id)
    amira, maya = await desk.signed_in("coordinator"), await desk.signed_in("manager")
    page = await maya.get(f"/desk/requests/{reference}")
    sent = {"token": page.token, "version": VERSION.search(page.html)[1]}  # type: ignore[index]
    desk.clock.forward(seconds=5)
    await act(amira, reference, "confirm")
    page = await maya.send(f"/desk/requests/{reference}/confirm", sent)
    assert page.status == 409 and "Amira Khan was faster (confirmed the time)" in page.words


@pytest.mark.parametrize(("result", "shown"), [("took_place", "Done Took place"), ("missed", "Spoken to Missed")])
async def test_a_meeting_took_place_or_was_missed(desk: Desk, night: Night, result: str, shown: str) -> None:
    time = (await night.times("2027-03-09 14:00"))[0]
    reference = await night.meeting(time.id)
    person = await desk.signed_in("coordinator")
    page = await act(person, reference, "confirm")
    assert "Did the meeting take place?" not in page.words
    assert "Comes back Wednesday 10 March 2027" in page.words
    desk.clock.forward(days=8, hours=6)
    person = await desk.signed_in("coordinator", "Later Coordinator")
    page = await act(person, reference, "outcome", result=result)
    assert shown in page.words


@pytest.mark.parametrize("outcome", ["spoke", "no_answer"])
async def test_a_booked_meeting_stays_booked_when_somebody_rings_the_family(
    desk: Desk, night: Night, outcome: str
) -> None:
    time = (await night.times("2027-03-09 14:00"))[0]
    reference = await night.meeting(time.id)
    person = await desk.signed_in("coordinator")
    await act(person, reference, "confirm")
    page = await act(person, reference, "contact", way="phone", outcome=outcome)
    assert page.status == 200 and "Comes back Wednesday 10 March 2027" in page.words
    desk.clock.forward(days=8, hours=6)
    person = await desk.signed_in("coordinator", "Later Coordinator")
    page = await act(person, reference, "outcome", result="took_place")
    assert "Done Took place" in page.words
    await act(person, reference, "reopen")
    page = await act(person, reference, "outcome", result="missed")
    assert "Spoken to Missed" in page.words, "what was said by mistake can be put right"
    page = await act(person, reference, "status", stage="no_reply", reason="four tries")
    assert page.status == 200 and "No reply" in page.words


STATUSES = [
    {"stage": "seen"},
    {"stage": "spoken"},
    {"stage": "done"},
    {"stage": "waiting", "waiting_for": "police"},
    {"stage": "passed_on", "reason": "elsewhere"},
    {"stage": "no_reply", "reason": "four tries"},
    {"stage": "duplicate", "duplicate_of": "AAA-111-11"},
]


async def test_no_status_leaves_a_time_taken_that_nobody_needs(desk: Desk, night: Night) -> None:
    time = (await night.times("2027-03-09 14:00"))[0]
    reference = await night.meeting(time.id)
    person = await desk.signed_in("coordinator")
    for why in ("Confirm it, or cancel the meeting first", "Cancel the meeting first, or say whether it took place"):
        for fields in STATUSES:
            page = await act(person, reference, "status", **fields)
            assert page.status == 422 and why in page.words, fields
        await act(person, reference, "confirm")
    assert (await desk.rows("SELECT stage, status FROM requests"))[0] == ("booked", "confirmed")


async def test_of_a_family_that_rings_about_anything_everything_typed_is_kept(desk: Desk) -> None:
    person = await desk.signed_in("coordinator")
    page = await person.get("/desk/enter")
    key = re.search(r'name="key" value="([\w-]+)"', page.html)[1]  # type: ignore[index]
    fields = {"kind": "question", "name": "Rose", "contact": "07700 900123", "text": "Canary question", "who": "either"}
    typed = {"other_contact": "rose@example.org", "needs": "Urdu", "when": "mornings", "relation": "aunt"}
    page = await person.send("/desk/enter", {"token": page.token, "key": key, **fields, **typed})
    for value in typed.values():
        assert value in page.words
    assert "Whom to see" not in page.words and "Canary question" not in page.words


async def test_a_family_that_rings_is_entered_and_hears_its_reference_and_code(desk: Desk, night: Night) -> None:
    person = await desk.signed_in("coordinator")
    fields = {"kind": "meeting", "name": "Rose Canary", "contact": "07700 900123", "when": "mornings"}
    page = await person.get("/desk/enter")
    key = re.search(r'name="key" value="([\w-]+)"', page.html)[1]  # type: ignore[index]
    sent = {"token": page.token, "key": key, **fields}
    first = await person.send("/desk/enter", sent)
    again = await person.send("/desk/enter", sent)
    found = re.search(r"Reference ([A-Z]{3}-\d{3}-\d{2}) Code (\d{6})", first.words)
    assert found is not None and found[0] in again.words
    assert len(await desk.rows("SELECT * FROM requests")) == 1, "the same form twice is one request"
    shown = await desk.meetings.find(await night.conversation(), found[1], found[2], None)
    assert shown["name"] == "Rose Canary", "with them the family finds it in the chat"
    page = await person.get(f"/desk/requests/{found[1]}")
    assert "Whose Amira Khan" in page.words and "entered it for the family" in page.words


@pytest.mark.parametrize("first", ["meeting", "question"])
@pytest.mark.parametrize("changes", [{"needs": "Urdu"}, {"kind": "complaint", "text": "Canary complaint"}])
async def test_the_same_form_with_something_else_in_it_is_told_apart_and_nothing_typed_is_lost(
    desk: Desk, first: str, changes: dict[str, str]
) -> None:
    person = await desk.signed_in("coordinator")
    page = await person.get("/desk/enter")
    key = re.search(r'name="key" value="([\w-]+)"', page.html)[1]  # type: ignore[index]
    fields = {"token": page.token, "kind": first, "name": "Rose", "contact": "07700 900123", "when": "mornings"}
    page = await person.send("/desk/enter", {**fields, "key": key})
    made = (await desk.rows("SELECT reference FROM requests UNION SELECT reference FROM handoffs"))[0].reference
    assert page.status == 200 and made in page.words
    changed = {**fields, "name": "Rosa", **changes}
    page = await person.send("/desk/enter", {**changed, "key": key})
    assert page.status == 409 and page.title.startswith("Error: ")
    assert f"This form was sent already: it made {made}. Nothing was saved now." in page.words
    assert f'href="/desk/requests/{made}"' in page.html
    assert 'value="Rosa"' in page.html and changes.get("text", "") in page.html
    assert len(await desk.rows("SELECT id FROM requests UNION SELECT id FROM handoffs")) == 1
    new = re.search(r'name="key" value="([\w-]+)"', page.html)[1]  # type: ignore[index]
    assert "Save it as a new one" in page.words
    page = await person.send("/desk/enter", {**changed, "key": new})
    assert page.status == 200
    assert len(await desk.rows("SELECT id FROM requests UNION SELECT id FROM handoffs")) == 2


TOO_LONG = "Canary " + "x" * 494  # 501 characters


@pytest.mark.parametrize(
    ("action", "fields", "most"),
    [
        ("status", {"stage": "passed_on", "reason": TOO_LONG}, "500"),
        ("cancel", {"cancel_reason": TOO_LONG}, "500"),
        ("note", {"note": TOO_LONG * 4}, "2,000"),
        ("contact", {"way": "phone", "outcome": "spoke", "contact_note": TOO_LONG * 4}, "2,000"),
        ("correct", {"name": "Rosa", "contact": "07700 900999", "where": TOO_LONG}, "200"),
    ],
)
async def test_what_is_too_long_is_told_so_and_not_a_character_is_lost(
    desk: Desk, night: Night, action: str, fields: dict[str, str], most: str
) -> None:
    reference = await night.meeting()
    person = await desk.signed_in("coordinator")
    typed = max(fields.values(), key=len)
    page = await act(person, reference, action, **fields)
    assert page.status == 422 and f"This has {len(typed):,} characters. Make it {most} at most." in page.words
    assert typed in page.html
    folded = page.html.partition(f'action="/desk/requests/{reference}/{action}"')[0].rpartition("<details")[2]
    assert folded.startswith(" open"), "where it is wrong is not folded away"
    assert (
        not await desk.rows("SELECT * FROM contacts") and (await desk.rows("SELECT stage FROM requests"))[0][0] == "new"
    )


async def test_a_reason_may_be_as_long_as_its_box_says(desk: Desk, night: Night) -> None:
    reference = await night.handoff()
    person = await desk.signed_in("coordinator")
    page = await person.get(f"/desk/requests/{reference}")
    assert "Needed if it is passed on, withdrawn, or there is no reply. Up to 500 characters." in page.words
    assert "maxlength" not in page.html, "a browser would cut off what is pasted without a word"
    page = await act(person, reference, "status", stage="passed_on", reason=TOO_LONG[:500])
    assert page.status == 200 and TOO_LONG[:500] in page.html


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"name": ""}, "Write a name"),
        ({"when": TOO_LONG}, "This has 501 characters. Make it 200 at most."),
        ({"contact": "soon"}, "Write a phone number"),
        ({"contact": ""}, "Write a phone number"),
        ({"other_contact": "12"}, "Write a phone number"),
        ({"when": ""}, "Write when they can"),
        ({"kind": "party"}, "Choose what the family asks for"),
    ],
)
async def test_a_request_that_lacks_something_is_not_recorded_and_nothing_typed_is_lost(
    desk: Desk, changes: dict[str, str], why: str
) -> None:
    person = await desk.signed_in("coordinator")
    page = await person.get("/desk/enter")
    key = re.search(r'name="key" value="([\w-]+)"', page.html)[1]  # type: ignore[index]
    fields = {"kind": "meeting", "name": "Rose", "contact": "07700 900123", "when": "mornings", "needs": "Urdu"}
    page = await person.send("/desk/enter", {"token": page.token, "key": key, **fields, **changes})
    assert page.status == 422 and why in page.words
    assert 'value="Urdu"' in page.html and f'value="{key}"' in page.html
    assert not await desk.rows("SELECT * FROM requests")


async def test_an_erased_item_is_nobodys_any_more_and_leaves_no_words_to_search(desk: Desk, night: Night) -> None:
    reference = await night.meeting()
    person = await desk.signed_in("coordinator")
    await person.get("/desk/requests", params={"q": "Rose"})
    await act(person, reference, "note", note="Canary note")
    desk.clock.forward(days=400)
    await desk.meetings.keep_up()
    person = await desk.signed_in("coordinator", "Next Year")
    assert (await person.get(f"/desk/requests/{reference}")).status == 404
    assert not await desk.rows("SELECT * FROM search_words")
    assert ("Amira Khan", "noted", None) in await desk.happened(), "that something was done stays known"


async def test_markup_that_a_family_wrote_is_shown_as_it_was_written(desk: Desk, night: Night) -> None:
    forged = "<script>alert(1)</script>"
    reference = await night.handoff(text=forged, name=forged)
    person = await desk.signed_in("coordinator")
    page = await act(person, reference, "words", words_reason="first_look")
    assert forged not in page.html and page.words.count("alert(1)") == 2
