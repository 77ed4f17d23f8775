"""The data dictionary, written from the schemas: ``python -m schemas.dictionary`` prints the page."""

from __future__ import annotations

from collections.abc import Iterator

from schemas import TABLES, Table
from schemas.vocabulary import rows

_LONGEST_CODE_LIST = 12


def dictionary_page() -> str:
    """The whole page as markdown."""
    lines = [
        "# 数据字典 Data dictionary",
        "",
        "Written by `python -m schemas.dictionary`; a test keeps it equal to the schemas.",
        "",
    ]
    for table in TABLES:
        lines += [*_table_lines(table), ""]
    lines += [*_code_lines("application_item", "item_code"), "", *_rule_lines()]
    return "\n".join(lines) + "\n"


def _table_lines(table: type[Table]) -> Iterator[str]:
    zh, en = table.label()
    yield f"## {table.table_name()}"
    yield ""
    yield f"{zh}。{en}. Key: {', '.join(f'`{name}`' for name in table.key())}."
    yield ""
    yield "| column | type | null | 含义 | meaning |"
    yield "|---|---|---|---|---|"
    for column in table.columns_described():
        null = "yes" if column["nullable"] else ""
        meaning = f"{column['en']}{_codes(column['codes'])}"
        yield f"| `{column['name']}` | {column['type']} | {null} | {column['zh']} | {meaning} |"


def _codes(found: tuple[str, ...] | list[str] | None) -> str:
    if not found or len(found) > _LONGEST_CODE_LIST:
        return ""
    return ": " + ", ".join(f"`{code}`" for code in found)


def _code_lines(table: str, key: str) -> Iterator[str]:
    yield f"## Codes of {key}"
    yield ""
    yield f"| `{key}` | 表式原文 | English | forms |"
    yield "|---|---|---|---|"
    for row in rows(table):
        yield f"| `{row[key]}` | {row['label_zh']} | {row['label_en']} | {row['forms']} |"


def _rule_lines() -> Iterator[str]:
    yield "## Rules of dq_issue"
    yield ""
    yield "| `rule_code` | severity | compares | source |"
    yield "|---|---|---|---|"
    for row in rows("rules"):
        yield f"| `{row['rule_code']}` | {row['severity']} | {row['compares']} | {row['source']} |"


if __name__ == "__main__":
    print(dictionary_page(), end="")  # noqa: T201 - the page is the output
