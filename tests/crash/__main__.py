"""`python -m tests.crash`: kill the service many times while families book (`make crash`)."""

from __future__ import annotations

import argparse
import asyncio
import random
import sys
import tempfile
from pathlib import Path

from tests.crash.crashing import crash


def main() -> int:
    """Returns the exit status: 1 where something was lost or doubled."""
    parser = argparse.ArgumentParser(prog="python -m tests.crash", description=__doc__)
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--seed", type=int, default=random.randrange(10**6), help="to see the same again")  # noqa: S311
    parser.add_argument("--whole", action="store_true", help="with the real, trained assistant instead of a stand-in")
    options = parser.parse_args()
    print(f"seed {options.seed}", flush=True)  # noqa: T201
    with tempfile.TemporaryDirectory(prefix="crash-") as folder:
        report = asyncio.run(crash(options.kills, options.seed, Path(folder), options.whole))
    print(report)  # noqa: T201
    return bool(report.faults)


if __name__ == "__main__":
    sys.exit(main())
