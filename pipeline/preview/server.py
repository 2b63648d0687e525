"""The preview's web server: pages made on request, the feed as a web server in production would serve it."""

import re
from functools import partial
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs, unquote, urlsplit

from pipeline.errors import RelatedJobsError, UsageError
from pipeline.preview import pages
from pipeline.store import Home

_TYPES = {
    ".json": "application/json; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".css": "text/css; charset=utf-8",
}
_POLICY = "default-src 'self'; object-src 'none'; base-uri 'none'; frame-ancestors 'none'"
"""Of pages: no inline script or style runs. The widget keeps it, and so may the sites that embed it."""

_HASHED = re.compile(r"-[0-9a-f]{10}\.json$")


def open_server(home: Home, host: str, port: int) -> ThreadingHTTPServer:
    """Return the server, listening; call its serve_forever().

    Raises:
        UsageError: the address is taken or can't be used.
    """
    try:
        return ThreadingHTTPServer((host, port), partial(Preview, home))
    except OSError as error:
        raise UsageError(f"{host}:{port}: {error.strerror or error}; choose another with --host and --port") from error


class Preview(BaseHTTPRequestHandler):
    """Answers one request."""

    protocol_version = "HTTP/1.1"
    server_version = "related-jobs"

    def __init__(self, home: Home, *given: object) -> None:
        self.home = home
        super().__init__(*given)  # type: ignore[arg-type]

    def do_GET(self) -> None:
        """Answer a GET or a HEAD."""
        url = urlsplit(self.path)
        path, query = unquote(url.path), {k: v[0] for k, v in parse_qs(url.query).items()}
        try:
            if path.startswith("/feed/"):
                self._feed(path.removeprefix("/feed/"))
            elif path == "/preview.css":
                self._answer(pages.stylesheet().encode(), _TYPES[".css"])
            elif path == "/favicon.ico":
                self._answer(b"", "image/x-icon", status=HTTPStatus.NO_CONTENT)
            elif path == "/report.html":
                self._report()
            else:
                self._answer(self._page(path, query).encode(), "text/html; charset=utf-8", policy=_POLICY)
        except pages.NotFoundError as error:
            self._answer(error.page.encode(), "text/html; charset=utf-8", policy=_POLICY, status=HTTPStatus.NOT_FOUND)
        except RelatedJobsError as error:
            self._missing(str(error))

    do_HEAD = do_GET  # noqa: N815 - the base class looks it up by this name

    def _page(self, path: str, query: dict[str, str]) -> str:
        if path == "/":
            return pages.search(self.home, query.get("q", ""))
        if path.startswith("/job/"):
            return pages.job(self.home, path.removeprefix("/job/"), query.get("lang", "en"))
        if path == "/why":
            return pages.why(self.home, query.get("a", ""), query.get("b", ""))
        raise UsageError(f"there is no page {path}; the jobs are at /")

    def _missing(self, text: str) -> None:
        try:
            page = pages.missing(self.home, text)
        except RelatedJobsError:
            page = text  # there is no snapshot to make a page of
        kind = "text/html; charset=utf-8" if page is not text else "text/plain; charset=utf-8"
        self._answer(page.encode(), kind, policy=_POLICY, status=HTTPStatus.NOT_FOUND)

    def _report(self) -> None:
        path = self.home.path / "report.html"
        if not path.is_file():
            raise UsageError("no report was published yet")
        self._answer(path.read_bytes(), "text/html; charset=utf-8")

    def _feed(self, name: str) -> None:
        """Serve a file of the feed: gzipped where the browser takes it, for ever where its name tells its content."""
        root = (self.home.path / "feed").resolve()
        path = (root / name).resolve()
        if not path.is_relative_to(root) or not path.is_file() or path.suffix not in _TYPES:
            self._answer(b"not found\n", "text/plain", status=HTTPStatus.NOT_FOUND)
            return
        tag = f'"{path.stat().st_mtime_ns:x}-{path.stat().st_size:x}"'
        headers = {
            "Cache-Control": "public, max-age=31536000, immutable" if _HASHED.search(name) else "no-cache",
            "ETag": tag,
            "Access-Control-Allow-Origin": "*",
            "Vary": "Accept-Encoding",
        }
        if self.headers.get("If-None-Match") == tag:
            self._answer(b"", _TYPES[path.suffix], headers=headers, status=HTTPStatus.NOT_MODIFIED)
            return
        zipped = path.with_name(path.name + ".gz")
        if "gzip" in self.headers.get("Accept-Encoding", "") and zipped.is_file():
            headers["Content-Encoding"] = "gzip"
            self._answer(_read(zipped), _TYPES[path.suffix], headers=headers)
        else:
            self._answer(_read(path), _TYPES[path.suffix], headers=headers)

    def _answer(
        self,
        body: bytes,
        kind: str,
        *,
        policy: str | None = None,
        headers: dict[str, str] | None = None,
        status: HTTPStatus = HTTPStatus.OK,
    ) -> None:
        self.send_response(status)
        given = {"Content-Type": kind, "Content-Length": str(len(body)), "X-Content-Type-Options": "nosniff"}
        if policy:
            given["Content-Security-Policy"] = policy
        for name, value in {**given, **(headers or {})}.items():
            self.send_header(name, value)
        self.end_headers()
        if self.command != "HEAD" and status != HTTPStatus.NOT_MODIFIED:
            self.wfile.write(body)

    def log_message(self, format: str, *given: object) -> None:  # noqa: A002 - the base class names it so
        """Say nothing: a preview is looked at, not operated."""


def _read(path: Path) -> bytes:
    return path.read_bytes()
