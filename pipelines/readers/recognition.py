"""Whether text recognition is installed; nothing heavy is imported to know it."""

from __future__ import annotations

import os
from importlib.util import find_spec

REMEDY = "install text recognition with: make ocr (or pip install 'gongkai[ocr]'), then run again"

_MODULES = ("numpy", "cv2", "onnxruntime", "rapidocr")


def is_installed() -> bool:
    """Whether the extra ``ocr`` is there; ``GONGKAI_OCR=off`` leaves scans in quarantine all the same."""
    if os.environ.get("GONGKAI_OCR") == "off":
        return False
    return all(find_spec(name) is not None for name in _MODULES)
