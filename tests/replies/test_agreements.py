"""Staff answer in a chat only where its family agreed, one at a time, and never longer than they are there."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import insert, text, update

from tests.meetings.office import HASH, together
from tests.replies.house import House
from web.accounts.roles import Role
from web.meetings.kinds import Refused
from web.records.kept import Unknown
from web.replies.kinds import NotOffered, State
from web.replies.words import Person

AMIRA = Person("Amira", "coordinator at the Bradford Partnership")


async def test_nobody_joins_a_family_that_has_not_agreed(house: House) -> None:
    asked, amira = await house.asked(), await house.member()
    assert await house.state(asked) == State(offered=True)
    assert await house.replies.chats(amira) == []
    assert (await house.replies.look(asked.reference, amira)).open is False
    with pytest.raises(Refused):
        await house.replies.join(asked.reference, amira)
    assert await house.history() == []


async def test_a_family_that_has_nothing_with_staff_is_not_asked_and_cannot_agree(house: House) -> None:
    conversation = await house.office.conversation()
    assert await house.replies.state(conversation, HASH) == State()
    with pytest.raises(NotOffered):
        await house.replies.agree(conversation, HASH)


async def test_the_family_sees_who_joined_and_that_they_left(house: House) -> None:
    asked, amira = await house.agreed(), await house.member()
    visit = await house.joined(asked, amira)
    assert await house.state(asked) == State(True, True, AMIRA)
    await house.replies.say(asked.reference, amira, visit, "Hello, I am at the desk.", str(uuid4()))
    await house.replies.leave(amira, visit)
    assert await house.state(asked) == State(True, True, None)
    joined, answer, left = (await house.said(asked))[-3:]
    assert joined.sender == left.sender == "assistant"
    assert "You are now talking with Amira, coordinator at the Bradford Partnership." in joined.body["text"]
    assert answer.sender == "staff"
    assert answer.body == {"text": "Hello, I am at the desk.", "author": AMIRA.shown()}
    assert "Amira has left" in left.body["text"]
    assert "Nobody watches" in left.body["text"]


async def test_what_staff_wrote_and_read_is_in_the_history_without_the_words(house: House) -> None:
    asked, amira = await house.agreed(), await house.member()
    visit = await house.joined(asked, amira)
    house.clock.forward(seconds=1)
    await house.replies.say(asked.reference, amira, visit, "Canary words of staff", str(uuid4()))
    house.clock.forward(seconds=1)
    await house.replies.leave(amira, visit)
    house.clock.forward(seconds=1)
    await house.replies.take_back(asked.conversation, HASH)
    assert sorted(await house.history()) == sorted(
        [
            ("family", "chat_agreed", None),
            ("Amira Khan", "chat_joined", None),
            ("Amira Khan", "chat_read", None),
            ("Amira Khan", "chat_answered", None),
            ("Amira Khan", "chat_left", "handed back"),
            ("family", "chat_taken_back", None),
        ]
    )
    assert "Canary words" not in await house.records.dump()


async def test_reading_again_within_minutes_is_one_reading(house: House) -> None:
    asked, amira = await house.agreed(), await house.member()
    visit = await house.joined(asked, amira)
    await house.replies.look(asked.reference, amira)
    house.clock.forward(minutes=6)
    await house.replies.stay(asked.reference, amira, visit)
    await house.replies.look(asked.reference, amira)
    assert [what for _who, what, _detail in await house.history()].count("chat_read") == 2


async def test_of_two_who_join_at_once_one_is_in_and_the_other_reads_who(house: House) -> None:
    asked = await house.agreed()
    people = [await house.member(name="Amira Khan"), await house.member(Role.MANAGER)]
    done = await together(*(house.replies.join(asked.reference, one) for one in people))
    refused = [one for one in done if isinstance(one, Refused)]
    assert len(refused) == 1 and done.count(None) == 1
    inside = people[done.index(None)]
    assert str(refused[0]) == f"{inside.name} is in this chat already."
    other = people[1 - done.index(None)]
    look = await house.replies.look(asked.reference, other)
    assert (look.who, look.visit, look.lines) == (inside.name, None, ()), "who is not there reads nothing"


async def test_twenty_who_join_at_once_are_one(house: House) -> None:
    asked = await house.agreed()
    people = [await house.member(name=f"Person {number}") for number in range(20)]
    done = await together(*(house.replies.join(asked.reference, one) for one in people))
    assert done.count(None) == 1 and sum(isinstance(one, Refused) for one in done) == 19
    assert sum("now talking" in one.body["text"] for one in await house.said(asked)) == 1


async def test_who_does_nothing_for_too_long_has_left(house: House) -> None:
    asked, amira = await house.agreed(), await house.member()
    visit = await house.joined(asked, amira)
    house.clock.forward(minutes=9)
    await house.replies.stay(asked.reference, amira, visit)
    house.clock.forward(minutes=9)
    assert (await house.state(asked)).present == AMIRA
    house.clock.forward(minutes=1)
    assert (await house.state(asked)).present is None, "as soon as somebody looks"
    assert "Amira has left" in (await house.said(asked))[-1].body["text"]
    with pytest.raises(Refused):
        await house.replies.say(asked.reference, amira, visit, "too late", str(uuid4()))
    assert "too late" not in (await house.said(asked))[-1].body["text"]


async def test_who_does_nothing_has_left_also_where_nobody_looks_and_once(house: House) -> None:
    asked, amira = await house.agreed(), await house.member()
    await house.joined(asked, amira)
    house.clock.forward(minutes=10)
    await together(*(house.replies.keep_up() for _ in range(5)), *(house.state(asked) for _ in range(5)))
    assert sum("has left" in one.body["text"] for one in await house.said(asked)) == 1
    left = [one for one in await house.history() if one[1] == "chat_left"]
    assert left == [("Amira Khan", "chat_left", "after too long without doing anything")]


async def test_who_may_not_be_there_any_more_has_left(house: House) -> None:
    staff = house.records.tables.staff
    for change in ({"disabled_at": house.clock.now}, {"role": "administrator"}):
        asked, someone = await house.agreed(), await house.member(name=f"Somebody {list(change)}")
        await house.joined(asked, someone)
        changed = update(staff).where(staff.c.id == someone.id).values(**change)
        await house.records.database.run(lambda c, changed=changed: c.execute(changed))  # type: ignore[misc]
        assert (await house.state(asked)).present is None


async def test_signing_out_ends_every_stay(house: House) -> None:
    chats, amira = [await house.agreed(), await house.agreed()], await house.member()
    for asked in chats:
        await house.joined(asked, amira)
    await house.replies.leave_all(amira)
    assert [(await house.state(asked)).present for asked in chats] == [None, None]


async def test_signing_out_ends_a_stay_also_where_the_chat_expired(house: House) -> None:
    chats, amira = [await house.agreed(), await house.agreed()], await house.member()
    for asked in chats:
        await house.joined(asked, amira)
    expired = text("UPDATE conversations SET expires_at = created_at WHERE id = :id")
    await house.records.database.run(lambda c: c.execute(expired, {"id": chats[0].conversation}))
    await house.replies.leave_all(amira)
    assert (await house.state(chats[1])).present is None
    assert ("Amira Khan", "chat_left", "the chat expired") in await house.history()
    assert await house.stays() == []


async def test_who_may_not_see_the_item_any_more_has_left(house: House) -> None:
    asked, robin = await house.agreed(), await house.member(Role.REVIEWER)
    give = text("UPDATE handoffs SET owner_id = :who")
    await house.records.database.run(lambda c: c.execute(give, {"who": robin.id}))
    visit = await house.joined(asked, robin)
    await house.records.database.run(lambda c: c.execute(give, {"who": None}))
    with pytest.raises(Refused):
        await house.replies.say(asked.reference, robin, visit, "Hello?", str(uuid4()))
    await house.replies.keep_up()
    assert "Robin has left this chat" in (await house.said(asked))[-1].body["text"]
    assert (await house.state(asked)).present is None


async def test_who_may_not_see_the_item_any_more_can_still_hand_back(house: House) -> None:
    asked, robin = await house.agreed(), await house.member(Role.REVIEWER)
    give = text("UPDATE handoffs SET owner_id = :who")
    await house.records.database.run(lambda c: c.execute(give, {"who": robin.id}))
    visit = await house.joined(asked, robin)
    await house.records.database.run(lambda c: c.execute(give, {"who": None}))
    await house.replies.leave(robin, visit)
    assert await house.stays() == []


async def test_pausing_the_desk_ends_stays_but_of_who_can_still_get_in(house: House) -> None:
    chats = [await house.agreed(), await house.agreed()]
    await house.joined(chats[0], await house.member())
    await house.joined(chats[1], await house.member(Role.MANAGER))
    row = {"name": "desk", "since": house.clock.now, "who": "Maya Manager", "reason": "a test"}
    await house.records.database.run(lambda c: c.execute(insert(house.records.tables.switches), row))
    there = [(await house.state(asked)).present for asked in chats]
    assert there == [None, Person("Maya", "manager at the Bradford Partnership")]


async def test_where_the_last_thing_that_staff_had_is_erased_nothing_is_agreed_any_more(house: House) -> None:
    asked, amira = await house.agreed(), await house.member()
    await house.joined(asked, amira)
    for statement in (text("DELETE FROM ties"), text("UPDATE handoffs SET key = NULL")):
        await house.records.database.run(lambda c, one=statement: c.execute(one))  # type: ignore[misc]
    assert await house.state(asked) == State(offered=False, agreed=False, present=None)
    assert "Amira has left this chat" in (await house.said(asked))[-1].body["text"]


async def test_joining_gives_back_a_time_that_was_kept_for_a_meeting_not_asked_for_yet(house: House) -> None:
    asked = await house.agreed()
    [time] = await house.office.publish("2027-03-15 10:00")
    await house.office.meetings.hold(str(uuid4()), asked.conversation, time.id)
    await house.joined(asked, await house.member())
    assert await house.records.rows("holds") == []
    assert "that was not sent" in (await house.said(asked))[-1].body["text"]


async def test_once_it_is_switched_off_nobody_is_there(house: House) -> None:
    asked, amira = await house.agreed(), await house.member()
    await house.joined(asked, amira)
    await house.replies.all_leave()
    await house.replies.all_leave()
    assert [one.body["text"] for one in await house.said(asked)][-1].startswith("Amira has left this chat")
    assert await house.stays() == []


async def test_a_message_that_was_saved_is_said_also_where_its_stay_is_over_when_it_comes_again(house: House) -> None:
    asked, amira = await house.agreed(), await house.member()
    visit, key = await house.joined(asked, amira), str(uuid4())
    await house.replies.say(asked.reference, amira, visit, "Hello.", key)
    await house.replies.take_back(asked.conversation, HASH)
    await house.replies.say(asked.reference, amira, visit, "Hello.", key)
    assert sum(one.sender == "staff" for one in await house.said(asked)) == 1


@pytest.mark.parametrize(
    ("name", "called"),
    [("Dr Robin Hale", "Robin"), ("Robin", "Robin"), ("Dr. Hale", "Dr. Hale"), ("Prof Dr Ann Lee", "Ann")],
)
async def test_families_read_a_first_name_not_a_title(house: House, name: str, called: str) -> None:
    asked = await house.agreed()
    await house.joined(asked, await house.member(name=name))
    assert f"You are now talking with {called}, coordinator" in (await house.said(asked))[-1].body["text"]


async def test_taking_it_back_ends_a_stay_at_once(house: House) -> None:
    asked, amira = await house.agreed(), await house.member()
    visit = await house.joined(asked, amira)
    await house.replies.take_back(asked.conversation, HASH)
    assert await house.state(asked) == State(offered=True)
    assert (await house.replies.look(asked.reference, amira)).open is False
    with pytest.raises(Refused):
        await house.replies.say(asked.reference, amira, visit, "Hello?", str(uuid4()))
    await house.replies.take_back(asked.conversation, HASH)  # again is harmless
    await house.replies.agree(asked.conversation, HASH)
    await house.replies.agree(asked.conversation, HASH)
    assert (await house.state(asked)).agreed
    assert [what for _who, what, _detail in await house.history()].count("chat_agreed") == 2


async def test_a_form_of_an_earlier_stay_writes_nothing_in_a_later_one(house: House) -> None:
    asked, amira = await house.agreed(), await house.member()
    first = await house.joined(asked, amira)
    await house.replies.leave(amira, first)
    second = await house.joined(asked, amira)
    assert first != second
    with pytest.raises(Refused):
        await house.replies.say(asked.reference, amira, first, "from an old page", str(uuid4()))


async def test_a_message_sent_twice_is_said_once(house: House) -> None:
    asked, amira = await house.agreed(), await house.member()
    visit, key = await house.joined(asked, amira), str(uuid4())
    await together(*(house.replies.say(asked.reference, amira, visit, "Hello.", key) for _ in range(3)))
    assert sum(one.sender == "staff" for one in await house.said(asked)) == 1


async def test_a_reviewer_answers_only_who_is_theirs(house: House) -> None:
    asked, robin = await house.agreed(), await house.member(Role.REVIEWER)
    assert await house.replies.chats(robin) == []
    for work in (house.replies.look(asked.reference, robin), house.replies.join(asked.reference, robin)):
        with pytest.raises(Refused, match="nothing with the reference"):
            await work
    give = text("UPDATE handoffs SET owner_id = :me")
    await house.records.database.run(lambda c: c.execute(give, {"me": robin.id}))
    await house.joined(asked, robin)
    assert (await house.state(asked)).present == Person("Robin", "Independent Reviewer")


async def test_the_list_has_who_waits_longest_first_and_says_who_is_there(house: House) -> None:
    first, amira = await house.agreed(), await house.member()
    house.clock.forward(minutes=5)
    second = await house.agreed()
    await house.asked()
    await house.joined(second, amira)
    chats = await house.replies.chats(await house.member(Role.MANAGER))
    assert [(one.reference, one.who) for one in chats] == [(first.reference, None), (second.reference, "Amira Khan")]


@pytest.mark.parametrize("stranger", [b"x" * 32, b""])
async def test_nobody_without_the_token_agrees_or_takes_back(house: House, stranger: bytes) -> None:
    asked = await house.agreed()
    calls: list[Any] = [house.replies.state, house.replies.agree, house.replies.take_back]
    for call in calls:
        with pytest.raises(Unknown):
            await call(asked.conversation, stranger)
    assert (await house.state(asked)).agreed


async def test_deleting_the_chat_ends_it_all(house: House) -> None:
    asked, amira = await house.agreed(), await house.member()
    await house.joined(asked, amira)
    conversations, now = house.records.conversations, house.clock.now
    with pytest.raises(Unknown):
        await conversations.delete(asked.conversation, b"x" * 32, now, house.replies.end)
    assert (await house.state(asked)).present == AMIRA
    await conversations.delete(asked.conversation, HASH, now, house.replies.end)
    assert await house.records.rows("agreements") == []
    assert (await house.replies.look(asked.reference, amira)).open is False
    assert ("Amira Khan", "chat_left", "the family ended the chat") in await house.history()


async def test_a_chat_that_expires_is_erased_as_ever_and_nobody_is_there_any_more(house: House) -> None:
    asked, amira = await house.agreed(), await house.member()
    visit = await house.joined(asked, amira)
    house.clock.forward(minutes=1)
    await house.replies.say(asked.reference, amira, visit, "Hello.", str(uuid4()))
    house.clock.forward(hours=23, minutes=58)
    assert await house.said(asked)
    house.clock.forward(minutes=1)  # hours after the family's last message, whatever staff wrote since
    with pytest.raises(Unknown):
        await house.said(asked)
    assert await house.replies.chats(amira) == []
    await house.replies.keep_up()
    assert await house.replies.purge(house.clock.now) == 1
    assert await house.records.conversations.purge(house.clock.now) == 1
    assert await house.records.rows("agreements") == await house.records.rows("messages") == []
    assert ("Amira Khan", "chat_left", "the chat expired") in await house.history()


async def test_staff_join_once_the_assistant_has_said_what_it_is_saying(house: House) -> None:
    asked, amira = await house.agreed(), await house.member()
    answering = update(house.records.tables.conversations).values(lease_until=house.clock.now + timedelta(seconds=8))
    await house.records.database.run(lambda c: c.execute(answering))
    joining = asyncio.create_task(house.replies.join(asked.reference, amira))
    await asyncio.sleep(0.3)
    assert not joining.done(), "the assistant still answers"
    house.clock.forward(seconds=8)
    await joining
    assert (await house.state(asked)).present == AMIRA
