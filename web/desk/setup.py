"""Puts the desk together: its parts, the navigation, and the gate in front of every route."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from aiohttp import web

from web.accounts.service import Accounts
from web.casework.service import Casework
from web.desk.account import Account
from web.desk.answers import AnswerPages
from web.desk.colleagues import Colleagues
from web.desk.cookie import StaffCookie
from web.desk.enter import Enter
from web.desk.figures import HowItGoes
from web.desk.gate import Gate
from web.desk.home import Home
from web.desk.inbox import Inbox
from web.desk.items import Items
from web.desk.questions import OpenQuestions
from web.desk.rendering import HERE, Entry, Rendering
from web.desk.routes import ADMINISTRATORS, CASEWORK, EVERY_ROLE, MANAGERS, OFFICE, Part, Route
from web.desk.sign_in import SignIn
from web.desk.tokens import FormTokens
from web.desk.unsent import Unsent
from web.keys import ANSWERS, MEETINGS, QUESTIONS, SETTINGS, WEEKS, WORDS, client_address
from web.pages.assets import Assets
from web.records.keys import Keys
from web.unanswered.drafts import Kinds

ROUTES: web.AppKey[list[Route]] = web.AppKey("desk_routes", list)

NAVIGATION = (
    Entry("/desk", "Home", EVERY_ROLE),
    Entry("/desk/requests", "Requests", CASEWORK),
    Entry("/desk/questions", "Open questions", OFFICE),
    Entry("/desk/answers", "Answers", EVERY_ROLE),
    Entry("/desk/figures", "How it goes", MANAGERS),
    Entry("/desk/colleagues", "Colleagues", ADMINISTRATORS),
    Entry("/desk/account", "Your account", EVERY_ROLE),
)


def setup(
    app: web.Application, accounts: Accounts, casework: Casework, keys: Keys, clock: Callable[[], datetime]
) -> None:
    """Add the desk to `app`, which must hold its settings and words already."""
    settings, words, meetings = app[SETTINGS], app[WORDS], app[MEETINGS]
    assets = Assets(HERE / "static", "/desk/static")
    tokens, cookie, unsent = FormTokens(keys), StaffCookie(settings.https), Unsent(keys, clock)
    rendering = Rendering(tokens, NAVIGATION, assets.address, words.details["phone"], clock)
    kinds = Kinds(settings.words_dir)
    gate = Gate(accounts, cookie, tokens, rendering, unsent)
    parts: list[Part] = [
        SignIn(accounts, cookie, unsent, client_address),
        Home(),
        Inbox(casework),
        Enter(meetings),
        Items(casework, meetings),
        OpenQuestions(app[QUESTIONS], kinds, settings.left_open_days),
        AnswerPages(app[ANSWERS], kinds, words, settings, clock),
        HowItGoes(app[WEEKS]),
        Account(accounts),
        Colleagues(accounts),
    ]
    app[ROUTES] = [route for part in parts for route in part.routes()]
    for route in app[ROUTES]:
        app.router.add_route(route.method, route.path, gate.guarded(route))
    app.router.add_get("/desk/static/{name}", assets.send)
