"""Where signs stand in texts: all of them are looked for in one compiled walk over the characters (Aho and Corasick 1975)."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from pipeline.compiled import compiled

Characters = NDArray[np.uint32]
Ints = NDArray[np.int64]

_CODES = 0x20000  # code points; no sign has one beyond
# What an expression that ignores case takes for a letter, beside its two cases.
_ALSO = {"i": "İı", "s": "ſ", "k": "\u212a"}


@dataclass(frozen=True)
class Block:
    """Texts as code points, one after the other.

    Attributes:
        codes: code points of all texts.
        starts: where each text begins, and the end.
    """

    codes: Characters
    starts: Ints

    @classmethod
    def of(cls, texts: Sequence[str]) -> "Block":
        """Return `texts` as a block."""
        codes = np.frombuffer("".join(texts).encode("utf-32-le", "surrogatepass"), dtype=np.uint32)
        return cls(codes, np.concatenate(([0], np.cumsum([len(text) for text in texts]))).astype(np.int64))

    def texts(self) -> list[str]:
        """Return the texts as strings."""
        whole, starts = self.codes.tobytes().decode("utf-32-le", "surrogatepass"), self.starts.tolist()
        return [whole[begin:end] for begin, end in pairwise(starts)]


class Signs:
    """Signs that are looked for together; none may end with another."""

    def __init__(self, signs: Sequence[str], *, any_case: bool = False) -> None:
        """Look for `signs`; with `any_case` as re.IGNORECASE does, a 0 standing for every decimal digit."""
        self._sizes = np.array([len(sign) for sign in signs], dtype=np.int64)
        letters = {letter: number for number, letter in enumerate(sorted(set("".join(signs))), 1)}
        self._classes = np.zeros(_CODES, dtype=np.uint8)
        for letter, number in letters.items():
            for same in _same(letter) if any_case else letter:
                self._classes[ord(same)] = number
        self._next, self._ended = _automaton(signs, letters)
        self._width = len(letters) + 1
        self._first = int(np.argmax(self._ended >= 0)) * self._width  # state in which a sign ended

    def found(self, block: Block) -> Iterator[list[tuple[int, int]]]:
        """Yield for each text of `block` where signs stand: (number of the sign, where it begins), by where they end."""
        hits = np.empty((2, len(block.codes)), dtype=np.int32)
        count = _walk(block.codes, block.starts, self._classes, self._next, self._first, hits)
        ends, numbers = hits[0, :count], self._ended[hits[1, :count] // self._width]
        bounds = np.searchsorted(ends, block.starts)
        of_text = np.repeat(block.starts[:-1], np.diff(bounds))
        begins = ends + 1 - self._sizes[numbers] - of_text
        for begin, end in pairwise(
            bounds.tolist()
        ):  # a text of signs alone is a hundred bytes for each, as numbers of Python
            yield list(zip(numbers[begin:end].tolist(), begins[begin:end].tolist(), strict=True))


def _same(letter: str) -> str:
    """Return the characters that are `letter` where case does not matter."""
    if letter == "0":
        return "".join(chr(code) for code in range(_CODES) if chr(code).isdecimal())
    return letter.lower() + letter.upper() + _ALSO.get(letter, "")


def _automaton(signs: Sequence[str], letters: dict[str, int]) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    """Return of each state and letter that comes the next state, and by states which sign ended in it, -1 for none.

    A state is known by where its letters begin in the first array; those in which a sign ended come last.
    """
    numbers = {sign: number for number, sign in enumerate(signs)}
    ended: dict[str, int] = {}
    for known in dict.fromkeys(sign[:end] for sign in ("", *signs) for end in range(len(sign) + 1)):
        ends = [numbers[known[begin:]] for begin in range(len(known)) if known[begin:] in numbers]
        if len(ends) > 1:
            raise ValueError(f"a sign ends with another: {[signs[number] for number in ends]}")
        ended[known] = ends[0] if ends else -1
    width = len(letters) + 1
    states = {known: row * width for row, known in enumerate(sorted(ended, key=lambda known: ended[known] >= 0))}
    following = np.zeros(len(states) * width, dtype=np.int32)
    for known, state in states.items():
        tails = [known[begin:] for begin in range(len(known) + 1)]
        for letter, number in letters.items():
            following[state + number] = next((states[tail + letter] for tail in tails if tail + letter in states), 0)
    return following, np.array([ended[known] for known in states], dtype=np.int32)


@compiled
def _walk(
    codes: Characters,
    starts: Ints,
    classes: NDArray[np.uint8],
    following: NDArray[np.int32],
    first: int,
    hits: NDArray[np.int32],
) -> int:
    """Note where signs end and in which state, one from `first` on; return how many there are."""
    count = 0
    for text in range(len(starts) - 1):
        state = 0
        for at in range(starts[text], starts[text + 1]):
            code = codes[at]
            state = int(following[state + int(classes[code] if code < len(classes) else 0)])
            if state >= first:
                hits[0, count] = at
                hits[1, count] = state
                count += 1
    return count
