"""Asking for a meeting is measured by its slowest turn, one family at a time, and only where it was really recorded."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from bench import bookings
from bench.conversations import Line
from bench.figures import Bookings, Round, booking_verdict
from bench.report import as_json, as_markdown
from bench.report import bookings as lines
from bench.system import NotAnswered
from tests.bench.test_bench_report import good, measured, side

SCRIPTS = [(Line("who will see it", "report.who_sees"), Line("hmm", None))]
ROUND = side(250, 80, 700, 12, {"web": 0.4})


class Chat:
    """Answers as a chat with a meeting form does; `send` says what comes of the last turn."""

    def __init__(self, said: list[str], send: Callable[[], list[dict[str, Any]]]) -> None:
        self.said = said
        self.send = send

    async def ask(self, text: str) -> list[dict[str, Any]]:
        self.said.append(text)
        if text.startswith("yes"):
            await asyncio.sleep(0.03)
            return self.send()
        times = ["Monday 7 December 2026, 2pm", "Friday 11 December 2026, 4pm", "None of these times."]
        return [{"topic": None, "meeting": None, "choices": [{"text": text} for text in times]}]

    async def say(self, text: str) -> str | None:
        self.said.append(text)
        await asyncio.sleep(0.01)
        return None


class System:
    """Takes bookings."""

    name, health = "stand-in", "/"

    def __init__(self, reference: str | None = "KTR-482-97") -> None:
        self.said: list[str] = []
        self.published = 0
        self.reply: list[dict[str, Any]] = [{"topic": None, "choices": [], "meeting": {"reference": reference}}]

    def launch(self, folder: Path, port: int) -> Any:
        raise NotImplementedError

    async def publish(self, folder: Path, times: int) -> None:
        self.published = times

    async def open(self, session: Any) -> Any:
        return Chat(self.said, lambda: self.reply)


async def measure(system: Any, monkeypatch: pytest.MonkeyPatch) -> Bookings | None:
    monkeypatch.setattr(bookings, "FAMILIES", 3)
    return await bookings.measure(system, Path(), Any, SCRIPTS, lambda: None)  # type: ignore[arg-type]


async def test_each_booking_turn_is_followed_by_a_plain_question(monkeypatch: pytest.MonkeyPatch) -> None:
    system = System()
    found = await measure(system, monkeypatch)
    assert found is not None
    assert system.published >= 3
    assert system.said[1::2] == ["who will see it"] * 15
    assert (found.made, found.failures) == (3, {})
    assert found.steps["send"] >= 30 > found.turn
    assert 10 <= found.plain < 30


async def test_a_meeting_that_was_not_recorded_counts_as_not_made(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(NotAnswered, match="not recorded"):
        await measure(System(reference=None), monkeypatch)


async def test_a_system_without_meetings_is_not_measured(monkeypatch: pytest.MonkeyPatch) -> None:
    class Plain:
        name = "plain"

    assert await measure(Plain(), monkeypatch) is None


def test_it_is_met_by_the_slowest_turn_and_only_if_every_meeting_was_made() -> None:
    fast = Bookings(turn=20, steps={"begin": 10, "send": 45}, plain=15, made=60, failures={})
    for found, met in (
        (fast, True),
        (replace(fast, steps={"begin": 10, "send": 46}), False),
        (replace(fast, failures={"NotAnswered: status 500": 1}), False),
    ):
        verdict = booking_verdict([replace(ROUND, bookings=found)])
        assert verdict is not None
        assert (verdict.slowest, verdict.met) == ("send", met)
        assert measured(replace(ROUND, bookings=found)).all_met == met


def test_the_report_says_what_it_costs() -> None:
    found = Bookings(turn=20, steps={"begin": 10, "send": 40}, plain=16, made=60, failures={})
    whole = measured(replace(ROUND, bookings=found))
    (line,) = lines(whole)
    assert "20.0 ms, 1.2 times a plain answer (16.0 ms)" in line
    assert '"send", takes 40.0 ms, 2.5 times (at most 3: met)' in line
    assert line in as_markdown(whole)
    assert '"slowest_turn": 40' in as_json(whole)
    assert lines(good()) == []
    assert isinstance(ROUND, Round)
