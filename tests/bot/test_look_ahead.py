"""The longest part of reading a message is done once, beside the event loop, and nothing is kept of it."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import pytest

from bot.components.topic_classifier import TopicClassifier
from tests.bot.talk import Talk


def test_a_message_is_encoded_once_beside_the_event_loop(
    begin: Callable[[], Talk], monkeypatch: pytest.MonkeyPatch
) -> None:
    talk = begin()  # loads the model
    reader = TopicClassifier.serving
    assert reader is not None
    graph: Any = reader._encoder._graph
    run, threads = graph.run, []

    def watched(pieces: Sequence[int]) -> np.ndarray:
        threads.append(threading.current_thread())
        return np.asarray(run(pieces))

    monkeypatch.setattr(graph, "run", watched)
    (said,) = talk.say("will the neighbours be able to read the report")
    assert said["topic"] == "report.who_sees"
    assert len(threads) == 1 and threads[0] is not threading.main_thread()
    assert not reader._encoder._known
