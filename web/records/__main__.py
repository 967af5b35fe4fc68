"""`python -m web.records new-key | rotate-keys`: look after the keys."""

from __future__ import annotations

import argparse
import asyncio
import os
import sys

from web.records.database import NotRecorded, open_database
from web.records.keys import load_keys, new_key
from web.records.rotation import NotAllRotated, rotate_keys
from web.records.tables import Tables
from web.settings import Settings, SettingsError, read_settings


def main(arguments: list[str] | None = None) -> int:
    """Run one command; returns the exit status."""
    parser = argparse.ArgumentParser(prog="python -m web.records", description=__doc__)
    parser.add_argument("command", choices=["new-key", "rotate-keys"])
    command = parser.parse_args(arguments).command
    if command == "new-key":
        print(new_key())  # noqa: T201
        return 0
    try:
        count = asyncio.run(_rotate(read_settings(os.environ)))
    except (SettingsError, NotRecorded) as error:
        print(f"Nothing was changed: {error}", file=sys.stderr)  # noqa: T201
        return 1
    except NotAllRotated as error:
        print(f"Not everything was changed, so keep the older keys and run it again: {error}", file=sys.stderr)  # noqa: T201
        return 1
    print(f"{count} values are now sealed with the newest key; the older keys can go.")  # noqa: T201
    return 0


async def _rotate(settings: Settings) -> int:
    database = open_database(settings)
    try:
        await database.migrate()
        return await rotate_keys(database, Tables(load_keys(settings)[0]))
    finally:
        await database.close()


if __name__ == "__main__":
    sys.exit(main())
