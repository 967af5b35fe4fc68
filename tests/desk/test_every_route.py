"""Promises that hold for every page of the desk, taken from the router itself so that no new page is forgotten."""

from __future__ import annotations

import re

from tests.desk.night import Night
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


async def test_no_post_that_another_site_made_is_taken_anywhere(desk: Desk) -> None:
    posts = [
        (route.method, route.resource.canonical)
        for route in desk.app.router.routes()
        if route.resource is not None and route.method not in ("GET", "HEAD")
    ]
    forms = [(method, path) for method, path in posts if not path.startswith("/api/")]  # whose token no site can send
    assert {"/chat", "/leave", "/appointment/{token}", "/desk/sign-in"} <= {path for _method, path in forms}
    for method, path in forms:
        for headers in STRANGERS:
            page = await desk.nobody()._asked(method, filled(path), data={}, headers=headers)
            assert page.status == 403, (path, headers)


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
            assert '<main class="wide" id="main" tabindex="-1">' in page.html and 'href="#main"' in page.html, page.path
            for table in re.findall(r"<table.*?</table>", page.html, re.DOTALL):
                assert "<caption" in table and "<th scope=" in table.replace('<th class="number" scope=', "<th scope=")


async def test_the_navigation_is_the_same_on_every_page(desk: Desk) -> None:
    for person in (await everybody(desk))[1:]:
        seen = set()
        for route in desk.app[ROUTES]:
            if route.method == "GET" and route.allowed and person.member and person.member.role in route.allowed:
                page = await person.get(filled(route.path))
                entries = re.findall(r'<li><a href="([^"]+)"[^>]*>([^<]+)</a>', page.html.partition("</nav>")[0])
                seen |= {tuple(entries)} if page.status == 200 and page.html.startswith("<!doctype") else set()
        assert len(seen) == 1 and len(seen.pop()) >= 4, person.member


async def test_a_wide_table_scrolls_inside_a_region_that_has_a_name_and_that_the_keyboard_reaches(
    desk: Desk, night: Night
) -> None:
    reference, person, tables = await night.meeting(), await desk.signed_in("manager"), 0
    await night.times("2027-03-02 14:00")
    for path in (f"/desk/requests/{reference}", *(route.path for route in desk.app[ROUTES] if route.method == "GET")):
        page = await person.get(filled(path))
        for before in page.html.split("<table")[:-1]:
            region = before.rpartition("<div")[2]
            assert 'class="scroll" role="region"' in region and 'tabindex="0"' in region and "aria-label" in region, (
                path
            )
            tables += 1
    assert tables >= 6


async def test_of_an_item_that_is_not_theirs_a_reviewer_sees_and_does_nothing_at_all(desk: Desk, night: Night) -> None:
    reference, reviewer = await night.meeting(), await desk.signed_in("reviewer")
    token, before = (await reviewer.get("/desk/account")).token, await desk.happened()
    for route in desk.app[ROUTES]:
        if "{reference}" in route.path and route.allowed and reviewer.member and reviewer.member.role in route.allowed:
            fields = {
                "token": token,
                "version": "0",
                "note": "mine",
                "stage": "seen",
                "way": "phone",
                "outcome": "spoke",
            }
            more = {"words_reason": "danger", "conversation_reason": "danger", "cancel_reason": "mine", "times": "x"}
            page = await reviewer._asked(
                route.method,
                route.path.replace("{reference}", reference),
                data={**fields, **more, "time": "x", "contact": "07700 900123"} if route.method == "POST" else None,
                headers=OWN,
            )
            assert page.status == 404 and "Rose" not in page.html, route.path
    assert await desk.happened() == before
