"""Reading the examples quickly changes nothing of what is read."""

from __future__ import annotations

import copy
from pathlib import Path

import pytest
from rasa.shared.exceptions import YamlException
from rasa.shared.importers.rasa import RasaFileImporter
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.components.examples_importer import ExamplesImporter, plain_messages

PLAIN = """version: "3.1"
nlu:
- intent: report.who_sees
  metadata: {voice: teen, kind: file}
  examples: |
    - so like can anyone just read it
    - will my school see this
    -   will my school see this
"""
MARKED = """version: "3.1"
nlu:
- intent: booking.request
  metadata: {voice: teen}
  examples: |
    - can we meet on [friday](day)
- synonym: friday
  examples: |
    - fri
"""


def written(folder: Path, **files: str) -> Path:
    for name, content in files.items():
        (folder / f"{name}.yml").write_text(content, encoding="utf-8")
    return folder


def read(importer: type[RasaFileImporter], folder: Path) -> TrainingData:
    return importer(training_data_paths=[str(folder)]).get_nlu_data()


def test_it_reads_what_rasa_reads_also_where_more_than_plain_examples_stands(tmp_path: Path) -> None:
    folder = written(tmp_path, plain=PLAIN, marked=MARKED)
    assert plain_messages(folder / "plain.yml") and plain_messages(folder / "marked.yml") is None
    ours, rasas = read(ExamplesImporter, folder), read(RasaFileImporter, folder)
    told = [sorted(str(one.as_dict()) for one in data.training_examples) for data in (ours, rasas)]
    assert told[0] == told[1] and len(told[0]) == 3  # the two that are the same count once
    assert ours.entity_synonyms == rasas.entity_synonyms == {"fri": "friday"}


def test_a_copy_of_a_message_is_one_of_its_own(tmp_path: Path) -> None:
    first, *_ = plain_messages(written(tmp_path, plain=PLAIN) / "plain.yml") or []
    twin, rasas = copy.deepcopy(first), Message(dict(first.data))
    assert twin == first == rasas and hash(twin) == hash(rasas)
    twin.set("intent", "review.what")
    twin.set("tokens", ["so", "like"], add_to_output=True)
    assert first == rasas and first.get("tokens") is None and "tokens" not in first.output_properties
    assert twin != first and twin == Message(dict(twin.data))


@pytest.mark.parametrize(
    "broken",
    [
        PLAIN[: PLAIN.index("|")] + "5",
        PLAIN.replace("- intent: report.who_sees", "- itnent: report.who_sees"),
        PLAIN.replace("{voice: teen", "{voice: [teen"),
    ],
)
def test_what_is_wrong_in_a_file_is_said_by_rasa(tmp_path: Path, broken: str) -> None:
    with pytest.raises(YamlException, match=r"broken\.yml"):
        read(ExamplesImporter, written(tmp_path, broken=broken))
