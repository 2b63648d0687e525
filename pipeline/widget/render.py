"""A box as HTML made by a server: links that work without a script, which related-jobs.js then takes over."""

import json
from dataclasses import asdict
from typing import Any
from urllib.parse import parse_qsl, quote, urlencode, urlsplit, urlunsplit

from pipeline.feed_reader import Box, Card
from pipeline.shards import without_markup
from pipeline.widget import source


def render(
    box: Box, *, feed_url: str = "/feed", language: str = "en", limit: int = 6, href: str = "", params: str = "",
    page: bool = False,
) -> str:  # fmt: skip
    """Return the box as HTML, everything from a feed escaped; as a whole page where `page` is set.

    `href` is a template for links to a site's own pages, such as /jobs/{id}; without it a card links to its board.
    """
    from jinja2 import Environment, PackageLoader

    environment = Environment(
        loader=PackageLoader("pipeline", "templates"), autoescape=True, trim_blocks=True, lstrip_blocks=True
    )  # fmt: skip
    labels = source.labels(language)
    return environment.get_template("box.html.j2").render(
        box=box,
        cards=[_told(card, rank, box, labels, href, params) for rank, card in enumerate(box.cards[:limit], 1)],
        labels=labels,
        data=without_markup(json.dumps(asdict(box), ensure_ascii=False, separators=(",", ":"))),
        feed_url=feed_url.rstrip("/"),
        language=language,
        limit=limit,
        href=href,
        params=params,
        page=page,
    )


def link(card: Card, rank: int, job: str, href: str, params: str) -> str | None:
    """Return where a card leads to: http, https or a path of the site itself, with the tracking parameters; else None."""
    values = {"id": card["id"], "rank": str(rank), "job": job}
    target = _filled(href, {k: quote(v, safe="") for k, v in values.items()}) if href else card.get("url")
    if not target:
        return None
    parts = urlsplit(target)
    if parts.scheme not in ("http", "https") and (parts.scheme or not href):
        return None
    added = [(k, _filled(v, values)) for k, v in parse_qsl(params, keep_blank_values=True)]
    query = "&".join(filter(None, [parts.query, urlencode(added)]))
    return urlunsplit((parts.scheme, parts.netloc, parts.path, query, parts.fragment))


def _told(card: Card, rank: int, box: Box, labels: dict[str, str], href: str, params: str) -> dict[str, Any]:
    """Return a card with what the template shows of it, in words."""
    others = [c for c in box.families.get(card.get("family", ""), []) if c["id"] not in (card["id"], box.job)]
    similar = card.get("similar", 0)
    promoted = labels["promoted"] if card.get("promoted") else ""
    return {
        **card,
        "href": link(card, rank, box.job, href, params),
        "where": _where(card, labels),
        "facts": [text for text in (promoted, _pay(card.get("pay"), labels), labels.get(card.get("type", ""))) if text],
        "similar_text": labels["more_one" if similar == 1 else "more"].replace("{n}", str(similar)),
        "similar_cards": [
            {**c, "href": link(c, rank, box.job, href, params), "where": _where(c, labels)} for c in others
        ],
    }


def _where(card: Card, labels: dict[str, str]) -> str:
    if card.get("places"):
        return labels["locations"].replace("{n}", str(card["places"]))
    return str(card.get("place") or labels.get(card.get("remote", ""), ""))


def _pay(pay: dict[str, Any] | None, labels: dict[str, str]) -> str:
    """Return pay in figures: '57,000–80,000 USD a year'; the browser writes it in the reader's way."""
    if not pay:
        return ""
    low, high = pay.get("min", pay.get("max")), pay.get("max", pay.get("min"))
    amounts = [f"{value:,.2f}".removesuffix(".00") for value in dict.fromkeys((low, high)) if value is not None]
    return " ".join(filter(None, ["–".join(amounts), pay.get("currency"), labels.get(pay.get("period", ""), "")]))


def _filled(template: str, values: dict[str, str]) -> str:
    for name, value in values.items():
        template = template.replace(f"{{{name}}}", value)
    return template
