"""The questions of a message that asks several, by spaCy's sentences and a matcher for "and who", ", can we", "(b)".

Where nothing joins them ("whats a cspr whats the email"), a question begins with its own opening words.
"""

from __future__ import annotations

import re
from collections.abc import Sequence, Set
from itertools import dropwhile, pairwise
from typing import Any

import numpy as np
import spacy
from spacy.attrs import IS_ALPHA, IS_PUNCT, IS_SPACE, LOWER
from spacy.language import Language
from spacy.matcher import Matcher
from spacy.tokens import Doc, Span, Token

from bot.understanding.normalise import has_words

LISTED = [*"123456789)", "firstly", "secondly", "second", "thirdly", "third", "lastly", "finally"]  # "2) can we"
JOINS = ["and", "also", "but", "n", "nd", "an", "&", "plus", "or", "then", ",", ";", "-", "/", "oh", "so", *LISTED]
ASKS = (
    "how hows hw what whats whatd wat wats when whens wen whn where wheres whered who whos whose whod hoo why whys "
    "which if whether whom any anyone give can cant could cud will wil would wud do dont does dos did is are am was "
    "wos should shud shall may must have has wot wots r"
).split()
TAKEN = "talk walk".split()  # "talk us through it"
# Whose wish it is and what such a wish says, alone or after "would"; what somebody is told to do.
WISHING, WISHED = "i we she he they".split(), "want wants wanna need needs".split()
WISH = "wish desire".split()  # before "to": "I wish he was here" is none
ASKING = "ask wonder".split()
WOULD, LIKED = "would 'd ’d d".split(), "like love prefer want need".split()
SHORT_WISHES = "id wed shed hed theyd".split()
WILL, SHORT_WILLS = "'ll ’ll ll".split(), "il ill shell hell theyll".split()
NEEDED = "ask bring have know see speak".split()  # "I'll need to know", but not "and we'll need to bury him"
WANTED = "ask book know".split()  # "and want to know", but not "and want it all to stop"
# "I don't know why": a question, though it does not begin as one; but "I don't know how to live, if I can" is none.
NOT, KNOWING, DESPAIR = "n't n’t nt not".split(), "get know see understand".split(), "to i".split()
UNKNOWN = "dunno idk".split()
NOT_KNOWN = re.compile(
    rf"\b(?:(?:i|we)\sdo\s?(?:n['’]?t|not)\s(?:{'|'.join(KNOWING)})|{'|'.join(UNKNOWN)})\s"
    rf"(?:how|if|wat|what|when|where|whether|who|why|wot)\s(?!(?:{'|'.join(DESPAIR)})\b)",
    re.IGNORECASE,
)
# "I remain uncertain as to who": asked so, wherever it stands.
NOT_SURE = re.compile(
    r"\b(?:uncertain|unclear|unsure|not\s(?:certain|clear|sure))\s(?:as\sto\s|about\s)?"
    rf"(?:how|what|when|where|whether|which|who|why)\s(?!(?:{'|'.join(DESPAIR)})\b)",
    re.IGNORECASE,
)
# "And he says when": asked for somebody else, after another question only ("and my mum says how God" tells something).
SAYING, SAYS = "he she they".split(), "ask asks says".split()
ASKING_ABOUT = "asks wonders".split()
# "… and my father can come with us?": who would do it, before the verb, after a question and with its mark at the end.
STATED = "can may must shall should will".split()  # not "could": "and he could not walk, why?"
BEING_IN = "given included mentioned named printed published put shown written".split()
ANDS, REFUSING = "and also plus & n ,".split(), "not never just n't nt".split()  # not "so I can read it"
WHO, WHOSE = (
    "anybody anyone everybody everyone he i it people she they u we you".split(),
    "her his my our the their your".split(),
)
COMING, ALONG = "attend come sit".split(), "along with".split()
COMES_ALONG = re.compile(rf"\bto\s(?:{'|'.join(COMING)})\s(?:{'|'.join(ALONG)})\b", re.IGNORECASE)
# "And to be told whether"; "and at the end who".
TO_BE_TOLD, TO_KNOW = "advised informed shown told".split(), "hear know learn".split()
NOT_WHY = [word for word in ASKS if word not in ("why", "whys")]  # "to hold him and to know why"
# "You used to be the board, weren't you": a question by its end.
TAG = re.compile(
    r"\b(?:(?:ai|are|ca|could|did|do|does|had|has|have|is|must|should|was|were|wo|would)n['’]?t|int|dint)"
    r"\s(?:i|you|u|he|she|it|they|we)\W*$|\binnit\W*$",
    re.IGNORECASE,
)
MORE = "another final last one".split()  # before such a thing: "one more thing does"
ASKED_THEN = "are can could do does how is may should what when where who will would".split()
PLACES, DURING = "our that the this your".split(), "after at before during in".split()  # "and at the meeting who"
OTHERS, THINGS = "last next other second third".split(), "one question thing".split()  # "and the other thing is how"
FIRST, LATER = {"first", "firstly"}, {"secondly", "thirdly", "lastly"}  # not "my first child and my second"
TOLD = "book cancel change confirm define delete explain give get inform put ring send state tell".split()
BESIDES = "after also finally further generally kindly like once please pls roughly separately then um".split()
LETTERS = [*"abcd1234", "ii", "iii"]
# "Kindly advise (a) who … (b) when …"; but "ring me please" says something.
LEADS_IN = {*BESIDES, *LETTERS, *"advise and answer define explain give inform me please state tell us".split()}
# What a question begins with where nothing joins it to the one before: words that ask, or a verb before who does it.
OPENS = "what wot wots who where when how why".split()
AFTER_WHO = "can could did do does should will would 's ’s s".split()  # not "is": "my mum who is poorly"
AFTER_OPENS = [*AFTER_WHO, *"am are has have is r was were".split()]
HOW = "long many much".split()
VERBS = (
    "am are can cant could cud did do does dont dos has is may r shall should shud was wil will wos would wud"
).split()
DOING, BEING = "am can could did do does should will would".split(), "are is r".split()
DOERS, THEMES = "i it my our they u we you".split(), "it they this".split()  # not "that": "my worry is that he"
# Such a word has a verb to come ("how long will it"), and after a condition nothing opens ("if I come will they").
WAITS, CONDITIONS = {*OPENS, *"which whose wat wen whn hw hoo".split()}, {"if", "unless", "once", "whether"}
# What either may follow without beginning a question: "tell me what", "the lady who", "he can", "I can't do it".
LEADS = set(
    (
        "about and are ask asked at be by ca can could did do does explain find for from he i idea if in is "
        "know lady man matter me mind my n't never no not nt n’t of on once only or out people person point "
        "say says see she should someone tell that the them there they those to u understand us was we "
        "whatever which who whom whose will with wo woman wonder wondering would you "
    ).split()
)
ABOUT = "about after at by during for from in of on over to under until with within".split()  # "and for how long"
BEFORE_QUESTIONS = {*JOINS, *ABOUT, *BESIDES, "that", "but", "hi", "hello", "hiya", "please", "pls", "ok", "well", "um"}
BEGINS_QUESTIONS = {*ASKS} - {"have", "must", "any", "anyone", "give"}
BEGINS_REQUESTS = {*TOLD, "call", "im", "let", "move", "need", "wanna", "want"}
FIRST_WORDS = 6  # among which a question has one that asks
# Of a very long message the end is read closer: the question often stands there.
MOST_QUESTIONS = 8
AROUND = " ,;\n"  # marks around a part
# How much a part that is marked as a question, and the last part, count beside an ordinary part of a story.
MARKED, LAST = 2.0, 1.0


# What is asked of a word. spaCy finds out 23 things of each that it does not know, and here it forgets them all.
ASKED_OF_WORDS = (LOWER, IS_ALPHA, IS_PUNCT, IS_SPACE)


def pipeline() -> Language:
    """spaCy's blank English words and sentences; nothing is downloaded."""
    nlp = spacy.blank("en")
    nlp.add_pipe("sentencizer")
    finders = nlp.vocab.lex_attr_getters  # type: ignore[attr-defined]  # it is not in spaCy's stubs
    for attribute in [one for one in finders if one not in ASKED_OF_WORDS]:
        del finders[attribute]
    return nlp


def question_matcher(nlp: Language) -> Matcher:
    """Finds where one question ends and the next begins."""
    matcher = Matcher(nlp.vocab)
    join: dict[str, Any] = {"LOWER": {"IN": JOINS}}
    ask: dict[str, Any] = {"LOWER": {"IN": ASKS}}
    joins: list[dict[str, Any]] = [join, {"LOWER": {"IN": JOINS}, "OP": "*"}]
    about: list[dict[str, Any]] = [{"LOWER": {"IN": ABOUT}}, {"LOWER": "that", "OP": "?"}]
    beside: dict[str, Any] = {"LOWER": {"IN": BESIDES}, "OP": "?"}
    wishing: dict[str, Any] = {"LOWER": {"IN": WISHING}}
    wills: list[list[dict[str, Any]]] = [[wishing, {"LOWER": {"IN": WILL}}], [{"LOWER": {"IN": SHORT_WILLS}}]]
    needs: list[list[dict[str, Any]]] = [[{"LOWER": {"NOT_IN": ["to"]}}], [{"LOWER": "to"}, {"LOWER": {"IN": NEEDED}}]]
    wishes: list[list[dict[str, Any]]] = [
        [wishing, {"LOWER": {"IN": WISHED}}],
        [wishing, {"LOWER": {"IN": WOULD}}, {"LOWER": {"IN": LIKED}}],
        [{"LOWER": {"IN": SHORT_WISHES}}, {"LOWER": {"IN": LIKED}}],
        *([*will, {"LOWER": "need"}, *needed] for will in wills for needed in needs),
        [{"LOWER": {"IN": ["want", "wanna"]}}, {"LOWER": "to", "OP": "?"}, {"LOWER": {"IN": WANTED}}],
        [wishing, {"LOWER": {"IN": WISH}}, {"LOWER": "to"}],
    ]
    told: list[list[dict[str, Any]]] = [
        [{"LOWER": {"IN": TOLD}}],
        [{"LOWER": "let"}, {"LOWER": {"IN": ["me", "us"]}}],
        [{"LOWER": {"IN": TAKEN}}, {"LOWER": {"IN": ["me", "us"]}}, {"LOWER": "through"}],
        [{"LOWER": "once"}],
        [{"LOWER": "say"}, {"LOWER": {"IN": ["if", "whether"]}}],
    ]
    more: list[dict[str, Any]] = [
        {"LOWER": {"IN": MORE}},
        {"LOWER": "more", "OP": "?"},
        {"LOWER": {"IN": THINGS}},
    ]
    says: list[dict[str, Any]] = [{"LOWER": {"IN": SAYS}}, {"LOWER": {"IN": ["if", "whether"]}, "OP": "?"}, ask]
    unknown: list[dict[str, Any]] = [{"LOWER": {"IN": ["i", "we"]}}, {"LOWER": "do"}, {"LOWER": {"IN": NOT}}]
    goes_on: dict[str, Any] = {"LOWER": {"NOT_IN": DESPAIR}}
    one = {"LOWER": {"IN": THINGS}, "OP": "?"}
    other: list[dict[str, Any]] = [{"LOWER": "the"}, {"LOWER": {"IN": OTHERS}}, one, {"LOWER": "is"}]
    others = ([*other, *each] for each in ([ask], *wishes))
    nexts: list[list[dict[str, Any]]] = [[ask], *wishes, *told, *others]
    matcher.add("NEXT", [[*joins, beside, *each] for each in nexts])
    for end in (["at", "the", "end"], ["in", "the", "end"], ["after", "that"]):
        matcher.add("LATER", [[*joins, *({"LOWER": word} for word in end), ask]])
    place: list[dict[str, Any]] = [{"LOWER": {"IN": DURING}}, {"LOWER": {"IN": PLACES}}, {"IS_ALPHA": True}]
    matcher.add("LATER", [[*joins, *place, {"LOWER": {"IN": ASKED_THEN}}]])
    to: list[dict[str, Any]] = [*joins, {"LOWER": "to"}]
    told_what: list[dict[str, Any]] = [
        {"LOWER": "be"},
        {"LOWER": {"IN": TO_BE_TOLD}},
        {"LOWER": {"IN": [*ASKS, *ABOUT]}},
    ]
    matcher.add("WISHED", [[*to, *told_what], [*to, {"LOWER": {"IN": TO_KNOW}}, {"LOWER": {"IN": NOT_WHY}}]])
    states: list[dict[str, Any]] = [{"LOWER": {"IN": STATED}}, {"LOWER": {"NOT_IN": REFUSING}}]
    stands: list[dict[str, Any]] = [{"LOWER": {"IN": ["are", "is"]}}, {"LOWER": {"IN": BEING_IN}}]
    ands: list[dict[str, Any]] = [{"LOWER": {"IN": ANDS}}, {"LOWER": {"IN": ANDS}, "OP": "?"}]
    thing: list[dict[str, Any]] = [{"LOWER": {"IN": WHOSE}}, {"IS_ALPHA": True}]
    matcher.add("STATED", [[*ands, {"LOWER": {"IN": WHO}}, *states]])
    for between in range(4):
        owned = [*ands, *thing, *({"IS_ALPHA": True} for _ in range(between))]
        matcher.add("STATED", [[*owned, *states], [*owned, *stands]])  # "and my name is written in it?"
        # "I want an interpreter and also my cousin to come with me"
        matcher.add("WISHED", [[*owned, {"LOWER": "to"}, {"LOWER": {"IN": COMING}}, {"LOWER": {"IN": ALONG}}]])
    matcher.add("NEXT", [[*joins, *about, ask]])
    matcher.add("NEXT", [[*joins, *unknown, {"LOWER": {"IN": KNOWING}}, ask, goes_on]])
    matcher.add("NEXT", [[*joins, {"LOWER": {"IN": UNKNOWN}}, ask, goes_on], [*joins, *more, ask]])
    wondering: list[dict[str, Any]] = [
        {"LOWER": {"IN": ["i", "we"]}},
        {"LOWER": {"IN": ASKING}},
        {"LOWER": "also", "OP": "?"},
        {"LOWER": {"IN": ["if", "whether"]}},
    ]
    for asking in ([{"LOWER": {"IN": SAYING}}, *says], [{"LOWER": "my"}, {"IS_ALPHA": True}, *says], wondering):
        matcher.add("LATER", [[*joins, *asking]])
    matcher.add("NEXT", [[{"TEXT": "("}, {"LOWER": {"IN": LETTERS}}, {"TEXT": ")"}]])
    return matcher


def questions_of(doc: Doc, matcher: Matcher) -> list[str]:
    """The parts of a message that may each ask something, in order; none where it is one part only."""
    found = [(doc.vocab.strings[kind], start, end) for kind, start, end in matcher(doc)]
    asked = {start for kind, start, _ in found if kind == "NEXT"}
    joined = [(start, end) for kind, start, end in found if kind == "NEXT" or _begins(kind, doc[start], asked)]
    joins, inside = {start for start, _ in joined}, {place for start, end in joined for place in range(start + 1, end)}
    every = list(doc.sents)
    bare = len(every) > 1 and all(map(_is_bare_question, every))
    parts: list[str] = [sentence.text.strip() for sentence in every] if bare else []
    short = ""  # a beginning too short to be a part: it belongs to the next
    for sentence in [] if bare else every:
        begin = sentence.start
        places = joins | (_openings(sentence) - inside) | _lines(sentence)
        for place in [*sorted(place for place in places if sentence.start < place < sentence.end - 1), sentence.end]:
            if _long_enough(doc[begin:place]):
                parts.append(f"{short} {doc[begin:place].text.strip(AROUND)}".strip())
                begin, short = place, ""
        rest = doc[begin : sentence.end].text
        if begin < sentence.end and has_words(rest):
            if parts:
                parts[-1] = f"{parts[-1]} {rest}"
            else:
                short = f"{short} {rest}".strip()
    if len(parts) > MOST_QUESTIONS:  # the first ones together
        parts = [" ".join(parts[: 1 - MOST_QUESTIONS]), *parts[1 - MOST_QUESTIONS :]]
    return parts if len(parts) > 1 else []


def _begins(kind: str, token: Token, asked: Set[int]) -> bool:
    """True where a question begins that was found by a rule of question_matcher which holds only after another question
    or a wish, so that grief stays whole ("we asked to be there and to be told when"). `asked`: where others begin.
    """
    sentence = token.sent
    before = token.doc[sentence.start : token.i]
    if kind == "WISHED":
        return is_request(before.text)
    marked = kind == "LATER" or sentence.text.rstrip().endswith("?")
    after_one = (
        is_question(before.text) or is_request(before.text) or any(sentence.start < place < token.i for place in asked)
    )
    return marked and after_one and not _sets_a_condition(before)


def _sets_a_condition(before: Span) -> bool:
    """True for "if I come"; not for "my wife asks if it is a trial"."""
    follows = zip(before, [None, *before], strict=False)
    return any(
        token.lower_ in CONDITIONS and (earlier is None or earlier.lower_ not in (*SAYS, *ASKING_ABOUT, *ASKING))
        for token, earlier in follows
    )


def _is_bare_question(sentence: Span) -> bool:
    """True for "law?" and "the police?": nothing but what it is about."""
    return sentence.text.rstrip().endswith("?") and 0 < sum(token.is_alpha for token in sentence) <= 2


def _lines(sentence: Span) -> set[int]:
    """Where a new line begins with a question or a wish; other lines are only wrapped."""
    ends = [token.i for token in sentence if token.is_space and "\n" in token.text]
    starts = [sentence.start, *(end + 1 for end in ends)]
    texts = [sentence.doc[start:end].text for start, end in zip(starts, [*ends, sentence.end], strict=True)]
    begun = zip(starts[1:], pairwise(texts), strict=True)
    return {start for start, (before, line) in begun if _opens_a_line(line, _opens_a_line(before))}


def _opens_a_line(line: str, after_question: bool = False) -> bool:
    """True for a question or a wish. A line that begins with a verb may go on with a sentence ("my girl, is gone"): it
    asks after a question, or where who does it comes next.
    """
    first, second = [*_words(line)[:2], "", ""][:2]
    if first in VERBS and not after_question:
        return second in (*DOERS, *THEMES, "any", "anyone", "he", "her", "his", "she", "the", "there")
    return is_question(line) or is_request(line)


def _openings(sentence: Span) -> set[int]:
    """Where a question may begin that nothing joins to what is before it ("who can", "do we"), and a list goes on."""
    found: set[int] = set()
    words = [token.lower_ for token in sentence]
    waits = False
    for place, (before, word, after) in enumerate(zip(words, words[1:], words[2:], strict=False), start=1):
        waits = (waits or before in WAITS) and before not in AFTER_OPENS
        together = before in ("me", "us") and words[place - 2 : place - 1] == ["with"]  # "with me where is it"
        opens = (together or before not in LEADS) and not CONDITIONS & set(words[:place])
        if opens and (_asks_so(word, after) or (not waits and _does_so(before, word, after))):
            found.add(sentence.start + place)
        elif word in ("and", "plus") and after == "the" and _lists(words, place):
            found.add(sentence.start + place)
        elif word in LATER and FIRST & set(words[:place]):
            found.add(sentence.start + place - (before == "and"))
    return found


def _asks_so(word: str, after: str) -> bool:
    if word in OPENS and after == "else":
        return True
    return word == "wots" or (word in OPENS and after in (AFTER_WHO if word == "who" else [*AFTER_OPENS, *HOW]))


def _does_so(before: str, word: str, after: str) -> bool:
    return (word in DOING and after in DOERS) or (word in BEING and after in THEMES and before != "it")


def _lists(words: Sequence[str], place: int) -> bool:
    """True for things asked for one after the other: "state the law and the", "the law of it, and the names of"."""
    both = words[0] == "the" and "of" in words[:place] and "of" in words[place:]
    return both or words[0] in (*TOLD, "kindly", "please") or ":" in words[:place]


def _long_enough(span: Span) -> bool:
    """Two words that say more than "kindly tell me", and are not the beginning of a question with a remark in it ("Who,
    apart from her, …").
    """
    words = [token.lower_ for token in span if token.is_alpha]
    return len(words) >= 2 and not LEADS_IN.issuperset(words) and not (span[0].lower_ in ASKS and span[1].text == ",")


def asks(part: str) -> bool:
    """True for what is worded as a question, a wish or an order: by its mark, or by one of its first words."""
    first = _words(part)[:FIRST_WORDS]
    return (
        "?" in part
        or is_request(part)
        or any(word in (*ASKS, *TOLD, *WISHED) for word in first)
        or NOT_KNOWN.search(part) is not None
        or NOT_SURE.search(part) is not None
        or TAG.search(part) is not None
    )


def is_question(part: str) -> bool:
    """True for what is a question by itself: it has the mark, or begins, after "and" or "hi", as questions do.

    "When they closed the ward" begins a story; "and if it has" still asks.
    """
    words, every = _after_joins(part), _words(part)
    if part.rstrip().endswith("?") or TAG.search(part) or NOT_SURE.search(part):
        return True
    if NOT_KNOWN.search(" ".join(words[:FIRST_WORDS])):
        return True
    if words == every and every[:1] in (["when"], ["if"]):
        return every[1:2] != [] and every[1] in ASKS
    return words[:1] != [] and words[0] in BEGINS_QUESTIONS


def is_request(part: str) -> bool:
    """True for what begins, after "and" or "hi", as wishes do: "i want", "tell me"."""
    first, second, third, fourth = [*_after_joins(part)[:4], "", "", "", ""][:4]
    joined = _words(part)[:1] != [] and _words(part)[0] in JOINS
    if joined and first in WHOSE and COMES_ALONG.search(part):
        return True  # "I want an interpreter" - "and also my cousin to come with me"
    if first in SHORT_WILLS:
        return second == "need" and (third != "to" or fourth in NEEDED)
    if first in TAKEN:
        return second in ("me", "us") and third == "through"
    if first == "say":
        return second in ("if", "whether")
    if first in WISHING:
        return second in WISHED or (second == "would" and third in LIKED) or (second in WISH and third == "to")
    return first in BEGINS_REQUESTS or (first in SHORT_WISHES and second in LIKED)


def _after_joins(part: str) -> list[str]:
    every = _words(part)
    joined = list(dropwhile(JOINS.__contains__, every))
    first, second, third, fourth = [*joined[:4], "", "", "", ""][:4]
    words = list(dropwhile(BEFORE_QUESTIONS.__contains__, every))
    if words[:1] == ["my"] and set(words[2:3]) & set(ASKING_ABOUT) and set(words[3:4]) & {"if", "whether"}:
        return words[3:]  # "my wife asks if", also where nothing joins it
    if first in DURING and second in PLACES and fourth in ASKED_THEN:  # "and at the meeting who"
        return joined[3:]
    if len(joined) < len(every) and first in (*SAYING, "my") and (second in SAYS or third in SAYS):
        return joined[2:] if second in SAYS else joined[3:]  # "and he says", "and my dad asks"
    if words[:1] != [] and words[0] in MORE and {*words[1:3]} & {*THINGS}:  # "one more thing"
        words = words[2:] if words[1] in THINGS else words[3:]
    if len(joined) < len(every) and first in ("i", "we") and second in ASKING and third in ("if", "whether"):
        return joined[2:]  # "and I ask if"
    another = words[:1] == ["the"] and words[1:2] != [] and words[1] in OTHERS and "is" in words[2:4]
    return words[words.index("is") + 1 :] if another else words


def _words(part: str) -> list[str]:
    """The words in small letters, without marks: "who's" is "whos"."""
    words = (re.sub(r"[^\w&/;-]", "", word).lower() for word in part.split())
    return [word for word in words if word]


def weights(parts: Sequence[str]) -> np.ndarray:
    """How much each part of a message counts; they add up to 1."""
    counts = np.array([1.0 + MARKED * ("?" in part) for part in parts])
    counts[-1] += LAST
    return np.asarray(counts / counts.sum())
