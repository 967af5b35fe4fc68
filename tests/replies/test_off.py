"""Where the setting is off, and it is unless somebody sets it, nothing of it is to be seen."""

from __future__ import annotations

from dataclasses import replace
from uuid import uuid4

import pytest
from sqlalchemy import insert

from tests.chat.conftest import Serve
from tests.chat.family import begin, call
from tests.desk.night import Night
from tests.desk.office import Desk
from web.accounts.roles import Member, Role
from web.app import utc_now
from web.chat.service import hash_of
from web.desk.setup import ROUTES
from web.keys import DATABASE, MEETINGS, REPLYING, SETTINGS
from web.meetings.kinds import DraftHandoff
from web.records.keys import load_keys
from web.records.tables import Tables
from web.settings import Settings, read_settings


@pytest.fixture
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """As of `make run`."""
    return Settings(data_dir=tmp_path_factory.mktemp("off"), rate_limit=False)


def test_it_is_off_unless_the_environment_says_on() -> None:
    assert not read_settings({}).chat_replies
    assert not read_settings({"CHAT_REPLIES": "off"}).chat_replies
    assert read_settings({"CHAT_REPLIES": "on"}).chat_replies
    assert read_settings({"CHAT_REPLY_MINUTES": "5"}).chat_reply_minutes == 5


async def test_the_api_has_no_such_call_and_describes_none(serve: Serve) -> None:
    client = await serve()
    family = await begin(client)
    for method in ("GET", "POST", "DELETE"):
        path = f"/api/conversations/{family.id}/reply"
        assert (await call(client, method, path, headers=family.headers)).status == 404
    described = str((await call(client, "GET", "/api/openapi.json")).body)
    assert "reply" not in described.lower() and "x-setting" not in described


async def test_families_see_nothing_of_it(serve: Serve) -> None:
    client = await serve()
    for path in ("/", "/chat", "/review-chat.js"):
        shown = await (await client.get(path)).text()
        assert "May a member of staff answer" not in shown and "Take this back" not in shown, path
    assert (await client.post("/chat/reply", headers={"Sec-Fetch-Site": "same-origin"})).status == 404


async def test_staff_see_nothing_of_it(desk: Desk, night: Night) -> None:
    reference = await night.handoff()
    assert REPLYING not in desk.app
    assert not [route for route in desk.app[ROUTES] if route.path.startswith("/desk/chats")]
    for role in Role:
        person = await desk.signed_in(role)
        for path in ("/desk", "/desk/requests", f"/desk/requests/{reference}", "/desk/history"):
            page = await person.get(path)
            assert "/desk/chats" not in page.html and "chat_" not in page.html, path
            assert page.status in (200, 403, 404)


async def test_what_was_said_while_it_was_on_can_still_be_read_and_nobody_is_there(serve: Serve) -> None:
    on = await serve(chat_replies=True)
    family, app = await begin(on), on.app
    assert app is not None
    said = {"text": "Canary question", "name": "Sam", "contact": "07700 900456", "contact_kind": "phone"}
    shown, _new = await app[MEETINGS].hand_off(DraftHandoff(str(uuid4()), family.id, "question", said))
    reference, amira = (
        str(shown["reference"]),
        Member(str(uuid4()), "amira@example.org", "Amira Khan", Role.COORDINATOR),
    )
    row = {"id": amira.id, "email": amira.email, "name": amira.name, "role": "coordinator", "last_step": 0}
    staff = Tables(load_keys(app[SETTINGS])[0]).staff
    await app[DATABASE].run(lambda c: c.execute(insert(staff), {**row, "created_at": utc_now()}))
    replies = app[REPLYING]._replies
    await replies.agree(family.id, hash_of(family.token))
    await replies.join(reference, amira)
    visit = (await replies.look(reference, amira)).visit
    await replies.say(reference, amira, visit or "", "We will ring you at two.", str(uuid4()))
    await on.close()

    off = await serve()
    family = replace(family, client=off)
    answer, left = (await family.read()).messages[-2:]
    assert (answer["from"], answer["author"]["name"], answer["text"]) == ("staff", "Amira", "We will ring you at two.")
    assert "Amira has left this chat, and the assistant answers again." in left["text"]
    assert (await family.say("Who will see the report?")).topics == ["report.who_sees"]
