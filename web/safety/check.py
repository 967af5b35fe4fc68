"""Which numbers that families are given need somebody's eye: too old, or rung by nobody.

    python -m web.safety.check

Prints a line for each and ends with 0: a warning, no fault. Numbers are never hidden for their age: one that is a year
old helps more than none.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime
from typing import Any

from web.settings import Settings, SettingsError, read_settings
from web.words import read_yaml


def warnings(settings: Settings, today: date) -> Iterator[str]:
    """One plain sentence for each number that is older than NUMBERS_MAX_DAYS, or that nobody has confirmed."""
    for name, line in _lines(settings).items():
        days = (today - date.fromisoformat(line["checked_on"])).days
        if days > settings.numbers_max_days:
            yield f"{name}: last checked {days} days ago, on {line['checked_on']} ({line['source']})."
        if not line["confirmed_by"]:
            yield f"{name}: nobody at the Partnership has rung it yet and put their name to it (confirmed_by)."


def _lines(settings: Settings) -> dict[str, Mapping[str, Any]]:
    partnership = read_yaml(settings.words_dir / "partnership.yml")
    return {"the Partnership": partnership, **read_yaml(settings.words_dir / "helplines.yml")["helplines"]}


def main() -> int:
    """Called as a program."""
    try:
        settings = read_settings(os.environ)
    except SettingsError as error:
        print(error, file=sys.stderr)  # noqa: T201
        return 2
    found = list(warnings(settings, datetime.now(UTC).date()))
    for line in found:
        print(f"Please check: {line}")  # noqa: T201
    print(f"{len(found)} warnings about {len(_lines(settings))} numbers.")  # noqa: T201
    return 0


if __name__ == "__main__":
    sys.exit(main())
