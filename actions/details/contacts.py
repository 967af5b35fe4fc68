"""Phone numbers and e-mail addresses in what somebody writes, and what looks like one and can't be right."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

import phonenumbers
from email_validator import EmailNotValidError, validate_email

Kind = Literal["phone", "email"]
HOME = "GB"
# From this many digits on, a run of digits is meant as a phone number; no date and no clock time has so many.
FEWEST_DIGITS = 7
SPOKEN = {
    "zero": "0", "oh": "0", "nought": "0", "one": "1", "two": "2", "three": "3", "four": "4", "five": "5",
    "six": "6", "seven": "7", "eight": "8", "nine": "9",
}  # fmt: skip
_SPOKEN_DIGIT = r"(?:(?:double|triple)\s+)?(?:" + "|".join(SPOKEN) + r")"
_SPOKEN_RUN = re.compile(rf"\b{_SPOKEN_DIGIT}(?:[\s,-]+{_SPOKEN_DIGIT}){{6,}}\b", re.IGNORECASE)
_DIGITS = re.compile(r"(?<![\w@])(?:\+\s*|\(\s*\+?)?[\doO](?:[\s().–-]{0,3}[\doO]){5,}(?!\w|@)")
_ENDING = r"(?:com|org|net|uk|co|gov|ac|nhs|info|me|io|eu|ie|pl|sk|cz|ro|pk|in)\b"
# A point between two words of a domain: alone, with a space before it, or with one after it and a known ending.
_POINT = rf"(?:\.|\s\.\s?|\.\s(?={_ENDING}))"
_ADDRESS = re.compile(
    rf"[\w.%+'-]+(?:\s\.\s[\w%+'-]+)*(?:\s?@\s?|\s*[\[(]at[\])]\s*)[a-z0-9-]+(?:(?:{_POINT}|\s(?:dot|point)\s)[a-z0-9-]+)+"
    rf"|[\w.%+-]+(?:\s(?:dot|underscore)\s[\w%+-]+)*\sat\s[a-z0-9-]+(?:\s(?:dot|point)\s[a-z0-9-]+|\.{_ENDING})+",
    re.IGNORECASE,
)
# What is meant as an address: an @ with something on one side.
_BROKEN_ADDRESS = re.compile(r"[^\s,;]*@\s?[^\s,;]*")
# A date or a time of day in digits is no phone number.
_DATE = re.compile(r"\d{1,2}[./-]\d{1,2}[./-]\d{2,4}|\d{4}-\d\d-\d\d|\d{1,2}[:.]\d\d\s*(?:-|to|–)\s*\d{1,2}[:.]\d\d")


# "Don't ring that" behind a number, and "please don't ring me on" before it: each is all that its clause says.
_NOT_RING = r"(?:do\s?n['’]?t|dnt|do\snot|never)\s(?:(?:ever|u|you)\s)?(?:ring|call|phone|use)"
_LEADS_ON = r"(?:ring|call|phone|text|use|try|its|it['’]s|instead)\b"
_LEADS_IN = r"(?:(?:but|so|and|plz|pls|please|sorry|actually|s?he said)\s){0,2}"
_NOT_THAT = re.compile(
    rf"\W{{0,3}}{_LEADS_IN}{_NOT_RING}\s(?:that|it|this)(?:\s(?:one|number|mobile|phone))?"
    rf"(?=\s?[,.;:!–-]|\s{_LEADS_ON})",
    re.IGNORECASE,
)
_NOT_ON = re.compile(
    rf"(?:^|[,.;:!?\n])\s*(?P<refusal>{_LEADS_IN}{_NOT_RING}\s(?:me\s)?(?:on\s)?(?:my\s(?:[\w'’]+\s){{0,2}})?)$",
    re.IGNORECASE,
)
_THEN = re.compile(rf"\s?(?:[,.;:!–-]|{_LEADS_ON})", re.IGNORECASE)
# What says that such a number may be used all the same: at other times, or for texts.
_UNLESS = re.compile(
    r"\W*(?:(?:after|at|before|during|except|if|mornings?|evenings?|till|unless|until|when|while)\b|on \w*days?\b)"
    r"|.*\b(?:texts?|texting|messages?|whatsapp)\s(?:is|are|r|only|me|it)\b",
    re.IGNORECASE | re.DOTALL,
)


@dataclass(frozen=True)
class Contact:
    """A phone number or an e-mail address: as it is shown and kept, and where it stood in the message."""

    kind: Kind
    shown: str
    start: int
    end: int


@dataclass(frozen=True)
class Broken:
    """What looks like a phone number or an address and can't be right, and where it stood."""

    kind: Kind
    written: str
    start: int
    end: int


def contacts(text: str) -> tuple[list[Contact], list[Broken]]:
    """All of them in the order written. Broken are numbers of a wrong length, and addresses without an end."""
    found: list[Contact | Broken] = [_address(match) for match in _ADDRESS.finditer(text)]
    rest = blanked(text, found)
    found += [_broken_address(match) for match in _BROKEN_ADDRESS.finditer(rest)]
    rest = blanked(rest, found)
    numbers = [_number(match[0], match.start(), match.end()) for match in _DIGITS.finditer(rest)]
    numbers += [_number(_spoken(match[0]), match.start(), match.end()) for match in _SPOKEN_RUN.finditer(rest)]
    found += [number for number in numbers if number is not None]
    found.sort(key=lambda one: one.start)
    return [one for one in found if isinstance(one, Contact)], [one for one in found if isinstance(one, Broken)]


def refused(text: str, found: Sequence[Contact]) -> list[Contact]:
    """Those that are not to be rung, each with the words that say so, where another of the kind is given after it.

    "A but dont ring that, ring my sister on B". Where they may be rung at times, or text is wanted, all are kept.
    """
    refusals = []
    for place, one in enumerate(found):
        others = [later for later in found[place + 1 :] if later.kind == one.kind and later.shown != one.shown]
        span = _refusal(text, one, others[0]) if others else None
        if span:
            refusals.append(replace(one, start=span[0], end=span[1]))
    return refusals


def _refusal(text: str, one: Contact, after: Contact) -> tuple[int, int] | None:
    """Where a number and the words stand that it is not to be rung; None where nothing says so."""
    between = text[one.end : after.start]
    behind, before = _NOT_THAT.match(between), _NOT_ON.search(text[: one.start])
    if behind and not _UNLESS.match(between[behind.end() :]):
        return one.start, one.end + behind.end()
    if before and _THEN.match(between) and not _UNLESS.match(between):
        return before.start("refusal"), one.end
    return None


def blanked(text: str, found: list[Contact | Broken] | list[Contact] | list[Broken]) -> str:
    """`text` with commas where something was found, so that all else keeps its place."""
    for one in found:
        text = text[: one.start] + "," * (one.end - one.start) + text[one.end :]
    return text


def shown_phone(written: str) -> str | None:
    """The number as it is shown (07700 900123, or with its country code from abroad); None if it can't be right."""
    digits = re.sub(r"[oO]", "0", written)
    digits = re.sub(r"\(0\)", "", digits)
    try:
        number = phonenumbers.parse(digits, HOME)
    except phonenumbers.NumberParseException:
        return None
    national = phonenumbers.national_significant_number(number)
    if number.country_code == 44:
        # Ofcom's numbers for drama count as possible though nobody has them.
        if len(national) not in (9, 10) or national[0] not in "12378" or (len(national) == 9 and national[0] != "1"):
            return None
        shown = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.NATIONAL)
        return _grouped("0" + national) if len(shown.split()) == 1 or national[0] == "7" else shown
    if not phonenumbers.is_valid_number(number):
        return None
    return str(phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.INTERNATIONAL))


def _grouped(digits: str) -> str:
    return f"{digits[:5]} {digits[5:]}"


def _number(written: str, start: int, end: int) -> Contact | Broken | None:
    digits = re.sub(r"\D", "", re.sub(r"[oO]", "0", written))
    if len(digits) < FEWEST_DIGITS or _DATE.fullmatch(written.strip()):
        return None
    shown = shown_phone(written)
    if shown is None:
        return Broken("phone", written.strip(), start, end)
    return Contact("phone", shown, start, end)


def _spoken(written: str) -> str:
    digits, times = "", 1
    for word in re.findall(r"[a-z]+", written.lower()):
        if word in ("double", "triple"):
            times = 2 if word == "double" else 3
        else:
            digits, times = digits + SPOKEN[word] * times, 1
    return digits


def _address(match: re.Match[str]) -> Contact | Broken:
    written = match[0]
    joined = re.sub(r"\s*[\[(]at[\])]\s*|\sat\s", "@", written, flags=re.IGNORECASE)
    joined = re.sub(r"\s(?:dot|point)\s", ".", joined, flags=re.IGNORECASE)
    joined = re.sub(r"\sunderscore\s", "_", joined, flags=re.IGNORECASE)
    joined = re.sub(r"\s", "", joined)
    try:
        address = validate_email(joined, check_deliverability=False).normalized
    except EmailNotValidError:
        return Broken("email", written, match.start(), match.end())
    return Contact("email", address.lower(), match.start(), match.end())


def _broken_address(match: re.Match[str]) -> Broken:
    return Broken("email", match[0], match.start(), match.end())
