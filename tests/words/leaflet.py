"""Tells whether a text repeats the leaflet, without keeping the leaflet.

The project keeps fingerprints of every run of seven words of it. `python -m tests.words.leaflet < leaflet.txt` writes
them anew when there is a new leaflet.
"""

from __future__ import annotations

import re
import sys
from hashlib import sha256
from pathlib import Path

RUN = 7  # words in a row: fewer would forbid plain English, more would let half a sentence through
KEPT = Path(__file__).with_name("leaflet_fingerprints.txt")
_WORD = re.compile(r"[a-z0-9]+(?:'[a-z]+)?")


def runs(text: str) -> dict[str, str]:
    """Every run of seven words of `text` by its fingerprint; case and punctuation don't count."""
    words = _WORD.findall(text.lower().replace("’", "'"))
    found = (" ".join(words[start : start + RUN]) for start in range(len(words) - RUN + 1))
    return {sha256(run.encode()).hexdigest()[:20]: run for run in found}


def repeated(text: str) -> list[str]:
    """What `text` says in the leaflet's own words."""
    kept = set(KEPT.read_text(encoding="ascii").split())
    return [run for fingerprint, run in runs(text).items() if fingerprint in kept]


if __name__ == "__main__":
    KEPT.write_text("\n".join(sorted(runs(sys.stdin.read()))) + "\n", encoding="ascii")
