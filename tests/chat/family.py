"""A family on the other end of the API: every answer it gets is checked against the OpenAPI description."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml
from aiohttp import ClientResponse
from aiohttp.test_utils import TestClient
from jsonschema import Draft202012Validator

import web.chat

DESCRIPTION: dict[str, Any] = yaml.safe_load(
    (Path(web.chat.__file__).parent / "openapi.yml").read_text(encoding="utf-8")
)
Client = TestClient[Any, Any]


@dataclass(frozen=True)
class Answer:
    """A response and its decoded body."""

    status: int
    body: Any
    headers: Any

    @property
    def messages(self) -> list[dict[str, Any]]:
        """What was said."""
        said: list[dict[str, Any]] = self.body["messages"]
        return said

    @property
    def text(self) -> str:
        """All that was said, as one text."""
        return "\n".join(message["text"] for message in self.messages)

    @property
    def topics(self) -> list[str]:
        """The topics answered, in order."""
        return [message["topic"] for message in self.messages if message["topic"]]

    @property
    def hrefs(self) -> set[str]:
        """Where the links lead."""
        return {link["href"] for message in self.messages for link in message["links"]}

    @property
    def cares(self) -> bool:
        """True when the quiet line is there."""
        return any(message["care"] for message in self.messages)


@dataclass
class Family:
    """One conversation."""

    client: Client
    id: str
    token: str
    greeting: list[dict[str, Any]]

    @property
    def path(self) -> str:
        """Where its messages are."""
        return f"/api/conversations/{self.id}/messages"

    @property
    def headers(self) -> dict[str, str]:
        """What proves that it is theirs."""
        return {"Authorization": f"Bearer {self.token}"}

    async def say(self, text: str, key: str | None = None, **options: Any) -> Answer:
        """Say something."""
        headers = self.headers | ({"Idempotency-Key": key} if key else {}) | options.pop("headers", {})
        return await call(self.client, "POST", self.path, json={"text": text}, headers=headers, **options)

    async def read(self, after: str | None = None) -> Answer:
        """Read back."""
        params = {"after": after} if after else {}
        return await call(self.client, "GET", self.path, headers=self.headers, params=params)

    async def delete(self) -> Answer:
        """Erase everything."""
        return await call(self.client, "DELETE", f"/api/conversations/{self.id}", headers=self.headers)


async def begin(client: Client, **options: Any) -> Family:
    """A conversation that has just begun."""
    answer = await call(client, "POST", "/api/conversations", json={}, **options)
    assert answer.status == 201, answer.body
    conversation = answer.body["conversation"]
    return Family(client, conversation["id"], conversation["token"], answer.body["messages"])


async def call(client: Client, method: str, path: str, **options: Any) -> Answer:
    """One call; the answer is one that the description promises."""
    async with client.request(method, path, **options) as response:
        body = await response.json(content_type=None) if response.content_type.endswith("json") else None
        _check(method, path, response, body)
        return Answer(response.status, body, response.headers)


def _check(method: str, path: str, response: ClientResponse, body: Any) -> None:
    if not path.startswith("/api/"):
        return
    operation = DESCRIPTION["paths"].get(_template(path), {}).get(method.lower())
    if operation is None:
        assert response.status in (404, 405), f"{method} {path} is nowhere described"
        schema: Any = {"$ref": "#/components/schemas/Problem"}
        assert response.content_type == "application/problem+json"
    else:
        promised = _resolved(operation["responses"][str(response.status)])
        if "content" not in promised:
            assert body is None
            return
        assert response.content_type in promised["content"]
        schema = promised["content"][response.content_type]["schema"]
        for name, header in promised.get("headers", {}).items():
            assert name in response.headers or not header.get("required")
    Draft202012Validator({**DESCRIPTION, **schema}, format_checker=Draft202012Validator.FORMAT_CHECKER).validate(body)


def _template(path: str) -> str:
    parts = path.split("?")[0].split("/")
    if len(parts) > 3 and parts[2] == "conversations":
        parts[3] = "{id}"
    return "/".join(parts)


def _resolved(value: Any) -> Any:
    while "$ref" in value:
        found: Any = DESCRIPTION
        for part in value["$ref"].removeprefix("#/").split("/"):
            found = found[part]
        value = found
    return value
