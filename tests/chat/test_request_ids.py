"""Each request has an id of ours, which people can quote and whoever looks after the service finds in the log."""

from __future__ import annotations

import re
from typing import Any

import pytest

from tests.chat.family import Client
from web.keys import CHAT

ID = re.compile(r"[2-9A-HJKMNP-Z]{5}-[2-9A-HJKMNP-Z]{5}")
PATHS = ["/", "/chat", "/healthz", "/no/such/page", "/api/conversations/x/messages", "/desk", "/static/nothing.css"]


@pytest.mark.parametrize("path", PATHS)
async def test_every_response_names_its_request_and_so_does_its_line_in_the_log(
    client: Client, path: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO")
    found = []
    for _ in range(2):
        async with client.get(path, headers={"X-Request-Id": "of-the-client"}, allow_redirects=False) as response:
            await response.read()
            found.append(response.headers["X-Request-Id"])
    assert all(ID.fullmatch(id) for id in found) and found[0] != found[1]
    lines = [record.getMessage() for record in caplog.records if record.name == "aiohttp.access"]
    assert [line.split()[-1] for line in lines] == found
    assert "of-the-client" not in caplog.text


@pytest.mark.parametrize("path", ["/no/such/page", "/desk/nothing/here", "/desk/welcome/never-was-one"])
async def test_a_page_about_what_went_wrong_gives_the_letters_and_numbers_to_quote(client: Client, path: str) -> None:
    async with client.get(path) as response:
        page, id = await response.text(), response.headers["X-Request-Id"]
    assert response.status >= 400
    assert re.search(rf"give (them )?these letters and numbers: <strong[^>]*>{id}</strong>", page)


async def test_what_failed_is_found_in_the_log_by_the_number(
    client: Client, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    async def fail(*_arguments: Any, **_options: Any) -> None:
        raise RuntimeError("CANARY what the family said")

    monkeypatch.setattr(client.app[CHAT], "start", fail)
    async with client.post("/api/conversations", json={}) as response:
        assert response.status == 500
    assert f"a request failed (request {response.headers['X-Request-Id']}): RuntimeError" in caplog.text
    assert "CANARY" not in caplog.text
