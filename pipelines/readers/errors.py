"""How a file says that it gives no report."""

from __future__ import annotations


class Quarantined(Exception):  # noqa: N818 - named after what happens to the file
    """One file gives no report; it becomes a row of ``quarantine`` and the night goes on.

    ``reason_code`` is one of ``schemas/vocabulary/quarantine_reason.csv``; ``detail`` names
    the place and the remedy.
    """

    def __init__(self, reason_code: str, detail: str) -> None:
        super().__init__(reason_code, detail)
        self.reason_code = reason_code
        self.detail = detail

    def __str__(self) -> str:
        return f"{self.reason_code}: {self.detail}"
