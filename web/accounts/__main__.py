"""`python -m web.accounts administrator EMAIL --name NAME`: the first administrator's one-time link."""

from __future__ import annotations

import argparse
import asyncio
import os
import sys
from collections.abc import Sequence
from datetime import UTC, datetime

from web.accounts.service import INVITATION, Accounts, AccountsError
from web.notify.letters import Letters
from web.records.database import NotRecorded, open_database
from web.records.keys import load_keys
from web.records.tables import Tables
from web.settings import SettingsError, read_settings
from web.words import WordsError, load_words


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; returns the exit status."""
    parser = argparse.ArgumentParser(prog="python -m web.accounts", description=__doc__)
    commands = parser.add_subparsers(required=True)
    adding = commands.add_parser("administrator", help="invite an administrator, or invite them again")
    adding.add_argument("email")
    adding.add_argument("--name", default="Administrator", help="as colleagues and the history will know them")
    options = parser.parse_args(arguments)
    try:
        link = asyncio.run(_invited(options.email, options.name))
    except (SettingsError, WordsError, AccountsError) as error:
        print(error, file=sys.stderr)  # noqa: T201
        return 1
    except NotRecorded as error:
        print(f"Nothing was changed: {error}.", file=sys.stderr)  # noqa: T201
        return 1
    hours = int(INVITATION.total_seconds() // 3600)
    print(f"Open this link to set up your sign-in. It works once, within {hours} hours:\n{link}")  # noqa: T201
    return 0


async def _invited(email: str, name: str) -> str:
    settings = read_settings(os.environ)
    keys, _made = load_keys(settings)
    words = load_words(settings.words_dir, settings.kept_for)
    letters = Letters(settings.words_dir, words.details, settings.mail_from, settings.staff_email, settings.address)
    database, tables = open_database(settings), Tables(keys)
    try:
        await database.migrate()
        accounts = Accounts(tables, keys, database, letters, lambda: datetime.now(UTC))
        return f"{settings.address}/desk/welcome/{await accounts.create_administrator(email, name)}"
    finally:
        await database.close()


if __name__ == "__main__":
    sys.exit(main())
