"""What web records of meetings and hand-offs, in memory, behind the same API on a Unix socket."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from pathlib import Path
from typing import Any

from aiohttp import web

Json = dict[str, Any]
SHOWN = ("name", "contact", "other_contact", "when", "where", "bringing", "needs", "may_leave_message", "relation")
LETTERS = "ABCDEFGHJKLMNPQRTUVWXY"
TRIES = 3


class RecordsStandIn:
    """Keeps what is recorded, so that a test can look at it. `down` refuses everything; `times` are published ones."""

    def __init__(self) -> None:
        self.requests: dict[str, Json] = {}
        self.handoffs: dict[str, Json] = {}
        self.times: list[Json] = []
        self.holds: dict[str, str] = {}
        self.taken: set[str] = set()
        self.notes: list[Json] = []
        self.down = False
        self.refuses: tuple[int, Json] | None = None
        self.calls: list[str] = []
        self._wrong_codes = 0
        self._numbers = itertools.count(101)
        self._runner: web.AppRunner | None = None

    async def start(self, socket: Path) -> None:
        """Listens on the socket."""
        app = web.Application(middlewares=[self._refuses])
        app.add_routes(
            [
                web.post("/internal/requests", self._request),
                web.get("/internal/times", self._times),
                web.post("/internal/holds", self._hold),
                web.delete("/internal/holds/{draft}", self._release),
                web.get("/internal/conversations/{id}/requests", self._of_conversation),
                web.post("/internal/requests/find", self._find),
                web.post("/internal/requests/{reference}/change", self._change),
                web.post("/internal/requests/{reference}/cancel", self._cancel),
                web.post("/internal/requests/{reference}/note", self._note),
                web.post("/internal/handoffs", self._hand_off),
            ]
        )
        self._runner = web.AppRunner(app)
        await self._runner.setup()
        await web.UnixSite(self._runner, str(socket)).start()

    async def stop(self) -> None:
        """Stops listening."""
        if self._runner is not None:
            await self._runner.cleanup()

    def clear(self) -> None:
        """Forgets everything, as if it had just been started."""
        for kept in (self.requests, self.handoffs, self.times, self.holds, self.taken, self.notes):
            kept.clear()
        self.down = False
        self.refuses = None

    def publish(self, *texts: str, instant: bool = False) -> None:
        """Makes times free."""
        for number, text in enumerate(texts, len(self.times) + 1):
            starts = f"2026-12-{number:02}T14:00:00Z"
            self.times.append(
                {
                    "id": f"t{number}",
                    "starts_at": starts,
                    "text": text,
                    "place": None,
                    "who": "either",
                    "instant": instant,
                }
            )

    def latest(self) -> Json | None:
        """The request that was recorded last, as a `meeting`."""
        kept = list(self.requests.values())
        return _shown(kept[-1]) if kept else None

    @web.middleware
    async def _refuses(self, request: web.Request, handler: Callable[[web.Request], Any]) -> web.StreamResponse:
        self.calls.append(f"{request.method} {request.path}")
        if self.down:
            return web.json_response({"error": "not_recorded"}, status=503)
        if self.refuses is not None and request.method == "POST":
            return web.json_response(self.refuses[1], status=self.refuses[0])
        answer: web.StreamResponse = await handler(request)
        return answer

    async def _request(self, request: web.Request) -> web.Response:
        body = await request.json()
        fields, draft = body["fields"], body["draft_id"]
        known = self.requests.get(draft)
        if known is None:
            time = fields.get("time_id")
            if time and time in self.taken:
                return self._time_taken()
            known = {
                **fields,
                "reference": f"KTR-{next(self._numbers)}-97",
                "code": "482913",
                "conversations": [body["conversation"]],
            }
            known["status"] = "held" if time else "requested"
            self.requests[draft] = known
            return web.json_response({"meeting": _shown(known), "code": known["code"]}, status=201)
        return web.json_response({"meeting": _shown(known), "code": known["code"]})

    async def _times(self, request: web.Request) -> web.Response:
        return web.json_response({"times": self._free()[: int(request.query.get("limit", "3"))]})

    async def _hold(self, request: web.Request) -> web.Response:
        body = await request.json()
        if body["time_id"] in self.taken:
            return self._time_taken()
        self.holds[body["draft_id"]] = body["time_id"]
        (time,) = [time for time in self.times if time["id"] == body["time_id"]]
        return web.json_response({"time": time, "until": "2026-12-01T00:00:00Z"}, status=201)

    async def _release(self, request: web.Request) -> web.Response:
        self.holds.pop(request.match_info["draft"], None)
        return web.Response(status=204)

    async def _of_conversation(self, request: web.Request) -> web.Response:
        mine = [_shown(one) for one in self.requests.values() if request.match_info["id"] in one["conversations"]]
        return web.json_response({"requests": mine[::-1], "handoffs": []})

    async def _find(self, request: web.Request) -> web.Response:
        body = await request.json()
        if self._wrong_codes >= TRIES:
            return web.json_response({"error": "wait", "seconds": 90}, status=429)
        for one in self.requests.values():
            if one["reference"] == body["reference"] and one["code"] == body["code"]:
                one["conversations"].append(body["conversation"])
                return web.json_response({"meeting": _shown(one)})
        self._wrong_codes += 1
        return web.json_response({"error": "no_match"}, status=404)

    async def _change(self, request: web.Request) -> web.Response:
        body = await request.json()
        one = self._named(request)
        if one is None or body["conversation"] not in one["conversations"]:
            return web.json_response({}, status=403)
        if body["fields"].get("time_id") in self.taken:
            return self._time_taken()
        one.update(body["fields"])
        return web.json_response({"meeting": _shown(one)})

    async def _cancel(self, request: web.Request) -> web.Response:
        one = self._named(request)
        if one is None or (await request.json())["conversation"] not in one["conversations"]:
            return web.json_response({}, status=403)
        one["status"] = "cancelled"
        return web.json_response({"meeting": _shown(one)})

    async def _note(self, request: web.Request) -> web.Response:
        one = self._named(request)
        if one is None:
            return web.json_response({}, status=403)
        self.notes.append(await request.json())
        return web.json_response({"meeting": _shown(one)})

    async def _hand_off(self, request: web.Request) -> web.Response:
        body = await request.json()
        new = body["draft_id"] not in self.handoffs
        self.handoffs[body["draft_id"]] = body
        urgent = body["kind"] == "urgent"
        handed = {
            "reference": "HND-101-97",
            "kind": body["kind"],
            "status": "new",
            "urgent": urgent,
            "text": body["text"],
        }
        return web.json_response({"handoff": handed}, status=201 if new else 200)

    def _named(self, request: web.Request) -> Json | None:
        reference = request.match_info["reference"]
        return next((one for one in self.requests.values() if one["reference"] == reference), None)

    def _free(self) -> list[Json]:
        return [time for time in self.times if time["id"] not in self.taken]

    def _time_taken(self) -> web.Response:
        return web.json_response({"error": "time_taken", "offers": self._free()[:3]}, status=409)


def _shown(kept: Json) -> Json:
    shown = {name: kept.get(name) for name in SHOWN}
    who = kept.get("who_text") or kept.get("who")
    return {
        **shown,
        "who": who,
        "reference": kept["reference"],
        "status": kept["status"],
        "starts_at": None,
        "offers": [],
        "code": None,
    }
