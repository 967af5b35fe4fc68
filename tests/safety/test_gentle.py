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
