"""The same without JavaScript: a button for each step, and one to see if there is an answer."""

from __future__ import annotations

import re
from html import unescape
from typing import Any
from uuid import uuid4

import pytest

from tests.desk.office import OWN, Desk, Page, Person
from web.accounts.roles import Role
from web.meetings.kinds import DraftHandoff

QUESTION = "May a member of staff answer you here, in this chat?"


class Browser:
    """A family's browser without scripts."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self.cookies: dict[str, str] = {}

    async def go(self, method: str, path: str, **data: str) -> Page:
        """Follow a link or send a form, and go where it leads."""
        client = self.desk.client
        client.session.cookie_jar.clear()
        client.session.cookie_jar.update_cookies(self.cookies)
        response = await client.request(method, path, data=data or None, headers=OWN)
        jar: Any = client.session.cookie_jar
        self.cookies = {cookie.key: cookie.value for cookie in jar} or self.cookies
        return Page(response.status, await response.text(), response.headers, response.url.path_qs)

    async def look(self, page: Page) -> Page:
        """Press the button to see if there is an answer."""
        [address] = re.findall(r'href="(/chat\?look=[^"#]+)#latest"', page.html)
        return await self.go("GET", unescape(address))

    @property
    def conversation(self) -> str:
        """Which one it holds."""
        return self.cookies["conversation"].partition(".")[0]


@pytest.fixture
async def family(desk: Desk) -> Browser:
    """One that has said something."""
    browser = Browser(desk)
    await browser.go("POST", "/chat", text="Who will see the report?", key=str(uuid4()))
    return browser


async def passed_on(desk: Desk, family: Browser) -> str:
    said = {"text": "Canary question", "name": "Sam", "contact": "07700 900456", "contact_kind": "phone"}
    shown, _new = await desk.meetings.hand_off(DraftHandoff(str(uuid4()), family.conversation, "question", said))
    return str(shown["reference"])


async def pressed(person: Person, reference: str, act: str, **fields: str) -> None:
    page = await person.get(f"/desk/chats/{reference}")
    hidden = dict(re.findall(r'name="(visit|key)" value="([^"]+)"', page.html))
    await person.send(f"/desk/chats/{reference}/{act}", {"token": page.token, **hidden, **fields})


async def test_a_family_is_asked_only_once_staff_have_something(desk: Desk, family: Browser) -> None:
    assert QUESTION not in (await family.go("GET", "/chat")).words
    await passed_on(desk, family)
    page = await family.go("GET", "/chat")
    assert QUESTION in page.words
    assert "While they are here, they can read all of this chat." in page.words
    assert "See if there is an answer" not in page.words


async def test_it_agrees_sees_who_joins_talks_and_takes_it_back(desk: Desk, family: Browser) -> None:
    reference, amira = await passed_on(desk, family), await desk.signed_in(Role.COORDINATOR)
    page = await family.go("POST", "/chat/reply")
    assert "This chat will say who joins. Nobody watches it until then." in page.words
    await pressed(amira, reference, "join")
    page = await family.look(page)
    assert "Amira, coordinator at the Bradford Partnership, can read what you write now." in page.words
    assert "Amira may not see this at once. If anyone is in danger, ring 999." in page.words
    assert "Nobody watches this chat." not in page.words
    await family.go("POST", "/chat", text="Are you there?", key=str(uuid4()))
    await pressed(amira, reference, "say", text="Yes, I am.")
    page = await family.look(page)
    assert re.search(r"Amira, coordinator at the Bradford Partnership \d\d:\d\d Yes, I am.", page.words)
    page = await family.go("POST", "/chat/reply/end")
    assert "Amira has left this chat" in page.words
    assert QUESTION in page.words
    assert "Nobody watches this chat. Please leave out names" in page.words


async def test_danger_brings_help_at_once_while_somebody_is_there(desk: Desk, family: Browser) -> None:
    reference, amira = await passed_on(desk, family), await desk.signed_in(Role.COORDINATOR)
    await family.go("POST", "/chat/reply")
    await pressed(amira, reference, "join")
    page = await family.go("POST", "/chat", text="I want to kill myself", key=str(uuid4()))
    assert "ring 999" in page.words and "Samaritans will listen" in page.words
    assert "Amira may not see this at once, and this chat cannot call for help." in page.words


async def test_beside_help_only_what_is_answered_can_be_tapped_while_somebody_is_there(
    desk: Desk, family: Browser
) -> None:
    reference, amira = await passed_on(desk, family), await desk.signed_in(Role.COORDINATOR)
    await family.go("POST", "/chat/reply")
    page = await family.go("POST", "/chat", text="I want to kill myself", key=str(uuid4()))
    assert page.html.count('name="text" value=') == 3
    await pressed(amira, reference, "join")
    page = await family.look(page)
    assert re.findall(r'name="text" value="([^"]+)"', page.html) == ["Tell me more."]
    page = await family.go("POST", "/chat", text="Tell me more.", key=str(uuid4()))
    assert "18000" in page.words


async def test_another_sites_form_agrees_to_nothing(desk: Desk, family: Browser) -> None:
    await passed_on(desk, family)
    desk.client.session.cookie_jar.update_cookies(family.cookies)
    for path in ("/chat/reply", "/chat/reply/end"):
        response = await desk.client.post(path, headers={"Sec-Fetch-Site": "cross-site"})
        assert response.status == 403
    assert await desk.rows("SELECT * FROM agreements") == []


async def test_without_a_conversation_its_buttons_lead_to_the_chat(desk: Desk) -> None:
    for path in ("/chat/reply", "/chat/reply/end"):
        page = await Browser(desk).go("POST", path)
        assert (page.status, page.path) == (200, "/chat")
