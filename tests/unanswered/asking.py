"""Families that ask what the leaflet has no answer to."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import uuid4

from tests.meetings.office import HASH
from web.records.conversations import Conversations
from web.records.kept import Answer, Asking, Kept, LeftOpen, Opened

KEEP = timedelta(days=30)


async def begin(conversations: Conversations, now: datetime) -> str:
    """A conversation that has just begun."""
    id = str(uuid4())
    await conversations.create(id, HASH, now + timedelta(hours=24), [_said("Hello.", now)], {})
    return id


async def ask(
    conversations: Conversations, now: datetime, words: str, topic: str | None = None, why: str = "open"
) -> str:
    """A message in a conversation of its own, as it is kept; returns the conversation."""
    id, until = await begin(conversations, now), now + timedelta(hours=24)
    asking = Asking(id, HASH, _said(words, now, "family"), None, str(uuid4()), until, until, 200)
    turn = await conversations.open_turn(asking)
    assert isinstance(turn, Opened)
    left_open = LeftOpen(now, now + KEEP, why, topic, words)
    reply = [_said("The leaflet does not say.", now)]
    await conversations.close_turn(Answer(id, asking.owner, turn.seq, reply, {}, None, now, left_open))
    return id


def _said(text: str, now: datetime, who: str = "assistant") -> Kept:
    return Kept(str(uuid4()), who, now, {"text": text})
