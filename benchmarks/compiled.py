"""Reads the same files interpreted and compiled (``make compiled``) and tells whether the reports are equal.

    python -m benchmarks.compiled FOLDER [FOLDER ...] [--rounds 3]

Each round reads everything once in a fresh process of either kind, one behind the other, and
prints processor milliseconds a file and their ratio; the medians stand last.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import subprocess
import sys
import time
from pathlib import Path
from statistics import median

ROOT = Path(__file__).parents[1]
COMPILED = ROOT / ".venv/compiled"


def read_all(folders: list[Path]) -> None:
    """Print the processor time a file takes, then a digest of each report or the reason why there is none."""
    from pipelines.readers import read_document  # noqa: PLC0415 - which one is told by the process's path
    from pipelines.readers.errors import Quarantined  # noqa: PLC0415
    from pipelines.report import read_report  # noqa: PLC0415

    files = [(file, file.read_bytes()) for folder in folders for file in sorted(folder.rglob("*")) if file.is_file()]
    results = []
    begin = time.process_time()
    for file, data in files:
        try:
            results.append(read_report(read_document(data, file.name), file.name))
        except Quarantined as error:
            results.append(str(error))
    print(1000 * (time.process_time() - begin) / max(1, len(files)))
    for (file, _), result in zip(files, results, strict=True):
        print(file, hashlib.sha256(repr(result).encode("utf-8", "replace")).hexdigest())


def run(code: Path, folders: list[str]) -> tuple[float, list[str]]:
    """Milliseconds a file and the digests, read by the packages that stand in ``code``."""
    environment = {**os.environ, "GONGKAI_OCR": "off", "PYTHONPATH": f"{code}{os.pathsep}{ROOT}"}
    command = [sys.executable, "-m", "benchmarks.compiled", "--read", *folders]
    told = subprocess.run(command, env=environment, cwd=code, check=True, capture_output=True, text=True)
    first, *digests = told.stdout.splitlines()
    return float(first), digests


def main() -> None:
    """Compare the two."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folders", nargs="+", type=Path)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--read", action="store_true", help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.read:
        read_all(given.folders)
        return
    folders = [str(folder.resolve()) for folder in given.folders]
    times: dict[Path, list[float]] = {ROOT: [], COMPILED: []}
    for _ in range(given.rounds):
        found = {}
        for code, spent in times.items():
            milliseconds, found[code] = run(code, folders)
            spent.append(milliseconds)
        differing = [a for a, b in zip(found[ROOT], found[COMPILED], strict=True) if a != b]
        print(f"{len(found[ROOT])} files, {len(differing)} read otherwise", *differing[:5], sep="\n  ")
        print(f"  {times[ROOT][-1]:.2f} ms interpreted, {times[COMPILED][-1]:.2f} ms compiled")
    slow, fast = median(times[ROOT]), median(times[COMPILED])
    print(f"median {slow:.2f} and {fast:.2f} ms a file: compiled is {slow / fast:.2f} times as fast")


if __name__ == "__main__":
    main()
