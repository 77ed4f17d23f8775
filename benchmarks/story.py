"""Three questions that a journalist would ask, answered in a sentence from the charts' own rows, for the READMEs."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from pathlib import Path

import duckdb

from pipelines.site.charts import FOLDER, Chart, charts, labels

ROOT = Path(__file__).parent.parent
PICTURES = ("dispositions", "denials", "applicants")
STORY = re.compile(r"<!-- story -->\n.*?<!-- /story -->\n", re.DOTALL)
WORDS = tomllib.loads(Path(__file__).with_suffix(".toml").read_text(encoding="utf-8"))


def story(warehouse: Path, language: str) -> str:
    """The three questions in one language: question, answer, picture, and where its query stands."""
    place = ("zh", "en").index(language)
    query = ("查询", "query")[place]
    parts = []
    with duckdb.connect(str(warehouse), read_only=True) as connection:
        for number, (name, chart) in enumerate(zip(PICTURES, charts(connection, PICTURES), strict=True), 1):
            asked = WORDS[name]["asked"][place]
            said = WORDS[name]["said"][place].format_map(_figures(connection, name, chart, language))
            (file,) = FOLDER.glob(f"*_{name}.sql")
            title = (chart.question.zh, chart.question.en)[place]
            parts.append(f"{number}. **{asked}** {said} ([{query}]({file.relative_to(ROOT).as_posix()}))\n")
            parts.append(f"   ![{title}](docs/charts/{name}.{language}.svg)\n")
    return "<!-- story -->\n" + "\n".join(parts) + "<!-- /story -->\n"


def _figures(connection: duckdb.DuckDBPyConnection, name: str, chart: Chart, language: str) -> Mapping[str, object]:
    by_year = dict(
        connection.execute(
            "SELECT report_year, count(*) FROM mart_report WHERE report_scope = 'own' GROUP BY ALL ORDER BY ALL"
        ).fetchall()
    )
    first, year = min(by_year), max(by_year)
    figures: dict[str, object] = {"year": year, "reports": by_year[year], "first": first, "few": by_year[first]}
    if name == "denials":
        for rank, row in zip(("one", "two", "three"), chart.rows, strict=False):
            figures |= {rank: labels()["reason", row["reason"]][language].lower(), f"n_{rank}": row["denials"]}
        return figures | {"all": sum(row["denials"] for row in chart.rows)}
    code = "disposition" if name == "dispositions" else "applicant_code"
    latest = {row[code]: row["requests"] or 0 for row in chart.rows if row["report_year"] == str(year)}
    total = sum(latest.values())
    return figures | latest | {f"{key}_share": value / total for key, value in latest.items()} | {"all": total}
