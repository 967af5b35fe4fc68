"""Puts the desk together: its parts, the navigation, and the gate in front of every route."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from aiohttp import web

from web.accounts.service import Accounts
from web.casework.service import Casework
from web.desk.account import Account
from web.desk.answers import AnswerPages
from web.desk.chats import HERE as CHATS
from web.desk.chats import Chats
from web.desk.colleagues import Colleagues
from web.desk.cookie import StaffCookie
from web.desk.diary import Diary
from web.desk.enter import Enter
from web.desk.feed import Feed
from web.desk.figures import HowItGoes
from web.desk.gate import Gate
from web.desk.history import History
from web.desk.home import Home
from web.desk.inbox import Inbox
from web.desk.items import Items
from web.desk.questions import OpenQuestions
from web.desk.rendering import HERE, Entry, Rendering
from web.desk.routes import ADMINISTRATORS, CASEWORK, EVERY_ROLE, IN_CHARGE, MANAGERS, OFFICE, Part, Route
from web.desk.sign_in import SignIn
from web.desk.switches import SwitchPages
from web.desk.tokens import FormTokens
from web.desk.unsent import Unsent
from web.keys import ANSWERS, DATABASE, MEETINGS, QUESTIONS, SETTINGS, WEEKS, WORDS, client_address
from web.pages.assets import Assets
from web.records.keys import Keys
from web.records.switches import Switches
from web.records.tables import Tables
from web.replies.service import Replies
from web.unanswered.drafts import Kinds

ROUTES: web.AppKey[list[Route]] = web.AppKey("desk_routes", list)

NAVIGATION = (
    Entry("/desk", "Home", EVERY_ROLE),
    Entry("/desk/requests", "Requests", CASEWORK),
    Entry(CHATS, "Chats", CASEWORK),  # only where staff may answer in them
    Entry("/desk/meetings", "Meetings", CASEWORK),
    Entry("/desk/questions", "Open questions", OFFICE),
    Entry("/desk/answers", "Answers", EVERY_ROLE),
    Entry("/desk/figures", "How it goes", MANAGERS),
    Entry("/desk/switches", "Switches", IN_CHARGE),
    Entry("/desk/history", "History", IN_CHARGE),
    Entry("/desk/colleagues", "Colleagues", ADMINISTRATORS),
    Entry("/desk/account", "Your account", EVERY_ROLE),
)


@dataclass(frozen=True)
class Behind:
    """What the desk works with."""

    accounts: Accounts
    casework: Casework
    switches: Switches
    tables: Tables
    keys: Keys
    clock: Callable[[], datetime]
    replies: Replies | None = None  # where staff may answer in the chat


def setup(app: web.Application, behind: Behind) -> None:
    """Add the desk to `app`, which must hold its settings, words, database and meetings already."""
    settings, words, clock = app[SETTINGS], app[WORDS], behind.clock
    assets = Assets(HERE / "static", "/desk/static")
    tokens, cookie = FormTokens(behind.keys), StaffCookie(settings.https)
    unsent = Unsent(behind.keys, tokens, clock)
    navigation = [entry for entry in NAVIGATION if behind.replies or entry.path != CHATS]
    rendering = Rendering(tokens, navigation, assets.address, words.details, clock)
    gate = Gate(behind.accounts, behind.switches, cookie, tokens, rendering, unsent)
    app[ROUTES] = [route for part in _parts(app, behind, cookie, unsent) for route in part.routes()]
    for route in app[ROUTES]:
        app.router.add_route(route.method, route.path, gate.guarded(route))
    app.router.add_get("/desk/static/{name}", assets.send)


def _parts(app: web.Application, behind: Behind, cookie: StaffCookie, unsent: Unsent) -> list[Part]:
    settings, words, meetings, database = app[SETTINGS], app[WORDS], app[MEETINGS], app[DATABASE]
    accounts, casework, tables, clock = behind.accounts, behind.casework, behind.tables, behind.clock
    kinds, replies = Kinds(settings.words_dir), behind.replies
    return [
        *([Chats(replies)] if replies else []),
        SignIn(accounts, cookie, unsent, client_address, replies.leave_all if replies else None),
        Home(casework, settings, clock),
        Inbox(casework),
        Enter(meetings),
        Items(casework, meetings, replies),
        Diary(meetings, clock),
        Feed(meetings, tables, database, settings.address, clock),
        OpenQuestions(app[QUESTIONS], kinds, settings.left_open_days),
        AnswerPages(app[ANSWERS], kinds, words, settings, clock),
        HowItGoes(app[WEEKS]),
        SwitchPages(behind.switches, words),
        History(tables, database, casework, clock, chats=replies is not None),
        Colleagues(accounts, casework),
        Account(accounts, clock),
    ]
