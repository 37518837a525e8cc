"""The page in a browser: it renders, answers, and asks nobody for anything."""

import json
import random

import pytest
from fabricated_run import GRID, run_folder
from headless import Page

from studies.figures.registry import FIGURES
from studies.report.page import write_report
from studies.results.results import Results
from studies.wording.labels import Measured, with_error

pytestmark = [pytest.mark.browser, pytest.mark.slow]

NASTY = "</script><script>window.bad = 1</script> \"q\" 'a' <b>&amp;"
METAL = "</script><i>\"M'"
TEXT = (
    'metrics = ["peel_max_ubm_pad", "resistance_mohm", "pad_lateral_density"]\n'
    + GRID.replace("The bump keeps its diameter", NASTY.replace('"', '\\"'))
    + f"""
[base.bump]
material = {json.dumps(METAL)}
[base.materials.{json.dumps(METAL)}]
young_mpa = 50000.0
poisson = 0.36
cte_per_k = 2.2e-5
conductivity_s_per_m = 7e6
"""
)
COUNT = "document.querySelector('.count').textContent"
OPEN = "document.querySelector('dialog').open"


def failing(case):
    return "failed" if case.part == "fixed" and case.number == 9 else None


@pytest.fixture(scope="module")
def results(tmp_path_factory):
    folder, _ = run_folder(tmp_path_factory.mktemp("explore") / "run", TEXT, failing, fields=True)
    with pytest.MonkeyPatch.context() as patch:  # drawing the others takes most of the time
        patch.setattr("studies.report.page.FIGURES", {"designs": FIGURES["designs"]})
        write_report(folder)
    return Results.read(folder)


@pytest.fixture(scope="module")
def opened(results, tmp_path_factory):
    page = Page((results.folder / "report.html").as_uri(), tmp_path_factory.mktemp("profile"))
    yield page
    page.close()


@pytest.fixture
def page(opened):
    """The page as it was when it was opened."""
    opened.until("document.documentElement.classList.contains('living')")
    opened.run("document.querySelector('dialog').close()")
    opened.settle()
    opened.run("[...document.querySelectorAll('.toolbar button')].at(-1).click()")
    opened.run("document.querySelectorAll('input[name=length]')[1].click()")
    opened.pointer("mouseMoved", 1, 1)
    return opened


def texts(page, selector):
    return page.run(f"[...document.querySelectorAll({json.dumps(selector)})].map(e=>e.textContent)")


def count(page, selector):
    return page.run(f"document.querySelectorAll({json.dumps(selector)}).length")


def rows(page):
    """The cells of the table of cases."""
    return page.run(
        "[...document.querySelectorAll('.case-table tbody tr')]"
        ".map(r => [...r.cells].map(c => c.textContent))"
    )


def test_everything_renders_and_nothing_is_asked_for(page, results):
    assert page.said == []
    assert [url for url in page.requests if not url.startswith("data:")] == [
        (results.folder / "report.html").as_uri()
    ]
    assert count(page, ".heat button.cell") == 18 and count(page, ".bundle path") == 17
    assert count(page, ".curve-plot .current .mean") == 1 and len(rows(page)) == 18
    assert page.run("[...document.images].every(i => i.naturalWidth > 0)")


def test_names_are_shown_and_not_run(page):
    assert page.run("window.bad === undefined") and count(page, "script") == 3
    assert any(NASTY in text for text in texts(page, ".heat caption"))
    page.run("document.querySelector('.heat .cell').click()")
    assert any(METAL in text for text in texts(page, "dialog .swatches li"))
    assert count(page, "#views b, .heat caption *, dialog .swatches li > :not(i:empty)") == 0


def test_numbers_are_those_of_the_report(page, results):
    said = dict(zip([(r[1], r[0]) for r in rows(page)], rows(page), strict=True))
    for row in results.solved:
        cells = [with_error(f.read(row, f.at(results.headline_um))) for f in results.shown]
        assert said[row["part"], str(row["case"])][-3:] == cells
    draw = random.Random(7)
    pairs = [
        (draw.uniform(-1, 1) * 10 ** draw.uniform(-6, 9), 10 ** draw.uniform(-7, 6))
        for _ in range(300)
    ]
    pairs += [(0.0, 0.0), (0.0004, 0.3), (1.5, None), (-2.0, 0.0)]
    found = page.run(
        f"import('report/numbers').then(m => {json.dumps(pairs)}"
        ".map(([value, error]) => m.withError({ value, error })))"
    )
    assert found == [with_error(Measured(*pair)) for pair in pairs]


def test_filters_grey_cases_in_every_view(page):
    word = "document.querySelector('input[type=search]')"
    page.run(f"{word}.value = 'full fixed 1'; {word}.dispatchEvent(new Event('input'))")
    assert page.run(COUNT) == "0 of 18 cases"
    page.run(f"{word}.value = 'fixed'; {word}.dispatchEvent(new Event('input'))")
    level = "document.querySelectorAll('.toolbar select')[1]"
    page.run(f"{level}.value = '2'; {level}.dispatchEvent(new Event('change'))")
    assert page.run(COUNT) == "3 of 18 cases"
    assert {tuple(row[1:3]) for row in rows(page)} == {("fixed", "1")}
    assert count(page, ".heat .cell.greyed") == 15 and count(page, ".bundle .greyed") == 15
    page.run("[...document.querySelectorAll('.toolbar button')].at(-1).click()")
    assert page.run(f"{word}.value + {level}.value") == "" and count(page, ".greyed") == 0


def test_heads_sort(page):
    head = (
        "[...document.querySelectorAll('.case-table .sort')].find(e => /^Peel/.test(e.textContent))"
    )
    page.run(f"{head}.focus()")
    page.key("Enter")
    values = [row[5] for row in rows(page)]
    assert values[0].startswith("−5.0") and values[-1] == "–"
    page.key("Enter")  # the head keeps the focus
    assert count(page, "[aria-sort=descending]") == 1
    values = [row[5] for row in rows(page)]
    assert values[0].startswith("295.0") and values[-1] == "–"
    page.run("document.querySelector('.case-table .sort').click()")


def test_brushes_by_pointer_and_by_keys(page):
    axis = "document.querySelector('[data-axis=peel_max_ubm_pad] {}')"
    x, y = page.middle(axis.format(".strip"))
    page.pointer("mousePressed", x, y - 20)
    page.pointer("mouseMoved", x, y - 100)
    page.pointer("mouseMoved", x, y - 200)
    page.pointer("mouseReleased", x, y - 200)
    assert page.run(COUNT) == "5 of 18 cases"  # full depth; one has no result
    assert count(page, ".bundle .greyed") == 12 and count(page, ".bundle path") == 17
    assert count(page, ".brush.set") == 1
    page.run(axis.format(".end:last-child") + ".focus()")
    page.key("Escape")
    assert page.run(COUNT) == "18 of 18 cases" and count(page, ".brush.set") == 0
    page.key("ArrowUp")
    lower = axis.format(".end:last-child")
    assert page.run(f"{lower}.getAttribute('aria-valuenow')") == "2"
    assert page.run(f"{lower}.getAttribute('aria-valuetext')") == "1.000 MPa"
    assert page.run(COUNT) == "11 of 18 cases"


def test_axes_turn_logarithmic_and_upside_down(page):
    head = "document.querySelector('.axis-head[data-axis={}] .{}')"
    line = "document.querySelector('.bundle [data-case=\"1\"]').getAttribute('d')"
    assert page.run(head.format("peel_max_ubm_pad", "isLog") + ".disabled")  # it has values below 0
    before = page.run(line)
    for name in ("isLog", "isFlipped"):
        page.run(head.format("pad_lateral_density", name) + ".click()")
        pressed = page.run(head.format("pad_lateral_density", name) + ".ariaPressed")
        assert pressed == "true" and page.run(line) != before
        page.run(head.format("pad_lateral_density", name) + ".click()")
        assert page.run(line) == before


def test_a_cell_opens_its_case(page):
    page.run("document.querySelector('.heat .cell[tabindex=\"0\"]').focus()")
    assert "Case growing 7: recess ratio 1" in page.run("document.activeElement.ariaLabel")
    assert "295.0 ± 0.5 MPa" in page.run("document.querySelector('#tip').textContent")
    page.key("ArrowDown", "ArrowRight", "Enter")
    assert page.run(OPEN) and page.run("location.hash") == "#case-5"
    said = page.run("document.querySelector('dialog').textContent")
    assert "Case growing 5: recess ratio 0.5, opening ratio 0.75" in said
    assert "145.0 ± 0.5" in said and "Nothing holds it axially" in said
    assert count(page, "dialog svg.section") == 2 and "pad: Al-0.5Cu" in said
    colours = (
        "(() => { const c = document.querySelector('dialog canvas'); if (c.width < 100) return 0;"
        "const d = c.getContext('2d').getImageData(0, 0, c.width, c.height).data;"
        "return new Set(Array.from({length: d.length / 4}, (_, k) => d[4 * k + 1])).size })()"
    )
    page.until(f"{colours} > 20")
    page.key("Escape")
    page.until("location.hash === '#explore'")  # the event of closing is queued
    assert not page.run(OPEN)
    page.run("location.hash = '#case-18'")
    page.until(OPEN)
    assert "failed: no convergence <in the solver>" in page.run(
        "document.querySelector('dialog').textContent"
    )
    page.run("document.querySelector('dialog header button').click()")  # previous
    assert "kept no fields" in page.run("document.querySelector('dialog').textContent")


def test_the_slider_runs_through_the_recess(page):
    slider = "document.querySelector('.slider')"
    readout = "document.querySelector('.readout').textContent"
    page.run(f"{slider}.focus()")
    page.key("Home")
    assert page.run(f"{slider}.ariaValueText") == "No recess"
    # means of the curve, of which the metric of this run knows nothing
    assert "Extreme mean over 1 µm: −5.0 ± 0.5 MPa" in page.run(readout)
    page.key("End")
    assert page.run(f"{slider}.ariaValueText") == "Full depth"
    assert "295.0 ± 0.5 MPa" in page.run(readout)
    page.run("document.querySelector('.curve-plot').focus()")
    page.key("End", "ArrowLeft")
    assert "300.0 MPa" in page.run("document.querySelector('.curve-plot').ariaValueText")


def test_every_plot_follows_the_averaging_length(page):
    path = "document.querySelector('.curve-plot .current .mean').getAttribute('d')"
    shown = (page.run(path), texts(page, ".heat .cell"), rows(page))
    page.run("document.querySelectorAll('input[name=length]')[0].focus()")
    page.key("ArrowLeft") if page.run("document.activeElement.value") != "0.5" else page.key(" ")
    assert page.run("document.querySelector('input[name=length]:checked').value") == "0.5"
    then = (page.run(path), texts(page, ".heat .cell"), rows(page))
    assert all(a != b for a, b in zip(shown, then, strict=True))
    assert "over 0.5 µm" in page.run("document.querySelector('.plot-view h4').textContent")
    assert any("over 0.5 µm" in text for text in texts(page, ".axis-head span"))
    assert "over 0.5 µm" in page.run("document.querySelector('.readout').textContent")


def test_lines_have_error_bars_and_points_that_open(page):
    page.run("[...document.querySelectorAll('input[name=plot]')][1].click()")
    assert count(page, ".line-plot .dot") == count(page, ".line-plot .bar") == 17
    page.run("document.querySelector('.dot[tabindex=\"0\"]').focus()")
    page.key("ArrowRight", "Enter")
    assert page.run(OPEN) and "growing 2" in page.run(
        "document.querySelector('dialog h2').textContent"
    )
    page.run("[...document.querySelectorAll('input[name=plot]')][0].click()")


def test_links_lead_somewhere(page):
    assert (
        page.run(
            "[...document.querySelectorAll('a[href^=\"#\"]')].map(a => a.hash.slice(1))"
            ".filter(id => !document.getElementById(id))"
        )
        == []
    )


def test_dark_print_and_narrow(page):
    ground = "getComputedStyle(document.body).backgroundColor"
    shown = "getComputedStyle(document.querySelector('{}')).display"
    assert page.run(ground) == "rgb(255, 255, 255)"
    page.media(scheme="dark")
    assert page.run(ground) == "rgb(21, 25, 29)"
    image = "getComputedStyle(document.querySelector('figure img')).backgroundColor"
    assert page.run(image) == "rgb(255, 255, 255)"
    page.media("print", "dark")
    assert page.run(ground) == "rgb(255, 255, 255)"
    for hidden in (".toolbar", ".plot-view", ".curves", ".axis-head button", "nav"):
        assert page.run(shown.format(hidden)) == "none"
    for printed in (".case-table table", ".parallel", "figure img"):
        assert page.run(shown.format(printed)) != "none"
    page.media()
    size = {"height": 800, "deviceScaleFactor": 1, "mobile": False}
    page.call("Emulation.setDeviceMetricsOverride", width=480, **size)
    page.until("document.documentElement.scrollWidth <= 480")
    page.call("Emulation.clearDeviceMetricsOverride")


def test_the_page_may_ask_nobody(page):
    """Last: the console tells of what is refused here."""
    assert page.said == []
    refused = page.run(
        "new Promise(done => { document.addEventListener('securitypolicyviolation',"
        "e => done(e.effectiveDirective)); new Image().src = 'http://127.0.0.1:9/x' })"
    )
    assert refused == "img-src"
