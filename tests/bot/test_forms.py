"""A meeting is asked for in any order and any words, recorded once, and seen, changed and cancelled later."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any

import pytest

from tests.bot.records_stand_in import RecordsStandIn
from tests.bot.talk import Talk, play, scripts

Begin = Callable[[], Talk]
PHONE, EMAIL = "01274 434361", "TBPsafeguardingchildren@bradford.gov.uk"


# What a message is about is learned, and each training learns a little differently: so a few of all scripts may miss.
WHOLE = 0.95


def test_conversations_go_as_their_scripts_say(begin: Begin, records: RecordsStandIn) -> None:
    missed: dict[str, Any] = {}
    for script in scripts():
        records.clear()
        records.publish(*script.get("times", []))
        if found := play(script, begin()):
            missed[script["id"]] = found
    assert len(missed) <= (1 - WHOLE) * len(scripts()), missed


def filled(talk: Talk) -> Talk:
    """A draft that is read back and waits for yes."""
    talk.say("book me a meeting please")
    talk.say("Sajida Begum, 07700 900601, mondays")
    talk.say("thats all")
    assert talk.asks == "confirm"
    return talk


def asked_for(talk: Talk) -> Talk:
    """A conversation in which a meeting was asked for."""
    filled(talk).say("yes send it")
    assert talk.recorded
    return talk


def test_braces_in_their_words_open_no_gap_in_ours(begin: Begin) -> None:
    talk = begin()
    talk.say("book me a meeting please")
    talk.say("Sajida Begum, 07700 900601, mondays {phone} {x}")
    talk.say("thats all")
    assert "{" not in talk.text
    assert "mondays" in talk.text


@pytest.mark.parametrize(
    ("text", "topic"),
    [
        ("book me in with the reviewer pls and tell me what shes gonna ask", "involve.meeting_purpose"),
        ("I want a meeting. And I want to complain about that social worker while I'm at it.", "open.complaint"),
        ("Kindly tell me what the Bradford Partnership is. I would like to book a meeting.", "partnership.who"),
    ],
)
def test_what_is_asked_in_other_words_than_a_question_is_answered_beside_a_meeting(
    begin: Begin, text: str, topic: str
) -> None:
    talk = begin()
    talk.say(text)
    assert {"booking.request", topic} <= {said["topic"] for said in talk.said}
    assert talk.asks == "name"


@pytest.mark.parametrize(
    ("text", "topic"),
    [
        ("who'll be sat there then", "involve.meeting_people"),
        ("she is wondering who else comes to it", "involve.meeting_people"),
        ("how can i change it later if im ill", "booking.manage"),
        ("thats it for tonight, bye", "talk.bye"),
        ("actually what will they ask me about", "involve.meeting_purpose"),
        ("is it possible at our flat?", "involve.when_where"),
        ("before i put my name who will be in the room", "involve.meeting_people"),
        ("or can they come to our flat", "involve.when_where"),
        ("sorry could i check first what they will ask me", "involve.meeting_purpose"),
        ("who sees it", "open.privacy"),
        ("Before I give you my details, who will see them?", "open.privacy"),
        ("who reads the report", "report.who_sees"),
        ("why do you need my name", "open.privacy"),
        ("I am hard of hearing. Can anything be done about that?", "open.language"),
        ("he is in a wheelchair", "open.language"),
        ("aw thank you love", "talk.thanks"),
        ("ta duck", "talk.thanks"),
    ],
)
def test_what_is_said_in_place_of_a_name_is_answered_and_the_name_is_asked_for_again(
    begin: Begin, text: str, topic: str
) -> None:
    talk = begin()
    talk.say("book me a meeting please")
    talk.say(text)
    assert topic in talk.topics and "does not look like a name" not in talk.text
    assert topic == "talk.bye" or (talk.asks == "name" and talk.said[-1]["form"])


@pytest.mark.parametrize("given", [[], ["Rose"], ["Rose", "07700 900123"]])
def test_who_asks_how_to_change_a_request_that_is_not_sent_hears_so_at_every_step(
    begin: Begin, given: list[str]
) -> None:
    talk = begin()
    for text in ["book me a meeting please", *given]:
        talk.say(text)
    asks = talk.asks
    talk.say("how can i change it later if im ill")
    assert "has not been sent yet" in talk.text and talk.asks == asks


def test_a_name_after_words_that_steer_is_taken_and_one_that_is_refused_is_not(begin: Begin) -> None:
    for text, asks in (
        ("go on then, it's Maureen Ackroyd", "contact"),
        ("my first name is Aisha", "contact"),
        ("hang on, my name is Aisha Khan", "contact"),
        ("wait im Sam's mum", "name"),
        ("i dont want to give my name im frightened", "name"),
        ("why do you need that, I'm from Bradford", "name"),
        ("Before I tell you that, love. Who sees what I put in here?", "name"),
    ):
        talk = begin()
        talk.say("book me a meeting please")
        talk.say(text)
        assert talk.asks == asks, text


def test_other_times_given_at_once_are_no_question_that_sounds_like_danger(begin: Begin) -> None:
    for when in ("monday, or when the kids are at school", "after 6, or when my husband is home"):
        talk = begin()
        for text in ("book me a meeting please", "Rose, 07700 900123", when):
            talk.say(text)
        assert talk.topics == [], talk.text
        assert talk.meeting is not None and talk.meeting["when"] == when


def test_a_goodbye_is_not_the_time_of_a_meeting_and_thanks_are_no_name(begin: Begin) -> None:
    talk = begin()
    talk.say("book me a meeting please")
    talk.say("thats it for tonight, bye")
    talk.say("Rose, 07700 900123")
    assert talk.asks == "when"
    talk = begin()
    talk.say("can someone ring me", ["07700 900123"])
    talk.say("ta love")
    assert talk.topics[:1] == ["talk.thanks"]


def test_thanks_before_the_reference_lose_nothing_of_what_was_wanted(begin: Begin) -> None:
    meeting = asked_for(begin()).meeting
    assert meeting is not None
    other = begin()
    other.say("cancel my meeting")
    other.say("ok thanks")
    assert "You are welcome" in other.text
    other.say(f"{meeting['reference']} and {meeting['code']}")
    assert other.asks == "cancel"


@pytest.mark.parametrize("name", ["er Will Smith", "well Will Carter"])
def test_a_name_like_a_word_that_asks_is_a_name_after_er_and_well(begin: Begin, name: str) -> None:
    talk = begin()
    talk.say("book me a meeting please")
    talk.say(name)
    assert talk.meeting is not None and "Will" in talk.meeting["name"]


def test_thanks_while_a_reference_or_a_number_is_asked_for_are_no_wrong_reference_or_number(begin: Begin) -> None:
    for first in ("has my meeting gone through", "can someone ring me"):
        talk = begin()
        talk.say(first)
        talk.say("aw cheers love")
        assert talk.topics[0] == "talk.thanks" and "does not look like" not in talk.text
        assert "Both are needed" not in talk.text


def test_what_somebody_needs_is_written_into_the_request_and_they_hear_so(begin: Begin) -> None:
    talk = begin()
    talk.say("book me a meeting please")
    talk.say("he is in a wheelchair")
    assert "written down for your request" in talk.text
    assert talk.meeting is not None and "wheelchair" in talk.meeting["needs"]


def test_the_form_still_asks_after_a_question_that_came_with_the_wish(begin: Begin) -> None:
    talk = begin()
    talk.say("book me a meeting. can my mum come too?")
    assert talk.topics == ["booking.request", "involve.supporter"]
    assert [said["form"]["asks"] for said in talk.said if said["form"]] == ["name"] and talk.said[-1]["form"]


def test_what_tells_a_detail_of_the_meeting_is_no_question_beside_it(begin: Begin) -> None:
    talk = begin()
    talk.say("i want to meet the reviewer and I want my mum to come with me on Tuesday")
    assert {said["topic"] for said in talk.said} <= {"booking.request", None} and talk.asks == "name"


def test_who_says_not_yet_is_waited_for_and_loses_nothing(begin: Begin, records: RecordsStandIn) -> None:
    talk = begin()
    for text in ("I want to meet the reviewer. Nicola Brear 07700 900745. weds after half 9. at mine", "thats all"):
        talk.say(text)
    for text in ("hang on. dont send it yet", "what if im no good on the day. can i stop it"):
        talk.say(text)
        assert talk.asks == "confirm" and not records.requests, talk.text
    talk.say("ok. go on. send it, I can't wait")
    assert "has been sent" in talk.text and records.requests


@pytest.mark.parametrize(
    "text",
    [
        "please do not send it yet",
        "i dont want to send it yet",
        "don't send it until I say so",
        "dont send it till tomorrow",
        "im not sure i want to send it",
        "yes, and dont send it to my husband",
        "hold on dont send it",
    ],
)
def test_who_refuses_to_send_has_nothing_sent_and_may_send_later(
    begin: Begin, records: RecordsStandIn, text: str
) -> None:
    talk = begin()
    for said in ("I want to meet the reviewer. Rose 07700 900123 fridays", "thats all", text):
        talk.say(said)
    assert talk.asks == "confirm" and not records.requests, talk.text
    talk.say("yes send it, i wont send anything else")
    assert [request["when"] for request in records.requests.values()] == ["fridays"]


@pytest.mark.parametrize(
    "text", ["never send it", "cancel it, dont send it yet", "I cant face it, forget it. what if he's there"]
)
def test_who_stops_is_heard_whatever_else_they_say(begin: Begin, records: RecordsStandIn, text: str) -> None:
    talk = begin()
    for said in ("I want to meet the reviewer. Rose 07700 900123 fridays", "thats all", text):
        talk.say(said)
    assert talk.asks is None and "has been cleared" in talk.text and not records.requests, talk.text


def test_a_message_that_only_sounds_like_a_look_at_the_request_does_not_show_it(begin: Begin) -> None:
    talk = begin()
    for said in ("I want to meet the reviewer. Rose 07700 900123 fridays", "thats all", "yes send it"):
        talk.say(said)
    for said in ("it has all gone wrong since he died", "what have they written about us in the report"):
        talk.say(said)
        assert "booking.manage" not in talk.topics, said


@pytest.mark.parametrize(
    "text", ["no, stop that", "no dont cancel it", "please dont cancel my meeting", "no changed my mind"]
)
def test_a_cancel_that_is_stopped_keeps_the_meeting(begin: Begin, text: str) -> None:
    talk = begin()
    for said in ("I want to meet the reviewer. Rose 07700 900123 fridays", "thats all", "yes send it"):
        talk.say(said)
    talk.say("i need to cancel my meeting")
    talk.say(text)
    assert "is cancelled" not in talk.text, talk.text
    talk.say("show me my meeting")
    assert "fridays" in talk.text and "cancelled" not in talk.text.lower()


def test_who_cannot_find_an_earlier_request_may_ask_anew(begin: Begin) -> None:
    talk = begin()
    talk.say("asked for a meeting last week. heard nowt")
    talk.say("I want to change my meeting")
    assert talk.asks == "change"
    talk.say("is it possible for us to have a meeting with you instead please")
    assert talk.asks == "name", talk.text


@pytest.mark.parametrize(
    "text",
    [
        "What exactly have I asked for? Please list it.",
        "What I have asked, you can show me?",
        "he asks what have you written for him",
        "Thank you. And it has definitely gone through?",
        "which times did I give",
    ],
)
def test_what_they_asked_for_is_shown_to_them_in_whatever_words_they_ask_for_it(begin: Begin, text: str) -> None:
    talk = begin()
    for said in ("I want to meet the reviewer. Rose 07700 900123 fridays", "thats all", "yes send it", text):
        talk.say(said)
    assert "booking.manage" in talk.topics and "fridays" in talk.text, talk.text


def test_who_asks_not_to_cancel_is_not_asked_whether_to_cancel(begin: Begin) -> None:
    talk = begin()
    for said in ("I want to meet the reviewer. Rose 07700 900123 fridays", "thats all", "yes send it"):
        talk.say(said)
    talk.say("please dont cancel my meeting")
    assert talk.asks is None and "fridays" in talk.text and "cancelled" not in talk.text.lower(), talk.text


def test_nothing_is_recorded_before_they_say_yes(begin: Begin, records: RecordsStandIn) -> None:
    talk = filled(begin())
    assert records.latest() is None
    assert "Nothing has been sent yet" in talk.text
    talk.say("yes")
    assert records.latest() is not None


def test_before_sending_all_is_read_back_and_they_are_told_who_will_see_it(begin: Begin) -> None:
    talk = filled(begin())
    for detail in ("Sajida Begum", "07700 900601", "mondays", "Staff of the Bradford Partnership will see this"):
        assert detail in talk.text
    assert "You may leave a message" in talk.titles()


def test_afterwards_they_have_a_reference_and_a_code(begin: Begin) -> None:
    talk = asked_for(begin())
    assert talk.meeting is not None
    assert talk.meeting["reference"] in talk.text
    assert talk.meeting["code"] == "482913"
    assert "482913" in talk.text


def test_the_code_is_told_once_only(begin: Begin) -> None:
    talk = asked_for(begin())
    talk.say("what meeting have i asked for")
    assert "482913" not in talk.text
    assert talk.meeting is not None
    assert talk.meeting["code"] is None


def test_the_records_get_what_was_given_and_the_version_of_the_consent(begin: Begin, records: RecordsStandIn) -> None:
    asked_for(begin())
    ((_, kept),) = records.requests.items()
    assert kept["contact_kind"] == "phone"
    assert kept["attach_conversation"] is False
    assert re.fullmatch(r"20\d\d-\d\d-\d\d", kept["consent_version"])


def test_when_they_stop_nothing_of_it_is_kept(begin: Begin, records: RecordsStandIn) -> None:
    talk = filled(begin())
    talk.say("stop")
    assert records.latest() is None
    assert "Sajida" not in json.dumps(talk.state)
    assert PHONE in talk.text


def test_when_they_stop_a_time_that_was_kept_is_given_back(begin: Begin, records: RecordsStandIn) -> None:
    records.publish("Monday 7 December 2026, 2pm")
    talk = begin()
    talk.say("book me a meeting")
    talk.say("Ben 07700 900602 mondays")
    talk.say("Monday 7 December 2026, 2pm")
    assert len(records.holds) == 1
    talk.say("leave it")
    assert not records.holds


def test_a_time_that_went_meanwhile_is_said_and_others_are_offered(begin: Begin, records: RecordsStandIn) -> None:
    records.publish("Monday 7 December 2026, 2pm", "Friday 11 December 2026, 4pm")
    talk = begin()
    talk.say("book me a meeting")
    talk.say("Ben 07700 900602 mondays")
    records.taken.add("t1")
    talk.say("the first one")
    assert "Someone else has taken that time" in talk.text
    assert talk.asks == "when"
    assert "Friday 11 December 2026, 4pm" in talk.titles()
    assert "Monday 7 December 2026, 2pm" not in talk.titles()


def test_a_time_that_went_while_they_read_is_not_sent(begin: Begin, records: RecordsStandIn) -> None:
    records.publish("Monday 7 December 2026, 2pm")
    talk = begin()
    talk.say("book me a meeting")
    talk.say("Ben 07700 900602 mondays")
    talk.say("1")
    talk.say("thats all")
    records.taken.add("t1")
    talk.say("yes")
    assert records.latest() is None
    assert "Someone else has taken that time" in talk.text
    assert talk.asks == "when"


def test_no_time_is_made_out_of_free_words(begin: Begin, records: RecordsStandIn) -> None:
    talk = begin()
    talk.say("book me a meeting")
    talk.say("Ben 07700 900602 monday 2pm")
    talk.say("thats all")
    talk.say("yes")
    ((_, kept),) = records.requests.items()
    assert kept["when"] == "monday 2pm"
    assert "time_id" not in kept


def test_while_nothing_can_be_recorded_it_says_so_and_keeps_the_draft(begin: Begin, records: RecordsStandIn) -> None:
    talk = filled(begin())
    records.down = True
    talk.say("yes send it")
    assert not talk.recorded
    assert PHONE in talk.text
    assert EMAIL in talk.text
    assert talk.asks == "confirm"
    records.down = False
    talk.say("send it")
    assert talk.recorded


def test_a_yes_said_again_after_a_crash_gives_the_same_reference(begin: Begin, records: RecordsStandIn) -> None:
    talk = filled(begin())
    before = (talk.state, list(talk._turns), list(talk.said))
    talk.say("yes")
    first = talk.meeting
    talk.state, talk._turns, talk.said = before  # the answer was lost, and the turn with it
    talk.say("yes")
    assert talk.meeting == first
    assert len(records.requests) == 1


def test_from_another_chat_a_meeting_is_found_by_reference_and_code(begin: Begin, records: RecordsStandIn) -> None:
    meeting = asked_for(begin()).meeting
    assert meeting is not None
    other = begin()
    other.say("cancel my meeting please")
    assert "reference" in other.text
    other.say(f"its {meeting['reference']} and {meeting['code']}")
    assert other.asks == "cancel"
    other.say("yes cancel it")
    latest = records.latest()
    assert latest is not None
    assert latest["status"] == "cancelled"


def test_reference_and_code_may_come_one_after_the_other(begin: Begin) -> None:
    meeting = asked_for(begin()).meeting
    assert meeting is not None
    other = begin()
    other.say("I want to check my meeting")
    other.say(meeting["reference"].lower().replace("-", " "))
    assert "code" in other.text
    other.say("482 913")
    assert "Sajida Begum" in other.text


def test_a_wrong_code_shows_nothing_and_too_many_have_to_wait(begin: Begin) -> None:
    meeting = asked_for(begin()).meeting
    assert meeting is not None
    other = begin()
    other.say("I want to check my meeting")
    for _ in range(3):
        other.say(f"{meeting['reference']} 111111")
        assert "do not belong together" in other.text
        assert "Sajida" not in other.text
    other.say(f"{meeting['reference']} 482913")
    assert "Please wait about 2 minutes" in other.text
    assert PHONE in other.text


def test_running_late_reaches_staff_in_their_words(begin: Begin, records: RecordsStandIn) -> None:
    talk = asked_for(begin())
    talk.say("im running late, bus is stuck in traffic")
    (note,) = records.notes
    assert note["kind"] == "running_late"
    assert note["text"] == "im running late, bus is stuck in traffic"


def test_a_new_time_can_be_picked_for_a_meeting_that_exists(begin: Begin, records: RecordsStandIn) -> None:
    talk = asked_for(begin())
    records.publish("Friday 11 December 2026, 4pm")
    talk.say("can i change my meeting to fridays instead")
    assert talk.asks == "when"
    talk.say("Friday 11 December 2026, 4pm")
    ((_, kept),) = records.requests.items()
    assert (kept["time_id"], kept["when"]) == ("t1", "Friday 11 December 2026, 4pm")


def test_a_change_that_cannot_be_recorded_is_said(begin: Begin, records: RecordsStandIn) -> None:
    talk = asked_for(begin())
    records.down = True
    talk.say("please cancel my meeting")
    assert PHONE in talk.text
    assert not talk.meeting or talk.meeting["status"] != "cancelled"


def test_the_conversation_goes_along_only_if_they_say_so(begin: Begin, records: RecordsStandIn) -> None:
    talk = filled(begin())
    talk.say("Please send this chat with it.")
    assert "This chat: goes along with it" in talk.text
    talk.say("yes send it")
    ((_, kept),) = records.requests.items()
    assert kept["attach_conversation"] is True


def test_a_hand_off_goes_in_their_words_after_they_have_seen_it(begin: Begin, records: RecordsStandIn) -> None:
    talk = begin()
    talk.say("please ask someone to ring me back")
    talk.say("07700 900603")
    talk.say("Aneta")
    assert talk.asks == "confirm"
    assert not records.handoffs
    talk.say("yes send it")
    ((_, kept),) = records.handoffs.items()
    assert (kept["kind"], kept["contact"], kept["name"]) == ("call_back", "07700 900603", "Aneta")
    assert talk.said[0]["handoff"]["reference"] in talk.text


def test_after_danger_an_urgent_hand_off_says_that_nobody_watches(begin: Begin, records: RecordsStandIn) -> None:
    talk = begin()
    talk.say("i want to kill myself")
    talk.say("can i talk to a person")
    assert "Ask them to ring me, urgently" in talk.titles()
    talk.say("Please ask someone to ring me back, it is urgent.")
    assert "Nobody watches this chat" in talk.text
    assert "999" in talk.text
    talk.say("07700 900604")
    talk.say("skip this")
    talk.say("yes")
    ((_, kept),) = records.handoffs.items()
    assert kept["kind"] == "urgent"


def test_after_danger_the_form_waits_and_keeps_what_was_given(begin: Begin) -> None:
    talk = begin()
    talk.say("book me a meeting please")
    talk.say("Sajida Begum")
    talk.say("i want to kill myself")
    assert talk.topics == ["safety.self"]
    assert talk.asks is None
    talk.say("i am ok now, carry on")
    assert talk.asks == "contact"
    talk.say("07700 900605")
    assert talk.meeting is not None
    assert talk.meeting["name"] == "Sajida Begum"


GONE = (404, {"error": "no_conversation"})
TOO_MANY = (429, {"error": "wait", "seconds": 3600})


@pytest.mark.parametrize(("refuses", "why"), [(GONE, "was deleted or has ended"), (TOO_MANY, "as many meetings as")])
def test_a_request_that_is_refused_is_said_with_the_reason_and_the_draft_stays(
    begin: Begin, records: RecordsStandIn, refuses: Any, why: str
) -> None:
    talk = filled(begin())
    records.refuses = refuses
    talk.say("yes send it")
    assert why in talk.text
    assert PHONE in talk.text
    assert (talk.asks, talk.recorded) == ("confirm", False)
    records.refuses = None
    talk.say("send it")
    assert talk.recorded
    assert talk.meeting is not None
    assert talk.meeting["contact"] == "07700 900601"


def test_where_no_more_times_can_be_kept_it_goes_on_without_one(begin: Begin, records: RecordsStandIn) -> None:
    records.publish("Monday 7 December 2026, 2pm")
    talk = begin()
    talk.say("book me a meeting")
    talk.say("Ben 07700 900602 mondays")
    records.refuses = TOO_MANY
    talk.say("Monday 7 December 2026, 2pm")
    assert "can keep no more times" in talk.text
    assert talk.asks == "anything_else"
    records.refuses = None
    talk.say("thats all")
    talk.say("yes")
    latest = records.latest()
    assert latest is not None
    assert (latest["when"], latest["status"]) == ("mondays", "requested")


@pytest.mark.parametrize(("refuses", "why"), [(GONE, "was deleted or has ended"), (TOO_MANY, "as much as it can")])
def test_a_hand_off_that_is_refused_is_said_with_the_reason_and_the_words_stay(
    begin: Begin, records: RecordsStandIn, refuses: Any, why: str
) -> None:
    talk = begin()
    talk.say("please ask someone to ring me back")
    talk.say("07700 900603")
    talk.say("Nell")
    records.refuses = refuses
    talk.say("yes send it")
    assert why in talk.text
    assert PHONE in talk.text
    records.refuses = None
    talk.say("send it")
    ((_, kept),) = records.handoffs.items()
    assert kept["contact"] == "07700 900603"


def test_a_meeting_that_cannot_be_found_because_the_chat_is_gone_says_so(begin: Begin, records: RecordsStandIn) -> None:
    asked_for(begin())
    other = begin()
    records.refuses = GONE
    other.say("i want to cancel KTR-101-97, code 482913")
    assert "was deleted or has ended" in other.text


def test_what_is_given_beside_danger_reaches_the_form(begin: Begin) -> None:
    talk = begin()
    talk.say("book me a meeting please")
    talk.say("Leanne")
    talk.say("sorry im ok now", ["my number is 07700 900604 and i want to die tonight at home"])
    assert talk.asks == "when"
    talk.say("mondays")
    assert talk.meeting is not None
    assert (talk.meeting["name"], talk.meeting["contact"]) == ("Leanne", "07700 900604")
    assert (talk.meeting["when"], talk.meeting["where"]) == ("mondays", None)


def test_a_meeting_asked_for_beside_danger_goes_on_with_what_was_given(begin: Begin) -> None:
    talk = begin()
    talk.say("im safe now", ["book me a meeting, my name is Jo, 07700 900605, i want to die tonight"])
    assert talk.asks == "when"
    talk.say("mondays")
    assert talk.meeting is not None
    assert (talk.meeting["name"], talk.meeting["contact"]) == ("Jo", "07700 900605")


def test_danger_beside_words_like_stop_ends_no_form(begin: Begin) -> None:
    talk = begin()
    talk.say("book me a meeting please")
    talk.say("Leanne, 07700 900606")
    talk.say("im ok, carry on", ["i cant do this anymore, i wont give my number, i want to die"])
    assert talk.asks == "when"


def test_danger_outside_a_form_leaves_nothing_behind(begin: Begin) -> None:
    talk = begin()
    talk.say("who will see the report?", ["i want to die, 07700 900607"])
    assert talk.topics == ["report.who_sees"]
    assert "900607" not in json.dumps(talk.state)


def test_in_rasas_own_shell_it_says_that_nothing_can_be_recorded(begin: Begin, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("RECORDS_SOCKET")
    talk = filled(begin())
    talk.say("yes")
    assert not talk.recorded
    assert PHONE in talk.text


def test_another_name_and_number_after_a_request_begin_another_and_leave_the_first_alone(begin: Begin) -> None:
    talk = asked_for(begin())
    talk.say("Jean Bairstow, 07700 900492, wednesdays, at hers")
    assert talk.meeting and talk.meeting["status"] == "draft" and talk.meeting["name"] == "Jean Bairstow"
    talk.say("stop")
    talk.say("what meeting have i asked for")
    assert "Sajida Begum" in talk.text and "07700 900601" in talk.text


@pytest.mark.parametrize(
    "text",
    [
        "S. Begum 07700 900601 when is my meeting",
        "sajida begam 07700 900601",
        "its Mrs Begum, please use 07700 900999 for my meeting",
        "Trish Khan 07700 900492 is coming with me to the meeting",
        "will you do another one for him when the report is out",
    ],
)
def test_what_is_about_their_own_meeting_begins_no_other(begin: Begin, text: str) -> None:
    talk = asked_for(begin())
    talk.say(text)
    assert "booking.request" not in talk.topics


@pytest.mark.parametrize(
    "text",
    [
        "my mum wants her own meeting as well. can you do another one for her",
        "my mum wants one as well, separate from mine because we dont talk. can you do another one for her",
    ],
)
def test_another_one_for_a_relative_is_begun(begin: Begin, text: str) -> None:
    talk = asked_for(begin())
    talk.say(text)
    assert "booking.request" in talk.topics and talk.asks == "name"


@pytest.mark.parametrize("text", ["who have I asked to see, just checking", "who am i down to see"])
def test_whom_they_asked_to_see_is_shown_with_the_request(begin: Begin, text: str) -> None:
    talk = asked_for(begin())
    talk.say(text)
    assert talk.topics == ["booking.manage"] and "Sajida Begum" in talk.text


@pytest.mark.parametrize(
    ("began", "form"),
    [
        ("book me a meeting please", "meeting"),
        ("can i change the meeting that i booked on another phone", "meeting"),
        ("can someone ring me back", "handoff"),
    ],
)
def test_what_is_wanted_instead_is_answered_where_somebody_stops(begin: Begin, began: str, form: str) -> None:
    talk = begin()
    talk.say(began)
    assert talk.said[-1]["form"]["name"] == form
    talk.say("oh forget it just give us the phone number")
    assert "contact.details" in talk.topics and talk.asks is None


def test_whom_they_do_not_want_to_see_is_not_whom_they_want(begin: Begin) -> None:
    talk = begin()
    talk.say("I dont want the reviewer, I want a meeting with somebody from the Bradford Partnership")
    talk.say("Shabana Kauser, 07700 900463, thursdays")
    talk.say("thats all")
    assert talk.meeting and "partnership" in str(talk.meeting["who"]).lower()
    assert "reviewer" not in str(talk.meeting["who"]).lower()


def test_who_asks_on_behalf_of_somebody_is_not_asked_for_the_name_again(begin: Begin) -> None:
    talk = begin()
    talk.say("I'm sat with one of my mums and she'd like a meeting with the reviewer. Can I book it for her?")
    assert talk.meeting is None or talk.meeting["when"] is None
    talk.say("She's Adaeze Obi, and she says to use her own number, 07700 900582")
    assert talk.meeting and (talk.meeting["name"], talk.meeting["contact"]) == ("Adaeze Obi", "07700 900582")


def test_a_number_that_is_not_to_be_rung_is_not_sent(begin: Begin) -> None:
    talk = begin()
    talk.say("id like to meet the reviewer but i cant be doing with phone calls")
    talk.say("Paul Hainsworth")
    talk.say("my number is 07700 900518 but dont ring that, ring my sister Trish on 07700 900519")
    talk.say("tuesday or weds teatime")
    talk.say("trishs house")
    talk.say("thats everything")
    assert talk.asks == "confirm" and "07700 900518" not in talk.text
    assert talk.meeting and talk.meeting["contact"] == "07700 900519" and talk.meeting["name"] == "Paul Hainsworth"
    assert talk.meeting["where"] == "trishs house" and "ring" not in talk.meeting["needs"]


@pytest.mark.parametrize("sends", ["yes", "yes please", "send it", "ok"])
def test_help_in_the_middle_does_not_stand_in_the_way_of_sending(begin: Begin, sends: str) -> None:
    talk = begin()
    talk.say("i want to meet the reviewer")
    talk.say("Michelle Greenwood")
    talk.say("evenings. tbh dont know if il be here by then, ive got enough tablets in the drawer to sort it")
    assert talk.topics == ["safety.self"]
    talk.say("my sisters come round and ive given them to her. i do still want the meeting")
    talk.say("07700 900533, evenings")
    talk.say("thats everything")
    assert talk.asks == "confirm"
    talk.say(sends)
    assert talk.recorded and not any(topic.startswith("safety.") for topic in talk.topics)


def test_the_number_of_a_request_is_changed_also_where_the_old_one_is_refused(begin: Begin) -> None:
    talk = asked_for(begin())
    talk.say("please dont ring me on 07700 900601, ring 07700 900456")
    assert "07700 900456" in talk.text and "07700 900601" not in talk.text
