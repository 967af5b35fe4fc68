"""Finds reviewed phrases in words.

A phrase is written as people say it, one space between words, with
    a/b      either word            ?a     a or nothing          a*    any word that begins so
    $name    a word of that list    ..     up to three words      a+    a, or a with an s behind it
    .        where a sentence begins or ends

A phrase that is nothing but `$name` stands for each entry of that list, and only there an entry may have several words.
Lists may name other lists. Accents and capitals don't matter.

All phrases are followed at once, word by word. Where they can go from one word to the next is worked out when it is
first needed and then remembered, so that thousands of phrases take no longer than a few.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from web.safety.spelling import END, plain

GAP = 3
REMEMBERED = 50_000  # steps; strange texts shall not fill the memory


@dataclass(frozen=True)
class Span:
    """The words from `start` up to, not including, `end`."""

    start: int
    end: int


@dataclass(frozen=True)
class _Part:
    words: frozenset[str]
    beginnings: tuple[str, ...] = ()
    optional: bool = False
    anything: bool = False

    def fits(self, word: str) -> bool:
        if self.anything:
            return word != END
        return word in self.words or (bool(self.beginnings) and word.startswith(self.beginnings))


_ANYTHING = _Part(frozenset(), optional=True, anything=True)


@dataclass
class _State:
    """How far which phrases have been followed (phrase and part), which lists have a whole one, where words lead."""

    places: frozenset[tuple[int, int]]
    whole: frozenset[int]
    after: dict[str, _State | None] = field(default_factory=dict)


class Phrasebook:
    """Several lists of phrases, looked for at once. Raises ValueError naming a phrase that can't be read."""

    def __init__(self, books: Iterable[Iterable[str]], lists: Mapping[str, Sequence[str]]) -> None:
        numbered = [(number, _spelled_out(phrases, lists)) for number, phrases in enumerate(books)]
        read = [(number, _parts(phrase, lists)) for number, phrases in numbered for phrase in phrases]
        self._lists = [number for number, _ in read]
        self._phrases = [parts for _, parts in read]
        every = [part for parts in self._phrases for part in parts]
        self.vocabulary = frozenset({END}.union(*(part.words for part in every)))
        self._beginnings = tuple({beginning for part in every for beginning in part.beginnings})
        self._openings = self._opened_by()
        self._forget()

    def found(self, words: Sequence[str]) -> dict[int, list[Span]]:
        """Where the phrases of each list (by its number) stand, each start once, with its longest end."""
        spans: dict[int, list[Span]] = {}
        for start, ends in self._readings(words):
            longest = {number: end for end, numbers in ends for number in numbers}
            for number, end in longest.items():
                spans.setdefault(number, []).append(Span(start, end))
        return spans

    def ends(self, words: Sequence[str]) -> set[int]:
        """Where any reading of any phrase ends."""
        return {end for _, ends in self._readings(words) for end, _ in ends}

    def _readings(self, words: Sequence[str]) -> Iterator[tuple[int, list[tuple[int, frozenset[int]]]]]:
        """Each start of a phrase with the places where one can end, the nearest first, and the lists it is in."""
        for start, word in enumerate(words):
            if word in self._openings:
                ends = self._ends(words, start)
                if ends:
                    yield start, ends

    def _ends(self, words: Sequence[str], start: int) -> list[tuple[int, frozenset[int]]]:
        ends = []
        state = self._first
        for at in range(start, len(words)):
            word = words[at]
            following = state.after[word] if word in state.after else self._step(state, word)
            if following is None:
                break
            if following.whole:
                ends.append((at + 1, following.whole))
            state = following
        return ends

    def _step(self, state: _State, word: str) -> _State | None:
        """Where a word leads that has not come up here yet, or is in no phrase."""
        known = word if word in self.vocabulary or word.startswith(self._beginnings) else ""
        if known in state.after:
            return state.after[known]
        if self._steps > REMEMBERED:
            self._forget()
        self._steps += 1
        places = self._openings[word] if state is self._first else self._followed(state, word)
        state.after[known] = self._state(places) if places else None
        return state.after[known]

    def _opened_by(self) -> dict[str, set[tuple[int, int]]]:
        """Each word that can begin a phrase, with the places it leads to."""
        places: dict[str, set[tuple[int, int]]] = {}
        for phrase, parts in enumerate(self._phrases):
            for at, part in enumerate(_opening(parts)):
                for word in part.words:
                    places.setdefault(word, set()).add((phrase, at + 1))
        return places

    def _followed(self, state: _State, word: str) -> set[tuple[int, int]]:
        return {(phrase, at + 1) for phrase, at in state.places if self._fits(phrase, at, word)}

    def _fits(self, phrase: int, at: int, word: str) -> bool:
        parts = self._phrases[phrase]
        return at < len(parts) and parts[at].fits(word)

    def _state(self, places: Iterable[tuple[int, int]]) -> _State:
        """The state of these places, and of those behind parts that may be left out."""
        reached = frozenset((phrase, later) for phrase, at in places for later in self._without_optional(phrase, at))
        if reached not in self._states:
            whole = {self._lists[phrase] for phrase, at in reached if at == len(self._phrases[phrase])}
            self._states[reached] = _State(reached, frozenset(whole))
        return self._states[reached]

    def _without_optional(self, phrase: int, at: int) -> Iterator[int]:
        yield at
        for part in self._phrases[phrase][at:]:
            if not part.optional:
                return
            at += 1
            yield at

    def _forget(self) -> None:
        self._states: dict[frozenset[tuple[int, int]], _State] = {}
        self._steps = 0
        self._first = self._state((number, 0) for number in range(len(self._phrases)))


class Phrases:
    """One list of phrases, ready to be looked for. Raises ValueError naming a phrase that can't be read."""

    def __init__(self, phrases: Iterable[str], lists: Mapping[str, Sequence[str]]) -> None:
        self._book = Phrasebook([phrases], lists)

    def found(self, words: Sequence[str]) -> list[Span]:
        """Where the phrases stand, each start once, with its longest end."""
        return self._book.found(words).get(0, [])

    def ends(self, words: Sequence[str]) -> set[int]:
        """Where any reading of any phrase ends."""
        return self._book.ends(words)


def _spelled_out(phrases: Iterable[str], lists: Mapping[str, Sequence[str]]) -> Iterator[str]:
    for phrase in phrases:
        if phrase.startswith("$") and phrase[1:] in lists:
            yield from _spelled_out(lists[phrase[1:]], lists)
        else:
            yield phrase


def _parts(phrase: str, lists: Mapping[str, Sequence[str]]) -> list[_Part]:
    parts: list[_Part] = []
    for piece in plain(phrase).split():
        parts.extend([_ANYTHING] * GAP if piece == ".." else [_part(piece, lists, phrase)])
    opening = _opening(parts)
    if not opening or opening[-1].optional or any(part.anything or part.beginnings for part in opening):
        raise ValueError(f"a phrase must begin with a whole word: {phrase!r}")
    return parts


def _opening(parts: Sequence[_Part]) -> Sequence[_Part]:
    """The parts that a phrase can begin with: up to the first that can't be left out."""
    needed = next((at for at, part in enumerate(parts) if not part.optional), len(parts))
    return parts[: needed + 1]


def _part(piece: str, lists: Mapping[str, Sequence[str]], phrase: str) -> _Part:
    optional = piece.startswith("?")
    words: set[str] = set()
    beginnings = []
    for word in piece.removeprefix("?").split("/"):
        if word.startswith("$"):
            words.update(_words(word[1:], lists, phrase))
        elif word.endswith("*"):
            beginnings.append(word[:-1])
        else:
            words.update(_forms(word))
    if "" in words or "" in beginnings:
        raise ValueError(f"an empty word in {phrase!r}")
    return _Part(frozenset(words), tuple(beginnings), optional)


def _words(name: str, lists: Mapping[str, Sequence[str]], phrase: str) -> Iterator[str]:
    """The words of a list and of the lists it names."""
    if name not in lists:
        raise ValueError(f"there is no list ${name} for {phrase!r}")
    for word in lists[name]:
        if word.startswith("$"):
            yield from _words(word[1:], lists, phrase)
        elif " " in word:
            raise ValueError(f"only a single word of ${name} can stand inside {phrase!r}")
        else:
            yield from _forms(plain(word))


def _forms(word: str) -> tuple[str, ...]:
    """`son+` is son and sons: the second is how "my son's" is written by most."""
    return (word[:-1], word[:-1] + "s") if word.endswith("+") else (word,)
