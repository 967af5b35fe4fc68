"""Writes approved answers as data files that `make train` takes up, beside those that stand in data/ already.

    data/answers/approved.yml   the answers, as Rasa responses: utter_<topic>.<kind>.approved
    data/nlu/approved.yml       examples, for kinds of question that are new
    data/approved.yml           the facts that their sentences state, each with its source; titles of new kinds

With nothing approved there are no such files. The action that says that the leaflet doesn't say
(actions/open_question.py) prefers an approved answer.
"""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import yaml

from web.meetings.moments import BRADFORD
from web.unanswered.answers import State, Written
from web.unanswered.drafts import Kinds, lines
from web.words import read_yaml

ANSWERS, EXAMPLES, FACTS = "answers/approved.yml", "nlu/approved.yml", "approved.yml"
MADE = "# Made by `make export-answers` from what staff wrote and approved on the desk. Change it there, not here.\n"
SIGNPOST = "signpost"


def export(folder: Path, written: Sequence[Written]) -> list[str]:
    """Write the files, or take them away; returns the names of the answers in them. Raises WordsError."""
    approved = sorted((one for one in written if one.status is State.APPROVED), key=lambda one: one.name)
    frame, kinds = read_yaml(folder / "written_answers.yml"), Kinds(folder)
    partnership: str = read_yaml(folder / "partnership.yml")["name"]  # which stands in that file only
    new = [one for one in approved if one.title is not None]
    responses = {f"utter_{one.name}.approved": [_response(one, frame, kinds, partnership)] for one in approved}
    examples = [_examples(one) for one in new]
    facts = {one.name: _facts(one, kinds, partnership) for one in approved}
    _put(folder / FACTS, {"answers": facts} if facts else None)
    _put(folder / EXAMPLES, {"version": "3.1", "nlu": examples} if examples else None)
    _put(folder / ANSWERS, {"version": "3.1", "responses": responses} if responses else None)
    return [one.name for one in approved]


def _response(one: Written, frame: Mapping[str, Any], kinds: Kinds, partnership: str) -> dict[str, Any]:
    before = [sentence.replace("TITLE", _title(one, kinds)) for sentence in frame["before"]]
    said = [sentence.replace(partnership, "{partnership}") for sentence in one.draft.sentences]
    stated = [[f"{one.name}.{fact}"] for fact in _numbered(said)]
    return {
        "text": " ".join([*before, *said, *frame["after"]]),
        "metadata": {
            "topic": one.topic,
            "section": None,
            "reviewed_on": one.approved_at.astimezone(BRADFORD).date().isoformat() if one.approved_at else None,
            "approved_by": one.approved_by,
            "sentences": [*[[SIGNPOST] for _ in before], *stated, *[[SIGNPOST] for _ in frame["after"]]],
            "links": list(frame["links"]),
            "choices": list(frame["choices"]),
        },
    }


def _facts(one: Written, kinds: Kinds, partnership: str) -> dict[str, Any]:
    said = [sentence.replace(partnership, "{partnership}") for sentence in one.draft.sentences]
    facts = {"title": _title(one, kinds), "source": one.source, "facts": _numbered(said)}
    return {**facts, "written_by": one.written_by, "approved_by": one.approved_by, "new_kind": one.title is not None}


def _examples(one: Written) -> dict[str, Any]:
    listed = "".join(f"- {' '.join(example.split())}\n" for example in lines(one.examples))
    return {"intent": one.topic, "metadata": {"voice": "approved", "kind": one.kind}, "examples": listed}


def _numbered(sentences: Sequence[str]) -> dict[str, str]:
    return {f"said_{number}": sentence for number, sentence in enumerate(sentences, 1)}


def _title(one: Written, kinds: Kinds) -> str:
    return one.title if one.title is not None else kinds.titles[one.name]


def _put(path: Path, content: Any) -> None:
    """The whole file or none of it, so that a training that reads it meanwhile never sees half."""
    if content is None:
        path.unlink(missing_ok=True)
        return
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    draft.write_text(MADE + yaml.dump(content, allow_unicode=True, sort_keys=False, width=110), encoding="utf-8")
    draft.replace(path)
