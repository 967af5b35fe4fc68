"""Takes out of a message whatever might say who wrote it.

Two nets, one behind the other. Patterns find what has a form: numbers, addresses, dates. Then a word stays only if many
people write it, which the examples in data/nlu show; so names, places and nicknames go without a list of them. How much
is caught, and how much is taken that need not be, `make redaction` prints.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

from web.words import read_yaml

OFTEN = 3  # times that a word has to stand in the examples to be anybody's
EVERYDAY = 10  # times from which a name is an everyday word as well: mark, sue
FREQUENT = 150  # times from which a word introduces no name, such as "from" in "signed from"
FEWEST_DIGITS = 5  # a run of so many is no age, clock time or year
LOOK_BACK = 40  # characters in which what introduces a name is looked for
NAME_WORDS = 4  # most words of a name that was introduced
WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*")
NEXT = re.compile(rf"\s+({WORD.pattern})")
LABEL = re.compile(r"\[[^\]]*\]")
TOKEN = re.compile(rf"(?P<label>\[[^\]]*\])|(?P<word>{WORD.pattern})|(?P<stop>[.!?\n]+)")
NO_INITIALS = ("i", "a", "u", "r", "n")
EXAMPLE = re.compile(r"^\s*- (?!intent:)(.*)$", re.MULTILINE)

_DIGIT_RUN = re.compile(r"(?<![\w[])(?:\+\s?)?(?:\(\s?)?[\doO](?:[\s().,/–_-]{0,3}[\doO]){4,}(?!\w)")
_RANGE = re.compile(r"(?:19|20)\d\d\s?[-–/]\s?(?:19|20)?\d\d|\d{1,2}[.]\d\d\s?(?:-|–)\s?\d{1,2}[.]\d\d")
_YEAR = re.compile(r"(?:19|20)\d\d")
_MONTH = (
    r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?"
    r"|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)"
)
_DAY = r"(?:0?[1-9]|[12]\d|3[01])(?:\s?(?:st|nd|rd|th))?"
_TAIL = r"(?:,?\s*(?:of\s+)?'?(?:(?:19|20)\d\d|\d\d)\b)?"
_DATE = (
    rf"\b\d{{1,4}}\s?(?P<mark>[./-])\s?\d{{1,2}}\s?(?P=mark)\s?\d{{2,4}}\b|{_DAY}\s?(?:of\s+)?{_MONTH}\b\.?{_TAIL}"
    rf"|\b{_MONTH}\.?\s+(?:the\s+)?{_DAY}\b{_TAIL}|\b{_MONTH}\.?,?\s+'?(?:(?:19|20)\d\d|\d\d)\b|\b\d{{1,2}}/\d{{1,2}}\b"
)
_BORN = r"\b(?:d\.?o\.?b\.?|date\s+of\s+birth|birthday|birth\s?date|born)\b[\s:=-]*(?:(?:is|was|on|in|the)\s+)*"
# "b4 3rd" and "m8 10am" are no postcodes.
_NO_ORDINAL = r"(?!(?-i:[a-z]\d\s*\d(?:st|nd|rd|th|am|pm))\b)"
_AT = r"(?:\s?@\s?|\s*[\[(]\s?at\s?[\])]\s*)"
_DOT = r"(?:\s?\.\s?|\s(?:dot|point)\s|\s?\(\s?(?:dot|point)\s?\)\s?)"
_SPELT = r"(?:\s(?:dot|underscore)\s[\w%+-]+)*"
_NUMBER = r"(?:\s+(?:number|num|no\.?|id))?"
_MIXED = re.compile(r"(?<![\w[])(?=[\w/-]*\d)(?=[\w/-]*[^\W\d_])\w+(?:[/-]\w+)*(?![\w\]])")


def nhs_number(digits: str) -> bool:
    """True for ten digits whose last one is the NHS's check digit."""
    if len(digits) != 10:
        return False
    check = 11 - sum(int(digit) * (10 - place) for place, digit in enumerate(digits[:9])) % 11
    return check % 11 == int(digits[9]) and check != 10


class Redactor:
    """Reads data/redaction.yml, the names in data/details and the examples once; raises WordsError."""

    def __init__(self, folder: Path) -> None:
        own = read_yaml(folder / "redaction.yml")
        names = read_yaml(folder / "details" / "names.yml")
        counts, capitals = _words_of(folder / "nlu")
        self._labels: dict[str, str] = {name: f"[{label}]" for name, label in own["labels"].items()}
        kept = set(own["kept"].split())
        listed = set(names["names"].split())
        everyday = {word for word in listed if counts[word] >= EVERYDAY and capitals[word] * 2 < counts[word]}
        self._names = listed - everyday
        self._maybe = (everyday | set(names["also"].split())) - kept
        self._months_and_days = kept & set(names["also"].split())
        usual = {word for word, count in counts.items() if count >= OFTEN and capitals[word] * 2 <= count}
        self._usual = (usual | kept) - self._names
        frequent = {word for word, count in counts.items() if count >= FREQUENT} - listed
        self._common = frequent | set(read_yaml(folder / "details" / "common_words.yml")["words"].split())
        self._introduction = re.compile(rf"(?:^|(?<=\W))(?:{'|'.join(own['introductions'])})\W*$", re.IGNORECASE)
        self._patterns = list(self._forms(own))

    def redact(self, text: str) -> str:
        """The text with labels where something might say who wrote it."""
        text = unicodedata.normalize("NFKC", text).replace("[", "(").replace("]", ")")
        for pattern, instead in self._patterns:
            text = pattern.sub(instead, text)
        return re.sub(r"\s+", " ", self._only_usual(text)).strip()

    def _forms(self, own: dict[str, Any]) -> Iterator[tuple[re.Pattern[str], Callable[[re.Match[str]], str]]]:
        """What is known by its form, in the order in which it must be looked for."""
        streets, areas = "|".join(own["streets"].split()), "|".join(own["areas"].split())
        digit = rf"(?:{'|'.join(own['digits'].split())})"
        for label, pattern in (
            ("link", r"\b(?:https?://|www\.)\S+|\b[\w-]+\.(?:com|co\.uk|org(?:\.uk)?|gov\.uk|net)/\S*"),
            ("email", rf"[\w.%+'-]+{_SPELT}{_AT}[a-z0-9-]+(?:{_DOT}[a-z0-9-]+)*"),
            (
                "email",
                r"[\w.%+-]+(?:\s(?:dot|underscore)\s[\w%+-]+)*(?:\sat\s[a-z0-9-]+(?:\s(?:dot|point)\s[a-z0-9-]+)+)+",
            ),
            ("email", r"[\w.%+-]+\sat\s[\w-]+\.(?:com|co|org|net|uk)\S*|\S*@\S*"),
            ("ni", r"\b[a-z]{2}[\s.-]?(?:\d[\s.-]?){6}[a-d]\b"),
            ("birth", rf"{_BORN}(?:{_DATE}|(?:19|20)\d\d\b|'\d\d\b)"),
            ("postcode", rf"{_NO_ORDINAL}\b[a-z]{{1,2}}\d[a-z\d]?\s*[\doO][a-z]{{2}}\b"),
            ("plate", r"\b[a-z]{2}\d{2}\s?[a-z]{3}\b|\b[a-z]\d{2,3}\s?[a-z]{3}\b|\b(?-i:[A-Z]\d\s?[A-Z]{3})\b"),
            ("plate", r"\b(?-i:[A-Z]{3}\s?\d{1,3}[A-Z]|[A-Z]{2,3}\s?\d{3,4})\b(?![/-])"),
            ("address", rf"\b(?:flat\s+\w+,?\s+)?\d{{1,4}}[a-z]?,?\s+(?:[^\W\d_]+\s+){{1,3}}(?:{streets})\b"),
            (
                "reference",
                r"\b(?:ref(?:erence)?|case|crime|log)(?:\s+(?:number|num|no\.?|id))?[\s:#=]*(?:is\s+)?(?=\S*\d)\S+",
            ),
            ("date", _DATE),
        ):
            yield re.compile(pattern, re.IGNORECASE), self._label(label)
        yield _MIXED, self._mixed
        yield _DIGIT_RUN, self._run
        spoken = rf"\b{digit}(?:[\s,-]+{digit}){{4,}}\b"
        yield re.compile(spoken, re.IGNORECASE), self._label("number")
        yield re.compile(r"(?<![\w[])\d{4,}(?!\w)"), self._long_number
        yield re.compile(rf"\b(?:{areas})\s?\d{{1,2}}\b", re.IGNORECASE), self._label("postcode")

    def _label(self, name: str) -> Callable[[re.Match[str]], str]:
        return lambda match: self._labels[name]

    def _mixed(self, match: re.Match[str]) -> str:
        """Letters and digits in one: "3rd" and "b4" are words, "SC/2024/0193" is a reference."""
        digits = sum(map(str.isdigit, match[0]))
        return match[0] if digits < 3 or re.fullmatch(r"\d{4}'?s", match[0]) else self._labels["reference"]

    def _run(self, match: re.Match[str]) -> str:
        written = match[0].strip()
        digits = re.sub(r"\D", "", re.sub("[oO]", "0", written))
        if len(digits) < FEWEST_DIGITS or _RANGE.fullmatch(written):
            return match[0]
        if nhs_number(digits) and not digits.startswith("0"):
            return self._labels["nhs"]
        is_phone = len(digits) >= 9 and (written[0] in "+(0oO" or digits.startswith(("44", "7")))
        return self._labels["phone" if is_phone else "number"]

    def _long_number(self, match: re.Match[str]) -> str:
        return match[0] if _YEAR.fullmatch(match[0]) else self._labels["number"]

    def _only_usual(self, text: str) -> str:
        """Names and unusual words out; several beside each other leave one label."""
        shouted = text.isupper()
        parts: list[str] = []
        end, begins, introduced, before = 0, True, 0, ""
        for match in TOKEN.finditer(text):
            between = text[end : match.start()]
            word = match["word"]
            if word is None:
                parts += [between, match[0]]
                begins, introduced, before = begins or match["stop"] is not None, 0, match["label"] or ""
            else:
                introduced = (
                    NAME_WORDS
                    if self._introduction.search(text, max(0, match.start() - LOOK_BACK), match.start())
                    else introduced
                )
                paired = before == self._labels["name"] or self._names_follow(
                    text[match.end() : match.end() + LOOK_BACK], shouted
                )
                label = self._of_word(word, shouted, begins, bool(introduced), paired)
                introduced = introduced - 1 if introduced and (label or word.lower() in ("and", "n")) else 0
                if label and label == before and not between.strip(" -'’&"):
                    between = label = ""
                parts += [between, word if label is None else label]
                before = self._last_label(parts) if label is not None else ""
                begins = False
            end = match.end()
        return "".join([*parts, text[end:]])

    def _names_follow(self, after: str, shouted: bool) -> bool:
        """True where the next word is a name: then this one is no mere beginning of a sentence."""
        following = NEXT.match(after)
        if following is None or shouted:
            return False
        plain = following[1].lower()
        return plain in self._names or (following[1][0].isupper() and plain not in self._usual)

    def _last_label(self, parts: list[str]) -> str:
        return next((part for part in reversed(parts) if part in self._labels.values()), "")

    def _of_word(self, word: str, shouted: bool, begins: bool, introduced: bool, paired: bool) -> str | None:
        """The label that stands instead of a word; None where it stays. `paired`: a name stands beside it."""
        plain = word.lower().replace("’", "'")
        bare = plain.removesuffix("'s")
        name = self._labels["name"]
        capital = word[0].isupper() and not shouted
        if bare in self._names or (introduced and plain not in self._common):
            return name
        if capital and (bare in self._maybe and (paired or not begins) or bare in self._months_and_days and paired):
            return name
        if len(word) == 1 and capital and plain not in NO_INITIALS:
            return name
        if plain in self._usual or bare in self._usual:
            return None
        return name if capital else self._labels["word"]


def _words_of(folder: Path) -> tuple[Counter[str], Counter[str]]:
    """How often each word stands in the examples, and how often with a capital that no sentence's start explains."""
    counts: Counter[str] = Counter()
    capitals: Counter[str] = Counter()
    for path in sorted(folder.glob("*.yml")):
        for example in EXAMPLE.findall(path.read_text(encoding="utf-8")):
            words = WORD.findall(example.replace("’", "'"))
            counts.update(word.lower() for word in words)
            capitals.update(word.lower() for word in words[1:] if word[0].isupper() and not word.isupper())
    return counts, capitals


@cache
def load_redactor(folder: Path) -> Redactor:
    """The redactor of a data folder; reading the examples takes half a second, so it is done once."""
    return Redactor(folder)
