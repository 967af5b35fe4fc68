"""Which words are somebody's name: by an introduction, by capitals, by the list of names, or by being asked for."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

from spacy.lang.en.stop_words import STOP_WORDS

from actions.details.reading import Word, folded, known, words

MOST_WORDS = 6
# Single letters that are words, unless they stand inside a name.
_NO_INITIALS = ("i", "u", "n", "a")
# Between the names of two who come together.
_JOINS = {"and", "n", "&"}
# Said before a name that was asked for.
_BEFORE = {"just", "only", "put", "say", "mainly", "usually"}
# Whom somebody is talking to: beside more words than "please", no name that was asked for.
MOST_BESIDE = 2
_ADDRESSED = {"bro", "chuck", "cock", "duck", "fam", "hen", "hun", "love", "luv", "mate", "pal", "pet"}
_OTHERS = {"he", "her", "hes", "his", "she", "shes", "their"}
_GONE = {"buried", "dead", "death", "died", "funeral", "killed", "late", "lost", "passed"}
_STRONG = {"name", "names", "nane", "nme", "call", "calls", "known", "called", "named", "signed", "goes", "go"}


@cache
def _listed() -> frozenset[str]:
    return frozenset(folded(known("names.yml")["names"]).split())


@cache
def _also() -> frozenset[str]:
    return frozenset(known("names.yml")["also"].split())


@cache
def _days() -> frozenset[str]:
    return frozenset(known("phrases.yml")["lists"]["day"])


@cache
def _titles() -> frozenset[str]:
    return frozenset(known("names.yml")["titles"])


@cache
def _particles() -> frozenset[str]:
    return frozenset(known("names.yml")["particles"])


@cache
def _common() -> frozenset[str]:
    plain = {word.replace("'", "") for word in STOP_WORDS}
    return frozenset(plain | set(known("common_words.yml")["words"].split()))


@cache
def _everyday() -> frozenset[str]:
    return (_common() | frozenset(known("common_words.yml")["small"].split())) - _also()


def of_another(introduction: Sequence[str]) -> bool:
    """True for "she's" and "her name is": the name may be that of the child, or of somebody who comes along."""
    return bool(set(introduction) & _OTHERS)


def only_says_who(introduction: Sequence[str]) -> bool:
    """True for "she's", which may go before anything; not for "her name is"."""
    return of_another(introduction) and is_weak(introduction)


def may_be_living(text: str) -> bool:
    """False for a message that speaks of a death: a name in it may be the child's."""
    return not _GONE & {word.plain for word in words(text)}


def is_weak(introduction: Sequence[str]) -> bool:
    """True for "im" and the like, after which a name needs another sign."""
    return not set(introduction) & _STRONG


def may_be_short(plain: str) -> bool:
    """True for an initial or a title, after which a point does not end the sentence."""
    return len(plain) == 1 and plain.isalpha() or plain in _titles()


def all_known(read: Sequence[Word]) -> bool:
    """True where every word is known for a name, such as "April Summers", and they are not just a day of the week."""
    plain = [word.plain for word in read if not word.is_mark]
    known_names = all(word in _listed() or word in _also() or word in _titles() for word in plain)
    return known_names and not (len(plain) == 1 and plain[0] in _days())


def leading(read: Sequence[Word], text: str, sure: bool, introduced: bool = False) -> tuple[int, int] | None:
    """The name with which the words begin, as (from, to); None where they begin with something else.

    `sure`: a name is expected here. `introduced`: "my name is" or the like stands before it.
    """
    start = 0
    while start < len(read) and read[start].is_mark:
        start += 1
    end = start
    while end < len(read) and end - start < MOST_WORDS and _fits(read[end], text, sure, inside=end > start):
        end += 1
    while end > start and read[end - 1].plain in (_particles() | _JOINS | {"."}) and read[end - 1].plain != "o":
        end -= 1
    if end == start:
        return None
    name = read[start:end]
    if not introduced and _all_everyday(name, text):
        return None
    return (start, end) if sure or _looks_like_one(name, text) else None


def alone(read: Sequence[Word], text: str, asked: bool, beside_contact: bool) -> tuple[int, int] | None:
    """The words if all of them are a name that nothing introduces; None where they are something else."""
    start = 0
    while asked and start < len(read) - 1 and read[start].plain in _BEFORE:
        start += 1
    plain = [word for word in read[start:] if not word.is_mark]
    if not plain or len(plain) > MOST_WORDS or plain[-1].plain in _JOINS:
        return None
    if not all(_fits(word, text, asked, place > 0) for place, word in enumerate(plain)) or _all_everyday(plain, text):
        return None
    if len(plain) == 1 and plain[0].plain in _days():
        return None
    if len(plain) == 1 and not asked and len(plain[0].plain) == 1:
        return None
    if len(plain) == 1 and plain[0].plain in _ADDRESSED and not _is_answer(plain[0], text, beside_contact):
        return None
    fits = asked or beside_contact or _looks_like_one(plain, text)
    return (start, len(read)) if fits else None


def _all_everyday(read: Sequence[Word], text: str) -> bool:
    """True for "depends" and "fuming really": words that are somebody's name only with capitals or beside another."""
    small = text.isupper() or all(text[word.start].islower() for word in read if not word.is_mark)
    return small and all(word.plain in _everyday() for word in read if not word.is_mark)


def _is_answer(word: Word, text: str, beside_contact: bool) -> bool:
    """True for "Chuck please" and "Hen. 07700 900123"; in "07700 900123 love" somebody is spoken to."""
    return word.start == 0 and (beside_contact or len(words(text)) <= MOST_BESIDE)


def surely(name: str) -> bool:
    """True for words that are a name wherever they stand: known for one, or with capitals."""
    return _looks_like_one(words(name), name)


def _fits(word: Word, text: str, sure: bool, inside: bool) -> bool:
    """True for what may be one word of a name. `sure`: a name is expected here."""
    plain = word.plain
    if inside and plain in (*_JOINS, ".", "'"):
        return True
    if sure and plain in _also():
        return inside or plain not in _days() or text[word.start].isupper()
    if not plain.replace("-", "").isalpha():
        return False
    if plain in _titles() or len(plain) == 1:
        as_initial = text[word.start].isupper() and (inside or plain == "a")
        return plain not in _NO_INITIALS or as_initial
    return plain in _listed() or plain in _particles() or plain not in _common()


def _looks_like_one(read: Sequence[Word], text: str) -> bool:
    plain = [word for word in read if not word.is_mark]
    capital = all(text[word.start].isupper() for word in plain)
    listed = any(part in _listed() for word in plain for part in word.plain.split("-"))
    titled = plain[0].plain in _titles() and len(plain) > 1
    return titled or listed or (capital and not text.isupper())
