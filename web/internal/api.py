"""The internal API's calls. What they mean is in web/meetings/service.py."""

from __future__ import annotations

import hmac
import logging
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar
from uuid import UUID

import orjson
from aiohttp import hdrs, web
from aiohttp.typedefs import Handler
from pydantic import ValidationError

from web.http.errors import log_without_values
from web.http.strict import Strict
from web.internal.bodies import Cancel, ChangeRequest, Find, NewHandoff, NewHold, NewRequest, Note
from web.meetings.kinds import (
    Change,
    Draft,
    DraftHandoff,
    Erased,
    MeetingsError,
    NoConversation,
    NoMatch,
    NotTheirs,
    TimeTaken,
    Wait,
)
from web.meetings.moments import to_utc_text
from web.meetings.service import OFFERED, Meetings
from web.records.database import NotRecorded

log = logging.getLogger(__name__)
BODY_LIMIT = 64 * 1024  # bytes
MOST_OFFERED = 10
WHO = ("reviewer", "staff", "either")
Model = TypeVar("Model", bound=Strict)
AddressOf = Callable[[str], str | None]


class Invalid(Exception):
    """What was sent is not as it has to be; `fields` are the names of what is wrong."""

    def __init__(self, *fields: str) -> None:
        super().__init__(", ".join(fields))
        self.fields = fields


def internal_app(meetings: Meetings, secret: str, address_of: AddressOf) -> web.Application:
    """The application for the Unix socket.

    `address_of` gives the network address that a conversation under way comes from, to slow down whoever tries codes.
    """
    app = web.Application(middlewares=[_only_the_worker(secret), _errors], client_max_size=BODY_LIMIT)
    app.add_routes(InternalApi(meetings, address_of).routes())
    return app


class InternalApi:
    """The handlers."""

    def __init__(self, meetings: Meetings, address_of: AddressOf) -> None:
        self._meetings = meetings
        self._address_of = address_of

    def routes(self) -> list[web.RouteDef]:
        """Every call."""
        request = "/internal/requests/{reference}"
        return [
            web.post("/internal/requests", self.record),
            web.post("/internal/requests/find", self.find),
            web.post(f"{request}/change", self.change),
            web.post(f"{request}/cancel", self.cancel),
            web.post(f"{request}/note", self.note),
            web.get("/internal/times", self.times),
            web.post("/internal/holds", self.hold),
            web.delete("/internal/holds/{draft_id}", self.release),
            web.get("/internal/conversations/{id}/requests", self.of_conversation),
            web.post("/internal/handoffs", self.hand_off),
        ]

    async def record(self, request: web.Request) -> web.Response:
        """Record a request: 201, or 200 where this draft was recorded before, with the same reference and code."""
        body = await _read(request, NewRequest)
        if missing := body.fields.missing():
            raise Invalid(*missing)
        draft = Draft(
            body.draft_id,
            body.conversation,
            body.fields.details(),
            body.fields.time_id,
            bool(body.fields.attach_conversation),
        )
        recorded = await self._meetings.record(draft)
        return _json({"meeting": recorded.meeting, "code": recorded.code}, 201 if recorded.new else 200)

    async def times(self, request: web.Request) -> web.Response:
        """Published times that fit."""
        query = request.query
        who, limit = query.get("who", "either"), query.get("limit", str(OFFERED))
        if who not in WHO:
            raise Invalid("who")
        if not (limit.isascii() and limit.isdigit()):
            raise Invalid("limit")
        fitting = await self._meetings.fitting_times(query.get("wanted", ""), who, min(int(limit), MOST_OFFERED))
        return _json({"times": [time.shown() for time in fitting]})

    async def hold(self, request: web.Request) -> web.Response:
        """Keep a time for a draft."""
        body = await _read(request, NewHold)
        time, until = await self._meetings.hold(body.draft_id, body.conversation, body.time_id)
        return _json({"time": time.shown(), "until": to_utc_text(until)}, 201)

    async def release(self, request: web.Request) -> web.Response:
        """Give back what a draft holds."""
        await self._meetings.release(_id(request.match_info["draft_id"], "draft_id"))
        return web.Response(status=204)

    async def of_conversation(self, request: web.Request) -> web.Response:
        """What a conversation asked for."""
        requests, handoffs = await self._meetings.of_conversation(_id(request.match_info["id"], "id"))
        return _json({"requests": requests, "handoffs": handoffs})

    async def find(self, request: web.Request) -> web.Response:
        """A request by reference and code."""
        body = await _read(request, Find)
        address = self._address_of(body.conversation)
        return _json({"meeting": await self._meetings.find(body.conversation, body.reference, body.code, address)})

    async def change(self, request: web.Request) -> web.Response:
        """Change a request."""
        body = await _read(request, ChangeRequest)
        change = Change(body.conversation, body.change_id, body.fields.changed(), body.fields.times())
        return _json({"meeting": await self._meetings.change(request.match_info["reference"], change)})

    async def cancel(self, request: web.Request) -> web.Response:
        """Cancel a request."""
        body = await _read(request, Cancel)
        meeting = await self._meetings.cancel(
            request.match_info["reference"], body.conversation, body.change_id, body.reason
        )
        return _json({"meeting": meeting})

    async def note(self, request: web.Request) -> web.Response:
        """Tell staff something about a request."""
        body = await _read(request, Note)
        meeting = await self._meetings.note(
            request.match_info["reference"], body.conversation, body.change_id, body.kind, body.text
        )
        return _json({"meeting": meeting})

    async def hand_off(self, request: web.Request) -> web.Response:
        """Pass something on to staff: 201, or 200 where this draft was recorded before."""
        body = await _read(request, NewHandoff)
        draft = DraftHandoff(
            body.draft_id, body.conversation, body.kind, body.details(), bool(body.attach_conversation)
        )
        handoff, new = await self._meetings.hand_off(draft)
        return _json({"handoff": handoff}, 201 if new else 200)


async def serve(app: web.Application, socket: Path) -> web.AppRunner:
    """Serve `app` on a Unix socket; the caller cleans the runner up."""
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.UnixSite(runner, str(socket)).start()
    return runner


def _only_the_worker(secret: str) -> Any:
    expected = f"Bearer {secret}".encode()

    @web.middleware
    async def middleware(request: web.Request, handler: Handler) -> web.StreamResponse:
        given = request.headers.get(hdrs.AUTHORIZATION, "").encode("utf-8", errors="replace")
        if not hmac.compare_digest(given, expected):
            return _json({"error": "not_allowed"}, 401)
        return await handler(request)

    return middleware


@web.middleware
async def _errors(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Every error as the JSON that the actions understand."""
    try:
        return await handler(request)
    except Invalid as error:
        return _json({"error": "invalid", "fields": list(error.fields)}, 422)
    except NotRecorded as error:
        log.error("the database could not do its part: %s", error)
        return _json({"error": "not_recorded"}, 503)
    except TimeTaken as error:
        return _json({"error": "time_taken", "offers": [time.shown() for time in error.offers]}, 409)
    except Wait as error:
        return _json({"error": "wait", "seconds": error.seconds}, 429)
    except MeetingsError as error:
        name, status = _NAMES[type(error)]
        return _json({"error": name}, status)
    except web.HTTPException:
        raise
    except Exception as error:
        log_without_values(log, "an internal call failed", error)
        return _json({"error": "internal"}, 500)


_NAMES: dict[type[MeetingsError], tuple[str, int]] = {
    NoMatch: ("no_match", 404),
    NoConversation: ("no_conversation", 404),
    Erased: ("no_match", 404),
    NotTheirs: ("not_theirs", 403),
}


async def _read(request: web.Request, model: type[Model]) -> Model:
    try:
        return model.model_validate(orjson.loads(await request.read()))
    except orjson.JSONDecodeError:
        raise Invalid("body") from None
    except ValidationError as error:
        names = {str(one["loc"][-1]) if one["loc"] else "body" for one in error.errors(include_input=False)}
        raise Invalid(*sorted(names)) from None


def _id(text: str, name: str) -> str:
    try:
        return str(UUID(text))
    except ValueError:
        raise Invalid(name) from None


def _json(body: Any, status: int = 200) -> web.Response:
    return web.Response(status=status, body=orjson.dumps(body), content_type="application/json")
