"""Runs chunks of files on any ``concurrent.futures.Executor``: processes here, a Dask cluster by one setting.

A worker that dies takes its chunk with it; lost chunks are halved until the guilty file stands
alone and is quarantined as ``parser_error``.
"""

from __future__ import annotations

import multiprocessing
import os
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import FIRST_COMPLETED, BrokenExecutor, Executor, Future, ProcessPoolExecutor, wait
from contextlib import contextmanager
from typing import Any

from pipelines.parse import Chunk, Outcome, parse_chunk

SMALLEST_CHUNK = 8
LARGEST_CHUNK = 1500
CHUNKS_A_WORKER = 6
IN_FLIGHT = 2
DEATH = (
    "reading this file ends the worker process (crash or endless loop in a library); "
    "the file is left out, please report it"
)

MakeExecutor = Callable[[], Executor]


def chunk_size(files: int, jobs: int) -> int:
    """Files a chunk: enough chunks to keep all workers busy to the end, few enough to cost nothing."""
    return max(SMALLEST_CHUNK, min(LARGEST_CHUNK, -(-files // (jobs * CHUNKS_A_WORKER))))


def executor_maker(jobs: int) -> MakeExecutor:
    """Processes started by spawn (fork deadlocks once polars has run), or the cluster of ``GONGKAI_DASK_SCHEDULER``."""
    address = os.environ.get("GONGKAI_DASK_SCHEDULER")
    if address:
        return lambda: _dask_executor(address)
    context = multiprocessing.get_context("spawn")
    return lambda: ProcessPoolExecutor(max_workers=jobs, mp_context=context)


def _dask_executor(address: str) -> Executor:
    from distributed import Client  # noqa: PLC0415 - only the extra `cluster` has it

    executor: Executor = Client(address).get_executor(pure=False)
    return executor


def run_chunks(
    chunks: list[Chunk], make_executor: MakeExecutor, jobs: int
) -> Iterator[tuple[Chunk, list[Outcome]]]:
    """Each chunk with its outcomes, as they finish; a chunk that was halved comes in its parts."""
    waiting = deque(chunks)
    while waiting:
        lost: list[Chunk] = []
        with _closing(make_executor()) as executor:
            yield from _until_broken(executor, waiting, lost, jobs)
        for chunk in lost:
            if len(chunk.paths) == 1:
                path = chunk.paths[0]
                yield chunk, [Outcome(path, path, None, None, "parser_error", DEATH)]
            else:
                waiting.extendleft(_halves(chunk))


def _until_broken(
    executor: Executor, waiting: deque[Chunk], lost: list[Chunk], jobs: int
) -> Iterator[tuple[Chunk, list[Outcome]]]:
    """Submit a few chunks at a time until all are done or a worker dies; then ``lost`` holds those in flight."""
    running: dict[Future[Any], Chunk] = {}
    while waiting or running:
        while waiting and not lost and len(running) < jobs * IN_FLIGHT:
            chunk = waiting.popleft()
            running[executor.submit(parse_chunk, chunk)] = chunk
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


def _halves(chunk: Chunk) -> list[Chunk]:
    middle = len(chunk.paths) // 2
    return [
        chunk._replace(paths=part, folder=f"{chunk.folder}{mark}")
        for part, mark in ((chunk.paths[:middle], "a"), (chunk.paths[middle:], "b"))
    ]


@contextmanager
def _closing(executor: Executor) -> Iterator[Executor]:
    try:
        yield executor
    finally:
        executor.shutdown(wait=True, cancel_futures=True)
