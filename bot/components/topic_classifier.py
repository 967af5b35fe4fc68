"""The topic classifier as a Rasa component: reads the message in the light of what went before, ranks the topics."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.classifiers.classifier import IntentClassifier
from rasa.shared.core.events import UserUttered
from rasa.shared.core.trackers import DialogueStateTracker
from rasa.shared.nlu.constants import INTENT, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData
from tqdm import tqdm

from actions.history import last_topic
from bot.components.ahead import known_ahead
from bot.components.spacy_reader import QUESTIONS, SpacyReader
from bot.understanding.examples import SAFETY, Example, follow_ups, of_metadata
from bot.understanding.follow_ups import hung_on
from bot.understanding.normalise import has_words
from bot.understanding.reader import Part, Reader

PARTS, DANGER, KIND, HANGS, FOLLOWS = "parts", "danger", "kind", "hangs", "follows"
LIKELIEST = 3  # how many topics of a message are kept, and looked at when the next is read


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=True)
class TopicClassifier(GraphComponent, IntentClassifier):
    """Sets `intent`, `intent_ranking`, `danger`, `kind` and, for a message that has several, its `parts`.

    A message with nothing to read gets no intent and an empty ranking.
    """

    def __init__(
        self, config: dict[str, Any], storage: ModelStorage, resource: Resource, reader: Reader | None = None
    ) -> None:
        self._ranking_length = int(config["ranking_length"])
        self._storage = storage
        self._resource = resource
        self._reader = reader

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """`ranking_length`: how many topics are kept with a message."""
        return {"ranking_length": 8}

    @classmethod
    def required_components(cls) -> list[type]:
        """What has to stand before it in the pipeline."""
        return [SpacyReader]

    @staticmethod
    def required_packages() -> list[str]:
        """What has to be installed."""
        return ["onnxruntime", "tokenizers", "tensorflow"]

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> TopicClassifier:
        """Called by Rasa's graph before training."""
        return cls(config, model_storage, resource)

    @classmethod
    def load(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **kwargs: Any,
    ) -> TopicClassifier:
        """Called by Rasa's graph to serve a trained model."""
        with model_storage.read_from(resource) as folder:
            return cls(config, model_storage, resource, Reader.load(Path(folder)))

    def train(self, training_data: TrainingData) -> Resource:
        """Learns from the examples; raises WrongWeights if the encoder's weights are not the published ones."""
        examples = [_example(m) for m in training_data.intent_examples if has_words(m.get(TEXT) or "")]
        examples += follow_ups()
        with self._storage.write_to(self._resource) as folder, tqdm(total=100, unit="%") as bar:

            def progress(doing: str, done: float) -> None:
                percent = int(100 * done)
                if (doing, percent) != (bar.desc.removesuffix(": "), bar.n):
                    bar.set_description(doing, refresh=False)
                    bar.n = percent
                    bar.refresh()

            self._reader = Reader.train(examples, Path(folder), progress)
        return self._resource

    @property
    def reader(self) -> Reader:
        """What reads the messages."""
        if self._reader is None:
            raise RuntimeError("the topic classifier is neither trained nor loaded")
        return self._reader

    def process(self, messages: list[Message], tracker: DialogueStateTracker | None = None) -> list[Message]:
        """Ranks the topics of what was written."""
        befores = hangs_on(tracker)
        answered = is_answer(next(iter(befores), None))
        free = tracker is None or tracker.active_loop_name is None
        for message in messages:
            ahead = known_ahead(message)
            sights = ahead.sights if ahead else None
            text, parts = message.get(TEXT) or "", message.get(QUESTIONS) or []
            read = self.reader.read(text, parts, befores, sights, in_form=not free)
            named = [{"name": topic, "confidence": share} for topic, share in read.ranking[: self._ranking_length]]
            message.set(INTENT, named[0] if named else {"name": None, "confidence": 0.0}, add_to_output=True)
            message.set("intent_ranking", named, add_to_output=True)
            message.set(KIND, read.kind, add_to_output=True)
            message.set(DANGER, {"name": read.danger_topic, "confidence": read.danger}, add_to_output=True)
            message.set(HANGS, read.hangs if answered else 0.0)
            message.set(FOLLOWS, answered and free)
            message.set(PARTS, [_told(part) for part in read.parts])
        return messages


def hangs_on(tracker: DialogueStateTracker | None) -> tuple[str, ...]:
    """The topics that the next message may hang on, that of the last answer first (`follow_ups.hung_on`)."""
    events = tracker.events if tracker else ()
    messages = (event for event in reversed(events) if isinstance(event, UserUttered))
    asked = next(((message.parse_data or {}).get("intent_ranking") or [] for message in messages), [])
    answered = last_topic(event.as_dict() for event in reversed(events))
    return hung_on(answered, [str(topic["name"]) for topic in asked[:LIKELIEST]])


def is_answer(topic: str | None) -> bool:
    """False for a greeting and for help, which answer no question; and for none."""
    return topic is not None and topic != "talk.greet" and not topic.startswith(SAFETY)


def _example(message: Message) -> Example:
    return of_metadata(message.get(TEXT), message.get(INTENT), (message.get("metadata") or {})["intent"])


def _told(part: Part) -> dict[str, Any]:
    return {**vars(part)}
