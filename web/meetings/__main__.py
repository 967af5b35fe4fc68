"""`python -m web.meetings …`: what staff can do to meetings without the desk; the same as make targets."""

from __future__ import annotations

import argparse
import asyncio
import getpass
import os
import sys
from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, datetime
from typing import Any

from web.meetings.kinds import MeetingsError, Refused
from web.meetings.moments import NoSuchTime, from_clock, in_words
from web.meetings.service import Meetings
from web.meetings.times import new_time
from web.records.database import NotRecorded, open_database
from web.records.keys import load_keys
from web.records.tables import Tables
from web.settings import SettingsError, read_settings
from web.words import WordsError, load_words

Command = Callable[[Meetings, argparse.Namespace], Awaitable[list[str]]]
NOTHING = "There is nothing."


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; returns the exit status."""
    options = _parser().parse_args(arguments)
    try:
        lines = asyncio.run(_run(options.run, options))
    except (SettingsError, WordsError, NoSuchTime, Refused) as error:
        return _failed(str(error))
    except (NotRecorded, MeetingsError) as error:
        return _failed(f"Nothing was changed: {type(error).__name__}.")
    print("\n".join(lines or [NOTHING]))  # noqa: T201
    return 0


async def _run(command: Command, options: argparse.Namespace) -> list[str]:
    settings = read_settings(os.environ)
    keys, _made = load_keys(settings)
    words = load_words(settings.words_dir, settings.kept_for)
    database = open_database(settings)
    try:
        await database.migrate()
        return await command(
            Meetings(settings, words, keys, Tables(keys), database, lambda: datetime.now(UTC)), options
        )
    finally:
        await database.close()


async def publish(meetings: Meetings, options: argparse.Namespace) -> list[str]:
    """Publish times."""
    written = [one for one in ",".join(options.times).split(",") if one.strip()]
    times = [new_time(from_clock(one), options.minutes, options.place, options.who, options.instant) for one in written]
    new = await meetings.publish(times, options.by)
    return [f"{new} of {len(times)} times are now published; the others were before."]


async def times(meetings: Meetings, _options: argparse.Namespace) -> list[str]:
    """List published times to come, with whether somebody has them."""
    return [
        f"{time.id}  {time.text}, {time.minutes} minutes, {time.who}, {time.place}{', taken' if taken else ''}"
        for time, taken in await meetings.times()
    ]


async def withdraw(meetings: Meetings, options: argparse.Namespace) -> list[str]:
    """Withdraw a time; a request that has it keeps it and needs attention."""
    reference = await meetings.withdraw(options.time, options.by)
    if reference is None:
        return ["It is withdrawn. Nobody had it."]
    return [f"It is withdrawn. {reference} had it and now needs another time: make move."]


async def requests(meetings: Meetings, _options: argparse.Namespace) -> list[str]:
    """List requests and hand-offs, what needs somebody first."""
    asked, passed_on = await meetings.listed()
    lines = []
    for record, meeting in asked:
        row = record.row
        attention = f"  NEEDS A LOOK: {row.attention}" if row.attention else ""
        lines.append(f"{row.reference}  {row.status}, {row.stage}, {in_words(row.created_at)}{attention}")
        lines += _details({**record.details, "time": _time(meeting)})
    for record in passed_on:
        urgent = "URGENT " if record.row.urgent else ""
        lines.append(f"{record.row.reference}  {urgent}{record.row.kind}, {record.row.stage}")
        lines += _details(record.details)
    return lines


async def confirm(meetings: Meetings, options: argparse.Namespace) -> list[str]:
    """Confirm the time that a request holds."""
    return [_now(await meetings.confirm(options.reference, options.by))]


async def move(meetings: Meetings, options: argparse.Namespace) -> list[str]:
    """Give a request another time."""
    return [_now(await meetings.move(options.reference, options.time, options.by, not options.hold))]


async def offer(meetings: Meetings, options: argparse.Namespace) -> list[str]:
    """Put times forward to a family."""
    ids = [one.strip() for one in ",".join(options.times).split(",") if one.strip()]
    meeting = await meetings.offer(options.reference, ids, options.by)
    return [f"{len(meeting['offers'])} times are put forward for {meeting['reference']}."]


async def seen(meetings: Meetings, options: argparse.Namespace) -> list[str]:
    """Note that somebody has looked at it."""
    await meetings.seen(options.reference, options.by)
    return [f"{options.reference} is marked as seen."]


async def failures(meetings: Meetings, _options: argparse.Namespace) -> list[str]:
    """List letters that could not be sent so far."""
    return [
        f"{one.kind}, {in_words(one.created_at)}: {one.problem}, {one.tries} tries"
        + (", given up" if one.given_up else "")
        for one in await meetings.troubles()
    ]


async def send_again(meetings: Meetings, _options: argparse.Namespace) -> list[str]:
    """Have the running service try every letter that is owed again."""
    return [f"{await meetings.send_again()} letters will be tried again."]


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m web.meetings", description=__doc__)
    commands = parser.add_subparsers(required=True)

    def command(run: Command, name: str = "") -> argparse.ArgumentParser:
        added = commands.add_parser(name or run.__name__, help=run.__doc__)
        added.add_argument("--by", default=getpass.getuser(), help="who does it, for the history")
        added.set_defaults(run=run)
        return added

    publishing = command(publish)
    publishing.add_argument("times", nargs="+", help="like '2027-03-30 14:00', commas between")
    publishing.add_argument("--place", default="by phone")
    publishing.add_argument("--who", choices=["staff", "reviewer"], default="staff")
    publishing.add_argument("--minutes", type=int, default=60)
    publishing.add_argument("--instant", action="store_true", help="whoever takes it has it confirmed at once")
    command(times)
    command(withdraw).add_argument("time", help="its id, from the list of times")
    command(requests)
    command(confirm).add_argument("reference")
    moving = command(move)
    moving.add_argument("reference")
    moving.add_argument("time", help="its id, from the list of times")
    moving.add_argument("--hold", action="store_true", help="only keep it, to be confirmed later")
    offering = command(offer)
    offering.add_argument("reference")
    offering.add_argument("times", nargs="+", help="ids from the list of times, commas between")
    command(seen).add_argument("reference")
    command(failures)
    command(send_again, "send-again")
    return parser


def _details(details: dict[str, Any]) -> list[str]:
    return [f"    {name}: {value}" for name, value in details.items() if value not in (None, "")]


def _time(meeting: dict[str, Any]) -> str | None:
    return in_words(datetime.fromisoformat(meeting["starts_at"])) if meeting["starts_at"] else None


def _now(meeting: dict[str, Any]) -> str:
    return f"{meeting['reference']} is {meeting['status']}: {_time(meeting)}."


def _failed(why: str) -> int:
    print(why, file=sys.stderr)  # noqa: T201
    return 1


if __name__ == "__main__":
    sys.exit(main())
