"""The desk's pages about chats keep what all pages of the desk promise."""

from __future__ import annotations

import re
from uuid import uuid4

import pytest
from sqlalchemy import text

from tests.desk.night import Night
from tests.desk.office import Desk
from tests.desk.test_every_route import (
    test_a_page_opens_for_its_roles_and_for_nobody_else,
    test_every_address_under_desk_is_in_the_table_of_routes,
    test_every_page_carries_the_headers,
    test_every_page_has_a_title_of_its_own_one_heading_and_a_way_past_the_navigation,
    test_no_form_that_another_site_made_is_taken,
    test_no_form_without_the_token_of_its_own_session_is_taken,
)
from tests.meetings.office import HASH
from web.accounts.roles import Role
from web.keys import REPLYING
from web.replies.staff import StaffSide

__all__ = [
    "test_a_page_opens_for_its_roles_and_for_nobody_else",
    "test_every_address_under_desk_is_in_the_table_of_routes",
    "test_every_page_carries_the_headers",
    "test_every_page_has_a_title_of_its_own_one_heading_and_a_way_past_the_navigation",
    "test_no_form_that_another_site_made_is_taken",
    "test_no_form_without_the_token_of_its_own_session_is_taken",
]


async def agreed(desk: Desk, night: Night, kind: str = "question") -> str:
    """The reference of something passed on by a family that agreed."""
    reference = await night.handoff(kind)
    [(conversation,)] = await desk.rows(
        "SELECT conversation_id FROM ties JOIN handoffs ON about = id "  # noqa: S608  one of ours
        f"WHERE reference = '{reference}'"
    )
    await desk.app[REPLYING]._replies.agree(conversation, HASH)
    return reference


async def test_a_chat_is_found_from_the_list_and_from_what_the_family_asked_for(desk: Desk, night: Night) -> None:
    reference, amira = await agreed(desk, night), await desk.signed_in(Role.COORDINATOR)
    listed = await amira.get("/desk/chats")
    assert "1 chat" in listed.words and f"/desk/chats/{reference}" in listed.html
    assert f"/desk/chats/{reference}" in (await amira.get(f"/desk/requests/{reference}")).html
    other = await night.handoff()
    assert "/desk/chats/" not in (await amira.get(f"/desk/requests/{other}")).html
    assert "This chat is not open" in (await amira.get(f"/desk/chats/{other}")).words


async def test_nothing_of_a_chat_can_be_read_before_joining_it(desk: Desk, night: Night) -> None:
    reference, amira = await agreed(desk, night), await desk.signed_in(Role.COORDINATOR)
    path = f"/desk/chats/{reference}"
    assert "Canary conversation" not in (await amira.get(path)).html
    page = await amira.post(f"{path}/join", path)
    assert "Canary conversation" in page.words
    assert "You are in the chat. The family reads that you are." in page.words
    maya = await desk.signed_in(Role.MANAGER)
    page = await maya.get(path)
    assert "Amira Khan is in this chat already." in page.words
    assert "Canary conversation" not in page.html
    refused = await maya.post(f"{path}/join", "/desk/account")
    assert refused.status == 422 and "Amira Khan is in this chat already." in refused.words


async def test_what_was_typed_is_not_lost_when_the_chat_ended_meanwhile(desk: Desk, night: Night) -> None:
    reference, amira = await agreed(desk, night), await desk.signed_in(Role.COORDINATOR)
    path = f"/desk/chats/{reference}"
    page = await amira.post(f"{path}/join", path)
    [visit] = re.findall(r'name="visit" value="([^"]+)"', page.html)[:1]
    desk.clock.forward(minutes=11)
    fields = {"token": page.token, "visit": visit, "key": str(uuid4()), "text": "We can meet on Tuesday."}
    late = await amira.send(f"{path}/say", fields)
    assert late.status == 422 and late.title.startswith("Error: ")
    assert "This chat is not open to you" in late.words
    assert "We can meet on Tuesday." in late.words


async def test_what_was_typed_is_not_lost_when_the_item_became_a_colleagues(desk: Desk, night: Night) -> None:
    reference, robin = await agreed(desk, night), await desk.signed_in(Role.REVIEWER)
    assert robin.member is not None
    me = robin.member.id
    path = f"/desk/chats/{reference}"
    give = text("UPDATE handoffs SET owner_id = :who")
    await desk.database.run(lambda c: c.execute(give, {"who": me}))
    page = await robin.post(f"{path}/join", path)
    hidden = dict(re.findall(r'name="(visit|key)" value="([^"]+)"', page.html))
    await desk.database.run(lambda c: c.execute(give, {"who": None}))
    late = await robin.send(f"{path}/say", {"token": page.token, **hidden, "text": "We can meet on Tuesday."})
    assert late.status == 422 and "We can meet on Tuesday." in late.words
    left = await robin.send(f"{path}/leave", {"token": page.token, **hidden})
    assert left.status == 200 and "You have left the chat." in left.words


async def test_what_was_sent_is_said_to_be_also_where_the_chat_is_over_by_then(desk: Desk, night: Night) -> None:
    reference, amira = await agreed(desk, night), await desk.signed_in(Role.COORDINATOR)
    path = f"/desk/chats/{reference}"
    page = await amira.post(f"{path}/join", path)
    hidden = dict(re.findall(r'name="(visit|key)" value="([^"]+)"', page.html))
    fields = {"token": page.token, **hidden, "text": "We can meet on Tuesday."}
    await amira.send(f"{path}/say", fields)
    desk.clock.forward(minutes=11)
    again = await amira.send(f"{path}/say", fields)
    assert again.status == 200 and "Your answer was sent." in again.words
    assert "It was not sent" not in again.words


async def test_a_page_that_looks_by_itself_keeps_nobody_signed_in(desk: Desk, night: Night) -> None:
    reference, amira = await agreed(desk, night), await desk.signed_in(Role.COORDINATOR)
    path = f"/desk/chats/{reference}"
    page = await amira.post(f"{path}/join", path)
    assert f'data-path="{path}/look"' in page.html
    for _ in range(4):
        desk.clock.forward(minutes=8)
        looked = await amira.get(f"{path}/look")
    assert looked.path.startswith("/desk/sign-in")


async def test_signing_out_works_whatever_became_of_the_chat(
    desk: Desk, night: Night, monkeypatch: pytest.MonkeyPatch
) -> None:
    reference, amira = await agreed(desk, night), await desk.signed_in(Role.COORDINATOR)
    path = f"/desk/chats/{reference}"
    await amira.post(f"{path}/join", path)

    def fail(*_args: object) -> None:
        raise RuntimeError

    monkeypatch.setattr(StaffSide, "leave_all", fail)
    page = await amira.post("/desk/sign-out", path)
    assert page.status == 200 and page.path.startswith("/desk/sign-in")
    assert (await amira.get("/desk")).path.startswith("/desk/sign-in"), "what the cookie held is worth nothing"


async def test_nothing_and_too_much_are_said_beside_the_field(desk: Desk, night: Night) -> None:
    reference, amira = await agreed(desk, night), await desk.signed_in(Role.COORDINATOR)
    path = f"/desk/chats/{reference}"
    page = await amira.post(f"{path}/join", path)
    hidden = dict(re.findall(r'name="(visit|key)" value="([^"]+)"', page.html))
    for typed, said in ((" ", "Write something first."), ("x" * 2001, "Write 2000 characters at most.")):
        again = await amira.send(f"{path}/say", {"token": page.token, **hidden, "text": typed})
        assert again.status == 422 and said in again.words


async def test_signing_out_hands_back(desk: Desk, night: Night) -> None:
    reference, amira = await agreed(desk, night), await desk.signed_in(Role.COORDINATOR)
    path = f"/desk/chats/{reference}"
    await amira.post(f"{path}/join", path)
    await amira.post("/desk/sign-out", path)
    maya = await desk.signed_in(Role.MANAGER)
    assert "Join this chat" in (await maya.get(path)).words
    assert ("Amira Khan", "chat_left", "signed out") in await desk.happened()


async def test_the_history_says_it_in_words_and_can_be_searched_for_it(desk: Desk, night: Night) -> None:
    reference, maya = await agreed(desk, night), await desk.signed_in(Role.MANAGER)
    path = f"/desk/chats/{reference}"
    await maya.post(f"{path}/join", path)
    page = await maya.get("/desk/history?what=chat_joined")
    assert "joined the family's chat" in page.words and reference in page.words
    trail = (await maya.get(f"/desk/requests/{reference}")).words
    assert "agreed to be answered in the chat" in trail and "read the family's chat" in trail


async def test_an_urgent_one_stands_first(desk: Desk, night: Night) -> None:
    ordinary = await agreed(desk, night)
    desk.clock.forward(minutes=5)
    urgent = await agreed(desk, night, "urgent")
    page = await (await desk.signed_in(Role.MANAGER)).get("/desk/chats")
    assert page.html.index(urgent) < page.html.index(ordinary)
    assert "Urgent" in page.words
