"""Reads a JSON body, whatever is sent instead."""

from __future__ import annotations

import asyncio
import re
from dataclasses import dataclass
from typing import Any, TypeVar

import orjson
from aiohttp import web
from pydantic import ValidationError

from web.chat import problems
from web.http.strict import Strict

BODY_LIMIT = 32 * 1024  # bytes
DRAIN_LIMIT = 8 * 1024 * 1024  # bytes read and thrown away so that the sender gets to see the answer
READ_SECONDS = 20.0
_ESCAPE = re.compile(rb"\\(?:u[0-9a-fA-F]{4}|.)", re.DOTALL)


Model = TypeVar("Model", bound=Strict)


@dataclass
class BodyTooLarge(Exception):
    """More than BODY_LIMIT; `text` is what of it can be looked at for danger: its beginning and its end."""

    text: str


async def read_json(request: web.Request, model: type[Model]) -> Model:
    """The body as a `model`. Problems: 400, 408, 415, 422. Raises BodyTooLarge."""
    if request.content_type != "application/json" or (request.charset or "utf-8").lower() not in ("utf-8", "utf8"):
        raise problems.wrong_type()
    try:
        value: Any = orjson.loads(await _read(request))
    except orjson.JSONDecodeError:  # also when nested too deeply
        raise problems.not_json() from None
    try:
        return model.model_validate(value)
    except ValidationError:
        raise problems.wrong_shape() from None


async def _read(request: web.Request) -> bytes:
    head, tail, size = bytearray(), b"", 0
    try:
        async with asyncio.timeout(READ_SECONDS):
            async for chunk in request.content.iter_any():
                size += len(chunk)
                head += chunk[: BODY_LIMIT + 1 - len(head)]
                tail = (tail + chunk)[-BODY_LIMIT:]
                if size > DRAIN_LIMIT:
                    break
    except TimeoutError:
        raise web.HTTPRequestTimeout from None
    except web.RequestPayloadError:  # not encoded as Content-Encoding says
        raise problems.not_json() from None
    if size > BODY_LIMIT:
        raise BodyTooLarge(_readable(bytes(head)) + "\n" + _readable(tail))
    return bytes(head)


def _readable(part: bytes) -> str:
    """Part of a JSON text as words, good enough to look for danger in."""
    return _ESCAPE.sub(b" ", part).decode("utf-8", errors="replace")
