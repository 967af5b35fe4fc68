"""The sentence encoder at work: texts in, vectors out, on one processor core."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import onnxruntime
from tokenizers import Tokenizer

# A message has at most 2,000 characters. The encoder was trained on 128 word pieces; what comes after says little
# that is new, but the question often stands at the end: so the beginning and the end are read.
MOST_TOKENS = 128
UNITS = 384


class Encoder:
    """Turns texts into sentence vectors (float32, 384 units, length 1)."""

    def __init__(self, model: Path, tokenizer: Path) -> None:
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        options.inter_op_num_threads = 1
        options.enable_cpu_mem_arena = False
        self._session = onnxruntime.InferenceSession(str(model), options, providers=["CPUExecutionProvider"])
        self._tokenizer = Tokenizer.from_file(str(tokenizer))
        self._tokenizer.no_padding()
        self._tokenizer.no_truncation()

    def _ids(self, text: str) -> np.ndarray:
        ids = self._tokenizer.encode(text).ids
        if len(ids) > MOST_TOKENS:
            half = MOST_TOKENS // 2
            ids = ids[:half] + ids[-half:]
        return np.asarray(ids, np.int64)

    def vector(self, text: str) -> np.ndarray:
        """The vector of one text."""
        ids = self._ids(text)[None, :]
        (vectors,) = self._session.run(None, {"input_ids": ids, "attention_mask": np.ones_like(ids)})
        return np.asarray(vectors[0], np.float32)

    def vectors(self, texts: Sequence[str]) -> np.ndarray:
        """The vectors of many texts, a row each.

        Each text goes through alone: dynamic quantisation scales a whole batch together, so a text's vector would
        depend on its neighbours and differ from what `vector` gives when a family writes it.
        """
        if not texts:
            return np.zeros((0, UNITS), np.float32)
        return np.stack([self.vector(text) for text in texts])
