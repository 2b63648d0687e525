"""A feed from standard input: kept in a temporary file, because readers look at a feed before they read it."""

import atexit
import shutil
import sys
import tempfile
from functools import cache
from pathlib import Path


@cache
def spooled() -> Path:
    """Return the file that holds all of standard input; it is removed when the process ends."""
    with tempfile.NamedTemporaryFile(prefix="related-jobs-stdin-", delete=False) as out:
        shutil.copyfileobj(sys.stdin.buffer, out)
    path = Path(out.name)
    atexit.register(path.unlink, missing_ok=True)
    return path
