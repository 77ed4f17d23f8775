"""What decides that a file is read again is all that reading depends on, and no more."""

from __future__ import annotations

import re
from pathlib import Path

from pipelines import version

ROOT = Path(__file__).parent.parent
READ = re.compile(r"""(?:settings|rows|codes)\(\s*"([a-z_]+)\"""")
OF_REPORTS = {"rules", "quarantine_reason"}


def test_the_vocabulary_of_the_parser_is_listed() -> None:
    files = [file for part in version.PARSER_CODE for file in (ROOT / part).rglob("*.py")]
    files += [ROOT / part for part in version.PARSER_CODE if part.endswith(".py")]
    named = {name for file in files for name in READ.findall(file.read_text(encoding="utf-8"))}
    vocabulary = {file.stem: file.name for file in (ROOT / "schemas/vocabulary").iterdir()}
    read = {vocabulary[name] for name in named - OF_REPORTS} - {version.LABELS}
    assert read <= set(version.PARSER_VOCABULARY)


def test_listed_files_are_there() -> None:
    for name in version.PARSER_VOCABULARY:
        assert (ROOT / "schemas/vocabulary" / name).exists()
    for part in version.PARSER_CODE:
        assert (ROOT / part).exists()


def test_versions_are_short_and_stable() -> None:
    assert re.fullmatch(r"[0-9a-f]{12}", version.parser_version())
    assert re.fullmatch(r"[0-9a-f]{12}", version.code_version())
    assert re.fullmatch(r"[0-9a-f]{8}", version.reading_version())
