"""PDF page objects → ruling lines, the area of pictures, and whether there is hidden text.

Rules come from stroked paths and from filled paths so thin that they can only be lines. All in the
page's own coordinates (points, upwards from the bottom).
"""

from __future__ import annotations

import ctypes
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

import pypdfium2.raw as pdfium

from pipelines.readers.printed_page import Rule

THIN = 3.0
"""A filled shape thinner than this is a line."""

THICK = 6.0
"""A stroke wider than this is a bar, not a rule."""

SLOPE = 0.01
"""Rise over run that still counts as straight; drawings are sometimes a little askew."""

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

    def after(self, inner: Matrix) -> Matrix:
        """The map that applies ``inner`` first."""
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
    pictures: list[tuple[float, float, float, float]] = field(default_factory=list)
    has_hidden_text: bool = False
    resolution: float = 150.0
    objects: int = 0
    segments: int = 0
    complete: bool = True

    def add(self, start: Point, end: Point) -> None:
        """Keep a straight piece if it runs along an axis."""
        (x0, y0), (x1, y1) = start, end
        wide, high = abs(x1 - x0), abs(y1 - y0)
        if high <= max(0.5, wide * SLOPE) and wide > high:
            self.horizontal.append(Rule((y0 + y1) / 2, min(x0, x1), max(x0, x1)))
        elif wide <= max(0.5, high * SLOPE) and high > wide:
            self.vertical.append(Rule((x0 + x1) / 2, min(y0, y1), max(y0, y1)))


def page_drawing(page: pdfium.FPDF_PAGE) -> Drawing:
    """Rules and pictures of a loaded page, those inside form objects included."""
    drawing = Drawing()
    get_object = pdfium.FPDFPage_GetObject
    for index in range(pdfium.FPDFPage_CountObjects(page)):
        _add_object(drawing, get_object(page, index), IDENTITY, 0)
        if drawing.objects > MAXIMUM_OBJECTS or drawing.segments > MAXIMUM_SEGMENTS:
            drawing.complete = False
            break
    return drawing


def _add_object(drawing: Drawing, item: pdfium.FPDF_PAGEOBJECT, matrix: Matrix, depth: int) -> None:
    """Add an object, or what a form object holds; ``matrix`` is its map to the page."""
    drawing.objects += 1
    kind = pdfium.FPDFPageObj_GetType(item)
    if kind == TEXT:
        if not drawing.has_hidden_text:
            drawing.has_hidden_text = pdfium.FPDFTextObj_GetTextRenderMode(item) == INVISIBLE_TEXT
    elif kind == PATH:
        _add_path(drawing, item, matrix)
    elif kind == IMAGE:
        _add_picture(drawing, item, matrix)
    elif kind == FORM and depth < MAXIMUM_DEPTH:
        inner = matrix.after(_matrix_of(item))
        for index in range(pdfium.FPDFFormObj_CountObjects(item)):
            if drawing.objects > MAXIMUM_OBJECTS or drawing.segments > MAXIMUM_SEGMENTS:
                return
            _add_object(drawing, pdfium.FPDFFormObj_GetObject(item, index), inner, depth + 1)


def _matrix_of(item: pdfium.FPDF_PAGEOBJECT) -> Matrix:
    raw = pdfium.FS_MATRIX()
    if not pdfium.FPDFPageObj_GetMatrix(item, raw):
        return IDENTITY
    return Matrix(raw.a, raw.b, raw.c, raw.d, raw.e, raw.f)


def _bounds(matrix: Matrix) -> tuple[float, float, float, float]:
    """Left, bottom, right, top of the unit square, which is what a picture fills."""
    corners = [matrix.apply(x, y) for x in (0.0, 1.0) for y in (0.0, 1.0)]
    across, upwards = [x for x, _ in corners], [y for _, y in corners]
    return min(across), min(upwards), max(across), max(upwards)


def _add_picture(drawing: Drawing, item: pdfium.FPDF_PAGEOBJECT, outer: Matrix) -> None:
    left, bottom, right, top = _bounds(outer.after(_matrix_of(item)))
    drawing.pictures.append((left, bottom, right, top))
    across, down = ctypes.c_uint(), ctypes.c_uint()
    if pdfium.FPDFImageObj_GetImagePixelSize(item, across, down) and right - left > 1 and top - bottom > 1:
        found = 72 * max(across.value, down.value) / max(right - left, top - bottom)
        drawing.resolution = max(drawing.resolution, min(found, FINEST))


def _add_path(drawing: Drawing, path: pdfium.FPDF_PAGEOBJECT, outer: Matrix) -> None:
    fill, stroke = ctypes.c_int(), ctypes.c_int()
    pdfium.FPDFPath_GetDrawMode(path, fill, stroke)
    stroked = bool(stroke.value) and _is_line(path, outer) and _is_seen(path, pdfium.FPDFPageObj_GetStrokeColor)
    filled = bool(fill.value) and not stroked and _is_seen(path, pdfium.FPDFPageObj_GetFillColor)
    if not stroked and not filled:
        return
    for points, straight in _subpaths(drawing, path, outer.after(_matrix_of(path))):
        if stroked:
            for start, end, is_straight in zip(points, points[1:], straight, strict=False):
                if is_straight:
                    drawing.add(start, end)
        elif all(straight):
            _add_thin(drawing, points)


def _is_line(path: pdfium.FPDF_PAGEOBJECT, outer: Matrix) -> bool:
    width = ctypes.c_float()
    pdfium.FPDFPageObj_GetStrokeWidth(path, width)
    return width.value * max(abs(outer.a), abs(outer.b)) <= THICK


def _is_seen(path: pdfium.FPDF_PAGEOBJECT, get_color: Callable[..., int]) -> bool:
    red, green, blue, alpha = ctypes.c_uint(), ctypes.c_uint(), ctypes.c_uint(), ctypes.c_uint()
    if not get_color(path, red, green, blue, alpha):
        return True
    return alpha.value > 0 and min(red.value, green.value, blue.value) < PAPER


def _add_thin(drawing: Drawing, points: list[Point]) -> None:
    """A filled shape that is a line; a mere dot may be a dash of a rule in either direction."""
    across, upwards = [x for x, _ in points], [y for _, y in points]
    left, right, bottom, top = min(across), max(across), min(upwards), max(upwards)
    if top - bottom <= THIN:
        drawing.horizontal.append(Rule((bottom + top) / 2, left, right))
    if right - left <= THIN:
        drawing.vertical.append(Rule((left + right) / 2, bottom, top))


def _subpaths(
    drawing: Drawing, path: pdfium.FPDF_PAGEOBJECT, matrix: Matrix
) -> Iterator[tuple[list[Point], list[bool]]]:
    """Each subpath as its points and, for each piece between two points, whether it is straight."""
    x, y = ctypes.c_float(), ctypes.c_float()
    points: list[Point] = []
    straight: list[bool] = []
    count = max(0, pdfium.FPDFPath_CountSegments(path))
    drawing.segments += count
    for index in range(min(count, MAXIMUM_SEGMENTS)):
        segment = pdfium.FPDFPath_GetPathSegment(path, index)
        pdfium.FPDFPathSegment_GetPoint(segment, x, y)
        kind = pdfium.FPDFPathSegment_GetType(segment)
        if kind == MOVE_TO:
            if len(points) > 1:
                yield points, straight
            points, straight = [matrix.apply(x.value, y.value)], []
            continue
        points.append(matrix.apply(x.value, y.value))
        straight.append(kind == LINE_TO)
        if count > 2 and pdfium.FPDFPathSegment_GetClose(segment):  # a mere line closes nothing
            points.append(points[0])
            straight.append(True)
    if len(points) > 1:
        yield points, straight
