"""What makes the comparison fair: Rasa's own defaults, and exactly our examples, rules and answers."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest
import yaml

from bench import project
from bench.corpus import COMPARED_VOICES, Example, MissingData, read_answers, read_examples

ROOT = Path(__file__).resolve().parents[2]
RASA = ROOT / ".venv" / "bot"
"""Any environment with the Rasa version of the comparison: its default configuration is part of the package."""

EXAMPLES = read_examples(ROOT / "data")
TOPICS = yaml.safe_load((ROOT / "data" / "topics.yml").read_text(encoding="utf-8"))["topics"]
ANSWERS = read_answers(ROOT / "data")
DOES_MORE = {"booking.request", "booking.manage", "handoff.human", "open.my_case", "open.other_review_question"}
"""Topics that start a form of ours, or whose answer names what was asked; the stock project says one answer."""


@pytest.fixture(scope="module")
def files() -> dict[str, str]:
    return project.project_files(project.shipped_default_config(RASA), EXAMPLES, ANSWERS)


def test_the_comparison_runs_rasas_default_configuration_and_nothing_else(files: dict[str, str]) -> None:
    shipped = yaml.safe_load(project.shipped_default_config(RASA).read_text(encoding="utf-8"))
    ours = yaml.safe_load(files["config.yml"])
    assert ours.pop("assistant_id") == project.ASSISTANT
    shipped.pop("assistant_id")
    assert ours == shipped


def test_a_comparison_that_is_trained_less_differs_in_its_epochs_only(files: dict[str, str]) -> None:
    fewer = project.project_files(project.shipped_default_config(RASA), EXAMPLES, ANSWERS, epochs=3)
    assert fewer["config.yml"] == files["config.yml"].replace("epochs: 100", "epochs: 3")
    assert {**fewer, "config.yml": ""} == {**files, "config.yml": ""}


def test_the_default_configuration_is_the_one_documented_for_rasa_3_6(files: dict[str, str]) -> None:
    config = yaml.safe_load(files["config.yml"])
    assert [component["name"] for component in config["pipeline"]] == [
        "WhitespaceTokenizer",
        "RegexFeaturizer",
        "LexicalSyntacticFeaturizer",
        "CountVectorsFeaturizer",
        "CountVectorsFeaturizer",
        "DIETClassifier",
        "EntitySynonymMapper",
        "ResponseSelector",
        "FallbackClassifier",
    ]
    assert [policy["name"] for policy in config["policies"]] == [
        "MemoizationPolicy",
        "RulePolicy",
        "UnexpecTEDIntentPolicy",
        "TEDPolicy",
    ]
    epochs = {each["name"]: each["epochs"] for each in config["pipeline"] + config["policies"] if "epochs" in each}
    names = ("DIETClassifier", "ResponseSelector", "UnexpecTEDIntentPolicy", "TEDPolicy")
    assert epochs == dict.fromkeys(names, 100)


def test_both_sides_use_the_same_rasa_version() -> None:
    versions = {
        line.split()[0]
        for name in ("bench.txt", "bot.txt")
        for line in (ROOT / "requirements" / name).read_text(encoding="utf-8").splitlines()
        if line.startswith("rasa==")
    }
    assert len(versions) == 1


def test_the_comparison_learns_every_compared_example_and_no_other(files: dict[str, str]) -> None:
    learnt = Counter(
        (block["intent"], line.removeprefix("- "))
        for block in yaml.safe_load(files["data/nlu.yml"])["nlu"]
        for line in block["examples"].splitlines()
    )
    written = Counter(
        (block["intent"], line.removeprefix("- "))
        for path in (ROOT / "data" / "nlu").glob("*.yml")
        for block in yaml.safe_load(path.read_text(encoding="utf-8"))["nlu"]
        if block["intent"] in TOPICS and block["metadata"]["voice"] in COMPARED_VOICES
        for line in block["examples"].splitlines()
    )
    assert learnt == written
    assert learnt.total() == 2186


def test_every_topic_is_answered_by_its_rule_and_fallback_has_one_too(files: dict[str, str]) -> None:
    rules = yaml.safe_load(files["data/rules.yml"])["rules"]
    answered = {rule["steps"][0]["intent"]: rule["steps"][1]["action"] for rule in rules}
    domain = yaml.safe_load(files["domain.yml"])
    assert answered.pop("nlu_fallback") == project.FALLBACK_ANSWER
    assert answered == {topic: f"utter_{topic}" for topic in domain["intents"]}
    for topic in domain["intents"]:
        assert domain["responses"][f"utter_{topic}"] == [{"text": ANSWERS[topic]}]


def test_a_topic_has_the_same_rule_on_both_sides_but_where_ours_does_more(files: dict[str, str]) -> None:
    theirs = [rule["steps"] for rule in yaml.safe_load(files["data/rules.yml"])["rules"]]
    ours = yaml.safe_load((ROOT / "data" / "rules" / "topics.yml").read_text(encoding="utf-8"))["rules"]
    assert len(ours) == len(TOPICS)
    assert {rule["rule"] for rule in ours if rule["steps"] not in theirs} == DOES_MORE


def test_its_stories_hold_each_topic_once_and_agree_with_the_rules(files: dict[str, str]) -> None:
    steps = [step for story in yaml.safe_load(files["data/stories.yml"])["stories"] for step in story["steps"]]
    asked = [step["intent"] for step in steps if "intent" in step]
    assert sorted(asked) == sorted(TOPICS)
    assert [step["action"] for step in steps if "action" in step] == [f"utter_{topic}" for topic in asked]


def test_it_stores_conversations_in_sqlite(tmp_path: Path) -> None:
    store = yaml.safe_load(project.endpoints(tmp_path / "kept.db"))["tracker_store"]
    assert store == {"type": "SQL", "dialect": "sqlite", "db": str(tmp_path / "kept.db")}


def test_anything_changed_asks_for_another_model(files: dict[str, str]) -> None:
    key = project.key_of(files, "rasa==1")
    assert project.key_of(dict(reversed(files.items())), "rasa==1") == key
    assert project.key_of(files, "rasa==2") != key
    for name in files:
        assert project.key_of({**files, name: files[name] + " "}, "rasa==1") != key


def write_data(folder: Path, examples: str, answer: str = "Ring {partnership} on {phone}.") -> Path:
    (folder / "nlu").mkdir()
    (folder / "answers").mkdir()
    (folder / "nlu" / "talk.yml").write_text(examples, encoding="utf-8")
    responses = {"version": "3.1", "responses": {"utter_talk.greet": [{"text": answer}]}}
    (folder / "answers" / "talk.yml").write_text(yaml.safe_dump(responses), encoding="utf-8")
    (folder / "topics.yml").write_text("topics: {talk.greet: {question: Hello}}", encoding="utf-8")
    (folder / "partnership.yml").write_text("name: The Partnership\nphone: '01234'\nemail: a@b\n", encoding="utf-8")
    return folder


def block(voice: str, text: str) -> str:
    return f"- intent: talk.greet\n  metadata:\n    voice: {voice}\n  examples: |\n    - {text}\n"


def test_examples_of_later_voices_are_left_out(tmp_path: Path) -> None:
    data = write_data(tmp_path, "nlu:\n" + block("v1", "hello: - there") + block("v9", "hiya"))
    assert read_examples(data) == [Example("hello: - there", "talk.greet")]


def test_messages_on_no_topic_are_left_out(tmp_path: Path) -> None:
    data = write_data(tmp_path, "nlu:\n" + block("v1", "hello") + block("v1", "go on").replace("talk.greet", "more"))
    assert read_examples(data) == [Example("hello", "talk.greet")]


def test_no_compared_examples_is_said_plainly(tmp_path: Path) -> None:
    data = write_data(tmp_path, "nlu:\n" + block("v9", "hiya"))
    with pytest.raises(MissingData, match="No training examples"):
        read_examples(data)


def test_answers_have_the_partnerships_details_filled_in(tmp_path: Path) -> None:
    data = write_data(tmp_path, "nlu: []\n")
    assert read_answers(data) == {"talk.greet": "Ring The Partnership on 01234."}
