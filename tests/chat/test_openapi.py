"""The description holds: whatever it allows, and whatever it forbids, is answered as it says."""

from __future__ import annotations

from typing import Any

import pytest
import schemathesis
from aiohttp.test_utils import TestClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator
from schemathesis.core.result import Ok

from tests.chat.conftest import Serve
from tests.chat.family import DESCRIPTION, Family, begin, call
from web.keys import CHAT

SCHEMA = schemathesis.openapi.from_dict(DESCRIPTION)
OPERATIONS = [found.ok() for found in SCHEMA.get_all_operations() if isinstance(found, Ok)]
BOUNDED = settings(
    max_examples=25,
    deadline=None,
    derandomize=True,
    suppress_health_check=list(HealthCheck),
    database=None,
)


def test_the_message_schema_itself_is_valid() -> None:
    for schema in DESCRIPTION["components"]["schemas"].values():
        Draft202012Validator.check_schema(schema)


@pytest.mark.parametrize("replies", [False, True])
async def test_every_route_of_the_api_is_described_and_no_other(serve: Serve, replies: bool) -> None:
    client = await serve(chat_replies=replies)
    assert client.app is not None
    routes = {
        (route.method.lower(), route.resource.canonical)
        for route in client.app.router.routes()
        if route.resource is not None and route.method != "HEAD"
    }
    paths = (await call(client, "GET", "/api/openapi.json")).body["paths"]
    described = {(method, path) for path, item in paths.items() for method in item if method != "parameters"}
    assert paths.keys() <= DESCRIPTION["paths"].keys()
    assert described == {route for route in routes if route[1].startswith(("/api/", "/healthz", "/readyz"))}


@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda operation: operation.label)
@pytest.mark.parametrize("mode", ["positive", "negative"])
async def test_whatever_is_sent_is_answered_as_described(serve: Serve, operation: Any, mode: str) -> None:
    client = await serve(chat_replies=True)
    family = await begin(client)
    cases: list[Any] = []
    generation = schemathesis.GenerationMode(mode)
    try:
        strategy = operation.as_strategy(generation_mode=generation)

        @BOUNDED
        @given(case=strategy)
        def collect(case: Any) -> None:
            cases.append(case)

        collect()
    except Exception as error:
        if "negative" not in mode:
            raise
        assert "negative" in str(error) or type(error).__name__ == "Unsatisfiable", error
    for case in cases:
        await _send(client, family, case)


async def _send(client: TestClient[Any, Any], family: Family, case: Any) -> None:
    """Send a generated case for a conversation that is there; `call` checks the answer against the description."""
    options: dict[str, Any] = {"headers": {**family.headers}}
    if isinstance(case.body, bytes):
        options |= {"data": case.body}
        options["headers"]["Content-Type"] = "application/json"
    elif type(case.body).__name__ != "NotSet":
        options["json"] = case.body
    key = (case.headers or {}).get("Idempotency-Key")
    if isinstance(key, str) and key.isascii() and key.isprintable():
        options["headers"]["Idempotency-Key"] = key
    path = case.operation.path.replace("{id}", family.id)
    if case.operation.method.lower() == "delete":
        family = await begin(client)
        path, options["headers"] = case.operation.path.replace("{id}", family.id), family.headers
    answer = await call(client, case.operation.method.upper(), path, **options)
    assert answer.status < 500


async def test_any_text_at_all_is_answered_and_read_back_without_what_cannot_be_seen(serve: Serve) -> None:
    client = await serve(max_messages=10_000)
    family = await begin(client)
    texts: list[str] = []

    @settings(BOUNDED, max_examples=100)
    @given(text=st.text(st.characters(exclude_categories=["Cs"]), max_size=300))
    def collect(text: str) -> None:
        texts.append(text)

    collect()
    for text in texts:
        assert (await family.say(text)).status in (200, 422)
    assert client.app is not None
    assert client.app[CHAT]
    said = "".join(message["text"] for message in (await family.read()).messages if message["from"] == "family")
    assert not [char for char in said if char != "\n" and (char < " " or char in "\x7f\u200b\u202e\ufeff")]
