from __future__ import annotations

import json
import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest

from pipelines.marts.export import export_all
from pipelines.marts.workbook import export_workbook
from pipelines.site.build import build_site
from pipelines.site.shards import bucket_count, bucket_of
from tests.marts.build_warehouse import REPORTS, Spec, build
from tests.site.browser import Browser, executable

HOSTILE = '<img src=x onerror="document.title=1"></script>&'


@pytest.fixture(scope="session")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The site of the small corpus, in which one agency bears a hostile name."""
    base = tmp_path_factory.mktemp("site")
    connection = build(base / "gongkai.duckdb")
    connection.execute("UPDATE dim_agency SET agency_name = ? WHERE agency_id = 'fin2'", [f"丁县财政局{HOSTILE}"])
    connection.execute(
        "UPDATE _report_wide SET source_url = 'https://www.example.gov.cn/1.html' WHERE report_id = 'fin23'"
    )
    connection.close()
    build_site(base / "gongkai.duckdb", base / "site")
    build_site(base / "gongkai.duckdb", base / "site")
    return base / "site"


class Links(HTMLParser):
    """Collects what a page points at and the ids it has."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.targets: list[str] = []
        self.ids: set[str] = set()
        self.tags: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        for name, value in attrs:
            if name in ("href", "src") and value:
                self.targets.append(value)
            if name == "id" and value:
                self.ids.add(value)


def pages(folder: Path) -> Iterator[tuple[Path, Links]]:
    """Every page with its links."""
    for path in folder.rglob("*.html"):
        yield path, Links(path.read_text(encoding="utf-8"))


def test_every_link_leads_somewhere_inside_the_site(folder: Path) -> None:
    for path, links in pages(folder):
        for target in links.targets:
            if target == "data:," or target.startswith("#"):
                continue
            file, _, fragment = target.partition("#")
            assert "://" not in target, (path, target)
            aimed = (path.parent / file).resolve()
            assert aimed.is_file(), (path, target)
            if aimed.name == "agency.html":
                bucket, agency = fragment.split("/")
                assert f'"{unquote(agency)}":' in (folder / "data" / "agency" / f"{bucket}.js").read_text(
                    encoding="utf-8"
                )


def test_nothing_points_outside(folder: Path) -> None:
    for path in folder.rglob("*"):
        if path.suffix in (".html", ".css"):
            content = path.read_text(encoding="utf-8")
            outside = {found for found in re.findall(r"(?:https?:)?//[\w.-]+", content) if "w3.org" not in found}
            assert not outside, (path, outside)


def test_every_chart_has_its_data_its_query_and_a_text_alternative(folder: Path) -> None:
    page = (folder / "index.html").read_text(encoding="utf-8")
    figures = re.findall(r"<figure.*?</figure>", page, flags=re.DOTALL)
    assert len(figures) == 6
    for figure in figures:
        assert figure.count('role="img" aria-label="') == 2
        assert "<svg" in figure
        assert "<table>" in figure
        assert "FROM mart_" in figure


def test_a_page_for_every_region(folder: Path) -> None:
    assert {path.stem for path in (folder / "region").iterdir()} == {"990000", "990100", "990101", "990102"}
    county = (folder / "region" / "990101.html").read_text(encoding="utf-8")
    assert "丙县" in county
    assert "mart_region_year WHERE region_code = &#x27;990101&#x27;" in county


def test_hostile_names_stay_text(folder: Path) -> None:
    for _, links in pages(folder):
        assert "img" not in links.tags


def shard(path: Path) -> Any:
    """What a data file hands over."""
    content = path.read_text(encoding="utf-8")
    return json.loads(content[content.index(",") + 1 : content.rindex(")")])


def test_shards_hold_every_cell_that_is_not_a_printed_zero(folder: Path) -> None:
    agencies = shard(folder / "data" / "agency" / "0.js")
    assert set(agencies) == {spec.agency_id for spec in REPORTS}
    report = agencies["fin"]["reports"][0]
    assert (report["id"], report["y"], report["p"]) == ("fin23", 2023, "fin/2023own.txt")
    cells = {cell[0]: cell[1:] for cell in report["a"]}
    assert cells[11] == [50, "r", None, "table 2"]
    assert cells[51] == [None, "b", None, None]
    assert cells[131] == [None, "u", None, "table 2"]
    assert 61 not in cells
    assert [finding[0] for finding in report["q"]] == ["application_balance", "unreadable_value"]
    hybrid = agencies["fin2"]["reports"][0]
    assert hybrid["o"] is True
    assert [241, 5, "r", None, "table 2"] in hybrid["a"]


def test_names_for_the_search(folder: Path) -> None:
    rows = shard(folder / "data" / "place" / "99.js")
    assert ["fin", 0, "丙县财政局", "甲省 乙市 丙县", "department", 2020, 2023] in rows


def test_an_empty_warehouse_gives_a_site_that_says_so(tmp_path: Path) -> None:
    build(tmp_path / "empty.duckdb", reports=[]).close()
    result = build_site(tmp_path / "empty.duckdb", tmp_path / "site")
    assert result.files > 10
    assert "暂无数据" in (tmp_path / "site" / "index.html").read_text(encoding="utf-8")


def test_an_agency_without_a_region_is_found_and_in_no_region(tmp_path: Path) -> None:
    connection = build(
        tmp_path / "w.duckdb", reports=[Spec("x", "fin", 2023, counts={"new_received": 1, "granted": 1})]
    )
    connection.execute("UPDATE dim_agency SET region_code = NULL, province = NULL, city = NULL, county = NULL")
    connection.close()
    build_site(tmp_path / "w.duckdb", tmp_path / "site")
    assert shard(tmp_path / "site" / "data" / "place" / "00.js")[0][0] == "fin"
    assert list((tmp_path / "site" / "region").iterdir()) == []
    assert "丙县财政局" in (tmp_path / "site" / "regions.html").read_text(encoding="utf-8")


def test_a_region_that_no_gazetteer_names_bears_its_government_s_name(tmp_path: Path) -> None:
    connection = build(
        tmp_path / "w.duckdb", reports=[Spec("x", "gov", 2023, counts={"new_received": 1, "granted": 1})]
    )
    connection.execute("UPDATE dim_agency SET province = NULL, city = NULL, county = NULL")
    connection.close()
    build_site(tmp_path / "w.duckdb", tmp_path / "site")
    assert "丙县人民政府" in (tmp_path / "site" / "regions.html").read_text(encoding="utf-8")
    assert (tmp_path / "site" / "region" / "990101.html").is_file()


def absurd(agency: str, odd: float) -> Spec:
    """A report in which every table holds an absurd figure."""
    return Spec(
        agency,
        agency,
        2023,
        cells={("granted", "natural_person"): odd, ("granted", "total"): odd},
        review={("reconsideration", "upheld"): odd, ("reconsideration", "total"): odd},
        proactive={("regulation", "issued"): odd, ("administrative_fee", "amount"): odd},
    )


def test_absurd_figures_break_nothing(tmp_path: Path) -> None:
    figures = {"fin": 1e300, "edu": -1e300, "sport": 1e19, "town": float("inf"), "office": 0.25}
    connection = build(tmp_path / "w.duckdb", reports=[absurd(agency, odd) for agency, odd in figures.items()])
    found = connection.execute("SELECT granted, regulation_issued, reconsideration_upheld FROM mart_report").fetchall()
    connection.close()
    assert found == [(None, None, None)] * len(figures)
    export_all(tmp_path / "w.duckdb", tmp_path / "export")
    export_workbook(tmp_path / "w.duckdb", tmp_path / "w.xlsx", agency="fin")
    build_site(tmp_path / "w.duckdb", tmp_path / "site")
    pages = shard(tmp_path / "site" / "data" / "agency" / "0.js")
    assert all(pages[agency]["reports"][0]["a"] for agency in figures)


def test_buckets_stay_small() -> None:
    buckets = bucket_count(170_000)
    sizes: dict[int, int] = {}
    for number in range(170_000):
        bucket = bucket_of(f"agency-{number}", buckets)
        sizes[bucket] = sizes.get(bucket, 0) + 1
    assert max(sizes.values()) < 64


@pytest.mark.skipif(executable() is None, reason="no Chromium")
def test_a_reader_goes_from_region_to_agency_to_cell_to_source(folder: Path, tmp_path: Path) -> None:
    browser = Browser(tmp_path / "profile")
    try:
        browser.open(f"{folder.as_uri()}/index.html?lang=en")
        assert browser.text("h1").startswith("China")
        assert browser.run("document.querySelector('#dispositions .en svg').getBoundingClientRect().width > 200")
        browser.click("a[href='region/990000.html']")
        browser.wait("document.querySelector('h1') && document.querySelector('h1').innerText === '甲省'")
        browser.click("a[href='990100.html']")
        browser.wait("document.querySelector('a[href=\"990101.html\"]')")
        browser.click("a[href='990101.html']")
        browser.wait("document.querySelector('h1').innerText === '丙县'")
        browser.click("a[href$='/fin']")
        browser.wait("document.querySelector('.matrix')")
        assert browser.text("h1") == "丙县财政局"
        # The denials for internal affairs, total column.
        row = "[...document.querySelectorAll('.matrix tbody tr')].find(r => r.innerText.includes('internal affairs'))"
        browser.run(f"{row}.querySelector('td.total button').click()")
        browser.wait("document.querySelector('dialog').open")
        shown = browser.text("dialog")
        assert "25" in shown
        assert "table 2" in shown
        assert "fin/2023own.txt" in shown
        assert "item_code = 'denied_internal_affairs'" in browser.run(
            "document.querySelector('dialog code').textContent + document.querySelector('dialog pre').textContent"
        )
        assert browser.run("document.querySelector('dialog a').href") == "https://www.example.gov.cn/1.html"
        browser.click("dialog button")
        browser.click("#language")
        assert browser.run("document.documentElement.lang") == "zh-Hans"
        assert "收到和处理" in browser.text("main")
        # The search finds the agency with the hostile name and shows it as text.
        browser.open(f"{folder.as_uri()}/agencies.html")
        browser.run("var q = document.getElementById('q'); q.value = '丁县'; q.dispatchEvent(new Event('input'))")
        browser.wait("document.querySelectorAll('.hits li').length === 1")
        assert HOSTILE in browser.text(".hits")
        assert [address for address in browser.requests if not address.startswith(("file://", "data:"))] == []
        assert browser.errors == []
    finally:
        browser.close()


@pytest.fixture
def browser(tmp_path: Path) -> Iterator[Browser]:
    """A browser of its own."""
    if executable() is None:
        pytest.skip("no Chromium")
    browser = Browser(tmp_path / "profile")
    yield browser
    browser.close()


def test_a_cell_is_read_with_the_keyboard_alone(folder: Path, browser: Browser) -> None:
    browser.open(f"{folder.as_uri()}/index.html")
    browser.press("Tab", code=9)
    assert browser.run("document.activeElement.className") == "skip"
    browser.press("Enter", code=13)
    assert browser.run("document.activeElement.id") == "main"
    browser.open(f"{folder.as_uri()}/agency.html#0/fin")
    browser.wait("document.querySelector('.matrix td.total button')")
    browser.run("document.querySelector('.matrix td.total button').focus()")
    assert browser.run("getComputedStyle(document.activeElement).outlineStyle") != "none"
    browser.press("Enter", code=13)
    browser.wait("document.querySelector('dialog').open")
    assert browser.run("document.querySelector('dialog').contains(document.activeElement)")
    browser.press("Escape", code=27)
    browser.wait("!document.querySelector('dialog').open")
    assert browser.run("document.activeElement.matches('.matrix td.total button')")


@pytest.mark.parametrize("page", ["index", "regions", "region/990101", "agencies", "agency", "quality", "questions"])
def test_a_phone_shows_every_page_without_moving_it_sideways(folder: Path, browser: Browser, page: str) -> None:
    browser.resize(390, 844)
    browser.open(f"{folder.as_uri()}/{page}.html" + ("#0/fin" if page == "agency" else ""))
    browser.wait("document.querySelector('h1')")
    assert browser.run("document.documentElement.scrollWidth") <= 390


LUMINANCE = """(selectors => {
  const channels = text => (text.match(/[\\d.]+/g) || []).map(Number);
  const light = rgb => rgb.slice(0, 3).map(c => c / 255)
    .map(c => c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4)
    .reduce((sum, c, i) => sum + c * [0.2126, 0.7152, 0.0722][i], 0);
  const behind = node => {
    for (let at = node; at; at = at.parentElement) {
      const found = channels(getComputedStyle(at).backgroundColor);
      if (found.length === 3 || found[3] > 0.99) return found;
    }
    return [255, 255, 255];
  };
  const poor = [];
  for (const node of document.querySelectorAll(selectors)) {
    const own = [...node.childNodes].some(child => child.nodeType === 3 && child.textContent.trim());
    if (!own || !node.getClientRects().length) continue;
    const style = getComputedStyle(node);
    const drawn = node.namespaceURI.endsWith('svg') ? style.fill : style.color;
    const [low, high] = [light(channels(drawn)), light(behind(node))].sort((a, b) => a - b);
    const contrast = (high + 0.05) / (low + 0.05);
    const name = node.className.baseVal ?? node.className;
    if (!(contrast >= 4.5)) poor.push([node.tagName, name, node.textContent.trim().slice(0, 20), contrast].join(' '));
  }
  return [...new Set(poor)];
})("""


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_text_stands_out_from_what_is_behind_it(folder: Path, browser: Browser, scheme: str) -> None:
    browser.show_as(prefers_color_scheme=scheme)
    for page in ("index.html", "region/990101.html", "quality.html", "questions.html", "agency.html#0/fin"):
        browser.open(f"{folder.as_uri()}/{page}")
        browser.wait("document.querySelector('h1')")
        # Texts within the coloured squares of the heat map keep their own ink in both schemes.
        checked = "body :not(script):not(style):not(#levels .role-mark text)"
        assert browser.run(f"{LUMINANCE}{json.dumps(checked)})") == [], page
