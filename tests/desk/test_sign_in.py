"""Signing in through the pages, and what a session and its cookie are worth."""

from __future__ import annotations

import asyncio
import json
import re
from http.cookies import SimpleCookie
from typing import Any

import pyotp
import pytest
from aiohttp import web

from tests.desk.night import Night
from tests.desk.office import OWN, Desk, Page, Person
from web.accounts.__main__ import main
from web.accounts.roles import Role
from web.accounts.sessions import Sessions
from web.desk.cookie import StaffCookie
from web.desk.rendering import HERE
from web.keys import ACCOUNTS

PASSPHRASE = "kettle orbit velvet marsh"
EMAIL = "ade@example.org"
TEMPLATES = "".join(path.read_text() for path in sorted((HERE / "templates").rglob("*.html")))


async def administrator(desk: Desk) -> tuple[Person, str]:
    """The first administrator, at a browser, after their link; and the secret in their authenticator."""
    token = await desk.app[ACCOUNTS].create_administrator(EMAIL, "Ade Administrator")
    person = desk.nobody()
    page = await person.get(f"/desk/welcome/{token}")
    secret = re.search(r'class="key">([A-Z2-7 ]+)<', page.html)[1].replace(" ", "")  # type: ignore[index]
    code = pyotp.TOTP(secret).at(desk.clock.now)
    sent = {"token": page.token, "passphrase": PASSPHRASE, "again": PASSPHRASE, "code": code}
    page = await person.send(f"/desk/welcome/{token}", sent)
    assert "Your recovery codes" in page.words and len(re.findall(r"(?:\d{4}-){4}\d{4}", page.words)) == 10
    desk.clock.forward(seconds=60)
    return person, secret


async def signed_in(desk: Desk, secret: str, **changes: Any) -> Page:
    """Send the sign-in form, and stay where it leads."""
    person = desk.nobody()
    page = await person.get("/desk/sign-in")
    fields = {"email": EMAIL, "passphrase": PASSPHRASE, "code": pyotp.TOTP(secret).at(desk.clock.now), **changes}
    return await person.send("/desk/sign-in", {"token": page.token, **fields}, allow_redirects=False)


def cookie_of(page: Page) -> Any:
    """The cookie that came with a page."""
    return SimpleCookie(page.headers["Set-Cookie"])["staff"]


async def test_from_the_first_link_to_the_desk(desk: Desk) -> None:
    _person, secret = await administrator(desk)
    page = await signed_in(desk, secret)
    assert page.status == 303 and page.headers["Location"] == "/desk"
    person = Person(desk, cookie_of(page).value)
    assert "Hello, Ade Administrator" in (await person.get("/desk")).words


@pytest.mark.parametrize(
    "changes",
    [{"email": "nobody@example.org"}, {"passphrase": "wrong"}, {"code": "000000"}, {"code": ""}, {"passphrase": ""}],
)
async def test_what_was_wrong_nobody_is_told(desk: Desk, changes: dict[str, str]) -> None:
    _person, secret = await administrator(desk)
    page = await signed_in(desk, secret, **changes)
    assert page.status == 422 and "Set-Cookie" not in page.headers
    assert page.title == "Error: Sign in - Desk - Family review desk"
    plain = re.sub(r'value="[^"]*"', "", page.html)
    usual = re.sub(r'value="[^"]*"', "", (await signed_in(desk, secret, code="999999")).html)
    assert plain == usual
    assert PASSPHRASE not in page.html


async def test_a_made_up_address_does_not_help_to_try_more_often(desk: Desk) -> None:
    for made_up in ("203.0.113.7", "203.0.113.8"):
        page = await desk.nobody().get("/desk/sign-in")
        fields = {"token": page.token, "email": EMAIL, "passphrase": "wrong", "code": "000000"}
        await desk.nobody()._asked("POST", "/desk/sign-in", data=fields, headers={**OWN, "X-Forwarded-For": made_up})
    tries = await desk.rows("SELECT name, count FROM sign_in_tries")
    assert [row.count for row in tries] == [2, 2, 2], "of the account, of the one true address, and of all"
    assert "203.0.113" not in str(tries) and EMAIL not in str(tries)


async def test_the_cookie_can_be_read_by_no_script_and_sent_by_no_other_site(desk: Desk) -> None:
    _person, secret = await administrator(desk)
    cookie = cookie_of(await signed_in(desk, secret))
    assert cookie["httponly"] and cookie["samesite"] == "Strict" and cookie["path"] == "/" and not cookie["domain"]


def test_over_https_the_cookie_is_bound_to_this_host_and_is_taken_back_with_secure() -> None:
    cookie, response = StaffCookie(https=True), web.Response()
    cookie.write(response, "x" * 43)
    written = response.cookies["__Host-staff"]
    assert written["secure"] and written["httponly"] and not written["domain"] and written["path"] == "/"
    response = web.Response()
    cookie.forget(response)
    assert response.cookies["__Host-staff"]["secure"] and response.cookies["__Host-staff"]["max-age"] == "0"


async def test_a_stolen_cookie_is_worth_nothing_after_signing_out(desk: Desk) -> None:
    person = await desk.signed_in("coordinator")
    await person.post("/desk/sign-out")
    page = await person.get("/desk/account", allow_redirects=False)
    assert page.status == 303 and page.headers["Location"].startswith("/desk/sign-in")


async def test_signing_in_once_more_kills_the_session_that_the_browser_held(desk: Desk) -> None:
    _person, secret = await administrator(desk)
    first = Person(desk, cookie_of(await signed_in(desk, secret)).value)
    desk.clock.forward(seconds=60)
    page = await first.get("/desk/sign-in")
    fields = {"email": EMAIL, "passphrase": PASSPHRASE, "code": pyotp.TOTP(secret).at(desk.clock.now)}
    page = await first.send("/desk/sign-in", {"token": page.token, **fields}, allow_redirects=False)
    second = Person(desk, cookie_of(page).value)
    assert (await second.get("/desk")).status == 200 and second.token != first.token
    assert (await first.get("/desk")).title.startswith("Sign in")


async def test_after_half_an_hour_without_use_one_signs_in_again_and_comes_back_to_the_page(desk: Desk) -> None:
    person = await desk.signed_in("coordinator")
    desk.clock.forward(minutes=31)
    page = await person.get("/desk/requests?view=mine", allow_redirects=False)
    assert page.headers["Location"] == "/desk/sign-in?next=%2Fdesk%2Frequests%3Fview%3Dmine"


@pytest.mark.parametrize(
    "next", ["https://elsewhere.example", "//elsewhere.example", "/chat", "/desk/../chat", "/desk//x", "javascript:x"]
)
async def test_signing_in_leads_nowhere_but_to_the_desk(desk: Desk, next: str) -> None:
    _person, secret = await administrator(desk)
    page = await signed_in(desk, secret, next=next)
    assert page.headers["Location"] == "/desk"


async def test_a_form_that_comes_after_the_session_has_ended_is_kept_and_sent_after_signing_in(
    desk: Desk, night: Night
) -> None:
    _person, secret = await administrator(desk)
    id = (await desk.rows("SELECT id FROM staff"))[0].id
    await desk.database.run(lambda c: c.exec_driver_sql("UPDATE staff SET role = 'coordinator' WHERE id = ?", (id,)))
    reference = await night.meeting()
    person = Person(desk, cookie_of(await signed_in(desk, secret)).value)
    page = await person.get(f"/desk/requests/{reference}")
    desk.clock.forward(minutes=31)
    fields = {"token": page.token, "version": "0", "note": "Canary: an hour of writing"}
    page = await person.send(f"/desk/requests/{reference}/note", fields)
    assert page.status == 403 and "Nothing is lost" in page.words
    assert "Canary" not in page.html, "sealed"
    assert not await desk.rows("SELECT * FROM contacts")
    kept = re.search(r'name="kept" value="([^"]+)"', page.html)[1]  # type: ignore[index]
    page = await signed_in(desk, secret, kept=kept)
    assert "This was not sent yet" in page.words and "Canary: an hour of writing" in page.words
    person = Person(desk, cookie_of(page).value)
    path = re.search(r'action="(/desk/requests/[^"]+)"', page.html)[1]  # type: ignore[index]
    page = await person.send(path, {"token": page.token, "version": "0", "note": "Canary: an hour of writing"})
    assert page.status == 200 and len(await desk.rows("SELECT * FROM contacts")) == 1


async def test_a_kept_form_is_shown_to_who_wrote_it_and_to_nobody_else_who_signs_in_there(
    desk: Desk, night: Night
) -> None:
    reference = await night.meeting()
    writer = await desk.signed_in("coordinator")
    page = await writer.get(f"/desk/requests/{reference}")
    _person, secret = await administrator(desk)
    desk.clock.forward(minutes=31)
    fields = {"token": page.token, "version": "0", "note": "Canary: what a family told me"}
    page = await writer.send(f"/desk/requests/{reference}/note", fields)
    assert "Nothing is lost" in page.words
    kept = re.search(r'name="kept" value="([^"]+)"', page.html)[1]  # type: ignore[index]
    page = await signed_in(desk, secret, kept=kept)
    assert page.status == 303 and "Canary" not in page.html and reference not in page.html
    next_here = Person(desk, cookie_of(page).value)
    page = await next_here.get(page.headers["Location"])
    assert "Only they may see it: please tell them" in page.words and "Canary" not in page.html


async def test_a_form_from_before_one_signed_in_anew_in_another_tab_is_given_back_to_send(
    desk: Desk, night: Night
) -> None:
    reference = await night.meeting()
    amira, maya = await desk.signed_in("coordinator"), await desk.signed_in("manager")
    page = await amira.get(f"/desk/requests/{reference}")
    member = amira.member
    assert member is not None
    anew = await desk.database.run(lambda c: Sessions(desk.tables).begin(c, member, "Firefox/1", desk.clock.now).token)
    fields = {"token": page.token, "version": "0", "note": "Canary: half an hour of writing"}
    page = await Person(desk, anew).send(f"/desk/requests/{reference}/note", fields)
    assert page.status == 403 and "This was not sent yet" in page.words
    assert "Canary: half an hour of writing" in page.words and not await desk.rows("SELECT * FROM contacts")
    page = await Person(desk, anew).send(f"/desk/requests/{reference}/note", {**fields, "token": page.token})
    assert page.status == 200 and len(await desk.rows("SELECT * FROM contacts")) == 1
    page = await maya.send(f"/desk/requests/{reference}/note", fields)
    assert page.status == 403 and "Canary: half" not in page.words, "it is not hers"


async def test_a_passphrase_is_never_shown_to_who_signed_in_anew_in_another_tab(desk: Desk) -> None:
    token = await desk.app[ACCOUNTS].create_administrator(EMAIL, "Ade Administrator")
    before = await desk.signed_in("coordinator")
    page = await before.get(f"/desk/welcome/{token}")
    member = before.member
    assert member is not None
    anew = await desk.database.run(lambda c: Sessions(desk.tables).begin(c, member, "Firefox/1", desk.clock.now).token)
    sent = {"token": page.token, "email": EMAIL, "passphrase": PASSPHRASE, "again": PASSPHRASE, "code": "123456"}
    page = await Person(desk, anew).send(f"/desk/welcome/{token}", sent)
    assert page.status == 403 and PASSPHRASE not in page.html
    assert "load the page, try again" in page.words and "not sent yet" not in page.words


async def test_no_field_that_hides_what_is_typed_is_kept_or_shown_again(desk: Desk, night: Night) -> None:
    reference = await night.meeting()
    before = await desk.signed_in("coordinator")
    member = before.member
    assert member is not None
    page = await before.get(f"/desk/requests/{reference}")
    anew = await desk.database.run(lambda c: Sessions(desk.tables).begin(c, member, "Firefox/1", desk.clock.now).token)
    fields = re.findall(r'{{ parts\.line\("(\w+)"(?:(?!}}).)*type="password"', TEMPLATES, re.DOTALL)
    fields += re.findall(r'<input(?=[^>]*type="password")[^>]*name="(\w+)"', TEMPLATES)
    assert len(fields) == len(re.findall(r'type="password"', TEMPLATES)) and {"passphrase", "again"} <= set(fields)
    hidden = {name: f"Canary {name}" for name in fields}
    sent = {"token": page.token, "version": "0", "note": "half an hour of writing", **hidden}
    page = await Person(desk, anew).send(f"/desk/requests/{reference}/note", sent)
    assert "half an hour of writing" in page.words and "Canary" not in page.html


@pytest.mark.parametrize("kept", ["x", "gAAAAA", "é"])
async def test_a_kept_form_that_is_none_of_ours_is_nothing(desk: Desk, kept: str) -> None:
    _person, secret = await administrator(desk)
    page = await signed_in(desk, secret, kept=kept)
    assert page.status == 303


async def test_one_field_for_the_code_that_can_be_pasted_into_and_filled_in_by_the_browser(desk: Desk) -> None:
    page = await desk.nobody().get("/desk/sign-in")
    field = re.search(r'<input id="code"[^>]*>', page.html)[0]  # type: ignore[index]
    assert 'autocomplete="one-time-code"' in field and 'inputmode="numeric"' in field and "maxlength" not in field
    _person, secret = await administrator(desk)
    code = pyotp.TOTP(secret).at(desk.clock.now)
    assert (await signed_in(desk, secret, code=f" {code[:3]} {code[3:]} ")).status == 303


@pytest.mark.parametrize(
    ("fields", "why"),
    [
        ({"passphrase": "short"}, "at least 12"),
        ({"passphrase": "ade administrator"}, "close to"),
        ({"again": "another one entirely"}, "not the same"),
        ({"code": "000000"}, "The code is wrong"),
    ],
)
async def test_what_is_wrong_with_a_new_sign_in_is_said_and_the_link_still_works(
    desk: Desk, fields: dict[str, str], why: str
) -> None:
    token = await desk.app[ACCOUNTS].create_administrator(EMAIL, "Ade Administrator")
    page = await desk.nobody().get(f"/desk/welcome/{token}")
    sent = {"token": page.token, "passphrase": PASSPHRASE, "again": PASSPHRASE, "code": "1", **fields}
    if "again" not in fields:
        sent["again"] = sent["passphrase"]
    page = await desk.nobody().send(f"/desk/welcome/{token}", sent)
    assert page.status == 422 and why in page.words
    assert (await desk.nobody().get(f"/desk/welcome/{token}")).status == 200


async def test_a_used_link_says_so(desk: Desk) -> None:
    page = await desk.nobody().get("/desk/welcome/never-was-one")
    assert page.status == 410 and "can't be used" in page.words


async def test_a_colleague_is_invited_by_e_mail_and_nobody_else_sees_the_link(desk: Desk) -> None:
    person = await desk.signed_in("administrator")
    page = await person.post(
        "/desk/colleagues/invite", name="Amira Khan", email="amira@example.org", role="coordinator"
    )
    assert "The invitation is on its way" in page.words and "Amira Khan" in page.words
    assert "/desk/welcome/" not in page.html
    assert "staff_invitation" in [row.kind for row in await desk.rows("SELECT kind FROM outbox")]


@pytest.mark.parametrize("fields", [{"role": "king"}, {"email": "no"}, {"name": ""}])
async def test_an_invitation_that_lacks_something_is_refused_with_what_to_do(
    desk: Desk, fields: dict[str, str]
) -> None:
    person = await desk.signed_in("administrator")
    sent = {"name": "Amira Khan", "email": "amira@example.org", "role": "coordinator", **fields}
    page = await person.post("/desk/colleagues/invite", **sent)
    assert page.status == 422 and "There is a problem" in page.words
    assert not await desk.rows("SELECT * FROM invitations")


async def test_the_first_administrator_is_made_by_a_command_that_prints_the_link_once(
    real_time: None, desk: Desk, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Any
) -> None:
    monkeypatch.setenv("DATA_DIR", str(tmp_path))
    assert await asyncio.to_thread(main, ["administrator", EMAIL, "--name", "Ade"]) == 0
    link = re.search(r"http://\S+(/desk/welcome/\S+)", capsys.readouterr().out)
    assert link is not None
    assert "For Ade" in (await desk.nobody().get(link[1])).words
    assert await asyncio.to_thread(main, ["administrator", "no address"]) == 1
    assert "Write an e-mail address" in capsys.readouterr().err


async def test_the_command_says_in_plain_words_why_a_disabled_administrator_gets_no_link(
    desk: Desk, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Any
) -> None:
    monkeypatch.setenv("DATA_DIR", str(tmp_path))
    token = await desk.app[ACCOUNTS].create_administrator(EMAIL, "Ade")
    await desk.rows(f"UPDATE staff SET disabled_at = '{desk.clock.now:%Y-%m-%d %H:%M:%S.%f}' RETURNING id")  # noqa: S608
    page = await desk.nobody().get(f"/desk/welcome/{token}")
    assert page.status == 410 and "or the account is disabled. Ask an administrator" in page.words
    assert await asyncio.to_thread(main, ["administrator", EMAIL]) == 1
    said = capsys.readouterr()
    assert f"{EMAIL} is disabled, so a link would not work" in said.err and "enable the account" in said.err
    assert "/desk/welcome/" not in said.out


async def test_where_one_is_signed_in_is_listed_and_another_session_can_be_ended(desk: Desk) -> None:
    here = await desk.signed_in("coordinator")
    assert here.member is not None
    member = here.member

    def begin(connection: Any) -> str:
        return Sessions(desk.tables).begin(connection, member, "Chrome/1 Android", desk.clock.now).token

    there = Person(desk, await desk.database.run(begin))
    page = await here.get("/desk/account")
    assert "Firefox on Windows" in page.words and "Chrome on Android" in page.words
    path = re.search(r'action="(/desk/account/sessions/[^"]+)"', page.html)[1]  # type: ignore[index]
    await here.send(path, {"token": page.token})
    assert (await there.get("/desk/account")).title.startswith("Sign in")


async def test_a_page_says_when_its_session_ends_so_that_a_script_can_warn_before(desk: Desk) -> None:
    person = await desk.signed_in("coordinator")
    assert 'data-ends="2027-03-01T10:30:00+00:00"' in (await person.get("/desk")).html
    stay = await person._asked("POST", "/desk/stay", data={"token": (await person.get("/desk")).token}, headers=OWN)
    assert stay.status == 200 and json.loads(stay.html) == {"seconds": 30 * 60}


async def test_staying_signed_in_ends_after_twelve_hours_and_one_is_told_how_long_is_left(desk: Desk) -> None:
    person = await desk.signed_in("coordinator")
    token = (await person.get("/desk")).token
    for _ in range(35):
        desk.clock.forward(minutes=20)
        stay = await person.send("/desk/stay", {"token": token})
    assert json.loads(stay.html) == {"seconds": 20 * 60}


def test_every_role_says_what_it_is_for() -> None:
    assert all(role.about.endswith(".") for role in Role)
