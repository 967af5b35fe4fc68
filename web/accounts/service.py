"""Accounts: every method is one transaction or a few short ones; slow hashing happens between them, in threads.

Every method raises NotRecorded when the database fails.

Rows are locked in one order, so that no two transactions wait for each other: first the member's row in `staff`, then
their sessions, then their invitations.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Unpack
from uuid import uuid4

from sqlalchemy import Connection, Row, delete, func, insert, select, update

from web.accounts import authenticator
from web.accounts.passphrases import Passphrases
from web.accounts.roles import Member, Role
from web.accounts.sessions import Listed, Session, Sessions, hashed
from web.accounts.throttle import Counted, Throttle
from web.notify.letters import Letters
from web.notify.outbox import Outbox
from web.records.database import Database
from web.records.events import Event, happened
from web.records.keys import Keys
from web.records.tables import Tables

INVITATION = timedelta(hours=48)
RENEWAL = timedelta(minutes=15)  # somebody who is signed in and sets up their own sign-in anew
TOKEN_BYTES = 32
COMMAND_LINE = "command line"
NOBODY = "nobody signed in"
OVER = "This link has been used, or it is too old. Ask an administrator for another."


class AccountsError(Exception):
    """It can't be done; the text says why in plain words."""


class WrongSignIn(Exception):
    """Some of e-mail, passphrase and code was wrong, or there were too many tries: which, nobody is told."""


@dataclass(frozen=True)
class Invited:
    """An invitation that can be taken up. `secret` is what the authenticator will hold."""

    member: Member
    secret: str


@dataclass(frozen=True)
class Colleague:
    """Somebody as administrators see them."""

    member: Member
    invited: bool  # has not set up a sign-in yet
    disabled: bool


class Accounts:
    """Members of staff and their sessions."""

    def __init__(
        self,
        tables: Tables,
        keys: Keys,
        database: Database,
        letters: Letters,
        clock: Callable[[], datetime],
        owed: Callable[[], None] = lambda: None,
        passphrases: Passphrases | None = None,
    ) -> None:
        """`owed` is called when a letter is waiting."""
        self._tables = tables
        self._staff = tables.staff
        self._database = database
        self._clock = clock
        self._owed = owed
        self._letters = letters
        self._outbox = Outbox(tables)
        self._passphrases = passphrases or Passphrases()
        self._sessions = Sessions(tables)
        self._throttle = Throttle(tables, keys)

    # Signing in.

    async def sign_in(self, email: str, passphrase: str, code: str, address: str, device: str) -> Session:
        """A new session. Raises WrongSignIn, after the same time whatever was wrong with the account.

        Where an address, or all together, tried too often, that is said at once, as it says nothing about accounts:
        hashing for them would keep everybody else waiting.
        """
        email, now = tidy_email(email), self._clock()
        names = self._throttle.names(email, address)
        counted, row = await self._database.run(lambda c: self._tried(c, names, email, now))
        usable = row is not None and not counted.locked and row.disabled_at is None
        kept = row.passphrase if row is not None and usable else None
        right = not counted.widely and await self._passphrases.matches(kept, passphrase)
        session = None
        if right and row is not None:
            fresh = await self._passphrases.hash(passphrase) if self._passphrases.is_outdated(row.passphrase) else None
            session = await self._database.run(lambda c: self._begin(c, row, code, list(names), device, fresh, now))
        if session is None:
            await self._database.run(lambda c: self._note_failure(c, row, counted))
            raise WrongSignIn
        return session

    async def session(self, token: str, used: bool = True) -> Session | None:
        """The session of a token, as long as it lives; being `used` it lives longer."""
        return await self._database.run(lambda c: self._sessions.find(c, token, self._clock(), used))

    async def sign_out(self, session: Session) -> None:
        """End a session."""
        await self.end_session(session.member, session.id, Event.SIGNED_OUT)

    async def sessions_of(self, member: Member) -> list[Listed]:
        """All sessions that somebody has."""
        return await self._database.run(lambda c: self._sessions.of(c, member.id, self._clock()))

    async def end_session(self, member: Member, id: str, what: Event = Event.SESSION_ENDED) -> bool:
        """End one of somebody's own sessions; False where there is none."""

        def end(connection: Connection) -> bool:
            ended = self._sessions.end(connection, member.id, id)
            if ended:
                self._happened(connection, member.id, member.name, what)
            return ended

        return await self._database.run(end)

    # Setting up a sign-in.

    async def create_administrator(self, email: str, name: str) -> str:
        """Invite an administrator from the command line, or invite them again; returns the link's token.

        Raises AccountsError.
        """
        email, now = _checked_email(email), self._clock()

        def create(connection: Connection) -> str:
            query = select(self._staff).where(self._staff.c.email == email)
            row = connection.execute(query.with_for_update()).first()
            if row is not None and row.role != Role.ADMINISTRATOR:
                raise AccountsError(f"{email} is known already, as {row.role}. Use another address.")
            if row is not None and row.disabled_at is not None:
                raise AccountsError(
                    f"{email} is disabled, so a link would not work. Another administrator can enable the account on "
                    "the desk, under Colleagues. If there is none, use another address for a new one."
                )
            id = row.id if row is not None else self._add(connection, email, name, Role.ADMINISTRATOR, now)
            self._happened(connection, id, COMMAND_LINE, Event.INVITED, Role.ADMINISTRATOR.value)
            return self._invitation(connection, id, now + INVITATION)

        return await self._database.run(create)

    async def invite(self, by: Member, email: str, name: str, role: Role) -> None:
        """Add a colleague and send them their link. Raises AccountsError."""
        email, now = _checked_email(email), self._clock()

        def invite(connection: Connection) -> None:
            id = self._add(connection, email, name, role, now)
            self._happened(connection, id, by.name, Event.INVITED, role.value)
            self._send_link(connection, id, email, now)

        await self._database.run(invite)
        self._owed()

    async def reset(self, by: Member, staff_id: str) -> None:
        """End a colleague's sign-in and send them a link to set up a new one. Raises AccountsError."""
        now = self._clock()

        def reset(connection: Connection) -> None:
            row = self._row(connection, staff_id)
            if row.disabled_at is not None:
                raise AccountsError(f"{row.name} is disabled. Enable the account first.")
            self._sessions.end_all(connection, staff_id)
            self._set(connection, staff_id, passphrase=None, secret=None)
            self._happened(connection, staff_id, by.name, Event.RESET)
            self._send_link(connection, staff_id, row.email, now)

        await self._database.run(reset)
        self._owed()

    async def renew(self, session: Session, passphrase: str) -> str | None:
        """Somebody wants another passphrase or authenticator: the token of their link, or None if it is not them."""
        member, now = session.member, self._clock()
        names = self._throttle.names(member.email, "renew")
        counted, row = await self._database.run(lambda c: self._tried(c, names, member.email, now))
        kept = None if counted.locked or row is None else row.passphrase
        if row is None or counted.widely or not await self._passphrases.matches(kept, passphrase):
            return None

        def renew(connection: Connection) -> str | None:
            # None where it was reset meanwhile: that sent a link, which must stay.
            same = self._unchanged(connection, row) is not None
            return self._invitation(connection, member.id, now + RENEWAL) if same else None

        return await self._database.run(renew)

    async def invited(self, token: str) -> Invited | None:
        """The invitation of a link; None where there is none, or it is over."""
        return await self._database.run(lambda c: self._invited(c, token, self._clock()))

    async def welcome(self, token: str, passphrase: str, code: str) -> list[str] | None:
        """Take up an invitation: the recovery codes, shown this once. None where the code is wrong.

        Raises AccountsError where the invitation is over.
        """
        invited, now = await self.invited(token), self._clock()
        if invited is None:
            raise AccountsError(OVER)
        step = authenticator.step_of(invited.secret, code, now, after=0)
        if step is None:
            return None
        kept = await self._passphrases.hash(passphrase)
        return await self._database.run(lambda c: self._welcomed(c, token, kept, step, now))

    # Colleagues.

    async def colleagues(self) -> list[Colleague]:
        """Everybody, by name."""

        def read(connection: Connection) -> list[Colleague]:
            rows = connection.execute(select(self._staff).order_by(self._staff.c.name))
            return [Colleague(_member(row), row.passphrase is None, row.disabled_at is not None) for row in rows]

        return await self._database.run(read)

    async def change_role(self, by: Member, staff_id: str, role: Role) -> None:
        """Give a colleague another role; they have to sign in again. Raises AccountsError."""

        def change(connection: Connection) -> None:
            row = self._other(connection, by, staff_id)
            if row.role == role:
                return
            self._set(connection, staff_id, role=role.value)
            self._sessions.end_all(connection, staff_id)
            self._happened(connection, staff_id, by.name, Event.ROLE_CHANGED, f"{row.role} to {role.value}")

        await self._database.run(change)

    async def disable(self, by: Member, staff_id: str) -> None:
        """A colleague may not sign in any more, at once. Raises AccountsError."""

        def disable(connection: Connection) -> None:
            self._other(connection, by, staff_id)
            self._set(connection, staff_id, disabled_at=self._clock())
            self._sessions.end_all(connection, staff_id)
            connection.execute(delete(self._tables.invitations).where(self._tables.invitations.c.staff_id == staff_id))
            self._happened(connection, staff_id, by.name, Event.DISABLED)

        await self._database.run(disable)

    async def enable(self, by: Member, staff_id: str) -> None:
        """A colleague may sign in again. Raises AccountsError."""

        def enable(connection: Connection) -> None:
            self._other(connection, by, staff_id)
            self._set(connection, staff_id, disabled_at=None)
            self._happened(connection, staff_id, by.name, Event.ENABLED)

        await self._database.run(enable)

    async def purge(self) -> None:
        """Forget sessions and invitations that are over."""
        now, invitations = self._clock(), self._tables.invitations

        def purge(connection: Connection) -> None:
            self._sessions.purge(connection, now)
            connection.execute(delete(invitations).where(invitations.c.expires_at <= now))

        await self._database.run(purge)

    # Parts of the above.

    def _tried(
        self, connection: Connection, names: dict[str, int], email: str, now: datetime
    ) -> tuple[Counted, Row[Unpack[tuple[Any, ...]]] | None]:
        counted = self._throttle.count(connection, names, now)
        return counted, connection.execute(select(self._staff).where(self._staff.c.email == email)).first()

    def _begin(
        self,
        connection: Connection,
        row: Row[Unpack[tuple[Any, ...]]],
        code: str,
        names: list[str],
        device: str,
        fresh: str | None,
        now: datetime,
    ) -> Session | None:
        """The passphrase was right: a session if the code is, too, and it is still the passphrase."""
        current = self._unchanged(connection, row)
        if current is None or not self._code_used(connection, current, code, now):
            return None
        row = current
        if fresh is not None:
            self._set(connection, row.id, passphrase=fresh)
        self._throttle.succeeded(connection, names)
        self._happened(connection, row.id, row.name, Event.SIGNED_IN)
        return self._sessions.begin(connection, _member(row), device, now)

    def _unchanged(
        self, connection: Connection, row: Row[Unpack[tuple[Any, ...]]]
    ) -> Row[Unpack[tuple[Any, ...]]] | None:
        """The row as it is now, kept so until the end of the transaction; None where another sign-in is asked for.

        Hashing takes a while, in which an administrator may have reset or disabled the account.
        """
        now = connection.execute(select(self._staff).where(self._staff.c.id == row.id).with_for_update()).first()
        if now is None or now.disabled_at is not None:
            return None
        return now if (now.passphrase, now.secret) == (row.passphrase, row.secret) else None

    def _code_used(self, connection: Connection, row: Row[Unpack[tuple[Any, ...]]], code: str, now: datetime) -> bool:
        """Use up a code of the authenticator, or a recovery code."""
        if row.secret is None:
            return False
        step = authenticator.step_of(row.secret, code, now, row.last_step)
        if step is not None:
            # Compare and swap: of two at once with the same code only one gets in.
            mine = update(self._staff).where(self._staff.c.id == row.id, self._staff.c.last_step < step)
            return bool(connection.execute(mine.values(last_step=step)).rowcount)
        codes = self._tables.recovery_codes
        used = delete(codes).where(codes.c.code_hash == authenticator.recovery_hash(row.id, code))
        if not connection.execute(used).rowcount:
            return False
        self._happened(connection, row.id, row.name, Event.RECOVERY_USED)
        return True

    def _note_failure(self, connection: Connection, row: Row[Unpack[tuple[Any, ...]]] | None, counted: Counted) -> None:
        """In the history, whoever it was; what was typed stands nowhere.

        The history is for ever, so of tries beyond a limit only the first is in it.
        """
        if counted.locked and not counted.first:
            return
        what = Event.SIGN_IN_LOCKED if counted.locked else Event.SIGN_IN_FAILED
        self._happened(connection, row.id if row is not None else "unknown", NOBODY, what)

    def _add(self, connection: Connection, email: str, name: str, role: Role, now: datetime) -> str:
        name = " ".join(name.split())
        if not 2 <= len(name) <= 100:
            raise AccountsError("Write a name of 2 to 100 characters.")
        taken = select(self._staff.c.email).where(
            (self._staff.c.email == email) | (func.lower(self._staff.c.name) == name.lower())
        )
        found = connection.execute(taken).scalar()
        if found == email:
            raise AccountsError(f"{email} has an account already.")
        if found is not None:
            raise AccountsError(f"There is somebody called {name} already. Add a middle name, or a team.")
        id = str(uuid4())
        row = {"id": id, "email": email, "name": name, "role": role.value, "last_step": 0, "created_at": now}
        connection.execute(insert(self._staff), row)
        return id

    def _send_link(self, connection: Connection, staff_id: str, email: str, now: datetime) -> None:
        token = self._invitation(connection, staff_id, now + INVITATION)
        letter = self._letters.to_colleague("invitation", email, f"/desk/welcome/{token}")
        self._outbox.owe(connection, "staff_invitation", letter, now)

    def _invitation(self, connection: Connection, staff_id: str, expires_at: datetime) -> str:
        """A new link for somebody instead of any before."""
        table, token = self._tables.invitations, secrets.token_urlsafe(TOKEN_BYTES)
        connection.execute(delete(table).where(table.c.staff_id == staff_id))
        row = {"token_hash": hashed(token), "staff_id": staff_id, "secret": authenticator.new_secret()}
        connection.execute(insert(table), {**row, "expires_at": expires_at})
        return token

    def _invited(self, connection: Connection, token: str, now: datetime, lock: bool = False) -> Invited | None:
        """The invitation of a link. `lock`: its member's row is kept as it is until the end of the transaction."""
        table = self._tables.invitations
        alive = (table.c.token_hash == hashed(token), table.c.expires_at > now, self._staff.c.disabled_at.is_(None))
        query = select(self._staff, table.c.secret.label("invited_secret")).join(table).where(*alive)
        row = connection.execute(query.with_for_update(of=self._staff) if lock else query).first()
        return Invited(_member(row), row.invited_secret) if row is not None else None

    def _welcomed(self, connection: Connection, token: str, kept: str, step: int, now: datetime) -> list[str]:
        invited, table = self._invited(connection, token, now, lock=True), self._tables.invitations
        if invited is None:
            raise AccountsError(OVER)
        id, codes, kept_codes = invited.member.id, authenticator.new_recovery_codes(), self._tables.recovery_codes
        self._set(connection, id, passphrase=kept, secret=invited.secret, last_step=step)
        self._sessions.end_all(connection, id)
        if not connection.execute(delete(table).where(table.c.token_hash == hashed(token))).rowcount:
            raise AccountsError(OVER)  # meanwhile it was taken up, or another was sent instead
        connection.execute(delete(kept_codes).where(kept_codes.c.staff_id == id))
        rows = [{"code_hash": authenticator.recovery_hash(id, code), "staff_id": id} for code in codes]
        connection.execute(insert(kept_codes), rows)
        self._happened(connection, id, invited.member.name, Event.WELCOMED)
        return codes

    def _other(self, connection: Connection, by: Member, staff_id: str) -> Row[Unpack[tuple[Any, ...]]]:
        """A colleague: nobody takes their own rights away, so that one administrator is always left."""
        if staff_id == by.id:
            raise AccountsError("You can't do this to your own account. Ask another administrator.")
        # Both rows, in one order: of two who do this to each other at once the second one finds out.
        both = select(self._staff).where(self._staff.c.id.in_([by.id, staff_id])).order_by(self._staff.c.id)
        rows = {row.id: row for row in connection.execute(both.with_for_update())}
        mine = rows.get(by.id)
        if mine is not None and (mine.disabled_at is not None or mine.role != by.role):
            raise AccountsError("Your own account was changed meanwhile. Ask another administrator.")
        if staff_id not in rows:
            raise AccountsError("There is no such colleague.")
        return rows[staff_id]

    def _row(self, connection: Connection, staff_id: str) -> Row[Unpack[tuple[Any, ...]]]:
        row = connection.execute(select(self._staff).where(self._staff.c.id == staff_id).with_for_update()).first()
        if row is None:
            raise AccountsError("There is no such colleague.")
        return row

    def _set(self, connection: Connection, staff_id: str, **values: Any) -> None:
        connection.execute(update(self._staff).where(self._staff.c.id == staff_id).values(**values))

    def _happened(self, connection: Connection, about: str, who: str, what: Event, detail: str | None = None) -> None:
        happened(connection, self._tables.history, about, self._clock(), who, what, detail)


def tidy_email(written: str) -> str:
    """An address as accounts know it."""
    return written.strip().lower()


def _checked_email(written: str) -> str:
    email = tidy_email(written)
    name, at, domain = email.partition("@")
    plain = email.isascii() and email.isprintable() and not any(c in email for c in ' ,;:<>"()[]\\')
    if not (plain and name and at and "." in domain and "@" not in domain and len(email) <= 200):
        raise AccountsError("Write an e-mail address such as name@example.org.")
    return email


def _member(row: Row[Unpack[tuple[Any, ...]]]) -> Member:
    return Member(row.id, row.email, row.name, Role(row.role))
