"""A page for each region: its years, its lower regions, its bodies. Static, so it needs no script."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from html import escape
from pathlib import Path
from typing import Any

import duckdb

from pipelines.site.charts import labels
from pipelines.site.html import card, label, number, places, sql, table, text
from pipelines.site.pages import agency_link, page
from pipelines.site.shards import Place

GROUPS = ("granted", "partially_granted", "denied", "unavailable", "not_processed", "other_handled")
MOST_UNPLACED = 300
QUERY = "SELECT * FROM mart_region_year WHERE region_code = '{}' ORDER BY report_year, report_scope;"


@dataclass
class Region:
    """One region: its place in the tree, its years, its own bodies (not those of lower regions)."""

    code: str
    name: str
    level: str
    years: list[dict[str, Any]] = field(default_factory=list)
    bodies: list[Place] = field(default_factory=list)
    children: list[str] = field(default_factory=list)

    @property
    def ancestors(self) -> list[str]:
        """The codes above this region, highest first."""
        above = [f"{self.code[:2]}0000", f"{self.code[:4]}00"]
        return [code for code in above if code != self.code]


def regions(connection: duckdb.DuckDBPyConnection, listed: list[Place]) -> dict[str, Region]:
    """Every region that a body is in, or above one, by code."""
    found: dict[str, Region] = {}
    for place in listed:
        if place.region_code is None:
            continue
        for region in _chain(place):
            found.setdefault(region.code, region)
        found[place.region_code].bodies.append(place)
    for region in found.values():
        region.name = region.name or _government(region)
        known = [code for code in region.ancestors if code in found]
        if known:
            found[known[-1]].children.append(region.code)
    rows = (
        connection.execute("FROM mart_region_year ORDER BY report_year DESC, report_scope").pl().iter_rows(named=True)
    )
    for row in rows:
        if row["region_code"] in found:
            found[row["region_code"]].years.append(row)
    return found


def write_regions(found: dict[str, Region], listed: list[Place], folder: Path, buckets: int) -> None:
    """Write one page a region and the page that lists the provinces, and bodies whose region nothing tells."""
    unplaced = [place for place in listed if place.region_code is None]
    target = folder / "region"
    target.mkdir()
    for region in found.values():
        (target / f"{region.code}.html").write_text(_page(region, found, buckets), encoding="utf-8")
    (folder / "regions.html").write_text(_tree(found, unplaced, buckets), encoding="utf-8")


def provinces(found: dict[str, Region]) -> list[tuple[str, str]]:
    """The highest regions, by code."""
    tops = [region for region in found.values() if not any(code in found for code in region.ancestors)]
    return [(region.code, region.name) for region in sorted(tops, key=lambda region: region.code)]


def _government(region: Region) -> str:
    """The name of a region that no gazetteer knows: its government's, else its code."""
    return next((place.name for place in region.bodies if place.agency_kind == "government"), region.code)


def _chain(place: Place) -> Iterable[Region]:
    code = place.region_code or ""
    named = (
        (f"{code[:2]}0000", place.province, "province"),
        (f"{code[:4]}00", place.city, "city"),
        (code, place.county, "county"),
    )
    told = {wanted: Region(wanted, name, level) for wanted, name, level in reversed(named) if name}
    told.setdefault(code, Region(code, "", next(level for wanted, _, level in named if wanted == code)))
    return [told[wanted] for wanted in dict.fromkeys(wanted for wanted, _, _ in named) if wanted in told]


def _tree(found: dict[str, Region], unplaced: list[Place], buckets: int) -> str:
    parts = []
    for code, name in provinces(found):
        children = sorted(found[code].children)
        links = "".join(_link(found[child], "region/") for child in children)
        parts.append(card(f'<a href="region/{code}.html">{escape(name)}</a>', places(links)))
    if unplaced:
        links = places(_bodies(unplaced[:MOST_UNPLACED], buckets, ""))
        parts.append(card(text("without_region"), links, f'<p class="note">{text("unplaced_note")}</p>'))
    return page("regions", f'<h1>{text("regions")}</h1><p class="lead">{text("region_intro")}</p>{"".join(parts)}')


def _link(region: Region, folder: str = "") -> str:
    return f'<li><a href="{folder}{region.code}.html">{escape(region.name)}</a></li>'


def _page(region: Region, found: dict[str, Region], buckets: int) -> str:
    above = " › ".join(
        f'<a href="{code}.html">{escape(found[code].name)}</a>' for code in region.ancestors if code in found
    )
    parts = [
        f'<p class="crumbs"><a href="../regions.html">{text("regions")}</a> › {above}</p><h1>{escape(region.name)}</h1>'
    ]
    parts.append(f'<p class="lead">{label("region_level", region.level)} · {region.code}</p>')
    own = [row for row in region.years if row["report_scope"] == "own"]
    consolidated = [row for row in region.years if row["report_scope"] == "consolidated"]
    for scope, note, rows in (
        ("own", "own_sum_note", own),
        ("consolidated", "consolidated_note", consolidated),
    ):
        if rows:
            title = f"{text('how_ended')} · {label('report_scope', scope)}"
            told = f'<p class="note">{text(note)}</p>'
            parts.append(card(title, told, _bars(rows), _years(rows), sql(QUERY.format(region.code))))
    if region.children:
        links = "".join(_link(found[child]) for child in sorted(region.children))
        parts.append(card(text("within"), places(links)))
    if region.bodies:
        parts.append(card(text("bodies"), places(_bodies(region.bodies, buckets, "../"))))
    return page("regions", "".join(parts), root="../", title=region.name)


def _bodies(bodies: list[Place], buckets: int, root: str) -> str:
    return "".join(
        f'<li><a href="{agency_link(place.agency_id, buckets, root)}">{escape(place.name)}</a>'
        f"<small>{place.reports}</small></li>"
        for place in bodies
    )


def _bars(rows: list[dict[str, Any]]) -> str:
    """Bars by year, a segment a disposition; the table beneath holds the same figures as text."""
    most = max((sum(row[group] or 0 for group in GROUPS) for row in rows), default=0)
    if not most:
        return ""
    lines = "".join(
        f'<span>{row["report_year"]}</span><span class="bar">{_segments(row, most)}</span>'
        f"<span>{number(row['total_handled'])}</span>"
        for row in rows
    )
    keys = "".join(
        f'<li><i style="background:{labels()["disposition", group]["colour"]}"></i>{label("disposition", group)}</li>'
        for group in GROUPS
    )
    return f'<div class="bars" aria-hidden="true">{lines}</div><ul class="key" aria-hidden="true">{keys}</ul>'


def _segments(row: dict[str, Any], most: int) -> str:
    return "".join(
        f'<i style="width:{100 * row[group] / most:.2f}%;background:{labels()["disposition", group]["colour"]}"></i>'
        for group in GROUPS
        if row[group]
    )


def _years(rows: list[dict[str, Any]]) -> str:
    heads = [text(key) for key in ("year", "report_count", "coverage", "new_received", "known")]
    heads += [label("disposition", group) for group in GROUPS] + [text("total_handled")]
    cells = [
        [
            str(row["report_year"]),
            number(row["reports"]),
            number(row["coverage"], "coverage") if row["report_scope"] == "own" else "",
            number(row["new_received"]),
            number(row["new_received_known_share"], "share"),
            *(number(row[group]) for group in GROUPS),
            number(row["total_handled"]),
        ]
        for row in rows
    ]
    return table(heads, cells, numeric=range(1, len(heads)))
