"""The page that publishes what was measured: two tables, and a plot as an SVG of our own making.

``python -m tests.bench --publish FILE`` reads the lines that a run has printed.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from html import escape
from pathlib import Path
from typing import Any

Line = dict[str, Any]

PAGE, PLOT = "docs/benchmarks.md", "docs/benchmarks.svg"
HEADS = ("measurement", "database", "value", "against", "ratio", "at most", "setting")
HEADS_OF_PAGES = ("page", "database", "little", "much", "ratio", "statements")
OF_A_PAGE = "page_"
# Of the plot: pixels.
WIDTH, LEFT, RIGHT, ROW, TOP = 820, 270, 70, 26, 58
WIDEST = 2.5  # a ratio that is larger leaves the plot, and says how large it is
COLOURS = {"sqlite": "#2a7f9e", "postgresql": "#7a5ea8", "o365": "#b3541e"}


def publish(lines: Sequence[Line], root: Path) -> None:
    """Write the figures of a run into the page, and the plot beside it.

    The pages of a connection have a table of their own; what a run has not measured stays.
    """
    of_pages = [line for line in lines if line["name"].startswith(OF_A_PAGE)]
    others = [line for line in lines if line not in of_pages]
    if of_pages:
        _put(root / PAGE, "pages", table_of_pages(of_pages))
    if others:
        _put(root / PAGE, "figures", table(others))
        (root / PLOT).write_text(plot([line for line in others if line["ratio"]]))


def _put(page: Path, place: str, figures: str) -> None:
    before, begin, rest = page.read_text().partition(f"<!-- {place} -->\n")
    _, end, after = rest.partition(f"<!-- /{place} -->")
    if not end:
        raise SystemExit(f"{page} has no place for the {place}.")
    page.write_text(f"{before}{begin}\n{figures}\n\n{end}{after}")


def read(file: Path) -> list[Line]:
    """Return the measurements that a run has printed into a file."""
    return [json.loads(line) for line in file.read_text().splitlines() if line.startswith("{")]


def table(lines: Sequence[Line]) -> str:
    """Return the figures as a table in Markdown."""
    return _markdown(HEADS, [_cells(line) for line in lines])


def table_of_pages(lines: Sequence[Line]) -> str:
    """Return a row for each page and database, its time and its statements side by side."""
    found = {(line["name"], line["setting"].partition(",")[0]): line for line in lines}
    rows = []
    for (name, database), spent in found.items():
        if not name.endswith("_time"):
            continue
        asked = found[(f"{name.removesuffix('_time')}_sql", database)]
        said = name.removeprefix(OF_A_PAGE).removesuffix("_time")
        rows.append(
            (
                f"`{said}`",
                database,
                f"{spent['baseline']:.1f} ms",
                f"{spent['value']:.1f} ms",
                f"{spent['ratio']:.2f}{_missed(spent)}",
                f"{asked['value']:g}{_missed(asked)}",
            )
        )
    return _markdown(HEADS_OF_PAGES, rows)


def _markdown(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    lines = (heads, ("---",) * len(heads), *rows)
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _missed(line: Line) -> str:
    return "" if line["within"] else " (not reached)"


def _cells(line: Line) -> tuple[str, ...]:
    database, _, setting = line["setting"].partition(", ")
    limit, unit = line["limit"], line["unit"]
    bound = "" if not limit else f"{limit:g} ×" if line["ratio"] else f"{limit:g} {unit}"
    return (
        f"`{line['name']}`",
        database,
        f"{line['value']:g} {unit}",
        f"{line['baseline']:g} {unit}" if line["baseline"] else "",
        f"{line['ratio']:.2f}" if line["ratio"] else "",
        f"{bound}{_missed(line)}",
        setting,
    )


def plot(lines: Sequence[Line]) -> str:
    """Return the ratios as bars, each with a mark where it may not go beyond."""
    height = TOP + ROW * len(lines) + 34
    axis = [
        f'<line x1="{_x(at)}" y1="{TOP - 8}" x2="{_x(at)}" y2="{height - 30}" class="grid"/>'
        f'<text x="{_x(at)}" y="{height - 12}" text-anchor="middle">{at:g}</text>'
        for at in (0, 0.5, 1, 1.5, 2, 2.5)
    ]
    bars = [_bar(place, line) for place, line in enumerate(lines)]
    return "\n".join(
        (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" '
            f'width="{WIDTH}" height="{height}" role="img" '
            'aria-label="Each measurement against what it is compared with">',
            "<style>text{font:13px system-ui,sans-serif;fill:#222}.grid{stroke:#ddd}"
            ".most{stroke:#111;stroke-width:2}.head{font-weight:600}</style>",
            f'<rect width="{WIDTH}" height="{height}" fill="#fff"/>',
            '<text x="14" y="24" class="head">How many times its baseline each measurement is'
            "</text>",
            f'<text x="14" y="42">{_legend()}; the black mark is the most that it may be</text>',
            *axis,
            *bars,
            "</svg>\n",
        )
    )


def _bar(place: int, line: Line) -> str:
    database = line["setting"].partition(",")[0]
    colour = COLOURS["o365" if line["name"].endswith("o365") else database]
    y, ratio, limit = TOP + ROW * place, line["ratio"], line["limit"]
    end = _x(min(ratio, WIDEST))
    mark = f'<line x1="{_x(limit)}" y1="{y}" x2="{_x(limit)}" y2="{y + 18}" class="most"/>'
    said = f"{ratio:.2f}" + ("" if ratio <= WIDEST else " →")
    return (
        f'<text x="14" y="{y + 14}">{escape(line["name"])}</text>'
        f'<rect x="{_x(0)}" y="{y + 2}" width="{end - _x(0)}" height="14" fill="{colour}">'
        f"<title>{escape(line['setting'])}</title></rect>"
        f"{mark if limit else ''}"
        f'<text x="{max(end, _x(limit) if limit else 0) + 6}" y="{y + 14}">{said}</text>'
    )


def _legend() -> str:
    names = {"sqlite": "SQLite", "postgresql": "PostgreSQL", "o365": "python-o365"}
    return ", ".join(
        f'<tspan fill="{COLOURS[key]}" class="head">{name}</tspan>' for key, name in names.items()
    )


def _x(ratio: float) -> float:
    return round(LEFT + (WIDTH - LEFT - RIGHT) * ratio / WIDEST, 1)
