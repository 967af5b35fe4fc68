"""Danger is seen however it is typed; grief, sayings, courts and the past are not taken for it."""

from __future__ import annotations

import pytest

from web.safety.danger import CLEAR, POSSIBLE, Danger, sentences

CLEAR_SIGNS = {
    "safety.self": [
        "I am writing my last goodbyes to them",
        "I just want to say my last goodbyes to them all",
        "i left a suicide note he will find it",
        "I am going to do the high jump off the bridge",
        "I want to kill myself",
        "i wanna kill my self",
        "im gonna kil meself tonite",
        "K I L L M Y S E L F",
        "k1ll mys3lf",
        "I\u2019m going to end my life",
        "i just want to die",
        "I don't want to live any more",
        "i dont want to be here anymore",
        "they would all be better off without me",
        "I have taken an overdose",
        "ive took all my tablets",
        "been cutting myself again",
        "feeling suicidal since the letter",
        "im suiciidal",
        "suicidle and dont no who to tell",
        "by Friday there will be no me left",
        "i wish i was dead",
        "theres nothing left to live for",
        "My husband says he is going to kill himself",
        "my daughter is self harming",
        "she doesn't want to be alive",
        "How long does it take? Honestly I want to die.",
    ],
    "safety.child": [
        "I think I hurt my baby",
        "I think I shook my baby",
        "I have to say I hurt my daughter",
        "I want to write down that I hurt my baby",
        "my sister is yet to be married but dad is forcing her and she is 15",
        "my brother is hitting his kids",
        "hes hurting my little girl",
        "her boyfriend beats the baby",
        "our grandson is being hurt",
        "my son is not safe with his dad",
        "the children next door are in danger",
        "they keep leaving the kids home alone",
        "how do I report child abuse",
        "i want to report a child",
        "im scared of hurting my baby",
        "my stepdad hits me",
        "im 12 and he hits me",
        "the baby has gone floppy",
    ],
    "safety.adult": [
        "he broke in two doors down now he is at mine",
        "I have twelve minutes left before he is back",
        "my husband hits me",
        "he is going to kill me",
        "shes got a knife",
        "he won't let me leave the house",
        "he is trying to break in",
        "my mum has collapsed",
        "i have chest pains",
        "need an ambulance",
        "i am going to kill him when he gets out",
        "i swear i will stab that man",
        "ive been raped",
    ],
}
POSSIBLE_SIGNS = [
    "I wish it had been me",
    "I just want to be with my baby",
    "i cant go on like this",
    "whats the point of going on",
    "I'm not going to kill myself",
    "i would never kill myself",
    "I tried to kill myself years ago",
    "when i was a teenager i was cutting myself",
    "he has come back with bruises again",
    "she came home covered in bruises",
    "im terrified of him",
    "he reads my phone",
    "cant speak hes here",
    "hes back living with them",
    "i could kill him for what he did",
]
NO_SIGN = [
    "I've fostered eleven years and dealt with the LADO, but what is the Partnership?",
    "He'd had a bruise on his ear at nursery and they filled in a form about it",
    "I have twenty minutes break, explain it short",
    "the kids have got chicken pox, covered in spots the pair of them",
    "whos going for the high jump after",
    "I've said my goodbyes to him at the chapel of rest",
    "They say I hurt my baby. I never.",
    "someone wrote down that I hit him",
    "does it look at why nobody acted on the suicide note his friend handed in",
    "when i'm dead and gone years from now can they read it",
    "the council is threatening to stop our benefits",
    "dying to know when it will finish",
    "This waiting is killing me",
    "It kills me that nobody listened",
    "it hit me at the funeral",
    "The murder trial is in March, does that delay the review?",
    "He killed himself in prison. Is there still a review?",
    "she took her own life, do you look at that",
    "who decided what happened the day he was killed",
    "is it a criminal enquiry into how she was hurt",
    "he was hitting her for months and nobody noticed",
    "did the school report the bruises",
    "will the report say she was not safe",
    "keeping children safe",
    "i died inside that day",
    "bored to death with all these forms",
    "i nearly died of shame",
    "my phone is about to die",
    "is the report a danger of being named",
    "Who will see the report?",
    "I keep beating myself up over it",
    "how long does it take",
    "whats the point",
    "ive taken my tablets",
    "the baby is breathing better now",
    "the court case has collapsed",
    "the press are outside my house",
    "im scared of the meeting",
    "does the hospital have to report a child death",
    "we had a heart to heart",
    "i throw myself into work",
    "can i bring my sister with me",
    "\U0001f622",
    "",
    "...",
]


@pytest.mark.parametrize(("kind", "text"), [(kind, text) for kind, texts in CLEAR_SIGNS.items() for text in texts])
def test_a_clear_sign_is_seen_however_it_is_typed(danger: Danger, kind: str, text: str) -> None:
    assert kind in {sign.kind for sign in danger.signs(text) if sign.level == CLEAR}


@pytest.mark.parametrize("text", POSSIBLE_SIGNS)
def test_what_might_be_danger_is_a_possible_sign(danger: Danger, text: str) -> None:
    assert {sign.level for sign in danger.signs(text)} == {POSSIBLE}


@pytest.mark.parametrize("text", NO_SIGN)
def test_grief_sayings_and_the_past_are_no_sign(danger: Danger, text: str) -> None:
    assert danger.signs(text) == []


def test_a_saying_does_not_hide_the_danger_beside_it(danger: Danger) -> None:
    assert danger.signs("this waiting is killing me and i want to kill myself")[0].level == CLEAR


@pytest.mark.parametrize(
    ("everyday", "danger_beside"),
    [
        ("we have still got his sister here, she is six", "he is on bail and still got his sister here with him"),
        ("i had to find me a pair of glasses to read it", "i dont want the kids to find me some stranger should"),
        (
            "i have lived long enough to see a lot of these",
            "no way out of this for me i wont last long enough to see it",
        ),
        ("the aim is that it keeps other kids safe", "i cant keep the kids safe he locks them in the cellar"),
        ("we have no food money since the funeral", "he spends all the food money, there is no food in for the kids"),
        (
            "if i go see the reviewer do i get petrol money",
            "he came round with petrol, money is what he wants",
        ),
        ("i am afraid of home office", "they are forcing me to marry him, the home office will send me back"),
    ],
)
def test_everyday_words_bring_no_full_help_and_hide_no_danger(
    danger: Danger, everyday: str, danger_beside: str
) -> None:
    assert CLEAR not in {sign.level for sign in danger.signs(everyday)}
    assert danger.signs(danger_beside)


def test_somebody_who_sits_across_from_them_may_be_why_they_say_no_more(danger: Danger) -> None:
    assert CLEAR in {sign.level for sign in danger.signs("he's sat across from me so i cant say much")}


def test_a_denial_reaches_no_further_than_its_own_phrase(danger: Danger) -> None:
    assert CLEAR in {sign.level for sign in danger.signs("i can not cope. i want to kill myself")}
    assert CLEAR in {sign.level for sign in danger.signs("i do not sleep and i want to die")}


def test_signs_come_in_the_order_of_the_text(danger: Danger) -> None:
    signs = [sign.kind for sign in danger.signs("my husband hits me and i want to kill myself")]
    assert signs.index("safety.adult") < signs.index("safety.self")


def test_a_very_long_message_is_read_to_its_end(danger: Danger) -> None:
    assert danger.signs("why " * 8000 + "i want to kill myself")[0].level == CLEAR


def test_every_kind_of_danger_has_rules(danger: Danger) -> None:
    assert set(danger.kinds) == {"safety.self", "safety.child", "safety.adult"}


def test_sentences_keep_their_question_marks() -> None:
    assert sentences("One. Two? three\nfour?") == ["One.", "Two?", "three", "four?"]
