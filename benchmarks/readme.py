"""Fills in the answers of the READMEs from the sample warehouse: ``python -m benchmarks.readme WAREHOUSE``.

Every ``sql`` block that ``<!-- answer -->`` follows gets the rows that the warehouse gives, as a table.
"""

from __future__ import annotations

import re
import sys
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory

import duckdb

from benchmarks.second_night import two_nights
from benchmarks.story import PICTURES, STORY, story
from pipelines.marts.cookbook import questions
from pipelines.site.charts import charts

ROOT = Path(__file__).parent.parent
PAGES = {"README.md": "en", "README.zh.md": "zh"}
PAPER = '<rect width="100%" height="100%" fill="#ffffff"/>'
REVISIONS = "revisions"
TWO_NIGHTS = (
    "一夜只见每个文件的一个版本，故样例数据仓库没有答案；下面是一份样例报告在两夜之间改了数字之后的回答。"
    "One night sees one version of a file, so the sample warehouse has no rows here. "
    "After a second night, one sample report having been changed in between (`benchmarks/second_night.py`):"
)
BLOCK = re.compile(r"```sql\n(?P<query>.*?)```\n\n<!-- answer -->\n(?:.*?<!-- /answer -->\n)?", re.DOTALL)


def answered(page: str, warehouse: Path) -> str:
    """The page with every answer as the warehouse gives it now."""
    with duckdb.connect(str(warehouse), read_only=True) as connection:

        def fill(match: re.Match[str]) -> str:
            table = answer_table(connection, match["query"])
            return f"```sql\n{match['query']}```\n\n<!-- answer -->\n{table}\n<!-- /answer -->\n"

        return BLOCK.sub(fill, page)


def page_of(name: str, warehouse: Path) -> str:
    """A README with every answer and the three questions as the warehouse gives them now."""
    page = answered((ROOT / name).read_text(encoding="utf-8"), warehouse)
    return STORY.sub(lambda _: story(warehouse, PAGES[name]), page)


def answer_table(connection: duckdb.DuckDBPyConnection, query: str) -> str:
    """The rows of a query as a markdown table."""
    found = connection.execute(query)
    heads = [column[0] for column in found.description or []]
    lines = ["| " + " | ".join(heads) + " |", "|" + "---|" * len(heads)]
    lines += ["| " + " | ".join(_text(value) for value in row) + " |" for row in found.fetchall()]
    return "\n".join(lines)


def _text(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, datetime):
        return "…"
    return f"{value:g}" if isinstance(value, float) else str(value)


def cookbook_page(warehouse: Path) -> str:
    """The cookbook's questions, each with its query and its answer from the warehouse."""
    lines = [
        "# 查询手册 Cookbook",
        "",
        "Every answer is what the sample warehouse gives; `python -m benchmarks.readme WAREHOUSE` writes this page.",
    ]
    with duckdb.connect(str(warehouse), read_only=True) as connection:
        for asked in questions():
            lines += ["", f"## {asked.zh}", "", f"**{asked.en}** {asked.note_zh} {asked.note_en}", ""]
            lines += ["```sql", asked.sql.strip(), "```", "", answer_table(connection, asked.sql)]
            if asked.name == REVISIONS:
                lines += ["", TWO_NIGHTS, "", _answer_of_two_nights(asked.sql)]
    return "\n".join(lines) + "\n"


def _answer_of_two_nights(query: str) -> str:
    with TemporaryDirectory() as folder, duckdb.connect(str(two_nights(Path(folder))), read_only=True) as connection:
        return answer_table(connection, query)


def write_pictures(warehouse: Path) -> None:
    """The three charts that the READMEs show, one file a language."""
    folder = ROOT / "docs" / "charts"
    folder.mkdir(parents=True, exist_ok=True)
    with duckdb.connect(str(warehouse), read_only=True) as connection:
        for chart, name in zip(charts(connection, PICTURES), PICTURES, strict=True):
            for language, picture in chart.svg.items():
                on_paper = picture.replace(">", ">" + PAPER, 1)  # a reader's page may be dark
                (folder / f"{name}.{language}.svg").write_text(on_paper, encoding="utf-8")


if __name__ == "__main__":
    write_pictures(Path(sys.argv[1]))
    (ROOT / "docs" / "cookbook.md").write_text(cookbook_page(Path(sys.argv[1])), encoding="utf-8")
    for name in PAGES:
        (ROOT / name).write_text(page_of(name, Path(sys.argv[1])), encoding="utf-8")
