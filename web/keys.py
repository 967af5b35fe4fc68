"""What handlers find in the application."""

from __future__ import annotations

from aiohttp import web

from web.accounts.service import Accounts
from web.chat.replying import Replying
from web.chat.service import ChatService
from web.figures.weeks import Weeks
from web.http.clients import address_behind
from web.meetings.service import Meetings
from web.notify.postman import Postman
from web.records.conversations import Conversations
from web.records.database import Database
from web.settings import Settings
from web.unanswered.answers import Answers
from web.unanswered.questions import Questions
from web.words import Words

SETTINGS = web.AppKey("settings", Settings)
WORDS = web.AppKey("words", Words)
CHAT = web.AppKey("chat", ChatService)
MEETINGS = web.AppKey("meetings", Meetings)
REPLYING = web.AppKey("replying", Replying)  # only where the setting is on
QUESTIONS = web.AppKey("questions", Questions)
ANSWERS = web.AppKey("answers", Answers)
WEEKS = web.AppKey("weeks", Weeks)
ACCOUNTS = web.AppKey("accounts", Accounts)
POSTMAN = web.AppKey("postman", Postman)
CONVERSATIONS = web.AppKey("conversations", Conversations)
DATABASE = web.AppKey("database", Database)


def client_address(request: web.Request) -> str:
    """The network address that a request comes from, for limits only: it is kept nowhere."""
    return address_behind(request, request.app[SETTINGS].trusted_proxies)
