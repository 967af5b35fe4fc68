"""Whatever is killed next, what a family was told is recorded is recorded, once."""

from __future__ import annotations

from pathlib import Path

from tests.crash.crashing import crash


async def test_12_kills_at_random_moments_lose_and_double_nothing(tmp_path: Path) -> None:
    report = await crash(kills=12, seed=7, folder=tmp_path)
    assert not report.faults, str(report)
    assert len(report.shown) >= 4
    assert sum(report.kills.values()) == 12
