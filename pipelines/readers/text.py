"""Plain text: lines with tabs, pipes, aligned spaces, or one cell a line."""

from __future__ import annotations

import csv
import io
import re
import unicodedata
from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import accumulate, chain, count, pairwise

from pipelines.readers.document import Block, Cell, Document, Paragraph, Table, new
from pipelines.readers.encoding import decode
from pipelines.readers.errors import Quarantined
from pipelines.readers.text_grid import find_grids

MAX_LINES = 200_000
MAX_FIELDS = 400
_LINES = tuple(f"line {number}" for number in range(1, 1001))
_FIELDS = tuple(f" field {number}" for number in range(1, MAX_FIELDS + 1))
"""Locators written beforehand: to write a number costs more than all else of a line or cell."""
_LINE_BREAK = re.compile(r"\r\n|[\n\r\v\x85\u2028\u2029]")
_PAGE_NUMBER = re.compile(
    r"\s*(?:[-—–－]+\s*\d{1,4}\s*[-—–－]+|第\s*\d{1,4}\s*页(?:[,，、\s]*共\s*\d{1,4}\s*页)?|\d{1,4}\s*/\s*\d{1,4})\s*"
)
_FIGURE = re.compile(
    r"[+\-－]?[\d０-９][\d０-９,，.．]*(?:[^\W\d_]{1,2})?|[/／\\\-—－–]+|[\u96f6\u3007\u4e00\u4e8c\u4e09\u56db\u4e94\u516d\u4e03\u516b\u4e5d\u5341\u767e\u5343\u4e07]{1,8}|\u65e0"
)
_MARKED_HEADING = re.compile(r"#{1,6}\s+")
_GAP = re.compile(r"[ \u3000\xa0]{2,}")
_TOKEN = re.compile(r"[^ \u3000\xa0]+")
_RULE_ROW = re.compile(r"[\s|｜│┃:\-=+—─━┼├┤┌┐└┘┬┴╋]+")
_LINE_OF_DASHES = re.compile(r"[-=]{2,}(?:\s+[-=]{2,})*|[\u2500-\u257f][\s\u2500-\u257f]*")
"""Dashes, or the rule of a table drawn with the signs for it."""
_LEAST_DASHES = 4
_CELL_END = re.compile(r"([^|]*)\|\s*")
_PIPE_SIGNS = "|｜│┃║"
_PIPES = str.maketrans({"｜": "|", "│": "|", "┃": "|", "║": "|"})

Line = tuple[str, str]
"""The text of one line and its locator."""


def read(data: bytes) -> Document:
    """Read a text file of any Chinese or Unicode encoding.

    Raises:
        Quarantined: ``too_large`` beyond 200,000 lines.

    """
    text = decode(data, None)
    return text_to_document(text)


def text_to_document(text: str) -> Document:
    """Read decoded text; line numbers count from 1."""
    raw_lines = _LINE_BREAK.split(text.replace("\f", "\n"))
    if len(raw_lines) > MAX_LINES:
        raise Quarantined("too_large", f"{len(raw_lines)} lines, at most {MAX_LINES} are read; split the file")
    locators = chain(_LINES, map("line {}".format, count(len(_LINES) + 1)))
    lines = list(zip(raw_lines, locators, strict=False))
    blocks = (_comma_table(lines) if text.count(",") >= _LEAST_COMMAS * _LEAST_ROWS else None) or lines_to_blocks(lines)
    return Document("text", blocks, ends_open=not text.endswith(("\n", "\r")))


def lines_to_blocks(lines: Sequence[Line]) -> tuple[Block, ...]:
    """Group lines into paragraphs and tables, in order."""
    blocks: list[Block] = []
    done = 0
    for taken, table in find_grids(lines):
        blocks += [*_undrawn(lines[done : taken.start]), table]
        done = taken.stop
    return (*blocks, *_undrawn(lines[done:]))


def _undrawn(lines: Sequence[Line]) -> list[Block]:
    """Paragraphs, and tables that are not drawn with rules."""
    blocks: list[Block] = []
    rows: list[tuple[Cell, ...]] = []
    kind: str | None = None
    for row_kind, item in _classified(lines):
        if row_kind != kind and rows:
            blocks.append(_table(rows, kind))
            rows = []
        kind = row_kind
        if isinstance(item, Paragraph):
            blocks.append(item)
        else:
            rows.append(item)
    if rows:
        blocks.append(_table(rows, kind))
    return blocks


def _table(rows: list[tuple[Cell, ...]], kind: str | None) -> Table:
    return Table(tuple(rows), "aligned" if kind == "aligned" else "rows", rows[0][0].locator)


def _classified(lines: Sequence[Line]) -> Iterator[tuple[str | None, Paragraph | tuple[Cell, ...]]]:
    """Each line as a paragraph or a table row, with the kind of table it belongs to."""
    group: list[Line] = []
    whole = "\n".join([raw for raw, _ in lines])
    if "|" in whole:
        lines = _without_cell_ends(lines)
    closed = _closed_pipes(lines) if any(pipe in whole for pipe in _PIPE_SIGNS) else None
    single = _single_pipes(lines) if closed is not None else frozenset()
    blank = _blank_cells(lines) if "\xa0" in whole else frozenset()
    for position, (raw, locator) in enumerate(lines):
        if raw[:1] == "\t" and "\t" not in raw[1:]:
            group.append((raw[1:], locator))
            continue
        if group:
            yield "group", _cells(group)
            group = []
        text = raw.strip()
        if position in single and closed is not None:
            yield "pipes", _fields(_pipe_fields(text.translate(_PIPES), closed), locator)
        elif position in blank:
            yield "blank", (Cell("", locator, 0),)
        elif text:
            yield _line(raw, text, locator, closed)
    if group:
        yield "group", _cells(group)


def _without_cell_ends(lines: Sequence[Line]) -> Sequence[Line]:
    """The lines without the pipe at their end, where one cell stands on each line and a pipe ends it."""
    ended = [_CELL_END.fullmatch(raw) if "|" in raw else None for raw, _ in lines]
    if sum(match is not None for match in ended) < _LEAST_CELL_ENDS:
        return lines
    return [(match[1] if match else raw, locator) for match, (raw, locator) in zip(ended, lines, strict=True)]


_LEAST_CELL_ENDS = 40


def _unmarked(text: str) -> str:
    """A text without the marks of bold print around all of it."""
    bare = text[2:-2]
    return bare if text.startswith("**") and text.endswith("**") and bare and "*" not in bare else text


def _line(
    raw: str, text: str, locator: str, closed: tuple[bool, bool] | None
) -> tuple[str | None, Paragraph | tuple[Cell, ...]]:
    if "\t" in raw:
        return "tabs", _fields(raw.rstrip("\r\n").split("\t"), locator)
    piped = text.translate(_PIPES) if closed is not None else ""
    if closed is not None and piped.count("|") > 1:
        return "pipes", _pipe_row(piped, locator, closed)
    if text.startswith("#") and (marked := _MARKED_HEADING.match(text)):
        return None, Paragraph(text[marked.end() :], locator, "heading")
    if text.startswith("**") and (bold := _unmarked(text)) != text:
        return None, Paragraph(bold, locator)
    if _PAGE_NUMBER.fullmatch(text) or (len(text) >= _LEAST_DASHES and _LINE_OF_DASHES.fullmatch(text)):
        return None, Paragraph(text, locator, "running")
    if " " in text or "\u3000" in text or "\xa0" in text:
        aligned = _aligned(raw, locator)
        if aligned:
            return "aligned", aligned
    return None, new(Paragraph, (raw.rstrip(), locator, "text"))


def _single_pipes(lines: Sequence[Line]) -> frozenset[int]:
    """Lines with one pipe that are rows of two cells: next to each other or to wider rows, figures among them."""
    counts = [raw.translate(_PIPES).count("|") for raw, _ in lines]
    found: set[int] = set()
    start = 0
    while start < len(lines):
        end = start
        while end < len(lines) and counts[end]:
            end += 1
        stretch = range(start, end)
        if len(stretch) > 1 and any(counts[n] > 1 or _ends_in_figure(lines[n][0]) for n in stretch):
            found.update(n for n in stretch if counts[n] == 1)
        start = max(end, start + 1)
    return frozenset(found)


def _ends_in_figure(raw: str) -> bool:
    return _FIGURE.fullmatch(raw.translate(_PIPES).rpartition("|")[2].strip()) is not None


def _blank_cells(lines: Sequence[Line]) -> frozenset[int]:
    """Lines of nothing but no-break spaces among figures, in a text with one cell a line: its empty cells."""
    figures = [_FIGURE.fullmatch(raw.strip()) is not None for raw, _ in lines]
    if sum(figures) < _LEAST_CELL_ENDS:
        return frozenset()
    printed = [n for n, (raw, _) in enumerate(lines) if raw.strip() or "\xa0" in raw]
    empty = {n for n in printed if not lines[n][0].strip()}
    found: set[int] = set()
    for pair in pairwise(printed):
        if figures[pair[0]] or figures[pair[1]] or (pair[0] in empty and pair[1] in empty):
            found.update(n for n in pair if n in empty)
    return frozenset(found)


def _pipe_row(piped: str, locator: str, closed: tuple[bool, bool]) -> Paragraph | tuple[Cell, ...]:
    if _RULE_ROW.fullmatch(piped):
        return Paragraph("", locator, "running")
    return _fields(_pipe_fields(piped, closed), locator)


def _closed_pipes(lines: Sequence[Line]) -> tuple[bool, bool] | None:
    """Whether the rows of pipe tables begin and end with a pipe of their own, which is no cell.

    Nothing where no line has pipes.
    """
    piped = [text for text in (raw.strip().translate(_PIPES) for raw, _ in lines) if text.count("|") > 1]
    if not piped:
        return None
    starting = sum(text.startswith("|") for text in piped)
    ending = sum(text.endswith("|") for text in piped)
    return starting == len(piped), ending == len(piped) or (starting == len(piped) and ending >= len(piped) - 1)


def _pipe_fields(piped: str, closed: tuple[bool, bool]) -> list[str]:
    inner = piped.removeprefix("|") if closed[0] else piped
    return (inner.removesuffix("|") if closed[1] else inner).split("|")


def _fields(fields: Sequence[str], locator: str) -> tuple[Cell, ...]:
    texts = map(str.strip, fields[:MAX_FIELDS])
    return tuple(
        [
            new(Cell, (_unmarked(text) if "*" in text else text, locator + place, number, 1, 1, True))
            for number, (text, place) in enumerate(zip(texts, _FIELDS, strict=False))
        ]
    )


def _cells(group: Sequence[Line]) -> tuple[Cell, ...]:
    """Consecutive indented lines are the cells of one row."""
    return tuple(Cell(text.strip(), locator, number) for number, (text, locator) in enumerate(group[:MAX_FIELDS]))


def _aligned(raw: str, locator: str) -> tuple[Cell, ...] | None:
    """The fields of a line that is laid out in columns, or nothing for a line of prose."""
    tokens = [(match.start(), match.group()) for match in _TOKEN.finditer(raw)]
    figures = 0
    while figures < len(tokens) and _FIGURE.fullmatch(tokens[-1 - figures][1]):
        figures += 1
    wide = _GAP.search(raw.strip(" \u3000\xa0")) is not None
    if not wide and not _ends_in_figures(tokens, figures):
        return None
    heads = len(tokens) - figures
    spans = _head_spans(raw, tokens[:heads]) + tokens[heads:]
    if len(spans) < 2 and figures == 0:
        return None
    edges = _display_edges(raw)
    return tuple(
        Cell(text, locator + _FIELDS[number], edges[start], edges[start + len(text)] - edges[start])
        for number, (start, text) in enumerate(spans[:MAX_FIELDS])
    )


def _ends_in_figures(tokens: Sequence[tuple[int, str]], figures: int) -> bool:
    """Several figures at the end of a line, or one behind a short label, make it a row."""
    if figures >= 2:
        return True
    return figures == 1 and len(tokens) in {2, 3} and sum(len(text) for _, text in tokens) <= 40


def _head_spans(raw: str, tokens: Sequence[tuple[int, str]]) -> list[tuple[int, str]]:
    """Join what only single spaces part."""
    spans: list[tuple[int, str]] = []
    for start, text in tokens:
        if spans and start - (spans[-1][0] + len(spans[-1][1])) == 1:
            head = spans[-1][0]
            spans[-1] = (head, raw[head : start + len(text)])
        else:
            spans.append((start, text))
    return spans


def _display_edges(raw: str) -> list[int]:
    """The display column of each character, wide ones taking two."""
    return list(accumulate(map(_character_width, raw), initial=0))


@lru_cache(maxsize=8192)
def _character_width(character: str) -> int:
    return 2 if unicodedata.east_asian_width(character) in "WFA" else 1


def _comma_table(lines: Sequence[Line]) -> tuple[Block, ...] | None:
    """The whole file as comma-separated values, where enough lines are rows of figures between commas."""
    rows = [raw for raw, _ in lines if raw.count(",") >= _LEAST_COMMAS and "  " not in raw]
    if sum(_mostly_figures(raw.split(",")) for raw in rows) < _LEAST_ROWS or any("\t" in raw for raw, _ in lines):
        return None
    reader = csv.reader(io.StringIO("\n".join(raw for raw, _ in lines)))
    blocks: list[Block] = []
    try:
        for fields in reader:
            locator = f"line {reader.line_num}"
            texts = [field.strip() for field in fields if field.strip()]
            if _is_prose(texts):
                blocks.append(Paragraph(",".join(texts), locator))
            elif texts:
                blocks.append(Table((_fields(fields, locator),), "rows", locator))
    except csv.Error:
        return None
    return tuple(blocks)


_LEAST_COMMAS = 5
_LEAST_ROWS = 5
_LONGEST_LABEL = 60


def _mostly_figures(fields: Sequence[str]) -> bool:
    return 2 * sum(_FIGURE.fullmatch(field.strip()) is not None for field in fields) >= len(fields)


def _is_prose(texts: Sequence[str]) -> bool:
    """One text alone, or the pieces of a sentence that was written without quotes."""
    if len(texts) == 1:
        return _FIGURE.fullmatch(texts[0]) is None
    return any(len(text) > _LONGEST_LABEL for text in texts) or (bool(texts) and texts[-1].endswith("。"))
