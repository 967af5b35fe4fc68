"""A message is looked at beside the event loop, where that takes longest, and is answered as if it were read at once."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import pytest

from bot.assistant import Assistant
from bot.understanding.reader import Reader, Reading
from tests.bot.talk import Talk

SEVERAL = "who will see the report, and how long does it take? can my mum come to the meeting"


@pytest.fixture
def reader(assistant: Assistant) -> Reader:
    return assistant._topics.reader


@pytest.fixture
def threads(reader: Reader, monkeypatch: pytest.MonkeyPatch) -> list[threading.Thread]:
    """The threads in which texts were encoded, one entry for each text."""
    graph: Any = reader._encoder._graph
    run, seen = graph.run, []

    def watched(pieces: Sequence[int]) -> np.ndarray:
        seen.append(threading.current_thread())
        return np.asarray(run(pieces))

    monkeypatch.setattr(graph, "run", watched)
    return seen


def test_a_message_is_encoded_once_beside_the_event_loop(
    begin: Callable[[], Talk], threads: list[threading.Thread]
) -> None:
    (said,) = begin().say("will the neighbours be able to read the report")
    assert said["topic"] == "report.who_sees"
    assert len(threads) == 1 and threads[0] is not threading.main_thread()


def test_so_are_the_questions_of_a_message_with_several(
    begin: Callable[[], Talk], threads: list[threading.Thread]
) -> None:
    said = begin().say(SEVERAL)
    assert len(said) > 1
    assert len(threads) > 2 and threading.main_thread() not in threads


@pytest.mark.parametrize("before", [None, "report.who_sees"])
@pytest.mark.parametrize("text", ["and where?", "who is on the panel", SEVERAL, "", "???"])
def test_looking_ahead_changes_nothing(assistant: Assistant, reader: Reader, text: str, before: str | None) -> None:
    parts = assistant._words.read(text)[1]
    ahead, at_once = (
        reader.read(text, parts, before, sights) for sights in (reader.look_ahead(text, parts, before), None)
    )
    assert _rounded(ahead) == _rounded(at_once)


def test_families_who_write_at_once_each_get_their_own_answer(
    assistant: Assistant, loop: asyncio.AbstractEventLoop
) -> None:
    questions = {
        "who will see the report?": "report.who_sees",
        "what is a child safeguarding practice review": "review.what",
        "how long does the review take": "timescale.how_long",
        "can i bring my sister to the meeting": "involve.meeting_people",
    }

    async def all_at_once() -> list[Any]:
        asked = [text for text in questions for _ in range(5)]
        return await asyncio.gather(*(assistant.answer(text, None, [], None) for text in asked))

    said = [result.said[0]["topic"] for result in loop.run_until_complete(all_at_once())]
    assert said == [topic for topic in questions.values() for _ in range(5)]


def _rounded(reading: Reading) -> Any:
    ranking = [(topic, round(share, 6)) for topic, share in reading.ranking]
    parts = [(part.text, part.topic, round(part.confidence, 6)) for part in reading.parts]
    return ranking, parts, round(reading.danger, 6), reading.danger_topic, reading.kind, reading.hangs
