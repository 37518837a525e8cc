"""A brief report, and a report on paper."""

import re

import pytest
from fabricated_run import GRID, run_folder

from fem_bump.errors import AnalysisError, InputError
from studies.report import browser
from studies.report.page import write_report

FEW = 'metrics = ["peel_max_ubm_pad", "resistance_mohm"]\n'


@pytest.fixture(scope="module")
def brief(tmp_path_factory):
    folder, _ = run_folder(tmp_path_factory.mktemp("brief") / "run", FEW + GRID)
    (folder / "figures").mkdir()
    (folder / "figures" / "line-resistance.svg").write_text("of the full report")
    with pytest.MonkeyPatch.context() as patch:  # drawing takes most of the time
        patch.setattr("studies.report.page.FIGURES", {})
        return write_report(folder, "brief")


def test_a_brief_report_stands_beside_the_full_one(brief):
    page = brief.read_text(encoding="utf-8")
    assert brief.name == "report-brief.html" and not (brief.parent / "report.html").exists()
    assert (brief.parent / "figures" / "line-resistance.svg").exists()
    for name in ("findings", "designs", "comparison", "limits", "evidence"):
        assert f'<section id="{name}">' in page
    for name in ("explore", "maps", "materials", "provenance"):
        assert f'id="{name}"' not in page
    assert "<script" not in page


def test_its_links_lead_somewhere(brief):
    page = brief.read_text(encoding="utf-8")
    links = set(re.findall(r'href="#([^"]+)"', page))
    assert links and links <= set(re.findall(r'id="([^"]+)"', page))


@pytest.mark.slow
@pytest.mark.browser
def test_a_browser_prints_it(brief):
    if browser.browser() is None:
        pytest.skip("no Chromium on the path")
    path = browser.write_pdf(brief)
    data = path.read_bytes()
    assert path.name == "report-brief.pdf" and data.startswith(b"%PDF")
    assert len(re.findall(rb"/Type\s*/Page\b", data)) >= 3
    assert [file.name for file in brief.parent.glob("*.pdf")] == [path.name]


def test_no_browser_is_one_sentence(tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(
        InputError, match=r"none of chromium, .* is on the path; install one, or open"
    ):
        browser.write_pdf(tmp_path / "report.html")


def test_a_browser_that_prints_nothing_leaves_nothing(tmp_path, monkeypatch):
    dumb = tmp_path / "chromium"
    dumb.write_text("#!/bin/sh\necho out of order >&2\n")
    dumb.chmod(0o755)
    monkeypatch.setattr(browser, "browser", lambda: str(dumb))
    page = tmp_path / "report.html"
    page.write_text("<p>")
    with pytest.raises(AnalysisError, match="printed nothing: out of order"):
        browser.write_pdf(page)
    assert sorted(file.name for file in tmp_path.iterdir()) == ["chromium", "report.html"]
