"""Rasa's graph and rules run quicker than Rasa runs them, with the same outcome."""

from __future__ import annotations

import copy
import json
import logging
import os
from pathlib import Path
from typing import Any

import pytest
from rasa.core.channels.channel import UserMessage
from rasa.core.policies.rule_policy import RulePolicy
from rasa.engine.exceptions import GraphRunError
from rasa.engine.loader import load_predict_graph_runner
from rasa.engine.runner.dask import DaskGraphRunner
from rasa.engine.storage.local_model_storage import LocalModelStorage
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import ActionExecuted, ActiveLoop, BotUttered, Event, SessionStarted, UserUttered
from rasa.shared.core.trackers import DialogueStateTracker

from bot.rules import know_full, look_up_rules
from bot.runner import StepByStep
from bot.train import MODEL

TRAINED = Path(os.environ.get("BOT_MODEL") or MODEL)
LISTENS = ActionExecuted("action_listen")
BEGUN: list[Event] = [ActionExecuted("action_session_start"), SessionStarted(), LISTENS]


class Model:
    """The trained model as Rasa loads and runs it, and as we do."""

    def __init__(self, folder: Path) -> None:
        loaded: Any = load_predict_graph_runner(folder, TRAINED, LocalModelStorage, DaskGraphRunner)
        self.known, self.rasas = loaded
        self.ours = StepByStep.instead_of(self.rasas)
        self.domain: Domain = self.known.domain


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Model:
    return Model(tmp_path_factory.mktemp("model"))


def said(intent: str, text: str = "words") -> UserUttered:
    return UserUttered(text, {"name": intent, "confidence": 0.9})


def tracker(model: Model, events: list[Event]) -> DialogueStateTracker:
    return DialogueStateTracker.from_events("family", events, slots=model.domain.slots, domain=model.domain)


def test_the_steps_yield_what_rasas_own_runner_yields(model: Model) -> None:
    asked, target = UserMessage("who will see the report?"), model.known.nlu_target
    inputs = {"__message__": [asked], "__tracker__": tracker(model, BEGUN)}
    ours, rasas = (runner.run(inputs, [target])[target][0].as_dict(True) for runner in (model.ours, model.rasas))
    assert ours == rasas
    assert ours["intent"]["name"] == "report.who_sees"
    inputs, target = {"__tracker__": tracker(model, [*BEGUN, said("report.who_sees")])}, model.known.core_target
    assert model.ours.run(inputs, [target])[target] == model.rasas.run(inputs, [target])[target]


def test_a_step_that_lacks_an_input_says_so(model: Model, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.CRITICAL)
    with pytest.raises(GraphRunError, match="__message__"):
        model.ours.run({}, [model.known.nlu_target])


def test_the_steps_are_loaded_as_rasa_loads_them(tmp_path: Path) -> None:
    _, runner = load_predict_graph_runner(tmp_path, TRAINED, LocalModelStorage, StepByStep)
    assert isinstance(runner, StepByStep)
    assert isinstance(runner.component(RulePolicy), RulePolicy)
    with pytest.raises(LookupError):
        runner.component(DialogueStateTracker)


def conversations(model: Model) -> dict[str, list[Event]]:
    """For each intent: it is the first thing said, it comes later, its action was done, it is said inside a form."""
    earlier: list[Event] = [*BEGUN, said("review.what"), ActionExecuted("utter_review.what"), BotUttered("a"), LISTENS]
    states: dict[str, list[Event]] = {"nothing yet": [], "begun": BEGUN, "answered": earlier}
    for intent in [*model.domain.intents, "never_heard"]:
        states[f"{intent} first"] = [*BEGUN, said(intent)]
        states[f"{intent} later"] = [*earlier, said(intent)]
        for action in (f"utter_{intent}", "action_clarify", "action_open_question", "meeting_form"):
            if action in model.domain.action_names_or_texts:
                states[f"{intent} after {action}"] = [*earlier, said(intent), ActionExecuted(action)]
        states[f"{intent} in a form"] = [*earlier, ActiveLoop(model.domain.form_names[0]), said(intent)]
    return states


def test_every_rule_predicts_what_it_predicts_when_rasa_tries_them_all(model: Model) -> None:
    tries_all = model.ours.component(RulePolicy)
    looks_up = copy.copy(tries_all)
    look_up_rules(looks_up)
    for name, events in conversations(model).items():
        known = tracker(model, events)
        tried, looked = (one.predict_action_probabilities(known, model.domain) for one in (tries_all, looks_up))
        assert tried == looked, name
        assert tried.hide_rule_turn == looked.hide_rule_turn, name


def test_a_rule_that_cannot_be_looked_up_is_refused(model: Model) -> None:
    policy = copy.copy(model.ours.component(RulePolicy))
    spoken = json.dumps([{"prev_action": {"action_name": "action_listen"}, "user": {"text": "hello"}}])
    policy.lookup = {**policy.lookup, "rules": {**policy.lookup["rules"], spoken: "utter_talk.greet"}}
    with pytest.raises(ValueError, match="text"):
        look_up_rules(policy)


def test_a_domain_that_is_full_is_known_to_be(model: Model) -> None:
    domain = copy.copy(model.domain)
    know_full(domain)
    assert domain.is_empty() is False
    nothing = Domain.empty()
    know_full(nothing)
    assert nothing.is_empty() is True
