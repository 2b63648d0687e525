"""Seconds and peak memory of a piece of work, measured and not guessed."""

import ctypes
import gc
import os
import time
from contextlib import suppress
from pathlib import Path
from threading import Event, Thread
from types import TracebackType

_STATUS = Path("/proc/self/status")
_EVERY = 0.2  # seconds between two looks at the memory of several processes,
_LOOKS = 5  # after so many of which it is looked what processes there are
_MUCH_MB = 700
_CLEAR = Path("/proc/self/clear_refs")


def collect_less() -> None:
    """Let this process look for dead cycles of objects less often.

    Gazetteer, validator and tables are millions of objects that stay; looking through them again and again was 4 to 6 of
    36 seconds of CPU in a night over 2,000 listings. Cycles are rare here: what dies is freed at once all the same.
    """
    gc.set_threshold(100_000, 20, 100)


def give_back() -> None:
    """Give memory that is free back to the system, where this process holds much; glibc and Arrow keep it otherwise.

    A process that holds little keeps it: what is given back costs its pages again (up to 4 s a GB on a small virtual machine).
    """
    if _resident_mb(os.getpid())[0] > _MUCH_MB:
        import pyarrow as pa

        pa.default_memory_pool().release_unused()
        with suppress(OSError, AttributeError):  # another C library has no such function
            ctypes.CDLL(None).malloc_trim(0)


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


class Watch:
    """Measure what is done within, by this process and those it started.

    Pages of files that several processes map are counted once: what each has for itself is added up, and of pages of files
    those of the process that has most. Looked at five times a second; of this process alone no peak is missed.
    """

    def __init__(self) -> None:
        self._meter = Meter()
        self._most = 0.0
        self._over = Event()
        self._looking = Thread(target=self._look, daemon=True)

    def __enter__(self) -> "Watch":
        """Begin."""
        self._looking.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        """End."""
        self._over.set()
        self._looking.join()
        self.seconds = self._meter.seconds
        self.peak_mb = max(self._meter.peak_mb, self._most)

    def _look(self) -> None:
        looks, processes = 0, [os.getpid()]
        while not self._over.wait(_EVERY):
            if looks % _LOOKS == 0:
                processes = [os.getpid(), *_started()]
            looks += 1
            own, files = zip(*map(_resident_mb, processes), strict=True)
            self._most = max(self._most, sum(own) + max(files))


def _started() -> list[int]:
    """Return the processes that this one started and that live, on Linux."""
    with suppress(
        OSError
    ):  # some kernels do not tell; a thread may end meanwhile, and all processes are looked through
        told = [(thread / "children").read_text() for thread in Path("/proc/self/task").iterdir()]
        return [int(number) for line in told for number in line.split()]
    found = []
    for path in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError, IndexError):  # processes come and go; a name in brackets may have any sign
            if int(path.read_text(errors="replace").rpartition(")")[2].split()[1]) == os.getpid():
                found.append(int(path.parent.name))
    return found


def _resident_mb(process: int) -> tuple[float, float]:
    """Return the MB a process has for itself, and those of files and shared memory; zeros where that is not told."""
    found = {"RssAnon": 0.0, "RssFile": 0.0, "RssShmem": 0.0}
    with suppress(OSError):
        for line in Path(f"/proc/{process}/status").read_text(encoding="ascii", errors="replace").splitlines():
            name, _, told = line.partition(":")
            if name in found:
                found[name] = int(told.split()[0]) / 1024
    return found["RssAnon"], found["RssFile"] + found["RssShmem"]
