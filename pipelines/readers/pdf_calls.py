"""The functions of PDFium that are called for every character and every path, bound to take plain addresses.

The binding of pypdfium2 checks and converts typed pointers and lets other threads run at each call,
which costs more than the calls themselves. Handles are numbers here; what a function fills in is an
address in a buffer that is unpacked once.
"""

from __future__ import annotations

import ctypes
from ctypes import c_float, c_int, c_uint, c_ulong, c_void_p
from typing import Any

import pypdfium2.raw as pdfium


def _plain(function: Any, result: Any, *arguments: Any) -> Any:
    return ctypes.PYFUNCTYPE(result, *arguments)(address_of(function))


def address_of(pointer: Any) -> int:
    """The address in a handle or function of the binding; 0 where it is null."""
    return ctypes.cast(pointer, c_void_p).value or 0


class Buffer:
    """Room for what a function fills in: ``at`` is its address, ``content`` is unpacked."""

    __slots__ = ("at", "content")

    def __init__(self) -> None:
        """Room for the largest answer, six numbers of four bytes or four and two of eight."""
        self.content = ctypes.create_string_buffer(32)
        self.at = ctypes.addressof(self.content)


get_unicode = _plain(pdfium.FPDFText_GetUnicode, c_uint, c_void_p, c_int)
get_loose_box = _plain(pdfium.FPDFText_GetLooseCharBox, c_int, c_void_p, c_int, c_void_p)
get_origin = _plain(pdfium.FPDFText_GetCharOrigin, c_int, c_void_p, c_int, c_void_p, c_void_p)
has_map_error = _plain(pdfium.FPDFText_HasUnicodeMapError, c_int, c_void_p, c_int)
get_angle = _plain(pdfium.FPDFText_GetCharAngle, c_float, c_void_p, c_int)
get_text_object = _plain(pdfium.FPDFText_GetTextObject, c_void_p, c_void_p, c_int)
get_render_mode = _plain(pdfium.FPDFTextObj_GetTextRenderMode, c_int, c_void_p)

get_page_object = _plain(pdfium.FPDFPage_GetObject, c_void_p, c_void_p, c_int)
get_form_object = _plain(pdfium.FPDFFormObj_GetObject, c_void_p, c_void_p, c_ulong)
count_form_objects = _plain(pdfium.FPDFFormObj_CountObjects, c_int, c_void_p)
get_type = _plain(pdfium.FPDFPageObj_GetType, c_int, c_void_p)
get_matrix = _plain(pdfium.FPDFPageObj_GetMatrix, c_int, c_void_p, c_void_p)
get_pixel_size = _plain(pdfium.FPDFImageObj_GetImagePixelSize, c_int, c_void_p, c_void_p, c_void_p)
get_bounds = _plain(pdfium.FPDFPageObj_GetBounds, c_int, *[c_void_p] * 5)
get_draw_mode = _plain(pdfium.FPDFPath_GetDrawMode, c_int, c_void_p, c_void_p, c_void_p)
get_stroke_width = _plain(pdfium.FPDFPageObj_GetStrokeWidth, c_int, c_void_p, c_void_p)
get_stroke_color = _plain(pdfium.FPDFPageObj_GetStrokeColor, c_int, *[c_void_p] * 5)
get_fill_color = _plain(pdfium.FPDFPageObj_GetFillColor, c_int, *[c_void_p] * 5)
count_segments = _plain(pdfium.FPDFPath_CountSegments, c_int, c_void_p)
get_segment = _plain(pdfium.FPDFPath_GetPathSegment, c_void_p, c_void_p, c_int)
get_point = _plain(pdfium.FPDFPathSegment_GetPoint, c_int, c_void_p, c_void_p, c_void_p)
get_segment_type = _plain(pdfium.FPDFPathSegment_GetType, c_int, c_void_p)
get_close = _plain(pdfium.FPDFPathSegment_GetClose, c_int, c_void_p)
