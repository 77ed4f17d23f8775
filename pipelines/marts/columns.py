"""What every column of the marts means, in Chinese and English: comments, dictionary, data package."""

from __future__ import annotations

from functools import cache

import duckdb

from schemas import vocabulary

PRIVATE = ("_application_wide", "_report_wide", "_metric", "_coverage", "_quarantine_agency")


class UndescribedColumnError(LookupError):
    """A mart has a column that no vocabulary file explains."""


def meaning(table: str, column: str) -> tuple[str, str]:
    """Chinese and English meaning of one column of a mart; with an empty column, of the mart itself.

    Looks in ``mart_columns.csv``, then among the codes that give columns their names. Raises
    ``UndescribedColumnError``.
    """
    listed = _listed()
    for key in ((table, column), ("*", column), ("", column)):
        if key in listed:
            return listed[key]
    if column.startswith("v_"):
        return meaning(table, column.removeprefix("v_"))
    if column.startswith("s_"):
        return _worded("status", meaning(table, column.removeprefix("s_")))
    if column.endswith("_known_share"):
        return _worded("known_share", meaning(table, column.removesuffix("_known_share")))
    raise UndescribedColumnError(f"{table}.{column}")


def describe(connection: duckdb.DuckDBPyConnection, marts: tuple[str, ...]) -> None:
    """Comment every mart and private table, and every column of them."""
    columns = connection.execute("SELECT table_name, column_name FROM duckdb_columns() WHERE NOT internal").fetchall()
    for kind, tables in (("VIEW", marts), ("TABLE", PRIVATE)):
        for table in tables:
            connection.execute(f'COMMENT ON {kind} "{table}" IS {_quoted(meaning(table, ""))}')
    for table, column in columns:
        if table in marts or table in PRIVATE:
            connection.execute(f'COMMENT ON COLUMN "{table}"."{column}" IS {_quoted(meaning(table, column))}')


def _quoted(words: tuple[str, str]) -> str:
    return "'" + " | ".join(words).replace("'", "''") + "'"


def _worded(pattern: str, *parts: tuple[str, str]) -> tuple[str, str]:
    """A pattern of ``mart_columns.csv`` filled, in Chinese and English, with the parts in that language."""
    zh, en = _written()["pattern", pattern]
    return (zh.format(*(part[0] for part in parts)), en.format(*(part[1] for part in parts)))


@cache
def _written() -> dict[tuple[str, str], tuple[str, str]]:
    return {(row["table"], row["column"]): (row["zh"], row["en"]) for row in vocabulary.rows("mart_columns")}


@cache
def _listed() -> dict[tuple[str, str], tuple[str, str]]:
    return {("", name): words for name, words in _coded().items()} | _written()


def _label(row: dict[str, str], kind: str = "label") -> tuple[str, str]:
    return (row[f"{kind}_zh"], row[f"{kind}_en"])


def _coded() -> dict[str, tuple[str, str]]:
    """Columns that are named after a code of the form or a metric."""
    items = {row["item_code"]: _label(row) for row in vocabulary.rows("application_item")}
    asked = {
        f"new_received_{row['applicant_code']}": _worded("part", items["new_received"], _label(row))
        for row in vocabulary.rows("applicant")
    }
    reviews = {
        f"{channel['channel_code']}_{outcome['outcome_code']}": _worded("part", _label(channel), _label(outcome))
        for channel in vocabulary.rows("review_channel")
        for outcome in vocabulary.rows("review_outcome")
    }
    proactive = {
        f"{row['category_code']}_{row['measure_code']}": _worded(
            "measure", _label(row, "category"), _label(row, "measure"), (row["unit"], row["unit"])
        )
        for row in vocabulary.rows("proactive_measure")
    }
    rates = {row["code"]: _label(row) for row in vocabulary.settings("metrics")["metric"]}
    return items | asked | reviews | proactive | rates
