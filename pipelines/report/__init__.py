"""Document → report: the pure core. Knows the statutory forms and no file format."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from pipelines.readers.document import Document
from pipelines.readers.errors import Quarantined
from pipelines.report.application import Matrix, read_application
from pipelines.report.cells import Key, distrust, missing
from pipelines.report.claims import find_claims
from pipelines.report.evidence import find_evidence
from pipelines.report.identity import find_identity, find_title, years_in
from pipelines.report.labels import APPLICANTS, item_order, items, measures, unit_of
from pipelines.report.model import Observation, Report, Value
from pipelines.report.names_said import find_names
from pipelines.report.proactive import Proactive, form_of, read_proactive
from pipelines.report.review import CANONICAL, Review, read_review
from pipelines.report.rows import Row, TableName, document_to_rows, rows_by_table, table_rows
from pipelines.report.sections import find_headings, rows_to_sections, tables_in_place
from pipelines.report.several import refuse_several
from schemas.vocabulary import settings

_FORMS = settings("forms")["form"]
_FIRST_YEAR = min(year for form in _FORMS.values() for year in form["years"])


def read_report(document: Document, source_path: str) -> Report:
    """Read one report.

    Raises:
        Quarantined: ``not_a_report``, ``unsupported_form``, ``no_tables``, ``no_agency``, ``no_year``.

    """
    rows = document_to_rows(document)
    headings = find_headings(rows)
    told = rows_by_table(rows, frozenset(heading.position for heading in headings))
    refuse_several(document, rows, told["application"])
    tables = tables_in_place(told, headings)
    application = read_application(table_rows(rows, tables["application"]))
    blanks_are_cells = application.blanks_are_cells
    proactive = read_proactive(table_rows(rows, tables["proactive"]), blanks_are_cells=blanks_are_cells)
    review = read_review(table_rows(rows, tables["review"]), blanks_are_cells=blanks_are_cells)
    first = (
        headings[0].position if headings else min((n for found in tables.values() for n in found), default=len(rows))
    )
    form = _form(proactive, application)
    if form is None:
        raise _no_tables(document, rows, first)
    identity, observations = find_identity(document, rows, first, source_path)
    last = _last_locator(rows) if document.ends_open else None
    in_tables = frozenset(n for found in tables.values() for n in found)
    cells = _complete(form, proactive, application, review, last)
    sections = rows_to_sections(rows, headings, in_tables)
    return Report(
        source_format=document.source_format,
        identity=identity,
        form_version=form,
        sections=sections,
        application=cells[0],
        proactive=cells[1],
        review=cells[2],
        observations=(
            *observations,
            *_unread(document, rows, tables, {"proactive": proactive, "application": application, "review": review}),
            *_observations(form, proactive, application, review),
        ),
        evidence=(
            *find_evidence(document, identity.title, identity.agency_name),
            *find_names(document, rows, identity.title, first),
        ),
        claims=find_claims(sections, identity.report_year, form),
        unknown_labels=(*application.unknown, *proactive.unknown),
    )


def _form(proactive: Proactive, application: Matrix) -> str | None:
    """The edition: by the columns of section 2, then by the rows of （六）; never by year or headings."""
    by_columns = form_of(proactive.measures_seen)
    if by_columns is not None:
        return by_columns
    found = {item for item, _ in application.cells}
    for form, edition in _FORMS.items():
        if found & set(edition["other_handling_items"]):
            return str(form)
    return None


def _complete(
    form: str, proactive: Proactive, application: Matrix, review: Review, last: str | None
) -> tuple[dict[Key, Value], dict[Key, Value], dict[Key, Value]]:
    """Every cell of the form, in form order; those that the document lacks are ``missing``."""
    matrix = {
        (item, applicant): application.cells.get((item, applicant)) or missing(application.mismatched.get(item))
        for item in _items_printed(form, application)
        for applicant in APPLICANTS
    }
    section_two = {
        (category, measure): _with_unit(category, measure, proactive.cells.get((category, measure)) or missing())
        for category, codes in measures(form).items()
        for measure in codes
    }
    section_four = review.cells or {key: missing() for key in CANONICAL}
    for table in (matrix, section_two, section_four):
        table.update(dict(distrust(table, last)))
    return matrix, section_two, section_four


def _items_printed(form: str, application: Matrix) -> list[str]:
    """The form's rows, and in a hybrid the rows of （六） that the other edition has."""
    own = items(form)
    found = {item for item, _ in application.cells}
    foreign = {item for item in found if item not in own}
    if foreign and found & set(_FORMS[form]["other_handling_items"]):
        foreign = set()
    order = list(dict.fromkeys([*own, *foreign]))
    return sorted(order, key=lambda item: item_order()[item])


def _with_unit(category: str, measure: str, value: Value) -> Value:
    """The unit of a cell of section 2; only the total of procurement takes the unit that its cell states."""
    unit = unit_of(category, measure)
    if measure != "total_amount":
        if unit == "wan_yuan" and value.unit == "yuan" and value.value is not None:
            return value._replace(value=value.value / _YUAN_IN_WAN, unit=unit)
        return value._replace(unit=unit)
    if value.unit == "yuan" and value.value is not None:
        return value._replace(value=value.value / _YUAN_IN_WAN, unit="wan_yuan")
    return value


_YUAN_IN_WAN = 10_000


def _unread(
    document: Document,
    rows: Sequence[Row],
    tables: Mapping[TableName, Sequence[int]],
    parts: Mapping[TableName, Matrix | Proactive | Review],
) -> Iterator[Observation]:
    """Tables of which nothing was read: figures without a place in the form, or no table at all."""
    for name, part in parts.items():
        if not part.cells:
            figures = [item for n in tables[name] for item in rows[n].fields if item.reading.kind == "figure"]
            if len(figures) < _LEAST_FIGURES:
                yield Observation("missing_table", _FACT_TABLE[name], actual="; ".join(_elsewhere(document)) or None)
            else:
                yield Observation("row_width_mismatch", _FACT_TABLE[name], None, figures[0].cell.locator)


_LEAST_FIGURES = 3
_FACT_TABLE: dict[TableName, str] = {
    "proactive": "fact_proactive_disclosure",
    "application": "fact_application",
    "review": "fact_review_litigation",
}


def _observations(form: str, proactive: Proactive, application: Matrix, review: Review) -> list[Observation]:
    found: list[Observation] = []
    for table, mismatched in (
        ("fact_proactive_disclosure", proactive.mismatched),
        ("fact_application", application.mismatched),
    ):
        if mismatched:
            locator = next(iter(mismatched.values()))
            found.append(Observation("row_width_mismatch", table, " ".join(mismatched), locator))
    if review.mismatched:
        found.append(Observation("row_width_mismatch", "fact_review_litigation", None, review.mismatched))
    return found + _mixed(form, application)


def _mixed(form: str, application: Matrix) -> list[Observation]:
    found = {item for item, _ in application.cells}
    own = set(_FORMS[form]["other_handling_items"])
    foreign = sorted(found - set(items(form)))
    if not foreign or found & own:
        return []
    locator = next((value.locator for (item, _), value in application.cells.items() if item in foreign), None)
    return [Observation("table_mixed_forms", "fact_application", " ".join(foreign), locator, form)]


def _last_locator(rows: Sequence[Row]) -> str | None:
    for row in reversed(rows):
        for item in reversed(row.fields):
            if not item.is_empty:
                return item.cell.locator
    return None


def _no_tables(document: Document, rows: Sequence[Row], first: int) -> Quarantined:
    """Why a document without statutory tables gives no report."""
    title = find_title(document, rows, first)
    if title is None:
        return Quarantined("not_a_report", "neither the title of a yearly report nor a statutory table is in it")
    years = years_in(title.plain)
    if years and years[0] < _FIRST_YEAR:
        return Quarantined("unsupported_form", f"report of {years[0]}: the statutory tables begin with {_FIRST_YEAR}")
    nothing = f"the report's text holds no statutory table that can be read ({title.text})"
    return Quarantined("no_tables", "; ".join([nothing, *_elsewhere(document)]))


def _elsewhere(document: Document) -> Iterator[str]:
    """Where tables that were not read may stand."""
    yield from document.notes[:_MOST_NAMED]
    if document.attachments:
        yield "attachments: " + ", ".join(document.attachments[:_MOST_NAMED])
    if document.pictures:
        yield f"pictures: {document.pictures}, which may hold the tables"


_MOST_NAMED = 5
