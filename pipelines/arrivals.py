"""Tells when files have arrived in the raw folder and have settled."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass
from pathlib import Path

from pipelines.raw import RawFolderError, list_files


@dataclass(frozen=True, slots=True)
class Watched:
    """What was seen of a folder at the last look, and for what a run was last asked."""

    seen: str = ""
    asked: str = ""


@dataclass(frozen=True, slots=True)
class Look:
    """What to remember, and either the signature of a folder that a run is due for or why none is."""

    remember: str
    due: str | None
    reason: str


def signature(raw_dir: Path) -> str:
    """A hash of every path, size and modification time; empty for a folder that is empty or not there."""
    try:
        listed = sorted(list_files(raw_dir))
    except RawFolderError:
        return ""
    return hashlib.sha256(repr(listed).encode("utf-8", "surrogatepass")).hexdigest()[:16] if listed else ""


def look(raw_dir: Path, remembered: str | None) -> Look:
    """A run is due when the folder differs from what the last run was asked for, and stood still between two looks."""
    before = Watched(**json.loads(remembered)) if remembered else Watched()
    now = signature(raw_dir)
    settled = now == before.seen
    due = bool(now) and settled and now != before.asked
    after = Watched(now, now if due else before.asked)
    reason = f"{raw_dir} is empty or not there" if not now else "nothing new" if settled else "files are arriving"
    return Look(json.dumps(asdict(after)), now if due else None, reason)
