"""Scripts, styles and pictures of pages, at addresses that change with their content."""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path

from aiohttp import web

FOLDER = Path(__file__).parent / "static"
FOR_EVER = "public, max-age=31536000, immutable"


class Assets:
    """The files of a folder."""

    def __init__(self, folder: Path = FOLDER, address: str = "/static") -> None:
        """Read them once, at the start; `address` is where they are served."""
        self._folder = folder
        self._address = address
        self._versions = {path.name: sha256(path.read_bytes()).hexdigest()[:16] for path in folder.iterdir()}

    def address(self, name: str) -> str:
        """Where a page finds the file `name`; another address once the file is another. Raises KeyError."""
        return f"{self._address}/{name}?v={self._versions[name]}"

    async def send(self, request: web.Request) -> web.FileResponse:
        """GET {address}/{name}: the file; a browser may keep it under its own address for ever."""
        version = self._versions.get(request.match_info["name"])
        if version is None:
            raise web.HTTPNotFound
        headers = {"Cache-Control": FOR_EVER} if request.query.get("v") == version else {}
        return web.FileResponse(self._folder / request.match_info["name"], headers=headers)
