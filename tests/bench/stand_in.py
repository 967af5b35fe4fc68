"""A server that talks like Rasa's REST channel, run as a process of its own: `python stand_in.py PORT FOLDER MODE`.

It says back what it heard. MODE `silent` answers with nothing, as Rasa does after an error; `child` starts a process
of its own first and writes its id to FOLDER/child.
"""

import asyncio
import subprocess
import sys
from pathlib import Path

from aiohttp import web


def main(port: int, folder: Path, mode: str) -> None:
    if mode == "child":
        child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
        (folder / "child").write_text(str(child.pid))

    async def answer(request: web.Request) -> web.Response:
        message = (await request.json())["message"]
        await asyncio.sleep(0)
        return web.json_response([] if mode == "silent" else [{"text": message}])

    app = web.Application()

    async def health(request: web.Request) -> web.Response:
        await asyncio.sleep(0.1)
        return web.json_response({"status": "ok"})

    app.router.add_get("/webhooks/rest/", health)
    app.router.add_post("/webhooks/rest/webhook", answer)
    web.run_app(app, host="127.0.0.1", port=port, print=None)


if __name__ == "__main__":
    main(int(sys.argv[1]), Path(sys.argv[2]), sys.argv[3])
