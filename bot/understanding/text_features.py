"""Words and pieces of words as numbers: what the sentence encoder cannot see, such as spelling and dialect.

scikit-learn learns which words and pieces there are and how rare each is. What a message has of them is counted here:
its vectorisers take milliseconds for one message, most of them to make matrices of it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from scipy.sparse import csr_matrix, hstack
from sklearn.feature_extraction.text import TfidfVectorizer

# Words in ones and twos; letters in runs of two to five within a word, which see through typing errors.
SHAPES = {
    "words": {"analyzer": "word", "ngram_range": (1, 2), "min_df": 2, "token_pattern": r"(?u)[\w']+"},
    "letters": {"analyzer": "char_wb", "ngram_range": (2, 5), "min_df": 3},
}


class Features(NamedTuple):
    """The features that a text has: their numbers (int32) and values (float32)."""

    numbers: np.ndarray
    values: np.ndarray


def side_by_side(first: Features, second: Features, begin: int) -> Features:
    """Both as one; the second's numbers come after `begin`."""
    numbers = np.concatenate([first.numbers, second.numbers + np.int32(begin)])
    return Features(numbers, np.concatenate([first.values, second.values]))


def matrix(every: Sequence[Features], width: int) -> csr_matrix:
    """A row for each text, `width` columns."""
    ends = np.cumsum([0, *(len(one.numbers) for one in every)])
    numbers, values = (np.concatenate(each) for each in zip(*every, strict=True))
    return csr_matrix((values, numbers, ends), shape=(len(every), width))


class _Shape:
    """One of SHAPES, fitted: its terms with their numbers, and how rare each is (IDF, float32)."""

    def __init__(self, shape: str, terms: Sequence[str], rarity: np.ndarray) -> None:
        self.terms, self.rarity = terms, rarity
        self._numbers = {term: number for number, term in enumerate(terms)}
        self._analysed = TfidfVectorizer(**SHAPES[shape]).build_analyzer()

    def of(self, text: str) -> Features:
        """TF-IDF with logarithmic counts, of length one, as TfidfVectorizer has it; nothing for unknown terms."""
        counts = Counter(map(self._numbers.get, self._analysed(text)))
        counts.pop(None, None)
        numbers = np.fromiter(counts, np.int32, len(counts))
        values = (1 + np.log(np.fromiter(counts.values(), np.float32, len(counts)))) * self.rarity[numbers]
        return Features(numbers, values / max(float(np.linalg.norm(values)), 1e-9))


class TextFeatures:
    """TF-IDF of words and of letters: fitted once, kept as plain arrays, so that loading takes no time."""

    def __init__(self, words: _Shape, letters: _Shape) -> None:
        self._words, self._letters = words, letters
        self.words = len(words.terms)  # how many of the features are words: the first ones

    @classmethod
    def fit(cls, texts: Sequence[str]) -> tuple[TextFeatures, csr_matrix]:
        """Learns which words and letters there are and how rare each is, from normalised texts; yields their features
        as well, a row each.
        """
        shapes, every = [], []
        for shape, options in SHAPES.items():
            vectoriser = TfidfVectorizer(sublinear_tf=True, dtype=np.float32, **options)
            every.append(vectoriser.fit_transform(texts))
            terms = sorted(vectoriser.vocabulary_, key=vectoriser.vocabulary_.__getitem__)
            shapes.append(_Shape(shape, terms, vectoriser.idf_.astype(np.float32)))
        return cls(*shapes), hstack(every, format="csr")

    def of(self, text: str) -> Features:
        """All features of a normalised text."""
        return side_by_side(self.words_of(text), self._letters.of(text), self.words)

    def words_of(self, text: str) -> Features:
        """Only those that are words, of length one."""
        return self._words.of(text)

    def words_in(self, every: Features) -> Features:
        """The same out of all features of a text."""
        words = every.numbers < self.words
        return Features(every.numbers[words], every.values[words])

    def arrays(self) -> dict[str, np.ndarray]:
        """All that is needed to make this again with `from_arrays`."""
        kept: dict[str, np.ndarray] = {}
        for shape, fitted in zip(SHAPES, (self._words, self._letters), strict=True):
            kept[f"{shape}.terms"] = np.frombuffer("\n".join(fitted.terms).encode(), np.uint8)
            kept[f"{shape}.idf"] = fitted.rarity
        return kept

    @classmethod
    def from_arrays(cls, kept: dict[str, np.ndarray]) -> TextFeatures:
        """The features that `arrays` described."""
        terms = {shape: kept[f"{shape}.terms"].tobytes().decode().split("\n") for shape in SHAPES}
        return cls(*(_Shape(shape, terms[shape], kept[f"{shape}.idf"]) for shape in SHAPES))
