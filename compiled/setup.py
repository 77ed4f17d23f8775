"""Compiles the reading core with mypyc from its own sources: ``make compiled`` runs this on a copy of the packages."""

from pathlib import Path

from mypyc.build import mypycify
from setuptools import setup

PACKAGES = ("pipelines/report", "pipelines/readers")
LEFT = {
    "__init__.py",  # the packages' doors import what they need only when asked
    "limits.py",  # tests and users set its bounds
    "doc.py",  # mypyc knows no lone surrogates
    "rtf.py",
}

OPTIONS = ["--ignore-missing-imports", "--no-warn-unused-ignores"]  # without the extra `ocr` its libraries are unknown

modules = [str(file) for package in PACKAGES for file in sorted(Path(package).glob("*.py")) if file.name not in LEFT]
setup(
    name="gongkai-compiled",
    packages=[],
    ext_modules=mypycify([*OPTIONS, *modules], opt_level="2", multi_file=True),
)
