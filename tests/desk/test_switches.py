"""What is paused for families and for staff, with a reason, and help as ever."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.desk.office import Desk, Person
from tests.doubles import WHO_SEES, says
from web.assistant import Said
from web.assistant.shown import FormShown

DANGER = "I want to kill myself"
REASON = "Canary: the model gives wrong answers"


async def pause(person: Person, name: str, reason: str = REASON) -> Any:
    return await person.post("/desk/switches/pause", "/desk/switches", name=name, reason=reason)


async def resume(person: Person, name: str) -> Any:
    return await person.post("/desk/switches/resume", "/desk/switches", name=name, reason="it is mended")


async def begin(desk: Desk) -> Callable[[str], Any]:
    """A conversation; says something in it and returns the answer."""
    response = await desk.client.post("/api/conversations", json={})
    told = (await response.json())["conversation"]

    async def say(text: str) -> tuple[int, dict[str, Any]]:
        response = await desk.client.post(
            f"/api/conversations/{told['id']}/messages",
            json={"text": text},
            headers={"Authorization": f"Bearer {told['token']}"},
        )
        return response.status, await response.json()

    return say


async def test_a_paused_chat_says_so_with_the_phone_number_and_help_when_there_is_danger(desk: Desk) -> None:
    say = await begin(desk)
    person = await desk.signed_in("manager")
    page = await pause(person, "chat")
    assert "It is paused" in page.words and REASON in page.words and "Maya Manager" in page.words
    status, body = await say("who sees the report?")
    assert status == 503 and body["title"] == "The chat is closed for now"
    told = body["messages"][-1]["text"]
    assert "01274 434361" in told and "TBPsafeguardingchildren@bradford.gov.uk" in told and "999" in told
    status, body = await say(DANGER)
    assert status == 503 and body["messages"][0]["topic"].startswith("safety.")
    response = await desk.client.post("/api/conversations", json={})
    assert response.status == 503
    response = await desk.client.post("/api/conversations", json={"text": DANGER})
    assert response.status == 503 and (await response.json())["messages"][0]["topic"] == "safety.self"
    page = await desk.nobody().get("/chat")
    assert page.status == 200 and "01274 434361" in page.words and "999" in page.words
    assert "mailto:TBPsafeguardingchildren@bradford.gov.uk" in page.html
    await resume(person, "chat")
    status, _body = await say("who sees the report?")
    assert status == 200


async def test_while_bookings_are_paused_all_else_is_answered(desk: Desk, assistant: Any) -> None:
    say = await begin(desk)
    person = await desk.signed_in("manager")
    await pause(person, "bookings")
    form = Said("What name shall I give?", topic="booking.request", form=FormShown(name="meeting", asks="name"))
    assistant.behave = says(form)
    status, body = await say("can I meet someone")
    assert status == 200
    assert "You cannot ask for a meeting" in body["messages"][0]["text"]
    assert all(message["form"] is None for message in body["messages"])
    assistant.behave = says(WHO_SEES)
    _status, body = await say("who sees it")
    assert body["messages"][0]["topic"] == "report.who_sees"
    await resume(person, "bookings")
    assistant.behave = says(form)
    _status, body = await say("can I meet someone")
    assert body["messages"][0]["form"] == {"name": "meeting", "asks": "name"}


async def test_one_topics_answer_is_paused_and_help_never_is(desk: Desk, assistant: Any) -> None:
    say = await begin(desk)
    person = await desk.signed_in("administrator")
    await pause(person, "answer:report.who_sees")
    assistant.behave = says(WHO_SEES)
    _status, body = await say("who sees it")
    assert "This answer is being checked" in body["messages"][0]["text"]
    assert "website" not in body["messages"][0]["text"]
    _status, body = await say(DANGER)
    assert body["messages"][0]["topic"].startswith("safety.")
    page = await person.get("/desk/switches")
    assert "answer:safety." not in page.html, "help can't be paused at all"
    await pause(person, "answer:safety.self")
    assert not [row for row in await desk.rows("SELECT name FROM switches") if "safety" in row.name]


async def test_a_paused_desk_lets_in_only_who_is_in_charge(desk: Desk) -> None:
    manager, coordinator = await desk.signed_in("manager"), await desk.signed_in("coordinator")
    await pause(manager, "desk")
    page = await coordinator.get("/desk/requests")
    assert page.status == 503
    assert "01274 434361" in page.words and "TBPsafeguardingchildren@bradford.gov.uk" in page.words
    assert (await manager.get("/desk/requests")).status == 200
    assert (await coordinator.get("/desk/account")).status == 200
    await resume(manager, "desk")
    assert (await coordinator.get("/desk/requests")).status == 200


@pytest.mark.parametrize(("name", "reason"), [("chat", ""), ("chat", "  x "), ("", REASON), ("nothing", REASON)])
async def test_nothing_is_paused_without_a_reason_or_by_a_name_that_is_none(desk: Desk, name: str, reason: str) -> None:
    page = await pause(await desk.signed_in("manager"), name, reason)
    assert page.status == 422 and "There is a problem" in page.words
    assert not await desk.rows("SELECT * FROM switches")


async def test_a_reason_that_is_too_long_is_told_so_and_stays_in_its_box(desk: Desk) -> None:
    person = await desk.signed_in("manager")
    long = "x" * 501
    page = await pause(person, "chat", long)
    assert page.status == 422 and "This has 501 characters. Make it 500 at most." in page.words and long in page.html
    assert not await desk.rows("SELECT * FROM switches")
    await pause(person, "chat", long[:500])
    assert (await desk.happened())[-1] == ("Maya Manager", "paused", long[:500])


async def test_who_paused_and_resumed_what_and_why_is_in_the_history_once(desk: Desk) -> None:
    person = await desk.signed_in("manager")
    for _ in range(2):
        await pause(person, "chat")
    for _ in range(2):
        await resume(person, "chat")
    assert await desk.happened() == [("Maya Manager", "paused", REASON), ("Maya Manager", "resumed", "it is mended")]


async def test_when_the_database_is_gone_what_was_paused_stays_paused(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    from web.records.database import NotRecorded
    from web.records.switches import Switches

    seconds = [0.0]
    switches = Switches(desk.tables, desk.database, desk.clock, lambda: seconds[0])
    await switches.pause("chat", "Maya", REASON)
    assert await switches.is_paused("chat")

    async def broken(*_args: Any) -> None:
        raise NotRecorded

    seconds[0] = 10.0
    monkeypatch.setattr(desk.database, "run", broken)
    assert await switches.is_paused("chat")
