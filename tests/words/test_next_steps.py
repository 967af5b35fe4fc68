"""No reply is a dead end, and every number comes from the one checked file."""

from __future__ import annotations

import re
from datetime import date

import pytest

from tests.words.data import (
    MORE,
    Answer,
    answers,
    choices,
    details,
    helplines,
    in_group,
    links,
    own_messages,
    own_texts,
    read,
    shown_helplines,
    topics,
    whole_answer,
)
from tests.words.reading import sentences

EVERY = [pytest.param(answer, id=name) for name, answer in answers().items()]
NUMBER = re.compile(r"(?<![\d-])\d[\d ]*\d(?![\d-])")
DATES_AND_COUNTS = {"2018", "2023", "55", "19", "24", "30", "180", "2,000"}


def numbers(text: str) -> set[str]:
    """Numbers to ring or text in `text`, as they are written."""
    return set(NUMBER.findall(text.replace("2,000", ""))) - DATES_AND_COUNTS


@pytest.mark.parametrize("answer", EVERY)
def test_every_reply_leaves_a_next_step(answer: Answer) -> None:
    offered = answer.meta["choices"]
    # The topics that it hesitates between are added when it is said.
    if answer.name in ("unsure", "meant_something_else"):
        assert offered == ["none_of_these"]
        return
    assert 2 <= len(offered) <= 3
    assert len(set(offered)) == len(offered)


@pytest.mark.parametrize("answer", EVERY)
def test_choices_and_links_lead_somewhere(answer: Answer) -> None:
    assert set(answer.meta["choices"]) <= set(choices())
    assert set(answer.meta["links"]) <= links()
    assert len(set(answer.meta["links"])) == len(answer.meta["links"])


@pytest.mark.parametrize("answer", EVERY)
def test_no_answer_offers_itself(answer: Answer) -> None:
    assert answer.topic not in answer.meta["choices"]


@pytest.mark.parametrize("topic", topics())
def test_more_is_offered_first_exactly_where_there_is_more(topic: str) -> None:
    has_more = topic + MORE in answers()
    assert (answers()[topic].meta["choices"][0] == "more") == has_more
    if has_more:
        assert "more" not in answers()[topic + MORE].meta["choices"]


@pytest.mark.parametrize("topic", [*in_group("leaflet"), *in_group("doing"), *in_group("safety")])
def test_every_topic_is_offered_by_another_reply(topic: str) -> None:
    messages = [answer.meta for answer in answers().values()] + list(own_messages().values())
    assert topic in {choice for message in messages for choice in message["choices"]}


@pytest.mark.parametrize("answer", EVERY)
def test_whoever_is_sent_to_the_partnership_gets_its_number(answer: Answer) -> None:
    for sentence in sentences(answer.written):
        if re.search(r"\b(ask|tell|ring|write to)\b.*(\{partnership\}|the Partnership)", sentence):
            assert {"phone", "email"} & set(answer.meta["links"]), sentence


@pytest.mark.parametrize("answer", EVERY)
def test_every_number_in_a_text_is_a_checked_one_and_can_be_tapped(answer: Answer) -> None:
    known = {line["route"]["shown"]: name for name, line in shown_helplines().items()} | {details()["phone"]: "phone"}
    for number in numbers(answer.text):
        assert number in known, number
        assert known[number] in answer.meta["links"] or number == "999", number


@pytest.mark.parametrize("answer", EVERY)
def test_every_helpline_that_is_linked_is_named_in_the_text(answer: Answer) -> None:
    for link in set(answer.meta["links"]) & set(shown_helplines()):
        if answer.name == "unsure_wordless" or answer.name.endswith(MORE) and link in ("emergency", "samaritans"):
            continue
        assert helplines()[link]["route"]["shown"] in answer.text, link


def test_every_number_that_web_shows_is_a_checked_one() -> None:
    known = {line["route"]["shown"] for line in shown_helplines().values()} | {details()["phone"]}
    for where, text in own_texts():
        assert numbers(text) <= known, where


# ---- what web says by itself ----

OWN = {"greeting", "starting", "care", "too_long", "rate_limited", "full", "not_recorded"}
OWN |= {"paused", "bookings_paused", "answer_paused"}


def test_web_has_its_own_words_for_everything_it_must_say_alone() -> None:
    assert set(own_messages()) == OWN


@pytest.mark.parametrize("name", sorted(OWN))
def test_what_web_says_by_itself_leaves_a_next_step(name: str) -> None:
    entry = own_messages()[name]
    assert entry["links"] or entry["choices"]
    assert set(entry["links"]) <= links()
    assert set(entry["choices"]) <= set(choices())


@pytest.mark.parametrize("name", sorted(OWN - {"greeting", "care"}))
def test_whatever_goes_wrong_a_person_can_be_reached(name: str) -> None:
    assert details()["phone"] in own_messages()[name]["text"].format_map(details())
    assert {"phone", "email"} <= set(own_messages()[name]["links"])


@pytest.mark.parametrize("name", ["too_long", "rate_limited", "full", "paused", "not_recorded"])
def test_a_refusal_never_refuses_help(name: str) -> None:
    assert "ring 999" in own_messages()[name]["text"]
    assert {"emergency", "samaritans"} <= set(own_messages()[name]["links"])
    assert "not answered" in own_messages()[name]["text"]


def test_the_greeting_says_what_this_is_and_that_nobody_watches() -> None:
    text = own_messages()["greeting"]["text"]
    for part in ("automatic", "computer program", "leaflet", "Nobody watches", "999", "116 123"):
        assert part in text


def test_the_starting_words_are_one_sentence_with_the_number() -> None:
    text = own_messages()["starting"]["text"]
    assert len(sentences(text)) == 1
    assert "{phone}" in text


def test_every_error_has_a_title_and_a_detail() -> None:
    kinds = read("words.yml")["errors"]
    for name in (
        "not_json", "no_token", "not_found", "no_conversation", "wrong_method", "too_long", "media_type", "wrong_shape",
        "nothing_said", "rate_limited", "full", "internal", "paused", "not_recorded",
    ):  # fmt: skip
        assert kinds[name].keys() == {"title", "detail"}
        assert all(kinds[name].values())
        assert re.search(r"Please|You can|ring", kinds[name]["detail"]), f"{name} leaves no next step"
    assert "{phone}" in kinds["internal"]["detail"]


@pytest.mark.parametrize("status", read("words.yml")["page"]["errors"])
def test_every_page_about_an_error_leaves_a_next_step(status: str) -> None:
    entry = read("words.yml")["page"]["errors"][status]
    assert re.search(r"Please|[Yy]ou can|Open|ring", entry["detail"])


def test_the_pages_show_help_in_the_same_words_as_the_checked_file() -> None:
    page = read("words.yml")["page"]
    lines = [line["link"] for line in page["help_lines"]]
    assert lines[0] == "emergency"
    assert {"samaritans", "phone", "email"} <= set(lines)
    for line in page["help_lines"]:
        assert line["link"] in links()
        if line["link"] in helplines():
            assert line["title"].startswith(helplines()[line["link"]]["route"]["shown"])


def test_the_privacy_answer_names_the_button_that_erases() -> None:
    assert f'"{read("words.yml")["page"]["delete"]}"' in whole_answer("open.privacy")


# ---- helplines ----

LINES = [pytest.param(name, id=name) for name in helplines()]
FIELDS = {"name", "title", "href", "route", "who_for", "source", "checked_on", "confirmed_by", "scope", "status"}


@pytest.mark.parametrize("name", LINES)
def test_a_helpline_has_all_that_a_checker_needs(name: str) -> None:
    line = helplines()[name]
    assert line.keys() == FIELDS
    assert line["status"] in ("shown", "to_be_confirmed")
    assert line["scope"] in ("national", "local")
    assert date.fromisoformat(line["checked_on"])
    assert all(line[field] for field in FIELDS - {"confirmed_by"})


@pytest.mark.parametrize("name", LINES)
def test_a_link_rings_the_number_that_it_shows(name: str) -> None:
    line = helplines()[name]
    route = line["route"]
    shown = route["shown"].replace(" ", "")
    if "url" in route:
        assert line["href"] == route["url"] == f"https://{shown}"
    elif "sms" in route:
        assert line["href"] == f"sms:{shown}?body={route['body']}"
    else:
        assert line["href"] == f"tel:{shown}"
        assert route["tel"] == shown
    assert shown in line["title"].replace(" ", "") or "url" in route


def test_local_lines_are_not_shown_before_somebody_has_confirmed_them() -> None:
    for name, line in helplines().items():
        if line["scope"] == "local":
            assert line["status"] == "to_be_confirmed" or line["confirmed_by"], name


def test_no_opening_hours_and_no_prices_are_printed() -> None:
    said = [answer.text for answer in answers().values()] + [text for _, text in own_texts()]
    said += [str(line) for line in helplines().values()]
    hours_or_prices = re.compile(r"\b(free|24/7|Monday|weekdays|day and night|\d{1,2}(\.\d\d)? ?(am|pm))\b|£")
    assert [text for text in said if hours_or_prices.search(text)] == []
