"""Encoded pictures → recognised pages. Import only with the extra ``ocr``."""

from __future__ import annotations

from collections.abc import Iterator

import cv2
import numpy as np
import numpy.typing as npt

from pipelines.readers.ocr_page import recognized_page
from pipelines.readers.picture_size import JPEG, TIFF_BIG, TIFF_LITTLE
from pipelines.readers.printed_page import PrintedPage

Picture = npt.NDArray[np.uint8]

FLAT = 2
"""Dimensions of a picture without colours."""

WITH_COVER = (2, 4)
"""Channels of a picture whose last one says how much is covered."""

LIGHTNESS = np.array([0.114, 0.587, 0.299], dtype=np.float32)
"""Shares of blue, green and red in grey."""

PORTRAIT, LANDSCAPE = 595.0, 842.0
"""Width in points that a page is taken to have: A4, upright or on its side."""

FINEST = 2500
"""Pixels across a page that recognition can use (300 dots an inch); finer pictures are reduced."""

COARSEST = 1100
"""Pictures with fewer pixels across are enlarged, for small figures have too few pixels to be parted."""


def recognized_pages(data: bytes) -> list[PrintedPage]:
    """The pages of a picture file, whose sizes were checked; none where it cannot be decoded."""
    return [
        recognized_page(_scaled(picture), number, LANDSCAPE if picture.shape[1] > picture.shape[0] else PORTRAIT)
        for number, picture in enumerate(_decoded(data), start=1)
    ]


def _decoded(data: bytes) -> Iterator[Picture]:
    buffer = np.frombuffer(data, dtype=np.uint8)
    try:
        if data.startswith((TIFF_LITTLE, TIFF_BIG)):
            pages = list(cv2.imdecodemulti(buffer, cv2.IMREAD_UNCHANGED)[1])
        else:
            # A photograph's own orientation is followed only where the depth is not kept.
            flags = cv2.IMREAD_GRAYSCALE if data.startswith(JPEG) else cv2.IMREAD_UNCHANGED
            page = cv2.imdecode(buffer, flags)
            pages = [] if page is None else [page]
    except cv2.error:
        return
    yield from (grey(np.asarray(page)) for page in pages)


def grey(picture: npt.NDArray[np.generic]) -> Picture:
    """A picture of any depth as grey on white: what is transparent is paper."""
    levels = picture.astype(np.float32)
    if picture.dtype == np.uint16:
        levels = (levels / 257).astype(np.float32)
    elif picture.dtype == np.bool_ or (picture.dtype == np.uint8 and picture.max(initial=0) == 1):
        levels = (levels * 255).astype(np.float32)
    if levels.ndim == FLAT:
        return np.clip(levels, 0, 255).astype(np.uint8)
    channels = levels.shape[2]
    light = levels[:, :, :3] @ LIGHTNESS if channels >= len(LIGHTNESS) else levels[:, :, 0]
    if channels in WITH_COVER:
        cover = levels[:, :, -1] / 255
        light = light * cover + 255 * (1 - cover)
    return np.clip(light, 0, 255).astype(np.uint8)


def _scaled(picture: Picture) -> Picture:
    width = picture.shape[1]
    if width > FINEST:
        scale, how = FINEST / width, cv2.INTER_AREA
    elif width < COARSEST:
        scale, how = 2.0, cv2.INTER_CUBIC
    else:
        return picture
    return np.asarray(cv2.resize(picture, None, fx=scale, fy=scale, interpolation=how), dtype=np.uint8)
