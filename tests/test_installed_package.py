"""A package installed beside the program adds a metric, a film, a load, a figure and a section.

Plan: install the example package as pip would, name none of its modules, and look for what its
entry points bring: in a solve as JSON and as text, in the design file's refusals, in drawing, film
strip and materials, in the key of a case, and in table, titles, figures and page of a study.
"""

import csv
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow
PACKAGE = Path(__file__).parent / "example_plugin"
COARSE = "mesh.size_factor=4"
PEEL, RMS = "peel_max_ubm_stress_buffer_L1_mpa", "peel_rms_ubm_stress_buffer_mpa"
STUDY = f"""
schema = 1
name = "buffered"
metrics = ["{RMS}", "peel_max_ubm_stress_buffer"]
[base.stress_buffer]
thickness_um = 2.0
[base.load.press]
depth_um = 0.1
[base.mesh]
size_factor = 6.0
[[part]]
name = "depth"
[part.factors]
pad_etch.depth_ratio = [0.0, 1.0]
"""


@pytest.fixture(scope="module")
def program(tmp_path_factory):
    """Run Python where the package is installed; gives what it printed."""
    folder = tmp_path_factory.mktemp("installed")
    source, site = folder / "source", folder / "site"
    shutil.copytree(PACKAGE, source, ignore=shutil.ignore_patterns("__pycache__"))
    pip = sys.executable, "-m", "pip", "--quiet", "--disable-pip-version-check", "install"
    alone = "--no-deps", "--no-build-isolation", "--no-index", "--target", site
    paths = os.pathsep.join(filter(None, [str(site), os.environ.get("PYTHONPATH")]))

    def run(*command, status=0, env=None):
        done = subprocess.run(command, capture_output=True, text=True, timeout=280, env=env)
        assert done.returncode == status, done.stdout + done.stderr
        return done.stdout + done.stderr

    run(*pip, *alone, source)
    beside = {**os.environ, "PYTHONPATH": paths}
    return lambda code, *said, **kwargs: run(
        sys.executable, "-c", code, *map(str, said), env=beside, **kwargs
    )


@pytest.fixture(scope="module")
def fem_bump(program):
    return lambda *said, **kwargs: program(
        "from studies.cli.commands import main; main()", *said, **kwargs
    )


@pytest.fixture(scope="module")
def buffered(tmp_path_factory):
    file = tmp_path_factory.mktemp("design") / "buffered.toml"
    file.write_text("[stress_buffer]\nthickness_um = 2.0\n")
    return file


def test_solve_has_metric_and_film_with_their_errors(fem_bump, buffered):
    said = json.loads(fem_bump("solve", buffered, "--set", COARSE, "--json"))
    assert said["metrics"][RMS] > abs(said["metrics"]["peel_mean_ubm_stress_buffer_mpa"])
    for name in (RMS, PEEL, "principal_max_stress_buffer_L1_mpa"):
        assert said["metrics"][name] > 0 and said["errors"][name] > 0
    assert list(said["metrics"])[-1].startswith("peel_rms_"), "after the program's own"
    film = {"material": "BCB", "thickness_um": 2.0, "opening_diameter_um": 60.0}
    assert said["design"]["stress_buffer"] == film
    rows = [line.split() for line in fem_bump("solve", buffered, "--set", COARSE).splitlines()]
    row = next(row for row in rows if row and row[0] == RMS.removesuffix("_mpa"))
    assert row[2] == "MPa" and float(row[1]) == pytest.approx(said["metrics"][RMS], rel=1e-2)


def test_solve_has_the_load(fem_bump):
    def mean(depth):
        asked = "--set", f"load.press.depth_um={depth}", "--set", COARSE, "--json"
        said = json.loads(fem_bump("solve", "default", *asked))
        assert said["design"]["load"]["press"] == {"depth_um": depth}
        return said["metrics"]["peel_mean_ubm_pad_mpa"]

    assert mean(0.2) < mean(0.1) < mean(0.0), "it presses"


@pytest.mark.parametrize(
    ("value", "match"),
    [
        ("stress_buffer.thickness_um=-1", "(step: stress buffer coating)"),
        ("stress_buffer.material='x'", "(step: stress buffer coating)"),
        ("load.press.depth_um=-1", "load.press.depth_um = -1 must be a number from 0 to 100"),
    ],
)
def test_what_cannot_be_made_is_refused(fem_bump, value, match):
    said = fem_bump("draw", "default", "--set", value, status=2)
    assert match in said and "Traceback" not in said


def test_schema_and_check_have_film_and_load(fem_bump, buffered):
    schema = json.loads(fem_bump("schema"))["properties"]
    assert schema["stress_buffer"]["properties"]["thickness_um"]["maximum"] == 1e4
    assert "depth_um" in schema["load"]["properties"]["press"]["properties"]
    shown = json.loads(fem_bump("check", buffered, "--set", "load.press.depth_um=0.1", "--json"))
    rows = {row["key"]: row for row in shown["keys"]}
    assert rows["stress_buffer.thickness_um"]["credible"] == "0.1 to 100"
    assert rows["load.press.depth_um"]["given"] == "file"
    assert shown["used_by"]["BCB"] == ["stress_buffer.material"]


def test_drawing_and_film_strip_show_the_film(fem_bump, program, buffered, tmp_path):
    strip = tmp_path / "strip.svg"
    fem_bump("draw", buffered, "--film", strip)
    drawn = strip.read_text(encoding="utf-8")
    for text in ("4  stress buffer coated", "5  stress buffer opened", "stress_buffer (BCB)"):
        assert f"<!-- {text} -->" in drawn
    assert "#d07fb0" in drawn
    section = (
        "import sys; from geometry import Design, build_cross_section\n"
        "build_cross_section(Design.from_toml(sys.argv[1])).plot().savefig(sys.argv[2])\n"
    )
    program(section, buffered, tmp_path / "section.svg")
    assert "#d07fb0" in (tmp_path / "section.svg").read_text(encoding="utf-8")


def test_a_study_has_all_of_it(fem_bump, tmp_path):
    file, out = tmp_path / "buffered.toml", tmp_path / "out"
    file.write_text(STUDY)
    fem_bump("run", file, "--jobs", "1", "--out", out)
    with open(out / "table.csv", newline="", encoding="utf-8") as table:
        rows = list(csv.DictReader(table))
    assert len(rows) == 2
    for row in rows:
        assert all(float(row[name]) > 0 and float(row[f"error_{name}"]) > 0 for name in (RMS, PEEL))
    page = (out / "report.html").read_text(encoding="utf-8")
    title = "Root mean square of peel at UBM/stress_buffer"
    assert f"<tr><td>{title}</td>" in page, "the comparison"
    assert f'<p class="verdict">{title}: ' in page, "a finding"
    assert f"<tr><td>{title} (MPa)</td>" in page, "the first page"
    assert "Peel stress at UBM/stress_buffer" in page
    assert "<h3>BCB</h3>" in page, "the materials"
    assert "after reflow, pressed from above, elastic" in page, "the state shown"
    assert "A die presses the bump&#39;s top down by 0.1 µm." in page, "the loads"
    assert "<h3>The press: how deep</h3>" in page, "what is found of the loads"
    assert '<li><a href="#cost">What it costs</a></li>' in page
    assert "<p>2 cases cost &lt;3 pence each.</p>" in page and "Below 1 picture" in page
    assert "<h3>Drawn outside</h3>" in page and (out / "figures" / "resistances.svg").exists()


def test_its_sources_decide_which_cases_are_solved(program):
    changes = (
        "import os, sys; from importlib import import_module\n"
        "from geometry import Design; from studies.solving.evaluate import case_key\n"
        "data = {'stress_buffer': {}, 'load': {'press': {}}}\n"
        "for name in sys.argv[2:]:\n"
        "    if os.fork():\n"  # what a process has hashed it does not hash again
        "        os.wait()\n"
        "        continue\n"
        "    module, before = import_module(name), case_key(Design(**data))\n"
        "    module.__file__ = sys.argv[1]\n"
        "    print(name, before != case_key(Design(**data)), flush=True)\n"
        "    os._exit(0)\n"
    )
    modules = "stress_buffer", "rms_peel", "press"
    said = program(changes, __file__, *modules).split()
    assert said == [word for name in modules for word in (name, "True")]
