"""Every version of every report file that was ever read, and how one run differs from the last."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

import polars as pl

from pipelines.state import VERSIONS


@dataclass(frozen=True, slots=True)
class Counts:
    """How the raw folder differs from the last run, in files and archive members."""

    seen: int
    new: int
    changed: int
    unchanged: int
    removed: int
    renamed: int
    waiting: int
    parsed: int


def count_changes(before: pl.DataFrame, now: pl.DataFrame, *, waiting: int, parsed: int) -> Counts:
    """Compare the outcomes of two runs by path and content."""
    known = before.select("source_path", pl.col("sha256").alias("before"), pl.lit(value=True).alias("known"))
    compared = now.join(known, on="source_path", how="left")
    new = compared.filter(pl.col("known").is_null())
    changed = compared.filter(pl.col("known"), ~pl.col("sha256").eq_missing(pl.col("before"))).height
    gone = known.join(now, on="source_path", how="anti")
    renamed = new.filter(pl.col("sha256").is_in(gone["before"].drop_nulls().implode())).height
    return Counts(
        seen=now.height,
        new=new.height - renamed,
        changed=changed,
        unchanged=now.height - new.height - changed,
        removed=max(0, gone.height - renamed),
        renamed=renamed,
        waiting=waiting,
        parsed=parsed,
    )


def next_versions(known: pl.DataFrame, outcomes: pl.DataFrame, parts: Mapping[str, str], now: datetime) -> pl.DataFrame:
    """The versions after a run: ``parts`` says where the reports that were read in it are.

    A number once given stays. A file that was only renamed leaves no version under its old path,
    nor does one that the parser of today refuses.
    """
    live = outcomes.filter(pl.col("report_id").is_not_null())
    added = _added(known, live, now)
    places = pl.DataFrame(
        {"report_id": list(parts), "fresh": list(parts.values())}, schema={"report_id": pl.String, "fresh": pl.String}
    )
    joined = pl.concat([known, added]).join(places, on="report_id", how="left")
    is_fresh = pl.col("fresh").is_not_null()
    moment = pl.lit(now, dtype=VERSIONS["loaded_at"])
    joined = joined.with_columns(
        pl.coalesce("fresh", "part").alias("part"),
        pl.when(is_fresh).then(moment).otherwise("loaded_at").alias("loaded_at"),
        pl.col("report_id").is_in(live["report_id"].implode()).alias("in_raw"),
    ).drop("fresh")
    moved = pl.col("source_sha256").is_in(added["source_sha256"].implode())
    elsewhere = ~pl.col("source_path").is_in(outcomes["source_path"].implode())
    refused = outcomes.filter(pl.col("report_id").is_null()).select(
        "source_path", pl.col("sha256").alias("source_sha256")
    )
    kept = joined.filter(pl.col("in_raw") | ~(moved & elsewhere))
    return kept.join(refused, on=["source_path", "source_sha256"], how="anti").sort("source_path", "version")


def _added(known: pl.DataFrame, live: pl.DataFrame, now: datetime) -> pl.DataFrame:
    """New versions, numbered after those of their path."""
    last = known.group_by("source_path").agg(pl.col("version").max().alias("last"))
    moment = pl.lit(now, dtype=VERSIONS["first_seen_at"])
    return (
        live.join(known, on="report_id", how="anti")
        .join(last, on="source_path", how="left")
        .select(
            "report_id",
            "source_path",
            pl.col("sha256").alias("source_sha256"),
            (pl.col("last").fill_null(0) + 1).cast(pl.Int32).alias("version"),
            pl.lit(value=True).alias("in_raw"),
            moment.alias("first_seen_at"),
            moment.alias("loaded_at"),
            pl.lit(None, dtype=pl.String).alias("part"),
        )
        .select(list(VERSIONS))
    )
