"""Charts: a query, a Vega-Lite specification and two languages become static SVG.

The SVG is made when the site is built, so a page needs no chart library, shows its first chart at
once and works offline. What a chart shows is also given as a table.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import duckdb
import vl_convert

from pipelines.marts.cookbook import Question, read_question
from schemas import vocabulary

FOLDER = Path(__file__).parent / "charts"
LANGUAGES = ("zh", "en")
FONT = "'Noto Sans CJK SC', 'Source Han Sans SC', 'PingFang SC', 'Microsoft YaHei', 'Helvetica Neue', Arial, sans-serif"
INK, MUTED, GRID = "#1d2733", "#55626f", "#e6e3db"


@dataclass(frozen=True, slots=True)
class Chart:
    """One chart: its question and query, the rows behind it, and its picture in each language."""

    question: Question
    columns: tuple[str, ...]
    rows: tuple[dict[str, Any], ...]
    svg: dict[str, str]


@cache
def labels() -> dict[tuple[str, str], dict[str, str]]:
    """What a code is called in Chinese and English, and its colour, by the column it stands in."""
    return {(row["kind"], row["code"]): row for row in vocabulary.rows("site_labels")}


def charts(connection: duckdb.DuckDBPyConnection, names: tuple[str, ...]) -> tuple[Chart, ...]:
    """The charts of these names, drawn; a chart without rows has no picture."""
    return tuple(_chart(connection, name) for name in names)


def _chart(connection: duckdb.DuckDBPyConnection, name: str) -> Chart:
    (path,) = FOLDER.glob(f"*_{name}.sql")
    question = read_question(path)
    frame = connection.execute(question.sql).pl()
    rows = frame.to_dicts()
    spec = json.loads((FOLDER / f"{name}.json").read_text(encoding="utf-8"))
    svg = {language: _svg(spec, rows, language) for language in LANGUAGES} if rows else {}
    return Chart(question, tuple(frame.columns), tuple(rows), svg)


def _svg(spec: dict[str, Any], rows: list[dict[str, Any]], language: str) -> str:
    told = [_labelled(row, language) for row in rows]
    filled = _in_language(spec, language)
    colour = filled["encoding"].get("color", {})
    if "codes" in colour:
        _scale(colour, {row[colour["codes"]] for row in rows}, language)
    full = {"$schema": "https://vega.github.io/schema/vega-lite/v5.json", "data": {"values": told}, **filled}
    drawn: str = vl_convert.vegalite_to_svg({"width": 440, "config": _config(), **full})
    return drawn


def _labelled(row: dict[str, Any], language: str) -> dict[str, Any]:
    """A row with, for every code that has a label, the label and its place in the vocabulary's order."""
    order = {key: number for number, key in enumerate(labels())}
    added: dict[str, Any] = {}
    for column, value in row.items():
        key = (column, str(value))
        if key in labels():
            added |= {f"{column}_label": labels()[key][language], f"{column}_place": order[key]}
    return row | added


def _in_language(part: Any, language: str) -> Any:
    """The specification with every pair of languages made one text."""
    if isinstance(part, dict):
        if set(part) == set(LANGUAGES):
            return part[language]
        return {key: _in_language(value, language) for key, value in part.items()}
    return [_in_language(value, language) for value in part] if isinstance(part, list) else part


def _scale(encoding: dict[str, Any], present: set[str], language: str) -> None:
    """Colours by code, in the vocabulary's order, so that a code has the same colour in every chart."""
    kind = encoding.pop("codes")
    known = [row for (column, code), row in labels().items() if column == kind and code in present]
    encoding["scale"] = {"domain": [row[language] for row in known], "range": [row["colour"] for row in known]}


def _config() -> dict[str, Any]:
    return {
        "font": FONT,
        "background": None,
        "view": {"stroke": None},
        "axis": {
            "labelFontSize": 12,
            "titleFontSize": 12,
            "labelColor": MUTED,
            "titleColor": MUTED,
            "titleFontWeight": "normal",
            "gridColor": GRID,
            "domainColor": "#b9b5aa",
            "labelPadding": 6,
            "ticks": False,
        },
        "axisY": {"domain": False, "titleAngle": 0, "titleAlign": "right", "titleX": -6, "titleY": -8},
        "legend": {"labelFontSize": 12, "labelColor": INK, "symbolType": "square", "symbolSize": 110, "title": None},
        "text": {"font": FONT, "fontSize": 12, "color": INK},
    }
