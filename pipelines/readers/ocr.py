"""Text recognition: pictures of lines → texts with the confidence of every character.

The models are those inside the installed package ``rapidocr``; their paths are given, so that nothing
is ever fetched. Import this module only where ``recognition.is_installed()``.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import cv2
import numpy as np
import numpy.typing as npt
import rapidocr

from pipelines.readers.errors import Quarantined
from pipelines.readers.recognition import REMEDY

Picture = npt.NDArray[np.uint8]
"""Grey picture, rows × columns."""

THREADS_SETTING = "GONGKAI_OCR_THREADS"
DETECTION_MODEL = "PP-OCRv6_det_small.onnx"
RECOGNITION_MODEL = "PP-OCRv6_rec_small.onnx"

DETECTION_WIDTH = 1120
"""Width in pixels at which text is searched for; a character of 10 points is then 19 pixels high on A4."""

DETECTION_HEIGHT = 1600
"""Height in pixels of the part that is searched at once."""

NARROWEST = 64
"""Width in pixels (at 48 high) to which the narrowest lines are padded."""


class Reading(NamedTuple):
    """One recognised line; ``confidences`` has one value (0 to 1) a character."""

    text: str
    confidences: tuple[float, ...]

    @property
    def lowest(self) -> float:
        """The confidence of the least certain character, 0 for nothing."""
        return min(self.confidences, default=0.0)

    @property
    def average(self) -> float:
        """The confidence of an average character, 0 for nothing."""
        return sum(self.confidences) / max(1, len(self.confidences))


class TextArea(NamedTuple):
    """Where a line of text was found, in pixels."""

    left: int
    top: int
    right: int
    bottom: int


def threads() -> int:
    """Threads that recognition may use: ``GONGKAI_OCR_THREADS``, 1 where it is not set to 1 or more."""
    told = os.environ.get(THREADS_SETTING, "")
    return max(1, int(told)) if told.isdecimal() else 1


@cache
def _engine() -> Any:
    models = Path(rapidocr.__file__).parent / "models"
    missing = [name for name in (DETECTION_MODEL, RECOGNITION_MODEL) if not (models / name).is_file()]
    if missing:
        raise Quarantined("unsupported_format", f"recognition models {', '.join(missing)} are missing; {REMEDY}")
    cv2.setNumThreads(threads())
    return rapidocr.RapidOCR(
        params={
            "Global.log_level": "critical",
            "Global.use_cls": False,
            "Global.return_word_box": True,
            "Global.use_preprocess_img": False,
            "EngineConfig.onnxruntime.intra_op_num_threads": min(threads(), os.cpu_count() or 1),
            "EngineConfig.onnxruntime.inter_op_num_threads": 1,
            "Det.model_path": str(models / DETECTION_MODEL),
            "Det.limit_type": "max",
            "Det.limit_side_len": DETECTION_HEIGHT,
            "Rec.model_path": str(models / RECOGNITION_MODEL),
            "Rec.rec_img_shape": [3, 48, NARROWEST],
        }
    )


def recognize(lines: Sequence[Picture]) -> list[Reading]:
    """The text of each picture of one line; an empty reading where nothing was recognised."""
    if not lines:
        return []
    colored = [cv2.cvtColor(line, cv2.COLOR_GRAY2BGR) for line in lines]
    result = _engine().recognize_txt(colored)
    return [
        Reading(text, tuple(word.confs or ())) if text else Reading("", ())
        for text, word in zip(result.txts, result.word_results, strict=True)
    ]


def find_text(picture: Picture) -> list[TextArea]:
    """Where lines of text stand in a picture that is upright."""
    scale = min(1.0, DETECTION_WIDTH / picture.shape[1])
    small = np.asarray(cv2.resize(picture, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA), dtype=np.uint8)
    found: list[TextArea] = []
    for top in range(0, small.shape[0], DETECTION_HEIGHT):
        part = small[top : top + DETECTION_HEIGHT]
        found.extend(_in_picture(box, top, scale) for box in _find_in(part))
    return found


def _find_in(picture: Picture) -> list[npt.NDArray[np.float32]]:
    """The corners of each line of text, four rows of x and y."""
    result = _engine()(cv2.cvtColor(picture, cv2.COLOR_GRAY2BGR), use_det=True, use_cls=False, use_rec=False)
    boxes = getattr(result, "boxes", None)
    return [] if boxes is None else list(boxes)


def _in_picture(box: npt.NDArray[np.float32], top: int, scale: float) -> TextArea:
    left, upper = box.min(axis=0) / scale
    right, lower = box.max(axis=0) / scale
    shift = top / scale
    return TextArea(max(0, int(left)), max(0, int(upper + shift)), int(np.ceil(right)), int(np.ceil(lower + shift)))
