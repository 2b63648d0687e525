"""The optional dense channel: where a local embedding model puts a job's title and text. Nothing is ever downloaded.

A file holds word vectors as word2vec, GloVe and fastText write them as text, most frequent words first; a text is the mean of
its words', weighed by smooth inverse frequency (Arora, Liang and Ma 2017), the frequency guessed from the rank (Zipf). A
folder holds a static model of model2vec (related-jobs[dense]) or one of sentence-transformers (which must be installed).
"""

import os
from collections.abc import Callable, Sequence
from functools import lru_cache
from pathlib import Path

import numpy as np

from pipeline.errors import UsageError
from pipeline.ranking.spaces import Dense, unit
from pipeline.text.tokens import fold, words

DENSE = "dense"
"""Channel of the vectors, and of a pair of jobs."""
_CHARACTERS = 1_000  # of a text that are read: models of sentences read no more than some 250 words
_SMOOTH = 0.001

Encode = Callable[[Sequence[str]], Dense]


def positions(model: str, titles: Sequence[str], texts: Sequence[str]) -> Dense:
    """Return the position of each job in the space of the model at the path `model`: jobs x dimensions, unit length.

    Raises:
        UsageError: there is no such model, or it can't be read.
    """
    both = [f"{title}\n{text[:_CHARACTERS]}" for title, text in zip(titles, texts, strict=True)]
    return unit(np.asarray(_encoder(model)(both), dtype=np.float32))


@lru_cache(maxsize=2)
def _encoder(model: str) -> Encode:
    path = Path(model)
    if path.is_dir():
        return _folder(path)
    if path.is_file():
        return _words(path)
    raise UsageError(f"vectorise.dense_model = {model!r}: no such file or folder; give a local model or leave it empty")


def _folder(path: Path) -> Encode:
    os.environ["HF_HUB_OFFLINE"] = "1"
    layers = path / "modules.json"
    is_static = not layers.is_file() or "StaticEmbedding" in layers.read_text(encoding="utf-8", errors="replace")
    package = "related-jobs[dense]" if is_static else "sentence-transformers"
    try:
        return _static(path) if is_static else _sentences(path)
    except ImportError as missing:
        raise UsageError(f"vectorise.dense_model = {str(path)!r}: install {package} for it ({missing})") from missing
    except (OSError, ValueError, KeyError) as error:
        raise UsageError(f"vectorise.dense_model = {str(path)!r}: no model that can be read ({error})") from error


def _sentences(path: Path) -> Encode:
    from sentence_transformers import SentenceTransformer  # type: ignore[import-not-found]

    loaded = SentenceTransformer(str(path), local_files_only=True, device="cpu")
    return lambda texts: np.asarray(loaded.encode(list(texts), batch_size=64, show_progress_bar=False))


def _static(path: Path) -> Encode:
    from model2vec import StaticModel  # type: ignore[import-not-found]

    loaded = StaticModel.from_pretrained(str(path))
    return lambda texts: np.asarray(loaded.encode(list(texts)))


def _words(path: Path) -> Encode:
    index: dict[str, int] = {}
    rows: list[Dense] = []
    with path.open(encoding="utf-8", errors="replace") as lines:
        for number, line in enumerate(lines, start=1):
            word, *told = line.rstrip().split(" ")
            if number == 1 and len(told) == 1 and word.isdigit():  # how many words, and of how many dimensions
                continue
            try:
                row = np.array(told, dtype=np.float32)
            except ValueError as error:
                raise UsageError(
                    f"{path}, line {number}: a word and its numbers are wanted, {line[:60]!r} came"
                ) from error
            if rows and len(row) != len(rows[0]):
                raise UsageError(f"{path}, line {number}: {len(row)} numbers, {len(rows[0])} in the lines before")
            if index.setdefault(fold(word), len(rows)) == len(rows):
                rows.append(row)
    if not rows:
        raise UsageError(f"{path}: no word vectors in it")
    table = unit(np.array(rows))
    frequency = 1 / (np.arange(1, len(rows) + 1) * np.log(len(rows) + 1.0))
    table *= (_SMOOTH / (_SMOOTH + frequency)).astype(np.float32)[:, None]

    def encode(texts: Sequence[str]) -> Dense:
        found = np.zeros((len(texts), table.shape[1]), dtype=np.float32)
        for i, text in enumerate(texts):
            known = [index[word] for word in words(text) if word in index]
            if known:
                found[i] = table[known].mean(axis=0)
        return found

    return encode
