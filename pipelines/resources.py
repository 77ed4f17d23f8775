"""What a Dagster run needs: its settings, its start, and the lock that makes it the only one."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

import dagster as dg
from pydantic import PrivateAttr

from pipelines.ingest import utc_now
from pipelines.lock import run_lock
from pipelines.settings import Settings, settings_from_environment


class Run(dg.ConfigurableResource[Any]):
    """One run. Empty settings mean the environment's, then the defaults."""

    raw_dir: str = ""
    warehouse: str = ""
    jobs: int = 0
    full_hash: bool = False

    _started_at: datetime = PrivateAttr(default_factory=utc_now)

    @property
    def settings(self) -> Settings:
        """The run's settings."""
        found = settings_from_environment(
            Path(self.raw_dir) if self.raw_dir else None,
            Path(self.warehouse) if self.warehouse else None,
            self.jobs or None,
        )
        return replace(found, full_hash=self.full_hash or found.full_hash)

    @property
    def started_at(self) -> datetime:
        """When the run took the lock, UTC."""
        return self._started_at

    @contextmanager
    def yield_for_execution(self, context: dg.InitResourceContext) -> Iterator[Run]:
        """Hold the lock of the warehouse while assets are made."""
        del context
        with run_lock(self.settings.state_dir):
            self._started_at = utc_now()
            yield self
