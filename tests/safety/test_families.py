"""Families of phrases: each is seen in several people's words, and its safe twin is not taken for danger."""

from __future__ import annotations

import pytest

from web.safety.danger import CLEAR, Danger

SEEN = {
    "ending it": (
        "safety.self",
        ["im gunna end it all tonight", "he keeps saying he'll end it", "she is going to top herself", "let me die"],
    ),
    "no more days": (
        "safety.self",
        ["I am not planning on being alive by spring", "i dont deserve to live", "not waking up tomorrow"],
    ),
    "going to somebody who has died": (
        "safety.self",
        ["going to be with my baby boy", "I am joining him tonight", "see you on the other side"],
    ),
    "last words": (
        "safety.self",
        ["ive wrote letters for the kids", "tell my mam i love her", "everyone would be fine without me"],
    ),
    "means": (
        "safety.self",
        [
            "just swallowed a load of pills",
            "ive been saving up my tablets",
            "the pills are lined up",
            "she took an overdose",
        ],
    ),
    "high places and water": (
        "safety.self",
        ["im stood on the bridge", "he is on the roof of the flats", "sat by the canal looking at the water"],
    ),
    "hurting oneself": (
        "safety.self",
        ["i cut my arms again", "back to cutting", "my mate self harms", "burnt myself again last night"],
    ),
    "somebody strikes a child": (
        "safety.child",
        [
            "next door's kids are being hit every night",
            "my stepdad locks me in",
            "daddy hurt me",
            "he touches my daughter",
        ],
    ),
    "marks on a child": (
        "safety.child",
        ["my nephew has got cigarette burns on his arm", "she came back from contact with bruises, shes 5"],
    ),
    "left alone, hungry, shut in": (
        "safety.child",
        [
            "the toddler has been left on his own all night",
            "theres no food in, im 11",
            "they lock the little lad in a shed",
        ],
    ),
    "men who use a child": (
        "safety.child",
        ["shes 13 and a grown man picks her up", "my son is 14 and hes carrying drugs for them"],
    ),
    "marriage and cutting": (
        "safety.child",
        [
            "they are taking her to pakistan to get married, she is 15",
            "theyre going to do the cutting on my niece, fgm",
        ],
    ),
    "what a carer fears to do": (
        "safety.child",
        ["i shook the baby too hard just now", "im scared i will hurt my baby", "i nearly threw her"],
    ),
    "speaking up for a child": (
        "safety.child",
        ["who do i ring about a child at risk", "I want to tell someone a kid is being hurt"],
    ),
    "violence at home": (
        "safety.adult",
        ["my boyfriend strangled me last night", "had me by the throat again", "her husband beats her"],
    ),
    "threats": (
        "safety.adult",
        ["he says he will burn the house down with me in it", "we got a bullet through the letterbox"],
    ),
    "he is here": (
        "safety.adult",
        ["hes outside my house", "im hiding in the bathroom, hes kicking the door in", "my ex is stalking me"],
    ),
    "kept in, kept short": (
        "safety.adult",
        ["they took my passport", "he wont let her have a phone", "im being forced to marry", "he locks me in"],
    ),
    "going to hurt somebody": (
        "safety.adult",
        [
            "im gonna smash that doctors face in",
            "ive got a hammer and im going round there",
            "she better watch her back",
        ],
    ),
    "illness and accident": (
        "safety.adult",
        [
            "nan has collapsed",
            "my husband is having a stroke",
            "cant breathe, chest is tight",
            "my mate's been stabbed, help",
        ],
    ),
}
OTHER_LANGUAGES = {
    "safety.self": [
        "mujhe jeena nahi hai",
        "main mar jana chahti hoon",
        "nie chcę już żyć",
        "Chcę umrzeć",
        "nechcem žiť",
        "nu mai vreau să trăiesc",
        "أريد أن أموت",
        "ana ayez amout",
        "ami bachte chai na",
        "মরতে চাই",
        "खुदकुशी",
    ],
    "safety.child": ["woh bachon ko roz maarta hai", "ojciec bije moje dziecko", "otec ma bije", "tata mă bate"],
    "safety.adult": ["shohar mujhe maarta hai", "mąż mnie bije", "muž ma bije", "زوجي يضربني", "soțul meu mă bate"],
}
SAFE = [
    # ending, days, last words
    "can we end it here, I have to cook",
    "i will not be around on friday, can we move the meeting",
    "when does it all end",
    "tell my mum the meeting is at two",
    "saying goodbye to him was the hardest thing",
    "she left a note, did the police keep it",
    "the world is worse without her",
    # means and places
    "do i bring my tablets to the meeting",
    "they found too many tablets at the post mortem",
    "is the office near the bridge",
    "we scattered her ashes by the river",
    "he jumped from the bridge in 2021",
    "they cut her cord too early",
    "she self harmed before she died, did the school know",
    # children
    "did the nursery write down the bruises",
    "who decided that he could go home with a broken arm",
    "she was left alone that night and nobody is blamed",
    "my kids are home at four, can someone ring me then",
    "how will the report stop another child being hurt",
    "he was starved and nobody noticed for months",
    "can i bring my sister who is 13",
    "she got married last summer, does her name matter",
    "the baby is due in may, can we meet before",
    # adults
    "he hit me for years before he went to prison, do i have to sit near him",
    "she was strangled, will the report say so",
    "someone threatened the witness at the trial",
    "the police took my phone as evidence",
    "the reviewer is outside, which door is it",
    "my ex is in prison for what he did to us",
    "am i allowed to leave the meeting if i cry",
    "does he get told my address",
    "his mam won't let me see my grandson, what are my rights",
    "will they ask why i stayed when he battered me",
    "did anyone know he had a knife",
    "our izzat is finished if people hear of an investigation",
    "my dad had a stroke two years ago and can't read much",
    "it broke my heart when they read it out",
    "I will swear on oath if I must",
    "i could murder a cup of tea",
]


@pytest.mark.parametrize(("kind", "text"), [(kind, text) for kind, texts in SEEN.values() for text in texts])
def test_a_family_of_phrases_is_seen_in_other_words(danger: Danger, kind: str, text: str) -> None:
    assert kind in {sign.kind for sign in danger.signs(text) if sign.level == CLEAR}


@pytest.mark.parametrize(("kind", "text"), [(kind, text) for kind, texts in OTHER_LANGUAGES.items() for text in texts])
def test_danger_is_seen_in_languages_that_families_here_speak(danger: Danger, kind: str, text: str) -> None:
    assert kind in {sign.kind for sign in danger.signs(text) if sign.level == CLEAR}


@pytest.mark.parametrize("text", SAFE)
def test_its_safe_twin_brings_no_full_help(danger: Danger, text: str) -> None:
    assert not [sign for sign in danger.signs(text) if sign.level == CLEAR]


def test_a_child_in_danger_of_any_kind_gets_the_help_for_children_too(danger: Danger) -> None:
    kinds = {sign.kind for sign in danger.signs("im 12 and i want to kill myself") if sign.level == CLEAR}
    assert kinds == {"safety.self", "safety.child"}
    assert {sign.kind for sign in danger.signs("i want to kill myself")} == {"safety.self"}


def test_small_signs_count_only_together(danger: Danger) -> None:
    together = "my niece is 7, she was never like this: she screams at bath time now, every night"
    assert "safety.child" in {sign.kind for sign in danger.signs(together)}
    for alone in ("my niece is 7", "she screams", "every night"):
        assert danger.signs(alone) == []


def test_the_past_takes_a_quiet_line_back(danger: Danger) -> None:
    assert danger.signs("she is scared of him")
    assert not danger.signs("back then she was scared of him")


def test_words_that_dialect_cuts_short_are_read_whole(danger: Danger) -> None:
    assert danger.spelling.words("hes hittin the bairn") == ["he", "is", "hitting", "the", "bairn"]
    assert danger.spelling.words("thin") == ["thin"]
