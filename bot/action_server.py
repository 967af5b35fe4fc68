"""Serves the actions on loopback for Rasa's own commands (`make shell`). The worker does not need it."""

from __future__ import annotations

import sys

from aiohttp import web

from bot.actions import InProcessActions

PORT = 5055


async def webhook(request: web.Request) -> web.Response:
    """Runs one action, as Rasa's action server would."""
    actions: InProcessActions = request.app["actions"]
    return web.json_response(await actions.request(json=await request.json()))


def main() -> None:
    """Called as a program; an argument gives another port."""
    app = web.Application()
    app["actions"] = InProcessActions()
    app.add_routes([web.post("/webhook", webhook)])
    web.run_app(app, host="127.0.0.1", port=int(sys.argv[1]) if len(sys.argv) > 1 else PORT, print=None)


if __name__ == "__main__":
    main()
