"""Feeds at URLs, by fsspec (https://filesystem-spec.readthedocs.io): the `remote` extra, and the package of the store.

`s3://` wants s3fs, `gs://` gcsfs, `abfs://` adlfs, `https://` aiohttp; fsspec names the one that is missing.
"""

from pipeline.errors import InputError, UsageError
from pipeline.ingest.feeds import Feed
from pipeline.ingest.files import FeedFile


def remote_files(feed: Feed) -> list[FeedFile]:
    """Return the files at the feed's URL: one, all below a folder, or those a glob fits.

    Raises:
        UsageError: fsspec, or its package for this kind of URL, is not installed.
        InputError: nothing is there, or it can't be reached.
    """
    try:
        import fsspec
    except ImportError as error:
        raise UsageError(
            f"feed {feed.name}: {feed.path} is a URL: install related-jobs[remote] to read feeds from URLs"
        ) from error
    try:
        system, path = fsspec.core.url_to_fs(feed.path)
        if any(c in path for c in "*?["):
            found = sorted(str(p) for p in system.glob(path))
        elif system.isfile(path):
            found = [path]
        else:
            found = sorted(str(p) for p in system.find(path))
    except (ImportError, ValueError) as error:
        raise UsageError(f"feed {feed.name}: {feed.path}: {error}") from error
    except OSError as error:
        raise InputError(f"feed {feed.name}: {feed.path} can't be read: {error}") from error
    root = _fixed(path) if found != [path] else path.rpartition("/")[0]
    return [FeedFile(name, name.removeprefix(root).lstrip("/") or name, system=system) for name in found]


def _fixed(path: str) -> str:
    """Return the folders of `path` before the first that has a wildcard."""
    parts = path.split("/")
    first = next((n for n, part in enumerate(parts) if any(c in part for c in "*?[")), len(parts))
    return "/".join(parts[:first])
