"""LibreOffice, where it is installed, for binary Word files that our own reader declines.

One headless start converts a batch to DOCX in a profile and folder of its own, bounded in time and
memory; no macro runs, nothing is fetched.
"""

from __future__ import annotations

import contextlib
import os
import resource
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from pathlib import Path

from pipelines.readers import docx
from pipelines.readers.document import Document, SourceFormat
from pipelines.readers.errors import Quarantined

SECONDS_TO_START = 60
SECONDS_A_FILE = 15
MEMORY = 4 * 1024**3
"""Address space of the office process; it maps far more than it uses."""
DOCX = "docx:MS Word 2007 XML"
"""Extension and filter of the conversion's target, as LibreOffice names them."""
LARGEST_OUTPUT = 256 * 1024**2
_PROGRAMS = ("soffice", "libreoffice")
_SETTINGS = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry">
<item oor:path="/org.openoffice.Office.Common/Security/Scripting"><prop oor:name="MacroSecurityLevel"><value>3</value></prop></item>
<item oor:path="/org.openoffice.Office.Common/Security/Scripting"><prop oor:name="DisableMacrosExecution"><value>true</value></prop></item>
<item oor:path="/org.openoffice.Office.Common/Security/Scripting"><prop oor:name="BlockUntrustedRefererLinks"><value>true</value></prop></item>
<item oor:path="/org.openoffice.Office.Writer/Content/Update"><prop oor:name="Link"><value>0</value></prop></item>
</oor:items>
"""  # noqa: E501


def program() -> str | None:
    """Path of the office program; null where none is installed."""
    return next((found for name in _PROGRAMS if (found := shutil.which(name))), None)


def read(data: bytes, source_format: SourceFormat, reason: str) -> Document:
    """The document as LibreOffice understands it; ``reason`` says why our reader declined.

    Raises ``Quarantined``: ``unsupported_format`` without LibreOffice, ``unreadable`` where it fails too.
    """
    if program() is None:
        raise Quarantined(
            "unsupported_format",
            f"{reason}; save the file as DOCX, or install the Debian package libreoffice-writer-nogui",
        )
    converted = convert({"file": data}).get("file")
    if converted is None:
        raise Quarantined("unreadable", f"{reason}, and LibreOffice could not convert it; save the file as DOCX")
    note = f"converted by LibreOffice: {reason}"
    document = docx.read(converted)
    return replace(document, source_format=source_format, notes=(*document.notes, note))


def convert(files: Mapping[str, bytes], suffix: str = "doc", target: str = DOCX) -> dict[str, bytes]:
    """Each file as LibreOffice converts it to the target, by the given names; one start for the batch.

    Files that fail, or that come after the time is up, are absent.
    """
    office = program()
    if office is None or not files:
        return {}
    with tempfile.TemporaryDirectory(prefix="gongkai-office-", ignore_cleanup_errors=True) as folder:
        work = Path(folder)
        profile = work / "profile" / "user"
        profile.mkdir(parents=True)
        (profile / "registrymodifications.xcu").write_text(_SETTINGS, encoding="utf-8")
        (work / "out").mkdir()
        sources = []
        for number, data in enumerate(files.values()):
            source = work / f"{number}.{suffix}"
            source.write_bytes(data)
            sources.append(str(source))
        _run(office, work, sources, target)
        outputs = {name: _output(work, number, target) for number, name in enumerate(files)}
        return {name: content for name, content in outputs.items() if content is not None}


def _run(office: str, work: Path, sources: list[str], target: str) -> None:
    """One headless conversion; the whole process group ends with the time. A program that does not start makes nothing.

    ``SubprocessError`` is how Python tells that the bounds could not be set in the new process.
    """
    seconds = SECONDS_TO_START + SECONDS_A_FILE * len(sources)
    command = [
        office,
        f"-env:UserInstallation={(work / 'profile').as_uri()}",
        *("--headless", "--norestore", "--nolockcheck", "--nodefault", "--nologo"),
        *("--convert-to", target, "--outdir", str(work / "out"), *sources),
    ]
    environment = {"HOME": str(work), "PATH": os.environ.get("PATH", os.defpath), "LANG": "C.UTF-8"}
    try:
        process = subprocess.Popen(  # noqa: S603
            command,
            cwd=work,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
            preexec_fn=partial(_set_bounds, seconds),  # noqa: PLW1509
        )
    except (OSError, subprocess.SubprocessError):
        return
    try:
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(seconds)
    finally:
        _end_group(process)


def _set_bounds(seconds: int) -> None:
    """In the new process: memory, size of a file, and processor time, which also ends one whose starter was killed."""
    bounds = (
        (resource.RLIMIT_AS, MEMORY),
        (resource.RLIMIT_FSIZE, LARGEST_OUTPUT),
        (resource.RLIMIT_CPU, seconds),
        (resource.RLIMIT_CORE, 0),
    )
    for kind, bound in bounds:
        hard = resource.getrlimit(kind)[1]
        least = bound if hard == resource.RLIM_INFINITY else min(bound, hard)
        resource.setrlimit(kind, (least, least))


def _end_group(process: subprocess.Popen[bytes]) -> None:
    """The program is a launcher: its children live in the same group and end with it."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def _output(work: Path, number: int, target: str) -> bytes | None:
    output = work / "out" / f"{number}.{target.partition(':')[0]}"
    return output.read_bytes() if output.is_file() else None
