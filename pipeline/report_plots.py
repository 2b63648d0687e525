"""The report's plots as plotly figures: plain dictionaries, drawn by plotly.js in the reader's browser.

Colours and fonts come from the page, so that a figure is light, dark or printed as the page is.
"""

from pathlib import Path
from typing import Any

Row = dict[str, Any]
Figure = dict[str, Any]

_INK = ("#3b78c4", "#e08a2e", "#4b9b6e", "#b45a8c", "#8a7fd0", "#8d8d8d")  # told apart in light, dark and print


def script() -> str:
    """Return plotly.js, for the page to carry."""
    import plotly

    return (Path(plotly.__file__).parent / "package_data" / "plotly.min.js").read_text(encoding="utf-8")


def funnel(rows: list[Row]) -> Figure:
    """Return the way from listings to what a site shows."""
    trace = {
        "type": "funnel", "y": [r["step"] for r in rows], "x": [r["rows"] for r in rows], "textinfo": "value+percent initial",
        "marker": {"color": _INK[0]}, "connector": {"line": {"width": 0}, "fillcolor": "rgba(128,128,128,.18)"},
        "hovertemplate": "%{y}: %{x:,}<extra></extra>",
    }  # fmt: skip
    return {"data": [trace], "layout": {"height": 300, "margin": {"l": 180, "r": 20, "t": 10, "b": 20}}}


def bars(rows: list[Row], name: str, values: tuple[str, ...], horizontal: bool = False, unit: str = "") -> Figure:
    """Return stacked bars: one a row named by its column `name`, a colour for each column of `values`."""
    names = [str(r[name]) for r in rows]
    data = []
    for number, value in enumerate(values):
        amounts = [r[value] for r in rows]
        trace: Figure = {
            "type": "bar", "name": value, "marker": {"color": _INK[number % len(_INK)]},
            "hovertemplate": f"%{{{'y' if horizontal else 'x'}}}: %{{{'x' if horizontal else 'y'}:,}} {unit or value}<extra></extra>",
        }  # fmt: skip
        trace |= {"y": names, "x": amounts, "orientation": "h"} if horizontal else {"x": names, "y": amounts}
        data.append(trace)
    height = 90 + 26 * len(rows) if horizontal else 300
    whole = all(isinstance(r[value], int) and r[value] < 10 for r in rows for value in values)  # no halves of a listing
    axes: Figure = (
        {
            "yaxis": {"autorange": "reversed", "automargin": True},
            "xaxis": {"title": {"text": unit}, "dtick": 1 if whole else None},
        }
        if horizontal
        else {}
    )
    layout: Figure = {"barmode": "stack", "height": height, "showlegend": len(values) > 1, **axes}
    return {"data": data, "layout": layout}


def clusters(rows: list[Row]) -> Figure:
    """Return the map of clusters: near ones are about near kinds of work; size is jobs, hover names the commonest titles."""
    most = max((r["jobs"] for r in rows), default=1)
    top = sorted(rows, key=lambda r: -r["jobs"])[:25]  # more names than this write over each other
    trace = {
        "type": "scatter", "mode": "markers+text", "x": [r["map_x"] for r in rows], "y": [r["map_y"] for r in rows],
        "text": [r["label"] if r in top else "" for r in rows], "textposition": "top center", "textfont": {"size": 10},
        "customdata": [[r["label"], r["jobs"], r["employers"], "<br>".join(_plain(t) for t in r["titles"])] for r in rows],
        "hovertemplate": (
            "<b>%{customdata[0]}</b><br>%{customdata[1]:,} jobs, %{customdata[2]:,} employers<br>%{customdata[3]}<extra></extra>"
        ),
        "marker": {"size": [6 + 34 * (r["jobs"] / most) ** 0.5 for r in rows], "color": _INK[0], "opacity": 0.6},
    }  # fmt: skip
    blank = {"visible": False}
    layout = {
        "height": 560,
        "xaxis": blank,
        "yaxis": blank,
        "margin": {"l": 10, "r": 10, "t": 10, "b": 10},
        "hovermode": "closest",
    }
    return {"data": [trace], "layout": layout}


def trends(rows: list[Row]) -> Figure:
    """Return a line a figure over the last nights, each with the band of the nights before it."""
    names = list(dict.fromkeys(r["figure"] for r in rows))
    data: list[Figure] = []
    layout: Figure = {"height": 200 * -(-len(names) // 3), "showlegend": False, "annotations": []}
    layout["grid"] = {"rows": -(-len(names) // 3), "columns": 3, "pattern": "independent", "ygap": 0.35}
    for number, name in enumerate(names):
        own = [r for r in rows if r["figure"] == name]
        days = [r["run_date"].isoformat() for r in own]
        suffix = "" if number == 0 else str(number + 1)
        axes = {"xaxis": f"x{suffix}", "yaxis": f"y{suffix}"}
        banded = [r for r in own if r["low"] is not None]
        band = [r["run_date"].isoformat() for r in banded]
        data += [
            {"type": "scatter", "mode": "lines", "x": [*band, *reversed(band)],
             "y": [*(r["high"] for r in banded), *(r["low"] for r in reversed(banded))], "fill": "toself",
             "fillcolor": "rgba(128,128,128,.2)", "line": {"width": 0}, "hoverinfo": "skip", **axes},
            {"type": "scatter", "mode": "lines+markers", "x": days, "y": [r["value"] for r in own], "line": {"color": _INK[0]},
             "hovertemplate": f"%{{x}}: %{{y:,}} {name}<extra></extra>", **axes},
        ]  # fmt: skip
        layout[f"xaxis{suffix}"] = {"type": "date", "tickformat": "%d %b", "nticks": 4}
        layout[f"yaxis{suffix}"] = {"rangemode": "tozero", "automargin": True, "nticks": 4}
        layout["annotations"].append(
            {
                "text": name,
                "xref": f"x{suffix} domain",
                "yref": f"y{suffix} domain",
                "x": 0,
                "y": 1.18,
                "showarrow": False,
            }
        )
    return {"data": data, "layout": layout}


def _plain(text: str) -> str:
    """Return a text that plotly reads as a text: it knows a few tags."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
