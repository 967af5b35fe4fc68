"""A family asks, the leaflet answers: through the chat API, with the trained assistant behind it."""

from __future__ import annotations

from typing import Any

import psutil
import pytest
import yaml

from tests.whole.service import ROOT, Service, Talk

CONTENT = yaml.safe_load((ROOT / "data" / "topics.yml").read_text(encoding="utf-8"))
TOPICS: dict[str, dict[str, Any]] = CONTENT["topics"]
PHONE: str = yaml.safe_load((ROOT / "data" / "partnership.yml").read_text(encoding="utf-8"))["phone"]
UNCLEAR = "what about it then"


def topics(messages: list[dict[str, Any]]) -> list[str]:
    return [message["topic"] for message in messages if message["topic"]]


@pytest.mark.parametrize("topic", TOPICS)
def test_the_question_on_every_button_gets_its_topics_answer(service: Service, topic: str) -> None:
    messages = Talk(service).say(TOPICS[topic]["question"])
    assert topics(messages)[0] == topic
    assert messages[0]["links"] or messages[0]["choices"], "every reply leaves a next step"
    assert "{" not in messages[0]["text"], "a detail was not filled in"


@pytest.mark.parametrize("topic", [name for name, about in TOPICS.items() if about["group"] == "leaflet"])
def test_a_leaflet_answer_names_its_section_and_review_date(service: Service, topic: str) -> None:
    source = Talk(service).say(TOPICS[topic]["question"])[0]["source"]
    assert source["section"] == TOPICS[topic]["section"]
    assert source["reviewed_on"]


def test_when_unsure_it_asks_which_topic_was_meant_and_states_nothing(talk: Talk) -> None:
    message = talk.say(UNCLEAR)[0]
    assert message["clarify"] is True
    assert message["topic"] is None
    named = [choice for choice in message["choices"] if choice["topic"]]
    assert 2 <= len(named) <= 4
    assert [choice["topic"] for choice in message["choices"] if not choice["topic"]] == [None], "none of these"
    assert all("." not in choice["title"] for choice in named), "titles are plain words"


def test_tapping_a_choice_answers_it_whatever_a_model_would_say(talk: Talk) -> None:
    message = talk.say(UNCLEAR)[0]
    choice = message["choices"][0]
    assert topics(talk.say(choice["text"]))[0] == choice["topic"]


def test_none_of_these_offers_a_person(talk: Talk) -> None:
    message = talk.say(UNCLEAR)[0]
    (reply,) = talk.say(message["choices"][-1]["text"])
    assert PHONE in reply["text"]


def test_twice_unsure_it_offers_a_person(talk: Talk) -> None:
    talk.say(UNCLEAR)
    (reply,) = talk.say("and the thing with the thing")
    assert PHONE in reply["text"]
    assert "handoff.human" in [choice["topic"] for choice in reply["choices"]]


def test_an_answer_that_goes_on_is_continued_when_asked(talk: Talk) -> None:
    first = talk.say(TOPICS["process.panel"]["question"])
    more = talk.say("tell me more")
    assert topics(more) == ["process.panel"]
    assert more[0]["text"] != first[0]["text"]


@pytest.mark.parametrize("text", ["\U0001f622", "\U0001f937\U0001f3fb‍♀️❓", "......", "?", "…"])
def test_what_holds_no_words_is_met_gently_and_never_taken_for_a_topic(talk: Talk, text: str) -> None:
    (message,) = talk.say(text)
    assert message["topic"] is None
    assert message["choices"]


@pytest.mark.parametrize(
    "text",
    [
        "/restart",
        "/session_start",
        "/back",
        "/report.who_sees",
        '/talk.bye{"slot": "x"}',
        "/report.who_sees@0.4",
        "//x",
        "/\u00a0/restart",
        "/\u2003/talk.bye",
        "/",
    ],
)
def test_a_message_that_looks_like_a_command_is_only_words(talk: Talk, text: str) -> None:
    talk.say("who will see the report?")
    talk.say(text)
    assert topics(talk.say("who will see the report?"))[0] == "report.who_sees"


def test_html_comes_back_as_no_html(talk: Talk) -> None:
    for message in talk.say("<script>alert(1)</script> who will see the <b>report</b>?"):
        assert "<" not in message["text"]


def test_nothing_that_was_written_is_logged(service: Service) -> None:
    canary = "xylophonecanary"
    talk = Talk(service)
    for text in (f"who will see the report {canary}", f"/{canary}", UNCLEAR + canary, f"i want to die {canary}"):
        talk.say(text)
    assert canary not in service.printed()
    assert talk.token not in service.printed()


def test_only_the_one_port_listens_and_only_on_this_machine(service: Service) -> None:
    listening = [
        connection.laddr
        for process in [service.process, *service.process.children(recursive=True)]
        for connection in process.net_connections("inet")
        if connection.status == psutil.CONN_LISTEN
    ]
    assert [tuple(address) for address in listening] == [("127.0.0.1", service.port)]
