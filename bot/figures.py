"""Shares with their intervals, as tables in Markdown."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence

from bot.deciding import HELP, KINDS


def interval(part: int, whole: int) -> tuple[float, float]:
    """The 95 % Wilson interval of a share, as two fractions; (0, 1) where there is nothing."""
    if not whole:
        return 0.0, 1.0
    z, share = 1.96, part / whole
    middle = share + z * z / (2 * whole)
    reach = z * math.sqrt(share * (1 - share) / whole + z * z / (4 * whole * whole))
    return (middle - reach) / (1 + z * z / whole), (middle + reach) / (1 + z * z / whole)


def table(title: str, groups: dict[str, Counter[str]]) -> list[str]:
    """A Markdown table: a row for each group with its counts, its shares in per cent and the interval of `right`."""
    lines = [f"| {title} | messages | right (95 %) | one tap | asked | wrong |", "|---|---|---|---|---|---|"]
    for name, count in groups.items():
        whole = sum(count.values())
        low, high = interval(count["right"], whole)
        shares = [f"{100 * count[kind] / whole:.1f}" for kind in KINDS]
        lines.append(
            f"| {name} | {whole} | {shares[0]} ({100 * low:.0f} to {100 * high:.0f}) | {' | '.join(shares[1:])} |"
        )
    return lines


def help_table(title: str, groups: Mapping[str, Sequence[tuple[str, bool]]]) -> list[str]:
    """A Markdown table of who was given help: for each message of a group which of HELP, and whether of the right kind.

    Shares in per cent.
    """
    lines = [
        f"| {title} | how many | full help | of the right kind | quiet line | no help |",
        "|---|---|---|---|---|---|",
    ]
    for name, group in groups.items():
        count = Counter(given for given, _ in group)
        right = sum(given == HELP[0] and kind for given, kind in group)
        numbers = (count["full"], right, count["quiet"], count["none"])
        shares = [100 * number / max(1, len(group)) for number in numbers]
        lines.append(f"| {name} | {len(group)} | " + " | ".join(f"{share:.1f}" for share in shares) + " |")
    return lines
