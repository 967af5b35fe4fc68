"""The draft of a meeting: what was given so far, and how another message changes it. The slot `meeting` holds it."""

from __future__ import annotations

import re
import uuid
from dataclasses import asdict, dataclass, field
from itertools import zip_longest
from typing import Any

from actions.details.contacts import Contact
from actions.details.found import MOST_LETTERS, Found, may_leave_message, who_kind
from actions.details.names import surely
from actions.details.replies import instead_of, replies

NEEDED = ("name", "contact", "when")
OFFERED = ("where", "who", "bringing", "needs")
DETAILS = (*NEEDED, *OFFERED)
# A way to be reached that somebody says is the better one, although the other stands first.
_BETTER = r"(?:best|better|easier|preferred)"
_WAYS = {"email": "e-?mail", "phone": "phone|mobile|calls?|ring|texts?"}
_PREFERS = {
    kind: re.compile(rf"prefer\w*\W+(?:\w+\W+){{0,2}}(?:{way})|(?:{way})\W+(?:is\W+|would be\W+)?{_BETTER}", re.I)
    for kind, way in _WAYS.items()
}
_NOT_BEFORE = re.compile(r"\b(?:not|isn'?t|wasn'?t|instead of|rather than|don'?t use|was)\W*$", re.I)


@dataclass
class Draft:
    """A meeting that somebody is asking for. `id` is made at the start, so that it is recorded once only.

    `given` holds the fields of the request; `asks` what was asked last; `failures` how often the answer to that could
    not be used; `settled` that they have nothing to add; `offers` the published times on offer; `offered_for` the wish
    that times were looked up for.
    """

    id: str
    given: dict[str, Any] = field(default_factory=dict)
    asks: str | None = None
    failures: int = 0
    settled: bool = False
    offers: list[dict[str, Any]] = field(default_factory=list)
    offered_for: str | None = None
    starts_at: str | None = None

    @classmethod
    def of(cls, kept: dict[str, Any] | None) -> Draft:
        """The draft that a slot holds, or a new one."""
        return cls(**kept) if kept else cls(str(uuid.uuid4()))

    def kept(self) -> dict[str, Any]:
        """What the slot holds."""
        return asdict(self)

    def missing(self) -> str | None:
        """The needed detail to ask for next; None when all are there."""
        return next((name for name in NEEDED if not self.given.get(name)), None)

    def nothing_left_to_offer(self) -> bool:
        """True when there is nothing more to ask before it is read back."""
        return self.settled or all(self.given.get(name) for name in OFFERED)

    def meeting(self) -> dict[str, Any]:
        """The draft as a `meeting` of the chat API."""
        shown = {
            name: self.given.get(name)
            for name in ("name", "contact", "other_contact", "when", "where", "bringing", "needs")
        }
        return {
            "reference": None,
            "status": "draft",
            **shown,
            "who": self.given.get("who_text"),
            "starts_at": self.starts_at,
            "offers": [offer["text"] for offer in self.offers],
            "code": None,
        }


def take(draft: Draft, text: str, found: Found, said: set[str]) -> set[str]:
    """Puts what a message gives into the draft; returns the names of what changed. `said`: its short replies."""
    changed = _take_contacts(draft, text, found.contacts, said)
    changed |= _take_name(draft, text, found, said)
    for name in ("when", "where", "bringing", "needs", "relation"):
        changed |= _take_text(draft, name, found.details.get(name), said)
    if "when" in changed:
        draft.given.pop("time_id", None)
        draft.starts_at = None
    changed |= _take_who(draft, found.details.get("who"))
    may = may_leave_message(text)
    if may is not None and draft.given.get("may_leave_message") != may:
        draft.given["may_leave_message"] = may
        changed.add("may_leave_message")
    return changed


def take_time(draft: Draft, time: dict[str, Any]) -> None:
    """A published time that they picked: what they read is what is kept as `when`."""
    draft.given.update(time_id=time["id"], when=time["text"])
    if time.get("place"):
        draft.given.setdefault("where", time["place"])
    draft.starts_at = time["starts_at"]
    draft.offers = []
    draft.offered_for = time["text"]


def _take_name(draft: Draft, text: str, found: Found, said: set[str]) -> set[str]:
    old = draft.given.get("name")
    new = found.details.get("name")
    replaced = instead_of(text, old) if old else None
    if replaced:
        new = _capital_as(old or "", replaced)
    elif old and not (found.introduced or draft.asks == "name" or ("corrects" in said and new and surely(new))):
        return set()  # another's name, such as who comes along, or no name at all
    return _set(draft, "name", new)


def _capital_as(old: str, new: str) -> str:
    return new[:1].upper() + new[1:] if old[:1].isupper() else new


def _take_text(draft: Draft, name: str, new: str | None, said: set[str]) -> set[str]:
    old = draft.given.get(name)
    if not new or new == old:
        return set()
    adds = name == "needs" and "corrects" not in said or "adds" in said
    if old and adds and new.lower() not in old.lower():
        new = f"{old}, {new}"[:MOST_LETTERS]
    return _set(draft, name, new)


def _take_who(draft: Draft, new: str | None) -> set[str]:
    if not new:
        return set()
    kind = who_kind(new)
    if kind is not None or draft.asks == "who":
        draft.given["who"] = kind
        return _set(draft, "who_text", re.sub(r"^(?:(?:with|to|meet|see)\s+)+", "", new, flags=re.I))
    return set()


def _take_contacts(draft: Draft, text: str, contacts: list[Contact], said: set[str]) -> set[str]:
    new = _meant(text, contacts, draft, said)
    if not new:
        return set()
    before = {key: draft.given.get(key) for key in ("contact", "other_contact")}
    first = "contact" if not draft.given.get("contact") else _place_of(new[0], draft, said)
    for place, contact in zip((first, "other_contact"), new, strict=False):
        _put(draft, place, contact)
    after = {key: draft.given.get(key) for key in before}
    return {key for key in before if before[key] != after[key]}


def _place_of(contact: Contact, draft: Draft, said: set[str]) -> str:
    """Whether it takes the place of the contact that is there, or stands beside it."""
    if "instead_of_old" in said or draft.asks == "contact":
        return "contact"
    if "adds" in said and "corrects" not in said:
        return "other_contact"
    same_kind = contact.kind == draft.given.get("contact_kind")
    return "contact" if same_kind or "corrects" in said else "other_contact"


def _meant(text: str, contacts: list[Contact], draft: Draft, said: set[str]) -> list[Contact]:
    """The new ones, the preferred first, without those that are said to be wrong or were given before."""
    known = (draft.given.get("contact"), draft.given.get("other_contact"))
    right = [
        one
        for one, after in zip_longest(contacts, contacts[1:])
        if not _NOT_BEFORE.search(text[: one.start]) and not _taken_back(text, one, after)
    ]
    new = [one for one in right if one.shown not in known]
    kinds = {one.kind for one in new}
    taken_back = len(right) < len(contacts)
    together = len(new) > 1 and "and" in _between(text, new[-2], new[-1]).split()
    if len(new) > 1 and len(kinds) == 1 and "corrects" in said and "adds" not in said and not (taken_back or together):
        return new[-1:]  # "07700 900111, no sorry, 07700 900112"
    preferred = [kind for kind, words in _PREFERS.items() if words.search(text)]
    return sorted(new, key=lambda one: one.kind not in preferred)


def _taken_back(text: str, contact: Contact, after: Contact | None) -> bool:
    """True where the words between two take back the first: "A, no wait, that's my old one, it's B"."""
    if after is None:
        return False
    between = _between(text, contact, after)
    said = replies(between)
    corrected = "corrects" in said and "adds" not in said and "and" not in between.split()
    return "takes_back" in said or (corrected and contact.kind == after.kind)


def _between(text: str, contact: Contact, after: Contact) -> str:
    return text[contact.end : after.start].lower()


def _put(draft: Draft, place: str, contact: Contact) -> None:
    draft.given[place] = contact.shown
    draft.given[f"{place}_kind"] = contact.kind
    if place == "contact" and draft.given.get("other_contact") == contact.shown:
        draft.given.pop("other_contact")
        draft.given.pop("other_contact_kind", None)


def _set(draft: Draft, name: str, value: str | None) -> set[str]:
    if not value or draft.given.get(name) == value:
        return set()
    draft.given[name] = value[:MOST_LETTERS]
    return {name}
