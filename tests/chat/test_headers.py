"""What every response carries, whoever made it."""

from __future__ import annotations

from typing import Any

import pytest

from tests.chat.conftest import Serve
from tests.chat.family import Client, Family, begin, call
from tests.doubles import FakeAssistant
from web.keys import CHAT

SITE = "https://www.example.org"


REQUESTS = [
    ("GET", "/healthz"),
    ("GET", "/readyz"),
    ("GET", "/api/openapi.json"),
    ("POST", "/api/conversations"),
    ("GET", "/api/conversations/x/messages"),
    ("DELETE", "/api/conversations/x"),
    ("GET", "/api/nothing"),
    ("PUT", "/api/conversations"),
    ("GET", "/"),
    ("GET", "/chat"),
    ("GET", "/nothing"),
    ("GET", "/appointment/x"),
    ("POST", "/appointment/x"),
    ("POST", "/"),
]


@pytest.mark.parametrize(("method", "path"), REQUESTS)
async def test_every_response_has_the_security_headers(client: Client, method: str, path: str) -> None:
    headers = (await call(client, method, path)).headers
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] in ("no-referrer", "same-origin")
    assert headers["Cross-Origin-Resource-Policy"] == "same-origin"
    assert headers["Server"] == "chat"
    assert headers["Cache-Control"] == "no-store"
    permissions = {item.strip() for item in headers["Permissions-Policy"].split(",")}
    assert {"camera=()", "microphone=()", "geolocation=()"} <= permissions
    policy = {part.split()[0]: part.split()[1:] for part in headers["Content-Security-Policy"].split(";")}
    assert (
        policy["default-src"] == policy["object-src"] == policy["base-uri"] == policy["frame-ancestors"] == ["'none'"]
    )
    assert policy["form-action"] == ["'self'"]
    assert not [value for values in policy.values() for value in values if value.startswith("'unsafe")]
    if headers["Content-Type"].startswith("text/html"):
        assert headers["Cross-Origin-Opener-Policy"] == "same-origin"


async def test_https_is_told_to_stay_https(serve: Serve) -> None:
    plain, safe = await serve(), await serve(public_url="https://chat.example.org")
    assert "Strict-Transport-Security" not in (await call(plain, "GET", "/healthz")).headers
    told = (await call(safe, "GET", "/api/nothing")).headers["Strict-Transport-Security"]
    assert "includeSubDomains" in told
    assert int(told.split(";")[0].removeprefix("max-age=")) >= 365 * 24 * 3600


@pytest.mark.parametrize("path", ["/api/conversations/x/messages", "/api/conversations"])
async def test_a_failure_tells_nothing_but_plain_words(
    client: Client, path: str, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    async def fail(*_arguments: Any, **_options: Any) -> None:
        raise RuntimeError("CANARY what the family said")

    for name in ("start", "say"):
        monkeypatch.setattr(client.app[CHAT], name, fail)
    body = {} if path.endswith("conversations") else {"text": "CANARY"}
    answer = await call_unchecked(client, path, body)
    assert answer["status"] == 500
    assert answer["title"]
    assert "01274 434361" in answer["detail"]
    assert "CANARY" not in str(answer)
    assert "CANARY" not in caplog.text
    assert "RuntimeError" in caplog.text


async def call_unchecked(client: Client, path: str, body: Any) -> dict[str, Any]:
    """500 is no answer that the description promises."""
    async with client.post(path, json=body, headers={"Authorization": "Bearer x"}) as response:
        answer: dict[str, Any] = await response.json(content_type="application/problem+json")
        return answer


@pytest.fixture
async def embedded(serve: Serve) -> Client:
    """A chat that one other site may show."""
    return await serve(allowed_origins=(SITE,))


async def test_an_allowed_site_may_use_the_api(embedded: Client) -> None:
    headers = (await call(embedded, "POST", "/api/conversations", json={}, headers={"Origin": SITE})).headers
    assert headers["Access-Control-Allow-Origin"] == SITE
    assert "Origin" in headers["Vary"]
    assert "Access-Control-Allow-Credentials" not in headers
    refused = await call(embedded, "GET", "/api/conversations/x/messages", headers={"Origin": SITE})
    assert refused.headers["Access-Control-Allow-Origin"] == SITE


async def test_a_preflight_is_answered_for_ten_minutes_at_most(embedded: Client) -> None:
    asked = {
        "Origin": SITE,
        "Access-Control-Request-Method": "POST",
        "Access-Control-Request-Headers": "authorization, content-type, idempotency-key",
    }
    async with embedded.options("/api/conversations/x/messages", headers=asked) as response:
        assert response.status == 204
        assert response.headers["Access-Control-Allow-Origin"] == SITE
        assert {"Authorization", "Content-Type", "Idempotency-Key"} == {
            name.strip() for name in response.headers["Access-Control-Allow-Headers"].split(",")
        }
        assert int(response.headers["Access-Control-Max-Age"]) <= 600


@pytest.mark.parametrize(
    "origin", ["https://evil.example", "null", "http://www.example.org", SITE + ".evil.example", "https://example.org"]
)
async def test_no_other_site_may(embedded: Client, origin: str) -> None:
    for method in ("POST", "OPTIONS"):
        headers = {"Origin": origin, "Access-Control-Request-Method": "POST"}
        async with embedded.request(method, "/api/conversations", json={}, headers=headers) as response:
            assert "Access-Control-Allow-Origin" not in response.headers


async def test_nothing_of_a_family_reaches_a_log(
    serve: Serve, assistant: FakeAssistant, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(0)
    canaries = ["Canaria", "07700 900999", "canary@example.org", "we live at Canary Row"]
    client = await serve(rate_limit=True, messages_per_10_minutes=4, trusted_proxies=1)
    family = await begin(client, headers={"X-Forwarded-For": "203.0.113.9"})
    answers = [await family.say(" ".join(canaries), headers={"X-Forwarded-For": "203.0.113.9"}) for _ in range(6)]
    assert answers[-1].status == 429
    await family.say("Canaria " * 500)
    await call(client, "GET", f"{family.path}?after=Canaria&token={family.token}", headers=family.headers)
    await call(client, "POST", family.path, data=b'{"text": "Canaria', headers=family.headers)
    await Family(client, family.id, "stolen-Canaria", []).read()
    await family.delete()
    assert "/api/conversations/{id}/messages" in caplog.text
    for secret in (*canaries, family.token, family.id, "203.0.113.9", "after=", "?"):
        assert secret not in caplog.text, secret
