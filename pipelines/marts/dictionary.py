"""The data dictionary, read from the warehouse itself: what its comments say of every table and column."""

from __future__ import annotations

from typing import Any, NamedTuple

import duckdb

from schemas import TABLES

FRICTIONLESS_TYPES = {
    "VARCHAR": "string",
    "BIGINT": "integer",
    "INTEGER": "integer",
    "HUGEINT": "integer",
    "DOUBLE": "number",
    "BOOLEAN": "boolean",
    "DATE": "date",
    "TIMESTAMP": "datetime",
}


class Column(NamedTuple):
    """One column of a public table or mart."""

    table: str
    name: str
    type: str
    zh: str
    en: str
    references: str | None
    codes: tuple[str, ...]
    nullable: bool


class Relation(NamedTuple):
    """One public table or mart with its columns, in order."""

    name: str
    zh: str
    en: str
    key: tuple[str, ...]
    columns: tuple[Column, ...]

    @property
    def is_mart(self) -> bool:
        """Whether it is a view for analysis."""
        return self.name.startswith("mart_")


def relations(connection: duckdb.DuckDBPyConnection) -> tuple[Relation, ...]:
    """Every public table, then every mart; names that begin with ``_`` are private and left out."""
    described = {table.table_name(): table for table in TABLES}
    columns = _columns(connection)
    found = connection.execute(
        "SELECT table_name, comment FROM duckdb_tables() WHERE NOT internal "
        "UNION ALL SELECT view_name, comment FROM duckdb_views() WHERE NOT internal"
    ).fetchall()
    order = {name: number for number, name in enumerate(described)}
    public = sorted(
        (row for row in found if not row[0].startswith("_") and row[0] in columns),
        key=lambda row: (row[0].startswith("mart_"), order.get(row[0], len(order)), row[0]),
    )
    return tuple(
        Relation(name, *_halves(comment), described[name].key() if name in described else (), tuple(columns[name]))
        for name, comment in public
    )


def dictionary_rows(found: tuple[Relation, ...]) -> list[dict[str, Any]]:
    """One row a column, as the dictionary's file has them."""
    return [
        {
            "table": relation.name,
            "table_zh": relation.zh,
            "table_en": relation.en,
            "column": column.name,
            "type": column.type,
            "nullable": column.nullable,
            "zh": column.zh,
            "en": column.en,
            "references": column.references or "",
            "codes": " ".join(column.codes),
        }
        for relation in found
        for column in relation.columns
    ]


def frictionless_schema(relation: Relation) -> dict[str, Any]:
    """The Frictionless table schema of one table: types, descriptions, closed lists, keys."""
    fields = []
    for column in relation.columns:
        field: dict[str, Any] = {
            "name": column.name,
            "type": FRICTIONLESS_TYPES[column.type],
            "title": column.zh,
            "description": column.en,
        }
        if column.type == "TIMESTAMP":
            field["format"] = "any"
        constraints: dict[str, Any] = {"required": True} if not column.nullable else {}
        if column.codes and column.type == "VARCHAR":
            constraints["enum"] = list(column.codes)
        if constraints:
            field["constraints"] = constraints
        fields.append(field)
    schema: dict[str, Any] = {"fields": fields, "missingValues": [""]}
    if relation.key:
        schema["primaryKey"] = list(relation.key)
    return schema


def _columns(connection: duckdb.DuckDBPyConnection) -> dict[str, list[Column]]:
    declared = {
        (table.table_name(), column["name"]): column for table in TABLES for column in table.columns_described()
    }
    listed: dict[str, list[Column]] = {}
    for table, name, data_type, comment in connection.execute(
        "SELECT table_name, column_name, data_type, comment FROM duckdb_columns() WHERE NOT internal "
        "ORDER BY table_name, column_index"
    ).fetchall():
        known = declared.get((table, name), {})
        references, codes = known.get("references"), tuple(known.get("codes") or ())
        column = Column(table, name, data_type, *_halves(comment), references, codes, known.get("nullable", True))
        listed.setdefault(table, []).append(column)
    return listed


def _halves(comment: str | None) -> tuple[str, str]:
    zh, _, en = (comment or "").partition(" | ")
    return zh, en
