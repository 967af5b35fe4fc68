"""Somebody else's website with the chat on it: another origin, with styles of its own."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

HOSTILE = """
  * { all: unset; }
  html { font-size: 10px; }
  button, a, span, dialog, textarea { display: none !important; visibility: hidden !important; opacity: 0 !important; }
  review-chat { display: none !important; width: 0 !important; transform: scale(0) !important; }
"""
PAGE = """<!doctype html>
<html lang="en-GB">
<head>
  <meta charset="utf-8">
  <meta name="viewport" content="width=device-width, initial-scale=1">
  <title>The Partnership</title>
  <style>h1 {{ overflow-wrap: anywhere }} {style}</style>
</head>
<body>
  <main>
    <h1>Reviews</h1>
    <p>About reviews. <a id="first" href="/other">Another page</a></p>
    {filler}
    <p><a id="last" href="/other">A last link</a></p>
  </main>
  {embed}
</body>
</html>
"""


class Host:
    """What the website shows, by path; a test may add to it."""

    def __init__(self) -> None:
        """With nothing on it yet."""
        self.pages: dict[str, str] = {}
        self.address = ""

    def show(self, path: str, embed: str, style: str = "", filler: str = "") -> str:
        """Put a page with `embed` at `path`; returns its address."""
        self.pages[path] = PAGE.format(embed=embed, style=style, filler=filler)
        return self.address + path


@contextmanager
def running_host() -> Iterator[Host]:
    """Serve the website on a free port of this machine."""
    host = Host()

    class Handler(BaseHTTPRequestHandler):
        """Shows what there is; everything else is an empty page."""

        def do_GET(self) -> None:  # noqa: N802  so the library calls it
            """One page."""
            body = host.pages.get(self.path, "<!doctype html><title>Other</title><p>Other</p>").encode()
            self.send_response(200)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_arguments: object) -> None:
            """Says nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    host.address = f"http://127.0.0.1:{server.server_port}"
    thread = Thread(target=server.serve_forever, name="host")
    thread.start()
    try:
        yield host
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
