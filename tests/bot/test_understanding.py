"""What turns a message into topics, part by part. These run in Rasa's environment (`make test` does that)."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from scipy.sparse import csr_matrix

from actions.clarify import worth_offering
from actions.history import last_answer, last_topic
from bot.actions import InProcessActions
from bot.assistant import only_words
from bot.components.ask_when_unsure import AskWhenUnsure
from bot.components.several_questions import SeveralQuestions
from bot.evaluate import interval, judged
from bot.train import fingerprint, hundredths, lines
from bot.understanding import bert_onnx, softmax
from bot.understanding.encoder import UNITS, Encoder
from bot.understanding.normalise import has_words, normalised
from bot.understanding.questions import pipeline, question_matcher, questions_of
from bot.understanding.topic_model import CERTAIN, TopicModel

UNSURE = AskWhenUnsure({"sure": 0.45, "sure_of_danger": 0.65, "ahead": 0.25})


@pytest.fixture(scope="module")
def encoder(tmp_path_factory: pytest.TempPathFactory) -> Encoder:
    graph = tmp_path_factory.mktemp("encoder") / "encoder.onnx"
    bert_onnx.write_encoder(graph)
    return Encoder(graph, bert_onnx.tokenizer_path())


def test_the_encoder_puts_messages_that_mean_the_same_near_each_other(encoder: Encoder) -> None:
    vectors = encoder.vectors(["who will see the report?", "who gets to read it", "my cat likes fish"])
    assert vectors.shape == (3, 384)
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-3)
    assert vectors[0] @ vectors[1] > vectors[0] @ vectors[2] + 0.2


def test_a_message_has_the_same_vector_alone_and_among_others(encoder: Encoder) -> None:
    alone, long = encoder.vector("how long"), "why " * 500
    assert np.array_equal(encoder.vectors([long, "how long"])[1], alone)


def test_weights_that_are_not_the_published_ones_are_refused(tmp_path: Path) -> None:
    forged = tmp_path / "model.safetensors"
    content = bytearray(bert_onnx.weights_path().read_bytes())
    content[-1] ^= 1
    forged.write_bytes(bytes(content))
    with pytest.raises(bert_onnx.WrongWeights):
        bert_onnx.checked_weights(forged)


def test_the_integer_encoder_agrees_with_the_exact_one(encoder: Encoder, tmp_path: Path) -> None:
    import onnx

    exact = tmp_path / "exact.onnx"
    onnx.save(bert_onnx.encoder_graph(bert_onnx.checked_weights(bert_onnx.weights_path())), str(exact))
    text = "will anyone else be there when I talk to the reviewer"
    assert Encoder(exact, bert_onnx.tokenizer_path()).vector(text) @ encoder.vector(text) > 0.97


def test_softmax_regression_finds_what_scikit_learn_finds() -> None:
    from sklearn.linear_model import LogisticRegression

    random = np.random.default_rng(1)
    classes = random.integers(0, 3, 200)
    inputs = (random.normal(size=(200, 6)) + classes[:, None]).astype(np.float32)
    weights, bias = softmax.fit(
        softmax.Examples(csr_matrix(inputs[:, :4]), inputs[:, 4:], classes), 2.0, 300, lambda: None
    )
    reference = LogisticRegression(C=2.0, max_iter=1000).fit(inputs, classes)
    ours = np.argmax(inputs @ weights + bias, axis=1)
    assert (ours == reference.predict(inputs)).mean() > 0.97


def test_a_saved_topic_model_gives_the_same_ranking(tmp_path: Path) -> None:
    texts = ["who sees the report", "who reads the report", "how long does it take", "how many months does it take"]
    vectors = np.eye(4, 384, dtype=np.float32)
    model = TopicModel.fit(texts, vectors, ["see", "see", "time", "time"])
    model.save(tmp_path / "topics.npz")
    again = TopicModel.load(tmp_path / "topics.npz")
    assert [topic for topic, _ in again.read(texts[3], vectors[3])[0]] == ["time", "see"]
    assert np.allclose(again.probabilities(texts, vectors), model.probabilities(texts, vectors), atol=1e-2)


@pytest.mark.parametrize(
    ("ranking", "unsure"),
    [
        ([], True),
        ([("a.b", 0.3), ("c.d", 0.1)], True),
        ([("a.b", 0.6), ("c.d", 0.5)], True),
        ([("a.b", 0.9), ("c.d", 0.05)], False),
        ([("safety.self", 0.6), ("c.d", 0.05)], True),
        ([("safety.self", 0.9), ("c.d", 0.05)], False),
    ],
)
def test_it_is_unsure_of_a_weak_topic_and_of_two_that_tie(ranking: list[tuple[str, float]], unsure: bool) -> None:
    assert UNSURE.is_unsure(ranking) is unsure


@pytest.mark.parametrize("text", ["", "?", "...", "\U0001f622", "\U0001f937\U0001f3fb‍♀️"])
def test_what_holds_nothing_to_read_is_known_for_it(text: str) -> None:
    assert not has_words(text)


def test_a_message_of_several_parts_is_looked_at_again_unless_it_is_all_but_certain() -> None:
    texts = ["who sees the report", "who reads the report", "i want to die", "i do not want to live"] * 5
    vectors = np.eye(4, UNITS, dtype=np.float32)[[0, 0, 1, 1] * 5] * 3
    model = TopicModel.fit(texts, vectors, ["report.who_sees", "report.who_sees", "safety.self", "safety.self"] * 5)
    looked: list[str] = []

    def encode(parts: Sequence[str]) -> np.ndarray:
        looked.extend(parts)
        return vectors[: len(parts)]

    model.read(texts[0], vectors[0], ["it is about the report", "tell me"], encode)
    certain = dict(model.read(texts[0], vectors[0])[0])["report.who_sees"] >= CERTAIN
    assert bool(looked) is not certain
    model.read(texts[2], vectors[2], ["i want", "to die"], encode)
    assert looked[-2:] == ["i want", "to die"], "never where there may be danger"


def test_what_differs_only_in_typing_is_made_the_same() -> None:
    assert normalised("  WHO’s   it\nfor—meeeeeee ") == "who's it for-meee"


def test_each_question_of_a_message_is_found_and_danger_goes_first() -> None:
    nlp = pipeline()
    text = "what is a CSPR and how long does it take, can my nan come"
    parts = questions_of(nlp(text), question_matcher(nlp))
    assert parts == ["what is a CSPR", "and how long does it take", "can my nan come"]
    assert questions_of(nlp("who sees the report"), question_matcher(nlp)) == []
    several = SeveralQuestions(SeveralQuestions.get_default_config())
    asked = [
        ("how long?", "timescale.how_long", 0.9),
        ("i want to die", "safety.self", 0.95),
        ("hello", "talk.greet", 1.0),
    ]
    found = several.several([{"text": t, "topic": topic, "confidence": c} for t, topic, c in asked])
    assert [part["topic"] for part in found] == ["safety.self", "timescale.how_long"]
    assert several.several([{"text": "how long?", "topic": "timescale.how_long", "confidence": 0.9}]) == []


def test_two_to_four_topics_are_offered_and_only_topics() -> None:
    ranking = [
        {"name": name, "confidence": c} for name, c in [("more", 0.4), ("a.b", 0.3), ("c.d", 0.01), ("e.f", 0.005)]
    ]
    assert worth_offering(ranking) == ["a.b", "c.d"]
    assert worth_offering([]) == []
    assert len(worth_offering([{"name": f"t.{n}", "confidence": 0.15} for n in range(6)])) == 4


def test_history_knows_the_last_answer_and_its_topic() -> None:
    events: list[dict[str, Any]] = [
        {"event": "user"},
        {"event": "action", "name": "utter_a.b"},
        {"event": "bot", "metadata": {"metadata": {"topic": "a.b"}}},
        {"event": "action", "name": "action_listen"},
        {"event": "user"},
    ]
    assert last_answer(events) == "utter_a.b"
    assert last_topic(events) == "a.b"
    assert last_answer([{"event": "user"}]) is None


async def failing_action() -> Any:
    return await InProcessActions().request(json={"next_action": "action_that_is_missing", "tracker": {}, "domain": {}})


def test_an_action_that_fails_still_says_something_and_logs_no_words(caplog: pytest.LogCaptureFixture) -> None:
    import asyncio

    result = asyncio.run(failing_action())
    assert result["responses"] == [{"response": "utter_technical_problem"}]


@pytest.mark.parametrize("text", ["/restart", "//restart", " / /restart", '/talk.bye{"a": 1}'])
def test_no_text_reaches_rasa_as_a_command(text: str) -> None:
    assert not only_words(text).startswith("/")
    assert only_words("/") == "?"


def test_training_shows_how_far_it_is() -> None:
    said = lines(iter([b"INFO - Starting to train component 'SentenceEncoder'.\nReading the examples:  50", b"%|\r"]))
    assert [hundredths(line) for line in said] == [(8, "Building the sentence encoder"), (18, "Reading the examples")]


def test_training_is_needed_again_only_when_something_it_depends_on_changes(tmp_path: Path) -> None:
    (tmp_path / "data" / "nlu").mkdir(parents=True)
    (tmp_path / "config.yml").write_text("a")
    before = fingerprint(tmp_path)
    (tmp_path / "README.md").write_text("other")
    assert fingerprint(tmp_path) == before
    (tmp_path / "data" / "nlu" / "x.yml").write_text("new")
    assert fingerprint(tmp_path) != before


def test_evaluation_judges_as_a_family_would() -> None:
    unsure = UNSURE
    assert judged("a.b", [("a.b", 0.9), ("c.d", 0.05)], unsure) == "right"
    assert judged("c.d", [("a.b", 0.9), ("c.d", 0.05)], unsure) == "wrong"
    assert judged("c.d", [("a.b", 0.4), ("c.d", 0.35)], unsure) == "one tap"
    assert judged("x.y", [("a.b", 0.4), ("c.d", 0.35)], unsure) == "asked"
    low, high = interval(95, 100)
    assert low == pytest.approx(0.888, abs=0.002) and high == pytest.approx(0.978, abs=0.002)
