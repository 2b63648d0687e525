"""Texts changed byte by byte with one look into a table: a GB a second, where regular expressions do forty MB.

UTF-8 lets one do so with plain ASCII: no byte of any other character is below 128.
"""

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

Bytes = NDArray[np.uint8]


def table(kept: bytes) -> Bytes:
    """Return what becomes of each byte: letters in lower case, marks but for those `kept` spaces; others stay."""
    found = np.arange(256, dtype=np.uint8)
    for byte in range(128):
        if not chr(byte).isalnum() and byte not in kept:
            found[byte] = ord(" ")
    found[ord("A") : ord("Z") + 1] += 32
    return found


def raw(texts: pa.Array | pa.ChunkedArray) -> tuple[pa.Array, Bytes]:
    """Return `texts` as one array that begins at its beginning, none NULL, and the bytes it stands on."""
    chunks = texts.chunks if isinstance(texts, pa.ChunkedArray) else [texts]
    whole = pa.concat_arrays([*chunks, pa.array([], pa.string())]).fill_null("")
    data = whole.buffers()[2]
    return whole, np.frombuffer(data, dtype=np.uint8) if data is not None else np.empty(0, np.uint8)


def of(texts: pa.Array, data: Bytes) -> pa.Array:
    """Return texts as long as `texts`, of raw(), made of other bytes."""
    return pa.Array.from_buffers(pa.string(), len(texts), [None, texts.buffers()[1], pa.py_buffer(data)])
