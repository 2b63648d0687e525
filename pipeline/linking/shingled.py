"""Texts as runs of shingle numbers: what is shared word for word, in the order in which it stands."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pipeline.compiled import compiled
from pipeline.linking.roads import Ints, Keys
from pipeline.text.signatures import Words, all_shingles

Codes = NDArray[np.int32]
Flags = NDArray[np.bool_]

_SHARE = 0.5  # of the shingles are distinct ones, as a rule; where there are more, all is done again with more room
_SLOTS = 1 << 18  # of the board that live shingles have a place on
_MULTIPLY = np.uint64(0x9E3779B97F4A7C15)


@dataclass(frozen=True)
class Shingled:
    """The shingles of n texts, one after the other: those of text i are `numbers[starts[i]:starts[i + 1]]`.

    Attributes:
        numbers: of each shingle its position in `ids`.
        starts: where each text begins, and the end.
        ids: fingerprints of the distinct shingles, as they first come.
        first: which shingles stand there for the first time in their text.
        live: which of them gaps are told by. Of two shingles of a text that fall on one place of a board of 2 ** 18 only
            the later one is (of a text of a thousand, one shingle in five hundred is lost): so the model was fitted.
    """

    numbers: Codes
    starts: Ints
    ids: Keys
    first: Flags
    live: Flags


def shingled(words: Words) -> Shingled:
    """Return the shingles of each text."""
    hashes, starts = all_shingles(words)
    numbers, first = np.empty(len(hashes), np.int32), np.empty(len(hashes), np.bool_)
    room, known = 1 << int(_SHARE * len(hashes)).bit_length(), -1
    while known < 0:
        ids, last, slots = np.empty(room, np.uint64), np.full(room, -1, np.int32), np.full(2 * room, -1, np.int32)
        known = _number(hashes, starts, slots, ids, last, numbers, first)
        room *= 2
    live, board = np.zeros(len(hashes), np.bool_), np.zeros(_SLOTS, np.int64)
    _tell_live(words.codes, words.starts, words.names, numbers, starts, board, live)
    return Shingled(numbers, starts, ids[:known].copy(), first, live)


@compiled
def _number(hashes: Keys, starts: Ints, slots: Codes, ids: Keys, last: Codes, numbers: Codes, first: Flags) -> int:
    """Write ids, numbers and first of Shingled; return how many ids there are, -1 where they are more than there is room for.

    `slots` is an open addressing table of -1, never more than half full; `last` has room for the text each stood in last.
    """
    mask, known = np.uint64(len(slots) - 1), 0
    for text in range(len(starts) - 1):
        for at in range(starts[text], starts[text + 1]):
            slot = hashes[at] & mask
            while slots[slot] >= 0 and ids[slots[slot]] != hashes[at]:
                slot = (slot + np.uint64(1)) & mask
            if slots[slot] < 0:
                if known == len(ids):
                    return -1
                slots[slot], ids[known] = known, hashes[at]
                known += 1
            number = slots[slot]
            numbers[at], first[at] = number, last[number] != text
            last[number] = text
    return known


@compiled
def _tell_live(codes: Codes, begins: Ints, names: Keys, numbers: Codes, starts: Ints, board: Ints, live: Flags) -> None:
    """Write which shingles have a place of their own on the board, or the last one."""
    for text in range(len(starts) - 1):
        for turn in range(2):
            for at in range(begins[text + 1] - begins[text] - 2):  # a text of one or two words has no shingle of three
                word = begins[text] + at
                # As roads.mixed() does it.
                one, two, three = names[codes[word]], names[codes[word + 1]], names[codes[word + 2]]
                key = (one ^ (one >> np.uint64(29))) * _MULTIPLY + two
                key = (key ^ (key >> np.uint64(29))) * _MULTIPLY + three
                slot = key & np.uint64(len(board) - 1)
                if turn == 0:
                    board[slot] = starts[text] + at
                else:
                    live[starts[text] + at] = numbers[board[slot]] == numbers[starts[text] + at]
