"""Words and pieces of words as numbers: what the sentence encoder cannot see, such as spelling and dialect."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from scipy.sparse import csr_matrix, hstack
from sklearn.feature_extraction.text import TfidfVectorizer

# Words in ones and twos; letters in runs of two to five within a word, which see through typing errors.
SHAPES = {
    "words": {"analyzer": "word", "ngram_range": (1, 2), "min_df": 2, "token_pattern": r"(?u)[\w']+"},
    "letters": {"analyzer": "char_wb", "ngram_range": (2, 5), "min_df": 3},
}


def _vectoriser(shape: str, **more: object) -> TfidfVectorizer:
    return TfidfVectorizer(sublinear_tf=True, dtype=np.float32, **{**SHAPES[shape], **more})


class TextFeatures:
    """TF-IDF of words and of letters: fitted once, kept as plain arrays, so that loading takes no time."""

    def __init__(self, vectorisers: dict[str, TfidfVectorizer]) -> None:
        self._vectorisers = vectorisers

    @classmethod
    def fit(cls, texts: Sequence[str]) -> tuple[TextFeatures, csr_matrix]:
        """Learns which words and letters there are and how rare each is, from normalised texts; yields their features
        as well, as `transform` would.
        """
        vectorisers = {shape: _vectoriser(shape) for shape in SHAPES}
        rows = hstack([vectoriser.fit_transform(texts) for vectoriser in vectorisers.values()], format="csr")
        return cls(vectorisers), rows

    def transform(self, texts: Sequence[str]) -> csr_matrix:
        """Features of normalised texts, a row each (float32)."""
        every = [vectoriser.transform(texts) for vectoriser in self._vectorisers.values()]
        return hstack(every, format="csr", dtype=np.float32)

    def words(self, rows: csr_matrix) -> csr_matrix:
        """Of these features those that are words, of length one (TF-IDF makes each of the two kinds so)."""
        return rows[:, : len(self._vectorisers["words"].vocabulary_)]

    def words_of(self, texts: Sequence[str]) -> csr_matrix:
        """The same of texts of which no more is wanted."""
        return csr_matrix(self._vectorisers["words"].transform(texts), dtype=np.float32)

    def arrays(self) -> dict[str, np.ndarray]:
        """All that is needed to make this again with `from_arrays`."""
        kept: dict[str, np.ndarray] = {}
        for shape, vectoriser in self._vectorisers.items():
            terms: list[str] = sorted(vectoriser.vocabulary_, key=vectoriser.vocabulary_.__getitem__)
            kept[f"{shape}.terms"] = np.frombuffer("\n".join(terms).encode(), np.uint8)
            kept[f"{shape}.idf"] = vectoriser.idf_.astype(np.float32)
        return kept

    @classmethod
    def from_arrays(cls, kept: dict[str, np.ndarray]) -> TextFeatures:
        """The features that `arrays` described."""
        vectorisers = {}
        for shape in SHAPES:
            terms = kept[f"{shape}.terms"].tobytes().decode().split("\n")
            vectoriser = _vectoriser(shape, vocabulary={term: number for number, term in enumerate(terms)})
            vectoriser.idf_ = kept[f"{shape}.idf"]
            vectorisers[shape] = vectoriser
        return cls(vectorisers)
