"""A corpus of any size that is like linkedin_us_2024, made at bench time and never shipped.

The real feed is taken apart into sentences. A layer of the corpus is the whole feed again with every sentence replaced by
one of another ad about the same work, some of its words by words about as frequent, its rarest words by coined ones, its
employers by others, its places by others: one-to-one within a layer, so that what is the same there stays the same
(repeated ids, reposts, relocations, variants, house phrases, employers' sizes), and layers have only the sentences in
common that stand under many employers. New words and new employers come as fast as they do within the real feed: with
the square root of the listings, nearly. Of a corpus smaller than a layer, whole employers are left out.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from zlib import crc32

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.parquet as pq

Ints = npt.NDArray[np.int64]

CUT = re.compile(r"(?<=[.!?;:])\s+|\s*\n\s*")
WORD = re.compile(r"\w+")
GENERIC_EMPLOYERS = 5  # a sentence under so many is everybody's: it stands in every layer as it is
MUTATED = 0.12  # of the words of a sentence
SPREAD = 0.5  # of the logarithm of a word's rank when another takes its place
WORDS_GROW = 0.50  # vocabulary ~ listings ^ this; measured on linkedin_us_2024 from 2,500 to 37,842 listings
EMPLOYERS_GROW = 0.56  # the same of employers
TOGETHER = 24  # ads about the same work that exchange their sentences
PART_ROWS = 20_000
_SYLLABLES = [c + v for c in "bdfgklmnprstvz" for v in ("a", "e", "i", "o", "u", "an", "el", "or")]


@dataclass
class Source:
    """The real feed, taken apart: rows, their texts as sentences, sentences as numbers of words (0 the most frequent)."""

    rows: pa.Table
    text_of: Ints
    texts: list[list[tuple[int, str]]]
    words: list[str]
    tokens: npt.NDArray[np.int32]
    starts: Ints
    generic: npt.NDArray[np.bool_]
    order: Ints
    rare: Ints


def read(path: Path, mean_characters: int | None) -> Source:
    """Return linkedin_us_2024 taken apart; sentences are left out evenly until a text has so many characters on average."""
    rows = pq.read_table(path)
    column = rows.column("job_description").to_pylist()
    number = {text: n for n, text in enumerate(dict.fromkeys(column))}
    text_of = np.array([number[text] for text in column])
    keep = min(1.0, mean_characters / (sum(map(len, column)) / len(column))) if mean_characters else 1.0
    known: dict[str, int] = {}
    employers: dict[int, set[str]] = defaultdict(set)
    companies, home, texts = rows.column("company").to_pylist(), [], []
    for n, text in enumerate(number):
        found = []
        for sentence, gap in _cut(text):
            at = known.setdefault(sentence, len(known))
            if at == len(home):
                home.append(n)
            if _kept(at, keep):
                found.append((at, gap))
        texts.append(found)
    for text, company in zip(text_of.tolist(), companies, strict=True):
        for at, _ in texts[text]:
            employers[at].add(company)
    split = [sentence.split() for sentence in known]
    words, tokens = _numbered(split)
    lengths = np.array([len(s) for s in split])
    generic = np.array([len(employers[at]) >= GENERIC_EMPLOYERS for at in range(len(known))])
    line = np.argsort(_line(list(number)))[
        np.array(home)
    ]  # where the text a sentence first stood in stands in the line
    order = np.lexsort((np.arange(len(known)), line))
    starts = np.append(0, np.cumsum(lengths))
    return Source(rows, text_of, texts, words, tokens, starts, generic, order[~generic[order]], _rare(words, tokens))


def _line(texts: list[str]) -> Ints:
    """Return the numbers of the texts in a line in which neighbours are about the same work.

    Halved again and again at the median of the direction in which the texts of a half differ most (LSA of 30 dimensions).
    """
    from sklearn.decomposition import TruncatedSVD
    from sklearn.feature_extraction.text import TfidfVectorizer

    weigh = TfidfVectorizer(sublinear_tf=True, min_df=5, max_df=0.3, max_features=5_000)
    vectors = weigh.fit_transform([text[500:2_500] for text in texts])
    placed = TruncatedSVD(30, n_iter=2, random_state=0).fit_transform(vectors)

    def halved(rows: Ints) -> Ints:
        if len(rows) <= TOGETHER // 2:
            return rows
        inside = placed[rows] - placed[rows].mean(axis=0)
        along = inside @ np.linalg.eigh(inside.T @ inside)[1][:, -1]
        turn = rows[np.lexsort((rows, along))]
        return np.concatenate([halved(turn[: len(turn) // 2]), halved(turn[len(turn) // 2 :])])

    return halved(np.arange(len(texts)))


def _cut(text: str) -> Iterator[tuple[str, str]]:
    """Yield the sentences of a text, each with what parts it from the next: a space or a new line."""
    begin = 0
    for gap in CUT.finditer(text):
        if gap.start() > begin:
            yield text[begin : gap.start()], "\n" if "\n" in gap[0] else " "
        begin = gap.end()
    if begin < len(text):
        yield text[begin:], "\n"


def _kept(sentence: int, share: float) -> bool:
    return (sentence * 2_654_435_761 % 2**32) / 2**32 < share


def _numbered(split: Sequence[Sequence[str]]) -> tuple[list[str], npt.NDArray[np.int32]]:
    counts = Counter(word for sentence in split for word in sentence)
    words = [word for word, _ in counts.most_common()]
    number = {word: n for n, word in enumerate(words)}
    return words, np.fromiter((number[w] for s in split for w in s), dtype=np.int32, count=sum(counts.values()))


def _rare(words: Sequence[str], tokens: npt.NDArray[np.int32]) -> Ints:
    """Return the numbers of words that stand in few places, the first spelling of each, rarest last."""
    counts, seen, found = np.bincount(tokens, minlength=len(words)), set(), []
    for number in np.flatnonzero(counts <= 8).tolist():
        plain = WORD.findall(words[number].lower())
        if len(plain) == 1 and plain[0].isalpha() and plain[0] not in seen:
            seen.add(plain[0])
            found.append(number)
    return np.array(found)


def write(source: Source, listings: int, folder: Path, first: int = 0) -> int:
    """Write so many listings as Parquet parts of the columns of the source, from layer `first` on; return their number."""
    folder.mkdir(parents=True, exist_ok=True)
    layers, written, part = -(-listings // source.rows.num_rows), 0, 0
    for layer in range(layers):
        rows = _layer(source, first + layer, max(layers, first + layer + 1))
        rows = _fewer(rows, listings - written)
        for at in range(0, rows.num_rows, PART_ROWS):
            pq.write_table(rows.slice(at, PART_ROWS), folder / f"part-{part:05d}.parquet", compression="zstd")
            part += 1
        written += rows.num_rows
    return written


def _layer(source: Source, layer: int, layers: int) -> pa.Table:
    rng = np.random.default_rng([layer, 7])
    words = _words(source, layer, rng)
    tokens = _mutated(source, rng)
    spelled = list(map(words.__getitem__, tokens.tolist()))
    sentences = [" ".join(spelled[a:b]) for a, b in pairwise(source.starts.tolist())]
    place = _exchanged_near(source, rng).tolist()
    texts = ["".join(f"{sentences[place[s]]}{gap}" for s, gap in text).rstrip() for text in source.texts]
    rows = source.rows
    companies = _employers(rows.column("company").to_pylist(), layer, layers, rng)
    ids = [f"{i}{layer:04d}" for i in rows.column("job_id").to_pylist()]
    changed = {
        "job_id": ids,
        "title": _titles(
            rows.column("title").to_pylist(), companies, dict(zip(source.words, words, strict=True)), layer
        ),
        "company": companies,
        "location": _exchanged(rows.column("location").to_pylist(), rng) if layer else rows.column("location"),
        "job_link": [f"https://www.linkedin.com/jobs/view/{i}" for i in ids],
        "job_description": [texts[n] for n in source.text_of.tolist()],
    }
    return pa.table({name: changed.get(name, rows.column(name)) for name in rows.column_names})


def _words(source: Source, layer: int, rng: np.random.Generator) -> list[str]:
    """Return the spelling of each word in a layer: rare ones are coined anew, as many as a larger feed would bring."""
    words = list(source.words)
    plain = len({w for word in words for w in WORD.findall(word.lower())})
    new = int(plain * ((layer + 1) ** WORDS_GROW - layer**WORDS_GROW)) if layer else 0
    for n, number in enumerate(rng.permutation(source.rare)[:new].tolist()):
        coined = _coined(layer * 1_000_003 + n)
        words[number] = WORD.sub(coined, words[number], count=1)
    return words


def _coined(number: int) -> str:
    """Return a word of five syllables that no other number below a few billions has."""
    base, found = len(_SYLLABLES), ""
    number = number * 48_271 % base**5
    for _ in range(5):
        number, at = divmod(number, base)
        found += _SYLLABLES[at]
    return found


def _mutated(source: Source, rng: np.random.Generator) -> npt.NDArray[np.int32]:
    """Return the words of all sentences, some replaced by others about as frequent; everybody's sentences stay."""
    tokens = source.tokens.copy()
    free = np.repeat(~source.generic, np.diff(source.starts))
    at = np.flatnonzero((rng.random(len(tokens)) < MUTATED) & free)
    moved = (tokens[at] + 1) * np.exp(rng.normal(0, SPREAD, len(at)))
    tokens[at] = np.clip(moved, 0, len(source.words) - 1).astype(np.int32)
    return tokens


def _exchanged_near(source: Source, rng: np.random.Generator) -> Ints:
    """Return for each sentence the one that takes its place: of an ad about the same work, `TOGETHER` ads at a time.

    Of one such group those of one length change places, so that texts stay about as long.
    """
    place = np.arange(len(source.starts) - 1)
    order, size = source.order, TOGETHER * len(source.order) // len(source.texts)
    lengths = np.minimum(np.diff(source.starts)[order] // 4, 20)
    group = (np.arange(len(order)) + rng.integers(size)) // size * 100 + lengths
    place[order[np.argsort(group, kind="stable")]] = order[np.lexsort((rng.random(len(order)), group))]
    return place


def _titles(titles: Sequence[str], companies: Sequence[str], spelled: Mapping[str, str], layer: int) -> list[str]:
    """Return the titles of a layer: with its words, and every other one with a team, or employers would repeat too many."""
    found = []
    for title, company in zip(titles, companies, strict=True):
        number = crc32(f"{title}|{company}|{layer}".encode())
        team = f", {_coined(number).title()}" if layer and number % 2 else ""
        found.append(" ".join(spelled.get(w, w) for w in title.split()) + team)
    return found


def _employers(names: Sequence[str], layer: int, layers: int, rng: np.random.Generator) -> list[str]:
    """Return the employers of a layer: with each layer some are new, so that they grow as in the source."""
    if not layer:
        return list(names)
    share = (layers**EMPLOYERS_GROW - 1) / (layers - 1)
    known = {
        n: f"{_coined(layer * 7_919 + k).title()} {n.split()[-1]}" for k, n in enumerate(dict.fromkeys(names)) if n
    }
    new = {n: rng.random() < share for n in known}
    return [known[n] if new.get(n) else n for n in names]


def _exchanged(values: Sequence[str], rng: np.random.Generator) -> list[str]:
    distinct = sorted(set(values))
    other = dict(zip(distinct, [distinct[i] for i in rng.permutation(len(distinct))], strict=True))
    return [other[v] for v in values]


def _fewer(rows: pa.Table, wanted: int) -> pa.Table:
    """Return so many of the rows, in their order: whole employers, but for the last."""
    if rows.num_rows <= wanted:
        return rows
    names = rows.column("company").to_pylist()
    distinct = list(dict.fromkeys(names))
    turn = dict(zip(distinct, np.random.default_rng(11).permutation(len(distinct)).tolist(), strict=True))
    order = sorted(range(len(names)), key=lambda i: (turn[names[i]], i))[:wanted]
    return rows.take(pa.array(sorted(order)))


def changed(source: Source, before: Path, after: Path, share: float) -> None:
    """Write the next delivery of a corpus: of its listings a third of `share` is gone, one is edited, as many are new."""
    rng = np.random.default_rng(int(share * 1_000))
    after.mkdir(parents=True)
    total = 0
    for path in sorted(before.glob("*.parquet")):
        rows = pq.read_table(path)
        drawn = rng.random(rows.num_rows)
        texts = rows.column("job_description").to_pylist()
        for at in np.flatnonzero((drawn >= share / 3) & (drawn < 2 * share / 3)).tolist():
            texts[at] += f"\nUpdated: ask for {_coined(at)} {_coined(at + 1)} when you apply."
        at = rows.column_names.index("job_description")
        rows = rows.set_column(at, "job_description", pa.array(texts)).filter(pa.array(drawn >= share / 3))
        total += len(texts)
        pq.write_table(rows, after / path.name, compression="zstd")
    write(source, max(1, int(total * share / 3)), after / "new", first=5_000)
    for path in (after / "new").glob("*.parquet"):
        path.rename(after / f"new-{path.name}")
    (after / "new").rmdir()
