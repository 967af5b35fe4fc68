"""Security headers on every response, whoever made it."""

from __future__ import annotations

from aiohttp import web, web_response

from web.settings import Settings

# Pages that need more (a script, a style) set their own Content-Security-Policy; this one allows nothing.
STRICTEST_POLICY = "; ".join(
    (
        "default-src 'none'",
        "object-src 'none'",
        "base-uri 'none'",
        "form-action 'self'",
        "frame-ancestors 'none'",
    )
)
ALWAYS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-store",
    "Content-Security-Policy": STRICTEST_POLICY,
}
HSTS = "max-age=63072000; includeSubDomains"
SERVER = "chat"


def add_security_headers(app: web.Application, settings: Settings) -> None:
    """Have every response of `app` carry the headers; a handler's own value of one stays."""

    # Also for what aiohttp refuses before the application sees it (a broken request line).
    setattr(web_response, "SERVER_SOFTWARE", SERVER)  # noqa: B010  it is not exported

    async def prepare(_request: web.Request, response: web.StreamResponse) -> None:
        for name, value in ALWAYS.items():
            response.headers.setdefault(name, value)
        if response.content_type == "text/html":
            response.headers.setdefault("Cross-Origin-Opener-Policy", "same-origin")
        if settings.https:
            response.headers["Strict-Transport-Security"] = HSTS
        response.headers["Server"] = SERVER  # not which server and which version

    app.on_response_prepare.append(prepare)
