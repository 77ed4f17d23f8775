"""The site's pages that need no script: overview, quality, questions, method, and the shells of the rest."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from html import escape
from pathlib import Path
from string import Template
from typing import Any
from urllib.parse import quote

import duckdb

from pipelines.marts.cookbook import Question, questions, read_question
from pipelines.marts.metrics import metrics
from pipelines.site.charts import FOLDER, Chart
from pipelines.site.html import both, card, figure, frame_table, label, number, places, plain, sql, table, text
from pipelines.site.shards import bucket_of
from schemas import vocabulary

ASSETS = Path(__file__).parent / "assets"
PAGES = ("overview", "regions", "agencies", "quality", "questions", "method")
ROWS_OF_AN_ANSWER = 15
_GAP = re.compile(r"\{\w+\}")
DICTIONARY = "FROM metric_dictionary;"


def page(title_key: str, body: str, *, root: str = "", scripts: tuple[str, ...] = (), title: str = "") -> str:
    """One whole page around a body; ``root`` leads back to the site's folder."""
    links = "".join(
        f'<a href="{root}{_file(name)}"{" aria-current=page" if name == title_key else ""}>{text(name)}</a>'
        for name in PAGES
    )
    template = Template((ASSETS / "page.html").read_text(encoding="utf-8"))
    return template.substitute(
        root=root,
        title=escape(f"{title or ' '.join(plain(title_key))} · gongkai"),
        nav=links,
        skip=text("skip"),
        language=text("language"),
        language_label=escape(" / ".join(plain("language_label"))),
        body=body,
        offline=text("offline"),
        made=text("made"),
        made_on=f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC",
        scripts="".join(f'<script src="{root}{name}"></script>' for name in scripts),
    )


def overview(connection: duckdb.DuckDBPyConnection, drawn: tuple[Chart, ...], provinces: list[tuple[str, str]]) -> str:
    """The front page: what there is, six pictures, and the way to the regions."""
    tiles, question = _one_row(connection, "tiles")
    listed = "".join(
        f"<li><b>{number(value, 'share' if isinstance(value, float) else '')}</b>"
        f'<span class="what">{text(key)}</span></li>'
        for key, value in _shares(tiles).items()
    )
    scopes = connection.execute(
        "SELECT report_scope, count(*) FROM mart_report GROUP BY ALL ORDER BY report_scope"
    ).fetchall()
    by_scope = " · ".join(f"{label('report_scope', scope)} {count:,}" for scope, count in scopes)
    more = f'<p class="note"><a href="regions.html">{text("region_intro")}</a></p>'
    ways = "".join(f'<li><a href="region/{code}.html">{escape(name)}</a></li>' for code, name in provinces)
    return page(
        "overview",
        f'<h1>{text("tagline")}</h1><p class="lead">{text("unknown_note")}</p>'
        f'<ul class="tiles">{listed}</ul>{sql(question.sql)}'
        f'<p class="note">{text("scope_note")} ({text("scope_counts")}: {by_scope})</p>'
        f'<div class="grid">{"".join(figure(chart) for chart in drawn)}</div>'
        f"{card(text('regions'), places(ways), more)}",
    )


def quality(connection: duckdb.DuckDBPyConnection, drawn: tuple[Chart, ...], buckets: int) -> str:
    """The quality page: findings by rule, what is known, the worst reports, the quarantine."""
    worst, worst_question = _rows(connection, "worst")
    quarantined, quarantine_question = _rows(connection, "quarantine")
    reasons = {
        row["reason_code"]: both(row["label_zh"], row["label_en"]) for row in vocabulary.rows("quarantine_reason")
    }
    heads = [text(key) for key in ("agency", "year", "scope", "errors", "warnings", "rules", "source_file")]
    listed = [
        [
            f'<a href="{agency_link(row["agency_id"], buckets)}">{escape(row["agency_name"])}</a>',
            str(row["report_year"]),
            label("report_scope", row["report_scope"]),
            number(row["error_count"]),
            number(row["warning_count"]),
            escape(row["rule_codes"] or ""),
            escape(row["source_path"]),
        ]
        for row in worst
    ]
    file_heads = [text(key) for key in ("reason", "files", "source_file")]
    files = [
        [reasons.get(row["reason_code"], escape(row["reason_code"])), number(row["files"]), escape(row["example"])]
        for row in quarantined
    ]
    return page(
        "quality",
        f'<h1>{text("quality")}</h1><p class="lead">{text("quality_intro")}</p>'
        f'<div class="grid">{"".join(figure(chart) for chart in drawn)}</div>'
        + card(text("worst"), table(heads, listed, numeric=(3, 4)), sql(worst_question.sql))
        + card(text("quarantine"), table(file_heads, files, numeric=(1,)), sql(quarantine_question.sql))
        + card(text("rules"), _rules()),
    )


def cookbook(connection: duckdb.DuckDBPyConnection) -> str:
    """The questions page: each question with its answer on this warehouse and its query."""
    parts = []
    for question in questions():
        frame = connection.execute(question.sql).pl()
        answer = frame_table(frame.columns, frame.head(ROWS_OF_AN_ANSWER).to_dicts())
        parts.append(
            card(
                both(question.zh, question.en),
                f'<p class="note">{both(question.note_zh, question.note_en)}</p>',
                answer if len(frame) else _nothing(),
                f'<div class="behind">{sql(question.sql)}</div>',
                anchor=question.name,
            )
        )
    ways = "".join(f'<li><a href="#{item.name}">{both(item.zh, item.en)}</a></li>' for item in questions())
    return page(
        "questions",
        f'<h1>{text("questions")}</h1><p class="lead">{text("questions_intro")}</p><ol>{ways}</ol>{"".join(parts)}',
    )


def method() -> str:
    """The method page: every metric with its formula and limits."""
    heads = [text(key) for key in ("metric", "numerator", "denominator", "scope", "min_n", "breaks")]
    rows = [
        [
            f"{both(metric.label_zh, metric.label_en)}<br><code>{metric.code}</code>",
            f"<code>{escape(metric.numerator)}</code>",
            f"<code>{escape(metric.denominator)}</code>",
            "<br>".join(label("report_scope", scope) for scope in metric.scope.split()),
            str(metric.min_n),
            escape(metric.breaks),
        ]
        for metric in metrics()
    ]
    notes = "".join(f"<li>{both(zh, en)}</li>" for zh, en in vocabulary.settings("workbook")["notes"][1:])
    return page(
        "method",
        f'<h1>{text("method")}</h1><p class="lead">{text("method_intro")}</p><ul>{notes}</ul>'
        + card(text("metric"), table(heads, rows, numeric=(4,)), sql(DICTIONARY)),
    )


def search(shards: list[tuple[str, str | None, int]]) -> str:
    """The shell of the agency search; names come from the shards."""
    everywhere = f'<option value="">{" / ".join(plain("everywhere"))}</option>'
    options = "".join(
        f'<option value="{shard}">{escape(name or " / ".join(plain("without_region")))} ({count:,})</option>'
        for shard, name, count in shards
    )
    listed = escape(" ".join(shard for shard, _, _ in shards))
    return page(
        "agencies",
        f'<h1>{text("agencies")}</h1><form class="search" role="search" data-shards="{listed}">'
        f'<div><label for="q">{text("search_label")}</label><input id="q" type="search" autocomplete="off"></div>'
        f'<div><label for="shard">{text("place_label")}</label><select id="shard">{everywhere}{options}</select></div>'
        f'</form><p class="note" id="state" role="status">{text("search_hint")}</p><ul class="hits" id="hits"></ul>'
        f"<noscript>{text('needs_script')}</noscript>",
        scripts=("load.js", "data/vocabulary.js", "agencies.js"),
    )


def agency() -> str:
    """The shell of an agency's page; its content comes from a shard."""
    return page(
        "agencies",
        f'<div id="agency"><noscript>{text("needs_script")}</noscript></div>'
        f'<dialog id="cell" aria-labelledby="cell-title"></dialog>',
        scripts=("load.js", "data/vocabulary.js", "matrix.js", "agency.js"),
    )


def agency_link(agency_id: str, buckets: int, root: str = "") -> str:
    """Where an agency's page is."""
    return f"{root}agency.html#{bucket_of(agency_id, buckets)}/{quote(agency_id, safe='')}"


def _file(name: str) -> str:
    return "index.html" if name == "overview" else f"{name}.html"


def _shares(tiles: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in tiles.items() if value is not None}


def _nothing() -> str:
    return f'<p class="note">{text("no_rows")}</p>'


def _rows(connection: duckdb.DuckDBPyConnection, name: str) -> tuple[list[dict[str, Any]], Question]:
    (path,) = FOLDER.glob(f"*_{name}.sql")
    question = read_question(path)
    return connection.execute(question.sql).pl().to_dicts(), question


def _one_row(connection: duckdb.DuckDBPyConnection, name: str) -> tuple[dict[str, Any], Question]:
    rows, question = _rows(connection, name)
    return rows[0], question


def _rules() -> str:
    rows = [
        [
            f"<code>{row['rule_code']}</code>",
            label("severity", row["severity"]),
            both(*(_GAP.sub("…", row[f"message_{language}"]) for language in ("zh", "en"))),
        ]
        for row in vocabulary.rows("rules")
    ]
    return table([text("rule"), text("severity"), text("findings")], rows)
