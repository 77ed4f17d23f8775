"""Who reports on which year: title, agency, year, date of publication, site code, each as the document prints it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple

from pipelines.readers.document import Document
from pipelines.readers.errors import Quarantined
from pipelines.report.model import Identity, Observation
from pipelines.report.names import agency_of_title, is_agency, pattern, without_own_office
from pipelines.report.published import find_published, source_url
from pipelines.report.rows import Row
from pipelines.report.text import squeeze
from schemas.vocabulary import settings

_IDENTITY = settings("identity")
_TITLE, _YEAR, _AGENCY = _IDENTITY["title"], _IDENTITY["year"], _IDENTITY["agency"]
_SITE = _IDENTITY["site"]
_HEAD_ROWS = 60
_TAIL_ROWS = 60


class Title(NamedTuple):
    """The report's title as printed and as matched (``plain``), and its place among the rows."""

    text: str
    plain: str
    position: int
    locator: str


def find_title(document: Document, rows: Sequence[Row], before: int) -> Title | None:
    """The report's title: of all wordings before the first section and in the container, the one that says most."""
    found: list[tuple[int, Title]] = []
    for position in _may_begin_title(rows, min(before + 1, _HEAD_ROWS)):
        row = rows[position]
        for size, title in enumerate(_printed_titles(rows, position, row)):
            if _is_title(title.plain):
                foreign = _FOREIGN_LINE * _has_foreign_line(row.text, title)
                found.append((_title_weight(title.plain, row.role) - size - foreign, title))
    stated = [title for title in (*_stated_titles(document), *_running_titles(rows)) if _is_title(title.plain)]
    found.extend((_title_weight(title.plain, "chrome"), title) for title in stated)
    return max(found, key=lambda pair: pair[0], default=(0, None))[1]


def _may_begin_title(rows: Sequence[Row], end: int) -> list[int]:
    """Positions of the rows that with those right behind them hold a character without which there is no title."""
    signed = [any([sign in row.text for sign in _TITLE["signs"]]) for row in rows[: end + _MOST_LINES]]
    return [position for position in range(min(end, len(rows))) if any(signed[position : position + _MOST_LINES])]


_MOST_LINES = 3


_FOREIGN_LINE = 4


def _has_foreign_line(first: str, title: Title) -> bool:
    """Whether a line stands above a title that names its agency whole: of the site's menu, or a name said again.

    The head of a name set in two lines names its organ, or begins with its place; the rest of it names no place.
    """
    line, whole = squeeze(first), squeeze(title.text)
    if line != whole and pattern(_TITLE["menu"]).search(line.casefold()):
        return True
    name = agency_of_title(whole[len(line) :]) if whole.startswith(line) and len(line) < len(whole) else None
    if name is None or not years_in(whole[len(line) :]) or not pattern(_AGENCY["begins_with_place"]).search(name):
        return False
    said_again = name[:_LEAST_SHARED] in line or line in name
    two_governments = all([pattern(_AGENCY["government"]).search(text) for text in (line, name)])
    return said_again or two_governments or not is_agency(line)


_LEAST_SHARED = 3


def _stated_titles(document: Document) -> Iterator[Title]:
    stated = [document.title or "", *(value for name, value in document.metadata if "title" in name.casefold())]
    for text in stated:
        for plain in dict.fromkeys((pattern(_TITLE["site_tail"]).sub("", squeeze(text)), squeeze(text))):
            yield Title(text.strip(), pattern(_TITLE["lead"]).sub("", plain), -1, "page title")


def _running_titles(rows: Sequence[Row]) -> Iterator[Title]:
    """What stands at the head of the first pages: a browser prints the title of the page there, behind the hour."""
    for position, row in enumerate(rows[:_HEAD_ROWS]):
        if row.role == "running":
            plain = pattern(_TITLE["printed_at"]).sub("", squeeze(row.text))
            yield Title(plain, plain, position, row.fields[0].cell.locator)


def _title_weight(plain: str, role: str) -> int:
    """How much a wording says: a year, an agency; page heads and breadcrumbs count little."""
    weight = 4 * bool(years_in(plain)) + 4 * (agency_of_title(plain) is not None)
    weight += {"title": 2, "heading": 2, "chrome": -2}.get(role, 0)
    return weight - 6 * (pattern(_TITLE["navigation"]).search(plain) is not None)


def _printed_titles(rows: Sequence[Row], position: int, row: Row) -> Iterator[Title]:
    """The row alone, then joined with the rows behind it, as a title may be set in several lines.

    Behind a whole title only its year may stand: a date or a sentence is none of it.
    """
    if row.role == "running":
        return
    text = row.text.strip()
    locator = row.fields[0].cell.locator
    for size in range(1, _MOST_LINES + 1):
        if not text or len(text) > _TITLE["longest"] or text.endswith("。"):
            return
        if any(sign in text for sign in _TITLE["signs"]):
            yield Title(text, pattern(_TITLE["lead"]).sub("", squeeze(text)), position, locator)
        following = rows[position + size] if position + size < len(rows) else None
        if following is None or following.role in {"chrome", "running"} or len(following.text) > _TITLE["longest"]:
            return
        if _is_title(squeeze(text)) and not _is_year_of(squeeze(following.text), squeeze(text)):
            return
        text = f"{text} {following.text.strip()}"


def _is_year_of(plain: str, title: str) -> bool:
    """Whether a line is the year below a title; below a breadcrumb it is the first of a menu's years."""
    is_navigation = pattern(_TITLE["navigation"]).search(title) is not None
    return pattern(_TITLE["year_alone"]).search(plain) is not None and not is_navigation


def _is_title(plain: str) -> bool:
    if len(plain) > _TITLE["longest"] or pattern(_TITLE["never"]).search(plain):
        return False
    return pattern(_TITLE["core"]).search(plain) is not None and not plain.endswith(("。", ";", ",", "、"))


@lru_cache(maxsize=8192)
def years_in(plain: str) -> tuple[int, ...]:
    """All years that a squeezed text names, arabic or Chinese."""
    found = [int(year) for year in pattern(_YEAR["arabic"]).findall(plain)]
    digits = dict(zip(_YEAR["chinese_digits"], _YEAR["chinese_values"], strict=True))
    found += [2000 + 10 * digits[ten] + digits[one] for ten, one in pattern(_YEAR["chinese"]).findall(plain)]
    return tuple(found or [int(year) for year in pattern(_YEAR["loose"]).findall(plain)][:1])


def period_years(rows: Iterable[Row]) -> list[int]:
    """The years of the reporting period that the text states (统计期限), also over the end of a wrapped line."""
    found = []
    before = ""
    for row in rows:
        text = row.fields[0].cell.text if row.kind == "line" else ""
        if text and (plain := _with_period(before + text[:_LONGEST_PARAGRAPH])):
            found += [int(match[0]) for match in pattern(_YEAR["period"]).findall(plain)]
        before = text if _LEAST_WRAPPED <= len(text) <= _LONGEST_WRAPPED and text[-1] not in _YEAR["line_ends"] else ""
    return found


def _with_period(text: str) -> str:
    """The text without spaces where it may state the period, else nothing: most lines cost one look."""
    if not any([sign in text for sign in _YEAR["period_signs"]]):
        return ""
    plain = squeeze(text)
    return plain if pattern(_YEAR["period_cue"]).search(plain) else ""


_LONGEST_PARAGRAPH = 3000
_LEAST_WRAPPED, _LONGEST_WRAPPED = 20, 60


def find_agency(document: Document, rows: Sequence[Row], title: Title | None) -> str | None:
    """The agency: title, the lines beside it, contact sentence, publisher of the page head, signature."""
    return next(_agencies(document, rows, title), None)


def _agencies(document: Document, rows: Sequence[Row], title: Title | None) -> Iterator[str]:
    if title is not None:
        yield from _at_title(document, rows, title)
    yield from _said(rows)
    yield from _publishers(document, rows)
    for row in reversed(rows[-_TAIL_ROWS:]):
        if row.role == "text" and len(row.text) <= _AGENCY["signature_longest"]:
            yield from _present(_bare_agency(row.text))
    yield from _present(_named_in_path(rows))


def _said(rows: Sequence[Row]) -> Iterator[str]:
    """The agencies that sentences name: as whose report this is, whom to ask, who made it.

    The one to ask may be named with its place where the report is named without.
    """
    texts = [squeeze(row.text[:_LONGEST_PARAGRAPH]) for row in _head_and_tail(rows)]
    announced, asked, others = ([*_named_by(_AGENCY[key], texts)] for key in ("announced", "contact", "preface"))
    for name in announced[:1]:
        if pattern(_AGENCY["unplaced"]).search(name):
            yield from asked
        ending = pattern(_AGENCY["government"])
        yield next((other for other in asked if ending.sub("", other).endswith(ending.sub("", name))), name)
    yield from [*asked, *others]


def _named_by(patterns: Sequence[str], texts: Sequence[str]) -> Iterator[str]:
    for wording in patterns:
        for text in texts:
            for name in pattern(wording).findall(text):
                yield from _present(without_own_office(name) if is_agency(name) else None)


def _at_title(document: Document, rows: Sequence[Row], title: Title) -> Iterator[str]:
    """The agency of the title, of the lines beside it, and of a title of the same year that the page states."""
    yield from _present(agency_of_title(title.plain))
    if title.position > 0:
        yield from _present(_bare_agency(rows[title.position - 1].text))
    if 0 <= title.position < len(rows) - 1:
        yield from _present(_bare_agency(squeeze(rows[title.position + 1].text).strip(_TITLE["edges"])))
    years = years_in(title.plain)[:1]
    for other in _stated_titles(document) if years else ():
        if _is_title(other.plain) and years_in(other.plain)[:1] == years:
            yield from _present(agency_of_title(other.plain))


def _publishers(document: Document, rows: Sequence[Row]) -> Iterator[str]:
    for name, value in document.metadata:
        if name in _AGENCY["publisher_names"]:
            yield from _present(_bare_agency(value))
    for row in rows[:_HEAD_ROWS]:
        for label, following in pairwise(row.fields):
            if squeeze(label.cell.text).rstrip(":") in _AGENCY["publisher_names"]:
                yield from _present(_bare_agency(following.cell.text))
        for name in pattern(_AGENCY["publisher"]).findall(squeeze(row.text[:_LONGEST_PARAGRAPH])):
            yield from _present(without_own_office(name) if is_agency(name) else None)


def _named_in_path(rows: Sequence[Row]) -> str | None:
    """The one organ that the path to the page names."""
    for row in rows[:_HEAD_ROWS]:
        parts = pattern(_AGENCY["path_signs"]).split(squeeze(row.text[: _TITLE["longest"]]))
        organs = [part for part in parts[1:] if is_agency(part) and not pattern(_AGENCY["path_never"]).search(part)]
        if len(parts) >= _LEAST_PARTS and len(organs) == 1:
            return organs[0]
    return None


_LEAST_PARTS = 3


def _present(name: str | None) -> Iterator[str]:
    if name:
        yield name


def _bare_agency(text: str) -> str | None:
    plain = squeeze(text)
    return plain if is_agency(plain) else None


def _head_and_tail(rows: Sequence[Row]) -> list[Row]:
    if len(rows) <= _HEAD_ROWS + _TAIL_ROWS:
        return list(rows)
    return [*rows[:_HEAD_ROWS], *rows[-_TAIL_ROWS:]]


def find_site_code(document: Document, rows: Sequence[Row]) -> str | None:
    """The identification code of the government site (ten digits, or bm and eight)."""
    for name, value in document.metadata:
        if name in _SITE["metadata"] and pattern(r"^(?:[bB][mM]\d{8}|\d{10})$").search(value.strip()):
            return value.strip()
    signs = _SITE["signs"]
    for row in [*reversed(rows[-_TAIL_ROWS:]), *rows[: min(_HEAD_ROWS, max(0, len(rows) - _TAIL_ROWS))]]:
        text = row.text if len(row.fields) <= _MOST_CELLS else ""
        if any([sign in text for sign in signs]):
            match = pattern(_SITE["code"]).search(squeeze(text[:_LONGEST_PARAGRAPH]))
            if match:
                return match[1]
    return None


_MOST_CELLS = 6
"""The foot of a page may be set as a table; a row of more cells than this is a row of figures."""


def find_identity(
    document: Document, rows: Sequence[Row], first_heading: int, source_path: str
) -> tuple[Identity, list[Observation]]:
    """Who reports on which year.

    Raises:
        Quarantined: ``no_agency`` or ``no_year`` where nothing tells it.

    """
    title = find_title(document, rows, first_heading)
    period = period_years(rows)
    year = _report_year(title, period, rows, first_heading)
    if year is None:
        raise Quarantined("no_year", "neither title, reporting period nor headings name a year; add it to manifest.csv")
    agency = find_agency(document, rows, title)
    if agency is None:
        raise Quarantined("no_agency", "neither title, contact, publisher nor signature names an agency")
    published = find_published(document, rows, first_heading, source_path)
    identity = Identity(
        title.text if title else None, agency, year, published, find_site_code(document, rows), source_url(document)
    )
    return identity, _year_conflict(year, period, title)


def _report_year(title: Title | None, period: Sequence[int], rows: Sequence[Row], first: int) -> int | None:
    is_navigation = title is not None and pattern(_TITLE["navigation"]).search(title.plain) is not None
    if title is not None and (years := years_in(title.plain)) and not (is_navigation and period):
        return years[0] if len(set(years)) == 1 else _one_of_several(title.plain, years, period)
    if period:
        return period[0]
    for row in rows[max(0, first - 8) : first + 12]:
        if row.kind == "line" and (said := pattern(_YEAR["said"]).search(squeeze(row.text[:200]))):
            return int(said[1])
    return None


def _one_of_several(plain: str, years: Sequence[int], period: Sequence[int]) -> int:
    """The year of a title beside which others are printed: the period's, or the one before the report's name."""
    stated = set(period) & set(years)
    if len(stated) == 1:
        return stated.pop()
    named = pattern(_YEAR["of_report"]).search(plain)
    return int(named[1]) if named else years[0]


def _year_conflict(year: int, period: Sequence[int], title: Title | None) -> list[Observation]:
    others = sorted({other for other in period if other != year})
    if not others or year in period or title is None:
        return []
    return [Observation("year_conflict", None, "report_year", title.locator, str(year), " ".join(map(str, others)))]
