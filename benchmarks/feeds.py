"""What `feeds check` makes of files, and how fast formats are read, as Markdown tables.

python -m benchmarks.feeds ../shared/data/formats ../shared/data/nightly   # a row a folder's reader, or --each file
python -m benchmarks.feeds --rates [--megabytes 100]                       # files of our own making, a format each
python -m benchmarks.feeds --big [--megabytes 1000]                        # peak memory over a file of that size
"""

import argparse
import gzip
import json
import random
import re
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from pipeline.ingest import feed_from_path
from pipeline.inspect_feeds import Checked, check
from pipeline.settings import Settings

DAY = date(2026, 11, 22)
SHOWN = (
    ("title", "title"), ("employer", "employer"), ("country", "country"), ("city", "city"), ("body_length", "text"),
    ("posted_on", "date"), ("pay_min", "pay"), ("employment_type", "type"), ("apply_url", "address"), ("requisition_id", "req."),
)  # fmt: skip
WORDS = (
    "the work of our team is to keep machines and people in good order while customers wait for answers about deliveries"
    " from harbour warehouse kitchen hospital school"
).split()


def main() -> None:
    """Print the tables asked for."""
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("paths", nargs="*", help="files or folders")
    arguments.add_argument("--each", action="store_true", help="a row a file, not a reader")
    arguments.add_argument("--rates", action="store_true", help="how fast each format is read")
    arguments.add_argument("--big", action="store_true", help="peak memory over a large file")
    arguments.add_argument("--megabytes", type=int, help="size of the files made: 100, with --big 1000")
    asked = arguments.parse_args()
    if asked.paths:
        coverage([Path(p) for p in asked.paths], asked.each)
    if asked.rates:
        rates(asked.megabytes or 100)
    if asked.big:
        big(asked.megabytes or 1000)


def coverage(paths: list[Path], each: bool) -> None:
    """Print what comes of the files: listings, postings, rejects by reason, fill rates, rate."""
    files = sorted(f for p in paths for f in ([p] if p.is_file() else p.rglob("*")) if f.is_file())
    rows: dict[str, list[Checked]] = {}
    for file in files:
        for told in check(feed_from_path(str(file)), DAY, Settings(), first=0):
            rows.setdefault(file.name if each else told.reader or "none fits", []).append(told)
    print(
        "| reader | files | listings | postings | ids | rejects | "
        + " | ".join(name for _, name in SHOWN)
        + " | listings/s |"
    )
    print("|---" * (7 + len(SHOWN)) + "|")
    for name, found in rows.items():
        listings, postings = sum(c.listings for c in found), sum(c.postings for c in found)
        reasons: Counter[str] = sum((c.rejects for c in found), Counter())
        said = ", ".join(f"{reason} {count}" for reason, count in reasons.most_common()) or "0"
        filled = (sum(c.filled[column] for c in found) / max(postings, 1) for column, _ in SHOWN)
        seconds = sum(c.read_seconds + c.normalise_seconds for c in found)
        cells = " | ".join(f"{share:.0%}" if postings else "" for share in filled)
        rate = f"{listings / seconds:,.0f}" if listings > 500 else ""
        ids = sum(c.ids for c in found)
        print(f"| {name} | {len(found)} | {listings:,} | {postings:,} | {ids:,} | {said} | {cells} | {rate} |")


def _job(n: int) -> dict[str, Any]:
    dice = random.Random(n)
    parts = (
        f"<p>{' '.join(dice.choices(WORDS, k=60))}.</p><ul><li>{' '.join(dice.choices(WORDS, k=12))}</li></ul>"
        for _ in range(6)
    )
    return {
        "id": str(n), "title": f"Crane Driver {n % 997} & Rigger", "company": f"Harbour {n % 71} Ltd", "city": "Leeds", "region": "ENG",
        "country": "GB", "date_posted": f"2026-11-{n % 20 + 1:02}", "url": f"https://jobs.example/{n}?utm_source=x", "requisition_id": f"REQ-{n // 3}",
        "description": "".join(parts), "pay": "£30,000 - £35,000 per year", "employment_type": "fulltime",
    }  # fmt: skip


def _talent(job: dict[str, Any]) -> str:
    names = {"id": "referencenumber", "requisition_id": "requisitionid", "region": "state", "date_posted": "dateposted", "pay": "salary", "employment_type": "jobtype"}  # fmt: skip
    return (
        "<job>"
        + "".join(f"<{names.get(k, k)}><![CDATA[{v}]]></{names.get(k, k)}>" for k, v in job.items())
        + "</job>\n"
    )


def _rss(job: dict[str, Any]) -> str:
    return (
        f"<item><title><![CDATA[{job['title']}]]></title><link>{job['url']}</link><guid>{job['id']}</guid><company>{job['company']}</company>"
        f"<pubDate>{job['date_posted']}</pubDate><description><![CDATA[{job['description']}]]></description></item>\n"
    )


def _jsonld(job: dict[str, Any]) -> str:
    node = {
        "@context": "https://schema.org", "@type": "JobPosting", "title": job["title"], "description": job["description"], "url": job["url"],
        "hiringOrganization": {"@type": "Organization", "name": job["company"]}, "datePosted": job["date_posted"], "identifier": job["requisition_id"],
        "jobLocation": {"@type": "Place", "address": {"addressLocality": job["city"], "addressCountry": job["country"]}},
    }  # fmt: skip
    return json.dumps(node) + "\n"


def _greenhouse(job: dict[str, Any]) -> str:
    node = {
        "id": int(job["id"]), "internal_job_id": int(job["id"]), "title": job["title"], "absolute_url": job["url"], "company_name": job["company"],
        "location": {"name": job["city"]}, "content": job["description"].replace("<", "&lt;").replace(">", "&gt;"), "updated_at": job["date_posted"],
    }  # fmt: skip
    return json.dumps(node)


@dataclass(frozen=True)
class Made:
    """How a file of a format is written."""

    suffix: str
    begin: str
    record: Callable[[dict[str, Any]], str]
    between: str
    end: str


def _line(job: dict[str, Any]) -> str:
    return json.dumps(job) + "\n"


def _csv(job: dict[str, Any]) -> str:
    return ",".join('"' + str(v).replace('"', '""') + '"' for v in job.values()) + "\n"


FORMATS = {
    "Talent.com XML": Made(
        "xml", "<source><publisherurl>https://harbour.example</publisherurl>\n", _talent, "", "</source>"
    ),
    "RSS": Made("rss.xml", '<rss version="2.0"><channel><title>Harbour</title>\n', _rss, "", "</channel></rss>"),
    "JSON-LD, lines": Made("ld.ndjson", "", _jsonld, "", ""),
    "Greenhouse JSON": Made("json", '{"jobs": [', _greenhouse, ",\n", "]}"),
    "NDJSON": Made("ndjson", "", _line, "", ""),
    "CSV": Made("csv", ",".join(_job(0)) + "\n", _csv, "", ""),
}


def _write(path: Path, made: Made, megabytes: int) -> int:
    """Write a file of about that size; return its bytes."""
    with path.open("w", encoding="utf-8") as out:
        size = out.write(made.begin)
        for n in _numbers():
            size += out.write((made.between if n else "") + made.record(_job(n)))
            if size >= megabytes * 1_000_000:
                break
        out.write(made.end)
    return path.stat().st_size


def _numbers() -> Iterator[int]:
    n = 0
    while True:
        yield n
        n += 1


READ = """
import json, re, sys, time
from datetime import date
from pipeline.contracts import contract
from pipeline.ingest import feed_from_path, read, registry
from pipeline.plan import Night
from pipeline.settings import IngestSettings
for name in ("raw_listings", "raw_rejects"):
    contract(name)
began = time.process_time()
rows = [(a.num_rows, b.num_rows) for a, b in read(feed_from_path(sys.argv[1]), Night(date(2026, 11, 22)), IngestSettings())]
seconds = time.process_time() - began
peak = re.search(r"VmHWM:\\s+(\\d+)", open("/proc/self/status").read())
print(json.dumps({"listings": sum(a for a, _ in rows), "rejects": sum(b for _, b in rows), "seconds": seconds, "peak_mb": int(peak[1]) // 1024}))
"""


def _read(path: Path) -> dict[str, Any]:
    """Read a file in a process of its own; return listings, rejects, seconds of processor time, peak memory."""
    code = "from pipeline.ingest import registry\n" + READ.replace("read, registry", "read")
    done = subprocess.run([sys.executable, "-c", code, str(path)], capture_output=True, text=True, check=True)
    found: dict[str, Any] = json.loads(re.findall(r"\{.*\}", done.stdout)[-1])
    return found


def _row(name: str, size: int, found: dict[str, Any]) -> None:
    seconds = found["seconds"]
    print(
        f"| {name} | {size / 1e6:,.0f} | {found['listings']:,} | {found['rejects']} | {seconds:.1f} | {size / 1e6 / seconds:.0f}"
        f" | {found['listings'] / seconds:,.0f} | {found['peak_mb']} |",
        flush=True,
    )


HEADER = "| file | MB unpacked | listings | rejects | seconds of one core | MB/s | listings/s | peak MB |\n|---|---|---|---|---|---|---|---|"


def rates(megabytes: int) -> None:
    """Print how fast each format is read, into tables and no further; gzip'd XML too."""
    print(HEADER)
    with tempfile.TemporaryDirectory(prefix="related-jobs-bench-") as folder:
        for name, made in FORMATS.items():
            path = Path(folder) / f"feed.{made.suffix}"
            size = _write(path, made, megabytes)
            _row(name, size, _read(path))
            if made.suffix == "xml":
                packed = path.with_suffix(".xml.gz")
                packed.write_bytes(gzip.compress(path.read_bytes(), 6))
                _row(f"{name}, gzip", size, _read(packed))
                packed.unlink()
            path.unlink()


def big(megabytes: int) -> None:
    """Print peak memory and rate over one large file of XML and of NDJSON."""
    print(HEADER)
    with tempfile.TemporaryDirectory(prefix="related-jobs-bench-") as folder:
        for name in ("Talent.com XML", "NDJSON"):
            path = Path(folder) / f"feed.{FORMATS[name].suffix}"
            size = _write(path, FORMATS[name], megabytes)
            _row(name, size, _read(path))
            path.unlink()


if __name__ == "__main__":
    main()
