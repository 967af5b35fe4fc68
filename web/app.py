"""Puts the parts together."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress
from datetime import UTC, datetime

from aiohttp import web

from web import pages
from web.assistant import Assistant
from web.chat.answering import Answering
from web.chat.api import ChatApi
from web.chat.limits import Limits
from web.chat.service import ChatService, Clock
from web.http.body import BODY_LIMIT
from web.http.cors import cors
from web.http.errors import errors
from web.http.headers import add_security_headers
from web.keys import CHAT, CONVERSATIONS, DATABASE, SETTINGS, WORDS
from web.records.conversations import Conversations
from web.records.database import open_database
from web.records.keys import Keys, load_keys
from web.records.purge import purge_regularly
from web.records.tables import Tables
from web.safety.alone import Alone
from web.safety.danger import Danger
from web.safety.help import Help
from web.settings import Settings
from web.words import load_words


def utc_now() -> datetime:
    """This moment, in UTC."""
    return datetime.now(UTC)


def create_app(
    settings: Settings, assistant: Assistant, *, clock: Clock = utc_now, keys: Keys | None = None
) -> web.Application:
    """The whole application around an assistant, which the caller starts and stops.

    Raises SettingsError and WordsError when it could not work with what it was given.
    """
    words = load_words(settings.words_dir, settings.conversation_hours)
    keys = keys or load_keys(settings)[0]
    database = open_database(settings)
    conversations = Conversations(database, Tables(keys))
    danger = Danger(settings.words_dir)
    help = Help(danger, words)
    alone = Alone(settings.words_dir, danger.spelling)
    answering = Answering(assistant, words, help, alone, settings.answer_seconds)
    service = ChatService(settings, words, conversations, answering, help, Limits(settings, keys, clock), clock)

    app = web.Application(middlewares=[cors(settings), errors(words)], client_max_size=BODY_LIMIT)
    app[SETTINGS], app[WORDS], app[CHAT] = settings, words, service
    app[CONVERSATIONS], app[DATABASE] = conversations, database
    add_security_headers(app, settings)
    app.add_routes(ChatApi(service, assistant).routes())
    pages.setup(app)
    app.cleanup_ctx.append(_open_records)
    app.cleanup_ctx.append(_purge(settings, clock))
    return app


async def _open_records(app: web.Application) -> AsyncIterator[None]:
    await app[DATABASE].migrate()
    yield
    await app[DATABASE].close()


def _purge(settings: Settings, clock: Clock):  # type: ignore[no-untyped-def]  # aiohttp names the type privately
    async def context(app: web.Application) -> AsyncIterator[None]:
        task = asyncio.create_task(purge_regularly(app[CONVERSATIONS], settings.purge_minutes * 60.0, clock))
        yield
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task

    return context
