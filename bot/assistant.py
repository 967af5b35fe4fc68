"""One turn of a conversation through the Rasa agent. Nothing of it stays here."""

from __future__ import annotations

import asyncio
import os
import re
import uuid
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cache, partial
from pathlib import Path
from typing import Any

from rasa.core.agent import Agent
from rasa.core.channels.channel import UserMessage
from rasa.core.lock_store import InMemoryLockStore
from rasa.core.policies.rule_policy import RulePolicy
from rasa.core.tracker_store import TrackerStore
from rasa.shared.constants import DEFAULT_NLU_FALLBACK_INTENT_NAME
from rasa.shared.core.domain import Domain, SessionConfig
from rasa.shared.core.events import ActionExecuted, ActiveLoop, BotUttered, Event, SessionStarted, SlotSet, UserUttered
from rasa.shared.core.trackers import DialogueStateTracker
from rasa.utils.endpoints import EndpointConfig

from actions.details.found import find, question_in
from actions.details.replies import refuses_offer, replies, started
from actions.forms.manage import names_a_meeting, wants_of_a_meeting
from actions.forms.questions import ANSWERS, REFUSES_DETAILS
from actions.forms.turn import IN_DANGER
from actions.history import NONE_OF_THESE
from bot.actions import InProcessActions, trust_own_actions
from bot.channel import SaidChannel
from bot.components.ahead import AHEAD, Ahead
from bot.components.ask_when_unsure import LIKELY_MEANT
from bot.components.several_questions import SEVERAL
from bot.components.spacy_reader import SpacyReader
from bot.components.topic_classifier import DANGER, LIKELIEST, TopicClassifier, hangs_on
from bot.components.watch_for_danger import WORRIED
from bot.rules import know_full, look_up_rules
from bot.runner import StepByStep
from bot.understanding.examples import SAFETY
from bot.understanding.questions import asks
from bot.words import KEPT_FOR, as_on_a_button, asked_on_buttons

ASKING, MANAGING, PASSING_ON = "booking.request", "booking.manage", "handoff.human"
# Questions about meetings, in which the words of somebody who wants one may stand too.
ABOUT_MEETINGS = ("involve.meeting_purpose", "involve.meeting_people", "involve.voluntary", "involve.police_delay")
ASKED_FOR = "asked_for"
SMALL_TALK = "talk."
UNKNOWN = DEFAULT_NLU_FALLBACK_INTENT_NAME
UNSURE = (UNKNOWN, LIKELY_MEANT)
# What is said above topics that may have been meant.
OFFERING = ("utter_unsure", "utter_meant_something_else", "utter_offer_person")
HELPED = "safety.self"  # any topic of danger: the forms say nothing of their own then
# Beside details for a meeting, danger has to be this likely before help is put under the reply: people are "dead busy".
LIKELY_BESIDE_DETAILS = 0.8
# From here on the topic of a question is believed, whatever words of a meeting stand in it ("would I need to come in to
# see him?"). Small talk is not: "yes please, I want to meet him" asks for a meeting.
BELIEVED = 0.8
# While one thread waits for Python's lock, the native code of the other goes on.
LOOKING_AHEAD = 2
PROBE = "who will see the report?"


class NotWorking(Exception):
    """The model does not do what it was trained for: it must not serve."""


@dataclass(frozen=True)
class TurnResult:
    """What to say (see bot/channel.py), the turn's new events as dicts, and the state to hand in later.

    `worried`: the words might hide danger, so that help belongs beside the answer.
    """

    said: list[dict[str, Any]]
    events: list[dict[str, Any]]
    state: dict[str, Any]
    worried: bool


class OneRequestTrackerStore(TrackerStore):
    """Holds a tracker while its request is under way, and no longer."""

    def __init__(self, domain: Domain) -> None:
        super().__init__(domain)
        self._trackers: dict[str, DialogueStateTracker] = {}

    async def save(self, tracker: DialogueStateTracker) -> None:
        """Rasa saves after each turn; the tracker is handed out by `take`."""
        self._trackers[tracker.sender_id] = tracker

    async def retrieve(self, sender_id: str) -> DialogueStateTracker | None:
        """The tracker of a request under way."""
        return self._trackers.get(sender_id)

    async def keys(self) -> Iterable[str]:
        """Requests under way."""
        return list(self._trackers)

    def put(self, tracker: DialogueStateTracker) -> None:
        """Begins a request."""
        self._trackers[tracker.sender_id] = tracker

    def take(self, sender_id: str) -> DialogueStateTracker | None:
        """Ends a request: its tracker, which is forgotten here."""
        return self._trackers.pop(sender_id, None)


class Assistant:
    """The trained model, ready to answer turns."""

    def __init__(self, model: Path) -> None:
        trust_own_actions()
        self._beside = ThreadPoolExecutor(LOOKING_AHEAD, "look-ahead")
        self._store = OneRequestTrackerStore(Domain.empty())
        self._agent = Agent.load(
            str(model),
            generator=EndpointConfig(type="bot.words.PartnershipWords"),
            action_endpoint=InProcessActions(),
            tracker_store=self._store,
            lock_store=InMemoryLockStore(),
        )
        processor = self._agent.processor
        if processor is None or not self._agent.is_ready():
            raise NotWorking(f"{model.name} could not be loaded")
        processor.graph_runner = steps = StepByStep.instead_of(processor.graph_runner)
        look_up_rules(steps.component(RulePolicy))
        self._processor = processor
        self._words, self._topics = steps.component(SpacyReader), steps.component(TopicClassifier)
        self._store.domain = self._domain
        know_full(self._domain)
        # As long as web keeps it; what domain.yml says is for Rasa's own commands.
        hours = float(os.environ.get("CONVERSATION_HOURS") or KEPT_FOR["conversation_hours"])
        self._domain.session_config = SessionConfig(hours * 60, carry_over_slots=False)

    @property
    def _domain(self) -> Domain:
        domain = self._agent.domain
        if domain is None:
            raise NotWorking("the model has no domain")
        return domain

    async def check(self) -> None:
        """Asks a question whose answer is known, which also warms everything up; raises NotWorking."""
        result = await self.answer(PROBE, None, [], None)
        if [said["topic"] for said in result.said] != ["report.who_sees"]:
            raise NotWorking("the model does not answer a plain question: train it again (make train)")

    async def answer(
        self,
        text: str,
        state: dict[str, Any] | None,
        events: list[dict[str, Any]],
        intent: str | None,
        about: dict[str, Any] | None = None,
        alone: str | None = None,
        unheard: Sequence[str] = (),
    ) -> TurnResult:
        """Answers one message, given the state before the first of `events` and the events of the last turns.

        `intent` is set where the family took a choice, so that nothing is guessed. `about` is what actions are told:
        the id of the `conversation`, and what time it is `now`. `alone` is the topic that web answered by itself just
        before, such as danger; `unheard` are messages that it answered with help alone. A message with several
        questions is answered one after the other, each as one of its own, but inside a form, which looks at the whole.
        """
        tracker = self._tracker(state, events, begun=alone is not None or bool(unheard))
        if alone is not None:
            tracker.update(BotUttered("", metadata={"metadata": {"topic": alone}}))
        before = len(tracker.events)
        channel = SaidChannel()
        self._store.put(tracker)
        try:
            for earlier in unheard:
                await self._hear(only_words(earlier), tracker, about or {})
            known = intent or asked_on_buttons().get(as_on_a_button(text)) or refused(text, tracker)
            understood = chosen(text, known) or await self._read(only_words(text), tracker)
            for part in parts_of(understood, in_form=tracker.active_loop_name is not None):
                message = UserMessage(
                    part["text"], channel, tracker.sender_id, parse_data=part, input_channel="web", metadata=about
                )
                await self._agent.handle_message(message)
        finally:
            after = self._store.take(tracker.sender_id) or tracker
        new = [compact(event) for event in list(after.events)[before:]]
        worried = is_worried(understood, in_form=tracker.active_loop_name is not None)
        return TurnResult(one_prompt(channel.said), new, self._state(after), worried)

    async def _hear(self, text: str, tracker: DialogueStateTracker, about: dict[str, Any]) -> None:
        """A message that web answered with help alone: a form takes what it gives, or begins; nothing is said."""
        form = tracker.active_loop_name
        topic = ASKING if form is None and begins(text, UNKNOWN, None) == ASKING else HELPED
        if form is None and topic == HELPED:
            return
        part, metadata = chosen(text, topic), {**about, IN_DANGER: True}
        message = UserMessage(
            text, SaidChannel(), tracker.sender_id, parse_data=part, input_channel="web", metadata=metadata
        )
        await self._agent.handle_message(message)

    async def _read(self, text: str, tracker: DialogueStateTracker) -> dict[str, Any]:
        """What Rasa understands; inside a form, of the question in the message, if there is one."""
        whole = await self._understood(text, tracker)
        topic = str((whole["intent"] or {}).get("name"))
        if topic.startswith(SAFETY):
            return whole
        if tracker.active_loop_name is None:
            return {**whole, **chosen(text, begins(text, topic, tracker.get_slot(ASKED_FOR), confidence_of(whole)))}
        question = question_in(text)
        if question in ("", text):
            return whole
        asked = await self._understood(question, tracker)
        if surely_about(whole) and confidence_of(whole) > confidence_of(asked):
            asked = whole  # "I am rather deaf. Can something be done?"
        danger = max(asked[DANGER], whole[DANGER], key=lambda one: float(one["confidence"]))
        return {**asked, "text": text, WORRIED: asked.get(WORRIED) or whole.get(WORRIED), DANGER: danger}

    async def _understood(self, text: str, tracker: DialogueStateTracker) -> dict[str, Any]:
        words = text.strip()
        tokens, questions = self._words.read(words)
        # Most of the work is to see what the words are near to. Threads do it; this one goes on with other families'.
        look = partial(self._topics.reader.look_ahead, words, questions, hangs_on(tracker))
        sights = await asyncio.get_running_loop().run_in_executor(self._beside, look)
        message = UserMessage(words, metadata={AHEAD: Ahead(tokens, questions, sights)})
        parse: dict[str, Any] = await self._processor.parse_message(message, tracker)
        return parse

    def _tracker(self, state: dict[str, Any] | None, events: list[dict[str, Any]], begun: bool) -> DialogueStateTracker:
        """`begun`: something was said before, though not by the assistant, so that Rasa must not begin a session."""
        tracker = DialogueStateTracker(uuid.uuid4().hex, self._domain.slots)
        if state is None and not events and not begun:
            return tracker
        known = state or {"slots": {}, "active_loop": None}
        opening: list[Event] = [ActionExecuted("action_session_start"), SessionStarted()]
        opening += [SlotSet(name, value) for name, value in known["slots"].items()]
        opening += [ActiveLoop(known["active_loop"])] if known["active_loop"] else []
        opening.append(ActionExecuted("action_listen"))
        for event in opening:
            tracker.update(event)
        for parameters in events:
            tracker.update(event_class(parameters["event"])._from_parameters(parameters))
        return tracker

    def _state(self, tracker: DialogueStateTracker) -> dict[str, Any]:
        slots = {name: slot.value for name, slot in tracker.slots.items() if slot.value != slot.initial_value}
        return {"slots": slots, "active_loop": tracker.active_loop_name}


@cache
def event_class(name: str) -> type[Event]:
    """The class of a kind of event, found once: Rasa walks through all subclasses for every event of a history."""
    found: type[Event] | None = Event.resolve_by_type(name)
    if found is None:
        raise ValueError(f"no Rasa event is called {name!r}")
    return found


def only_words(text: str) -> str:
    """The text without leading slashes: to Rasa `/restart` or `/some_intent{...}` is a command, to us it is words."""
    return re.sub(r"^[\s/]+", "", text) or "?"


def chosen(text: str, intent: str | None, kind: str | None = None) -> dict[str, Any]:
    """What Rasa understands where the topic is known, such as a choice that was taken; empty where it has to read."""
    if intent is None:
        return {}
    sure = {"name": intent, "confidence": 1.0}
    return {"text": text, "intent": sure, "intent_ranking": [sure], "entities": [], "kind": kind}


def refused(text: str, tracker: DialogueStateTracker) -> str | None:
    """NONE_OF_THESE for a few words that it is none of the topics just offered, but in a form; otherwise None."""
    if tracker.active_loop_name is not None:
        return None
    said = next((event for event in reversed(tracker.events) if isinstance(event, BotUttered)), None)
    offered = said is not None and (said.metadata or {}).get("utter_action") in OFFERING
    return NONE_OF_THESE if offered and refuses_offer(text) else None


def confidence_of(understood: dict[str, Any]) -> float:
    """How likely its topic is, from 0 to 1; 0 where it was not understood, or only guessed at."""
    intent = understood.get("intent") or {}
    return 0.0 if intent.get("name") in (None, *UNSURE) else float(intent["confidence"])


def surely_about(understood: dict[str, Any]) -> bool:
    """True where a message is believed to be about an ordinary topic that may be asked for."""
    topic = str((understood.get("intent") or {}).get("name"))
    return confidence_of(understood) >= BELIEVED and not topic.startswith((SMALL_TALK, "booking.", "handoff."))


def parts_of(understood: dict[str, Any], in_form: bool) -> list[dict[str, Any]]:
    """What is answered one after the other.

    Where a meeting is asked for, the whole message goes along with its details; beside it, only what asks is answered.
    """
    if in_form:
        return [understood]
    several = understood.get(SEVERAL) or []
    topics = [part["topic"] for part in several]
    if ASKING not in (*topics, (understood.get("intent") or {}).get("name")):
        return [chosen(part["text"], part["topic"], part["kind"]) for part in several] or [understood]
    questions = [part for part in several if part["topic"] != ASKING and asks_beside_a_meeting(part)]
    return [
        chosen(understood["text"], ASKING),
        *(chosen(part["text"], part["topic"], part["kind"]) for part in questions),
    ]


def asks_beside_a_meeting(part: dict[str, Any]) -> bool:
    """True for a question, and for what asks in other words ("tell me what", "I want to complain") and tells nothing
    for the meeting. What would begin a form of its own has to be a question.
    """
    if question_in(part["text"]):
        return True
    return part["topic"] not in (MANAGING, PASSING_ON) and asks(part["text"]) and not find(part["text"]).anything


def begins(text: str, topic: str, asked_for: list[str] | None, confidence: float = 0.0) -> str | None:
    """The topic of a message that begins a form by its words; None where it does not.

    `topic` is what it was taken for, with what `confidence`; where a question is BELIEVED to be about that, words of a
    meeting begin nothing.
    """
    if names_a_meeting(text) or about_their_meeting(text, asked_for):
        return MANAGING
    starts = started(text)
    theirs = topic == MANAGING and (asked_for or wants_of_a_meeting(text))
    asks = confidence >= BELIEVED and not topic.startswith(SMALL_TALK) and question_in(text) != ""
    other = topic in ABOUT_MEETINGS or asks
    if "surely" in starts or ("meeting" in starts and not theirs and not other):
        return ASKING
    return PASSING_ON if "handoff" in starts and confidence == 0 else None


def about_their_meeting(text: str, asked_for: list[str] | None) -> bool:
    """True where somebody who has asked for a meeting puts a detail of it right, or wants to stop, in few words."""
    if not asked_for:
        return False
    found, said = find(text), replies(text)
    wants = wants_of_a_meeting(text)
    if wants & {"see", "late", "number"}:
        return True
    changes = ("corrects" in said or "change" in wants) and {"when", "where", "needs", "bringing"} & set(found.details)
    tells = not found.question and {"needs", "bringing"} & set(found.details)
    return bool(found.contacts or changes or tells or ("stop" in said and not found.question))


def is_worried(understood: dict[str, Any], in_form: bool) -> bool:
    """True where help belongs beside the reply."""
    text = understood["text"]
    if not understood.get(WORRIED) or not in_form or not (find(text).anything or replies(text) & ANSWERS):
        return bool(understood.get(WORRIED))
    if replies(text) & REFUSES_DETAILS:
        return False
    return float(understood[DANGER]["confidence"]) >= LIKELY_BESIDE_DETAILS


def one_prompt(said: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Of the questions that a form puts after each part of a message, only the last."""
    prompts = [place for place, one in enumerate(said) if one["form"] is not None and one["topic"] is None]
    return [one for place, one in enumerate(said) if place not in prompts[:-1]]


def compact(event: Event) -> dict[str, Any]:
    """An event as a dict, without the tokens, identifiers and long rankings that nothing needs later."""
    kept: dict[str, Any] = event.as_dict()
    if isinstance(event, UserUttered):
        parse = kept["parse_data"]
        kept["parse_data"] = {
            "text": parse.get("text"),
            "intent": parse.get("intent"),
            "entities": parse.get("entities", []),
            "intent_ranking": (parse.get("intent_ranking") or [])[:LIKELIEST],
        }
    if event.type_name == "bot":
        told = kept["metadata"].get("metadata") or {}
        kept["metadata"] = {
            "utter_action": kept["metadata"].get("utter_action"),
            "metadata": {"topic": told.get("topic")},
        }
    else:
        kept.pop("metadata", None)
    return kept
