"""Styles, scripts and pictures of pages, at addresses that change with their content."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from aiohttp import web

FOR_EVER = "public, max-age=31536000, immutable"
KINDS = {".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}


@dataclass(frozen=True)
class Asset:
    """A file as it is handed out."""

    body: bytes
    kind: str

    @property
    def version(self) -> str:
        """Another one once the content is another."""
        return sha256(self.body).hexdigest()[:16]


class Assets:
    """The files of a folder."""

    def __init__(self, folder: Path, address: str, more: Mapping[str, Asset] | None = None) -> None:
        """Read them once, at the start; `address` is where they are served, `more` what stands there beside them."""
        self._address = address
        self._assets = {path.name: Asset(path.read_bytes(), KINDS[path.suffix]) for path in folder.iterdir()}
        self._assets.update(more or {})

    def address(self, name: str) -> str:
        """Where a page finds the file `name`; another address once the file is another. Raises KeyError."""
        return f"{self._address}/{name}?v={self._assets[name].version}"

    async def send(self, request: web.Request) -> web.Response:
        """GET {address}/{name}: the file; a browser may keep it under its own address for ever."""
        asset = self._assets.get(request.match_info["name"])
        if asset is None:
            raise web.HTTPNotFound
        headers = {"Cache-Control": FOR_EVER} if request.query.get("v") == asset.version else {}
        return web.Response(body=asset.body, content_type=asset.kind, charset="utf-8", headers=headers)
