"""Files that hold more than one report: they are refused, since no cell of one may stand for the other's."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from pipelines.readers.document import Document
from pipelines.readers.errors import Quarantined
from pipelines.report.identity import Title, find_title, years_in
from pipelines.report.names import agency_of_title
from pipelines.report.rows import Row

_LEAST_GAP = 3
_MOST_LINES = 3


def refuse_several(document: Document, rows: Sequence[Row], matrix: Sequence[int]) -> None:
    """Refuse a document in which the title of another report stands between two matrices of section 3.

    ``matrix`` are the positions of the rows of section 3. The title of another agency or year in front of
    the tables, or behind them all (a link, a list of other reports), means nothing.

    Raises:
        Quarantined: ``not_a_report``, with both titles.

    """
    for before, behind in pairwise(matrix):
        other = _title_between(document, rows, before + 1, behind) if behind - before > _LEAST_GAP else None
        title = find_title(document, rows, matrix[0]) if other is not None else None
        if title is not None and other is not None and _is_another(title, other):
            titles = f"{title.text}; {other.text}"
            raise Quarantined("not_a_report", f"the file holds several reports ({titles}); save each as its own file")


def _title_between(document: Document, rows: Sequence[Row], start: int, end: int) -> Title | None:
    """The first title between two places: in one line, else in the least number of lines that make one."""
    for size in range(1, _MOST_LINES + 1):
        for begin in range(start, end):
            found = find_title(document, rows[begin : min(end, begin + size)], size)
            if found is not None and found.position >= 0:
                return found
    return None


def _is_another(title: Title, other: Title) -> bool:
    """Whether both name an agency and a year, and not the same ones."""
    first, second = ((agency_of_title(one.plain), years_in(one.plain)) for one in (title, other))
    return all(first) and all(second) and first != second
