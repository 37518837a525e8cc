"""The page on notebooks runs as it stands, one block after the other."""

import re
from pathlib import Path

import pytest

from groundwork.pictures import pictures

PAGE = Path(__file__).parents[3] / "docs" / "notebook.md"


@pytest.mark.slow
def test_the_blocks_of_the_page_run(tmp_path, monkeypatch):
    pytest.importorskip("xarray", reason="the extra [xarray] is not installed")
    monkeypatch.chdir(tmp_path)
    blocks = re.findall(r"^```python\n(.*?)^```$", PAGE.read_text(encoding="utf-8"), re.M | re.S)
    names = {"__name__": "example"}
    try:
        for block in blocks:
            exec(compile(block, str(PAGE), "exec"), names)
        assert len(blocks) == 5 and names["lowest"].loc["resistance_mohm"]
    finally:
        pictures.remove("curve of mine")
