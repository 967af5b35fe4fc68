"""While a person answers in the chat the assistant is silent, and danger still comes first."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import uuid4

import pytest
from aiohttp.test_utils import TestClient

from tests.chat.conftest import Serve
from tests.chat.family import Answer, Family, begin, call
from tests.desk.office import Desk, Person
from tests.doubles import FakeAssistant, says
from web.accounts.roles import Role
from web.assistant import Said
from web.meetings.kinds import DraftHandoff
from web.records.database import NotRecorded
from web.replies.service import Replies

DANGER = "I want to kill myself"
UNEASY = "i wish it had been me"
AMIRA = {"role": "coordinator at the Bradford Partnership", "name": "Amira"}


@dataclass
class Chatting:
    """A family in the chat and Amira at the desk."""

    desk: Desk
    family: Family
    amira: Person
    reference: str

    async def reply(self, method: str = "GET", after: str = "", **options: Any) -> Answer:
        """What the family is shown of it, or does."""
        params = {"after": after} if after else {}
        if method == "POST":
            options = {"json": {}, **options}
        path = f"/api/conversations/{self.family.id}/reply"
        headers = self.family.headers
        return await call(self.family.client, method, path, headers=headers, params=params, **options)

    @property
    def page(self) -> str:
        """Where Amira answers."""
        return f"/desk/chats/{self.reference}"

    async def press(self, act: str, **fields: str) -> Any:
        """Amira sends a form of that page."""
        shown = await self.amira.get(self.page)
        hidden = {
            name: shown.html.partition(f'name="{name}" value="')[2].partition('"')[0] for name in ("visit", "key")
        }
        return await self.amira.send(f"{self.page}/{act}", {"token": shown.token, **hidden, **fields})


@pytest.fixture
async def chatting(desk: Desk) -> Chatting:
    """The family had a question passed on."""
    client: TestClient[Any, Any] = desk.client
    family = await begin(client)
    said = {"text": "Canary question", "name": "Sam", "contact": "07700 900456", "contact_kind": "phone"}
    shown, _new = await desk.meetings.hand_off(DraftHandoff(str(uuid4()), family.id, "question", said))
    return Chatting(desk, family, await desk.signed_in(Role.COORDINATOR), str(shown["reference"]))


@pytest.fixture
async def joined(chatting: Chatting) -> Chatting:
    """The family agreed, and Amira is there."""
    assert (await chatting.reply("POST")).status == 200
    await chatting.press("join")
    assert (await chatting.reply()).body["present"] == AMIRA
    return chatting


async def test_the_family_is_asked_agrees_and_takes_it_back(chatting: Chatting) -> None:
    assert (await chatting.reply()).body | {"messages": []} == {
        "offered": True, "agreed": False, "present": None, "messages": []
    }  # fmt: skip
    assert (await chatting.reply("POST")).body["agreed"]
    assert not (await chatting.reply("DELETE")).body["agreed"]


async def test_without_anything_passed_on_it_is_told_what_to_do_first(desk: Desk) -> None:
    family = await begin(desk.client)
    path = f"/api/conversations/{family.id}/reply"
    answer = await call(desk.client, "POST", path, json={}, headers=family.headers)
    assert answer.status == 409
    assert "have something passed on" in answer.body["detail"]


async def test_what_is_no_agreement_is_refused_in_plain_words(chatting: Chatting) -> None:
    assert (await chatting.reply("POST", json={"agreed": True})).status == 422
    assert (await chatting.reply("POST", data=b"{}", json=None)).status == 415
    path = f"/api/conversations/{chatting.family.id}/reply"
    for method in ("GET", "DELETE"):
        assert (await call(chatting.family.client, method, path)).status == 401
        stranger = {"Authorization": "Bearer someone-elses"}
        assert (await call(chatting.family.client, method, path, headers=stranger)).status == 404


async def test_while_somebody_is_there_the_assistant_is_not_asked(joined: Chatting, assistant: FakeAssistant) -> None:
    answer = await joined.family.say("Who will see the report?")
    assert (answer.status, answer.messages) == (200, [])
    assert assistant.turns == []
    assert (await joined.family.read()).messages[-1]["text"] == "Who will see the report?"


async def test_the_same_words_sent_twice_are_said_once(joined: Chatting) -> None:
    key = str(uuid4())
    for _ in range(2):
        assert (await joined.family.say("Hello?", key)).messages == []
    assert sum(one["text"] == "Hello?" for one in (await joined.family.read()).messages) == 1


async def test_what_staff_write_reaches_the_family_with_who_they_are(joined: Chatting) -> None:
    last = (await joined.family.read()).messages[-1]["id"]
    await joined.press("say", text="We will ring you at two.")
    [answer] = (await joined.reply(after=last)).messages
    assert (answer["from"], answer["author"], answer["text"]) == ("staff", AMIRA, "We will ring you at two.")
    assert answer == (await joined.family.read()).messages[-1]


async def test_danger_is_answered_with_help_at_once_and_marked_for_staff(
    joined: Chatting, assistant: FakeAssistant
) -> None:
    answer = await joined.family.say(DANGER)
    assert answer.topics == ["safety.self"]
    assert "tel:999" in answer.hrefs and "116 123" in answer.text
    assert "Nobody watches" not in answer.text
    assert "Amira may not see this at once, and this chat cannot call for help." in answer.text
    assert assistant.turns == []
    page = await joined.amira.get(joined.page)
    assert "Sign of danger: help was shown" in page.words
    assert page.words.index("Sign of danger") < page.words.index(DANGER)


def tapped(answer: Answer) -> list[str]:
    """What can be tapped after an answer, by what it is called."""
    return [choice["title"] for choice in answer.messages[-1]["choices"]]


async def test_what_can_be_tapped_beside_help_is_answered_while_a_person_is_there(
    joined: Chatting, assistant: FakeAssistant
) -> None:
    help = await joined.family.say(DANGER)
    assert tapped(help) == ["Tell me more"], "a call back and other answers are the person's now"
    await joined.family.say("ok")
    more = await joined.family.say("Tell me more.")
    assert "18000" in more.text and "tel:999" in more.hrefs
    assert tapped(more) == ["Worry about an adult's safety"]
    other = await joined.family.say("I am worried that an adult is not safe.")
    assert other.topics == ["safety.adult"] and "Nobody watches" not in other.text
    assert tapped(other) == ["Tell me more", "Worry about a child's safety"]
    assert "Galop" in (await joined.family.say("Tell me more.")).text
    quiet = await joined.family.say(UNEASY)
    assert len(tapped(quiet)) == 3
    assert assistant.turns == []


async def test_without_help_before_it_telling_more_is_the_persons_to_answer(joined: Chatting) -> None:
    assert (await joined.family.say("Tell me more.")).messages == []


@pytest.mark.parametrize("when", ["before somebody came", "while somebody was there"])
async def test_after_handing_back_the_assistant_knows_of_the_danger(
    chatting: Chatting, assistant: FakeAssistant, when: str
) -> None:
    await chatting.reply("POST")
    if when == "before somebody came":
        await chatting.family.say(DANGER)
    await chatting.press("join")
    if when == "while somebody was there":
        await chatting.family.say(DANGER)
    await chatting.family.say("between us")
    await chatting.press("leave")
    await chatting.family.say("can somebody ring me")
    turn = assistant.turns[-1]
    assert (turn.alone, list(turn.unheard), turn.events) == ("safety.self", [DANGER], [])


async def test_danger_that_only_the_assistant_saw_is_known_after_handing_back(
    chatting: Chatting, assistant: FakeAssistant
) -> None:
    await chatting.reply("POST")
    assistant.behave = says(Said("Ring 999.", topic="safety.child", links=("emergency",)))
    await chatting.family.say("he has marks again")
    await chatting.press("join")
    await chatting.press("leave")
    assistant.behave = None
    await chatting.family.say("can somebody ring me")
    assert assistant.turns[-1].alone == "safety.child"


async def test_a_message_gets_the_quiet_line_where_the_person_may_be_gone(joined: Chatting) -> None:
    joined.desk.clock.forward(minutes=2)
    assert (await joined.family.say("Who will see the report?")).messages == []
    joined.desk.clock.forward(seconds=1)
    answer = await joined.family.say("Who will see the report?")
    assert answer.cares and "ring 999" in answer.text
    assert "Nobody watches" not in answer.text
    await joined.press("stay")
    assert (await joined.family.say("are you there?")).messages == []


async def test_words_that_might_hide_danger_get_the_quiet_line_and_staff_see_that(joined: Chatting) -> None:
    answer = await joined.family.say(UNEASY)
    assert answer.cares and "Nobody watches" not in answer.text
    assert "Help numbers were shown beside this" in (await joined.amira.get(joined.page)).words


async def test_nothing_that_the_assistant_forgets_wakes_it(joined: Chatting, assistant: FakeAssistant) -> None:
    for words in ("Hello?", "/restart", "/session_start", "Who will see the report?"):
        assert (await joined.family.say(words)).messages == []
    assert assistant.turns == []


async def test_handed_back_the_assistant_answers_again_and_knows_of_no_half_filled_form(
    chatting: Chatting, assistant: FakeAssistant
) -> None:
    await chatting.family.say("I want a meeting")
    await chatting.family.say("Rose")
    assert assistant.turns[-1].state is not None or assistant.turns[-1].events
    await chatting.reply("POST")
    await chatting.press("join")
    await chatting.family.say("between us")
    page = await chatting.press("leave")
    assert "the assistant answers again" in page.words
    said = (await chatting.family.read()).messages[-1]
    assert "Amira has left this chat" in said["text"] and "Nobody watches" in said["text"]
    answer = await chatting.family.say("yes")
    assert answer.topics == ["report.who_sees"]
    turn = assistant.turns[-1]
    assert (turn.text, turn.state, turn.events, list(turn.unheard)) == ("yes", None, [], [])


async def test_after_ten_minutes_without_staff_the_assistant_answers_again(
    joined: Chatting, assistant: FakeAssistant
) -> None:
    joined.desk.clock.forward(minutes=10)
    answer = await joined.family.say("Who will see the report?")
    assert answer.topics == ["report.who_sees"]
    texts = [one["text"] for one in (await joined.family.read()).messages]
    assert any("Amira has left this chat" in text for text in texts)
    assert (await joined.reply()).body["present"] is None


async def test_help_once_shown_stays_in_reach_after_handing_back(joined: Chatting) -> None:
    await joined.family.say(DANGER)
    await joined.press("leave")
    assert "tel:999" in (await joined.family.say("Who will see the report?")).hrefs


async def test_help_once_shown_stays_in_reach_in_what_staff_write(joined: Chatting) -> None:
    numbers = {"tel:999", "tel:116123"}
    await joined.press("say", text="Hello.")
    assert (await joined.family.read()).messages[-1]["links"] == []
    await joined.family.say(DANGER)
    for act, fields in (("say", {"text": "Are you safe?"}), ("leave", {})):
        await joined.press(act, **fields)
        links = (await joined.family.read()).messages[-1]["links"]
        assert numbers <= {link["href"] for link in links}, act


async def test_deleting_the_chat_ends_it_for_staff_too(joined: Chatting) -> None:
    assert (await joined.family.delete()).status == 204
    page = await joined.amira.get(joined.page)
    assert "This chat is not open" in page.words
    assert ("Amira Khan", "chat_left", "the family ended the chat") in await joined.desk.happened()


async def test_what_is_said_to_staff_is_neither_counted_nor_kept_as_a_question(joined: Chatting) -> None:
    await joined.family.say("Can the report be on paper?")
    assert await joined.desk.rows("SELECT * FROM unanswered") == []
    assert await joined.desk.rows("SELECT name FROM weekly_counts WHERE name LIKE 'topic:%'") == []


async def test_when_the_database_fails_a_family_still_gets_help(
    joined: Chatting, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def fail(*_args: object) -> None:
        raise NotRecorded("OperationalError")

    monkeypatch.setattr(Replies, "present", fail)
    answer = await joined.family.say(DANGER)
    assert answer.status == 503 and "tel:999" in answer.hrefs


async def test_a_chat_paused_by_staff_takes_no_agreement_but_can_be_taken_back(chatting: Chatting) -> None:
    await chatting.reply("POST")
    manager = await chatting.desk.signed_in(Role.MANAGER)
    await manager.post("/desk/switches/pause", "/desk/switches", name="chat", reason="a test")
    assert (await chatting.reply("POST")).status == 503
    assert (await chatting.reply("DELETE")).status == 200


async def test_too_many_agreements_are_slowed_down_and_taking_back_never_is(
    serve: Serve, assistant: FakeAssistant
) -> None:
    client = await serve(rate_limit=True, messages_per_10_minutes=1)
    family = await begin(client)
    path = f"/api/conversations/{family.id}/reply"
    answers = [await call(client, "POST", path, json={}, headers=family.headers) for _ in range(2)]
    assert [answer.status for answer in answers] == [409, 429]
    assert (await call(client, "DELETE", path, headers=family.headers)).status == 200
