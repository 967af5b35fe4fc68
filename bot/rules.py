"""Rasa's rules, looked up by what was understood instead of tried one by one; and its domain, known to be full."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from rasa.core.policies.rule_policy import RULES, RULES_FOR_LOOP_UNHAPPY_PATH, RulePolicy
from rasa.shared.core.constants import ACTION_LISTEN_NAME, PREVIOUS_ACTION, USER
from rasa.shared.core.domain import Domain, State
from rasa.shared.core.events import ActionExecuted
from rasa.shared.core.trackers import DialogueStateTracker
from rasa.shared.nlu.constants import ACTION_NAME, INTENT, TEXT

# The intent, and the action before it, of the state in which a rule says what comes next; None where it names none.
Last = tuple[str | None, str | None]


class _Latest:
    """A conversation of which only the latest states are to be seen.

    One more than the longest rule has, so that they do not pass for the conversation's beginning.
    """

    def __init__(self, tracker: DialogueStateTracker, longest: int) -> None:
        self._tracker, self._longest = tracker, longest

    def past_states(self, domain: Domain, omit_unset_slots: bool = False, **more: Any) -> list[State]:
        """As of DialogueStateTracker, which makes one state for each action there has been."""
        events = self._tracker.applied_events()
        done = [place for place, event in enumerate(events) if event.type_name == ActionExecuted.type_name]
        latest, again = set(done[-self._longest :]), self._tracker.init_copy()
        states = []
        for place, event in enumerate(events):
            if place in latest:
                states.append(domain.get_active_state(again, omit_unset_slots=omit_unset_slots))
            again.update(event)
        return [*states, domain.get_active_state(again, omit_unset_slots=omit_unset_slots)]


def look_up_rules(policy: RulePolicy) -> None:
    """From now on the policy predicts the same with less work.

    By itself it tries every rule on every state of the conversation; after a message twice: first for rules that go by
    a text, of which we have none. It makes all those states anew each time, though no rule looks at more than its own
    few. Raises ValueError for rules that this does not know how to look up.
    """
    try_all: Callable[[dict[str, str], list[State]], set[str]] = policy._get_possible_keys
    find = policy._find_action_from_rules
    rules_known: dict[str, str] = policy.lookup[RULES]
    if not all(map(goes_by_intent, rules_known)):
        raise ValueError("after action_listen a rule goes by a text, or by a form alone: that is not looked up yet")
    index = indexed(rules_known)
    states_of: Callable[..., list[State]] = policy._prediction_states
    kinds = (RULES, RULES_FOR_LOOP_UNHAPPY_PATH)
    longest = max(len(json.loads(rule)) for kind in kinds for rule in policy.lookup[kind])

    def latest_states(tracker: DialogueStateTracker, domain: Domain, *args: Any, **more: Any) -> list[State]:
        return states_of(_Latest(tracker, longest), domain, *args, **more)

    def possible(rules: dict[str, str], states: list[State]) -> set[str]:
        intent, action = of_state(states[-1]) if states else (None, None)
        if action is None or rules is not rules_known:  # a conversation begins: then Rasa compares less
            return try_all(rules, states)
        near = [rule for said in {intent, None} for done in {action, None} for rule in index.get((said, done), ())]
        return try_all({rule: rules[rule] for rule in near}, states)

    def found(
        tracker: DialogueStateTracker, domain: Domain, use_text_for_last_user_input: bool
    ) -> tuple[str | None, str | None, bool]:
        return (None, None, False) if use_text_for_last_user_input else find(tracker, domain, False)

    policy._prediction_states = latest_states
    policy._get_possible_keys = possible
    policy._find_action_from_rules = found


def know_full(domain: Domain) -> None:
    """Rasa asks of each message whether the domain is empty, and makes an empty one each time to compare."""
    empty = domain.is_empty()
    domain.is_empty = lambda: empty


def indexed(rules: Mapping[str, str]) -> Mapping[Last, Sequence[str]]:
    """Rules (states as JSON) by their last state."""
    index: dict[Last, list[str]] = defaultdict(list)
    for rule in rules:
        index[of_state(json.loads(rule)[-1])].append(rule)
    return index


def of_state(state: State) -> Last:
    """What a state is looked up by."""
    return _named(state.get(USER, {}), INTENT), _named(state.get(PREVIOUS_ACTION, {}), ACTION_NAME)


def goes_by_intent(rule: str) -> bool:
    """True for a rule (states as JSON) that says nothing of texts and, after a message, names what was understood."""
    states: list[State] = json.loads(rule)
    intent, action = of_state(states[-1])
    names_a_text = any(TEXT in state.get(USER, {}) for state in states)
    return not names_a_text and (action != ACTION_LISTEN_NAME or intent is not None)


def _named(part: Mapping[str, Any], name: str) -> str | None:
    value = part.get(name)
    return None if value is None else str(value)
