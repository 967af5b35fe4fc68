"""The kills, and the questions asked afterwards."""

from __future__ import annotations

import asyncio
import os
import random
import shutil
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import aiohttp
import psutil
from aiosmtpd.controller import Controller
from icalendar import Calendar
from sqlalchemy import text

from tests.crash.families import Families, Shown
from tests.whole.service import WEB_PYTHON, free_port
from web.meetings.service import Meetings
from web.meetings.times import new_time
from web.notify.outbox import Outbox
from web.notify.postman import Postman
from web.notify.smtp import SmtpSender, SmtpServer
from web.records.database import Database, open_database
from web.records.keys import Keys, new_key
from web.records.tables import Tables
from web.settings import ROOT, Settings
from web.words import load_words

FAMILIES = 4
TIMES = 400
LONGEST_START = 180.0
LATER = timedelta(minutes=5)  # leases and holds of what was killed have run out by then
SENDER, TEAM = "appointments@example.org", "team@example.org"


@dataclass
class Mailbox:
    """A real mail server that keeps everything."""

    got: list[EmailMessage] = field(default_factory=list)
    port: int = 0

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802  aiosmtpd's name
        """Keep it."""
        message = message_from_bytes(envelope.content, policy=policy.default)
        assert isinstance(message, EmailMessage)
        self.got.append(message)
        return "250 OK"


@dataclass
class Report:
    """What was done, what families were shown, and what is wrong with what is there."""

    kills: Counter[str] = field(default_factory=Counter)
    shown: list[Shown] = field(default_factory=list)
    letters: int = 0
    twice: int = 0
    faults: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        done = ", ".join(f"{name} {count}" for name, count in sorted(self.kills.items()))
        return (
            f"{sum(self.kills.values())} kills ({done}); {len(self.shown)} requests shown to families; "
            f"{self.letters} letters, {self.twice} of them twice; faults: {self.faults or 'none'}"
        )


class Service:
    """web and its worker as processes that can be killed and started again. `whole`: with the real Rasa worker."""

    def __init__(self, folder: Path, mail_port: int, whole: bool) -> None:
        self.port = free_port()
        self.settings = Settings(data_dir=folder / "var", secret_keys=(new_key(),), mail_from=SENDER, staff_email=TEAM)
        self._program = ["-m", "web"] if whole else ["-m", "tests.crash.serve"]
        self._printed = folder / "printed.txt"
        self._environment = {
            **os.environ,
            "PORT": str(self.port),
            "DATA_DIR": str(self.settings.data_dir),
            "SECRET_KEYS": self.settings.secret_keys[0],
            "BOT_RATE_LIMIT": "off",
            "SMTP_HOST": "127.0.0.1",
            "SMTP_PORT": str(mail_port),
            "SMTP_SECURITY": "none",
            "MAIL_FROM": SENDER,
            "STAFF_EMAIL": TEAM,
            "HOLD_MINUTES": "1",
        }
        self._python = str(WEB_PYTHON) if whole else sys.executable
        if not whole:
            self._environment |= self._stand_in(folder / "root")

    @property
    def address(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        """Start web, which starts its worker."""
        with self._printed.open("a") as printed:
            self._process = psutil.Popen(
                [self._python, *self._program],
                cwd=ROOT,
                env=self._environment,
                stdout=printed,
                stderr=subprocess.STDOUT,
                stdin=subprocess.DEVNULL,
            )

    def workers(self) -> list[psutil.Process]:
        """The worker, while there is one."""
        try:
            return [child for child in self._process.children() if "bot.worker" in " ".join(child.cmdline())]
        except psutil.Error:
            return []

    def kill(self, name: str) -> None:
        """kill -9 of web, which is then started again, or of the worker, which web starts again."""
        victims = [self._process] if name == "web" else self.workers()
        for victim in victims:
            try:
                victim.send_signal(signal.SIGKILL)
                victim.wait(10)
            except psutil.Error:
                pass
        if name == "web":
            self.start()

    def stop(self) -> None:
        """End it as an administrator does."""
        self._process.send_signal(signal.SIGTERM)
        self._process.wait(30)

    async def ready(self, session: aiohttp.ClientSession) -> None:
        """Returns when every question can be answered."""
        async with asyncio.timeout(LONGEST_START):
            while True:
                assert self._process.is_running(), f"web ended by itself: {self._printed.read_text()[-2000:]}"
                try:
                    async with session.get(f"{self.address}/readyz") as response:
                        if response.status == 200:
                            return
                except (aiohttp.ClientError, OSError, TimeoutError):
                    pass
                await asyncio.sleep(0.05)

    def _stand_in(self, root: Path) -> dict[str, str]:
        (root / "bot").mkdir(parents=True)
        (root / "bot" / "__init__.py").touch()
        shutil.copy(Path(__file__).with_name("stand_in_worker.py"), root / "bot" / "worker.py")
        (root / "model").touch()
        return {"CRASH_ROOT": str(root), "BOT_MODEL": str(root / "model"), "BOT_PYTHON": sys.executable}


async def crash(kills: int, seed: int, folder: Path, whole: bool = False) -> Report:
    """Kill web or the worker at so many random moments while families book; then look what is there."""
    chance, report = random.Random(seed), Report()  # noqa: S311  a seed, to see the same again
    with mail_server() as mailbox:
        service = Service(folder, mailbox.port, whole)
        async with opened(service.settings) as (database, meetings):
            await publish_times(meetings)
            service.start()
            timeout = aiohttp.ClientTimeout(20)
            try:
                async with aiohttp.ClientSession(timeout=timeout) as session:
                    report.shown = await booked_while_killing(service, session, chance, kills, report)
            finally:
                service.stop()
            await finish(database, meetings, service.settings, mailbox.port)
            await check(report, database, meetings, mailbox)
    return report


async def booked_while_killing(
    service: Service, session: aiohttp.ClientSession, chance: random.Random, kills: int, report: Report
) -> list[Shown]:
    """What families were shown who booked all the time."""
    families = Families(service.address)
    await service.ready(session)
    booking = [asyncio.create_task(families.book_until_over(session, f"family{n}")) for n in range(FAMILIES)]
    for _ in range(kills):
        await asyncio.sleep(chance.uniform(0.02, 1.0))
        name = chance.choice(["web", "worker"])
        await asyncio.to_thread(service.kill, name)
        report.kills[name] += 1
        await service.ready(session)
    families.over = True
    await asyncio.gather(*booking)
    return families.shown


async def publish_times(meetings: Meetings) -> None:
    """Times for all of them, some of which will run out."""
    first = (datetime.now(UTC) + timedelta(days=2)).replace(hour=9, minute=0, second=0, microsecond=0)
    starts = [first + timedelta(days=number // 8, hours=number % 8) for number in range(TIMES)]
    times = [new_time(start, 60, "by phone", "staff", False) for start in starts]
    for first_of_some in range(0, TIMES, 50):  # all at once would not fit into a transaction of a slow machine
        await meetings.publish(times[first_of_some : first_of_some + 50], "staff")


async def finish(database: Database, meetings: Meetings, settings: Settings, port: int) -> None:
    """What the service would do within the next minutes: let holds run out, send what is owed."""
    await meetings.keep_up()
    sender = SmtpSender(SmtpServer("127.0.0.1", port, "none"), SENDER)
    postman = Postman(database, Outbox(Tables(Keys(settings.secret_keys))), sender, later)
    await postman.deliver_due()


async def check(report: Report, database: Database, meetings: Meetings, mailbox: Mailbox) -> None:
    """Everything that was promised; what is not kept goes into the report's faults."""
    listed, _handoffs = await meetings.listed()
    there = {meeting["reference"]: (record, meeting) for record, meeting in listed}
    references = [shown.reference for shown in report.shown]
    report.faults += [f"{one} was shown and is not there" for one in references if one not in there]
    report.faults += [f"{one} was shown to two families" for one, count in Counter(references).items() if count > 1]
    contacts = Counter(record.details["contact"] for record, _meeting in listed)
    report.faults += [f"{contact} has {count} requests" for contact, count in contacts.items() if count > 1]
    shown_to = {shown.email for shown in report.shown}
    report.faults += [f"{contact} was never told" for contact in contacts if contact not in shown_to]
    for shown in report.shown:
        found = await meetings.find(shown.conversation, shown.reference, shown.code or "", None)
        if found["starts_at"] != shown.starts_at or shown.code is None:
            report.faults.append(f"{shown.reference} is not as it was shown")
    await check_holds(report, database)
    check_letters(report, there, mailbox)
    if await meetings.troubles():
        report.faults.append("letters could not be sent")


async def check_holds(report: Report, database: Database) -> None:
    """No hold without a request; no time twice (the primary key says so already)."""
    rows = await database.run(lambda c: list(c.execute(text("SELECT time_id, request_id FROM holds"))))
    report.faults += [f"time {row.time_id} is held for nobody" for row in rows if row.request_id is None]
    owed = await database.run(lambda c: list(c.execute(text("SELECT id FROM outbox WHERE sent_at IS NULL"))))
    report.faults += [f"letter {row.id} is still owed" for row in owed]


def check_letters(report: Report, there: dict[str, Any], mailbox: Mailbox) -> None:
    """Every family has its letter, at most once more after a crash, under one Message-ID and one UID."""
    ids = Counter(str(message["Message-ID"]) for message in mailbox.got)
    report.letters, report.twice = len(ids), sum(count > 1 for count in ids.values())
    report.faults += [f"{id} came {count} times" for id, count in ids.items() if count > 2]
    if report.twice > report.kills["web"]:
        report.faults.append("more letters came twice than web was killed")
    mine: dict[str, set[str]] = {}
    for message in mailbox.got:
        if message["To"] != TEAM:
            mine.setdefault(str(message["To"]), set()).add(f"{message['Message-ID']} {_uid(message)}")
    for reference, (record, _meeting) in there.items():
        if len(mine.get(record.details["contact"], ())) != 1:
            report.faults.append(f"{reference} has {len(mine.get(record.details['contact'], ()))} letters")


def _uid(message: EmailMessage) -> str | None:
    for part in message.walk():
        if part.get_content_type() == "text/calendar":
            payload = part.get_payload(decode=True)
            assert isinstance(payload, bytes)
            return str(Calendar.from_ical(payload.decode()).walk("VEVENT")[0]["UID"])
    return None


def later() -> datetime:
    """Some minutes from now."""
    return datetime.now(UTC) + LATER


@contextmanager
def mail_server() -> Iterator[Mailbox]:
    """A mail server on this machine."""
    mailbox = Mailbox(port=free_port())
    controller = Controller(mailbox, hostname="127.0.0.1", port=mailbox.port)
    controller.start()
    try:
        yield mailbox
    finally:
        controller.stop()


@asynccontextmanager
async def opened(settings: Settings) -> AsyncIterator[tuple[Database, Meetings]]:
    """The records, beside the service that may be running, some minutes ahead of it."""
    database, keys = open_database(settings), Keys(settings.secret_keys)
    words = load_words(settings.words_dir, settings.kept_for)
    await database.migrate()
    yield database, Meetings(settings, words, keys, Tables(keys), database, later)
    await database.close()
