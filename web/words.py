"""The words families read, loaded from the data folder once and checked there and then.

Nothing a family sees is written in Python: this module hands out pieces of data/ with the Partnership's details filled
in, in the same terms (`Said`) in which the assistant speaks.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, TypedDict
from urllib.parse import quote

import yaml

from web.assistant import Said

PLACEHOLDER = re.compile(r"\{(\w*)\}")
LATER = ("name", "role")  # of a member of staff: filled in once it is known who
MORE = "more"


class WordsError(Exception):
    """A data file is missing or does not hold what it must; the text names the file and the entry."""


class Link(TypedDict):
    """Something to tap that leads out of the chat: a number, an address."""

    title: str
    href: str


class HelpLine(TypedDict):
    """One of the numbers that stand on every page."""

    href: str
    title: str
    about: str


class Choice(TypedDict):
    """Something to tap that is said in the chat. `topic` is null where it is no topic ("none of these")."""

    title: str
    text: str
    topic: str | None


@dataclass(frozen=True)
class Words:
    """All words of the data folder, ready to show."""

    leaflet: str
    topics: Mapping[str, Mapping[str, Any]]
    choices: Mapping[str, Choice]
    links: Mapping[str, Link]
    answers: Mapping[str, Said]
    own: Mapping[str, Any]
    details: Mapping[str, str]
    labels: Mapping[str, str]

    def answer(self, topic: str) -> Said:
        """The reviewed answer to `topic`; raises KeyError when there is none."""
        return self.answers[topic]

    def said(self, name: str) -> Said:
        """What web says by itself: the message `name` of words.yml."""
        entry = self.own[name]
        return Said(entry["text"], links=tuple(entry["links"]), choices=tuple(entry["choices"]))

    def help_lines(self) -> list[HelpLine]:
        """The numbers that stand on every page, in the order of `page.help_lines` in words.yml."""
        lines = self.own["page"]["help_lines"]
        return [
            HelpLine(href=self.links[line["link"]]["href"], title=line["title"], about=line["about"]) for line in lines
        ]

    def error(self, name: str) -> tuple[str, str]:
        """Title and detail of an error, in plain words."""
        entry = self.own["errors"][name]
        return entry["title"], entry["detail"]


def load_words(folder: Path, kept_for: Mapping[str, str]) -> Words:
    """Load and check the data folder; `kept_for` is `Settings.kept_for`.

    Raises WordsError naming what is wrong with it.
    """
    partnership = read_yaml(folder / "partnership.yml")
    details = {
        "partnership": partnership["name"],
        "phone": partnership["phone"],
        "email": partnership["email"],
        **kept_for,
    }
    topics = read_yaml(folder / "topics.yml")
    later = {name: f"{{{name}}}" for name in LATER}
    own = _filled(read_yaml(folder / "words.yml"), {**details, **later}, "words.yml")
    words = Words(
        leaflet=partnership["leaflet"],
        topics=topics["topics"],
        choices=_choices(topics),
        links=_links(partnership, read_yaml(folder / "helplines.yml"), own["links"]),
        answers=_answers(folder / "answers", details),
        own=own,
        details=details,
        labels=read_yaml(folder / "forms" / "words.yml")["labels"],
    )
    return _checked(words, website=bool(partnership.get("website")))


def read_yaml(path: Path) -> Any:
    """The content of one data file; raises WordsError when it can't be read."""
    try:
        return yaml.load(path.read_text(encoding="utf-8"), Loader=_LOADER)  # noqa: S506  a safe loader either way
    except FileNotFoundError:
        raise WordsError(f"The file {path.name} is missing from the data folder.") from None
    except yaml.YAMLError as error:
        raise WordsError(f"The file {path.name} is not valid YAML: {error}") from error


# libyaml where there is one: the files load in a tenth of the time.
_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def _choices(topics: Mapping[str, Any]) -> dict[str, Choice]:
    found: dict[str, Choice] = {}
    for name, entry in topics["topics"].items():
        found[name] = Choice(title=entry["title"], text=entry["question"], topic=name)
    for name, entry in topics["choices"].items():
        found[name] = Choice(title=entry["title"], text=entry["question"], topic=None)
    return found


def _answers(folder: Path, details: Mapping[str, str]) -> dict[str, Said]:
    """Answers by topic, a continuation as `<topic>.more`: the response's name without `utter_`."""
    answers: dict[str, Said] = {}
    for path in sorted(folder.glob("*.yml")):
        for name, variations in read_yaml(path)["responses"].items():
            answers[name.removeprefix("utter_")] = _answer(variations[0], details, f"{path.name}: {name}")
    return answers


def _answer(variation: Mapping[str, Any], details: Mapping[str, str], where: str) -> Said:
    meta = variation.get("metadata", {})
    return Said(
        text=_fill(variation["text"].strip(), details, where),
        topic=meta.get("topic"),
        section=meta.get("section"),
        reviewed_on=meta.get("reviewed_on"),
        links=tuple(meta.get("links", ())),
        choices=tuple(meta.get("choices", ())),
    )


def _links(partnership: Mapping[str, Any], helplines: Mapping[str, Any], titles: Mapping[str, str]) -> dict[str, Link]:
    links = {
        "phone": Link(title=titles["phone"], href=f"tel:{_dialled(partnership['phone'])}"),
        "email": Link(title=titles["email"], href=f"mailto:{quote(partnership['email'], safe='@')}"),
    }
    if partnership.get("website"):
        links["website"] = Link(title=titles["website"], href=partnership["website"])
    for name, entry in helplines["helplines"].items():
        if entry["status"] != "shown":
            continue  # nobody has rung it yet
        links[name] = Link(title=entry["title"], href=entry["href"])
    return links


def _dialled(number: str) -> str:
    digits = re.sub(r"[^\d+]", "", number)
    return "+44" + digits[1:] if digits.startswith("0") else digits


def _filled(entry: Any, details: Mapping[str, str], where: str) -> Any:
    if isinstance(entry, str):
        return _fill(entry.strip(), details, where)
    if isinstance(entry, list):
        return [_filled(item, details, where) for item in entry]
    if isinstance(entry, dict):
        return {name: _filled(item, details, f"{where}: {name}") for name, item in entry.items()}
    return entry


def _fill(text: str, details: Mapping[str, str], where: str) -> str:
    def detail(match: re.Match[str]) -> str:
        if match[1] not in details:
            raise WordsError(f"{where} asks for {match[0]}, which is none of: {', '.join(details)}.")
        return details[match[1]]

    return PLACEHOLDER.sub(detail, text)


def _checked(words: Words, website: bool) -> Words:
    """Every link and choice that is named exists; a website that is not known yet is left out."""
    known = set(words.links) | {"website"}
    for line in words.own["page"]["help_lines"]:
        _check(line["link"] in words.links, f"words.yml: page: help_lines names {line['link']!r}, which is in no file")
    answers = {}
    for name, said in words.answers.items():
        _check(set(said.links) <= known, f"utter_{name} names a link that is in no file: {said.links}")
        _check(set(said.choices) <= set(words.choices), f"utter_{name} offers a choice in no file: {said.choices}")
        _check(bool(said.text), f"utter_{name} is empty")
        links = tuple(link for link in said.links if website or link != "website")
        answers[name] = replace(said, links=links)
    return replace(words, answers=answers)


def _check(holds: bool, otherwise: str) -> None:
    if not holds:
        raise WordsError(otherwise + ".")
