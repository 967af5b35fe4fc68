"""The meeting form: asks for a meeting in any order and any words, reads it back, sends it, gives the reference."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.details.contacts import Broken
from actions.details.found import beside_danger
from actions.details.reading import folded
from actions.details.replies import replies
from actions.forms import questions, showing
from actions.forms.draft import DETAILS, NEEDED, OFFERED, Draft, take, take_time
from actions.forms.times import none_of_them, picked
from actions.forms.turn import Event, Turn, choice, ended, going_on, slot, words
from actions.records import Gone, Invalid, NotRecorded, Records, TimeTaken, Wait

NAME = "meeting"
TOPIC = "booking.request"
MANAGING = "booking.manage"
NEEDS_TOPIC = "open.language"
OFFER_PERSON_AFTER = 2  # failures in a row
MOST_WORDS_OF_REFUSAL = 4
# Choices beside what is asked.
CHOICES: dict[str, tuple[str, ...]] = {
    "name": ("who_sees_it", "stop"),
    "contact": ("who_sees_it", "ring_myself", "stop"),
    "when": ("any_time", "stop"),
    "where": ("skip",),
    "who": ("see_reviewer", "see_staff", "see_either", "skip"),
    "bringing": ("just_me", "skip"),
    "needs": ("interpreter", "skip"),
    "anything_else": ("nothing_else", "say_where", "say_who", "say_bringing", "say_needs"),
    "change": ("send", "stop"),
}
# What a tap on "Where to meet" and the like says, folded, and the detail that it wants to give.
SAYS = {"say_where": "where", "say_who": "who", "say_bringing": "bringing", "say_needs": "needs"}


class MeetingForm(Action):
    """Called by Rasa for booking.request, then for every message until the form is over."""

    def __init__(self, records: Records | None = None) -> None:
        self._records = records or Records()

    def name(self) -> str:
        """The name of the form, of its action and of its slot."""
        return NAME

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[Event]:
        """Called by Rasa."""
        draft = Draft.of(tracker.get_slot(NAME))
        turn = Turn(dispatcher, tracker, domain, draft.asks)
        return await _Filling(turn, draft, self._records).run()


class _Filling:
    """One message of somebody who is asking for a meeting."""

    def __init__(self, turn: Turn, draft: Draft, records: Records) -> None:
        self._turn = turn
        self._draft = draft
        self._records = records
        self._changed: set[str] = set()

    async def run(self) -> list[Event]:
        """What the message leads to."""
        if self._turn.loop != NAME:
            return await self._begin()
        danger = questions.danger(self._turn)
        if danger is not None:
            take(self._draft, self._turn.text, beside_danger(self._turn.text), self._turn.said)
            questions.answer(self._turn, [danger])
            return self._wait()
        if self._stops():
            return await self._stop()
        if self._draft.offers and self._draft.asks == "when":
            return await self._pick()
        return await self._read()

    # ---- beginning and ending ----

    async def _begin(self) -> list[Event]:
        turn = self._turn
        turn.say(TOPIC)
        earlier = turn.tracker.get_slot("asked_for")
        if earlier:
            turn.say("meeting.start_another", references=", ".join(earlier))
        self._take()
        return await self._next()

    def _stops(self) -> bool:
        said, found = self._turn.said, self._turn.found
        if not (self._refuses_to_send() or "stop" in said) or self._turn.tapped:
            return False
        if "skip" in said and self._draft.asks in (*OFFERED, "anything_else"):
            return False
        if "supposes" in said and found.question and "stop" not in replies(found.rest):
            return False  # "what if I can't face it, can I stop it"
        strong = set(questions.strong_details(self._turn)) - {"needs", "name"}
        puts_right = bool(found.contacts) or bool("corrects" in said and strong)
        return not puts_right and not (self._draft.asks in (*DETAILS, "anything_else") and found.question)

    def _refuses_to_send(self) -> bool:
        """True for "don't send it" and no more. "Yes, but don't send it to my husband" has to be asked about."""
        said = self._turn.said
        few = len(self._turn.text.split()) <= MOST_WORDS_OF_REFUSAL
        return "not_send" in said and few and not said & {"later", "wait", "yes", "no_attach"}

    async def _stop(self) -> list[Event]:
        if self._draft.given.get("time_id"):
            await self._records.release(self._draft.id)
        self._turn.say("meeting.stopped", topic=self._topic())
        questions.answer_beside_a_stop(self._turn)
        return ended(NAME)

    def _topic(self) -> str | None:
        """booking.manage where the message was taken for that, so that a reply says what it understood."""
        return self._turn.intent if self._turn.intent in (MANAGING, TOPIC) else None

    # ---- reading one message ----

    async def _read(self) -> list[Event]:
        turn, draft = self._turn, self._draft
        self._take()
        topics = questions.topics_asked(turn)
        questions.answer(turn, topics)
        if (
            "needs" in self._changed
            and draft.asks in questions.NEEDED_FIRST
            and [turn.intent, *topics] == [NEEDS_TOPIC]
        ):
            turn.say("meeting.noted_needs", topic=NEEDS_TOPIC)
        if not topics and questions.ask_back(turn):
            return self._wait()
        if "talk.bye" in topics:
            return self._wait()
        if draft.asks in ("confirm", "change") and self._sends() and not self._changed and not topics:
            return await self._send()
        spoilt = turn.found.broken and not turn.found.contacts and "refuse_contact" not in turn.said
        done = self._changed or topics or (not spoilt and self._reply())
        if not done:
            return await self._not_understood()
        draft.failures = 0 if self._changed else draft.failures
        return await self._next()

    def _take(self) -> None:
        turn, draft = self._turn, self._draft
        if "skip" in turn.said and draft.asks in OFFERED:
            draft.settled = True
            return
        if self._only_a_reply() or questions.says_bye(turn):
            return
        self._changed = take(draft, turn.text, turn.found, turn.said)
        self._changed |= self._take_attachment()
        if self._changed & set(OFFERED) or "who_text" in self._changed:
            draft.settled = draft.settled or draft.asks in (*OFFERED, "anything_else", "confirm", "change")
        if self._changed and draft.asks == "anything_else":
            draft.settled = True
        if turn.said & {"nothing_else"} and (draft.asks in (*OFFERED, "anything_else") or "send" in turn.said):
            draft.settled = True
        if draft.asks == "anything_else" and not self._changed and turn.found.rest and not self._steers():
            self._changed = take(draft, turn.text, _as_needs(turn), turn.said)
            draft.settled = bool(self._changed) or draft.settled

    def _only_a_reply(self) -> bool:
        """True for a reply that steers the form, and for a tap, whose words are no detail."""
        steering = {"wait", "not_send", "again", "go_on", "why", "thanks", "refuse_name"}
        if "not_send" in self._turn.said:
            return not self._turn.found.contacts  # "don't send it till tomorrow" gives no time
        steers = self._turn.said & steering or self._wants_to_say()
        return bool(steers) and not self._turn.found.contacts and not self._strong()

    def _strong(self) -> bool:
        """Details that are there whatever was asked.

        So is a name after "go on then", or as "my name is": but not "why do you need that, I'm from Bradford".
        """
        found, said = self._turn.found, self._turn.said
        refused = said & {"why", "refuse_name"}
        named = found.introduced and ("go_on" in said or (not refused and "name" in folded(self._turn.text).split()))
        return bool(set(found.details) - {self._draft.asks or ""} or named)

    def _steers(self) -> bool:
        steering = {"yes", "no", "send", "nothing_else", "skip", "again", "wait", "why", "thanks", "refuse_contact"}
        asks = self._turn.found.question or questions.topics_asked(self._turn)
        return bool(self._turn.said & steering or self._wants_to_say() or asks)

    def _take_attachment(self) -> set[str]:
        said = self._turn.said
        wanted = False if "no_attach" in said else True if "attach" in said else None
        if wanted is None or self._draft.given.get("attach_conversation", False) == wanted:
            return set()
        self._draft.given["attach_conversation"] = wanted
        return {"attach_conversation"}

    def _sends(self) -> bool:
        said = self._turn.said
        refuses = "no" in said or ("not_send" in said and "no_attach" not in said)
        return bool(said & {"send", "yes"}) and not refuses and not self._turn.found.question

    def _wants_to_say(self) -> str | None:
        """The detail that a tap on "Where to meet" and the like is about."""
        text = folded(self._turn.text).strip(" .")
        taps = words()["choices"]
        return next((detail for tap, detail in SAYS.items() if folded(taps[tap]["text"]).strip(" .") == text), None)

    def _reply(self) -> bool:
        """Answers a reply that gives no detail; False where it is no such reply either."""
        draft, said = self._draft, self._turn.said
        wanted = self._wants_to_say()
        if wanted is not None:
            draft.asks = wanted
            self._ask(wanted)
            return True
        if self._asks_to_manage():
            self._turn.say("meeting.not_sent_yet", topic=MANAGING)
            return True
        for names, reply in self._replies():
            if said & names and reply():
                return True
        if self._thanked():
            return True
        return self._turn.intent == TOPIC and not self._turn.found.rest

    def _replies(self) -> list[tuple[set[str], Callable[[], bool]]]:
        return [
            ({"refuse_contact"}, self._refuses_contact),
            ({"refuse_name"}, self._refuses_name),
            ({"why"}, self._why),
            ({"wait", "not_send"}, self._wait_for_them),
            ({"nothing_else", "send", "skip"}, self._nothing_to_add),
            ({"no", "corrects"}, self._no),
            ({"yes", "thanks", "again", "go_on"}, lambda: self._thanked() or True),
        ]

    def _asks_to_manage(self) -> bool:
        """True where a question is about seeing, changing or calling off what has not even been sent."""
        turn = self._turn
        asks = turn.intent == MANAGING and bool(turn.found.question) and not turn.tracker.get_slot("asked_for")
        return asks and self._draft.asks not in ("confirm", "change")

    def _thanked(self) -> bool:
        """Where all is read back, thanks are no end: it has to be sent yet."""
        return self._draft.asks not in ("confirm", "change") and questions.thanked(self._turn)

    def _refuses_contact(self) -> bool:
        if self._draft.given.get("contact"):
            return False
        self._turn.say("meeting.no_contact")
        return True

    def _refuses_name(self) -> bool:
        self._turn.say("meeting.no_name")
        return True

    def _why(self) -> bool:
        asks = self._draft.asks
        self._turn.say(f"meeting.why_{asks}" if asks in NEEDED else "meeting.why", topic=questions.PRIVACY)
        return True

    def _wait_for_them(self) -> bool:
        self._turn.say("meeting.wait")
        return True

    def _nothing_to_add(self) -> bool:
        if self._draft.asks in (*OFFERED, "anything_else") or "skip" not in self._turn.said:
            self._draft.settled = True
            return True
        return False

    def _no(self) -> bool:
        asks = self._draft.asks
        if asks == "contact":
            return self._refuses_contact()
        if asks in (*OFFERED, "anything_else"):
            self._draft.settled = True
            return True
        if asks in ("confirm", "change"):
            self._draft.asks = "change"
            self._prompt("ask_change", "change")
            return True
        return False

    async def _not_understood(self) -> list[Event]:
        """Says what can't be right; the second time, also whom to ring."""
        draft, turn = self._draft, self._turn
        draft.failures += 1
        broken = turn.found.broken
        if broken:
            self._say_broken(broken[0])
        elif draft.asks == "contact":
            turn.say("meeting.not_a_contact")
        elif draft.asks == "name":
            turn.say("meeting.not_a_name")
        else:
            turn.say("meeting.not_understood")
        if draft.failures >= OFFER_PERSON_AFTER:
            turn.say("meeting.rather_ring")
        return await self._next()

    def _say_broken(self, broken: Broken) -> None:
        self._turn.say(f"meeting.wrong_{broken.kind}", written=broken.written)

    # ---- what comes next ----

    async def _next(self) -> list[Event]:
        """Asks for what is missing, offers what may be left out, or reads back."""
        turn, draft = self._turn, self._draft
        if turn.found.broken and turn.found.anything and not draft.given.get("contact"):
            self._say_broken(turn.found.broken[0])
            draft.failures += 1
        if turn.has_asked:
            return self._wait()
        missing = draft.missing()
        if missing is not None:
            self._ask(missing)
        elif self._choosing() or await self._offers_times():
            self._prompt_times()
        elif not draft.nothing_left_to_offer():
            self._ask("anything_else")
        else:
            self._read_back()
        return self._wait()

    def _ask(self, detail: str) -> None:
        if detail != self._draft.asks:
            self._draft.failures = 0
        self._prompt(f"ask_{detail}", detail)

    def _prompt(self, response: str, asks: str) -> None:
        self._draft.asks = asks
        choices = [choice(name) for name in CHOICES.get(asks, ())]
        form = {"name": NAME, "asks": asks}
        self._turn.say(f"meeting.{response}", form=form, choices=choices, meeting=self._draft.meeting())

    def _read_back(self) -> None:
        draft = self._draft
        again = draft.asks in ("confirm", "change")
        draft.asks = "confirm"
        given = draft.given
        beside = ["send", "no_message" if given.get("may_leave_message") else "leave_message"]
        beside += ["do_not_attach" if given.get("attach_conversation") else "attach", "change", "stop"]
        self._turn.say(
            "meeting.read_back_again" if again else "meeting.read_back",
            form={"name": NAME, "asks": "confirm"},
            choices=[choice(name) for name in beside],
            meeting=draft.meeting(),
            details=showing.draft_lines(given),
            consent=showing.consent(),
        )

    # ---- published times ----

    def _choosing(self) -> bool:
        """True while times are on offer and none is picked, as after a question in between."""
        return bool(self._draft.offers) and self._draft.asks == "when" and "when" not in self._changed

    async def _offers_times(self) -> bool:
        """Looks for free times once for each wish; True where there are some to offer."""
        draft = self._draft
        wanted = draft.given["when"]
        if draft.given.get("time_id") or draft.offered_for == wanted:
            return False
        draft.offered_for = wanted
        draft.offers = await self._records.times(wanted, draft.given.get("who"))
        return bool(draft.offers)

    def _prompt_times(self) -> None:
        draft = self._draft
        draft.asks = "when"
        texts = [offer["text"] for offer in draft.offers]
        choices = [{"title": text, "text": text, "topic": None} for text in texts]
        self._turn.say(
            "meeting.ask_time",
            form={"name": NAME, "asks": "when"},
            choices=[*choices, choice("none_of_these_times")],
            meeting=draft.meeting(),
            times="\n".join(texts),
        )

    async def _pick(self) -> list[Event]:
        """A time from the list is kept for them; anything else is read as ever."""
        turn, draft = self._turn, self._draft
        time = picked(turn.text, draft.offers)
        if time is not None and not turn.found.question:
            return await self._hold(time)
        if none_of_them(turn.text) and not turn.found.contacts and not (set(turn.found.details) - {"when", "where"}):
            draft.offers = []
            if turn.text.strip(" .").lower() != choice("none_of_these_times")["text"].strip(" .").lower():
                self._take_other_wish()
            return await self._next()
        before = draft.given["when"]
        events = await self._read()
        if draft.given.get("when") != before:
            draft.offers = []
        return events

    def _take_other_wish(self) -> None:
        """ "None, could it be a Friday": the new wish, which times are looked up for again."""
        strong = questions.strong_details(self._turn)
        if strong.get("when"):
            self._draft.given["when"] = strong["when"]

    async def _hold(self, time: dict[str, Any]) -> list[Event]:
        turn, draft = self._turn, self._draft
        try:
            held = await self._records.hold(draft.id, turn.conversation, time["id"])
        except TimeTaken as taken:
            return await self._taken(taken.offers)
        except Wait:
            draft.offers = []
            turn.say("meeting.no_time_kept")
            return await self._next()
        except (NotRecorded, Gone) as problem:
            turn.say("meeting.gone" if isinstance(problem, Gone) else "meeting.not_sent")
            return self._wait()
        take_time(draft, held["time"])
        turn.say("meeting.taken")
        return await self._next()

    async def _taken(self, offers: list[dict[str, Any]]) -> list[Event]:
        turn, draft = self._turn, self._draft
        draft.given.pop("time_id", None)
        draft.starts_at = None
        draft.offers = offers
        turn.say("meeting.time_taken")
        if offers:
            self._prompt_times()
            return self._wait()
        draft.given.pop("when", None)
        turn.say("meeting.no_other_times")
        return await self._next()

    # ---- sending ----

    async def _send(self) -> list[Event]:
        turn, draft = self._turn, self._draft
        fields = {"attach_conversation": False, **draft.given, "consent_version": words()["consent"]["version"]}
        try:
            answer = await self._records.request(draft.id, turn.conversation, fields)
        except TimeTaken as taken:
            return await self._taken(taken.offers)
        except Invalid as invalid:
            return await self._refused(invalid.fields)
        except Wait:
            return self._not_sent("too_many", "see_meeting", "send", "stop")
        except Gone:
            return self._not_sent("gone", "stop")
        except NotRecorded:
            return self._not_sent("not_sent", "send", "stop")
        meeting = {**answer["meeting"], "code": answer["code"]}
        kinds = {"held": "sent_held", "confirmed": "sent_confirmed"}
        turn.say(
            f"meeting.{kinds.get(meeting['status'], 'sent')}",
            meeting=meeting,
            choices=[choice(name) for name in ("see_meeting", "change_meeting", "cancel_meeting")],
            reference=meeting["reference"],
            code=meeting["code"],
            when=meeting["when"],
        )
        earlier = turn.tracker.get_slot("asked_for") or []
        return ended(NAME, slot("asked_for", [*earlier, meeting["reference"]]))

    def _not_sent(self, why: str, *choices: str) -> list[Event]:
        """Nothing is recorded; the draft stays as it is, to be sent later."""
        form = {"name": NAME, "asks": "confirm"}
        self._turn.say(f"meeting.{why}", form=form, choices=[choice(name) for name in choices])
        return self._wait()

    async def _refused(self, fields: list[str]) -> list[Event]:
        draft = self._draft
        for name in fields:
            draft.given.pop(name, None)
        self._turn.say("meeting.refused", fields=showing.fields_in_words(fields))
        return await self._next()

    def _wait(self) -> list[Event]:
        return going_on(NAME, self._draft.kept())


def _as_needs(turn: Turn) -> Any:
    """What is left of a message, taken for what they want to add."""
    found = turn.found
    return type(found)(details={"needs": found.rest})
