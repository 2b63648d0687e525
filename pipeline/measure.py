"""Seconds and peak memory of a piece of work, measured and not guessed."""

import gc
import time
from contextlib import suppress
from pathlib import Path

_STATUS = Path("/proc/self/status")
_CLEAR = Path("/proc/self/clear_refs")


def collect_less() -> None:
    """Let this process look for dead cycles of objects less often.

    Gazetteer, validator and tables are millions of objects that stay; looking through them again and again was 4 to 6 of
    36 seconds of CPU in a night over 2,000 listings. Cycles are rare here: what dies is freed at once all the same.
    """
    gc.set_threshold(100_000, 20, 100)


class Meter:
    """Measure from construction on.

    Peak memory is the resident high-water mark of this process in MB (Linux resets it on demand); elsewhere the mark of
    the process's whole life.
    """

    def __init__(self) -> None:
        with suppress(OSError):
            _CLEAR.write_text("5")
        self._start = time.perf_counter()

    @property
    def seconds(self) -> float:
        """Return the seconds since construction."""
        return time.perf_counter() - self._start

    @property
    def peak_mb(self) -> float:
        """Return the peak resident memory since construction, MB."""
        try:
            line = next(x for x in _STATUS.read_text().splitlines() if x.startswith("VmHWM"))
            return int(line.split()[1]) / 1024
        except (OSError, StopIteration):
            import resource

            return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
