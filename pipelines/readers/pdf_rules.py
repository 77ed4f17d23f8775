"""PDF page objects → ruling lines, the area of pictures, and whether there is hidden text.

Rules come from stroked paths and from filled paths so thin that they can only be lines. All in the
page's own coordinates (points, upwards from the bottom).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from struct import Struct
from typing import NamedTuple

import pypdfium2.raw as pdfium

from pipelines.readers import pdf_calls as calls
from pipelines.readers.document import new
from pipelines.readers.printed_page import Rule

THIN = 3.0
"""A filled shape thinner than this is a line."""

THICK = 6.0
"""A stroke wider than this is a bar, not a rule."""

HAIR = 1.5
"""A stroke between two points whose box is no thicker than this runs along an axis where it is long besides."""

SLIM = 4
"""Times its thickness that such a stroke is long."""

SLOPE = 0.01
"""Rise over run that still counts as straight; drawings are sometimes a little askew."""

ASKEW = 0.5
"""Points by which any line may be off its axis."""

INVISIBLE_TEXT = 3
"""Text render mode of a hidden layer, such as recognition software puts behind a scan."""

FINEST = 300.0
"""Dots an inch beyond which a picture shows nothing more."""

MAXIMUM_OBJECTS = 100_000
MAXIMUM_SEGMENTS = 200_000
MAXIMUM_DEPTH = 8
PAPER = 250
"""A colour whose three channels reach this is white: nothing is seen."""

TEXT, PATH = pdfium.FPDF_PAGEOBJ_TEXT, pdfium.FPDF_PAGEOBJ_PATH
IMAGE, FORM = pdfium.FPDF_PAGEOBJ_IMAGE, pdfium.FPDF_PAGEOBJ_FORM
LINE_TO, MOVE_TO = pdfium.FPDF_SEGMENT_LINETO, pdfium.FPDF_SEGMENT_MOVETO

Point = tuple[float, float]
Area = tuple[float, float, float, float]
"""Left, bottom, right and top."""

_MODES, _COLOR, _SIZE = Struct("2i").unpack_from, Struct("4I").unpack_from, Struct("2I").unpack_from
_WIDTH, _POINT = Struct("f").unpack_from, Struct("2f").unpack_from
_AREA, _MATRIX = Struct("4f").unpack_from, Struct("6f").unpack_from
_LINE, _RECTANGLE = 2, 5
"""Segments of a path that is one straight line, and of one that is a rectangle."""


class Matrix(NamedTuple):
    """Affine map of PDF: x' = ax + cy + e, y' = bx + dy + f."""

    a: float
    b: float
    c: float
    d: float
    e: float
    f: float

    def apply(self, x: float, y: float) -> Point:
        """The mapped point."""
        return self.a * x + self.c * y + self.e, self.b * x + self.d * y + self.f

    def bounds(self, left: float, bottom: float, right: float, top: float) -> Area:
        """The upright rectangle around what a rectangle is mapped to."""
        corners = [self.apply(x, y) for x in (left, right) for y in (bottom, top)]
        across, upwards = [x for x, _ in corners], [y for _, y in corners]
        return min(across), min(upwards), max(across), max(upwards)

    def after(self, inner: Matrix) -> Matrix:
        """The map that applies ``inner`` first."""
        if self is IDENTITY:
            return inner
        e, f = self.apply(inner.e, inner.f)
        return Matrix(
            self.a * inner.a + self.c * inner.b,
            self.b * inner.a + self.d * inner.b,
            self.a * inner.c + self.c * inner.d,
            self.b * inner.c + self.d * inner.d,
            e,
            f,
        )


IDENTITY = Matrix(1.0, 0.0, 0.0, 1.0, 0.0, 0.0)


@dataclass(slots=True)
class Drawing:
    """What a page draws besides text; ``complete`` is false where it draws more than was looked at."""

    horizontal: list[Rule] = field(default_factory=list)
    vertical: list[Rule] = field(default_factory=list)
    slim: set[Area] = field(default_factory=set)
    """Where paths are one rule each: what is drawn there again adds nothing."""
    pictures: list[Area] = field(default_factory=list)
    has_hidden_text: bool = False
    resolution: float = 150.0
    objects: int = 0
    segments: int = 0
    complete: bool = True
    buffer: calls.Buffer = field(default_factory=calls.Buffer)

    def add(self, start: Point, end: Point) -> None:
        """Keep a straight piece if it runs along an axis."""
        (x0, y0), (x1, y1) = start, end
        wide, high = abs(x1 - x0), abs(y1 - y0)
        if wide > high and (high <= ASKEW or high <= wide * SLOPE):
            self.horizontal.append(Rule((y0 + y1) / 2, *((x0, x1) if x0 <= x1 else (x1, x0))))
        elif high > wide and (wide <= ASKEW or wide <= high * SLOPE):
            self.vertical.append(Rule((x0 + x1) / 2, *((y0, y1) if y0 <= y1 else (y1, y0))))


def page_drawing(page: pdfium.FPDF_PAGE) -> Drawing:
    """Rules and pictures of a loaded page, those inside form objects included."""
    drawing, address = Drawing(), calls.address_of(page)
    count = pdfium.FPDFPage_CountObjects(page)
    _add_objects(drawing, map(partial(calls.get_page_object, address), range(count)), IDENTITY, 0)
    return drawing


def _add_objects(drawing: Drawing, objects: Iterable[int | None], matrix: Matrix, depth: int) -> None:
    """Add objects, and what form objects among them hold; ``matrix`` is their map to the page."""
    get_type = calls.get_type
    for item in objects:
        drawing.objects += 1
        kind = get_type(item)
        if kind == PATH:
            _add_path(drawing, item, matrix)
        elif kind == TEXT:
            drawing.has_hidden_text = drawing.has_hidden_text or calls.get_render_mode(item) == INVISIBLE_TEXT
        elif kind == IMAGE:
            _add_picture(drawing, item, matrix)
        elif kind == FORM and depth < MAXIMUM_DEPTH:
            inner, count = matrix.after(_matrix_of(item, drawing.buffer)), calls.count_form_objects(item)
            _add_objects(drawing, map(partial(calls.get_form_object, item), range(count)), inner, depth + 1)
        if drawing.objects > MAXIMUM_OBJECTS or drawing.segments > MAXIMUM_SEGMENTS:
            drawing.complete = False
            return


def _matrix_of(item: int | None, buffer: calls.Buffer) -> Matrix:
    if not calls.get_matrix(item, buffer.at):
        return IDENTITY
    numbers = _MATRIX(buffer.content)
    return IDENTITY if numbers == IDENTITY else Matrix(*numbers)


def _add_picture(drawing: Drawing, item: int | None, outer: Matrix) -> None:
    square = (0.0, 0.0, 1.0, 1.0)  # which a picture fills
    left, bottom, right, top = outer.after(_matrix_of(item, drawing.buffer)).bounds(*square)
    drawing.pictures.append((left, bottom, right, top))
    at = drawing.buffer.at
    if calls.get_pixel_size(item, at, at + 4) and right - left > 1 and top - bottom > 1:
        found = 72 * max(_SIZE(drawing.buffer.content)) / max(right - left, top - bottom)
        drawing.resolution = max(drawing.resolution, min(found, FINEST))


def _add_path(drawing: Drawing, path: int | None, outer: Matrix) -> None:
    buffer, at = drawing.buffer, drawing.buffer.at
    area = _area_of(path, outer, buffer)
    if area in drawing.slim or not calls.get_draw_mode(path, at, at + 4):
        return
    fill, stroke = _MODES(buffer.content)
    if not _is_one_rule(path, area, fill, stroke):
        _add_pieces(drawing, path, outer, fill, stroke)
    elif _is_seen(path, calls.get_stroke_color if stroke else calls.get_fill_color, buffer):
        drawing.slim.add(area)
        if stroke:
            _add_hair(drawing, area)
        else:
            _add_thin(drawing, (area[:2], area[2:]))


def _area_of(path: int | None, outer: Matrix, buffer: calls.Buffer) -> Area:
    """The box around what a path draws, its stroke included."""
    at = buffer.at
    calls.get_bounds(path, at, at + 4, at + 8, at + 12)
    area: Area = _AREA(buffer.content)
    return area if outer is IDENTITY else outer.bounds(*area)


def _is_one_rule(path: int | None, area: Area, fill: int, stroke: int) -> bool:
    """Whether the box of a path tells all of it: one thin stroke, or a thin rectangle."""
    left, bottom, right, top = area
    wide, high = right - left, top - bottom
    thick = min(wide, high)
    if stroke:
        is_hair = not fill and thick <= HAIR and SLIM * thick <= max(wide, high)
        return is_hair and calls.count_segments(path) == _LINE
    return bool(fill) and thick <= THIN and calls.count_segments(path) <= _RECTANGLE


def _add_hair(drawing: Drawing, area: Area) -> None:
    """A thin stroke along an axis; its box is larger than its line by half the stroke on all sides."""
    left, bottom, right, top = area
    wide, high = right - left, top - bottom
    if wide > high:
        half = high / 2
        drawing.horizontal.append(new(Rule, (bottom + half, left + half, right - half)))
    else:
        half = wide / 2
        drawing.vertical.append(new(Rule, (left + half, bottom + half, top - half)))


def _add_pieces(drawing: Drawing, path: int | None, outer: Matrix, fill: int, stroke: int) -> None:
    """Add the straight pieces of a stroked path, or the thin parts of a filled one."""
    buffer = drawing.buffer
    matrix = outer.after(_matrix_of(path, buffer))
    stroked = bool(stroke) and _is_line(path, matrix, buffer) and _is_seen(path, calls.get_stroke_color, buffer)
    filled = bool(fill) and not stroked and _is_seen(path, calls.get_fill_color, buffer)
    if not stroked and not filled:
        return
    count = max(0, calls.count_segments(path))
    drawing.segments += count
    for points, straight in _subpaths(path, matrix, count, buffer):
        if stroked:
            for start, end, is_straight in zip(points, points[1:], straight, strict=False):
                if is_straight:
                    drawing.add(start, end)
        elif all(straight):
            _add_thin(drawing, points)


def _is_line(path: int | None, matrix: Matrix, buffer: calls.Buffer) -> bool:
    if not calls.get_stroke_width(path, buffer.at):
        return True
    return bool(_WIDTH(buffer.content)[0] * max(abs(matrix.a), abs(matrix.b)) <= THICK)


def _is_seen(path: int | None, get_color: Callable[..., int], buffer: calls.Buffer) -> bool:
    at = buffer.at
    if not get_color(path, at, at + 4, at + 8, at + 12):
        return True
    red, green, blue, alpha = _COLOR(buffer.content)
    return bool(alpha > 0 and (red < PAPER or green < PAPER or blue < PAPER))


def _add_thin(drawing: Drawing, points: Sequence[Point]) -> None:
    """A filled shape that is a line; a mere dot may be a dash of a rule in either direction."""
    across, upwards = [x for x, _ in points], [y for _, y in points]
    left, right, bottom, top = min(across), max(across), min(upwards), max(upwards)
    if top - bottom <= THIN:
        drawing.horizontal.append(Rule((bottom + top) / 2, left, right))
    if right - left <= THIN:
        drawing.vertical.append(Rule((left + right) / 2, bottom, top))


def _point(segment: int | None, matrix: Matrix, buffer: calls.Buffer) -> Point:
    calls.get_point(segment, buffer.at, buffer.at + 4)
    point: Point = _POINT(buffer.content)
    return point if matrix is IDENTITY else matrix.apply(*point)


def _subpaths(
    path: int | None, matrix: Matrix, count: int, buffer: calls.Buffer
) -> Iterator[tuple[list[Point], list[bool]]]:
    """Each subpath as its points and, for each piece between two points, whether it is straight."""
    points: list[Point] = []
    straight: list[bool] = []
    for index in range(min(count, MAXIMUM_SEGMENTS)):
        segment = calls.get_segment(path, index)
        point = _point(segment, matrix, buffer)
        kind = calls.get_segment_type(segment)
        if kind == MOVE_TO:
            if len(points) > 1:
                yield points, straight
            points, straight = [point], []
            continue
        points.append(point)
        straight.append(kind == LINE_TO)
        if count > _LINE and calls.get_close(segment):  # a mere line closes nothing
            points.append(points[0])
            straight.append(True)
    if len(points) > 1:
        yield points, straight
