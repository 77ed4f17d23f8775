"""What the READMEs promise is what the sample warehouse answers, in both languages."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from benchmarks.readme import BLOCK, PAGES, cookbook_page, page_of
from pipelines.cli import main
from tests.conftest import Sample

ROOT = Path(__file__).parent.parent


def page(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


@pytest.mark.parametrize("name", PAGES)
def test_every_answer_is_what_the_sample_warehouse_gives(name: str, sample: Sample) -> None:
    assert page_of(name, sample.warehouse) == page(name), "run: python -m benchmarks.readme WAREHOUSE"


def test_the_cookbook_page_gives_the_answers_of_the_sample_warehouse(sample: Sample) -> None:
    assert cookbook_page(sample.warehouse) == page("docs/cookbook.md"), "run: python -m benchmarks.readme WAREHOUSE"


def test_the_chinese_page_is_the_english_ones_twin() -> None:
    english, chinese = page("README.md"), page("README.zh.md")
    assert [m["query"] for m in BLOCK.finditer(english)] == [m["query"] for m in BLOCK.finditer(chinese)]
    for pattern in (r"^## ", r"```\w+", r"^\| `[^`]+`"):
        counts = [len(re.findall(pattern, text, re.MULTILINE)) for text in (english, chinese)]
        assert counts[0] == counts[1], pattern


@pytest.mark.parametrize("name", PAGES)
def test_links_lead_to_files(name: str) -> None:
    for target in re.findall(r"\]\((?!http|#)([^)]+)\)", page(name)):
        assert (ROOT / target).exists(), target


def test_every_command_is_named() -> None:
    for command in main.commands:
        assert f"gongkai {command}" in page("README.md")


def test_the_summary_says_what_a_person_needs(sample: Sample) -> None:
    for word in ("files", "reports", "findings", "quarantine", "published"):
        assert word in sample.printed
