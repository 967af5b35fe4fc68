"""Promises that hold for every page of the desk, taken from the router itself so that no new page is forgotten."""

from __future__ import annotations

import re

from tests.desk.office import OWN, Desk, Person
from web.accounts.roles import Role
from web.desk.setup import ROUTES

SOMETHING = "00000000-0000-4000-8000-000000000000"
STRANGERS: list[dict[str, str]] = [
    {},
    {"Sec-Fetch-Site": "cross-site"},
    {"Sec-Fetch-Site": "same-site"},
    {"Sec-Fetch-Site": "none"},
    {"Origin": "https://elsewhere.example"},
    {"Origin": "null"},
]


def filled(path: str) -> str:
    """An address of that pattern."""
    return re.sub(r"\{\w+(:[^}]*)?\}", SOMETHING, path)


async def everybody(desk: Desk) -> list[Person]:
    return [desk.nobody(), *[await desk.signed_in(role) for role in Role]]


async def test_every_address_under_desk_is_in_the_table_of_routes(desk: Desk) -> None:
    served = {
        (route.method, route.resource.canonical)
        for route in desk.app.router.routes()
        if route.resource is not None and route.resource.canonical.startswith("/desk") and route.method != "HEAD"
    }
    known = {(route.method, route.path) for route in desk.app[ROUTES]}
    assert served - {("GET", "/desk/static/{name}")} == known


async def test_a_page_opens_for_its_roles_and_for_nobody_else(desk: Desk) -> None:
    people = [(person, (await person.get("/desk/account")).token) for person in await everybody(desk)]
    for route in desk.app[ROUTES]:
        if route.allowed is None or route.path == "/desk/sign-out":
            continue
        for person, token in people:
            fields = {"token": token} if route.method == "POST" else None
            page = await person._asked(
                route.method, filled(route.path), data=fields, headers=OWN, allow_redirects=False
            )
            asked = f"{route.method} {route.path} as {person.member and person.member.role}"
            if person.member is None and route.method == "GET":
                assert page.status == 303 and page.headers["Location"].startswith("/desk/sign-in?next="), asked
            elif person.member is None:
                assert page.status == 403 and page.title.startswith("Sign in"), asked
            elif person.member.role in route.allowed:
                assert page.status != 403 and page.status < 500, asked
            else:
                assert page.status == 403, asked


async def test_no_form_that_another_site_made_is_taken(desk: Desk) -> None:
    for person in [desk.nobody(), await desk.signed_in("manager")]:
        token = (await person.get("/desk/account")).token
        for route in desk.app[ROUTES]:
            for headers in STRANGERS if route.method != "GET" else []:
                page = await person._asked("POST", filled(route.path), data={"token": token}, headers=headers)
                assert page.status == 403, (route.path, headers)
    assert await desk.happened() == []


async def test_no_form_without_the_token_of_its_own_session_is_taken(desk: Desk) -> None:
    others = (await (await desk.signed_in("manager", "Someone Else")).get("/desk/account")).token
    for person in [desk.nobody(), await desk.signed_in("manager"), await desk.signed_in("administrator")]:
        for route in desk.app[ROUTES]:
            if route.method == "GET":
                continue
            for fields in ({}, {"token": ""}, {"token": "0" * 64}, {"token": others}):
                if person.member is None and fields.get("token") and route.allowed is not None:
                    continue  # a form after its session has ended is not taken but kept: test_sign_in.py
                page = await person.send(filled(route.path), fields)
                assert page.status == 403, (route.path, person.member)
    assert await desk.happened() == []


async def test_every_page_carries_the_headers(desk: Desk) -> None:
    for person in await everybody(desk):
        for route in desk.app[ROUTES]:
            page = await person._asked(route.method, filled(route.path), headers=OWN, allow_redirects=False)
            policy = dict(part.strip().split(" ", 1) for part in page.headers["Content-Security-Policy"].split(";"))
            assert policy["default-src"] == policy["object-src"] == policy["base-uri"] == "'none'"
            assert policy["frame-ancestors"] == "'none'"
            assert policy["form-action"] == "'self'"
            assert "unsafe" not in page.headers["Content-Security-Policy"]
            assert page.headers["X-Content-Type-Options"] == "nosniff"
            assert page.headers["Cache-Control"] == "no-store"
            assert page.headers["Referrer-Policy"] == "same-origin"
            assert page.headers["Server"] == "chat"
            assert "camera=()" in page.headers["Permissions-Policy"]


async def test_every_page_has_a_title_of_its_own_one_heading_and_a_way_past_the_navigation(desk: Desk) -> None:
    for person in await everybody(desk):
        titles: dict[str, str] = {}
        for route in desk.app[ROUTES]:
            if route.method != "GET" or (person.member and route.allowed and person.member.role not in route.allowed):
                continue
            page = await person.get(filled(route.path))
            if not page.headers["Content-Type"].startswith("text/html"):
                continue
            assert re.fullmatch(r".+ - .+ - Family review desk", page.title), page.path
            assert page.html.count("<h1") == 1, page.path
            assert page.html.index('class="skip"') < page.html.index("<header"), page.path
            levels = [int(level) for level in re.findall(r"<h([1-6])", page.html)]
            assert all(after - before <= 1 for before, after in zip(levels, levels[1:], strict=False)), page.path
            if page.status == 200 and person.member:
                assert titles.setdefault(page.title, page.path.partition("?")[0]) == page.path.partition("?")[0]
            for table in re.findall(r"<table.*?</table>", page.html, re.DOTALL):
                assert "<caption" in table and "<th scope=" in table.replace('<th class="number" scope=', "<th scope=")
