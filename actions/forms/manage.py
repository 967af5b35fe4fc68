"""A meeting asked for earlier: seen, changed, cancelled; somebody is late; also from another chat, with its code."""

from __future__ import annotations

import re
from functools import cache
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.details.contacts import blanked, contacts
from actions.details.names import surely
from actions.details.reading import Phrases, folded, phrases, words
from actions.details.replies import started
from actions.forms import questions, showing
from actions.forms.draft import Draft, take, take_time
from actions.forms.times import none_of_them, picked
from actions.forms.turn import Event, Turn, choice, ended, gives_way, going_on, new_id
from actions.records import Gone, Invalid, NoMatch, NotRecorded, NotTheirs, Records, TimeTaken, Wait

NAME = "manage"
FORM = "meeting"  # what the chat API calls it, and the form that asks for a new one
TOPIC = "booking.manage"
ASKING = "booking.request"
NO, AFTER_NO = (
    {"no", "nope", "nah"},
    {"changed", "do", "dont", "i", "ive", "keep", "leave", "not", "please", "stop", "wait"},
)
# A reference as it is read aloud, and a code of digits.
_REFERENCE = re.compile(r"\b([A-Za-z]{2,4})[\s-]?(\d{3})[\s-]?(\d{2})\b")
_CODE = re.compile(r"(?<![\d-])(\d{6})(?!\d)|(?<![\d-])(\d{3})\s(\d{3})(?!\d)")
EXAMPLE = "KTR-482-97"
SECONDS = 60


@cache
def _wants() -> Phrases:
    return phrases("replies.yml", "manage")


def wants_of_a_meeting(text: str) -> set[str]:
    """What a message wants with a meeting that exists: see, cancel, late, change, number, or lost (the reference).

    `calls_off` may cancel, or may stop what is being done; who says `not_cancel` does not want `cancel`.
    """
    wants = _wants().names(words(text))
    return wants - {"cancel"} if "not_cancel" in wants else wants


def names_a_meeting(text: str) -> bool:
    """True for a message with a reference in it, written as it is read out or as it is shown."""
    return bool(_REFERENCE.search(blanked(text, contacts(text)[0])))


def _begins_with_no(text: str) -> bool:
    """True for "no, stop that" and "no i still want it"; not for "no longer needed" and "no problem go ahead"."""
    first, second = [*words(text)[:2], None, None][:2]
    if first is None or first.plain not in NO:
        return False
    return second is None or second.is_mark or second.plain in AFTER_NO


class ManageForm(Action):
    """Called by Rasa for booking.manage, then for every message until it is settled."""

    def __init__(self, records: Records | None = None) -> None:
        self._records = records or Records()

    def name(self) -> str:
        """The name of the form, of its action and of its slot."""
        return NAME

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[Event]:
        """Called by Rasa."""
        kept = tracker.get_slot(NAME) or {}
        turn = Turn(dispatcher, tracker, domain, "when" if kept.get("stage") == "change" else None)
        return await _Managing(turn, kept, self._records).run()


class _Managing:
    """One message of somebody about a meeting that exists."""

    def __init__(self, turn: Turn, kept: dict[str, Any], records: Records) -> None:
        self._turn = turn
        self._kept = kept
        self._records = records
        self._topic: str | None = TOPIC

    async def run(self) -> list[Event]:
        """What the message leads to."""
        try:
            return await self._continue() if self._turn.loop == NAME else await self._begin()
        except NotRecorded:
            self._say("not_done" if self._turn.loop == NAME else "not_seen")
            return self._wait() if self._turn.loop == NAME else ended(NAME)
        except Gone:
            self._turn.say("meeting.gone")
            return ended(NAME)
        except NotTheirs:
            self._ask_which()
            return self._wait(stage="which")

    # ---- finding it ----

    async def _begin(self) -> list[Event]:
        if _REFERENCE.search(self._plain):
            return await self._look_up()
        asked_for = await self._records.of_conversation(self._turn.conversation)
        known = asked_for["requests"]
        living = [meeting for meeting in known if meeting["status"] != "cancelled"]
        if living and self._is_for_another(living):
            return gives_way(NAME, FORM)
        if living:
            return await self._with(living[0])
        if known:
            self._say("seen_cancelled", meeting=known[0], details=showing.meeting_lines(known[0]))
            return ended(NAME)
        self._ask_which()
        return self._wait(stage="which", wants=sorted(self._wanted()), said=self._turn.text)

    def _is_for_another(self, meetings: list[dict[str, Any]]) -> bool:
        """True where a message only gives a name and a way to be reached, and neither is that of a meeting: a relative
        wants one as well.
        """
        found, name = self._turn.found, self._turn.found.details.get("name")
        wants = self._wanted() or "corrects" in self._turn.said or found.question or "bringing" in found.details
        if wants or not name or not surely(name) or not found.contacts:
            return False
        known = {meeting.get(place) for meeting in meetings for place in ("contact", "other_contact")}
        called = {word for meeting in meetings for word in folded(meeting["name"] or "").split()}
        return not called & set(folded(name).split()) and not known & {contact.shown for contact in found.contacts}

    @property
    def _plain(self) -> str:
        """The message without phone numbers, whose digits might pass for a reference, also those not to be rung."""
        return blanked(self._turn.text, contacts(self._turn.text)[0])

    def _ask_which(self) -> None:
        self._turn.say(TOPIC, form={"name": FORM, "asks": "change"})

    async def _look_up(self) -> list[Event]:
        """By the reference and the code of a message, or the reference of an earlier one."""
        text = self._plain
        named, code = _REFERENCE.search(text), _CODE.search(_REFERENCE.sub(" ", text))
        reference = "-".join(named.groups()).upper() if named else self._kept.get("reference")
        if not reference or not code:
            self._say("code_missing", form={"name": FORM, "asks": "change"}, example=EXAMPLE)
            return self._wait(stage="which", reference=reference)
        try:
            digits = "".join(part for part in code.groups() if part)
            meeting = await self._records.find(self._turn.conversation, reference, digits)
        except NoMatch:
            self._say("no_match", form={"name": FORM, "asks": "change"})
            return self._wait(stage="which", reference=None)
        except Wait as wait:
            minutes = max(1, -(-wait.seconds // SECONDS))
            self._say("wait", minutes="a minute" if minutes == 1 else f"{minutes} minutes")
            return self._wait(stage="which")
        return await self._with(meeting)

    def _wanted(self) -> set[str]:
        earlier = set(self._kept.get("wants") or ())
        return wants_of_a_meeting(self._turn.text) | earlier

    async def _with(self, meeting: dict[str, Any]) -> list[Event]:
        """Does what was wanted with the meeting that was found."""
        wanted, found = self._wanted(), self._turn.found
        reference = meeting["reference"]
        if meeting["status"] == "cancelled":
            self._say("seen_cancelled", meeting=meeting, details=showing.meeting_lines(meeting))
            return ended(NAME)
        if "late" in wanted and "cancel" not in wanted:
            return await self._note(reference, "running_late")
        changes = "change" in wanted or not wanted & {"see", "cancel", "calls_off"}
        if found.contacts or (changes and self._new_details(meeting)):
            return await self._change(meeting)
        if wanted & {"cancel", "calls_off"}:
            return self._ask_cancel(meeting)
        if wanted & {"change", "number"}:
            return self._ask_change(meeting, "number" in wanted)
        self._say(
            "seen",
            meeting=meeting,
            details=showing.meeting_lines(meeting),
            choices=[choice("change_meeting"), choice("cancel_meeting"), choice("late")],
        )
        return ended(NAME)

    # ---- going on ----

    async def _continue(self) -> list[Event]:
        self._topic = TOPIC if self._turn.intent == TOPIC else None
        danger = questions.danger(self._turn)
        if danger is not None:
            questions.answer(self._turn, [danger])
            return self._wait()
        stage = self._kept.get("stage")
        if stage != "cancel" and FORM in started(self._turn.text):
            return gives_way(NAME, FORM)
        if stage == "cancel":
            return await self._confirm_cancel()
        if "stop" in self._turn.said and not self._turn.found.anything:
            return self._leave()
        if stage == "which":
            return await self._which()
        if stage == "times":
            return await self._pick()
        return await self._told_change()

    def _leave(self) -> list[Event]:
        self._say("left")
        questions.answer_beside_a_stop(self._turn)
        return ended(NAME)

    async def _which(self) -> list[Event]:
        text = self._plain
        if _REFERENCE.search(text) or _CODE.search(text):
            return await self._look_up()
        if "lost" in wants_of_a_meeting(self._turn.text) or "no" in self._turn.said:
            self._say("no_reference")
            return ended(NAME)
        if self._turn.intent == ASKING and self._turn.confidence >= questions.SURE_WITHOUT_A_QUESTION:
            return gives_way(NAME, FORM)
        if self._answers():
            return ended(NAME)
        if questions.thanked(self._turn):
            return self._wait()
        self._say("code_missing", form={"name": FORM, "asks": "change"}, example=EXAMPLE)
        return self._wait()

    async def _confirm_cancel(self) -> list[Event]:
        turn, kept = self._turn, self._kept
        said = turn.said
        wants = wants_of_a_meeting(turn.text)
        refuses = "no" in said or _begins_with_no(turn.text)
        keeps = "keep" in said or "not_cancel" in wants or (refuses and "cancel" not in wants)
        if keeps or ("corrects" in said and turn.found.anything):
            if turn.found.anything:
                return await self._change(await self._meeting())
            self._say("kept", reference=kept["reference"])
            return ended(NAME)
        if said & {"yes", "send", "stop"} or "cancel" in wants:
            meeting = await self._records.cancel(kept["reference"], turn.conversation, kept["change_id"])
            self._say("cancelled", meeting=meeting, reference=meeting["reference"])
            return ended(NAME)
        self._answers()
        return self._ask_cancel(await self._meeting())

    def _answers(self) -> bool:
        """Answers questions in the middle; True where there were any."""
        topics = [topic for topic in questions.topics_asked(self._turn) if topic != TOPIC]
        questions.answer(self._turn, topics)
        return bool(topics)

    async def _meeting(self) -> dict[str, Any]:
        """The meeting that is being talked about, as it is now."""
        asked_for = await self._records.of_conversation(self._turn.conversation)
        reference = self._kept["reference"]
        found = [meeting for meeting in asked_for["requests"] if meeting["reference"] == reference]
        if not found:
            raise NotTheirs
        return dict(found[0])

    async def _told_change(self) -> list[Event]:
        turn = self._turn
        if turn.found.broken and not turn.found.contacts:
            broken = turn.found.broken[0]
            turn.say(f"meeting.wrong_{broken.kind}", written=broken.written)
            self._ask_number()
            return self._wait()
        tells = turn.found.anything and not turn.found.question
        if not tells and (self._answers() or not turn.found.anything):
            return self._ask_change(await self._meeting())
        return await self._change(await self._meeting())

    # ---- doing ----

    def _ask_cancel(self, meeting: dict[str, Any]) -> list[Event]:
        change_id = self._kept.get("change_id") or new_id()
        self._say(
            "cancel_ask",
            meeting=meeting,
            form={"name": FORM, "asks": "cancel"},
            choices=[choice("cancel_yes"), choice("cancel_no")],
            details=showing.meeting_lines(meeting),
        )
        return self._wait(stage="cancel", reference=meeting["reference"], change_id=change_id, wants=None)

    def _ask_change(self, meeting: dict[str, Any], number: bool = False) -> list[Event]:
        if number:
            self._ask_number()
        else:
            details = showing.meeting_lines(meeting)
            self._say("ask_change", meeting=meeting, form={"name": FORM, "asks": "change"}, details=details)
        return self._wait(stage="change", reference=meeting["reference"], wants=None)

    def _ask_number(self) -> None:
        self._say("ask_number", form={"name": FORM, "asks": "change"})

    def _draft(self, meeting: dict[str, Any]) -> Draft:
        """The meeting as a draft, with what the message puts in its place."""
        names = ("name", "contact", "other_contact", "where", "bringing", "needs")
        given = {name: meeting[name] for name in names if meeting.get(name)}
        for place in ("contact", "other_contact"):
            if given.get(place):
                given[f"{place}_kind"] = "email" if "@" in given[place] else "phone"
        return Draft(new_id(), given, asks=self._turn.asked)

    def _new_details(self, meeting: dict[str, Any]) -> dict[str, Any]:
        """The fields that the message changes."""
        draft = self._draft(meeting)
        before = dict(draft.given)
        said = self._turn.said | ({"instead_of_old"} if "adds" not in self._turn.said else set())
        take(draft, self._turn.text, self._turn.found, said)
        return {name: value for name, value in draft.given.items() if before.get(name) != value}

    async def _change(self, meeting: dict[str, Any]) -> list[Event]:
        fields = self._new_details(meeting)
        if not fields:
            return self._ask_change(meeting)
        if set(fields) == {"when"}:
            times = await self._records.times(fields["when"], None)
            if times:
                return self._ask_time(meeting["reference"], times, fields["when"])
        return await self._send_change(meeting["reference"], fields)

    async def _send_change(self, reference: str, fields: dict[str, Any]) -> list[Event]:
        try:
            meeting = await self._records.change(reference, self._turn.conversation, new_id(), fields)
        except TimeTaken as taken:
            self._turn.say("meeting.time_taken")
            if taken.offers:
                return self._ask_time(reference, taken.offers, "")
            self._turn.say("meeting.no_other_times")
            return self._wait(stage="change", reference=reference)
        except Invalid as invalid:
            self._turn.say("meeting.refused", fields=showing.fields_in_words(invalid.fields))
            return self._wait(stage="change", reference=reference)
        self._say("changed", meeting=meeting, details=showing.meeting_lines(meeting))
        return ended(NAME)

    def _ask_time(self, reference: str, times: list[dict[str, Any]], wish: str) -> list[Event]:
        texts = [time["text"] for time in times]
        taps = [{"title": text, "text": text, "topic": None} for text in texts]
        self._turn.say(
            "meeting.ask_time",
            topic=self._topic,
            form={"name": FORM, "asks": "when"},
            choices=[*taps, choice("none_of_these_times")],
            times="\n".join(texts),
        )
        return self._wait(stage="times", reference=reference, offers=times, wish=wish)

    async def _pick(self) -> list[Event]:
        turn, kept = self._turn, self._kept
        time = picked(turn.text, kept["offers"])
        if time is not None:
            draft = Draft(new_id())
            take_time(draft, time)
            return await self._send_change(kept["reference"], {"time_id": time["id"], "when": draft.given["when"]})
        if turn.found.anything:
            return await self._change(await self._meeting())
        if none_of_them(turn.text):
            return await self._send_change(kept["reference"], {"when": kept["wish"], "time_id": None})
        self._answers()
        return self._ask_time(kept["reference"], kept["offers"], kept["wish"])

    async def _note(self, reference: str, kind: str) -> list[Event]:
        meeting = await self._records.note(reference, self._turn.conversation, new_id(), kind, self._turn.text)
        self._say("late" if kind == "running_late" else "noted", meeting=meeting)
        return ended(NAME)

    def _say(self, response: str, **more: Any) -> None:
        topic = None if self._turn.has_spoken else self._topic
        self._turn.say(f"{NAME}.{response}", topic=topic, **more)

    def _wait(self, **changes: Any) -> list[Event]:
        kept = {**self._kept, **changes}
        return going_on(NAME, {name: value for name, value in kept.items() if value is not None})
