"""What families write about a meeting is found, whatever their spelling and wherever their names come from."""

from __future__ import annotations

import pytest

from actions.details.contacts import contacts, shown_phone
from actions.details.found import find, may_leave_message, question_in, who_kind
from actions.details.names import _common, _listed
from actions.details.replies import instead_of, replies, started
from actions.forms.draft import Draft, take
from actions.forms.times import picked


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("07700900123", "07700 900123"),
        ("07700 900 123", "07700 900123"),
        ("07700-900-123", "07700 900123"),
        ("0 7 7 0 0 9 0 0 1 2 3", "07700 900123"),
        ("o7700 9oo123", "07700 900123"),
        ("+44 7700 900123", "07700 900123"),
        ("+44 (0)7700 900123", "07700 900123"),
        ("0044 7700 900123", "07700 900123"),
        ("(01274) 496012", "01274 496012"),
        ("0113 496 0123", "0113 496 0123"),
        ("oh double seven double oh nine double oh one two three", "07700 900123"),
        ("+92 300 1234567", "+92 300 1234567"),
        ("sam@example.org", "sam@example.org"),
        ("Sam@Example.org", "sam@example.org"),
        ("sam @ example.org", "sam@example.org"),
        ("sam at example dot org", "sam@example.org"),
        ("sam.k at example.com", "sam.k@example.com"),
        ("sam (at) example.org", "sam@example.org"),
        ("sam . k @ example . org", "sam.k@example.org"),
        ("sam_k+review@example.co.uk", "sam_k+review@example.co.uk"),
    ],
)
def test_phone_numbers_and_addresses_are_found_however_they_are_written(written: str, shown: str) -> None:
    good, broken = contacts(f"you can reach me on {written}, thanks")
    assert [one.shown for one in good] == [shown]
    assert not broken


@pytest.mark.parametrize("written", ["07700 90012", "07700 9001234", "sam@example", "sam@", "01274 4960123"])
def test_what_cannot_be_right_is_seen_for_what_it_is_meant_to_be(written: str) -> None:
    good, broken = contacts(f"its {written}")
    assert not good
    assert len(broken) == 1


@pytest.mark.parametrize(
    "text",
    ["30/03/2026 at 10.30", "10.30 - 11.30", "2026-03-30", "between 9 and 5", "I am at home. At lunch", "call 999"],
)
def test_dates_and_times_are_no_phone_numbers(text: str) -> None:
    assert contacts(text) == ([], [])


def test_a_number_of_another_country_must_exist() -> None:
    assert shown_phone("+92 3") is None
    assert shown_phone("+999 123 456 789") is None


NAMES = [
    "Hodan Warsame", "gurpreet kaur", "Łukasz Nowak", "lukasz nowak", "Renée Kováčová", "Zsófia Szabó",
    "Nguyễn Thị Lan", "Ifeoma Eze",
    "Mohammed Usman Khan", "bibi", "Rukhsana Bi", "Sukhdev Singh", "O'Neill", "Siobhán O'Brien", "Anne-Marie",
    "Mrs K", "Mr. Hussain",
    "J. Smith", "K", "Abu Bakr Siddiqui", "Al-Hassan", "Ştefan Popescu", "Blessing Adeyemi", "Tendai Moyo",
    "Dr Rahman", "xochitl",
    "Zbigniew Wojciechowicz", "Þóra", "Auntie Bev", "Yohannes Tekle", "Noor ul Ain", "Oluwaseun", "Shi Yan Li",
    "kayleigh-ann",
]  # fmt: skip


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("way", ["{}", "my name is {}", "its {}", "call me {}", "im {}", "{} thanks", "hi its {} here"])
def test_a_name_that_was_asked_for_is_taken_as_it_was_written(name: str, way: str) -> None:
    assert find(way.format(name), "name").details.get("name") == name


@pytest.mark.parametrize("name", ["shazia", "Dave", "Hodan Warsame", "lukasz nowak", "Nadia"])
def test_a_name_is_found_among_other_details(name: str) -> None:
    found = find(f"{name} 07700 900123 tuesdays after 3 at my house")
    assert found.details == {"name": name, "when": "tuesdays after 3", "where": "at my house"}


@pytest.mark.parametrize(
    "text",
    [
        "im busy",
        "my baby died",
        "its late",
        "what is this for",
        "I'm so angry",
        "hello",
        "im not well",
        "no thanks",
        "ok",
        "depends. what happens to my number",
        "FUMING",
        "im fuming so dont mess me about",
    ],
)
def test_what_is_no_name_is_not_taken_for_one(text: str) -> None:
    assert "name" not in find(text, "name").details


def test_whom_somebody_is_talking_to_is_no_name_beside_other_words() -> None:
    assert "name" not in find("Before I give you that, love. Who sees what I put here?", "name").details
    assert "name" not in find("07700 900123 love", "name").details
    for text in ("Love", "Chuck please", "Hen. 07700 900123"):
        assert find(text, "name").details["name"] == text.split()[0].strip(".")


@pytest.mark.parametrize(
    "text", ["my name is worth", "call me worth", "Clear", "lisa clear", "my name is clear", "kit law"]
)
def test_a_name_that_is_an_everyday_word_too_is_one_with_a_capital_an_introduction_or_another_name(text: str) -> None:
    assert find(text, "name").details["name"] == text.removeprefix("my name is ").removeprefix("call me ")


@pytest.mark.parametrize("name", ["hope", "will", "may", "drew", "kit", "mat", "lil"])
def test_a_first_name_that_is_a_word_is_taken_in_small_letters_behind_my_name_is(name: str) -> None:
    assert find(f"my name is {name}", "name").details["name"] == name


@pytest.mark.parametrize(
    "text", ["my first name is Aisha", "before you ask my name is Aisha", "first off this is Aisha"]
)
def test_a_name_is_found_behind_words_that_lead_up_to_it(text: str) -> None:
    assert find(text, "name").details == {"name": "Aisha"}


def test_names_of_the_list_are_no_everyday_words() -> None:
    assert _listed() & _common() <= {"ali"}


@pytest.mark.parametrize(
    ("text", "details"),
    [
        ("Tuesday afternoons are best for me", {"when": "Tuesday afternoons are best for me"}),
        ("any day after 3 at my house", {"when": "any day after 3", "where": "at my house"}),
        ("somewhere near keighley, not fridays", {"where": "somewhere near keighley", "when": "not fridays"}),
        ("after Jummah on friday, with my wife", {"when": "after Jummah on friday", "bringing": "with my wife"}),
        ("bringing my support worker", {"bringing": "bringing my support worker"}),
        ("I need a Slovak interpreter", {"needs": "I need a Slovak interpreter"}),
        ("text only dont ring", {"needs": "text only dont ring"}),
        ("im his nan", {"relation": "im his nan"}),
        ("weekdays after 5pm, by phone", {"when": "weekdays after 5pm", "where": "by phone"}),
        ("30th of march or 2pm on the 1st", {"when": "30th of march or 2pm on the 1st"}),
        ("trishs house", {"where": "trishs house"}),
        ("trishs house is fine", {"where": "trishs house is fine"}),
        ("at my mams house", {"where": "at my mams house"}),
        ("trishs house 07700 900123", {"where": "trishs house"}),
        ("while I'm at yours could we finish early", {}),
        ("at my sisters house not mondays", {"where": "at my sisters house", "when": "not mondays"}),
        ("no interpreter needed", {"needs": "no interpreter needed"}),
        ("no need for an interpreter", {"needs": "no need for an interpreter"}),
        ("at hers, not fridays", {"where": "at hers", "when": "not fridays"}),
        ("one of the staff, not the reviewer", {"who": "one of the staff"}),
        ("07700 900123 but dont ring that, ring me on 07700 900124", {}),
        ("07700 900123 but please dont ring, text only", {"needs": "dont ring, text only"}),
        ("I cant be doing with phone calls", {"needs": "I cant be doing with phone calls"}),
        ("no phone calls please", {"needs": "no phone calls"}),
        ("No calls please, text only", {"needs": "No calls, text only"}),
        ("07700 900123 but please dont ring it", {"needs": "dont ring it"}),
        ("he was killed at my exs house", {}),
        ("it happened in our sons flat", {}),
        ("not the reviewer", {}),
        ("I dont want to see the reviewer without my mum", {"who": "to see the reviewer"}),
    ],
)
def test_details_are_kept_as_they_were_written(text: str, details: dict[str, str]) -> None:
    assert find(text).details == details


@pytest.mark.parametrize("text", ["I'm sat with my mum", "been sat waiting for weeks", "im sat here on my own"])
def test_who_is_sat_somewhere_says_nothing_of_a_saturday(text: str) -> None:
    assert "when" not in find(text).details
    for saturday in ("fri or sat", "im sat free", "sat up to 2"):
        assert "sat" in find(f"{saturday}, with my mum").details["when"]


def test_the_name_of_somebody_else_is_taken_only_where_a_name_was_asked_for_and_there_is_no_other() -> None:
    assert find("She's Adaeze Obi, and she says to use 07700 900582", "name").details["name"] == "Adaeze Obi"
    for text in (
        "my grandson died, hes Kyle Dent. Jean Bairstow, 07700 900123, mondays",
        "shes Kylie Dent, my name is Jean Bairstow, 07700 900123",
    ):
        assert find(text, "name").details["name"] == find(text).details["name"] == "Jean Bairstow"
    for text in ("my sister will come, shes Jean", "no sorry I meant mondays, shes Aisha Khan who will come"):
        assert given("my name is Paul", text)["name"] == "Paul"
    assert given("my name is Paul", "my sister comes with me, her name is Jean")["name"] == "Paul"
    for text in (
        "shes Muslim so not fridays",
        "hes Asian and cant do mornings",
        "shes Roman Catholic",
        "my grandson died last year, hes Kyle Dent",
        "my lad died, hes Kyle Dent, 07700 900123",
    ):
        assert "name" not in find(text, "name").details
    assert find("trishs house", "when").details == {"where": "trishs house"}


def test_a_question_tells_nothing_about_the_meeting() -> None:
    found = find("who will be there on tuesday?")
    assert not found.anything
    assert found.question == "who will be there on tuesday?"


def test_a_proposal_worded_as_a_question_does() -> None:
    assert find("can we do tuesday at the library?").details == {"when": "tuesday", "where": "at the library"}


def test_a_room_full_of_people_is_no_place_to_meet() -> None:
    assert not find("is it just her or a room full").anything
    assert find("in a quiet room at the library").details == {"where": "in a quiet room at the library"}


@pytest.mark.parametrize(
    ("asked", "text", "given"),
    [
        ("when", "please May the 5th", "May the 5th"),
        ("needs", "sorry have a bad back", "have a bad back"),
        ("name", "Hello Will", "Will"),
    ],
)
def test_an_answer_behind_sorry_or_please_is_no_question(asked: str, text: str, given: str) -> None:
    assert find(text, asked).details == {asked: given} and question_in(text) == ""


def test_he_is_is_no_name() -> None:
    assert "name" not in find("he's in a wheelchair", "name").details
    assert "name" not in find("she’s deaf", "name").details


def test_what_is_asked_before_a_name_is_given_is_found_without_a_comma() -> None:
    assert question_in("wait b4 i put my name will u tell my mum i asked") == "will u tell my mum i asked"
    assert question_in("tuesday, or when my husband is home") == ""
    assert question_in("or can they come to ours") and question_in("n whos coming to it")


def test_the_question_beside_details_is_what_is_looked_at() -> None:
    assert question_in("Sadia Khan, 07700 900123. who sees my number?") == "who sees my number?"
    assert question_in("Sadia Khan, 07700 900123, when the kids are at school") != ""
    assert question_in("tuesdays are fine") == ""


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("the independent reviewer", "reviewer"),
        ("someone from the Partnership", "staff"),
        ("either of them", "either"),
        ("my mum", None),
    ],
)
def test_whom_they_want_to_see_is_known(text: str, kind: str | None) -> None:
    assert who_kind(text) == kind


@pytest.mark.parametrize(
    ("text", "may"),
    [
        ("You may leave a message.", True),
        ("Please do not leave a message.", False),
        ("dont leave voicemails", False),
        ("tuesday", None),
    ],
)
def test_whether_a_message_may_be_left_is_their_choice(text: str, may: bool | None) -> None:
    assert may_leave_message(text) == may


@pytest.mark.parametrize(
    ("text", "reply"),
    [
        ("yes", "yes"), ("yep send it", "send"), ("Yes, send it please", "send"), ("aye go on", "yes"), ("ok",
        "yes"), ("no", "no"),
        ("no ta", "no"), ("stop", "stop"), ("I'd rather not", "stop"), ("leave it", "stop"), ("cancel that", "stop"),
        ("ok ill ring them myself", "stop"), ("not giving you my number", "refuse_contact"),
        ("i dont have a phone", "refuse_contact"),
        ("no sorry its wrong", "corrects"), ("actually make it fridays", "corrects"), ("hang on", "wait"),
        ("why do you need it", "why"),
        ("thats everything", "nothing_else"), ("skip this", "skip"), ("lets carry on", "go_on"),
    ],
)  # fmt: skip
def test_short_replies_are_understood(text: str, reply: str) -> None:
    assert reply in replies(text)


@pytest.mark.parametrize(
    "text", ["no sorry my number is 07700 900123", "tuesdays", "Dave", "my house", "I dont mind where"]
)
def test_nobody_is_stopped_by_a_word_that_only_sounds_like_it(text: str) -> None:
    assert "stop" not in replies(text)


@pytest.mark.parametrize(
    "text",
    ["book me a meeting", "id like an appointment please", "can i have a meeting", "I want to meet the reviewer"],
)
def test_a_wish_for_a_meeting_is_known_by_its_words(text: str) -> None:
    assert "meeting" in started(text)


@pytest.mark.parametrize(
    "text",
    [
        "what is the meeting for",
        "do i have to go to the meeting",
        "who will be at the meeting",
        "can u mak the meting a diffrent day",
    ],
)
def test_a_question_about_meetings_is_no_wish_for_one(text: str) -> None:
    assert not started(text)


@pytest.mark.parametrize(
    "text",
    [
        "if i talk to the reviewer can my mum come",
        "Were she to meet the Reviewer, may I sit with her?",
        "I was supposed to meet the reviewer on Thursday",
        "im down to see the reviewer friday but i cant",
        "I am due to talk to the reviewer",
        "Does she still get to speak to your reviewer?",
        "my mum is ill. will she get to see the reviewer",
        "Am I required to meet the Independent Reviewer?",
        "is it compulsory to see the reviewer",
        "must we talk to the reviewer",
        "have I got to meet the reviewer",
        "will we have to meet the reviewer",
        "does my mum have to meet the reviewer",
        "dont put me down for one",
        "my social worker put me down for one missed appointment",
    ],
)
def test_a_meeting_that_is_only_supposed_or_was_arranged_is_no_wish_for_one(text: str) -> None:
    assert not started(text)


@pytest.mark.parametrize(
    "text",
    [
        "please ask if we could see the reviewer",
        "if possible i want to meet the reviewer",
        "put me down to see the reviewer please",
        "We want to come down to see the reviewer",
        "I suppose I'd like to see the reviewer then",
        "I am so let down. Book me a meeting",
        "is it ok to see the reviewer please",
        "Who is she? I want to meet the reviewer",
        "I have been made to wait. I want to meet the reviewer",
        "what do I do. I must see the reviewer",
        "put me down for one again then",
        "can you put me down for a meeting please",
        "who do i ask to see the reviewer",
        "i am upset and i need to meet the reviewer",
        "what do i need to do to meet the reviewer",
        "hi put me down for a meeting",
        "we need to see the reviewer",
    ],
)
def test_a_wish_with_a_condition_is_a_wish(text: str) -> None:
    assert "meeting" in started(text)


def test_a_word_of_a_name_is_put_right() -> None:
    assert instead_of("not dave, davey", "dave") == "davey"
    assert instead_of("it's Davey not Dave", "Dave Smith") == "Davey Smith"
    assert instead_of("tuesday not monday", "Dave") is None


def given(*messages: str) -> dict[str, str]:
    """What a draft holds after these messages."""
    draft = Draft("1")
    for text in messages:
        take(draft, text, find(text), replies(text))
    return draft.given


def test_a_second_number_stands_beside_the_first_and_a_correction_replaces_it() -> None:
    beside = given("07700 900123", "or 01274 496012")
    assert (beside["contact"], beside["other_contact"]) == ("07700 900123", "01274 496012")
    replaced = given("07700 900123", "sorry i meant 07700 900124")
    assert replaced["contact"] == "07700 900124"
    assert "other_contact" not in replaced


@pytest.mark.parametrize(
    "text",
    [
        "07700 900551. Oh no that's our Karen's, mine's 07700 900155",
        "07700 900306, that's the work mobile, no, scrap that, use 07700 900155",
        "07700 900452. no wate thats my old 1. its 07700 900155",
        "07700 900452. not that, 07700 900155",
        "07700 900452 no wait thats my other phone, its 07700 900155",
        "old@example.com no wait thats my old one its 07700 900155",
        "07700 900452 that one's dead now use 07700 900155",
        "my number is 07700 900452 but dont ring that, ring my sister on 07700 900155",
        "dont ring me on 07700 900452, ring 07700 900155",
        "do not ring 07700 900452, ring 07700 900155",
        "07700 900452 but dont ring that ring 07700 900155",
        "07700 900452 plz dont ring that number, only ring 07700 900155",
        "07700 900452, dont ring that, he's in the house. ring 07700 900155",
        "dont ring me on my mum's number 07700 900452, use 07700 900155",
        "don't ring my old mobile 07700 900452, ring 07700 900155",
        "07700 900452 but please don't call that one, ring 07700 900155",
    ],
)
def test_a_number_that_is_taken_back_in_the_same_breath_is_not_kept(text: str) -> None:
    for before in (["Maureen"], ["Maureen", "07700 900155"]):
        kept = given(*before, text)
        assert kept["contact"] == "07700 900155" and "other_contact" not in kept


@pytest.mark.parametrize(
    "text",
    [
        "07700 900123 is mine and 07700 900124 is my husband's",
        "07700 900123, if there's no answer 07700 900124",
        "07700 900123, not after 6, then 07700 900124",
        "07700 900123 is the right one, 07700 900124 is my mums",
        "07700 900123, wait till after 6 for my husband on 07700 900124",
        "07700 900123. thats an old phone so it dies. my sister 07700 900124",
        "07700 900123 home, 07700 900125 work, no scrap that, work is 07700 900124",
        "07700 900123 but its no use in the day, then 07700 900124",
        "07700 900123, sorry to be a pain, and my daughter's is 07700 900124",
        "07700 900123 no not before 9, and 07700 900124 is my wife's",
        "07700 900123 but dont ring that after nine at night, then 07700 900124",
        "07700 900123 or ring my husband on 07700 900124",
        "07700 900123 but dont text it i cant read well, landline 07700 900124",
        "07700 900123 but dont call it if my husband is home, 07700 900124",
        "07700 900123, please dont ring it late, 07700 900124 is better late",
        "dont ring me on 07700 900123 at night, 07700 900124 is ok",
        "07700 900123 but dont ring it unless its urgent, otherwise 07700 900124",
        "after 5 dont ring 07700 900123, ring 07700 900124",
        "dont ring 07700 900123 on mondays, ring 07700 900124",
        "dont ring 07700 900123 mornings, 07700 900124 is ok mornings",
        "dont ring 07700 900123, texts are fine. ring 07700 900124",
        "you never call me on 07700 900123 like you promised, try my wife 07700 900124",
    ],
)
def test_two_numbers_are_both_kept_where_neither_is_taken_back(text: str) -> None:
    kept = given("Maureen", text)
    assert (kept["contact"], kept["other_contact"]) == ("07700 900123", "07700 900124")


@pytest.mark.parametrize(
    "text",
    [
        "please text dont ring. 07700 900123",
        "text me dont call 07700 900123",
        "dont text me on 07700 900123 its a landline",
        "please dont call 07700 900123 before 9",
        "07700 900123 please dont ring that number, he listens in",
        "dont ring 07700 900123, whatsapp me on 07700 900123",
    ],
)
def test_the_only_number_is_kept_however_it_is_not_to_be_used(text: str) -> None:
    assert given(text)["contact"] == "07700 900123"


def test_the_way_they_prefer_comes_first() -> None:
    assert given("07700 900123 or sam@example.org, email is best")["contact"] == "sam@example.org"


OFFERS = [
    {"text": text}
    for text in ("Monday 7 December 2026, 2pm", "Tuesday 8 December 2026, 10am", "Tuesday 8 December 2026, 2pm")
]


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("Monday 7 December 2026, 2pm", 0), ("the first one please", 0), ("2", 1), ("last", 2), ("monday", 0),
        ("mon is good", 0),
        ("10am", 1), ("tuesday", None), ("2pm", None), ("wednesday", None), ("hmm", None), ("tuesday 2pm", 2),
    ],
)  # fmt: skip
def test_a_time_is_picked_only_when_exactly_one_fits(text: str, place: int | None) -> None:
    assert picked(text, OFFERS) == (None if place is None else OFFERS[place])
