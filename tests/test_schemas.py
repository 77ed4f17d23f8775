"""The contract: tables, codes and vocabulary agree with each other, with DuckDB and with the dictionary page."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import duckdb
import pandera.errors
import polars as pl
import pytest

from schemas import TABLES, vocabulary
from schemas.dictionary import dictionary_page
from schemas.facts import FactApplication
from schemas.vocabulary import codes, rows

SUFFIXES = {
    "_id": "VARCHAR",
    "_code": "VARCHAR",
    "_no": "INTEGER",
    "_at": "TIMESTAMP",
    "_zh": "VARCHAR",
    "_en": "VARCHAR",
}


def test_each_edition_has_as_many_cells_as_its_printed_form() -> None:
    cells = {
        form: (
            7 * sum(form in row["forms"].split() for row in rows("application_item")),
            sum(form in row["forms"].split() for row in rows("proactive_measure")),
        )
        for form in ("2019", "2021")
    }
    assert cells == {"2019": (161, 22), "2021": (175, 10)}
    assert len(codes("review_channel", "channel_code")) * len(codes("review_outcome", "outcome_code")) == 15


def test_the_vocabulary_contradicts_itself_nowhere() -> None:
    assert vocabulary.contradictions() == []


def test_a_wording_that_leads_to_two_codes_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for file in vocabulary.FOLDER.iterdir():
        if file.suffix in {".csv", ".toml"}:
            (tmp_path / file.name).write_bytes(file.read_bytes())
    with (tmp_path / "labels.csv").open("a", encoding="utf-8") as stream:
        stream.write("item,carried_in,（一）予以公开,planted\n")
    monkeypatch.setattr(vocabulary, "FOLDER", tmp_path)
    vocabulary.rows.cache_clear()
    try:
        with pytest.raises(vocabulary.VocabularyError, match="carried_in"):
            vocabulary.check_vocabulary()
    finally:
        vocabulary.rows.cache_clear()


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.table_name())
def test_duckdb_takes_the_table_and_keeps_its_comments(table: type) -> None:
    connection = duckdb.connect()
    connection.execute(table.ddl())
    for statement in table.comments():
        connection.execute(statement)
    query = "SELECT column_name, data_type, comment FROM duckdb_columns() WHERE NOT internal ORDER BY column_index"
    found = connection.execute(query).fetchall()
    assert [(name, kind) for name, kind, _ in found] == [(c["name"], c["type"]) for c in table.columns_described()]
    assert all(" | " in comment and comment.strip(" |") for *_, comment in found)


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.table_name())
def test_names_of_columns_tell_their_type(table: type) -> None:
    for column in table.columns_described():
        for suffix, kind in SUFFIXES.items():
            if column["name"].endswith(suffix):
                assert column["type"] == kind, column["name"]
        if column["name"].endswith("_on") and column["name"] != "reviewed_on":
            assert column["type"] == "DATE", column["name"]
        if column["name"].startswith(("is_", "in_raw")):
            assert column["type"] == "BOOLEAN", column["name"]


def test_references_lead_to_columns_that_exist() -> None:
    known = {(t.table_name(), c["name"]) for t in TABLES for c in t.columns_described()}
    for table in TABLES:
        for column in table.columns_described():
            if column["references"]:
                assert tuple(column["references"].split(".")) in known


def good_fact() -> dict[str, list[object]]:
    return {
        "report_id": ["r"],
        "item_code": ["granted"],
        "applicant_code": ["total"],
        "value": [3.0],
        "value_raw": ["3"],
        "value_status": ["reported"],
        "locator": ["line 1"],
    }


@pytest.mark.parametrize(
    ("column", "value"),
    [("item_code", "invented"), ("value_status", "guessed"), ("report_id", None)],
)
def test_a_bad_fact_is_refused(column: str, value: object) -> None:
    frame = pl.DataFrame(good_fact(), schema=FactApplication.polars_schema())
    FactApplication.validate(frame)
    bad = frame.with_columns(pl.lit(value, dtype=pl.String).alias(column))
    with pytest.raises((pandera.errors.SchemaError, pandera.errors.SchemaErrors)):
        FactApplication.validate(bad)


def test_a_repeated_key_is_refused() -> None:
    frame = pl.DataFrame(good_fact(), schema=FactApplication.polars_schema())
    with pytest.raises((pandera.errors.SchemaError, pandera.errors.SchemaErrors)):
        FactApplication.validate(pl.concat([frame, frame]))


def test_the_dictionary_page_is_the_schemas() -> None:
    page = Path(__file__).parent.parent / "docs" / "dictionary.md"
    assert page.read_text(encoding="utf-8") == dictionary_page(), (
        "run: python -m schemas.dictionary > docs/dictionary.md"
    )


def test_an_edition_knows_the_years_it_was_made_for() -> None:
    editions = vocabulary.settings("forms")["form"]
    years = [year for edition in editions.values() for year in edition["years"]]
    assert len(years) == len(set(years))
    assert min(years) == 2019
    assert max(years) < dt.date.max.year
