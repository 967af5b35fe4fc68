"""Only our own forms may change anything; every page carries its headers; the help numbers are the right ones."""

from __future__ import annotations

import re
from http.client import HTTPConnection, HTTPResponse
from typing import Any
from urllib.parse import urlencode, urlsplit

import pytest
from playwright.sync_api import Page, expect

from tests.browser.chat import ANSWERED
from tests.browser.deep import deep
from tests.browser.server import Site

POSTS = ["/chat", "/chat/delete", "/leave"]
PAGES = ["/", "/chat", "/chat/delete", "/left", "/embed", "/accessibility", "/no-such-page"]
OWN = {"Sec-Fetch-Site": "same-origin"}


def post(site: Site, path: str, headers: dict[str, str], **fields: str) -> HTTPResponse:
    """Post a form, as the browser that sends these headers would."""
    kind = {"Content-Type": "application/x-www-form-urlencoded"}
    return request(site, "POST", path, kind | headers, urlencode(fields))


def request(
    site: Site, method: str, path: str, headers: dict[str, str] | None = None, body: str | None = None
) -> HTTPResponse:
    """One request; the response is read."""
    connection = HTTPConnection(urlsplit(site.address).netloc, timeout=15)
    connection.request(method, path, body, headers or {})
    response = connection.getresponse()
    response.text = response.read().decode(errors="replace")  # type: ignore[attr-defined]
    connection.close()
    return response


def forged(site: Site) -> dict[str, dict[str, str]]:
    """Posts that our forms never make."""
    own = site.address
    return {
        "no header at all": {},
        "another site": {"Sec-Fetch-Site": "cross-site"},
        "a neighbour": {"Sec-Fetch-Site": "same-site"},
        "nobody": {"Sec-Fetch-Site": "none"},
        "another origin": {"Origin": "https://evil.example"},
        "no origin": {"Origin": "null"},
        "our name before another": {"Origin": own + ".evil.example"},
        "another site with our origin": {"Sec-Fetch-Site": "cross-site", "Origin": own},
    }


@pytest.mark.parametrize("path", POSTS)
def test_a_post_of_another_site_is_refused_and_changes_nothing(site: Site, path: str) -> None:
    for name, headers in forged(site).items():
        response = post(site, path, headers, text=ANSWERED)
        assert response.status == 403, name
        assert response.getheader("Set-Cookie") is None, name


@pytest.mark.parametrize("path", POSTS)
def test_our_own_posts_pass_in_new_and_old_browsers(site: Site, path: str) -> None:
    for headers in (OWN, {"Origin": site.address}):
        assert post(site, path, headers, text=ANSWERED).status == 303


def test_every_post_of_the_pages_is_among_these(site: Site) -> None:
    pages = set(POSTS)
    for path in PAGES:
        text = request(site, "GET", path).text  # type: ignore[attr-defined]
        pages |= set(re.findall(r'method="post" action="([^"]+)"', text))
    assert pages == set(POSTS)


def test_a_form_of_ours_tells_old_browsers_where_it_is_from(page: Page, site: Site) -> None:
    page.goto("/chat")
    page.locator("#question").fill(ANSWERED)
    with page.expect_request(lambda request: request.method == "POST") as sent:
        page.locator("#ask button").click()
    assert sent.value.all_headers()["origin"] == site.address


@pytest.mark.parametrize("path", PAGES)
def test_every_page_carries_its_headers(site: Site, path: str) -> None:
    response = request(site, "GET", path)
    policy = dict(part.split(" ", 1) for part in (response.getheader("Content-Security-Policy") or "").split("; "))
    assert policy["default-src"] == policy["object-src"] == policy["base-uri"] == "'none'"
    assert policy["frame-ancestors"] == "'none'"
    assert policy["script-src"] == policy["style-src"] == policy["form-action"] == "'self'"
    assert not [value for value in policy.values() if "unsafe" in value or "*" in value]
    assert response.getheader("Cache-Control") == "no-store"
    assert response.getheader("Referrer-Policy") == "no-referrer"
    assert response.getheader("X-Content-Type-Options") == "nosniff"
    assert response.getheader("Cross-Origin-Opener-Policy") == "same-origin"
    assert response.getheader("Set-Cookie") is None


def test_no_page_has_a_script_or_style_of_its_own(site: Site) -> None:
    for path in PAGES:
        text = request(site, "GET", path).text  # type: ignore[attr-defined]
        assert not re.search(r"<script(?![^>]* src=)|<style|\sstyle=|\son\w+=", text), path


def test_files_may_be_kept_for_ever_under_an_address_that_changes_with_them(site: Site) -> None:
    text = request(site, "GET", "/").text  # type: ignore[attr-defined]
    addresses = re.findall(r'"(/static/[^"]+)"', text)
    assert len(addresses) == 3
    for address in addresses:
        assert "immutable" in (request(site, "GET", address).getheader("Cache-Control") or "")
        assert request(site, "GET", address.partition("?")[0]).getheader("Cache-Control") == "no-store"


@pytest.mark.parametrize("path", ["/static/../routes.py", "/static/%2e%2e/routes.py", "/static/..%2froutes.py"])
def test_nothing_but_those_files_is_handed_out(site: Site, path: str) -> None:
    assert request(site, "GET", path).status == 404


@pytest.mark.parametrize("cookie", ["", "x", "a.b.c", "a b.c", "." * 300, "é.é", "a." + "b" * 300])
def test_a_cookie_that_cannot_be_ours_is_no_conversation(site: Site, cookie: str) -> None:
    headers = {"Cookie": f"conversation={cookie}".encode().decode("latin-1")}
    assert request(site, "GET", "/chat", headers).status == 200


def test_the_same_form_sent_twice_is_one_message(site: Site) -> None:
    first = post(site, "/chat", OWN, text="hello", key="6d1b9a6e-5f0e-4a0c-9f6f-2f6f0b0a1c11")
    cookie = {"Cookie": (first.getheader("Set-Cookie") or "").partition(";")[0]}
    for _ in range(2):
        post(site, "/chat", OWN | cookie, text=ANSWERED, key="7d1b9a6e-5f0e-4a0c-9f6f-2f6f0b0a1c11")
    text = request(site, "GET", "/chat", cookie).text  # type: ignore[attr-defined]
    assert text.count("message--family") == 2


@pytest.mark.parametrize("body", [b"", b"text", b"%ff=%ff&text=%ff%fe", b"text=a&text=b", b"\x00" * 10])
def test_a_form_that_is_none_gets_a_page(site: Site, body: bytes) -> None:
    kind = {"Content-Type": "application/x-www-form-urlencoded"}
    response = request(site, "POST", "/chat", kind | OWN, body.decode("latin-1"))
    assert response.status in (303, 422)


def test_a_file_in_place_of_words_is_no_message(site: Site) -> None:
    kind = {"Content-Type": "multipart/form-data; boundary=x"}
    body = '--x\r\nContent-Disposition: form-data; name="text"; filename="a.txt"\r\n\r\nhello\r\n--x--\r\n'
    assert request(site, "POST", "/chat", kind | OWN, body).status == 422


def test_a_form_far_too_large_gets_a_page_with_the_numbers(site: Site) -> None:
    response = post(site, "/chat", OWN, text="a" * 600_000)
    assert response.status == 413
    assert 'href="tel:999"' in response.text  # type: ignore[attr-defined]


def test_each_help_number_shown_is_the_one_that_is_rung(page: Page, words: dict[str, Any]) -> None:
    page.goto("/")
    links = page.locator("#help a")
    expect(links).to_have_count(len(words["help_lines"]))
    for link in links.all():
        href = link.get_attribute("href") or ""
        shown = re.sub(r"\D", "", link.evaluate(deep("return words(link.firstChild)", "link")).split(",")[0])
        assert href.startswith("mailto:") or href.removeprefix("tel:").replace("+44", "0") == shown
