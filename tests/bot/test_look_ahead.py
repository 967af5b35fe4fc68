"""What takes longest of reading a message is done beside the event loop, and nothing of it is kept."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import pytest

from actions.details.reading import VOCAB
from bot.assistant import Assistant
from bot.understanding.normalise import normalised
from bot.understanding.reader import Reader, hanging
from tests.bot.talk import Talk

TWICE = "who sees it? who sees it? how long does it take?"
STORY = "we lost him in march. my mum has not slept since. she keeps asking about the letter, i do not know what to say"
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


@pytest.mark.parametrize("text", [SEVERAL, STORY])
def test_its_parts_are_seen_where_they_stand_in_it(
    begin: Callable[[], Talk], threads: list[threading.Thread], text: str
) -> None:
    said = begin().say(text)
    assert len(said) > 1 or text == STORY
    assert len(threads) == 1 and threads[0] is not threading.main_thread()


@pytest.mark.parametrize("befores", [(), ("report.who_sees",), ("talk.thanks", "report.who_sees")])
@pytest.mark.parametrize("text", ["and where?", "who is on the panel", SEVERAL, TWICE, STORY])
def test_what_is_seen_ahead_is_what_each_model_sees(
    assistant: Assistant, reader: Reader, text: str, befores: Sequence[str]
) -> None:
    parts = assistant._words.read(text)[1]
    sights = reader.look_ahead(text, parts, befores)
    assert set(sights) == {text, *parts}
    whole = sights[text]
    assert np.array_equal(whole.vector, reader._encoder.vector(normalised(text)))
    rows = reader._encoder.with_parts(normalised(text), [normalised(part) for part in parts])
    for part, row in dict(zip([text, *parts], rows, strict=True)).items():
        assert np.array_equal(sights[part].vector, row)
    assert set(whole.near_after) == (set(befores) if hanging(text) else set())
    for before, after in whole.near_after.items():
        assert np.allclose(after, reader._follow_ups.near(whole.vector, before))
    assert reader.look_ahead("???", [], befores) == {}
    for sight in sights.values():
        assert np.allclose(sight.near, reader._neighbours.topic_scores(sight.vector[None])[0], atol=1e-3)


def test_no_word_of_a_family_stays_in_spacys_memory(assistant: Assistant, begin: Callable[[], Talk]) -> None:
    talk = begin()
    talk.say("my name is Zwiebelquist, ring me on 07700 900461, can i have a meeting on tuesday")
    talk.say("and what does quarnblossom mean, and who sees it?")
    for strings in (assistant._words._nlp.vocab.strings, VOCAB.strings):
        assert not {"zwiebelquist", "07700", "900461", "quarnblossom"} & {word.lower() for word in strings}


def test_families_who_write_at_once_each_get_their_own_answer(
    assistant: Assistant, loop: asyncio.AbstractEventLoop
) -> None:
    questions = {
        "who will see the report?": "report.who_sees",
        "what is a child safeguarding practice review": "review.what",
        "how long does the review take": "timescale.how_long",
        "can i bring my sister to the meeting": "involve.supporter",
    }

    async def all_at_once() -> list[Any]:
        asked = [text for text in questions for _ in range(5)]
        return await asyncio.gather(*(assistant.answer(text, None, [], None) for text in asked))

    said = [result.said[0]["topic"] for result in loop.run_until_complete(all_at_once())]
    assert said == [topic for topic in questions.values() for _ in range(5)]
