"""Puts the parts together."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

from aiohttp import web

from web import desk, pages, widget
from web.accounts.service import Accounts
from web.assistant import Assistant
from web.casework.service import Casework
from web.chat.answering import Answerer, Answering
from web.chat.api import ChatApi
from web.chat.beside_staff import BesideStaff
from web.chat.description import description
from web.chat.limits import Limits
from web.chat.noting import Noting
from web.chat.reply_api import ReplyApi
from web.chat.replying import Replying
from web.chat.service import ChatService, Clock
from web.figures.weeks import Weeks
from web.http.body import BODY_LIMIT
from web.http.cors import cors
from web.http.errors import errors
from web.http.headers import add_security_headers
from web.http.request_ids import request_ids, show_request_id
from web.keys import (
    ACCOUNTS,
    ANSWERS,
    CHAT,
    CONVERSATIONS,
    DATABASE,
    MEETINGS,
    POSTMAN,
    QUESTIONS,
    REPLYING,
    SETTINGS,
    WEEKS,
    WORDS,
)
from web.meetings.service import Meetings
from web.meetings.upkeep import keep_up_regularly
from web.notify import Sender
from web.notify.folder import FolderSender
from web.notify.letters import Letters
from web.notify.outbox import Outbox
from web.notify.postman import Postman
from web.notify.smtp import SmtpSender, SmtpServer
from web.records.conversations import Conversations
from web.records.database import open_database
from web.records.keys import Keys, load_keys
from web.records.purge import Purge, purge_regularly
from web.records.switches import Switches
from web.records.tables import Tables
from web.replies.service import Replies
from web.safety.alone import Alone
from web.safety.danger import load_danger
from web.safety.help import Help
from web.settings import Settings
from web.unanswered.answers import Answers
from web.unanswered.drafts import Kinds
from web.unanswered.questions import Questions
from web.words import load_words

OUTBOX = "outbox"  # the folder in DATA_DIR for letters, where there is no SMTP server


def utc_now() -> datetime:
    """This moment, in UTC."""
    return datetime.now(UTC)


def create_app(
    settings: Settings,
    assistant: Assistant,
    *,
    clock: Clock = utc_now,
    keys: Keys | None = None,
    sender: Sender | None = None,
) -> web.Application:
    """The whole application around an assistant, which the caller starts and stops.

    Raises SettingsError and WordsError when it could not work with what it was given.
    """
    words = load_words(settings.words_dir, settings.kept_for)
    keys = keys or load_keys(settings)[0]
    database = open_database(settings)
    tables = Tables(keys)
    conversations = Conversations(database, tables)
    postman = Postman(database, Outbox(tables), sender or sender_of(settings), clock)
    meetings = Meetings(settings, words, keys, tables, database, clock, postman.wake)
    letters = Letters(settings.words_dir, words.details, settings.mail_from, settings.staff_email, settings.address)
    accounts = Accounts(tables, keys, database, letters, clock, postman.wake)
    danger = load_danger(settings.words_dir)
    help = Help(danger, words)
    alone = Alone(settings.words_dir, danger.spelling)
    switches = Switches(tables, database, clock, time.monotonic)
    answering: Answerer = Answering(assistant, words, help, alone, settings.answer_seconds, switches)
    in_chats = Replies(settings, words, tables, database, clock)
    replies = in_chats if settings.chat_replies else None
    if replies is not None:
        answering = BesideStaff(answering, replies, help, words)
    noting = Noting(settings.words_dir, words, settings.left_open_days)
    limits = Limits(settings, keys, clock)
    ended = replies.end if replies else None
    service = ChatService(settings, words, conversations, answering, noting, help, limits, switches, clock, ended)
    questions = Questions(database, tables, clock)
    titles = {topic: str(entry["title"]) for topic, entry in words.topics.items()}

    app = web.Application(middlewares=[request_ids, cors(settings), errors(words)], client_max_size=BODY_LIMIT)
    app[SETTINGS], app[WORDS], app[CHAT] = settings, words, service
    app[CONVERSATIONS], app[DATABASE] = conversations, database
    app[MEETINGS], app[POSTMAN], app[ACCOUNTS] = meetings, postman, accounts
    app[QUESTIONS] = questions
    app[ANSWERS] = Answers(database, tables, Kinds(settings.words_dir), settings.words_dir, clock)
    app[WEEKS] = Weeks(database, tables, titles, settings.fewest_shown, clock)
    add_security_headers(app, settings)
    app.on_response_prepare.append(show_request_id)
    app.add_routes(ChatApi(service, assistant, description(settings.chat_replies)).routes())
    if replies is not None:
        app[REPLYING] = Replying(service, replies)
        app.add_routes(ReplyApi(app[REPLYING]).routes())
    pages.setup(app)
    widget.setup(app)
    casework = Casework(tables, keys, database, clock, timedelta(days=settings.request_days), meetings.telling)
    desk.setup(app, desk.Behind(accounts, casework, switches, tables, keys, clock, replies))
    app.cleanup_ctx.append(_open_records)
    if replies is None:
        app.cleanup_ctx.append(_first(in_chats.all_leave))  # who was there when it was switched off
    purges: dict[str, Purge] = {"conversations": conversations.purge, "questions": questions.purge}
    if replies is not None:
        purges = {"agreements": replies.purge, **purges}  # while it can still be told who was there
        app.cleanup_ctx.append(_meanwhile(partial(keep_up_regularly, replies.keep_up)))
    app.cleanup_ctx.append(_meanwhile(partial(purge_regularly, purges, settings.purge_minutes * 60.0, clock)))
    app.cleanup_ctx.append(_meanwhile(noting.warm_up))
    for keep_up in (meetings.keep_up, casework.keep_up, accounts.purge):
        app.cleanup_ctx.append(_meanwhile(partial(keep_up_regularly, keep_up)))
    app.cleanup_ctx.append(_meanwhile(postman.deliver_regularly))
    return app


def sender_of(settings: Settings) -> Sender:
    """Who delivers letters: the SMTP server of the settings, or else a folder in DATA_DIR."""
    if settings.smtp_host is None:
        return FolderSender(settings.data_dir / OUTBOX)
    server = SmtpServer(
        settings.smtp_host,
        settings.smtp_port,
        settings.smtp_security,
        settings.smtp_user,
        settings.smtp_password,
    )
    return SmtpSender(server, settings.mail_from)


async def _open_records(app: web.Application) -> AsyncIterator[None]:
    await app[DATABASE].migrate()
    yield
    await app[DATABASE].close()


def _first(work: Callable[[], Coroutine[Any, Any, None]]):  # type: ignore[no-untyped-def]  # as below
    """Does `work` once, before the application runs."""

    async def context(_app: web.Application) -> AsyncIterator[None]:
        await work()
        yield

    return context


def _meanwhile(work: Callable[[], Coroutine[Any, Any, None]]):  # type: ignore[no-untyped-def]  # aiohttp's own name is private
    """Does `work` as long as the application runs."""

    async def context(_app: web.Application) -> AsyncIterator[None]:
        task = asyncio.create_task(work())
        yield
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task

    return context
