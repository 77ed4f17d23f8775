"""The commands as a person types them."""

from __future__ import annotations

from pathlib import Path

import openpyxl
from click.testing import CliRunner, Result

from pipelines.cli import main
from tests.conftest import ROOT, Sample

SAMPLES = ROOT / "data" / "raw"


def run(*arguments: str | Path) -> Result:
    return CliRunner().invoke(main, [str(argument) for argument in arguments])


def test_explain_shows_every_cell_with_its_place() -> None:
    result = run("explain", SAMPLES / "yunze" / "government" / "2022.txt")
    assert result.exit_code == 0
    for words in ("section 3: 175 cells", "new_received/total: reported", "<- ", "at line "):
        assert words in result.output


def test_explain_says_why_a_file_gives_no_report() -> None:
    result = run("explain", SAMPLES / "others" / "notice.txt")
    assert result.exit_code == 0
    assert "quarantine: not_a_report" in result.output


def test_explain_reads_a_member_of_an_archive() -> None:
    result = run("explain", SAMPLES / "wupu" / "office" / "bundle.zip", "--member", "梧浦县档案局2024年年报.txt")
    assert "section 3: 175 cells" in result.output


def test_explain_of_an_archive_lists_what_it_holds() -> None:
    result = run("explain", SAMPLES / "wupu" / "office" / "bundle.zip")
    assert result.exit_code == 0
    assert "梧浦县档案局2024年年报.txt" in result.output


def test_labels_lists_wordings_the_vocabulary_lacks(sample: Sample) -> None:
    result = run("labels", "--raw", SAMPLES, "--warehouse", sample.warehouse)
    assert result.exit_code == 0
    assert result.output.startswith("# scope,code,text,seen_in")
    assert len(result.output.splitlines()) > 1


def test_a_raw_folder_that_is_not_there_is_named(tmp_path: Path) -> None:
    result = run("ingest", "--raw", tmp_path / "nowhere", "--warehouse", tmp_path / "w.duckdb")
    assert result.exit_code != 0
    assert "nowhere" in result.output
    assert not (tmp_path / "w.duckdb").exists()


def test_export_writes_a_workbook_of_one_agency(sample: Sample, tmp_path: Path) -> None:
    target = tmp_path / "city.xlsx"
    result = run("export", "--warehouse", sample.warehouse, "--agency", "云泽市人民政府", "--out", target)
    assert result.exit_code == 0, result.output
    sheets = openpyxl.load_workbook(target, read_only=True).sheetnames
    assert len(sheets) > 3


def test_export_names_what_is_near_an_unknown_agency(sample: Sample, tmp_path: Path) -> None:
    result = run("export", "--warehouse", sample.warehouse, "--agency", "云泽市政府", "--out", tmp_path / "x.xlsx")
    assert result.exit_code != 0
    assert "云泽市人民政府" in result.output
