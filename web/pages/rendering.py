"""Turns templates into responses: their words, the help numbers on each of them, and the headers they all carry."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import aiohttp_jinja2
import jinja2
from aiohttp import web

from web.chat.messages import Message
from web.pages.assets import Assets
from web.words import Words

HERE = Path(__file__).parent
BRADFORD = ZoneInfo("Europe/London")

HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
        "form-action 'self'; base-uri 'none'; object-src 'none'; frame-ancestors 'none'"
    ),
    "Cross-Origin-Opener-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
}


def setup_templates(app: web.Application, words: Words, assets: Assets) -> None:
    """Prepare the templates."""
    aiohttp_jinja2.setup(
        app,
        loader=jinja2.FileSystemLoader(HERE / "templates"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        filters={"clock": clock, "day": day},
    )
    aiohttp_jinja2.get_env(app).globals.update(
        words=words.own["page"],
        help_lines=words.help_lines(),
        asset=assets.address,
        first_line=first_line,
        keeps_a_time=keeps_a_time,
    )


def page(
    request: web.Request, template: str, context: Mapping[str, Any] | None = None, status: int = 200
) -> web.Response:
    """A page; `template` is a file of templates/."""
    response = aiohttp_jinja2.render_template(template, request, dict(context or {}), status=status)
    response.headers.update(HEADERS)
    return response


def see_other(location: str) -> web.Response:
    """After a post: where to look, so that reloading posts nothing again."""
    return web.Response(status=303, headers={"Location": location, **HEADERS})


def first_line(message: Message) -> tuple[str, str]:
    """Help's first line and what follows it, so that the numbers to ring can stand between; all else is one piece."""
    if not (message["topic"] or "").startswith("safety."):
        return message["text"], ""
    opening, _, rest = message["text"].partition("\n")
    return opening, rest


def keeps_a_time(message: Message) -> bool:
    """True where a choice is a published time, which is kept for a while for who picks it."""
    form, lines = message["form"], message["text"].split("\n")
    asks = form is not None and (form["name"], form["asks"]) == ("meeting", "when")
    return asks and any(choice["text"] in lines for choice in message["choices"])


def clock(at: str) -> str:
    """The time of day in Bradford, of a moment as the API writes it: 21:04."""
    return datetime.fromisoformat(at).astimezone(BRADFORD).strftime("%H:%M")


def day(written: str) -> str:
    """A date in words: 23 November 2026."""
    when = date.fromisoformat(written)
    return f"{when.day} {when:%B %Y}"
