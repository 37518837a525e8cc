"""The examples of the pages on own meshes run as they stand, one after the other on each page."""

import re
from pathlib import Path

import pytest

DOCS = Path(__file__).parents[3] / "docs"
PAGES = sorted((DOCS / "meshes").glob("*.md"))


def python_blocks(page):
    return re.findall(r"^```python\n(.*?)^```$", page.read_text(encoding="utf-8"), re.M | re.S)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_examples_run(page, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    blocks = python_blocks(page)
    assert blocks and any("assert np.isclose" in block for block in blocks)
    names = {"__name__": "example"}
    for block in blocks:
        exec(compile(block, str(page), "exec"), names)
    assert "current" in names


def test_entry_page_leads_to_every_page():
    entry = (DOCS / "own-meshes.md").read_text(encoding="utf-8")
    assert PAGES
    for page in PAGES:
        assert f"(meshes/{page.name})" in entry
