"""The list of licences names every package that the program needs, with what each one states."""

import runpy
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]


@pytest.fixture(scope="module")
def listed():
    text = (ROOT / "docs" / "licences.md").read_text(encoding="utf-8")
    rows = [line.strip("| ").split(" | ") for line in text.splitlines() if line.startswith("| ")]
    return {name: said for name, said in rows[1:]}


def test_every_package_is_listed_with_its_licence(listed):
    script = runpy.run_path(str(ROOT / "script" / "licences.py"))
    here = {name: script["licence"](name) for name in script["needed"]()}
    assert {"gmsh", "kvxopt", "numpy", "llvmlite"} <= set(here), "and what they need"
    assert {name: listed.get(name) for name in here} == here


def test_no_licence_is_unknown_or_closed(listed):
    free = ("MIT", "BSD", "Apache-2.0", "GPL", "PSF", "ISC", "0BSD", "Zlib", "CC0")
    assert [name for name, said in listed.items() if not any(f in said for f in free)] == []
