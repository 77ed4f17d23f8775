from __future__ import annotations

from collections.abc import Iterator

import duckdb
import pytest

from tests.marts.build_warehouse import build


@pytest.fixture(scope="session")
def warehouse() -> Iterator[duckdb.DuckDBPyConnection]:
    """The small corpus with its marts."""
    connection = build()
    yield connection
    connection.close()
