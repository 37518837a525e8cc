"""Names in a study are text everywhere: figures, the page, tables, terminals, files."""

import io
import json
import re
import sys

import fabricated_run
import pandas as pd
import pytest
from matplotlib.text import Text

from studies.cli import console
from studies.figures import method_plots, style
from studies.figures.album import Album, Rendered
from studies.figures.curve_plots import interface_curves
from studies.report.page import write_report
from studies.results.methods import compare
from studies.results.results import Entry, Results
from studies.results.table_files import write_table
from studies.wording.control_signs import CONTROLS, harmless

LONG = "Electroplated Cu, bath A, annealed 30 min at 200 degC (vendor 1, measured 2023-05)"
NAMES = (
    r"$Ni_{3}$Sn$_4 \um$", "Cu (lot A, 5$/g; B, 6$/g)", "铜（电镀）", "نحاس", "_Cu", "a\tb\x1b[31m",
    "<script>alert(1)</script>&\"q\"", "[red]50 % {x}[/blue]", "../a/b", LONG, LONG + "!",
)  # fmt: skip


def toml(text):
    return json.dumps(text)


def study(names, title="", part="p"):
    tables = "".join(f'[base.materials.{toml(n)}]\nbased_on = "Cu"\n' for n in names)
    levels = ", ".join(map(toml, [*names, "Al"]))
    return (
        f'{tables}[[part]]\nname = "{part}"\n'
        f"title = {toml(title)}\n[part.factors]\npad.material = [{levels}]\n"
        "pad.thickness_um = [0.8, 1.0]\n"
    )


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    title = 'Ti$a_1$ <b>&amp; "铜" [red]%s{0}'
    head = fabricated_run.HEAD.replace('"Made-up study"', toml(title))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(fabricated_run, "HEAD", head)
        folder = tmp_path_factory.mktemp("names") / "run"
        return fabricated_run.run_folder(folder, study(NAMES, title))[0]


@pytest.mark.slow
def test_solved_cases_end_in_a_report_whatever_their_names(run, caplog):
    write_table(run)
    page = write_report(run).read_text(encoding="utf-8")
    assert "<script>alert" not in page and "&lt;script&gt;alert(1)&lt;/script&gt;" in page
    assert "<title>Ti$a_1$ &lt;b&gt;&amp;amp;" in page
    notes = [r.getMessage() for r in caplog.records if "font" in r.getMessage()]
    assert len(notes) == 1 and "'铜（电镀）'" in notes[0]
    # stand-ins, and what they stand for: once in all, and under each figure that has them
    assert re.search(rf"<b>material \d</b> is {re.escape(LONG)}[;.]", page)
    captions = re.findall(r"<figcaption>(.*?)</figcaption>", page)
    assert any(re.search(rf"Material \d: {re.escape(LONG)}", caption) for caption in captions)


def test_the_tables_keep_the_names_as_given(run):
    write_table(run)
    for table in (pd.read_parquet(run / "table.parquet"), pd.read_csv(run / "table.csv")):
        assert list(dict.fromkeys(table["pad.material"])) == [*NAMES, "Al"]


def test_figures_show_a_name_or_its_stand_in(run):
    results = Results.read(run)
    assert set(results.names) == {*NAMES[2:6], NAMES[6], LONG, LONG + "!"}
    assert sorted(results.names.values()) == sorted(set(results.names.values()))
    found = compare(results)[0]
    figure = method_plots.paired_dots(found.choice, found.contrasts)
    style.render(figure, "png")
    seen = " ".join(text.get_text() for text in figure.findobj(Text))
    for name in NAMES[1:]:
        assert results.names.get(name, name) in seen, name
    renderer = figure.canvas.get_renderer()
    box = figure.legends[0].get_window_extent(renderer)
    assert box.x0 >= 0 and box.x1 <= figure.bbox.width


def test_nothing_is_renamed_without_need(tmp_path):
    folder = fabricated_run.run_folder(tmp_path / "run", study(["Kupfer A"]))[0]
    assert Results.read(folder).names == {}


def test_long_names_of_parts_have_stand_ins(tmp_path):
    part = "p" * 60
    results = Results.read(fabricated_run.run_folder(tmp_path / "run", study([], part=part))[0])
    assert results.names == {part: "part 1"} and list(results.parts) == ["part 1"]


@pytest.mark.parametrize("column", ["peel_mpa", "jn_a_per_cm2"])
def test_long_labels_stay_within_the_figure(tmp_path, column):
    results = Results.read(fabricated_run.run_folder(tmp_path / "run")[0])
    entries = [Entry(f"{k} " + "W" * 34, e.row, e.result) for k, e in enumerate(results.compared)]
    figure = interface_curves(entries, column, 1.0)
    style.render(figure, "png")
    box = figure.legends[0].get_window_extent(figure.canvas.get_renderer())
    assert box.x0 >= 0 and box.x1 <= figure.bbox.width


def test_figures_of_different_names_are_different_files(tmp_path):
    album = Album(tmp_path)
    for name in ("methods-materials.铜.based_on", "methods-materials.铝.based_on",
                 "methods-a", "methods-A", "methods-../../b", "methods-" + 300 * "x"):  # fmt: skip
        album.add(name, Rendered("", b"", b"<svg/>", "", "", "", 100))
    files = [path.name for path in tmp_path.iterdir()]
    assert len({name.casefold() for name in files}) == 12
    assert all(len(name) < 250 for name in files)


# ---------------------------------------------------------------------------- terminals


class Terminal(io.StringIO):
    def isatty(self):
        return True


def test_a_table_on_a_terminal_takes_no_name_for_markup(monkeypatch):
    monkeypatch.setattr(sys, "stdout", Terminal())
    console.print_table(["[/red]", "b"], [["[bold]x[/]", "a\x1b[31m"]], "t [/blue]")
    shown = sys.stdout.getvalue()
    assert "[/red]" in shown and "[bold]x[/]" in shown and "t [/blue]" in shown
    assert "\x1b[31m" not in shown and r"a\x1b[31m" in shown


def test_lines_stay_lines_and_give_a_terminal_no_commands(capsys):
    console.print_table(["a"], [["x\ny\x1b[2J"]], "t\nu")
    assert capsys.readouterr().out.splitlines() == [r"t\nu", "a", "-" * 11, r"x\ny\x1b[2J"]


@pytest.mark.parametrize("sign", ["\x00", "\x1b", "\u202e", "\u2066", "\u200f", "\x85"])
def test_signs_that_control_what_follows_are_codes_on_the_page(sign):
    assert sign not in harmless(f"a{sign}b") and harmless(f"a{sign}b").startswith("a\\")
    assert harmless("a\tb\nµ 铜 \u200d") == "a\tb\nµ 铜 \u200d"


@pytest.mark.slow
def test_a_page_turns_no_text_around(tmp_path):
    text = r"""
[base.materials."X\u202e"]
based_on = "Al"
[[part]]
name = "p"
title = "a\u202eb"
[part.factors]
pad.material = ["X\u202e", "Cu"]
"""
    folder, _ = fabricated_run.run_folder(tmp_path / "run", text)
    page = write_report(folder).read_text(encoding="utf-8")
    assert CONTROLS.findall(page) == [] and "X\\u202e" in page
