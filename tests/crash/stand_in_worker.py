"""A worker that books meetings as the assistant does, without understanding a word; it stands where bot/worker.py does.

It speaks both contracts: `/turn` towards web, and the internal API on RECORDS_SOCKET.
"""

from __future__ import annotations

import asyncio
import os
import sys
import uuid
from typing import Any

import aiohttp
from aiohttp import web

PLAIN: dict[str, Any] = {
    "topic": None,
    "section": None,
    "reviewed_on": None,
    "links": [],
    "clarify": False,
    "choices": [],
}
ORDER = ("name", "contact", "when", "confirm")
Slots = dict[str, Any]


class Records:
    """The internal API, asked three times."""

    def __init__(self) -> None:
        self._session = aiohttp.ClientSession(
            "http://records",
            connector=aiohttp.UnixConnector(os.environ["RECORDS_SOCKET"]),
            headers={"Authorization": f"Bearer {os.environ['WORKER_SECRET']}"},
            timeout=aiohttp.ClientTimeout(1.5),
        )

    async def call(self, method: str, path: str, **options: Any) -> tuple[int, Any]:
        """Status and body of one call; raises after the third failure."""
        for attempt in range(3):
            try:
                async with self._session.request(method, f"/internal{path}", **options) as response:
                    if response.status < 500:
                        return response.status, await response.json()
            except (aiohttp.ClientError, TimeoutError):
                pass
            await asyncio.sleep(0.1 * (attempt + 1))
        raise RuntimeError("the records are out of reach")


def asking(slots: Slots, asks: str) -> dict[str, Any]:
    """A question of the form."""
    slots["asks"] = asks
    choices = [{"title": time["text"], "text": time["text"], "topic": None} for time in slots.get("times", [])]
    form = {"name": "meeting", "asks": asks}
    return {**PLAIN, "text": f"Please say: {asks}.", "form": form, "choices": choices if asks == "when" else []}


async def turn(records: Records, text: str, slots: Slots, conversation: str) -> dict[str, Any]:
    """What is said to `text`; changes the slots."""
    if "draft_id" not in slots:
        slots |= {"draft_id": str(uuid.uuid4()), "fields": {"contact_kind": "email"}}
        return asking(slots, "name")
    asks = slots["asks"]
    if asks == "confirm":
        return await send(records, slots, conversation)
    if asks == "when":
        return await pick(records, text, slots, conversation)
    slots["fields"][asks] = text
    following = ORDER[ORDER.index(asks) + 1]
    if following == "when":
        _status, answer = await records.call("GET", "/times", params={"wanted": "", "who": "either", "limit": "3"})
        slots["times"] = answer["times"]
    return asking(slots, following)


async def pick(records: Records, text: str, slots: Slots, conversation: str) -> dict[str, Any]:
    """One of the times on offer, which is held, or just words about when."""
    slots["fields"]["when"] = text
    for time in slots["times"]:
        if time["text"] == text:
            hold = {"draft_id": slots["draft_id"], "conversation": conversation, "time_id": time["id"]}
            status, answer = await records.call("POST", "/holds", json=hold)
            if status == 409:
                slots["times"] = answer["offers"]
                return asking(slots, "when")
            slots["fields"]["time_id"] = time["id"]
    return asking(slots, "confirm")


async def send(records: Records, slots: Slots, conversation: str) -> dict[str, Any]:
    """Record it."""
    body = {"draft_id": slots["draft_id"], "conversation": conversation, "fields": slots["fields"]}
    status, answer = await records.call("POST", "/requests", json=body)
    if status == 409:
        slots["times"] = answer["offers"]
        slots["fields"]["time_id"] = None
        return asking(slots, "when")
    if status not in (200, 201):
        raise RuntimeError(f"not recorded: {status} {answer}")
    return {**PLAIN, "text": "It is recorded.", "meeting": {**answer["meeting"], "code": answer["code"]}}


async def main(socket: str) -> None:
    """Serve until web closes the standard input."""
    records = Records()

    async def answer(request: web.Request) -> web.Response:
        asked = await request.json()
        past = [event["slots"] for event in asked["events"]] or [(asked["state"] or {}).get("slots", {})]
        slots: Slots = past[-1]
        said = await turn(records, asked["text"], slots, asked["conversation"])
        reply = {"said": [said], "events": [{"slots": slots}], "state": {"slots": slots}, "worried": False}
        return web.json_response(reply)

    async def ping(_request: web.Request) -> web.Response:
        return web.Response(text="here")

    app = web.Application()
    app.add_routes([web.get("/ping", ping), web.post("/turn", answer)])
    runner = web.AppRunner(app)
    await runner.setup()
    await web.UnixSite(runner, socket).start()
    print("ready", flush=True)  # noqa: T201
    await asyncio.get_running_loop().run_in_executor(None, os.read, 0, 1)
    os._exit(0)


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1]))
