"""What the static site costs: a random year of 170,000 agencies, the marts, then the site.

python -m benchmarks.site_cost [agencies] [folder]
"""

from __future__ import annotations

import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory

import duckdb
from rich.console import Console

from benchmarks.marts_cost import fill
from pipelines.marts.views import create_marts
from pipelines.site.build import build_site


def main() -> None:
    """Print how long each step took and how heavy the site is."""
    agencies = int(sys.argv[1]) if len(sys.argv) > 1 else 170_000
    with TemporaryDirectory() as folder:
        measure(Path(sys.argv[2]) if len(sys.argv) > 2 else Path(folder), agencies)


def measure(folder: Path, agencies: int) -> None:
    """Build the warehouse where it is missing, then the site beside it."""
    console = Console()
    warehouse = folder / "year.duckdb"
    if not warehouse.exists():
        started = time.perf_counter()
        with duckdb.connect(str(warehouse), config={"preserve_insertion_order": False}) as connection:
            fill(connection, agencies, (2024,))
            console.print(f"fill {time.perf_counter() - started:.1f} s")
            create_marts(connection)
        console.print(f"with marts {time.perf_counter() - started:.1f} s, {warehouse.stat().st_size / 1e6:.0f} MB")
    result = build_site(warehouse, folder / "site")
    largest = max(file.stat().st_size for file in (folder / "site").rglob("*") if file.is_file())
    console.print(
        f"site {result.seconds:.1f} s, {result.files:,} files, {result.bytes / 1e6:.0f} MB, "
        f"front page {result.front_page_bytes / 1e3:.0f} KB, largest file {largest / 1e3:.0f} KB"
    )


if __name__ == "__main__":
    main()
