"""`python -m web.unanswered`: write the answers that staff approved into the data folder, for the next training."""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import Sequence
from datetime import UTC, datetime

from web.records.database import NotRecorded, open_database
from web.records.keys import load_keys
from web.records.tables import Tables
from web.settings import Settings, SettingsError, read_settings
from web.unanswered.answers import Answers
from web.unanswered.drafts import Kinds
from web.unanswered.export import export
from web.words import WordsError


def main() -> int:
    """Called as a program; returns the exit status."""
    try:
        names = asyncio.run(exported(read_settings(os.environ)))
    except (SettingsError, WordsError) as error:
        print(error, file=sys.stderr)  # noqa: T201
        return 1
    except (NotRecorded, OSError) as error:
        print(f"Nothing was changed: {error}.", file=sys.stderr)  # noqa: T201
        return 1
    for name in names:
        print(f"  {name}")  # noqa: T201
    print(f"{len(names)} approved answers stand in the data folder. Now: make train, then start the service anew.")  # noqa: T201
    return 0


async def exported(settings: Settings) -> Sequence[str]:
    """Write what stands approved in the database; returns the names of the answers. Raises NotRecorded, WordsError."""
    database, tables = open_database(settings), Tables(load_keys(settings)[0])
    try:
        await database.migrate()
        kinds = Kinds(settings.words_dir)
        answers = Answers(database, tables, kinds, settings.words_dir, lambda: datetime.now(UTC))
        return export(settings.words_dir, await answers.listed())
    finally:
        await database.close()


if __name__ == "__main__":
    sys.exit(main())
