"""Chooses versions anew: requirements/*.in become requirements/*.txt, with a hash for every file (`make lock`)."""

from __future__ import annotations

import sys

from environments import REQUIREMENTS, ROOT, SetupError, run, uv

WHOLE = ["--generate-hashes", "--no-header", "--no-annotate", "--upgrade", "--quiet"]
# web and tests run on several Pythons and machines; Rasa's two environments on exactly one.
UNIVERSAL = ["--universal", "--python-version", "3.11"]
RASA = ["--python-version", "3.10"]
FILES = {
    "tools": ["--universal", "--python-version", "3.8"],
    "web": UNIVERSAL,
    "test": UNIVERSAL,
    "bot": [*RASA, "--overrides", "bot-overrides.txt"],
    "bench": RASA,
}


def main() -> int:
    """Called as a program."""
    try:
        for name, options in FILES.items():
            print("requirements/" + name + ".txt ...", flush=True)
            output = ["--output-file", name + ".txt"]
            run(uv(), "pip", "compile", name + ".in", *WHOLE, *options, *output, cwd=REQUIREMENTS)
    except SetupError as error:
        print(error, file=sys.stderr)
        return 1
    print("Now: make test, and commit " + str(REQUIREMENTS.relative_to(ROOT)) + "/*.txt")
    return 0


if __name__ == "__main__":
    sys.exit(main())
