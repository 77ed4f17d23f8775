"""Where a run reads and writes, and what one file may cost. Flags win over the environment."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

DEFAULT_RAW = Path("data/raw")
DEFAULT_WAREHOUSE = Path("data/warehouse/gongkai.duckdb")


@dataclass(frozen=True, slots=True)
class Settings:
    """One run's folders and bounds."""

    raw_dir: Path
    warehouse: Path
    jobs: int
    full_hash: bool = False
    """Hash every file again, also where size and modification time are unchanged."""
    accept_fewer: bool = False
    """Go on although most of the files of the last run are no longer there."""
    file_seconds: float = 180.0
    """Processor time that reading one file or archive member may take; waiting for the machine does not count."""
    worker_bytes: int = 6 << 30
    """Address space of one worker."""
    settle_seconds: float = 1.0
    """A file changed more recently than this is still being written and waits for the next run."""

    @property
    def state_dir(self) -> Path:
        """What a run leaves for the next one: parsed parts and the inventory."""
        name = self.warehouse.stem if self.warehouse.suffix == ".duckdb" else self.warehouse.name
        return self.warehouse.with_name(name + ".state")

    @property
    def parts_dir(self) -> Path:
        """Parsed results in Parquet."""
        return self.state_dir / "parts"

    @property
    def next_warehouse(self) -> Path:
        """The file that is being built."""
        return self.state_dir / "next.duckdb"


def settings_from_environment(
    raw_dir: Path | None = None, warehouse: Path | None = None, jobs: int | None = None
) -> Settings:
    """Settings from flags, else ``GONGKAI_RAW_DIR``, ``GONGKAI_WAREHOUSE``, ``GONGKAI_JOBS``, else the defaults.

    ``GONGKAI_FULL_HASH`` and ``GONGKAI_ACCEPT_FEWER`` switch their setting on where they are not empty.
    """
    environment = os.environ
    return Settings(
        raw_dir=raw_dir or Path(environment.get("GONGKAI_RAW_DIR") or DEFAULT_RAW),
        warehouse=warehouse or Path(environment.get("GONGKAI_WAREHOUSE") or DEFAULT_WAREHOUSE),
        jobs=jobs or int(environment.get("GONGKAI_JOBS") or 0) or max(1, os.cpu_count() or 1),
        full_hash=bool(environment.get("GONGKAI_FULL_HASH")),
        accept_fewer=bool(environment.get("GONGKAI_ACCEPT_FEWER")),
    )
