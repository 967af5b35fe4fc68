"""Shares with their intervals, as tables in Markdown."""

from __future__ import annotations

import math
from collections import Counter

from bot.deciding import KINDS


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
