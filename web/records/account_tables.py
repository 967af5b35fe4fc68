"""What is kept of members of staff and of how they sign in.

A passphrase stands here only as its argon2id hash, tokens and recovery codes only as digests, and the secret of the
authenticator is sealed with the service's keys.
"""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, Index, Integer, LargeBinary, MetaData, String, Table, UniqueConstraint

from web.records.keys import Keys
from web.records.types import Moment, Sealed

ID = String(36)
WORD = String(32)


def staff(metadata: MetaData, keys: Keys) -> Table:
    """Colleagues. Nobody is ever deleted, so that a name in the history always means the same person."""
    return Table(
        "staff",
        metadata,
        Column("id", ID, primary_key=True),
        Column("email", String(200), nullable=False),  # in lower case
        Column("name", String(100), nullable=False),  # as the history writes it
        Column("role", WORD, nullable=False),
        Column("passphrase", String(200), nullable=True),  # argon2id; null until the invitation was taken up
        Column("secret", Sealed(keys), nullable=True),  # of the authenticator
        Column("last_step", Integer, nullable=False),  # of the authenticator: the same step is refused twice
        Column("created_at", Moment, nullable=False),
        Column("disabled_at", Moment, nullable=True),
        UniqueConstraint("email", name="uq_staff_email"),
        UniqueConstraint("name", name="uq_staff_name"),
    )


def invitations(metadata: MetaData, keys: Keys) -> Table:
    """One-time links with which somebody sets up their own sign-in. `secret` is what their authenticator will hold."""
    return Table(
        "invitations",
        metadata,
        Column("token_hash", LargeBinary(32), primary_key=True),
        Column("staff_id", ID, ForeignKey("staff.id"), nullable=False),
        Column("secret", Sealed(keys), nullable=False),
        Column("expires_at", Moment, nullable=False),
        Index(None, "staff_id"),
    )


def recovery_codes(metadata: MetaData) -> Table:
    """For who has lost the authenticator; each is good once."""
    return Table(
        "recovery_codes",
        metadata,
        Column("code_hash", LargeBinary(32), primary_key=True),  # a digest keyed by the person's id
        Column("staff_id", ID, ForeignKey("staff.id"), nullable=False),
        Index(None, "staff_id"),
    )


def sessions(metadata: MetaData) -> Table:
    """Who is signed in. The row is the session: without it the cookie is worth nothing."""
    return Table(
        "sessions",
        metadata,
        Column("id", ID, primary_key=True),  # for lists of sessions; says nothing about the token
        Column("token_hash", LargeBinary(32), nullable=False),
        Column("staff_id", ID, ForeignKey("staff.id"), nullable=False),
        Column("device", String(100), nullable=False),  # the browser, in words
        Column("created_at", Moment, nullable=False),
        Column("seen_at", Moment, nullable=False),
        Column("expires_at", Moment, nullable=False),  # whatever happens until then
        UniqueConstraint("token_hash", name="uq_sessions_token_hash"),
        Index(None, "staff_id"),
    )


def sign_in_tries(metadata: MetaData) -> Table:
    """How often signing in was tried lately, under keyed names of the account and of the address."""
    return Table(
        "sign_in_tries",
        metadata,
        Column("name", String(64), primary_key=True),
        Column("count", Integer, nullable=False),
        Column("until", Moment, nullable=False),  # then it is forgotten
    )
