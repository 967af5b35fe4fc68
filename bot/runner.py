"""Runs the steps of the trained model one after another.

Rasa's own runner plans every run anew, and hands each step on through queues: three runs a message, a millisecond each.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any, TypeVar

from rasa.engine.graph import ExecutionContext, GraphNode, GraphNodeHook, GraphSchema
from rasa.engine.runner.dask import DaskGraphRunner
from rasa.engine.runner.interface import GraphRunner
from rasa.engine.storage.storage import ModelStorage

Component = TypeVar("Component")


class StepByStep(GraphRunner):
    """Rasa's graph: each of its steps (nodes) after those that it needs, in the order found at the first run."""

    def __init__(self, schema: GraphSchema, nodes: Mapping[str, GraphNode]) -> None:
        self._schema, self._nodes = schema, nodes
        self._steps = cache(self._planned)

    @classmethod
    def create(
        cls,
        graph_schema: GraphSchema,
        model_storage: ModelStorage,
        execution_context: ExecutionContext,
        hooks: list[GraphNodeHook] | None = None,
    ) -> StepByStep:
        """See GraphRunner."""
        return cls.instead_of(DaskGraphRunner.create(graph_schema, model_storage, execution_context, hooks))

    @classmethod
    def instead_of(cls, runner: GraphRunner) -> StepByStep:
        """The same graph, loaded already."""
        if not isinstance(runner, DaskGraphRunner):
            raise TypeError(f"not a runner of Rasa 3.6: {type(runner).__name__}")
        return cls(runner._graph_schema, runner._instantiated_nodes)

    def component(self, kind: type[Component]) -> Component:
        """The one of this kind that was loaded with the model. Raises LookupError if there is none, or more."""
        found = [node._component for node in self._nodes.values() if isinstance(node._component, kind)]
        if len(found) != 1:
            raise LookupError(f"the model has {len(found)} of {kind.__name__}")
        return found[0]

    def run(self, inputs: dict[str, Any] | None = None, targets: list[str] | None = None) -> dict[str, Any]:
        """What each of `targets` yields (all targets of the graph if none are named), given `inputs`.

        Raises GraphRunError where a step lacks an input.
        """
        wanted = tuple(targets or self._schema.target_names)
        found: dict[str, tuple[str, Any]] = {name: (name, value) for name, value in (inputs or {}).items()}
        for name, needs in self._steps(wanted):
            # A step that gets a bare name instead of what it needs says which that is.
            found[name] = self._nodes[name](*(found.get(need, need) for need in needs))
        return {target: found[target][1] for target in wanted}

    def _planned(self, targets: tuple[str, ...]) -> Sequence[tuple[str, Sequence[str]]]:
        """Steps and what each needs, none before what it needs; inputs are no steps."""
        planned: dict[str, Sequence[str]] = {}

        def plan(name: str) -> None:
            if name in planned or name not in self._schema.nodes:
                return
            needs = tuple(self._schema.nodes[name].needs.values())
            for need in needs:
                plan(need)
            planned[name] = needs

        for target in targets:
            plan(target)
        return tuple(planned.items())
