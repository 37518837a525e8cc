"""Figures and sections from outside: one module, and the report has them."""

import importlib
import sys

import pytest
from fabricated_run import run_folder

from studies.figures.registry import FIGURES, Figure
from studies.report.page import write_report
from studies.report.section import SECTIONS

MODULE = "tests.example_plugin.cost_report"
TEXT = """
metrics = ["resistance_mohm"]
[[part]]
name = "only"
[part.factors]
pad_etch.depth_ratio = [0.0, 1.0]
"""


@pytest.fixture
def clean(monkeypatch):
    """Registries that forget after the test what it added to them."""
    monkeypatch.delitem(sys.modules, MODULE, raising=False)
    yield
    FIGURES.remove("resistances")
    SECTIONS.remove("cost")


def holds_it(tmp_path, skip=lambda case: None):
    folder, _ = run_folder(tmp_path / "run", TEXT, skip)
    page = write_report(folder).read_text(encoding="utf-8")
    return folder, page


@pytest.mark.slow
def test_one_module_adds_a_figure_and_a_section(tmp_path, clean):
    importlib.import_module(MODULE)

    folder, page = holds_it(tmp_path)
    assert '<li><a href="#cost">What it costs</a></li>' in page
    assert page.index('id="curves"') < page.index('id="cost"') < page.index('id="maps"')
    assert "<p>2 cases cost &lt;3 pence each.</p>" in page and "Below 1 picture" in page
    assert "<h3>Drawn outside</h3>" in page and "Resistance (mΩ) of every case." in page
    assert (folder / "figures" / "resistances.svg").exists()


def test_a_section_that_does_not_apply_is_not_there(tmp_path, clean):
    importlib.import_module(MODULE)

    folder, page = holds_it(tmp_path, lambda case: "pending")
    assert "What it costs" not in page and not (folder / "figures" / "resistances.svg").exists()


def test_two_of_one_name_are_refused():
    other = Figure(FIGURES["designs"].name, "curves", lambda results: [])
    with pytest.raises(ValueError, match=r"two of fem_bump\.figures are called 'designs'"):
        FIGURES.add("designs", other)
