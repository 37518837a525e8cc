"""The documentation's site: every script of the gallery runs, Sphinx builds it without a warning.

Building it checks links and anchors within the site, references in docstrings, and that every page
stands in a section; pages that are written by the code are made for it. No example is run there.
"""

import re
import runpy
import subprocess
import sys
from pathlib import Path

import matplotlib
import pytest
from matplotlib import pyplot as plt
from matplotlib.figure import Figure

ROOT = Path(__file__).parents[1]
EXAMPLES = sorted((ROOT / "docs" / "examples").glob("*.py"))
SLOW = {"06_sweep", "11_notebook"}


@pytest.mark.parametrize(
    "script",
    [
        pytest.param(file, id=file.stem, marks=pytest.mark.slow if file.stem in SLOW else ())
        for file in EXAMPLES
    ],
)
def test_an_example_runs_and_leaves_a_picture(script, monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PYTHONPATH", str(ROOT))  # of programs that it starts
    monkeypatch.setattr("sys.argv", [str(script)])
    with matplotlib.rc_context({"backend": "agg"}):
        found = runpy.run_path(str(script), run_name="__main__")
    plt.close("all")
    assert any(isinstance(value, Figure) for value in found.values())


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_the_site_is_built_without_a_warning(tmp_path):
    pytest.importorskip("sphinx")
    command = [sys.executable, str(ROOT / "docs/site/build.py"), "--quick", "--out", str(tmp_path)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=570)
    assert done.returncode == 0, done.stdout + done.stderr
    index = Path(done.stdout.split()[-1])
    assert index.is_relative_to(tmp_path) and f'href="{index.parent.name}/' in (
        tmp_path / "index.html"
    ).read_text(encoding="utf-8")
    # what registries, models and problems say of themselves
    for page, text in {
        "reference/loads.html": "load.thermal",
        "reference/process-steps.html": "pad etch",
        "reference/laws.html": "Anand",
        "reference/design-keys.html": "least_continuous_um",
        "reference/command-line.html": "fem-bump verify",
        "reference/materials.html": "SAC305",
        "reference/python/fem_bump.html": "fem_bump.thermal_stress",
        "verification/elasticity.html": "Errors over mesh size",
        "limits.html": "not modelled",
        "gallery/index.html": "01_process",
    }.items():
        assert text in (index.parent / page).read_text(encoding="utf-8"), page
    assert requests_to_others(index.parent) == set()


def requests_to_others(folder):
    """Addresses on other sites that a page loads by itself: scripts, styles, pictures, fonts."""
    loads = re.compile(r"<(?:script|img|iframe|link)\b[^>]*\b(?:src|href)=\"(https?:[^\"]+)\"")
    return {
        address
        for page in folder.rglob("*.html")
        for address in loads.findall(page.read_text(encoding="utf-8"))
    }
