"""Small pieces of HTML: every text escaped, every phrase in both languages."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from html import escape
from typing import Any

from pipelines.site.charts import Chart, labels
from schemas import vocabulary

_LANGUAGE_COLUMN = re.compile("_(zh|en)$")


def both(zh: str, en: str) -> str:
    """A phrase in both languages, one of which is shown."""
    if zh == en:
        return escape(zh)
    return f'<span class="zh" lang="zh-Hans">{escape(zh)}</span><span class="en" lang="en">{escape(en)}</span>'


def text(key: str) -> str:
    """A phrase of ``site.toml`` in both languages."""
    zh, en = vocabulary.settings("site")["texts"][key]
    return both(zh, en)


def plain(key: str) -> tuple[str, str]:
    """A phrase of ``site.toml``, unescaped, for attributes."""
    zh, en = vocabulary.settings("site")["texts"][key]
    return str(zh), str(en)


def label(column: str, code: Any) -> str:
    """What a code is called, in both languages; the code itself where the vocabulary has none."""
    row = labels().get((column, str(code)))
    return both(row["zh"], row["en"]) if row else escape(str(code))


def number(value: Any, column: str = "") -> str:
    """A figure for people; null is a dash that says so."""
    if value is None:
        return f'<span class="unknown" title="{" / ".join(plain("unknown"))}">–</span>'
    if isinstance(value, Decimal):
        value = int(value)
    if isinstance(value, float) and any(word in column for word in ("share", "rate", "coverage", "percent", "growth")):
        return f"{value:.1%}"
    if isinstance(value, float):
        return f"{value:,.10g}"
    if isinstance(value, bool):
        return text("yes" if value else "no")
    if not isinstance(value, int):
        return label(column, value) if column else escape(str(value))
    return str(value) if "year" in column else f"{value:,}"


def table(
    heads: Sequence[str],
    rows: Iterable[Sequence[str]],
    *,
    numeric: Sequence[int] = (),
    classes: Mapping[int, str] | None = None,
) -> str:
    """A table that scrolls sideways where it must; heads and cells are HTML already.

    ``numeric`` columns stand to the right; ``classes`` gives a column a class, such as its language.
    """
    named = dict.fromkeys(numeric, "n") | dict(classes or {})
    marks = {i: f' class="{name}"' for i, name in named.items()}
    head = "".join(f'<th scope="col"{marks.get(i, "")}>{cell}</th>' for i, cell in enumerate(heads))
    body = "".join(
        "<tr>" + "".join(f"<td{marks.get(i, '')}>{cell}</td>" for i, cell in enumerate(row)) + "</tr>" for row in rows
    )
    whole = f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"
    return f'<div class="scroll" tabindex="0">{whole}</div>'


def frame_table(columns: Sequence[str], rows: Iterable[dict[str, Any]]) -> str:
    """The rows of a query as a table, headed by their columns."""
    listed = list(rows)
    numeric = [i for i, name in enumerate(columns) if any(_is_number(row[name]) for row in listed)]
    shown = {name: _LANGUAGE_COLUMN.search(name) for name in columns}
    classes = {i: found.group(1) for i, name in enumerate(columns) if (found := shown[name])}
    cells = [[number(row[name], name) for name in columns] for row in listed]
    return table([escape(name) for name in columns], cells, numeric=numeric, classes=classes)


def card(heading: str, *content: str, anchor: str = "") -> str:
    """A part of a page with its heading; heading and content are HTML already."""
    name = f' id="{anchor}"' if anchor else ""
    return f'<section class="card"{name}><h2>{heading}</h2>{"".join(content)}</section>'


def places(items: str) -> str:
    """A list in columns."""
    return f'<ul class="places">{items}</ul>'


def sql(query: str) -> str:
    """The query behind a figure, to be opened and copied."""
    return f"<details><summary>{text('query')}</summary><pre><code>{escape(query.strip())}</code></pre></details>"


def figure(chart: Chart) -> str:
    """One chart with its title, its note, its picture in both languages, its data and its query."""
    question = chart.question
    pictures = "".join(
        f'<div class="{language} picture" role="img" aria-label="{escape(title)}">{chart.svg[language]}</div>'
        for language, title in (("zh", question.zh), ("en", question.en))
        if chart.svg
    )
    shown = pictures or f'<p class="note">{text("no_rows")}</p>'
    data = f"<details><summary>{text('data')}</summary>{frame_table(chart.columns, chart.rows)}</details>"
    return (
        f'<figure id="{question.name}"><figcaption><h2>{both(question.zh, question.en)}</h2>'
        f'<p class="note">{both(question.note_zh, question.note_en)}</p></figcaption>{shown}'
        f'<div class="behind">{data if chart.rows else ""}{sql(question.sql)}</div></figure>'
    )


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float | Decimal) and not isinstance(value, bool)
