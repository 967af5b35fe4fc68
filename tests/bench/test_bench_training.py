"""The comparison is trained once and kept; half a training is none; the wait is shown honestly."""

from __future__ import annotations

from pathlib import Path

import pytest

from bench.training import Progress, Reader, TrainingFailed, Workshop, trained

FILES = {"config.yml": "recipe: default.v1\n"}

TRAINS = """#!/bin/sh
echo run >> "{count}"
printf "Starting to train component 'DIETClassifier'.\\n"
printf 'Epochs:  50%%|#####     | 1/2 [00:10<00:10, 10.0s/it]\\r'
{then}
"""
WRITES_A_MODEL = "mkdir -p unfinished && echo model > unfinished/stock.tar.gz"


def workshop(folder: Path, then: str) -> Workshop:
    """A workshop whose Python is a script that stands in for `rasa train`."""
    python = folder / "environment" / "bin" / "python"
    python.parent.mkdir(parents=True)
    python.write_text(TRAINS.format(count=folder / "count", then=then), encoding="utf-8")
    python.chmod(0o755)
    return Workshop(folder / "environment", folder / "cache")


def runs(folder: Path) -> int:
    return len((folder / "count").read_text().splitlines())


async def test_a_model_is_trained_once_and_kept_until_its_files_change(tmp_path: Path) -> None:
    shop, shown = workshop(tmp_path, WRITES_A_MODEL), list[Progress]()
    first = await shop.model(FILES, "rasa==1", shown.append)
    assert await shop.model(FILES, "rasa==1", shown.append) == first
    assert runs(tmp_path) == 1
    assert trained(first).read_text() == "model\n"
    assert (first / "config.yml").read_text() == FILES["config.yml"]
    assert shown == [Progress("DIETClassifier"), Progress("DIETClassifier", 1, 2, "00:10")]
    assert await shop.model(FILES, "rasa==2", shown.append) != first
    assert runs(tmp_path) == 2


@pytest.mark.parametrize("then", ["exit 3", f"{WRITES_A_MODEL}; exit 3", "true"])
async def test_a_training_that_fails_leaves_no_model_and_says_where_to_look(tmp_path: Path, then: str) -> None:
    shop = workshop(tmp_path, then)
    with pytest.raises(TrainingFailed, match=r"training\.log"):
        await shop.model(FILES, "rasa==1", lambda progress: None)
    assert not list((tmp_path / "cache").glob("*/stock.tar.gz"))
    with pytest.raises(TrainingFailed):
        await shop.model(FILES, "rasa==1", lambda progress: None)
    assert runs(tmp_path) == 2


@pytest.mark.parametrize(
    ("line", "progress"),
    [
        ("INFO rasa.engine.training.hooks - Finished training component 'RegexFeaturizer'.", None),
        ("Epochs:  46%|####6  | 46/100 [09:24<08:21,  9.28s/it, t_loss=3.29]", Progress("TEDPolicy", 46, 100, "08:21")),
        ("Epochs:   0%|       | 0/100 [00:00<?, ?it/s]", Progress("TEDPolicy", 0, 100, "?")),
    ],
)
def test_what_rasa_prints_becomes_progress(line: str, progress: Progress | None) -> None:
    reader = Reader()
    assert reader.read("INFO - Starting to train component 'TEDPolicy'.") == Progress("TEDPolicy")
    assert reader.read(line) == progress
