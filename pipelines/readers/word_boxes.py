"""Text boxes of binary Word files: which part of the boxes' story is anchored at which character."""

from __future__ import annotations

import struct

from pipelines.readers.word_binary import WordFile

_ANCHORS, _BOXES = 40, 56
"""Numbers of the header's pairs for the shapes' anchors and for the boxes' texts."""
_ANCHOR_SIZE, _BOX_SIZE = 26, 22
_BOX_SHAPE = 14
"""Offset, in the entry of a box, of its shape's number."""


def text_boxes(word: WordFile) -> tuple[dict[int, list[range]], list[range]]:
    """Character ranges of the boxes' texts by anchor position, and of those without a known anchor."""
    story = word.stories["text box"]
    anchors = _anchors(word.pair(_ANCHORS))
    anchored: dict[int, list[range]] = {}
    loose: list[range] = []
    for shape, begin, end in _boxes(word.pair(_BOXES)):
        part = range(min(story.start + begin, story.stop), min(story.start + end, story.stop))
        if shape in anchors:
            anchored.setdefault(anchors[shape], []).append(part)
        else:
            loose.append(part)
    if story and not anchored and not loose:
        loose.append(story)
    return anchored, loose


def _anchors(plex: bytes) -> dict[int, int]:
    """Position of the anchor by the shape's number."""
    count = max(0, (len(plex) - 4) // (4 + _ANCHOR_SIZE))
    entries = 4 * (count + 1)
    return {
        struct.unpack_from("<i", plex, entries + number * _ANCHOR_SIZE)[0]: struct.unpack_from("<I", plex, 4 * number)[
            0
        ]
        for number in range(count)
    }


def _boxes(plex: bytes) -> list[tuple[int, int, int]]:
    """Shape's number, begin and end of each box that holds text; the last entry only closes the list."""
    count = max(0, (len(plex) - 4) // (4 + _BOX_SIZE))
    entries = 4 * (count + 1)
    boxes: list[tuple[int, int, int]] = []
    for number in range(count):
        begin, end = struct.unpack_from("<II", plex, 4 * number)
        shape = struct.unpack_from("<i", plex, entries + number * _BOX_SIZE + _BOX_SHAPE)[0]
        if shape and (boxes[-1][2] if boxes else 0) <= begin < end:
            boxes.append((shape, begin, end))
    return boxes
