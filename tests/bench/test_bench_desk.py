"""The desk's bench asks for every page that a list of requests, a reference or nothing leads to."""

from __future__ import annotations

from bench.desk import measure


async def test_every_page_is_asked_for_and_answers() -> None:
    figures = await measure(items=40, again=2)
    assert len(figures) == len({one.path for one in figures}) >= 20
    assert all(0 < one.median <= one.slowest for one in figures)
