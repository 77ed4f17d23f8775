"""Time 200,000 distinct agency names, and a corpus of as many reports with evidence.

Usage: ``python benchmarks/agency_names.py [NUMBER]``. Names are made from the gazetteer: every
county's government, office, departments and townships, with and without the places above.
"""

from __future__ import annotations

import random
import sys
import time
from itertools import islice

import polars as pl

from pipelines.agencies.names import parse_name
from pipelines.agencies.regions import gazetteer
from pipelines.agencies.resolve import resolve_agencies

ORGANS = (
    "人民政府",
    "人民政府办公室",
    "教育局",
    "财政局",
    "自然资源和规划局",
    "卫健委",
    "政务服务中心",
    "公安局",
    "税务局",
)


def names(number: int) -> list[tuple[str, str]]:
    """Distinct names, shuffled, each with its county's code."""
    places = gazetteer()

    def made() -> list[tuple[str, str]]:
        found = {}
        for division in places.by_key.values():
            for head in ("", division.city or "", division.province + (division.city or "")):
                for organ in ORGANS:
                    found[head + division.name + organ] = division.code
        for township, counties in places.townships.items():
            for county, _ in counties:
                for head in ("", county.name, (county.city or "") + county.name):
                    for tail in ("人民政府", ""):
                        found[head + township + tail] = county.code
        return list(found.items())

    everything = made()
    random.Random(2019).shuffle(everything)
    return list(islice(everything, number))


def main() -> None:
    """Print processor seconds for names alone and for a corpus."""
    number = int(sys.argv[1]) if len(sys.argv) > 1 else 200_000
    start = time.process_time()
    gazetteer()
    print(f"gazetteer {time.process_time() - start:.2f} s")
    sample = names(number)
    start = time.process_time()
    for name, _ in sample:
        parse_name(name)
    print(f"{len(sample)} names parsed {time.process_time() - start:.1f} s")
    reports = pl.DataFrame(
        [
            (f"r{i}", f"html/{i}.html", name, name + "2021年政府信息公开工作年度报告", 0.0, "")
            for i, (name, _) in enumerate(sample)
        ],
        schema=["report_id", "source_path", "agency_name_printed", "title", "regulation_in_force", "scope_cues"],
        orient="row",
    )
    evidence = pl.DataFrame(
        [(f"r{i}", "site_code", code + "0001", "foot") for i, (_, code) in enumerate(sample) if i % 2],
        schema=["report_id", "kind", "value", "locator"],
        orient="row",
    )
    start = time.process_time()
    found = resolve_agencies(reports, evidence, None)
    print(f"{reports.height} reports resolved {time.process_time() - start:.1f} s, {found.agencies.height} agencies")


if __name__ == "__main__":
    main()
