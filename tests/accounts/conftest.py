"""Accounts on SQLite and on PostgreSQL, with a hash that is quick to make."""

from __future__ import annotations

from dataclasses import dataclass

import pyotp
import pytest
from argon2 import PasswordHasher
from sqlalchemy import select

from tests.meetings.office import Clock
from tests.records.conftest import Records, records
from web.accounts.passphrases import Passphrases
from web.accounts.roles import Member, Role
from web.accounts.service import Accounts
from web.accounts.sessions import Session
from web.notify.letters import Letters
from web.words import load_words

__all__ = ["records"]

PASSPHRASE = "kettle orbit velvet marsh"
QUICK = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)


@dataclass
class Staff:
    """Accounts and a clock."""

    records: Records
    accounts: Accounts
    clock: Clock

    async def invite(
        self, role: Role = Role.COORDINATOR, email: str = "amira@example.org", name: str = "Amira Khan"
    ) -> str:
        """Somebody new; returns the token of their link."""
        if role is Role.ADMINISTRATOR:
            return await self.accounts.create_administrator(email, name)
        by = Member("someone", "admin@example.org", "Ade", Role.ADMINISTRATOR)
        await self.accounts.invite(by, email, name, role)
        letter = await self.last_letter()
        return str(letter["text"]).partition("/desk/welcome/")[2].split()[0]

    async def last_letter(self) -> dict[str, str]:
        """What was sent last."""
        box = self.records.tables.outbox
        query = select(box.c.letter).order_by(box.c.created_at.desc(), box.c.due_at.desc())
        rows = await self.records.database.run(lambda c: c.execute(query).scalars().all())
        found: dict[str, str] = rows[-1] if rows else {}
        return found

    async def welcome(self, token: str, passphrase: str = PASSPHRASE) -> tuple[str, list[str]]:
        """Take an invitation up; returns the authenticator's secret and the recovery codes."""
        invited = await self.accounts.invited(token)
        assert invited is not None
        codes = await self.accounts.welcome(token, passphrase, self.code(invited.secret))
        assert codes is not None
        self.clock.forward(seconds=60)
        return invited.secret, codes

    def code(self, secret: str) -> str:
        """What the authenticator shows now."""
        return pyotp.TOTP(secret).at(self.clock.now)

    async def sign_in(
        self, secret: str, email: str = "amira@example.org", passphrase: str = PASSPHRASE, code: str | None = None
    ) -> Session:
        """Sign in from the office."""
        code = self.code(secret) if code is None else code
        return await self.accounts.sign_in(email, passphrase, code, "192.0.2.1", "Mozilla/5.0 (Windows) Firefox/140.0")

    async def history(self) -> list[str]:
        """What happened."""
        return [row.what for row in await self.records.rows("history")]


@pytest.fixture
def staff(records: Records) -> Staff:  # noqa: F811  the fixture of that name
    """Nobody yet."""
    clock, settings = Clock(), records.settings
    words = load_words(settings.words_dir, settings.kept_for)
    letters = Letters(settings.words_dir, words.details, settings.mail_from, settings.staff_email, settings.address)
    accounts = Accounts(records.tables, records.keys, records.database, letters, clock, passphrases=Passphrases(QUICK))
    return Staff(records, accounts, clock)
