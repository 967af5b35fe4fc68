"""Which page answers which address."""

from __future__ import annotations

from pathlib import Path
from uuid import uuid4

from aiohttp import web
from aiohttp.typedefs import Handler

from web.chat.problems import Problem
from web.http.errors import ERROR_PAGE, ErrorPage
from web.keys import REPLYING, SETTINGS, WORDS
from web.pages.appointment import AppointmentPage
from web.pages.assets import Asset, Assets
from web.pages.origin import is_own_post
from web.pages.plain import PlainPages
from web.pages.rendering import page, setup_templates
from web.pages.reply import ReplyPages
from web.pages.session import SessionCookie
from web.request_ids import current
from web.widget import SCRIPT, style
from web.words import Words

STATIC = Path(__file__).parent / "static"


def setup(app: web.Application) -> None:
    """Add the pages to `app`, which must hold its settings and words already, and what families can do."""
    words = app[WORDS]
    # The style of everything in a chat is shared with the widget.
    assets = Assets(STATIC, "/static", {"chat.css": Asset(style().encode(), "text/css")})
    setup_templates(app, words, assets)
    app[ERROR_PAGE] = trouble(words)
    cookie = SessionCookie(app[SETTINGS].https)
    plain = PlainPages(words, cookie)
    appointment = AppointmentPage(words)
    app.add_routes(
        [
            web.get("/", home),
            web.get("/chat", plain.show),
            web.post("/chat", own(plain.ask)),
            web.get("/chat/delete", plain.confirm_delete),
            web.post("/chat/delete", own(plain.delete)),
            web.post("/leave", own(plain.leave)),
            web.get("/left", plain.left),
            web.get("/accessibility", accessibility),
            web.get("/embed", embed),
            web.get("/appointment/{token}", appointment.show),
            web.post("/appointment/{token}", own(appointment.cancel)),
            web.get("/static/{name}", assets.send),
        ]
    )
    if REPLYING in app:
        reply = ReplyPages(cookie)
        app.add_routes([web.post("/chat/reply", own(reply.agree)), web.post("/chat/reply/end", own(reply.take_back))])


async def home(request: web.Request) -> web.Response:
    """GET /: the page that holds the chat. Nothing is begun until its script, or a form, asks for it."""
    return page(request, "page.html", {"key": uuid4()})


async def accessibility(request: web.Request) -> web.Response:
    """GET /accessibility: how far the pages are for everybody."""
    return page(request, "accessibility.html", {"statement": request.app[WORDS].own["page"]["accessibility"]})


async def embed(request: web.Request) -> web.Response:
    """GET /embed: the line that puts the chat on another website."""
    words, address = request.app[WORDS].own["page"], request.app[SETTINGS].address
    line = (
        f'<review-chat><a href="{address}/chat">{words["launcher"]}</a></review-chat>'
        f'<script type="module" async src="{address}{SCRIPT}"></script>'
    )
    return page(request, "embed.html", {"embed": words["embed"], "line": line})


def own(handler: Handler) -> Handler:
    """Lets only posts of our own pages through to `handler`; others get 403."""

    async def checked(request: web.Request) -> web.StreamResponse:
        if not is_own_post(request):
            raise web.HTTPForbidden
        return await handler(request)

    return checked


def trouble(words: Words) -> ErrorPage:
    """Makes pages for what went wrong: the words for that status, and the help numbers."""
    known = words.own["page"]["errors"]

    def show(request: web.Request, problem: Problem) -> web.StreamResponse:
        entry = known.get(str(problem.status)) or problem.details(words)
        context = {"title": entry["title"], "detail": entry["detail"], "request_id": current()}
        response = page(request, "trouble.html", context, problem.status)
        response.headers.update(problem.headers)
        return response

    return show
