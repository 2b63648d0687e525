"""How long `related-jobs --help` takes beside an empty app of two commands of the same library: medians of CPU and wall seconds."""

import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

EMPTY = "import typer\napp = typer.Typer()\n@app.command()\ndef a() -> None: ...\n@app.command()\ndef b() -> None: ...\napp()\n"
OURS = "from pipeline.cli import main\nmain()\n"


def timed(script: Path, rounds: int) -> tuple[float, float]:
    """Return the median CPU and wall seconds of `python script --help`, byte-code at hand."""
    environment = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}
    cpu, wall = [], []
    for _ in range(rounds + 1):
        before, began = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
        subprocess.run([sys.executable, script, "--help"], env=environment, check=True, stdout=subprocess.DEVNULL)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        wall.append(time.perf_counter() - began)
        cpu.append(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)
    return statistics.median(cpu[1:]), statistics.median(wall[1:])  # the first round writes the byte-code


def main() -> None:
    """Print both, and their ratio."""
    with tempfile.TemporaryDirectory() as folder:
        figures = {}
        for name, text in (("empty app", EMPTY), ("related-jobs", OURS)):
            script = Path(folder) / f"{name.replace(' ', '_').replace('-', '_')}.py"
            script.write_text(text)
            figures[name] = timed(script, 11)
            print(f"{name}: {figures[name][0]:.2f} s of CPU, {figures[name][1]:.2f} s")
    print(f"{figures['related-jobs'][0] / figures['empty app'][0]:.2f} times the CPU of the empty app")


if __name__ == "__main__":
    main()
