"""What few words mean after an answer, and what is said where that is not sure."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from actions.likely_meant import likely_meant
from bot.assistant import Assistant
from bot.components.ask_when_unsure import LIKELY_MEANT, UNSURE, AskWhenUnsure
from bot.understanding.follow_ups import hung_on
from tests.bot.talk import TOPICS, Talk

FIRST, THEN = "who will see the report?", "who will be at the meeting?"


@pytest.fixture
def never_sure(assistant: Assistant, monkeypatch: pytest.MonkeyPatch) -> None:
    """No topic is likely enough by itself."""
    monkeypatch.setattr(assistant._processor.graph_runner.component(AskWhenUnsure), "_alone", (1.1, 1.1))


@pytest.fixture
def talk(begin: Callable[[], Talk], never_sure: None) -> Talk:
    """A conversation in which something was answered, and nothing is quite understood from then on."""
    one = begin()
    one.say(TOPICS["topics"]["report.who_sees"]["question"])  # as on a button: nothing is read
    return one


def test_first_words_that_are_not_understood_are_asked_back(begin: Callable[[], Talk], never_sure: None) -> None:
    (said,) = begin().say("how it is with the report and us")
    assert said["clarify"] and said["topic"] is None


def test_after_an_answer_the_likeliest_is_answered_and_the_next_are_offered(talk: Talk) -> None:
    answer, other = talk.say(THEN)
    assert answer["topic"] == "involve.meeting_people" and answer["choices"] == []
    assert other["topic"] is None and other["clarify"]
    assert other["choices"][-1] == "none_of_these" and len(other["choices"]) >= 2
    assert answer["topic"] not in other["choices"]


def test_twice_running_a_person_is_among_what_is_offered(talk: Talk) -> None:
    assert "handoff.human" not in talk.say(THEN)[1]["choices"]
    assert talk.say("how long does all of it take")[1]["choices"][0] == "handoff.human"


@pytest.mark.parametrize("before", ["talk.greet", "safety.self"])
def test_after_a_greeting_or_help_nothing_is_guessed_at(
    begin: Callable[[], Talk], never_sure: None, before: str
) -> None:
    one = begin()
    one.say(TOPICS["topics"][before]["question"])
    said = one.say(THEN)
    assert said[0]["clarify"] and said[0]["topic"] is None


@pytest.mark.parametrize("text", ["who do i tell", "what do i say when they answer", "can i text that number instead"])
@pytest.mark.parametrize("help_before", ["safety.self", "safety.child", "safety.adult"])
def test_what_is_asked_about_help_gets_help_again_and_nothing_about_the_review(
    begin: Callable[[], Talk], help_before: str, text: str
) -> None:
    one = begin()
    one.say(TOPICS["topics"][help_before]["question"])
    assert one.say(text)[0]["topic"].startswith("safety.")


@pytest.mark.parametrize(
    ("before", "text"),
    [
        ("involve.supporter", "and our two lads, nine and eleven"),
        ("open.support", "what about her brother, hes 8 now"),
        ("involve.when_where", "the kids are in bed by half seven, after that?"),
        ("involve.how", "her dad lives in leeds now. him as well?"),
    ],
)
def test_relatives_who_are_mentioned_calmly_after_an_answer_bring_no_help(
    begin: Callable[[], Talk], before: str, text: str
) -> None:
    one = begin()
    one.say(TOPICS["topics"][before]["question"])
    one.say(text)
    assert not any(topic.startswith("safety.") for topic in one.topics)


@pytest.mark.parametrize("text", ["who will see the report?", "how long does the review take"])
def test_a_question_about_the_review_is_answered_also_after_help(begin: Callable[[], Talk], text: str) -> None:
    one = begin()
    one.say(TOPICS["topics"]["safety.child"]["question"])
    one.say(text)
    assert one.topics and not any(topic.startswith("safety.") for topic in one.topics)


@pytest.mark.parametrize(
    "no",
    [
        "no",
        "nope",
        "none of them",
        "not that",
        "neither really",
        "no none of these are right",
        "no thats not what i meant",
        "That isn't what I was asking.",
        "that's not my question",
        "no, something else",
        "I meant something else",
    ],
)
def test_none_of_it_in_ones_own_words_offers_a_person(talk: Talk, no: str) -> None:
    talk.say(THEN)
    (said,) = talk.say(no)
    assert "01274 434361" in said["text"] and "handoff.human" in said["choices"]


@pytest.mark.parametrize("text", ["no thanks", "ta", "that's not right", "it's wrong", "no one", "no that one"])
def test_what_else_begins_with_no_refuses_no_offer(talk: Talk, text: str) -> None:
    talk.say(THEN)
    assert "has not found the right answer" not in talk.say(text)[0]["text"]


def test_more_is_said_about_the_answer_before_a_guess_that_was_refused(
    begin: Callable[[], Talk], never_sure: None
) -> None:
    one, other = begin(), begin()
    panel, more = TOPICS["topics"]["process.panel"]["question"], TOPICS["choices"]["more"]["question"]
    for text in (panel, THEN, "not that", more):
        one.say(text)
    for text in (panel, more):
        other.say(text)
    assert one.text == other.text


def test_no_by_itself_is_no_where_nothing_was_offered(begin: Callable[[], Talk]) -> None:
    one = begin()
    one.say(FIRST)
    (said,) = one.say("no")
    assert said["topic"] == "talk.yes_no"


def ranking(*topics: tuple[str, float]) -> list[dict[str, Any]]:
    return [{"name": name, "confidence": share} for name, share in topics]


@pytest.mark.parametrize(
    ("ranked", "hangs", "follows", "decided"),
    [
        ([("report.who_sees", 0.9), ("review.what", 0.05)], 1.0, True, None),
        ([("report.who_sees", 0.5), ("review.what", 0.4)], 1.0, True, LIKELY_MEANT),
        ([("report.who_sees", 0.5), ("review.what", 0.4)], 0.0, True, LIKELY_MEANT),
        ([("report.who_sees", 0.5), ("review.what", 0.4)], 0.0, False, UNSURE),  # nothing was answered, or in a form
        ([("report.who_sees", 0.5), ("review.what", 0.4)], 1.0, False, None),  # in a form: it hangs on the answer there
        ([("safety.child", 0.4), ("review.what", 0.3)], 1.0, True, None),  # decided before
        ([("booking.request", 0.35), ("review.what", 0.33)], 0.5, True, UNSURE),  # what begins something: as in a form
        ([("booking.request", 0.35), ("review.what", 0.33)], 1.0, True, None),
        ([("talk.distress", 0.59), ("process.after", 0.04)], 1.0, True, None),  # nothing else is at all likely
        ([("talk.yes_no", 0.4), ("handoff.human", 0.3)], 0.5, True, UNSURE),
        ([], 1.0, True, UNSURE),
    ],
)
def test_what_is_done_where_it_is_not_sure(
    ranked: list[tuple[str, float]], hangs: float, follows: bool, decided: str | None
) -> None:
    unsure = AskWhenUnsure(AskWhenUnsure.get_default_config())
    assert unsure.unsure(ranking(*ranked), hangs, follows) == decided


def test_small_talk_and_distress_are_passed_over_for_a_guess() -> None:
    assert likely_meant(ranking(("talk.yes_no", 0.5), ("process.after", 0.4))) == "process.after"
    assert likely_meant(ranking(("talk.distress", 0.6), ("process.after", 0.3))) == "process.after"
    assert likely_meant(ranking(("talk.thanks", 0.5), ("process.after", 0.4))) == "talk.thanks"
    assert likely_meant(ranking(("talk.yes_no", 1.0))) is None
    assert likely_meant(ranking(("talk.distress", 0.59), ("process.after", 0.04))) is None
    assert likely_meant(ranking(("process.after", 0.15), ("talk.distress", 0.1))) == "process.after"


@pytest.mark.parametrize(
    ("before", "asked", "hung"),
    [
        (None, ["review.what"], ()),
        ("report.who_sees", ["report.who_sees", "involve.how"], ("report.who_sees",)),
        # What the leaflet doesn't say may have been asked about anything.
        (
            "open.other_review_question",
            ["open.other_review_question", "involve.how"],
            ("open.other_review_question", "involve.how"),
        ),
        (
            "talk.thanks",
            ["talk.thanks", "safety.self", "report.who_sees"],
            ("talk.thanks", "report.who_sees"),
        ),
        ("talk.bot", ["talk.bot"], ("talk.bot",)),
    ],
)
def test_few_words_hang_on_what_was_answered_and_where_that_is_open_on_what_was_asked(
    before: str | None, asked: list[str], hung: tuple[str, ...]
) -> None:
    assert hung_on(before, asked) == hung
