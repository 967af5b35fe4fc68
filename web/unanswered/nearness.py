"""Which messages ask nearly the same, where the assistant could not say of which kind they are.

Few people use the same words for the same thing: of two messages of one kind in data/nlu one pair in seven is near by
this measure, of two kinds one in eighty (tests/unanswered/test_nearness.py). So a group is what surely belongs
together, and the same question may well stand in several groups.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable

from rapidfuzz import fuzz

NEAR = 55.0  # hundredths of likeness
COMMON = frozenset(
    """
    a an and are am is be been being was were i me my we us our you your u ur he she it its him her his they
    them their this that these those there here the to of in on at by for with from as or but if so do does did
    dont doesnt didnt can could will would shall should may might must have has had no not yes please pls plz
    thanks thank hi hello just really also too any some get got im ive id what whats when where who whos why how
    which about into up out then than want know tell need like one
    """.split()
)
LABEL = re.compile(r"\[[^\]]*\]")


def telling(text: str) -> str:
    """The words that say what a message is about, in one order."""
    words = re.findall(r"[^\W\d_]+", LABEL.sub(" ", text.replace("'", "").replace("’", "").lower()))
    return " ".join(sorted(set(words) - COMMON))


def nearness(one: str, other: str) -> float:
    """How alike the telling words of two messages are, in hundredths; 0 where one has none."""
    left, right = telling(one), telling(other)
    return fuzz.token_set_ratio(left, right) if left and right else 0.0


def nearest(text: str, others: Iterable[tuple[str, str]]) -> str | None:
    """Of others, as pairs of a group's id and a message of it, the group of the nearest; None where none is near."""
    best, found = NEAR, None
    for id, other in others:
        score = nearness(text, other)
        if score >= best:
            best, found = score, id
    return found


def shared(texts: Iterable[str], most: int = 4) -> list[str]:
    """The telling words that most of the messages have in common, the most frequent first."""
    counts = Counter(word for text in texts for word in telling(text).split() if len(word) > 2)
    return [word for word, _count in counts.most_common(most)]
