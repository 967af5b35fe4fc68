"""What is approved, and nothing else, becomes data that Rasa learns from; every sentence names what it rests on."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.unanswered.conftest import NEW, OF_A_KIND
from tests.unanswered.redaction import ROOT
from web.records.database import open_database
from web.records.keys import Keys, new_key
from web.records.tables import Tables
from web.settings import Settings
from web.unanswered.__main__ import exported
from web.unanswered.answers import Answers, State, Written
from web.unanswered.drafts import Draft, Kinds
from web.unanswered.export import ANSWERS, EXAMPLES, FACTS, export
from web.unanswered.in_use import in_use
from web.words import load_words

BOT_PYTHON = ROOT / ".venv" / "bot" / "bin" / "python"
MARCH = datetime(2027, 3, 5, 10, tzinfo=UTC)
# What Rasa itself makes of a folder: responses, and examples with their kinds.
READ_BY_RASA = """
import json, sys
from rasa.shared.importers.importer import TrainingDataImporter
importer = TrainingDataImporter.load_from_config("config.yml", "domain.yml", [sys.argv[1]])
domain, examples = importer.get_domain(), importer.get_nlu_data().intent_examples
approved = [e for e in examples if (e.get("metadata") or {}).get("intent", {}).get("voice") == "approved"]
print(json.dumps({
    "responses": {name: found for name, found in domain.responses.items() if name.endswith(".approved")},
    "examples": [[e.get("intent"), e.get("metadata")["intent"]["kind"], e.get("text")] for e in approved],
}))
"""


def answer(draft: Draft, status: State = State.APPROVED) -> Written:
    topic, kind = Kinds(ROOT / "data").name(draft)
    title = None if draft.kind else draft.title
    approved = ("Maya Manager", MARCH) if status is State.APPROVED else (None, None)
    kept = (title, draft.text, draft.source, draft.examples, status, 2, "Amira Khan", MARCH, *approved)
    return Written("1", topic, kind, *kept)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A data folder of the test's own."""
    return Path(shutil.copytree(ROOT / "data", tmp_path / "data"))


def read(folder: Path, name: str) -> Any:
    return yaml.safe_load((folder / name).read_text(encoding="utf-8"))


def test_an_approved_answer_says_whose_it_is_and_names_a_fact_for_each_sentence(folder: Path) -> None:
    assert export(folder, [answer(OF_A_KIND)]) == ["open.other_review_question.travel_costs"]
    ((name, (said,)),) = read(folder, ANSWERS)["responses"].items()
    assert name == "utter_open.other_review_question.travel_costs.approved"
    assert said["text"] == (
        "The leaflet says nothing about fares, lost pay and other costs of coming. "
        "Staff of {partnership} wrote this answer. "
        "The Bradford Partnership pays for a bus or a taxi to the meeting. Keep the ticket. "
        "You can ask {partnership} for more."
    )
    owner = "open.other_review_question.travel_costs"
    tags = [["signpost"], ["signpost"], [f"{owner}.said_1"], [f"{owner}.said_2"], ["signpost"]]
    assert said["metadata"]["sentences"] == tags
    assert (said["metadata"]["reviewed_on"], said["metadata"]["approved_by"]) == ("2027-03-05", "Maya Manager")
    known = read(folder, FACTS)["answers"][owner]
    assert known["facts"] == {
        "said_1": "The Bradford Partnership pays for a bus or a taxi to the meeting.",
        "said_2": "Keep the ticket.",
    }
    assert known["source"] == "Travel policy, section 2, 3 March 2027"
    assert not (folder / EXAMPLES).exists()


def test_an_answer_approved_after_midnight_in_summer_has_the_day_of_bradford(folder: Path) -> None:
    export(folder, [replace(answer(OF_A_KIND), approved_at=datetime(2027, 7, 5, 23, 30, tzinfo=UTC))])
    ((said,),) = read(folder, ANSWERS)["responses"].values()
    assert said["metadata"]["reviewed_on"] == "2027-07-06"


def test_only_what_is_approved_is_written_and_what_is_no_more_goes(folder: Path) -> None:
    before = {path: path.read_bytes() for path in folder.rglob("*.yml")}
    export(folder, [answer(OF_A_KIND), answer(NEW)])
    assert {path.name for path in folder.rglob("*.yml")} - {path.name for path in before} == {"approved.yml"}
    assert export(folder, [answer(OF_A_KIND, State.WRITTEN), answer(NEW, State.WITHDRAWN)]) == []
    assert {path: path.read_bytes() for path in folder.rglob("*.yml")} == before


def test_the_same_answers_give_the_same_files(folder: Path) -> None:
    export(folder, [answer(OF_A_KIND), answer(NEW)])
    first = [(folder / name).read_bytes() for name in (ANSWERS, EXAMPLES, FACTS)]
    export(folder, [answer(NEW), answer(OF_A_KIND)])
    assert [(folder / name).read_bytes() for name in (ANSWERS, EXAMPLES, FACTS)] == first


def test_the_service_takes_the_answers_up_and_shows_what_they_rest_on(folder: Path) -> None:
    export(folder, [answer(OF_A_KIND)])
    words = load_words(folder, Settings().kept_for)
    used = {one.name: one for one in in_use(folder, words)}
    mine = used["open.other_review_question.travel_costs.approved"]
    assert "Staff of the Bradford Partnership wrote this answer." in mine.text
    assert mine.facts == ["The Bradford Partnership pays for a bus or a taxi to the meeting.", "Keep the ticket."]
    assert (mine.source, mine.approved_by) == ("Travel policy, section 2, 3 March 2027", "Maya Manager")
    assert len(used) == len(words.answers)


def test_every_answer_of_the_leaflet_shows_its_section_and_its_facts() -> None:
    settings = Settings()
    used = in_use(settings.words_dir, load_words(settings.words_dir, settings.kept_for))
    sees = next(one for one in used if one.name == "report.who_sees")
    assert sees.source == "Who will see the report?"
    assert sees.facts and all(fact.endswith(".") for fact in sees.facts)


def test_rasa_reads_the_responses_and_the_examples_with_their_kind(folder: Path) -> None:
    export(folder, [answer(OF_A_KIND), answer(NEW)])
    for path in folder.rglob("*.yml"):
        if path.name != "approved.yml":
            path.unlink()  # reading all other examples takes a minute, and they are read by every training
    done = subprocess.run(
        [BOT_PYTHON, "-c", READ_BY_RASA, str(folder)],
        cwd=ROOT,
        env={**os.environ, "RASA_TELEMETRY_ENABLED": "false", "TF_CPP_MIN_LOG_LEVEL": "3"},
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    found = yaml.safe_load(done.stdout.splitlines()[-1])
    assert set(found["responses"]) == {
        "utter_open.other_review_question.travel_costs.approved",
        "utter_open.other_review_question.parking_when_you_come_to_a.approved",
    }
    assert len(found["examples"]) == 8
    assert {tuple(one[:2]) for one in found["examples"]} == {
        ("open.other_review_question", "parking_when_you_come_to_a")
    }


async def test_the_command_writes_what_stands_approved_in_the_database(folder: Path, tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path / "var", secret_keys=(new_key(),), words_dir=folder)
    assert await exported(settings) == []
    database, tables = open_database(settings), Tables(Keys(settings.secret_keys))
    answers = Answers(database, tables, Kinds(folder), folder, lambda: MARCH)
    for draft in (OF_A_KIND, NEW):
        assert await answers.write(draft, "Amira Khan") == []
    first, _second = await answers.listed()
    await answers.approve(first.id, first.version, "Maya Manager")
    await database.close()
    assert await exported(settings) == [first.name]
    assert list(read(folder, FACTS)["answers"]) == [first.name]


def promises(folder: Path, chosen: str) -> subprocess.CompletedProcess[str]:
    """The tests of all words and examples that are `chosen`, run on another data folder."""
    return subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "tests/words", "tests/examples", "-k", chosen, "-p", "no:cacheprovider"],
        cwd=ROOT,
        env={**os.environ, "DATA_UNDER_TEST": str(folder)},
        capture_output=True,
        text=True,
        timeout=120,
    )


def test_what_is_exported_keeps_every_promise_about_answers_and_examples(folder: Path) -> None:
    export(folder, [answer(OF_A_KIND), answer(NEW)])
    done = promises(folder, "approved or staff_wrote or prices or every_topic_has_an_answer or examples")
    assert done.returncode == 0, done.stdout[-3000:]
    passed = int(done.stdout.split(" passed")[0].split()[-1])
    assert passed > 30


def test_an_answer_that_breaks_a_promise_is_caught_by_those_tests(folder: Path) -> None:
    export(folder, [answer(replace(OF_A_KIND, text="We guys are delighted to pay for a bus."))])
    done = promises(folder, "approved and unwanted")
    assert done.returncode == 1
    assert "delighted" in done.stdout
