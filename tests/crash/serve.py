"""`python -m web` with the stand-in in the place of the Rasa worker: the project's root is the folder CRASH_ROOT."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import web.__main__ as program

if __name__ == "__main__":
    setattr(program, "ROOT", Path(os.environ["CRASH_ROOT"]))  # noqa: B010
    sys.exit(program.main())
