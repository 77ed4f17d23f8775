"""The base of every table: one pandera model gives validation, DDL, comments and dictionary rows."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, cast

import pandera.polars as pa
import polars as pl

SQL_TYPES: dict[str, str] = {
    "String": "VARCHAR",
    "Int64": "BIGINT",
    "Int32": "INTEGER",
    "Float64": "DOUBLE",
    "Boolean": "BOOLEAN",
    "Date": "DATE",
    "Datetime": "TIMESTAMP",
}


def column(zh: str, en: str, *, null: bool = False, of: Sequence[str] | None = None, to: str | None = None) -> Any:
    """One column: Chinese and English description, nullability, its closed list of codes, what it refers to."""
    return pa.Field(
        nullable=null,
        isin=None if of is None else list(of),
        description=zh,
        metadata={"en": en, "references": to, "codes": of},
    )


class Table(pa.DataFrameModel):
    """A table of the contract. ``Config`` holds its name, key, Chinese title and English description."""

    class Config:
        """Exactly these columns, in this order."""

        strict = True
        ordered = True

    @classmethod
    def table_name(cls) -> str:
        """The table's name in DuckDB."""
        return cast("str", cls.to_schema().name)

    @classmethod
    def label(cls) -> tuple[str, str]:
        """The table's meaning in Chinese and English."""
        schema = cls.to_schema()
        return (schema.title or "", schema.description or "")

    @classmethod
    def key(cls) -> tuple[str, ...]:
        """The columns that identify one row."""
        return tuple(cls.to_schema().unique or ())

    @classmethod
    def polars_schema(cls) -> dict[str, pl.DataType]:
        """Column names and polars types, in order."""
        return {name: cast("pl.DataType", item.dtype.type) for name, item in cls.to_schema().columns.items()}

    @classmethod
    def columns_described(cls) -> list[dict[str, Any]]:
        """One dictionary a column: name, SQL type, nullable, zh, en, references, codes."""
        described = []
        for name, item in cls.to_schema().columns.items():
            metadata = item.metadata or {}
            described.append(
                {
                    "name": name,
                    "type": SQL_TYPES[str(item.dtype.type.base_type())],
                    "nullable": item.nullable,
                    "zh": item.description or "",
                    "en": metadata.get("en", ""),
                    "references": metadata.get("references"),
                    "codes": metadata.get("codes"),
                }
            )
        return described

    @classmethod
    def ddl(cls) -> str:
        """The CREATE TABLE statement; keys are proved by checks, since loading with them is three times slower."""
        lines = [f'  "{c["name"]}" {c["type"]}{"" if c["nullable"] else " NOT NULL"}' for c in cls.columns_described()]
        return f'CREATE TABLE "{cls.table_name()}" (\n' + ",\n".join(lines) + "\n)"

    @classmethod
    def comments(cls) -> list[str]:
        """The COMMENT ON statements of the table and each column, Chinese first, then English."""
        name = cls.table_name()
        statements = [f'COMMENT ON TABLE "{name}" IS {_quoted(" | ".join(cls.label()))}']
        statements += [
            f'COMMENT ON COLUMN "{name}"."{c["name"]}" IS {_quoted(c["zh"] + " | " + c["en"])}'
            for c in cls.columns_described()
        ]
        return statements

    @classmethod
    def no_rows(cls) -> pl.DataFrame:
        """No rows, the right columns and types."""
        return pl.DataFrame(schema=cls.polars_schema())


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
