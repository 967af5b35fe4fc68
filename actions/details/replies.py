"""What a short reply wants of a form: yes, no, stop, put right, why, hold on. The phrases stand in data/details."""

from __future__ import annotations

import re
from functools import cache
from itertools import pairwise

from actions.details.reading import Phrases, Word, folded, known, phrases, words

MOST_WORDS_OF_ASSENT = 6
# Said before or after a reply without changing it.
_AROUND = (
    "oh ok okay well um erm sorry please pls plz thanks thank ta cheers love then but so and actually ah x xx".split()
)
_THANKING = {"thanks", "thank", "ta", "cheers"}
_ADDRESSED = "you u very much so love luv pet duck mate hun dear".split()
# What is said before "meet the reviewer" where that is no wish: it is only supposed, or was arranged before.
_SUPPOSING, _MAY, _NEAR = {"if", "supposing", "unless"}, {"can", "could", "may", "might"}, 4
_MEETING, _ARRANGED = {"chat", "meet", "see", "speak", "talk"}, {"due", "meant", "supposed"}
_ASKS, _OTHERS = {"did", "do", "does", "is", "are", "must", "will"}, {"he", "she", "they"}
# Whether one has to is asked, not wished: "am I required to meet the reviewer", "do we have to".
_OBLIGED = {"compelled", "compulsory", "forced", "made", "mandatory", "necessary", "obligated", "obliged", "required"}
_HAVE_TO = {("got", "to"), ("have", "to"), ("need", "to")}
_ONESELF, _WHOSE = {"i", "we"}, {"her", "his", "my", "our"}
# Before "put me down for one" in a wish; in "my worker put me down for one" it is none.
_ASKING_FOR = (
    "and can could cud go hello hi hiya id just like ok on please pls right so then to u well will would yes you"
).split()
_BEING = {"am", "are", "be", "im", "is", "was", "were"}  # before "down": not "put me down to see her"
_NOT = re.compile(
    r"\b(?:not|isn'?t)\s+(?P<old>[\w'’-]+)\s*[,.;]?\s*(?:but\s+|its\s+|it's\s+|i'?m\s+)?(?P<new>[\w'’ -]+)"
    r"|(?P<new2>[\w'’-]+)[,\s]+(?:not|isn'?t)\s+(?P<old2>[\w'’-]+)"
)


@cache
def _anywhere() -> Phrases:
    return phrases("replies.yml", "anywhere")


@cache
def _whole() -> Phrases:
    return phrases("replies.yml", "whole")


def replies(text: str) -> set[str]:
    """The names of all replies that a message holds; see data/details/replies.yml for what they are."""
    read = words(text)
    return _anywhere().names(read) | _only(_bare(read)) | _opening(read) | _thanking(read)


def refuses_offer(text: str) -> bool:
    """True for a few words that it is none of the topics that were offered; who says "no thanks" wants no other."""
    read = words(text)
    return not _THANKING & {word.plain for word in read} and "none_of_these" in _only(_bare(read))


@cache
def _starts() -> Phrases:
    return phrases("replies.yml", "starts")


def started(text: str) -> set[str]:
    """The forms that a message begins by its words: meeting (surely: whatever it was taken for), handoff."""
    read = words(text)
    plain = [word.plain for word in read]
    return {hit.name for hit in _starts().every(read) if hit.name != "meeting" or not _no_wish(plain, hit.start)}


def _no_wish(plain: list[str], start: int) -> bool:
    """True where to meet somebody is only supposed ("if I met her, could"), a duty ("am I required to meet her"), or
    has been arranged ("due to see her").

    "Ask if we could see her" is a wish all the same.
    """
    begin, meets = max(0, start - _NEAR), _MEETING & set(plain[start : start + 3])
    before = plain[begin:start]
    if begin == 0 and before[:1] == ["were"]:
        return True
    clause = _clause_before(plain, start)
    if plain[start] == "put" and not set(clause) <= set(_ASKING_FOR):
        return True
    if meets and ("want" not in clause) and _asks_of_a_duty(clause, plain[start : start + 3]):
        return True
    near = list(pairwise(plain[max(0, start - 3) : start + 2]))
    if meets and any(word in _ARRANGED or (word == "down" and who in _BEING) for who, word in near):
        return True
    supposed = [place for place, word in enumerate(before, start=begin) if word in _SUPPOSING]
    return any(not _MAY & set(plain[place : place + 4]) for place in supposed)


def _asks_of_a_duty(clause: list[str], begins: list[str]) -> bool:
    """True for "does she still get to", "must I", "am I required" and "will we have to". `begins`: what comes next."""
    pairs = list(pairwise([*clause, *begins]))
    if any(asks in _ASKS and who in _OTHERS or asks == "must" and who in _ONESELF for asks, who in pairs):
        return True
    if set(clause) & {"how", "what"}:
        return False  # "what do I need to do to meet her"
    asked = {who for asks, who in pairs if asks in _ASKS | _BEING | {"have", "would"}}
    return bool(
        asked & {*_ONESELF, *_WHOSE, "it"}
        and _OBLIGED & set(clause)
        or asked & {*_ONESELF, *_WHOSE}
        and _HAVE_TO & set(pairs)
    )


def _clause_before(plain: list[str], start: int) -> list[str]:
    """The words before, back to the last mark."""
    marks = [place for place in range(start) if not plain[place][:1].isalnum()]
    return plain[marks[-1] + 1 if marks else 0 : start]


def _only(read: list[Word]) -> set[str]:
    """Replies that are the whole message, or the whole of it but for a reply before or after."""
    if not read:
        return set()
    return {hit.name for hit in _whole().every(read) if hit.start == 0 and hit.end == len(read)}


def _opening(read: list[Word]) -> set[str]:
    """ "yes" for a few words that begin with one of assent and take nothing back: "ji haan", "yes that's right now"."""
    plain = [word.plain for word in read if not word.is_mark]
    opening = known("replies.yml")["opening"]
    agrees = plain and plain[0] in opening["yes"] and not set(plain) & set(opening["unless"])
    return {"yes"} if agrees and len(plain) <= MOST_WORDS_OF_ASSENT else set()


def _thanking(read: list[Word]) -> set[str]:
    """ "thanks" for words of thanks and of address and nothing else: "ta love"."""
    plain = {word.plain for word in read if not word.is_mark}
    return {"thanks"} if plain & _THANKING and plain <= {*_AROUND, *_ADDRESSED} else set()


def _bare(read: list[Word]) -> list[Word]:
    plain = [word for word in read if not word.is_mark]
    start, end = 0, len(plain)
    while start < end - 1 and plain[start].plain in _AROUND and plain[start].plain not in ("ok", "okay"):
        start += 1
    while end > start + 1 and plain[end - 1].plain in _AROUND:
        end -= 1
    return plain[start:end]


def instead_of(text: str, old: str) -> str | None:
    """What a message puts in the place of `old`: "not dave, davey" or "davey not dave"; None where it puts nothing."""
    wanted = folded(old).split()
    for found in _NOT.finditer(text):
        said, new = found["old"] or found["old2"], found["new"] or found["new2"]
        if said and new and folded(said) in wanted:
            return _in_place(old, said, new.strip())
    return None


def _in_place(old: str, said: str, new: str) -> str:
    """The name with one of its words replaced, or the new name where it has as many words or more."""
    if len(new.split()) >= len(old.split()):
        return new
    return " ".join(new if folded(word) == folded(said) else word for word in old.split())
