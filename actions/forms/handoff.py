"""Something passed on to a person: a call back, a question, a complaint, an access need; shown before it goes."""

from __future__ import annotations

from functools import cache
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.details.found import MOST_LETTERS, beside_danger
from actions.details.reading import Phrases, phrases, words
from actions.details.replies import started
from actions.forms import questions, showing
from actions.forms.draft import Draft, take
from actions.forms.turn import Event, Turn, choice, ended, gives_way, going_on
from actions.history import last_topic
from actions.records import Gone, Invalid, NotRecorded, Records, Wait

NAME = "handoff"
TOPIC = "handoff.human"
OFFER_PERSON_AFTER = 2
# What was asked for first counts where a message asks for several.
KINDS = ("complaint", "access", "question", "call_back")
OFFERED = ("call_back", "pass_question", "complaint")
# A call back needs no words of theirs.
WORDLESS = ("call_back", "urgent")
CHOICES: dict[str, tuple[str, ...]] = {
    "anything_else": ("stop",),
    "contact": ("ring_myself", "stop"),
    "name": ("skip", "stop"),
}
# A tap, or a sentence like one, says what is wanted and is not yet what shall be passed on.
FEWEST_WORDS_OF_THEIR_OWN = 9


@cache
def _kinds() -> Phrases:
    return phrases("replies.yml", "handoff")


class HandoffForm(Action):
    """Called by Rasa for handoff.human, then, where something shall be passed on, until it is or they stop."""

    def __init__(self, records: Records | None = None) -> None:
        self._records = records or Records()

    def name(self) -> str:
        """The name of the form, of its action and of its slot."""
        return NAME

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[Event]:
        """Called by Rasa."""
        kept = dict(tracker.get_slot(NAME) or {})
        kind, text = kept.pop("kind", None), kept.pop("text", None)
        draft = Draft.of(kept or None)
        return await _PassingOn(Turn(dispatcher, tracker, domain, draft.asks), draft, kind, text, self._records).run()


class _PassingOn:
    """One message of somebody who wants a person."""

    def __init__(self, turn: Turn, draft: Draft, kind: str | None, text: str | None, records: Records) -> None:
        self._turn = turn
        self._draft = draft
        self._kind = kind
        self._text = text
        self._records = records

    async def run(self) -> list[Event]:
        """What the message leads to."""
        if self._turn.loop != NAME:
            return self._begin()
        danger = questions.danger(self._turn)
        if danger is not None:
            take(self._draft, self._turn.text, beside_danger(self._turn.text), self._turn.said)
            questions.answer(self._turn, [danger])
            return self._wait()
        if "meeting" in started(self._turn.text) and self._draft.asks != "anything_else":
            return gives_way(NAME, "meeting")
        if "stop" in self._turn.said and not self._turn.found.contacts:
            self._turn.say("handoff.stopped")
            questions.answer_beside_a_stop(self._turn)
            return ended(NAME)
        return await self._read()

    def _begin(self) -> list[Event]:
        wanted = _kinds().names(words(self._turn.text))
        after_danger = str(last_topic(reversed(self._turn.tracker.events)) or "").startswith(questions.SAFETY)
        self._kind = next((kind for kind in KINDS if kind in wanted), None)
        if "urgent" in wanted and (after_danger or self._kind in (None, "call_back")):
            self._kind = "urgent"
        if self._kind is None:
            offered = ("urgent", *OFFERED) if after_danger else OFFERED
            self._turn.say(TOPIC, choices=[*(choice(name) for name in offered), "booking.request"])
            return ended(NAME)
        self._turn.say(f"handoff.{self._kind}", topic=TOPIC)
        take(self._draft, self._turn.text, self._turn.found, self._turn.said)
        if len(self._turn.text.split()) >= FEWEST_WORDS_OF_THEIR_OWN or self._kind in WORDLESS:
            self._text = self._turn.text
        return self._next()

    async def _read(self) -> list[Event]:
        turn, draft = self._turn, self._draft
        said = turn.said
        if draft.asks == "confirm" and said & {"yes", "send"} and "no" not in said and not turn.found.contacts:
            return await self._send()
        if draft.asks == "anything_else" and not said & {"again", "wait", "why"}:
            self._text = turn.text[:MOST_LETTERS]
            draft.asks = None
            return self._next()
        topics = questions.topics_asked(turn)
        questions.answer(turn, topics)
        only_thanks = "thanks" in said and not turn.found.contacts  # "ta love" is no name
        changed = self._attachment() if only_thanks else take(draft, turn.text, turn.found, said) | self._attachment()
        if changed or topics:
            draft.failures = 0
            return self._next()
        return self._reply()

    def _attachment(self) -> set[str]:
        said = self._turn.said
        if not said & {"attach", "no_attach"}:
            return set()
        self._draft.given["attach_conversation"] = "no_attach" not in said
        return {"attach_conversation"}

    def _reply(self) -> list[Event]:
        """A reply that gives no detail, or nothing that is understood."""
        turn, draft = self._turn, self._draft
        said = turn.said
        if draft.asks == "name" and said & {"skip", "no", "refuse_name"}:
            draft.settled = True
        elif draft.asks == "confirm" and (said & {"no", "corrects"} or "words" in turn.text.lower()):
            self._text = None
        elif draft.asks == "contact" and said & {"refuse_contact", "no"}:
            turn.say("meeting.no_contact")
        elif "why" in said:
            turn.say(f"meeting.why_{draft.asks}" if draft.asks in ("name", "contact") else "meeting.why")
        elif "wait" in said:
            turn.say("meeting.wait")
        elif not questions.thanked(turn) and not said & {"again", "go_on", "yes"}:
            self._not_understood()
        return self._next()

    def _not_understood(self) -> None:
        turn, draft = self._turn, self._draft
        draft.failures += 1
        if turn.found.broken:
            broken = turn.found.broken[0]
            turn.say(f"meeting.wrong_{broken.kind}", written=broken.written)
        elif draft.asks in ("contact", "name"):
            turn.say(f"meeting.not_a_{draft.asks}")
        else:
            turn.say("meeting.not_understood")
        if draft.failures >= OFFER_PERSON_AFTER:
            turn.say("meeting.rather_ring")

    def _next(self) -> list[Event]:
        draft = self._draft
        if not self._text:
            self._ask("ask_words", "anything_else")
        elif not draft.given.get("contact"):
            self._ask("ask_contact", "contact")
        elif not draft.given.get("name") and not draft.settled:
            self._ask("ask_name", "name")
        else:
            self._read_back()
        return self._wait()

    def _ask(self, response: str, asks: str) -> None:
        if self._draft.asks != asks:
            self._draft.failures = 0
        self._draft.asks = asks
        form = {"name": NAME, "asks": asks}
        self._turn.say(f"handoff.{response}", form=form, choices=[choice(name) for name in CHOICES[asks]])

    def _read_back(self) -> None:
        draft = self._draft
        draft.asks = "confirm"
        beside = ["send", "change_words", "no_message" if draft.given.get("may_leave_message") else "leave_message"]
        beside += ["do_not_attach" if draft.given.get("attach_conversation") else "attach", "stop"]
        self._turn.say(
            "handoff.read_back",
            form={"name": NAME, "asks": "confirm"},
            choices=[choice(name) for name in beside],
            details=showing.handoff_lines({**draft.given, "text": self._text}),
            consent=showing.consent(),
        )

    async def _send(self) -> list[Event]:
        turn, draft = self._turn, self._draft
        names = ("name", "contact", "contact_kind", "may_leave_message")
        fields = {name: draft.given.get(name) for name in names}
        fields |= {"draft_id": draft.id, "conversation": turn.conversation, "kind": self._kind, "text": self._text}
        fields["attach_conversation"] = draft.given.get("attach_conversation", False)
        try:
            handed = await self._records.hand_off(fields)
        except Wait:
            return self._not_sent("handoff.too_many", "ring_myself", "stop")
        except Gone:
            return self._not_sent("meeting.gone", "stop")
        except (NotRecorded, Invalid):
            return self._not_sent("handoff.not_sent", "send", "stop")
        turn.say(
            "handoff.sent_urgent" if handed.get("urgent") else "handoff.sent",
            handoff=handed,
            reference=handed["reference"],
        )
        return ended(NAME)

    def _not_sent(self, why: str, *choices: str) -> list[Event]:
        """Nothing is recorded; their words stay as they are, to be sent later."""
        form = {"name": NAME, "asks": "confirm"}
        self._turn.say(why, form=form, choices=[choice(name) for name in choices])
        return self._wait()

    def _wait(self) -> list[Event]:
        return going_on(NAME, {**self._draft.kept(), "kind": self._kind, "text": self._text})
