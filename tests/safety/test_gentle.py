"""After a sign of danger the chat does not carry on as if nothing had been said."""

from __future__ import annotations

from tests.chat.conftest import assistant, client, family, serve, settings, words  # noqa: F401 - fixtures
from tests.chat.family import Family
from tests.doubles import FakeAssistant

IN_REACH = {"tel:999", "tel:116123"}


async def test_the_help_numbers_stay_in_every_reply_for_the_rest_of_the_conversation(family: Family) -> None:  # noqa: F811
    assert not IN_REACH & (await family.say("who will see the report?")).hrefs
    assert IN_REACH <= (await family.say("i want to kill myself")).hrefs
    for number in range(8):
        assert IN_REACH <= (await family.say(f"who will see the report? {number}")).hrefs


async def test_the_assistant_is_told_of_the_help_that_web_gave(
    family: Family,  # noqa: F811
    assistant: FakeAssistant,  # noqa: F811
) -> None:
    await family.say("i want to kill myself")
    await family.say("can somebody ring me")
    assert assistant.turns[-1].alone == "safety.self"
    await family.say("thanks")
    assert assistant.turns[-1].alone is None


GIVEN = "my number is 07700 900123 and i want to kill myself"


async def test_what_was_said_beside_danger_is_told_to_the_assistant_once(
    family: Family,  # noqa: F811
    assistant: FakeAssistant,  # noqa: F811
) -> None:
    assert IN_REACH <= (await family.say(GIVEN)).hrefs
    assert assistant.turns == []
    await family.say("mondays")
    assert (assistant.turns[-1].text, list(assistant.turns[-1].unheard)) == ("mondays", [GIVEN])
    await family.say("thanks")
    assert list(assistant.turns[-1].unheard) == []


async def test_a_question_beside_danger_goes_to_the_assistant_with_all_that_was_said(
    family: Family,  # noqa: F811
    assistant: FakeAssistant,  # noqa: F811
) -> None:
    whole = f"{GIVEN}. who will see the report?"
    await family.say(whole)
    assert (assistant.turns[-1].text, list(assistant.turns[-1].unheard)) == ("who will see the report?", [whole])
    await family.say("thanks")
    assert list(assistant.turns[-1].unheard) == []


async def test_while_the_assistant_is_away_it_is_kept_for_it(
    family: Family,  # noqa: F811
    assistant: FakeAssistant,  # noqa: F811
) -> None:
    assistant.ready = False
    await family.say(GIVEN)
    await family.say("hello?")
    await family.say("i want to kill myself")
    assistant.ready = True
    await family.say("im safe now")
    assert list(assistant.turns[-1].unheard) == [GIVEN, "i want to kill myself"]
