"""Makes what a family typed safe to keep and to show, without changing what it says."""

from __future__ import annotations

import unicodedata

import regex

MOST_CHARACTERS = 2000
AT_AN_END = 4000  # characters looked at, at either end of what is too long
_MOST_PARTS = 4  # code points that NFC can make one of

_LINE_ENDS = regex.compile(r"\r\n?|[\u0085\u2028\u2029\v\f]")
# Control characters, invisible and bidirectional marks, Unicode tags, lone surrogates, characters that are none.
_UNSEEN = regex.compile(
    r"[[\p{Cc}\p{Cf}\p{Cs}\p{Default_Ignorable_Code_Point}\p{Noncharacter_Code_Point}]--[\n\t]]", regex.V1
)


class TooLong(Exception):
    """More than MOST_CHARACTERS code points after NFC."""


class NothingLeft(Exception):
    """Nothing that can be seen is left."""


def clean(text: str) -> str:
    """The text in NFC, without anything that can't be seen; line ends are kept.

    Raises TooLong and NothingLeft.
    """
    if len(text) > MOST_CHARACTERS * _MOST_PARTS:
        raise TooLong  # before anything that takes longer for longer texts
    if text.isascii() and text.isprintable():
        shown = text.strip()
    else:
        text = unicodedata.normalize("NFC", text)
        shown = unseen_removed(text).strip()
    if len(text) > MOST_CHARACTERS:
        raise TooLong
    if not shown:
        raise NothingLeft
    return shown


def ends(text: str) -> str:
    """The text itself, or the beginning and the end of a long one."""
    return text if len(text) <= 2 * AT_AN_END else f"{text[:AT_AN_END]}\n{text[-AT_AN_END:]}"


def unseen_removed(text: str) -> str:
    """The text without characters that can't be seen, in NFC again."""
    seen: str = _UNSEEN.sub("", _LINE_ENDS.sub("\n", text)).replace("\t", " ")
    return unicodedata.normalize("NFC", seen)
