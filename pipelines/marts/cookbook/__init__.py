"""The SQL cookbook: questions that users ask, each a ``.sql`` file beside this one, ready to run.

A file's head is three comment lines: the question in Chinese, in English, and what to mind, in both.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

FOLDER = Path(__file__).parent


@dataclass(frozen=True, slots=True)
class Question:
    """One question and its query; the query takes no parameter and returns at most some hundred rows."""

    name: str
    zh: str
    en: str
    note_zh: str
    note_en: str
    sql: str


def questions() -> tuple[Question, ...]:
    """Every question, in the order of its number."""
    return tuple(read_question(path) for path in sorted(FOLDER.glob("*.sql")))


def question(name: str) -> Question:
    """One question by its file's name without the number, e.g. ``refusals``. Raises ``LookupError``."""
    for found in questions():
        if found.name == name:
            return found
    raise LookupError(name)


def read_question(path: Path) -> Question:
    """The question of one file, its query whole and ready to run."""
    text = path.read_text(encoding="utf-8")
    zh, en, note = (line.removeprefix("-- ") for line in text.splitlines()[:3])
    note_zh, _, note_en = note.partition(" | ")
    return Question(path.stem.split("_", 1)[1], zh, en, note_zh, note_en, sql=text)
