"""Rasa's rules, looked up by what was understood instead of tried one after the other, and its domain, known not to be empty."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

from rasa.core.policies.rule_policy import RULES, RULES_FOR_LOOP_UNHAPPY_PATH, RulePolicy
from rasa.shared.core.constants import PREVIOUS_ACTION, USER
from rasa.shared.core.domain import Domain, State
from rasa.shared.core.trackers import DialogueStateTracker
from rasa.shared.nlu.constants import ACTION_NAME, INTENT, TEXT

# The intent, and the action before it, of the state in which a rule says what comes next; None where it names none.
Last = tuple[str | None, str | None]
Index = Mapping[Last, Sequence[str]]


def look_up_rules(policy: RulePolicy) -> None:
    """From now on the policy predicts the same with less work: by itself it tries every rule on every state of the
    conversation, twice for each prediction (for rules with intents, and for rules with texts, of which we have none).
    """
    try_all, find = policy._get_possible_keys, policy._find_action_from_rules
    every = [policy.lookup[name] for name in (RULES, RULES_FOR_LOOP_UNHAPPY_PATH)]
    indices = {id(rules): indexed(rules) for rules in every}
    texts = any(names_a_text(rule) for rules in every for rule in rules)

    def possible(rules: dict[str, str], states: list[State]) -> set[str]:
        last = of_state(states[-1]) if states else (None, None)
        if last[1] is None:  # a conversation begins: then Rasa compares less
            return try_all(rules, states)
        index = indices[id(rules)]
        near = [rule for intent in {last[0], None} for action in {last[1], None} for rule in index.get((intent, action), ())]
        return try_all({rule: rules[rule] for rule in near}, states)

    def found(tracker: DialogueStateTracker, domain: Domain, use_text_for_last_user_input: bool) -> tuple[Any, Any, bool]:
        if use_text_for_last_user_input and not texts:
            return None, None, False
        return find(tracker, domain, use_text_for_last_user_input)

    for name, instead in (("_get_possible_keys", possible), ("_find_action_from_rules", found)):
        setattr(policy, name, instead)


def know_not_empty(domain: Domain) -> None:
    """Rasa asks of each message whether the domain is empty, and makes an empty one each time to compare."""
    empty = domain.is_empty()
    setattr(domain, "is_empty", lambda: empty)


def indexed(rules: Mapping[str, str]) -> Index:
    """Rules (states as JSON) by their last state."""
    index: dict[Last, list[str]] = defaultdict(list)
    for rule in rules:
        index[of_state(json.loads(rule)[-1])].append(rule)
    return index


def of_state(state: State) -> Last:
    """What a state is looked up by."""
    return _named(state.get(USER, {}), INTENT), _named(state.get(PREVIOUS_ACTION, {}), ACTION_NAME)


def names_a_text(rule: str) -> bool:
    """True for a rule (states as JSON) that goes by words that were said."""
    return any(TEXT in state.get(USER, {}) for state in json.loads(rule))


def _named(part: Mapping[str, Any], name: str) -> str | None:
    value = part.get(name)
    return None if value is None else str(value)
