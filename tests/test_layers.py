"""The shape of the house: who may import whom, where Chinese stands, how long functions are."""

from __future__ import annotations

import ast
import importlib.metadata
import re
import statistics
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
SOURCES = sorted([*(ROOT / "pipelines").rglob("*.py"), *(ROOT / "schemas").rglob("*.py")])
HAN = re.compile("[\u3400-\u9fff]")
DAGSTER_KNOWERS = {"assets", "definitions", "resources", "cli", "summary", "sensors", "volume", "alerts"}
# Descriptions of tables and columns, Dagster's descriptions, the README's own name, and signs of punctuation.
HAN_ALLOWED = {
    "schemas/dimensions.py",
    "schemas/facts.py",
    "schemas/quality.py",
    "schemas/dictionary.py",
    "pipelines/assets.py",
    "pipelines/definitions.py",
    "pipelines/cli.py",
    "pipelines/readers/text.py",
    "pipelines/readers/html_flow.py",  # ranges of characters
}


def module(path: Path) -> str:
    return str(path.relative_to(ROOT).with_suffix("")).replace("/", ".").removesuffix(".__init__")


def imports(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def functions() -> Iterator[tuple[str, int]]:
    for path in SOURCES:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                body = node.body[1:] if ast.get_docstring(node) else node.body
                lines = (node.end_lineno or 0) - body[0].lineno + 1 if body else 0
                yield f"{module(path)}.{node.name}", lines


def test_schemas_import_nothing_of_ours() -> None:
    for path in (ROOT / "schemas").rglob("*.py"):
        assert not [name for name in imports(path) if name.startswith("pipelines")], path


def test_readers_know_no_form() -> None:
    for path in (ROOT / "pipelines" / "readers").rglob("*.py"):
        names = [n for n in imports(path) if n.startswith(("pipelines", "schemas"))]
        assert not [n for n in names if not n.startswith(("pipelines.readers", "schemas.vocabulary"))], path
        # of the vocabulary they read idioms of markup only, never the form's tables
        assert not {"rows", "codes"} & {n.rpartition(".")[2] for n in names}, path


def test_the_report_core_knows_no_file_format_no_dagster_no_duckdb() -> None:
    allowed = ("pipelines.readers.document", "pipelines.readers.errors")
    for path in (ROOT / "pipelines" / "report").rglob("*.py"):
        names = list(imports(path))
        assert not [n for n in names if n.split(".")[0] in {"dagster", "duckdb", "polars"}], path
        readers = [n for n in names if n.startswith("pipelines.readers.")]
        assert not [n for n in readers if not n.startswith(allowed)], path


def test_only_the_graph_knows_dagster() -> None:
    for path in (ROOT / "pipelines").rglob("*.py"):
        if any(name.split(".")[0] == "dagster" for name in imports(path)):
            assert path.stem in DAGSTER_KNOWERS, path


def test_chinese_is_data_and_not_code() -> None:
    for path in SOURCES:
        if str(path.relative_to(ROOT)) in HAN_ALLOWED:
            continue
        tree = ast.parse(path.read_text(encoding="utf-8"))
        documentation = {
            id(node.body[0].value)
            for node in ast.walk(tree)
            if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef)
            and node.body
            and isinstance(node.body[0], ast.Expr)
        }
        attributes = {id(n.value) for n in ast.walk(tree) if isinstance(n, ast.Expr)}
        literals = [
            node.value
            for node in ast.walk(tree)
            if isinstance(node, ast.Constant)
            and isinstance(node.value, str)
            and HAN.search(node.value)
            and id(node) not in documentation | attributes
        ]
        assert not literals, f"{path}: {literals[:3]}"


def test_functions_are_short_and_files_small() -> None:
    lengths = sorted(length for _, length in functions())
    assert statistics.median(lengths) <= 9
    assert lengths[int(len(lengths) * 0.9)] < 35
    too_long = [(name, length) for name, length in functions() if length > 60]
    assert not too_long
    large = [path.name for path in SOURCES if len(path.read_text(encoding="utf-8").splitlines()) > 400]
    assert not large


def test_every_public_function_is_documented() -> None:
    bare = [
        f"{module(path)}.{node.name}"
        for path in SOURCES
        for node in ast.parse(path.read_text(encoding="utf-8")).body
        if isinstance(node, ast.FunctionDef) and not node.name.startswith("_") and not ast.get_docstring(node)
    ]
    assert not bare


@pytest.mark.parametrize("word", ["/work/", "/tmp/", "pypi.org", "registry.npmjs"])
def test_no_file_names_a_machine_or_a_registry(word: str) -> None:
    kinds = {".py", ".md", ".toml", ".csv", ".txt", ".yaml", ".sql", ".html", ".js", ".css"}
    folders = ("pipelines", "schemas", "benchmarks", "requirements", "docs", "notebooks")
    files = [ROOT / "README.md", ROOT / "pyproject.toml", ROOT / "Makefile"]
    files += [path for folder in folders for path in (ROOT / folder).rglob("*") if path.suffix in kinds]
    assert not [path for path in files if path.exists() and word in path.read_text(encoding="utf-8", errors="replace")]


def test_what_a_module_imports_at_once_is_a_dependency_of_every_installation() -> None:
    declared = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["dependencies"]
    names = {re.split(r"[\[<>=~ ]", line)[0].lower() for line in declared}
    distributions = {
        name: {one.lower() for one in found} for name, found in importlib.metadata.packages_distributions().items()
    }
    ours = {"pipelines", "schemas", *sys.stdlib_module_names}
    lacking = {
        (str(path.relative_to(ROOT)), root)
        for path in SOURCES
        for root in imported_at_once(path)
        if root not in ours and not distributions.get(root, set()) & names
    }
    assert {place for place in lacking if place[1] not in {*OF_THE_EXTRA_OCR, *OF_DAGSTER}} == set()


def imported_at_once(path: Path) -> Iterator[str]:
    """The packages that a module needs to be imported at all."""
    for node in ast.parse(path.read_text(encoding="utf-8")).body:
        if isinstance(node, ast.Import):
            yield from (alias.name.split(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module.split(".")[0]


OF_THE_EXTRA_OCR = {"cv2", "rapidocr"}  # their modules are imported when the first scan comes
OF_DAGSTER = {"pydantic"}
