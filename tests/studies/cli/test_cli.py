"""The command line: exit status, one sentence per mistake, and what is printed where."""

import json
import math
import os
import re
import subprocess
import sys
import types
from pathlib import Path

import fake_evaluator as fake
import pytest

from fem_bump.errors import AnalysisError
from fem_bump.verification.row import Row
from studies.cli import commands as cli
from studies.cli import options
from studies.results.notes import notes, sentences

ROOT = Path(__file__).parents[3]


@pytest.fixture
def call(tmp_path, monkeypatch, capsys):
    """Run the command in this process on the cheap evaluator: (status, stdout, stderr)."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("FAKE_LOG", str(tmp_path / "log"))
    monkeypatch.setenv("OMP_NUM_THREADS", "1")
    monkeypatch.setattr(options, "EVALUATOR", fake.SPEC)

    def write_report(folder, level="full", results=None):
        (folder / "report.html").write_text("<html/>", encoding="utf-8")
        return folder / "report.html"

    report = types.SimpleNamespace(write_report=write_report)
    monkeypatch.setitem(sys.modules, "studies.report.page", report)

    def call(*arguments):
        with pytest.raises(SystemExit) as stop:
            cli.main([str(argument) for argument in arguments])
        captured = capsys.readouterr()
        return stop.value.code or 0, captured.out, captured.err

    return call


def command(*arguments, **environment):
    """Run the command as a process of its own."""
    return subprocess.run(
        [sys.executable, "-m", "studies.cli", *map(str, arguments)],
        cwd=ROOT, env={**os.environ, **environment}, capture_output=True, text=True, timeout=120,
    )  # fmt: skip


def assert_bad_input(result, sentence):
    status, out, err = result
    assert status == 2 and out == ""
    assert err.startswith("fem-bump: ") and err.count("\n") == 1 and "Traceback" not in err
    assert re.search(sentence, err), err


BAD_DESIGNS = {
    "[pad]\nthickness_um = -1": r"pad\.thickness_um = -1",
    "[pad]\nthickness_um = nan": r"pad\.thickness_um = nan",
    "[pad_etch]\ndepth_ratio = 1.5": r"pad_etch\.depth_ratio = 1\.5",
    'variant = "full-depth"\n[pad_etch]\ndepth_ratio = 0.5': "contradicts",
    "[passivation]\nopening_diameter_um = 80": "must be smaller than pad.diameter_um = 80",
    "[ubm]\noverhang_um = -1": r"ubm\.overhang_um = -1",
    "[pad]\nthicknes_um = 1": "did you mean thickness_um",
    "[load.thermal.stress_free_by_region_degc]\nglue = 20": "unknown region 'glue'",
    "[pad\nthickness_um = 1": "is not valid TOML.*line 1",
}


@pytest.mark.parametrize("text", BAD_DESIGNS)
@pytest.mark.parametrize("way", ["solve", "base of a study"])
def test_bad_designs(call, tmp_path, text, way):
    (tmp_path / "x.toml").write_text(text + "\n", encoding="utf-8")
    if way == "solve":
        assert_bad_input(call("solve", "x.toml"), BAD_DESIGNS[text])
        return
    head = 'schema = 1\nname = "s"\nbase_file = "x.toml"\n'
    study = fake.write_study(tmp_path, fake.heights(75.0), head)
    assert_bad_input(call("run", study), BAD_DESIGNS[text])
    assert not (tmp_path / "results").exists()


BAD_STUDIES = {
    "[[part]\n": "small.toml' is not valid TOML",
    "[[part]]\nname='p'\n[part.factors]\npad_etch.depht_ratio=[1]": "nearest: pad_etch.depth_ratio",
    fake.heights(-1.0, -2.0): "none of its 2 cases is possible",
    fake.heights(fake.BAD_INPUT): "its only case .* is not possible.*no conductivity",
}


@pytest.mark.parametrize("text", BAD_STUDIES)
def test_bad_studies(call, tmp_path, text):
    status, out, err = call("run", fake.write_study(tmp_path, text))
    assert status == 2 and out == "" and "Traceback" not in err
    assert re.search(BAD_STUDIES[text], err.splitlines()[-1])


def test_solvers_load_while_a_study_for_a_new_folder_is_read(call, tmp_path, monkeypatch):
    loaded = []
    monkeypatch.setattr("studies.runs.workers.load_ahead", loaded.append)
    study = fake.write_study(tmp_path, "[[part]]\n")  # read, and refused: nothing later loads them
    for extra, times in (([], 1), (["--out", "new"], 2), (["--dry-run"], 2)):
        assert call("run", study, *extra)[0] == 2
        assert loaded == [fake.SPEC.partition(":")[0]] * times
    for folder, extra in (("results/small", []), ("there", ["--out", "there"])):
        (tmp_path / folder).mkdir(parents=True)
        assert call("run", study, *extra)[0] == 2
        assert len(loaded) == 2
    assert call("run", "nosuch")[0] == 2
    assert len(loaded) == 2


def test_names_that_are_neither_file_nor_shipped(call):
    assert_bad_input(call("run", "reces"), "no file 'reces'.*did you mean 'recess'")
    assert_bad_input(
        call("solve", "nosuch.toml"), "no file 'nosuch.toml'.*shipped: cu-pillar, default"
    )
    assert_bad_input(call("report", "nosuch"), "holds no study")


def test_a_design_is_no_study_and_the_reverse(call, tmp_path):
    (tmp_path / "x.toml").write_text("[pad]\nthickness_um = 1.0\n", encoding="utf-8")
    study = fake.write_study(tmp_path, fake.heights(75.0))
    assert_bad_input(call("run", "x.toml"), "'x.toml' is a design; fem-bump solve x.toml solves it")
    for command in ("solve", "check", "draw"):
        words = f"'{study}' is a study; fem-bump run {study} runs it"
        assert_bad_input(call(command, str(study)), re.escape(words))
    assert_bad_input(call("solve", "recess"), "is a study; fem-bump run recess")
    assert_bad_input(call("run", "default"), "is a design; fem-bump solve default")


def test_folder_of_another_study_is_untouched(call, tmp_path):
    study = fake.write_study(tmp_path, fake.heights(75.0))
    assert call("run", study, "--out", "out", "--jobs", 1)[0] == 0
    before = {path: path.read_bytes() for path in tmp_path.glob("out/**/*") if path.is_file()}
    study.write_text(study.read_text().replace('name = "small"', 'name = "other"'))
    for extra in ([], ["--dry-run"]):
        assert_bad_input(call("run", study, "--out", "out", *extra), "holds another study")
    after = {path: path.read_bytes() for path in tmp_path.glob("out/**/*") if path.is_file()}
    assert after == before


def test_run_prints_where_the_results_lie(call, tmp_path, monkeypatch):
    study = fake.write_study(tmp_path, fake.heights(70.0, 75.0, -1.0))
    status, out, err = call("run", study, "--jobs", 1)
    folder = Path("results") / "small"
    assert status == 0
    assert out.splitlines() == [
        "3 cases: 2 solved, 1 invalid (0 designs found stored)",
        f"table: {folder / 'table.csv'}",
        f"report: {folder / 'report.html'}",
    ]
    first, *lines = err.splitlines()
    assert first == "3 cases, 2 to solve"
    assert re.fullmatch(
        r"1/2 part only case 1 \| height_um 70 \| solved \| [\d.]+ s \| .* left", lines[0]
    )
    status, out, err = call("run", study, "--jobs", 1, "--no-report")
    assert status == 0 and "(2 designs found stored)" in out and "report" not in out
    assert err == "3 cases, 0 to solve\n"
    assert call("report", folder) == (0, f"report: {folder / 'report.html'}\n", "")
    monkeypatch.setenv("PATH", str(tmp_path))
    assert_bad_input(call("report", folder, "--format", "pdf"), "none of chromium, .* on the path")
    assert_bad_input(
        call("report", folder, "--level", "short"), "--level = 'short' must be 'brief'"
    )


def test_failed_case_is_status_1_and_the_rest_is_reported(call, tmp_path):
    study = fake.write_study(tmp_path, fake.heights(75.0, fake.NO_ANSWER))
    status, out, err = call("run", study, "--jobs", 1)
    assert status == 1 and "1 solved, 1 failed" in out and "report:" in out
    assert "failed: the stiffness matrix is singular" in err


def test_torn_record_is_announced(call, tmp_path):
    study = fake.write_study(tmp_path, fake.heights(75.0))
    call("run", study, "--jobs", 1)
    (record,) = tmp_path.glob("results/small/rows/*.rows")
    record.write_bytes(record.read_bytes()[:100])
    status, _, err = call("run", study, "--jobs", 1)
    assert status == 0 and f"fem-bump: the last record in {record.name} is discarded" in err
    assert len(fake.solved_keys(tmp_path / "log")) == 2


def test_dry_run_shows_the_table_and_solves_nothing(call, tmp_path):
    study = fake.write_study(tmp_path, fake.heights(70.0, 75.0, -1.0))
    status, out, _ = call("run", study, "--dry-run")
    assert status == 0 and out.endswith("3 cases, 2 valid, 0 already solved; 2 to solve\n")
    assert re.search(r"only +3 +-1 +invalid +bump\.height_um = -1 must", out)
    assert not (tmp_path / "results").exists() and not (tmp_path / "log").exists()
    call("run", study, "--jobs", 1)
    assert "2 already solved; 0 to solve" in call("run", study, "--dry-run")[1]


def test_dry_run_of_the_shipped_study(call):
    status, out, _ = call("run", "recess", "--dry-run")
    assert status == 0 and "63 cases, 63 valid, 0 already solved; 58 to solve" in out


def test_solve_json_is_one_strict_object(call, tmp_path):
    status, out, err = call("solve", "default", "--json", "--fields", "deep/er/fields.vtu")
    assert status == 0 and err == ""

    def refuse(constant):
        raise AssertionError(f"{constant} is no JSON")

    record = json.loads(out, parse_constant=refuse)
    assert list(record) == [
        "design", "metrics", "errors", "mesh", "meshes", "solver", "wall_s", "derived", "flags",
    ]  # fmt: skip
    assert record["metrics"]["peel_max_ubm_pad_L1_mpa"] is None
    assert set(record["metrics"]) == set(record["errors"])
    assert (tmp_path / "deep/er/fields.vtu").exists()


def test_solve_for_people(call):
    status, out, _ = call("solve", "default")
    assert status == 0
    assert re.search(r"current_density_max_bump_ubm_L1 +15000 +A/cm2 +0\.1", out)
    notes = [line for line in out.splitlines() if line.startswith("note: ")]
    assert notes == [
        "note: Nothing holds it axially, so that it is pinned at one node on the axis."
    ]


def test_flags_are_sentences_and_what_is_for_programs_is_not_shown():
    flags = {
        "window_clipped": True, "auto_pinned": False, "curve_theta_deg": 180.0,
        "dropped_conductors": "substrate_pad", "accuracy_missed": True,
        "notes": [
            "the vias feed the pad", "the accuracy of 0.01 was not reached within 9 unknowns",
        ],
    }  # fmt: skip
    assert sentences(flags) == [
        "UBM/pad is no longer than the headline averaging length and averaged whole.",
        "Not connected to both terminals and left out of conduction: substrate_pad.",
    ]
    assert notes(flags) == [
        "The vias feed the pad.", "The accuracy of 0.01 was not reached within 9 unknowns.",
    ]  # fmt: skip
    missed = [
        "crowding_in_plane_bump_ubm_L1 is known to 0.025 of its size", "peel_max_ubm_pad_L0.5_mpa.",
    ]  # fmt: skip
    assert notes({"notes": missed}) == [
        "Crowding in plane at bump/UBM, against an even feed averaged over 1 µm is known to 0.025 "
        "of its size.",
        "Peel at UBM/pad averaged over 0.5 µm.",
    ]
    assert notes({"notes": ["see mesh.most_unknowns"]}) == ["See mesh.most_unknowns."]
    assert sentences({}) == notes({}) == notes({"notes": []}) == []


def test_analysis_that_cannot_be_done_is_status_1(call, tmp_path):
    (tmp_path / "x.toml").write_text(f"[bump]\nheight_um = {fake.NO_ANSWER}\n", encoding="utf-8")
    assert call("solve", "x.toml") == (1, "", "fem-bump: the stiffness matrix is singular\n")


def test_a_bug_stays_a_traceback(call, tmp_path):
    (tmp_path / "x.toml").write_text(f"[bump]\nheight_um = {fake.BUG}\n", encoding="utf-8")
    with pytest.raises(TypeError, match="a typo"):
        cli.main(["solve", str(tmp_path / "x.toml")])


def test_verify_tells_whether_a_tangent_is_one(call, monkeypatch):
    status, out, _ = call("verify", "--tangent", "J2")
    assert status == 0 and "J2: the tangent is the derivative of the stress" in out
    monkeypatch.setattr("fem_bump.laws.tangent.DIFFERENCE", 1e-2)
    status, out, _ = call("verify", "--tangent", "J2")
    assert status == 1 and "is not" in out
    status, _, said = call("verify", "--tangent", "J3")
    assert status == 2 and "law 'J3' is unknown; known are" in said
    assert call("verify", "--tangent", "J2", "--estimators")[0] == 2


def test_verify_is_status_1_when_one_fails(call, monkeypatch):
    rows = {
        "lame": [Row("Lame", "s_rr", "MPa", 1.0, 1.0, 0.0, 1e-3, "Lame")],
        "le11": [Row("LE11", "s", "MPa", 2.0, 1.0, 1.0, 0.01, "NAFEMS")],
    }
    module = types.ModuleType("fem_bump.verification")
    module.PROBLEMS = tuple(rows)
    module.table = lambda names: [row for name in names for row in rows[name]]
    monkeypatch.setitem(sys.modules, "fem_bump.verification", module)
    status, out, _ = call("verify")
    assert status == 1 and out.endswith("1 of 2 passed\n") and "Lame" in out
    assert call("verify", "lame")[0] == 0
    assert call("verify", "le1") == (
        2, "", "fem-bump: problem 'le1' is unknown; did you mean le11?\n"
    )  # fmt: skip
    assert call("verify", "lame", "--tangent", "J2")[0] == 2


def test_verify_gives_its_rows_as_json(call):
    status, out, _ = call("verify", "thick_cylinder", "--json")
    found = json.loads(out)
    (rows,) = found["problems"].values()
    assert status == 0 and found["failed"] == 0 and all(row["passed"] for row in rows)
    by_order = [row for row in rows if row["sizes"]]
    assert [len(row["errors"]) for row in by_order] == [2]
    coarse, fine = by_order[0]["errors"]
    assert by_order[0]["computed"] == pytest.approx(math.log2(coarse / fine), rel=1e-12)


def test_draw_prints_the_pictures(call, monkeypatch, tmp_path):
    drawing = types.ModuleType("geometry.drawing.pictures")
    drawing.draw_design = lambda design, folder: [folder / f"{design.name}-section.png"]
    monkeypatch.setitem(sys.modules, "geometry.drawing.pictures", drawing)
    status, out, _ = call("draw", "default", "--out", "pictures")
    assert status == 0 and Path(out.strip()) == Path("pictures/default-section.png")
    (tmp_path / "file").write_text("")
    assert_bad_input(call("draw", "default", "--out", "file"), "cannot write to 'file'")


def test_errors_of_the_analysis_in_draw(call, monkeypatch):
    def draw_design(design, folder):
        raise AnalysisError("two\nlines")

    drawing = types.ModuleType("geometry.drawing.pictures")
    drawing.draw_design = draw_design
    monkeypatch.setitem(sys.modules, "geometry.drawing.pictures", drawing)
    assert call("draw", "default") == (1, "", "fem-bump: two lines\n")


@pytest.fixture
def drawn(monkeypatch):
    """Designs that would have been drawn, instead of the pictures."""
    designs = []

    def draw_design(design, folder):
        designs.append(design)
        return []

    def draw_film_strip(design, path):
        designs.append(design)
        return path

    drawing = types.ModuleType("geometry.drawing.pictures")
    drawing.draw_design, drawing.draw_film_strip = draw_design, draw_film_strip
    monkeypatch.setitem(sys.modules, "geometry.drawing.pictures", drawing)
    return designs


def test_claims_lists_every_recipe(call):
    status, out, err = call("claims")
    assert status == 0 and err == ""
    assert re.search(r"polyimide-mask-enhanced-ubm +12, 36 +any .*sputter \+ plated", out)
    assert re.search(r"passivation-mask-via-fed-central +7, 27, 38 .*central via", out)
    assert "claims 19, 32 leave UBM and bump open" in out


def test_draw_a_claim_with_values(call, drawn, tmp_path):
    (tmp_path / "mine.toml").write_text('name = "mine"\n[pad]\nthickness_um = 2.0\n')
    assert call("draw", "--claim", 8, "--variant", "full-depth", "--set", "pad.material=Cu",
                "--set", 'bump.material = "Sn63Pb37"')[0] == 0  # fmt: skip
    assert call("draw", "mine.toml", "--claim", "polyimide-mask-via-fed-central")[0] == 0
    assert call("draw", "mine.toml", "--variant", "no-recess", "--set", "via={}",
                "--set", "pad.feed=via")[0] == 0  # fmt: skip
    claim, both, plain = drawn
    assert (claim.name, claim.variant) == ("claim-8-full-depth", "full-depth")
    assert (claim.pad.material, claim.bump.material) == ("Cu", "Sn63Pb37")
    assert (both.name, both.pad.thickness_um, both.via.kind) == ("mine", 2.0, "central")
    assert both.polyimide is not None
    assert (plain.variant, plain.pad_etch.mask, plain.pad.feed) == (
        "no-recess", "passivation", "via",
    )  # fmt: skip


def test_draw_the_film_alone(call, drawn):
    status, out, _ = call("draw", "--claim", 12, "--film", "deep/er/film.svg")
    assert status == 0 and Path(out.strip()) == Path("deep/er/film.svg")
    assert Path("deep/er").is_dir() and drawn[0].ubm.enhanced
    assert_bad_input(call("draw", "default", "--film", "film.bmp"), "must end in .png, .svg, .pdf")


def test_solve_a_claim(call):
    status, out, _ = call("solve", "--claim", 11, "--set", "ubm.overhang_um=4.0", "--json")
    design = json.loads(out)["design"]
    assert status == 0 and design["pad_etch"]["mask"] == "polyimide"
    assert (design["pad"]["material"], design["ubm"]["overhang_um"]) == ("Cu", 4.0)


BAD_CLAIMS = {
    ("--claim", "41"): "claim = 41 does not exist; allowed are 1 to 40",
    ("--claim", "eight"): "'eight' is neither a claim",
    ("--claim", "9", "--variant", "full-depth"): "not claim 9.*step: pad etch",
    ("--claim", "25", "--set", "bump.shape=cylinder"): "must be 'reflowed'.*step: reflow",
    ("--claim", "8", "--set", "pad.thicknes_um=1"): "did you mean thickness_um",
    ("--claim", "8", "--set", "pad.thickness_um"): "must be KEY=VALUE",
    ("--claim", "8", "--set", "pad.thickness_um=1,5"): "must be KEY=VALUE",
    ("--claim", "8", "--set", "pad.thickness_um=Cu"): "= 'Cu' must be a number from 0.005 to 10000",
    ("default", "--variant", "half"): "variant = 'half'",
    (): "give a DESIGN, or --claim N",
}


@pytest.mark.parametrize("arguments", BAD_CLAIMS)
@pytest.mark.parametrize("command_name", ["draw", "solve"])
def test_bad_claims(call, drawn, command_name, arguments):
    assert_bad_input(call(command_name, *arguments), BAD_CLAIMS[arguments])
    assert not drawn


def test_usage_errors_are_status_2(call):
    assert call("run")[0] == 2
    assert call("run", "recess", "--jobs", "0")[0] == 2
    assert call("run", "recess", "--on-failure", "retry")[0] == 2
    assert call("nosuch")[0] == 2


def test_as_a_process(tmp_path):
    help_text = command("--help")
    assert help_text.returncode == 0 and help_text.stderr == ""
    for name in ("claims", "draw", "solve", "run", "report", "verify"):
        assert name in help_text.stdout
    (tmp_path / "x.toml").write_text("[pad]\nthickness_um = -1\n", encoding="utf-8")
    bad = command("solve", tmp_path / "x.toml")
    assert_bad_input((bad.returncode, bad.stdout, bad.stderr), r"pad\.thickness_um = -1")


def test_help_loads_nothing_heavy():
    code = "import sys, studies.cli.commands; print(*sys.modules)"
    loaded = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout.split()
    heavy = {"numpy", "pandas", "scipy", "skfem", "gmsh", "pydantic", "shapely", "numba", "pebble"}
    assert not heavy & set(loaded)
