"""The tables say what was measured, on what, whether it is enough, and what limits us."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import date

import pytest

from bench import __main__ as bench
from bench.figures import LoadFigures, Round
from bench.report import Measured, as_json, as_markdown, in_readme, limits, rows

MACHINE = {"processor": "A Processor", "cores": "2", "memory": "25 GB", "system": "Linux 6", "python": "3.12"}
SETTINGS = {"rounds": 1, "conversations": 150, "messages": 900, "seed": 1}


def side(
    rate: float,
    wait: float,
    memory: float,
    ready: float,
    processors: Mapping[str, float],
    failed: int = 0,
    others: float = 0.0,
) -> Round:
    load = LoadFigures(
        rate=rate,
        p50=wait / 2,
        p95=wait,
        processor_time=1000 / rate,
        processors=processors,
        generator=0.2,
        others=others,
        answered=900,
        failures={"NotAnswered: status 500": failed},
        right=0.9,
    )
    return Round(ready, memory, {10: load, 50: load})


STOCK = side(50, 400, 1200, 30, {"rasa": 1.0})


def measured(ours: Round) -> Measured:
    return Measured(date(2026, 11, 23), MACHINE, SETTINGS, [ours], [STOCK])


def good(processors: Mapping[str, float] | None = None, failed: int = 0) -> Measured:
    return measured(side(250, 80, 700, 12, processors or {"web": 0.4, "bot.worker": 0.9}, failed))


def test_every_target_stands_in_the_table_with_both_figures_ratio_and_verdict() -> None:
    table = rows(good())
    assert table[0][1:] == ("250 /s", "50.0 /s", "5.00", "at least 4", "met")
    assert table[2][1:] == ("80.0 ms", "400 ms", "0.20", "at most 0.25", "met")
    assert table[4][1:] == ("700 MB", "1,200 MB", "0.58", "at most 0.7", "met")
    assert table[5][1:] == ("12.0 s", "30.0 s", "0.40", "at most 0.6", "met")
    assert good().all_met


def test_a_missed_target_is_called_missed() -> None:
    slow = measured(side(199, 80, 700, 12, {"web": 1.0}))
    assert [row[-1] for row in rows(slow)][:2] == ["not met", "not met"]
    assert not slow.all_met


def test_unanswered_messages_of_ours_are_called_not_met() -> None:
    assert rows(good(failed=1))[-1][-1] == "not met"
    assert not good(failed=1).all_met


def test_the_readme_gets_the_table_and_what_limits_us_between_its_marks_and_keeps_the_rest() -> None:
    readme = in_readme("# Chat\n<!-- bench -->\nold figures\n<!-- /bench -->\nend\n", good())
    assert readme.startswith("# Chat\n<!-- bench -->\n") and readme.endswith("<!-- /bench -->\nend\n")
    assert "250 /s" in readme and limits(good())[0] in readme and "old figures" not in readme
    assert in_readme(readme, good()) == readme


def test_the_document_names_machine_rounds_and_how_to_repeat_it() -> None:
    text = as_markdown(good())
    for words in ("`make bench`", "A Processor, 2 cores", "2026-11-23", "900 messages at 10 and again at 50", "met |"):
        assert words in text


@pytest.mark.parametrize(
    ("processors", "said"),
    [
        ({"web": 0.4, "bot.worker": 0.9}, "`bot.worker` is the limit"),
        ({"web": 0.8, "bot.worker": 0.9}, "most of it goes to `bot.worker`"),
        ({"web": 0.3, "bot.worker": 0.4}, "No core is full"),
    ],
)
def test_what_limits_us_follows_from_the_figures(processors: Mapping[str, float], said: str) -> None:
    assert said in " ".join(limits(good(processors)))


def test_a_machine_that_was_not_left_alone_is_named_in_the_document() -> None:
    disturbed = measured(side(250, 80, 700, 12, {"web": 0.4}, others=0.8))
    assert "Something else kept up to 0.8 cores busy" in as_markdown(disturbed)
    assert "Something else" not in as_markdown(good())


def test_it_is_said_where_the_comparison_was_trained_less() -> None:
    less = replace(good(), settings={**SETTINGS, "epochs": 3})
    assert "went through their examples 3 times instead of 100" in as_markdown(less)
    assert "instead of 100" not in as_markdown(good())


def test_the_json_keeps_every_round() -> None:
    content = json.loads(as_json(good()))
    assert content["medians"]["stock"]["rate_50"] == 50
    assert content["rounds"]["ours"][0]["loads"]["10"]["processors"] == {"web": 0.4, "bot.worker": 0.9}
    assert [target["met"] for target in content["targets"]] == [True] * 6


def test_rounds_and_conversations_have_to_be_at_least_one() -> None:
    assert bench.options(["--rounds", "5"]) == bench.Options(rounds=5, conversations=150, only=None)
    assert bench.options(["--epochs", "3"]).epochs == 3
    with pytest.raises(SystemExit):
        bench.options(["--rounds", "0"])
