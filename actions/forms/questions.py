"""Questions in the middle of a form are answered, and the form goes on where it was."""

from __future__ import annotations

import re
from typing import Any

from actions.clarify import worth_offering
from actions.details.found import find
from actions.details.reading import words
from actions.forms.turn import SEVERAL, Turn
from actions.history import NONE_OF_THESE, last_topic

SAFETY = "safety."
# Said beside the point of a form; none of them needs an answer there.
NO_QUESTION = (
    "booking.request",
    "booking.manage",
    "talk.greet",
    "talk.thanks",
    "talk.yes_no",
    "none_of_these",
    "nlu_fallback",
)
# Words about the meeting itself, which sound like questions about meetings.
ABOUT_THIS_MEETING = ("involve.when_where", "involve.meeting_people", "involve.meeting_purpose", "involve.how")
WHERE = "involve.when_where"
ASKING = {"how", "what", "when", "where", "who", "wot", "wat"}  # "and it is where, I have no car"
NEEDED_FIRST = ("name", "contact")  # words about the meeting are no answer to these
PRIVACY, READERS, PEOPLE = "open.privacy", "report.who_sees", "involve.meeting_people"
# "Who will see them", of what is given to a form; not "who will see me".
WHO_READS_IT = re.compile(
    r"\bwho(?:['’]?ll|\s(?:will|would|can|else|gets\sto|is\sgoing\sto))*\s(?:sees?|reads?|gets?|has|have)\s"
    r"(?:it|this|that|them|these|those|my|what)\b",
    re.IGNORECASE,
)
# Topics that are answered differently while something is being asked for.
IN_A_FORM = {PRIVACY: "meeting.privacy"}
# Without one of these "who sees it" is about what is being asked for.
THE_REPORT = set(
    (
        "document done final finding findings finished internet media newspaper online overview papers press public "
        "publication publish published report reports website written"
    ).split()
)
REFUSES_DETAILS = {"refuse_contact", "refuse_name"}
# Replies that a form waits for: plain answers, however they sound when read alone.
ANSWERS = {"send", "yes", "no", "go_on", "refuse_contact", "refuse_name", "nothing_else", "skip", "why", "again"}
SURE_WITHOUT_A_QUESTION = 0.75
SURE_OF_DANGER_BESIDE_DETAILS = 0.97
FEWEST_WORDS = 3


def topics_asked(turn: Turn) -> list[str]:
    """The topics that the message asks about, in order; empty where it asks nothing that is understood."""
    if turn.tapped:
        return [turn.intent] if turn.intent not in NO_QUESTION else []
    if turn.said & (REFUSES_DETAILS | {"stop", "go_on", "send"}) and not turn.found.question:
        return []
    several = [str(part["topic"]) for part in turn.message.get(SEVERAL) or []]
    named = [topic for topic in several or [turn.intent] if topic not in NO_QUESTION and topic in _known(turn)]
    if not THE_REPORT & {word.plain for word in words(turn.text)}:
        readers = {READERS, PEOPLE} if WHO_READS_IT.search(turn.text) else {READERS}
        named = [PRIVACY if topic in readers else topic for topic in named]
    if turn.found.question:
        return [topic for topic in named if not (topic in ABOUT_THIS_MEETING and _proposes(turn))]
    return named if _tells_to_answer(turn) else []


def danger(turn: Turn) -> str | None:
    """The safety topic that the message shows; beside details it has to be surer, for frightening idioms are common."""
    if turn.in_danger:
        return turn.intent
    if not turn.intent.startswith(SAFETY) or turn.said & REFUSES_DETAILS:
        return None
    goes_on = turn.found.anything or turn.said & (ANSWERS | {"stop"})
    needed = SURE_OF_DANGER_BESIDE_DETAILS if goes_on else 0.0
    return turn.intent if turn.confidence >= needed else None


def answer(turn: Turn, topics: list[str]) -> None:
    """Says the answers, each a message with its topic."""
    for topic in topics:
        if topic == "more":
            go_on(turn)
        else:
            turn.say(IN_A_FORM.get(topic, topic), topic=topic if topic in IN_A_FORM else None)


def answer_beside_a_stop(turn: Turn) -> None:
    """Says what else a message wants that stops the form: "forget it, just give us the number".

    Not help: whether there is danger was judged before (`danger`).
    """
    beside = ("talk.", SAFETY, "more")
    wanted = turn.intent in _known(turn) and turn.intent not in NO_QUESTION and not turn.intent.startswith(beside)
    if wanted and turn.confidence >= SURE_WITHOUT_A_QUESTION and not turn.tapped:
        answer(turn, [turn.intent])


def says_bye(turn: Turn) -> bool:
    """True for a goodbye in place of a name or a contact: nothing in it is a detail."""
    given = turn.found.contacts or turn.found.question or "name" in turn.found.details
    sure = turn.intent == "talk.bye" and turn.confidence >= SURE_WITHOUT_A_QUESTION
    return sure and turn.asked in NEEDED_FIRST and not given


def thanked(turn: Turn) -> bool:
    """Says "you are welcome" to thanks; False where the message is none."""
    sure = turn.intent == "talk.thanks" and turn.confidence >= SURE_WITHOUT_A_QUESTION
    if not sure and "thanks" not in turn.said:
        return False
    turn.say("meeting.welcome", topic="talk.thanks")
    return True


def go_on(turn: Turn) -> None:
    """The rest of what was answered last."""
    more = f"{last_topic(reversed(turn.tracker.events))}.more"
    turn.say(more if f"utter_{more}" in turn.domain["responses"] else "nothing_more")


def ask_back(turn: Turn) -> bool:
    """Asks which topic a question means; False where the message asks nothing, or nothing could be read."""
    offered = worth_offering(turn.message.get("intent_ranking") or [])
    if turn.intent != "nlu_fallback" or not turn.found.question or not offered or turn.found.anything:
        return False
    if turn.said & ANSWERS:
        return False
    turn.say("unsure", choices=[*offered, NONE_OF_THESE], clarify=True)
    return True


def _proposes(turn: Turn) -> bool:
    """True for "could it be Tuesday at the library"; but "could it be at mine" asks whether a place is possible."""
    return "when" in turn.found.details


def _tells_to_answer(turn: Turn) -> bool:
    """True for "tell me about the report": no question by its form, but surely one by its topic."""
    if turn.intent == "more":
        return True
    if says_bye(turn):
        return True
    long = len(turn.found.rest.split()) >= FEWEST_WORDS or turn.asked in ("when", "where", "who", "bringing", "needs")
    given = turn.found.contacts or {"name", "when"} & set(strong_details(turn))
    return long and not given and turn.confidence >= SURE_WITHOUT_A_QUESTION and not _tells_of_the_meeting(turn)


def _tells_of_the_meeting(turn: Turn) -> bool:
    """True for "at the library", also in place of a name; but "she is wondering who else comes" asks."""
    if turn.intent not in ABOUT_THIS_MEETING or turn.asked not in (None, *NEEDED_FIRST):
        return turn.intent in ABOUT_THIS_MEETING
    names_a_place = turn.intent == WHERE and not ASKING & {word.plain for word in words(turn.text)}
    return bool(turn.found.contacts or set(turn.found.details) - {"where", "who"} or names_a_place)


def strong_details(turn: Turn) -> dict[str, str]:
    """Details that words of the message show, whatever was asked."""
    return find(turn.text).details


def _known(turn: Turn) -> Any:
    return {name.removeprefix("utter_") for name in turn.domain["responses"]} | {"more"}
