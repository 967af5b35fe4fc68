"""Writes letters with the words of data/letters.yml."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from web.meetings.kinds import Time
from web.notify import Letter
from web.notify.calendars import Appointment, calendar_file
from web.words import PLACEHOLDER, WordsError, read_yaml

FILE = "letters.yml"
STATUS = {"held": "TENTATIVE", "confirmed": "CONFIRMED", "cancelled": "CANCELLED"}
EXAMPLE = dict.fromkeys(("reference", "link", "time", "place", "times", "count"), "…")


@dataclass(frozen=True)
class About:
    """The request that a letter to a family is about. `uid` and `sequence` are those of its calendar file.

    `time` is the one it has, or had until it was cancelled; `offers` are times put forward.
    """

    uid: str
    sequence: int
    reference: str
    time: Time | None = None
    offers: Sequence[Time] = ()


class Letters:
    """Letters to families and to staff."""

    def __init__(self, folder: Path, details: Mapping[str, str], sender: str, staff: str, address: str) -> None:
        """`sender` and `staff` are e-mail addresses, `address` the one under which people reach the service.

        Raises WordsError when the words can't be used.
        """
        self._words: Mapping[str, Any] = read_yaml(folder / FILE)
        self._details = details
        self._sender = sender
        self._staff = staff
        self._address = address
        self._check()

    def to_family(self, kind: str, to: str, about: About, token: str, now: datetime) -> Letter:
        """A letter of that kind (requested, held, confirmed, offered, reminder, cancelled), with a calendar file."""
        time = about.time
        values = {"reference": about.reference, "link": f"{self._address}/appointment/{token}"}
        if time is not None:
            values |= {"time": time.text, "place": time.place}
        values["times"] = "\n".join(f"- {offer.text}" for offer in about.offers)
        name = "cancelled_time" if kind == "cancelled" and time is not None else kind
        subject, text = self._written(self._words["family"][name], values)
        text = f"{text}\n\n{self._filled(self._words['end'], values)}\n"
        if time is None or kind not in STATUS:
            return Letter(to, subject, text)
        appointment = self._appointment(about, time, STATUS[kind], values)
        return Letter(to, subject, text, calendar_file(appointment, self._sender, to, now), appointment.method)

    def to_staff(self, kind: str, reference: str = "", count: int = 0) -> Letter:
        """A letter to the shared mailbox, with nothing in it that a family said."""
        values = {"reference": reference, "count": str(count)}
        subject, text = self._written(self._words["staff"][kind], values)
        return Letter(self._staff, subject, f"{text}\n")

    def to_colleague(self, kind: str, to: str, path: str) -> Letter:
        """A letter to one member of staff, with a link of their own."""
        subject, text = self._written(self._words["colleague"][kind], {"link": f"{self._address}{path}"})
        return Letter(to, subject, f"{text}\n")

    def _appointment(self, about: About, time: Time, status: str, values: Mapping[str, str]) -> Appointment:
        words = self._words["calendar"]
        return Appointment(
            uid=about.uid,
            sequence=about.sequence,
            starts_at=time.starts_at,
            ends_at=time.ends_at,
            place=time.place,
            title=self._filled(words["title"], values),
            about=self._filled(words["about"], values),
            status=status,
        )

    def _written(self, entry: Mapping[str, str], values: Mapping[str, str]) -> tuple[str, str]:
        return self._filled(entry["subject"], values), self._filled(entry["text"], values)

    def _filled(self, text: str, values: Mapping[str, str]) -> str:
        known = {**self._details, **values}
        return PLACEHOLDER.sub(lambda match: known[match[1]], text)

    def _check(self) -> None:
        """Every letter can be written."""
        try:
            for entry in (entry for part in ("family", "staff", "colleague") for entry in self._words[part].values()):
                self._written(entry, EXAMPLE)
            for text in (*self._words["calendar"].values(), self._words["end"]):
                self._filled(text, EXAMPLE)
        except KeyError as error:
            raise WordsError(f"{FILE} asks for {error}, which nobody knows.") from None
