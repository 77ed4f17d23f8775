"""Pictures of pages (PNG, JPEG, GIF, BMP, WebP, TIFF with any number of pages) → document, by recognition."""

from __future__ import annotations

from pipelines.readers import recognition
from pipelines.readers.document import Document
from pipelines.readers.errors import Quarantined
from pipelines.readers.page_flow import pages_to_blocks
from pipelines.readers.picture_size import Size, picture_sizes

MAXIMUM_PIXELS = 80_000_000
"""Pixels of one page; A4 at 600 dots an inch has 35 million."""

MAXIMUM_TOTAL = 400_000_000
"""Pixels of all pages together."""

MAXIMUM_PAGES = 60


def read(data: bytes) -> Document:
    """Read a picture file.

    Raises ``unreadable`` (no such picture, or damaged), ``too_large`` (before anything is decoded) and,
    without the extra ``ocr``, ``unsupported_format`` with the way to install it.
    """
    sizes = picture_sizes(data)
    if not sizes or any(min(size) < 1 for size in sizes):
        raise Quarantined("unreadable", "no picture that states its size; fetch the file again")
    _require_bounds(sizes)
    if not recognition.is_installed():
        raise Quarantined("unsupported_format", f"a picture of {len(sizes)} pages; {recognition.REMEDY}")
    from pipelines.readers import picture_pages  # noqa: PLC0415 # needs the extra, and is heavy

    pages = picture_pages.recognized_pages(data)
    if not pages:
        raise Quarantined("unreadable", "the picture cannot be decoded; fetch the file again")
    return Document("image", pages_to_blocks(pages))


def _require_bounds(sizes: list[Size]) -> None:
    pixels = [size.width * size.height for size in sizes]
    if len(sizes) > MAXIMUM_PAGES:
        raise Quarantined("too_large", f"{len(sizes)} pages, at most {MAXIMUM_PAGES} are recognised; split the file")
    if max(pixels) > MAXIMUM_PIXELS or sum(pixels) > MAXIMUM_TOTAL:
        largest = max(sizes, key=lambda size: size.width * size.height)
        raise Quarantined("too_large", f"a page of {largest.width} x {largest.height} pixels; scan at 300 dots an inch")
