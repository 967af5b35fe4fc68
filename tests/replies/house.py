"""A family with something at the desk, and staff who could answer it in its chat, around the records."""

from __future__ import annotations

from dataclasses import dataclass, replace
from uuid import uuid4

from sqlalchemy import Connection, insert

from tests.meetings.office import HASH, Office
from web.accounts.roles import Member, Role
from web.meetings.kinds import DraftHandoff
from web.records.kept import Kept
from web.replies.kinds import State
from web.replies.service import Replies
from web.words import load_words

NAMES = {
    Role.COORDINATOR: "Amira Khan",
    Role.REVIEWER: "Robin Reviewer",
    Role.MANAGER: "Maya Manager",
    Role.ADMINISTRATOR: "Ade Administrator",
}


@dataclass
class Asked:
    """A conversation, and what staff have from it."""

    conversation: str
    reference: str


class House:
    """All of it on one kind of database."""

    def __init__(self, office: Office) -> None:
        self.office = office
        self.records = office.records
        self.clock = office.clock
        settings = replace(self.records.settings, chat_replies=True)
        words = load_words(settings.words_dir, settings.kept_for)
        self.replies = Replies(settings, words, self.records.tables, self.records.database, self.clock)

    async def asked(self) -> Asked:
        """A family that had a question passed on."""
        handoff: DraftHandoff = await self.office.handoff()
        shown, _new = await self.office.meetings.hand_off(handoff)
        return Asked(handoff.conversation, str(shown["reference"]))

    async def agreed(self) -> Asked:
        """The same, and it agreed."""
        asked = await self.asked()
        await self.replies.agree(asked.conversation, HASH)
        return asked

    async def member(self, role: Role = Role.COORDINATOR, name: str = "") -> Member:
        """Somebody of that role."""
        member = Member(str(uuid4()), f"{uuid4().hex[:8]}@example.org", name or NAMES[role], role)

        def add(connection: Connection) -> None:
            row = {"id": member.id, "email": member.email, "name": member.name, "role": role.value}
            connection.execute(insert(self.records.tables.staff), {**row, "last_step": 0, "created_at": self.clock.now})

        await self.records.database.run(add)
        return member

    async def joined(self, asked: Asked, me: Member) -> str:
        """Somebody is there; the id of their visit."""
        await self.replies.join(asked.reference, me)
        visit = (await self.replies.look(asked.reference, me)).visit
        assert visit is not None
        return visit

    async def state(self, asked: Asked) -> State:
        """What the family is shown."""
        return await self.replies.state(asked.conversation, HASH)

    async def stays(self) -> list[str]:
        """Who is in a chat, as it is kept."""
        return [row.staff_id for row in await self.records.rows("agreements") if row.staff_id]

    async def said(self, asked: Asked) -> list[Kept]:
        """All that was said."""
        return await self.records.conversations.read(asked.conversation, HASH, self.clock.now)

    async def history(self) -> list[tuple[str, str, str | None]]:
        """Who did what in the chat, with the word more."""
        rows = await self.office.history("at", "who", "what", "detail")
        return [(who, what, detail) for _at, who, what, detail in sorted(rows, key=str) if what.startswith("chat_")]
