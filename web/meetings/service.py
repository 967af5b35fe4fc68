"""Meetings: every method is one transaction, and what it returns is committed.

Every method raises NotRecorded when the database fails, and the MeetingsError that its docstring names.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import Any, TypeVar, cast

from sqlalchemy import Connection

from web.meetings.fitting import Fitting
from web.meetings.handoffs import Handoffs
from web.meetings.kinds import Change, Draft, DraftHandoff, NoMatch, Refused, Time, TimeTaken
from web.meetings.ledger import Ledger, Record
from web.meetings.reminders import Reminders
from web.meetings.requests import Recorded, Requests
from web.meetings.staff import StaffRequests
from web.meetings.telling import Telling, token_hash
from web.meetings.times import Times
from web.meetings.upkeep import Upkeep
from web.meetings.wrong_codes import WrongCodes
from web.notify.letters import Letters
from web.notify.outbox import Outbox, Trouble
from web.records.database import Database, Work
from web.records.keys import Keys
from web.records.tables import Tables
from web.settings import Settings
from web.words import Words, read_yaml

T = TypeVar("T")
OFFERED = 3  # times at once: more are hard to choose from, and to hear read aloud


class Meetings:
    """What families, staff and the calendar do to meetings and hand-offs."""

    def __init__(
        self,
        settings: Settings,
        words: Words,
        keys: Keys,
        tables: Tables,
        database: Database,
        clock: Callable[[], datetime],
        owed: Callable[[], None] = lambda: None,
    ) -> None:
        """`owed` is called after every change: letters may be waiting. Raises WordsError."""
        letters = Letters(settings.words_dir, words.details, settings.mail_from, settings.staff_email, settings.address)
        keep = timedelta(days=settings.request_days)
        ledger, self._outbox = Ledger(tables), Outbox(tables)
        self.telling = telling = Telling(tables, self._outbox, letters)
        wrong_codes = WrongCodes(tables, keys)
        self._times = Times(tables, ledger, timedelta(minutes=settings.hold_minutes), settings.notice_days)
        self._requests = Requests(tables, ledger, self._times, telling, wrong_codes, keep)
        self._staff = StaffRequests(tables, ledger, self._times, telling, wrong_codes, keep)
        self._handoffs = Handoffs(tables, ledger, telling, keep)
        reminders = Reminders(tables, ledger, self._times, telling, self._outbox)
        self._upkeep = Upkeep(
            tables, ledger, self._times, self._staff, telling, reminders, wrong_codes, self._outbox, settings
        )
        self._fitting = Fitting(read_yaml(settings.words_dir / "when.yml"))
        self._database = database
        self._clock = clock
        self._owed = owed

    # What families do, through the assistant.

    async def record(self, draft: Draft) -> Recorded:
        """Record a request. Raises TimeTaken with other times that fit, NotTheirs, NoConversation, Wait."""
        wanted, who = draft.details.get("when") or "", draft.details.get("who") or "either"
        return await self._offering(lambda c: self._requests.record(c, draft, self._clock()), wanted, who)

    async def fitting_times(self, wanted: str, who: str, limit: int = OFFERED) -> list[Time]:
        """Published times that can be taken and that fit what a family wrote, the soonest first."""
        now = self._clock()
        free = await self._database.run(lambda c: self._times.free(c, now, who))
        return self._fitting.best(wanted, free, now, limit)

    async def hold(self, draft_id: str, conversation: str, time_id: str) -> tuple[Time, datetime]:
        """Keep a time for a draft, and until when. Raises TimeTaken with others, Wait."""
        return await self._offering(lambda c: self._times.hold(c, time_id, draft_id, conversation, self._clock()))

    async def release(self, draft_id: str) -> None:
        """Give back what a draft holds; nothing happens where it holds nothing."""
        await self._database.run(lambda c: self._times.release_draft(c, draft_id))

    async def of_conversation(self, conversation: str) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
        """The requests and hand-offs of a conversation, newest first."""
        now = self._clock()

        def read(connection: Connection) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
            requests = self._requests.of_conversation(connection, conversation, now)
            return requests, self._handoffs.of_conversation(connection, conversation)

        return await self._database.run(read)

    async def find(self, conversation: str, reference: str, code: str, address: str | None) -> dict[str, Any]:
        """A request by its reference and code, for another conversation. Raises NoMatch, Wait."""
        now = self._clock()
        found = await self._database.run(lambda c: self._requests.find(c, conversation, reference, code, address, now))
        if found is None:
            raise NoMatch
        return found

    async def change(self, reference: str, change: Change) -> dict[str, Any]:
        """Change a request. Raises NotTheirs, TimeTaken with other times that fit."""
        wanted = change.details.get("when") or ""
        return await self._offering(lambda c: self._requests.change(c, reference, change, self._clock()), wanted)

    async def cancel(self, reference: str, conversation: str, change_id: str, reason: str | None) -> dict[str, Any]:
        """Cancel a request; harmless again. Raises NotTheirs."""
        return await self._write(
            lambda c: self._requests.cancel(c, reference, conversation, change_id, reason, self._clock())
        )

    async def note(self, reference: str, conversation: str, change_id: str, kind: str, text: str) -> dict[str, Any]:
        """Tell staff something about a request. Raises NotTheirs."""
        return await self._write(
            lambda c: self._requests.note(c, reference, conversation, change_id, kind, text, self._clock())
        )

    async def hand_off(self, draft: DraftHandoff) -> tuple[dict[str, Any], bool]:
        """Record a hand-off, and whether it is new. Raises NotTheirs, NoConversation, Wait."""
        return await self._write(lambda c: self._handoffs.record(c, draft, self._clock()))

    # What links in e-mails do.

    async def linked(self, token: str) -> tuple[dict[str, Any], bool] | None:
        """The request of a link, and whether it can still be cancelled with it; None for no link of ours."""
        now = self._clock()
        return await self._database.run(lambda c: self._requests.linked(c, token_hash(token), now))

    async def cancel_by_link(self, token: str) -> bool | None:
        """Cancel the request of a link; False where that was done before, None for no link of ours."""
        return await self._write(lambda c: self._requests.cancel_by_link(c, token_hash(token), self._clock()))

    # What staff do.

    async def publish(self, times: Sequence[Time], who: str) -> int:
        """Publish times, all or none; returns how many were not published before. Raises Refused."""
        now = self._clock()
        return await self._write(lambda c: sum([self._times.publish(c, time, who, now) for time in times]))

    async def withdraw(self, time_id: str, who: str) -> str | None:
        """Withdraw a time; returns the reference of the request that has it and now needs a person. Raises Refused."""
        now = self._clock()

        def withdraw(connection: Connection) -> str | None:
            request_id = self._times.withdraw(connection, time_id, who, now)
            return self._staff.time_withdrawn(connection, request_id, who, now) if request_id else None

        return await self._write(withdraw)

    async def times(self) -> list[tuple[Time, str | None]]:
        """All published times to come, each with the id of the request that has it."""
        return await self._database.run(lambda c: self._times.listed(c, self._clock()))

    async def confirm(self, reference: str, who: str, version: int | None = None) -> dict[str, Any]:
        """Confirm the time that a request holds. Raises Refused.

        `version`, here and below, is the one that somebody had before them; raises Overtaken where it has moved on.
        """
        return await self._write(lambda c: self._staff.confirm(c, reference, who, self._clock(), version))

    async def move(
        self, reference: str, time_id: str, who: str, confirm: bool, version: int | None = None
    ) -> dict[str, Any]:
        """Give a request another time. Raises Refused."""
        try:
            return await self._write(
                lambda c: self._staff.move(c, reference, time_id, who, confirm, self._clock(), version)
            )
        except TimeTaken:
            raise Refused("That time is not free any more. Choose another.") from None

    async def offer(
        self, reference: str, time_ids: Sequence[str], who: str, version: int | None = None
    ) -> dict[str, Any]:
        """Put times forward to a family. Raises Refused."""
        return await self._write(lambda c: self._staff.offer(c, reference, time_ids, who, self._clock(), version))

    async def cancel_for(self, reference: str, who: str, reason: str, version: int | None = None) -> dict[str, Any]:
        """Cancel a request for its family, or because staff have to. Raises Refused."""
        return await self._write(lambda c: self._staff.cancel(c, reference, who, reason, self._clock(), version))

    async def enter(self, draft: Draft, who: str, owner_id: str) -> tuple[str, str | None]:
        """A request from a family that rings: its reference and its code. Raises Refused, SentBefore."""
        return await self._write(lambda c: self._staff.enter(c, draft, who, owner_id, self._clock()))

    async def enter_handoff(self, draft: DraftHandoff, who: str, owner_id: str) -> str:
        """Something else that a family asks for by phone: its reference. Raises Refused, SentBefore."""
        return await self._write(lambda c: self._handoffs.enter(c, draft, who, owner_id, self._clock()))

    async def shown(self, reference: str) -> tuple[dict[str, Any], Time | None, list[Time]]:
        """A request as its family is shown it, its time, and the times that could be put forward. Raises Refused."""
        now = self._clock()
        return await self._database.run(lambda c: self._staff.with_times(c, reference, now))

    async def between(self, start: datetime, end: datetime) -> list[tuple[Time, Record | None, bool]]:
        """Times of some days, each with the request that has it, and whether it is withdrawn."""

        def read(connection: Connection) -> list[tuple[Time, Record | None, bool]]:
            found = self._times.between(connection, start, end)
            records = self._staff.by_ids(connection, [id for _time, id, _gone in found if id])
            return [(time, records.get(id or ""), gone) for time, id, gone in found]

        return await self._database.run(read)

    async def seen(self, reference: str, who: str) -> None:
        """Somebody has looked at a request or hand-off. Raises Refused."""
        now = self._clock()

        def seen(connection: Connection) -> None:
            if not self._staff.seen(connection, reference, who, now):
                self._handoffs.seen(connection, reference, who, now)

        await self._write(seen)

    async def listed(self) -> tuple[list[tuple[Record, dict[str, Any]]], list[Record]]:
        """All requests, each with what its family is shown, and all hand-offs."""
        now = self._clock()
        return await self._database.run(lambda c: (self._staff.listed(c, now), self._handoffs.listed(c)))

    async def troubles(self) -> list[Trouble]:
        """Letters that could not be sent so far."""
        return await self._database.run(self._outbox.troubles)

    async def send_again(self) -> int:
        """Try everything that is owed again now, also what was given up; returns how many letters."""
        return await self._write(lambda c: self._outbox.again(c, self._clock()))

    # What time brings.

    async def keep_up(self) -> None:
        """Expire holds and codes, erase what is due, and owe the letters that the hour brings."""
        now = self._clock()
        if await self._database.run(lambda c: self._upkeep.run(c, now)):
            self._database.forget_soon()
        self._owed()

    async def _write(self, work: Work[T]) -> T:
        done = await self._database.run(work)
        self._owed()
        return done

    async def _offering(self, work: Work[T], wanted: str = "", who: str = "either") -> T:
        """Do it; where the time is taken, raise TimeTaken with others that fit or, where none fits, with any others.

        All in one transaction: when many want the same time, the database has no room for a second one each.
        """
        now = self._clock()

        def attempt(connection: Connection) -> tuple[T | None, list[Time] | None]:
            try:
                with connection.begin_nested():
                    return work(connection), None
            except TimeTaken:
                return None, self._times.free(connection, now, who)

        done, free = await self._write(attempt)
        if free is not None:
            best = partial(self._fitting.best, times=free, now=now, limit=OFFERED)
            raise TimeTaken(best(wanted) or best(""))
        return cast(T, done)
