"""Sessions: who is signed in, since when, until when. They end on the server, whatever a browser keeps."""

from __future__ import annotations

import hashlib
import re
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import uuid4

from sqlalchemy import Connection, delete, insert, or_, select, update

from web.accounts.roles import Member, Role
from web.records.tables import Tables

IDLE = timedelta(minutes=30)
LONGEST = timedelta(hours=12)
NOTE_AFTER = timedelta(seconds=30)  # being seen is written down this rarely
TOKEN_BYTES = 32

_BROWSERS = (("Edg/", "Edge"), ("Firefox/", "Firefox"), ("Chrome/", "Chrome"), ("Safari/", "Safari"))
_SYSTEMS = (("Android", "Android"), ("iPhone", "iPhone"), ("iPad", "iPad"), ("Windows", "Windows"), ("Mac OS", "Mac"))


@dataclass(frozen=True)
class Session:
    """A session that is alive. `token` is what the browser holds; `ends_at` is when it ends if nobody does anything."""

    id: str
    token: str
    member: Member
    ends_at: datetime


@dataclass(frozen=True)
class Listed:
    """A session as its owner sees it in a list."""

    id: str
    device: str
    created_at: datetime
    seen_at: datetime


class Sessions:
    """Inside a transaction that the caller began."""

    def __init__(self, tables: Tables) -> None:
        self._table = tables.sessions
        self._staff = tables.staff

    def begin(self, connection: Connection, member: Member, device: str, now: datetime) -> Session:
        """A new session, with a token nobody has seen before."""
        token, id = secrets.token_urlsafe(TOKEN_BYTES), str(uuid4())
        row = {"id": id, "token_hash": hashed(token), "staff_id": member.id, "device": in_words(device)}
        connection.execute(insert(self._table), {**row, "created_at": now, "seen_at": now, "expires_at": now + LONGEST})
        return Session(id, token, member, now + IDLE)

    def find(self, connection: Connection, token: str, now: datetime, used: bool = True) -> Session | None:
        """The session of a token; None where it ended, or its owner may not sign in any more.

        `used`: somebody did something, so it is seen now and lasts longer.
        """
        table, staff = self._table, self._staff
        query = select(
            table.c.id,
            table.c.seen_at,
            table.c.expires_at,
            staff.c.id.label("staff_id"),
            staff.c.email,
            staff.c.name,
            staff.c.role,
        ).join(staff, staff.c.id == table.c.staff_id)
        alive = (table.c.expires_at > now, table.c.seen_at > now - IDLE, staff.c.disabled_at.is_(None))
        row = connection.execute(query.where(table.c.token_hash == hashed(token), *alive)).first()
        if row is None:
            return None
        if used and now - row.seen_at >= NOTE_AFTER:
            connection.execute(update(table).where(table.c.id == row.id).values(seen_at=now))
        member = Member(row.staff_id, row.email, row.name, Role(row.role))
        seen_at = now if used else row.seen_at
        return Session(row.id, token, member, min(seen_at + IDLE, row.expires_at))

    def of(self, connection: Connection, staff_id: str, now: datetime) -> list[Listed]:
        """All that somebody has, the latest first."""
        table = self._table
        query = select(table).where(
            table.c.staff_id == staff_id, table.c.expires_at > now, table.c.seen_at > now - IDLE
        )
        rows = connection.execute(query.order_by(table.c.seen_at.desc()))
        return [Listed(row.id, row.device, row.created_at, row.seen_at) for row in rows]

    def end(self, connection: Connection, staff_id: str, id: str) -> bool:
        """End one of somebody's sessions; False where there is none."""
        table = self._table
        return bool(connection.execute(delete(table).where(table.c.id == id, table.c.staff_id == staff_id)).rowcount)

    def end_all(self, connection: Connection, staff_id: str) -> None:
        """End all that somebody has."""
        connection.execute(delete(self._table).where(self._table.c.staff_id == staff_id))

    def purge(self, connection: Connection, now: datetime) -> None:
        """Forget those that are over."""
        table = self._table
        connection.execute(delete(table).where(or_(table.c.expires_at <= now, table.c.seen_at <= now - IDLE)))


def hashed(token: str) -> bytes:
    """What is kept of a token."""
    return hashlib.sha256(token.encode()).digest()


def in_words(device: str) -> str:
    """A browser's own description as somebody would say it: Firefox on Windows."""
    browser = next((name for mark, name in _BROWSERS if mark in device), "A browser")
    system = next((name for mark, name in _SYSTEMS if re.search(mark, device)), "a computer")
    return f"{browser} on {system}"
