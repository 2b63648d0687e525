"""What the pieces of a stage share: made of the tables that come again with every piece, once."""

import mmap
import pickle
from collections.abc import Callable
from pathlib import Path
from typing import Any, Generic, TypeVar

import numpy as np
import pyarrow as pa

Made = TypeVar("Made")

_ALIGNED = 64  # bytes: what numpy, Arrow and compiled loops like best
_WORD = 8  # bytes of a number in the file


class Once(Generic[Made]):
    """A function of tables (and settings) that is called anew only where others come than the last time.

    A stage of grain rows is called for each piece with the same other tables: the very same, as long as one worker works
    for one night. A function of tables alone returns the same for the same, so nothing hangs on whether it was called.
    """

    def __init__(self, function: Callable[..., Made]) -> None:
        """Keep what `function` makes."""
        self._function = function
        self._of: tuple[Any, ...] = ()
        self._made: Made | None = None

    def __call__(self, *given: Any) -> Made:
        """Return what the function makes of `given`: tables, which must be the very same, or values that may be equal."""
        if self._made is None or len(given) != len(self._of) or not all(map(_same, given, self._of)):
            self._made, self._of = None, ()  # before the next is made: both together may be too much
            self._made, self._of = self._function(*given), given
        return self._made


def _same(one: Any, other: Any) -> bool:
    return one is other or not (isinstance(one, pa.Table) or isinstance(other, pa.Table) or one != other)


def write_shared(made: Any, path: Path) -> None:
    """Write an object for the workers of a stage: its arrays as they are, so that all of them map one copy.

    Pickle's out-of-band buffers (PEP 574): the file begins with where the pickle and each array lie.
    """
    arrays: list[pickle.PickleBuffer] = []
    head = pickle.dumps(made, protocol=5, buffer_callback=arrays.append)
    parts = [memoryview(head), *(array.raw() for array in arrays)]
    at, spans, lies = _aligned(_WORD * (2 * len(parts) + 1)), [], dict[tuple[int, int], tuple[int, int]]()
    for part in parts:
        same = np.frombuffer(part, np.uint8).ctypes.data, part.nbytes  # one array may stand in several places
        if same not in lies:
            lies[same] = at, part.nbytes
            at = _aligned(at + part.nbytes)
        spans.append(lies[same])
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as out:
        for number in (len(parts), *(n for span in spans for n in span)):
            out.write(number.to_bytes(_WORD, "little"))
        for (begin, _), part in dict(zip(spans, parts, strict=True)).items():
            out.seek(begin)
            out.write(part)


def read_shared(path: Path) -> Any:
    """Return an object that write_shared() wrote; its arrays lie in the file, which is mapped, and can't be written to."""
    with path.open("rb") as file:
        whole = memoryview(mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ))
    count = int.from_bytes(whole[:_WORD], "little")
    numbers = np.frombuffer(whole[_WORD : _WORD * (2 * count + 1)], "<u8").tolist()
    head, *arrays = (whole[begin : begin + size] for begin, size in zip(numbers[::2], numbers[1::2], strict=True))
    return pickle.loads(head, buffers=arrays)  # of this run, a moment ago


def _aligned(at: int) -> int:
    return -(-at // _ALIGNED) * _ALIGNED
