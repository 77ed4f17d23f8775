"""Lets whoever started a run watch it: one function, set by the command line."""

from __future__ import annotations

from collections.abc import Callable
from contextvars import ContextVar

Watch = Callable[[int, int], None]

_WATCH: ContextVar[Watch | None] = ContextVar("watch", default=None)


def watch_with(watch: Watch | None) -> None:
    """Call ``watch(files_done, files_in_all)`` while files are read."""
    _WATCH.set(watch)


def report_progress(done: int, total: int) -> None:
    """Tell the watcher, if there is one."""
    watch = _WATCH.get()
    if watch is not None:
        watch(done, total)
