"""What both sides hear: the same words every time, mostly what families write, now and then something unclear."""

from __future__ import annotations

from bench.conversations import SEED, TURNS, UNCLEAR, scripts
from bench.corpus import Example

EXAMPLES = [
    Example(f"{topic} {number}", topic)
    for topic in ("talk.greet", "talk.thanks", "review.what", "report.who_sees")
    for number in range(50)
]


def test_the_same_seed_gives_the_same_words_and_another_seed_others() -> None:
    assert scripts(EXAMPLES, 20) == scripts(EXAMPLES, 20)
    assert scripts(EXAMPLES, 20) != scripts(EXAMPLES, 20, SEED + 1)


def test_every_conversation_has_the_same_number_of_messages() -> None:
    assert [len(script) for script in scripts(EXAMPLES, 50)] == [TURNS] * 50


def test_a_message_is_an_example_with_its_topic_or_unclear_without_one() -> None:
    known = {example.text: example.topic for example in EXAMPLES} | dict.fromkeys(UNCLEAR)
    lines = [line for script in scripts(EXAMPLES, 200) for line in script]
    assert all(known[line.text] == line.topic for line in lines)
    unclear = sum(line.topic is None for line in lines)
    assert 0.05 < unclear / len(lines) < 0.15


def test_families_greet_first_and_thank_last_more_often_than_in_between() -> None:
    held = scripts(EXAMPLES, 300)
    greeted = [sum(script[turn].topic == "talk.greet" for script in held) for turn in range(TURNS)]
    thanked = [sum(script[turn].topic == "talk.thanks" for script in held) for turn in range(TURNS)]
    assert greeted[0] == max(greeted)
    assert thanked[-1] == max(thanked)


def test_no_unclear_message_is_an_example() -> None:
    assert not {example.text for example in EXAMPLES} & set(UNCLEAR)
