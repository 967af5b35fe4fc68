"""The sentence encoder at work: texts in, vectors out, on one processor core."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import onnxruntime
from tokenizers import Tokenizer

# A message has at most 2,000 characters. The encoder was trained on 128 word pieces; what comes after says little
# that is new, but the question often stands at the end: so the beginning and the end are read.
MOST_TOKENS = 128
UNITS = 384


def on_all_cores(
    work: Callable[[Any], np.ndarray], every: Sequence[Any], progress: Callable[[float], None]
) -> list[np.ndarray]:
    """What `work` yields for each; `progress` is told how far that is (0 to 1)."""
    found = []
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        for one in pool.map(work, every):
            found.append(one)
            progress(len(found) / len(every))
    return found


class WordPieces:
    """The encoder's tokeniser: the numbers of a text's word pieces."""

    def __init__(self, file: Path) -> None:
        self._tokenizer = Tokenizer.from_file(str(file))
        self._tokenizer.no_padding()
        self._tokenizer.no_truncation()

    def of(self, text: str, most: int) -> list[int]:
        """At most `most` of them: of a longer text the beginning and the end."""
        ids: list[int] = self._tokenizer.encode(text).ids
        return _ends(ids, most)

    def of_all(self, texts: Sequence[str], most: int) -> list[list[int]]:
        """The same for many texts, sooner: tokenizers shares them out among its threads."""
        return [_ends(one.ids, most) for one in self._tokenizer.encode_batch(list(texts))]


def _ends(ids: list[int], most: int) -> list[int]:
    return ids if len(ids) <= most else ids[: most // 2] + ids[-(most // 2) :]


class Graph:
    """An encoder's graph (see bert_onnx) at work on one processor core.

    It yields something for each word piece (float32, tokens x units).
    """

    def __init__(self, model: Path) -> None:
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        options.inter_op_num_threads = 1
        options.enable_cpu_mem_arena = False
        self._session = onnxruntime.InferenceSession(str(model), options, providers=["CPUExecutionProvider"])

    def run(self, pieces: Sequence[int]) -> np.ndarray:
        """What the graph yields for the word pieces of one text.

        Each text goes through alone: dynamic quantisation scales a whole batch together, so what is found for a text
        would depend on its neighbours.
        """
        return np.asarray(self.run_together([pieces])[0])

    def run_together(self, pieces: Sequence[Sequence[int]]) -> np.ndarray:
        """What `run` yields for texts of one length, a third quicker, and each a little as its neighbours make it: good
        enough to learn from (texts x tokens x units).
        """
        return self._run("input_ids", np.asarray(pieces, np.int64))

    def go_on_together(self, hidden: Sequence[np.ndarray]) -> np.ndarray:
        """The same for a graph of upper layers, from what the layers below yield for the texts."""
        return self._run("hidden", np.stack(hidden).astype(np.float32))

    def _run(self, name: str, texts: np.ndarray) -> np.ndarray:
        (found,) = self._session.run(None, {name: texts, "attention_mask": np.ones(texts.shape[:2], np.int64)})
        return np.asarray(found, np.float32)


class Encoder:
    """Turns texts into sentence vectors (float32, 384 units): the mean of what the graph yields for their pieces."""

    def __init__(self, model: Path, tokenizer: Path) -> None:
        self._graph, self._pieces = Graph(model), WordPieces(tokenizer)

    def vector(self, text: str) -> np.ndarray:
        """The vector of one text."""
        return self._vector(self._pieces.of(text, MOST_TOKENS))

    def vectors(self, texts: Sequence[str]) -> np.ndarray:
        """The vectors of many texts, a row each."""
        return np.stack([self.vector(text) for text in texts]) if texts else np.zeros((0, UNITS), np.float32)

    def with_parts(self, text: str, parts: Sequence[str]) -> np.ndarray:
        """The vectors of a text and of its parts, a row each.

        A part is seen where it stands: its vector is the mean of its own pieces, once the whole text has been read. One
        that is not found there is read alone (of a long text the middle is left out).
        """
        whole, each = self._pieces.of(text, MOST_TOKENS), [self._pieces.of(part, MOST_TOKENS) for part in parts]
        seen = self._graph.run(whole)
        places = places_of([pieces[1:-1] for pieces in each], whole)
        rows = [
            self._vector(pieces) if place is None else seen[place].mean(axis=0)
            for pieces, place in zip(each, places, strict=True)
        ]
        return np.stack([seen.mean(axis=0), *rows])

    def _vector(self, pieces: Sequence[int]) -> np.ndarray:
        return np.asarray(self._graph.run(pieces).mean(axis=0))


def places_of(parts: Sequence[Sequence[int]], whole: Sequence[int]) -> list[slice | None]:
    """Where in the whole the parts stand, one after the other; None for one that is not there.

    Looked for from the end: it is the beginning that may be put together otherwise, or the middle that is left out.
    """
    places: list[slice | None] = []
    end, ids = len(whole), list(whole)
    for part in map(list, reversed(parts)):
        begins = range(end - len(part), -1, -1) if part else ()
        begin = next((begin for begin in begins if ids[begin : begin + len(part)] == part), None)
        places.append(None if begin is None else slice(begin, begin + len(part)))
        end = end if begin is None else begin
    return places[::-1]
