"""What a message gives for a meeting: name, contact, when, where, who, who comes along, needs; in their own words.

A message is cut at its commas and ends of sentences into clauses. In a clause, phrases of data/details/phrases.yml
begin stretches: a stretch runs to the next phrase of another kind. What stands before the first is a name, belongs to
the stretch that follows it, or is an answer to what was asked.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache

from actions.details import names
from actions.details.contacts import Broken, Contact, blanked, contacts, refused
from actions.details.reading import Hit, Phrases, Word, known, phrases, words

FREE = ("when", "where", "who", "bringing", "needs")
FEWEST_WORDS_OF_ANOTHER = 2  # of a name behind "she's": one word may be a faith, or where she is from
TELL_NOTHING = ("contact", "greeting", "sitting")
MOST_LETTERS = 500  # what is kept of one detail
FEWEST_WORDS_OF_A_QUESTION = 3  # "tuesday?" answers, and asks nothing that the leaflet could answer
_CLAUSE_END = (",", ";", "\n", ".", "!", "?", "(", ")", "•", "*", "|")
_TRIMMED = (
    "and also so please pls plz but then ok okay yes yeah yep hi hello hiya hey well oh um erm er n & + - : ' \" sorry "
    "no actually maybe thanks thank cheers ta would it can could make lets"
).split()
_TRIMMED_BEHIND = (
    "and also so please pls plz but then ok okay thanks thank cheers ta n & is with i want instead".split()
)
MOST_WORDS_BEFORE = 8  # of a clause that belong to a phrase after them: what stands before that is the story
# Begins a question that tells nothing about the meeting, whatever words stand in it.
_WH = (
    "who whos whose wholl what whats whatll wot wots when whens where wheres why whys how hows which do does did will "
    "are was"
).split()
_FILLERS = "and n nd an but or so oh ok also hi actually".split()  # not "er" or "well": "er, Will Smith"
_POLITE, _WHO = {"hello", "please", "pls", "sorry", "wait"}, {"how", "what", "where", "who", "whos", "why"}
_SUBJECTS = "anyone he i it my she someone that there they this u we you your".split()
# "Wait, before I put my name, will you": what is asked comes after it, with a comma or without.
_BEFORE_THAT = {"before", "b4"}
_TELLS = {"am", "is"}
_GIVEN = "address anything details email it me name nowt number nout owt phone that this us you".split()
_PROPOSES = ("how about", "what about")
_ASKS = (*_WH, "can", "could", "would", "is", "should", "may", "shall", "must", "am", "have", "has", "if", "whether")
_ADMITS_WHEN_ASKED = 2  # letters that an answer in free words has at least


@dataclass
class Found:
    """What a message gives.

    `introduced`: the name came with "my name is" or the like, said of themselves. `question`: the clauses that ask
    something. `rest`: what is left when all of it is taken away, in their words.
    """

    contacts: list[Contact] = field(default_factory=list)
    broken: list[Broken] = field(default_factory=list)
    details: dict[str, str] = field(default_factory=dict)
    introduced: bool = False
    question: str = ""
    rest: str = ""

    @property
    def anything(self) -> bool:
        """True where there is something to take."""
        return bool(self.contacts or self.details)


@dataclass
class _Clause:
    words: list[Word]
    asks: bool


def find(text: str, asked: str | None = None) -> Found:
    """Reads a message. `asked` is the detail that was asked for: an answer to it needs no other sign."""
    good, broken = contacts(text)
    not_meant = refused(text, good)
    text = blanked(text, not_meant)
    good = [one for one in good if one.shown not in {each.shown for each in not_meant}]
    rest, labelled = _without_labels(blanked(blanked(text, good), broken))
    found = Found(contacts=good, broken=broken)
    reading = _Reading(rest, found, asked)
    for clause in _clauses(words(rest), rest):
        if asked == "when" and _tells_when(clause.words, rest):
            clause = _Clause(clause.words, False)
        reading.clause(clause)
    reading.finish()
    found.details.update(labelled)
    return found


def beside_danger(text: str) -> Found:
    """What a message gives that also shows danger: contacts, and a name that is introduced.

    Words about when and where may be about the danger: "tonight", "at home".
    """
    found = find(text)
    name = {"name": found.details["name"]} if found.introduced else {}
    return Found(contacts=found.contacts, details=name, introduced=found.introduced)


@cache
def _label() -> re.Pattern[str]:
    label = "|".join(sorted(known("phrases.yml")["labels"], key=len, reverse=True))
    value = rf"(?P<value>[^\n,;]*?)(?=$|[\n,;]|\.[ \t]+(?:{label})[ \t]*[:=])"
    return re.compile(rf"(?im)(?:^|(?<=[,;.]))[ \t]*({label})[ \t]*[:=][ \t]*{value}")


def _without_labels(text: str) -> tuple[str, dict[str, str]]:
    """The text with "When:" and the like blanked out, and what stands behind those that name a detail."""
    labelled: dict[str, str] = {}
    for match in _label().finditer(text):
        detail, value = known("phrases.yml")["labels"][match[1].lower()], match["value"].strip(" .")
        if detail and value:
            labelled[detail] = value[:MOST_LETTERS]
        text = (
            text[: match.start(1)]
            + re.sub(r"\S", " ", text[match.start(1) : match.start("value")])
            + text[match.start("value") :]
        )
    return text, labelled


def question_in(text: str) -> str:
    """The sentences of a message that ask something, as they are written; empty where it asks nothing."""
    return find(text).question


@cache
def _parts() -> Phrases:
    return phrases("phrases.yml", "parts")


@cache
def _somebodys_house() -> Phrases:
    return phrases("phrases.yml", "somebodys_house")


def _is_somebodys_house(read: list[Word], text: str) -> bool:
    """True for "trishs house"; not for "this place", and "James House" may be a name."""
    whole = any(hit.start == 0 and hit.end == len(read) for hit in _somebodys_house().every(read))
    return whole and read[0].plain != "this" and not text[read[-1].start].isupper()


@cache
def _who_kinds() -> Phrases:
    return phrases("phrases.yml", "who_kinds")


@cache
def _not_who() -> Phrases:
    return phrases("phrases.yml", "not_who")


@cache
def _messages() -> Phrases:
    return phrases("phrases.yml", "messages")


def who_kind(text: str) -> str | None:
    """`reviewer`, `staff` or `either`: whom the words name; None where they name nobody of these."""
    kinds = _who_kinds().names(words(text))
    if "either" in kinds or {"reviewer", "staff"} <= kinds:
        return "either"
    return next(iter(kinds), None)


def may_leave_message(text: str) -> bool | None:
    """What a message says about leaving messages; None where it says nothing."""
    kinds = _messages().names(words(text))
    return None if not kinds else "may_not" not in kinds


class _Reading:
    """One message being read."""

    def __init__(self, text: str, found: Found, asked: str | None) -> None:
        self._text = text
        self._found = found
        self._asked = asked
        self._stretches: dict[str, list[tuple[int, int]]] = {}
        self._left: list[tuple[int, int, list[Word]]] = []
        self._questions: list[str] = []
        self._names: list[str] = []
        self._others: list[str] = []  # said to be somebody else's: "she's Adaeze Obi"

    def clause(self, clause: _Clause) -> None:
        """Takes what stands between two commas."""
        read = _without_whom_they_refuse(clause.words)
        if self._asked != "name" and _is_somebodys_house(read, self._text):
            self._stretches.setdefault("where", []).append((read[0].start, read[-1].end))
        elif read:
            self._read(_Clause(read, clause.asks))

    def _read(self, clause: _Clause) -> None:
        if clause.asks:
            self._questions.append(self._slice(clause.words))
        if clause.asks and clause.words[0].plain in _WH and not _starts(clause.words, _PROPOSES):
            return
        hits = self._hits(clause.words)
        if hits and self._asked == "name" and not self._names and names.all_known(clause.words):
            hits = []  # "April Summers"
        if not hits:
            self._leave([] if clause.asks else clause.words)
            return
        before = clause.words[: hits[0].start]
        begin = hits[0].start
        if before and not clause.asks and hits[0].name in FREE and not self._is_name(before):
            begin = 0 if len(before) <= MOST_WORDS_BEFORE or hits[0].name == self._asked else begin
        elif before and not clause.asks:
            self._leave(before)
        for place, hit in enumerate(hits):
            end = hits[place + 1].start if place + 1 < len(hits) else len(clause.words)
            start = begin if place == 0 else hit.start
            self._stretch(hit, clause.words[start:end], clause.words[hit.end : end])

    def finish(self) -> None:
        """Puts what was found in its place."""
        details = self._found.details
        for kind, spans in self._stretches.items():
            value = self._joined(spans)
            if value:
                details[kind] = value
        self._take_left()
        if self._names or self._others:
            details["name"] = [*self._names, *self._others][0]
        self._found.question = " ".join(self._questions).strip()

    def _stretch(self, hit: Hit, whole: list[Word], after: list[Word]) -> None:
        if hit.name in TELL_NOTHING:
            return
        begins = len(whole) - len(after) - (hit.end - hit.start)  # where the phrase itself stands
        phrase = whole[begins : len(whole) - len(after)]
        if hit.name == "name":
            self._take_name(hit, whole, phrase)
            return
        trimmed = _trimmed(phrase if hit.name == "who" else whole)
        noes = [place for place in range(max(0, begins - 2), begins + 1) if whole[place].plain == "no"]
        if hit.name == "needs" and noes:  # "no calls please", "no need for an interpreter"
            trimmed = [whole[noes[0]], *_trimmed(whole[noes[0] + 1 :])]
        if trimmed:
            self._stretches.setdefault(hit.name, []).append((trimmed[0].start, trimmed[-1].end))

    def _take_name(self, hit: Hit, whole: list[Word], phrase: list[Word]) -> None:
        name = self._introduced(hit, whole)
        if name is None:
            return
        introduction = [word.plain for word in phrase]
        found = self._others if names.only_says_who(introduction) else self._names
        found.append(self._text[name[0].start : name[-1].end])
        self._found.introduced |= not names.of_another(introduction)

    def _hits(self, read: list[Word]) -> list[Hit]:
        """What begins a stretch of the clause; nothing inside a name that is introduced counts."""
        hits = [hit for hit in _parts().hits(read) if self._holds(hit, read)]
        named: list[Word] = []
        for hit in hits:
            if hit.name == "name":
                named += self._introduced(hit, read[hit.start :]) or []
        return _merged([hit for hit in hits if read[hit.start] not in named])

    def _holds(self, hit: Hit, clause: list[Word]) -> bool:
        """An introduction counts only where a name comes after it, "ring me on" only where there is a number."""
        if hit.name == "contact":
            return self._beside_contact
        return hit.name != "name" or self._introduced(hit, clause[hit.start :]) is not None

    def _introduced(self, hit: Hit, read: list[Word]) -> list[Word] | None:
        length = hit.end - hit.start
        introduction = [word.plain for word in read[:length]]
        another = names.only_says_who(introduction)
        if another and not self._may_name_another:
            return None
        strong = not names.is_weak(introduction)
        sure = strong or (self._asked == "name" and not another)
        place = names.leading(read[length:], self._text, sure, introduced=strong)
        if place is None or (another and place[1] - place[0] < FEWEST_WORDS_OF_ANOTHER):
            return None
        return read[length:][place[0] : place[1]]

    @property
    def _may_name_another(self) -> bool:
        """True where "she's Adaeze Obi" may tell whom to ask for; elsewhere she comes along, or is the child."""
        return self._asked == "name" and self._beside_contact and names.may_be_living(self._text)

    def _leave(self, left: list[Word]) -> None:
        trimmed = _trimmed(left)
        if trimmed:
            self._left.append((trimmed[0].start, trimmed[-1].end, trimmed))

    def _is_name(self, left: list[Word]) -> bool:
        return names.alone(_trimmed(left), self._text, self._asked == "name", self._beside_contact) is not None

    @property
    def _beside_contact(self) -> bool:
        return bool(self._found.contacts or self._found.broken)

    def _take_left(self) -> None:
        """A name among what is left, then what answers the question that was asked."""
        left = [(start, end) for start, end, _read in self._left]
        named = [] if self._names else self._named()
        sure = [span for span in named if names.surely(self._text[span[0] : span[1]])]
        for begin, end in (sure or named)[:1]:
            self._names.append(self._text[begin:end])
            left = [span for span in left if span[1] != end]
        rest = self._joined(left)
        asked = self._asked
        free = asked in FREE and asked not in self._found.details and not self._beside_contact
        if free and len(rest) >= _ADMITS_WHEN_ASKED:
            self._found.details[str(asked)] = rest
            rest = ""
        self._found.rest = rest

    def _named(self) -> list[tuple[int, int]]:
        """What is left and may be a name."""
        found = []
        for _start, end, read in self._left:
            name = names.alone(read, self._text, self._asked == "name", self._beside_contact)
            if name is not None:
                found.append((read[name[0]].start, end))
        return found

    def _slice(self, read: Sequence[Word]) -> str:
        end = read[-1].end
        return self._text[read[0].start : end] + ("?" if self._text[end : end + 1] == "?" else "")

    def _joined(self, spans: list[tuple[int, int]]) -> str:
        """Neighbours as they were written, others with a comma between."""
        pieces: list[list[int]] = []
        for start, end in sorted(spans):
            if pieces and re.fullmatch(r"[\s,;.&]*(?:(?:and|or)\s+)?", self._text[pieces[-1][1] : start]):
                if ",," not in self._text[pieces[-1][1] : start]:
                    pieces[-1][1] = end
                    continue
            pieces.append([start, end])
        return ", ".join(self._text[start:end].strip() for start, end in pieces)[:MOST_LETTERS]


def _without_whom_they_refuse(read: list[Word]) -> list[Word]:
    """What stands before "not the reviewer" at the end of a clause."""
    return read[: min((hit.start for hit in _not_who().every(read) if hit.end == len(read)), default=len(read))]


def _merged(hits: list[Hit]) -> list[Hit]:
    """Neighbouring phrases of one kind as one, so that a stretch runs over both."""
    merged: list[Hit] = []
    for hit in hits:
        if merged and merged[-1].name == hit.name and hit.name not in ("name", "contact"):
            continue
        merged.append(hit)
    return merged


def _clauses(read: list[Word], text: str) -> list[_Clause]:
    """The message between its commas and full stops. A point after an initial or a title ends nothing."""
    clauses: list[_Clause] = []
    current: list[Word] = []
    for place, word in enumerate(read):
        ends = word.plain in _CLAUSE_END or (word.plain in "-–—/:" and _spaced(word, text))
        if _leads_to_a_question(current, word):
            clauses.append(_Clause(current, False))
            current = []
        if word.plain == "." and current and names.may_be_short(current[-1].plain):
            ends = place + 1 == len(read) or read[place + 1].plain == "\n"
        if not ends:
            current.append(word)
        elif current:
            marked = word.plain == "?" and len(current) >= FEWEST_WORDS_OF_A_QUESTION
            clauses.append(_Clause(current, marked or _asks(current)))
            current = []
    if current:
        clauses.append(_Clause(current, _asks(current)))
    return clauses


def _leads_to_a_question(read: Sequence[Word], after: Word) -> bool:
    """True where "wait before i put my name" ends and "will u tell" begins."""
    plain = [word.plain for word in read]
    asks = after.plain in _ASKS and after.plain not in _TELLS  # "before you ask, my name is"
    return asks and plain != [] and plain[-1] in _GIVEN and bool(_BEFORE_THAT & set(plain[:4]))


def _spaced(word: Word, text: str) -> bool:
    return word.plain == ":" or (text[word.start - 1 : word.start] == " " and text[word.end : word.end + 1] == " ")


def _asks(read: Sequence[Word]) -> bool:
    asked = _without_fillers(read)
    if asked and asked[0].plain in _POLITE:
        return _asks_politely([word.plain for word in _without_fillers(asked[1:])])
    trimmed = [word.plain for word in asked]
    if not trimmed or trimmed[0] not in _ASKS:
        return False
    if trimmed[0] == "when" and read[0].plain != "when" and trimmed[1:2] != [] and trimmed[1] not in _ASKS:
        return False  # "after six, or when my husband is home"
    return len(trimmed) > 2 or trimmed[0] in _WH


def _asks_politely(plain: Sequence[str]) -> bool:
    """True behind "sorry" for "who comes" and "could i check"; "May the 5th" and "have it at my mum's" answer."""
    first, second = [*plain[:2], "", ""][:2]
    subject = second in _SUBJECTS or (second == "the" and first != "may")
    return first in _WHO or (first in _ASKS and subject)


def _tells_when(read: Sequence[Word], text: str) -> bool:
    """True for "when the kids are at school", which asks nothing."""
    return len(read) > 2 and read[0].plain == "when" and text[read[-1].end : read[-1].end + 1] != "?"


def _without_fillers(read: Sequence[Word]) -> list[Word]:
    start = 0
    while start < len(read) and (read[start].is_mark or read[start].plain in _FILLERS):
        start += 1
    return list(read[start:])


def _trimmed(read: Sequence[Word]) -> list[Word]:
    start, end = 0, len(read)
    while start < end and (read[start].is_mark or read[start].plain in _TRIMMED):
        start += 1
    while end > start and (read[end - 1].is_mark or read[end - 1].plain in _TRIMMED_BEHIND):
        end -= 1
    return list(read[start:end])


def _starts(read: Sequence[Word], openings: Sequence[str]) -> bool:
    return " ".join(word.plain for word in read[:2]) in openings
