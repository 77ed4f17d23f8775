"""Runs chunks of files on any ``concurrent.futures.Executor``: processes here, a Dask cluster by one setting.

A worker that dies takes with it what was being read. The files that were open at that moment are
then read one at a time, each alone: one that ends its process again is quarantined as ``parser_error``.
"""

from __future__ import annotations

import gc
import multiprocessing
import multiprocessing.connection
import os
import resource
import threading
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import FIRST_COMPLETED, BrokenExecutor, Executor, Future, ProcessPoolExecutor, wait
from contextlib import contextmanager
from functools import partial
from typing import Any

from pipelines.parse import Chunk, Outcome, parse_chunk

SMALLEST_CHUNK = 8
LARGEST_CHUNK = 1500
CHUNKS_A_WORKER = 6
IN_FLIGHT = 2
COLLECT_AFTER = 100_000
"""Objects after which a worker looks for cycles; the reports of a chunk hold none, and looking costs a tenth."""
DEATH = (
    "reading this file ends the worker process (crash or endless loop in a library); "
    "the file is left out, please report it"
)

MOST_FRUITLESS = 3

MakeExecutor = Callable[[], Executor]
Parse = Callable[[Chunk], list[Outcome]]
Done = tuple[Chunk, list[Outcome]]


class WorkersError(RuntimeError):
    """No worker process can be kept alive."""


def chunk_size(files: int, jobs: int) -> int:
    """Files a chunk: enough chunks to keep all workers busy to the end, few enough to cost nothing."""
    return max(SMALLEST_CHUNK, min(LARGEST_CHUNK, -(-files // (jobs * CHUNKS_A_WORKER))))


def executor_maker(jobs: int, worker_bytes: int) -> MakeExecutor:
    """Processes started by spawn (fork deadlocks once polars has run), or the cluster of ``GONGKAI_DASK_SCHEDULER``."""
    address = os.environ.get("GONGKAI_DASK_SCHEDULER")
    if address:
        return lambda: _dask_executor(address)
    context = multiprocessing.get_context("spawn")
    return lambda: ProcessPoolExecutor(
        max_workers=jobs, mp_context=context, initializer=partial(start_worker, worker_bytes)
    )


def start_worker(worker_bytes: int) -> None:
    """Bound the worker's memory, and end it with the run that started it, however that ends."""
    hard = resource.getrlimit(resource.RLIMIT_AS)[1]
    resource.setrlimit(resource.RLIMIT_AS, (worker_bytes, hard))
    import pipelines.report  # noqa: F401, PLC0415 - now, so that the first file does not pay for it

    gc.freeze()
    gc.set_threshold(COLLECT_AFTER, 50, 100)
    parent = multiprocessing.parent_process()
    if parent is not None:
        threading.Thread(target=_end_with, args=(parent.sentinel,), daemon=True).start()


def _end_with(sentinel: int) -> None:
    multiprocessing.connection.wait([sentinel])
    os._exit(1)


def _dask_executor(address: str) -> Executor:
    from distributed import Client  # noqa: PLC0415 - only the extra `cluster` has it

    client: Any = Client
    executor: Executor = client(address).get_executor(pure=False)
    return executor


def run_chunks(
    chunks: list[Chunk], make_executor: MakeExecutor, jobs: int, parse: Parse = parse_chunk
) -> Iterator[Done]:
    """Each chunk with its outcomes, as they finish; a chunk that was lost comes in its parts."""
    waiting, suspects = deque(chunks), deque[Chunk]()
    fruitless = 0
    while waiting:
        lost: list[Chunk] = []
        before = len(waiting), len(suspects)
        with _closing(make_executor()) as executor:
            yield from _until_broken(executor, waiting, lost, (jobs * IN_FLIGHT, parse))
        for chunk in lost:
            rest, suspect = _apart(chunk)
            waiting.extend(rest)
            suspects.extend(suspect)
        fruitless = fruitless + 1 if (len(waiting), len(suspects)) == before else 0
        if fruitless == MOST_FRUITLESS:
            raise WorkersError("worker processes end before they read a file; see whether memory is short")
    while suspects:
        lost = []
        with _closing(make_executor()) as executor:
            yield from _until_broken(executor, suspects, lost, (1, parse))
        for chunk in lost:
            path = chunk.paths[0]
            chunk.marker.unlink(missing_ok=True)
            yield chunk, [Outcome(path, path, None, None, None, "parser_error", DEATH)]


def _until_broken(
    executor: Executor, waiting: deque[Chunk], lost: list[Chunk], how: tuple[int, Parse]
) -> Iterator[Done]:
    """Submit a few chunks at a time until all are done or a worker dies; then ``lost`` holds those in flight."""
    in_flight, parse = how
    running: dict[Future[list[Outcome]], Chunk] = {}
    while (waiting and not lost) or running:
        while waiting and not lost and len(running) < in_flight:
            chunk = waiting.popleft()
            try:
                running[executor.submit(parse, chunk)] = chunk
            except BrokenExecutor:
                waiting.appendleft(chunk)
                break
        if not running:
            return
        done, _ = wait(running, return_when=FIRST_COMPLETED)
        for future in done:
            chunk = running.pop(future)
            error = future.exception()
            if error is None:
                yield chunk, future.result()
            elif isinstance(error, BrokenExecutor) or type(error).__name__ == "KilledWorker":
                lost.append(chunk)
            else:
                raise error


def _apart(chunk: Chunk) -> tuple[list[Chunk], list[Chunk]]:
    """A lost chunk as the files it had done or not reached, and the one that it was reading, if it read one."""
    try:
        at = int(chunk.marker.read_bytes().split(b"\n")[0])
        chunk.marker.unlink()
    except (OSError, ValueError):
        return [chunk], []
    alone = at < len(chunk.paths)
    middle = at if alone else len(chunk.paths) // 2
    cut = (chunk.paths[:middle], chunk.paths[middle : middle + alone], chunk.paths[middle + alone :])
    first, suspect, last = (
        chunk._replace(paths=part, folder=f"{chunk.folder}{mark}") for part, mark in zip(cut, "abc", strict=True)
    )
    if len(chunk.paths) == 1:
        return [], [chunk._replace(folder=f"{chunk.folder}b")]
    return [part for part in (first, last) if part.paths], [suspect] if alone else []


@contextmanager
def _closing(executor: Executor) -> Iterator[Executor]:
    try:
        yield executor
    finally:
        executor.shutdown(wait=True, cancel_futures=True)
