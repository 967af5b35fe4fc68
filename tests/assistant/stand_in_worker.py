"""A worker that does what its model file says; it stands where bot/worker.py does. Written out by the tests."""

import asyncio
import os
import sys
from pathlib import Path

from aiohttp import web

socket, model = sys.argv[1:3]
orders = Path(model).read_text().split()
reply = {
    "said": [
        {
            "text": orders[-1],
            "topic": None,
            "section": None,
            "reviewed_on": None,
            "links": [],
            "choices": [],
            "clarify": False,
        }
    ],
    "events": [],
    "state": {},
    "worried": False,
}


async def ping(request: web.Request) -> web.Response:
    return web.Response(text="here")


async def turn(request: web.Request) -> web.Response:
    if "hang" in orders:
        await asyncio.Event().wait()
    if "nonsense" in orders:
        return web.json_response({"said": []})
    if "fail" in orders:
        raise web.HTTPInternalServerError
    return web.json_response(reply)


async def main() -> None:
    if "refuse" in orders:
        sys.exit(1)
    app = web.Application()
    app.add_routes([web.get("/ping", ping), web.post("/turn", turn)])
    runner = web.AppRunner(app)
    await runner.setup()
    await web.UnixSite(runner, socket).start()
    print("ready", flush=True)  # noqa: T201
    await asyncio.get_running_loop().run_in_executor(None, os.read, 0, 1)  # ends when web closes its standard input


asyncio.run(main())
