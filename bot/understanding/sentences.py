"""The sentences of a message, found by spaCy's blank English pipeline."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import spacy
from spacy.language import Language
from spacy.tokens import Doc

from bot.understanding.normalise import has_words

# Of a very long message the end is read closer: the question often stands there.
MOST_SENTENCES = 8
# How much a question, and the last sentence, count beside an ordinary sentence of a story.
QUESTION, LAST = 2.0, 1.0


def pipeline() -> Language:
    """spaCy's words and sentences; nothing is downloaded."""
    nlp = spacy.blank("en")
    nlp.add_pipe("sentencizer")
    return nlp


def sentences_of(doc: Doc) -> list[str]:
    """The last sentences that hold words, in order; none where the message is a single one."""
    found = [sentence.text.strip() for sentence in doc.sents if has_words(sentence.text)]
    return found[-MOST_SENTENCES:] if len(found) > 1 else []


def weights(sentences: Sequence[str]) -> np.ndarray:
    """How much each sentence counts; they add up to 1."""
    counts = np.array([1.0 + QUESTION * ("?" in sentence) for sentence in sentences])
    counts[-1] += LAST
    return np.asarray(counts / counts.sum())
