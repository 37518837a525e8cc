"""Lives to Black's constants on the command line: table, files, what designs take, refusals."""

import json

import pytest
from numpy.testing import assert_allclose

from fem_bump.errors import InputError
from geometry import Design
from geometry.design.parameters import override, read_toml
from studies.calibration.calibration_files import calibration_values
from studies.calibration.lives_table import example, read_lives
from studies.case.calibrated import calibration_of
from studies.cli import commands

HEAD = "time_h,density_a_per_cm2,temperature_degc,failed\n"
ROWS = """100,20000,150,yes
140,20000,150,yes
300,10000,150,yes
500,10000,150,yes
600,10000,150,no
900,10000,130,yes
700,10000,130,yes
"""


def write(tmp_path, text, name="lives.csv"):
    file = tmp_path / name
    file.write_text(text, encoding="utf-8")
    return file


def said(capsys, *arguments):
    """Exit status, and what stands on standard error."""
    with pytest.raises(SystemExit) as end:
        commands.main(["calibrate", *map(str, arguments)])
    return end.value.code, capsys.readouterr().err


@pytest.fixture(scope="module")
def written(tmp_path_factory):
    folder = tmp_path_factory.mktemp("calibration")
    table = write(folder, example())
    with pytest.raises(SystemExit) as end:
        commands.main(["calibrate", str(table), "--window", "1", "--out", str(folder)])
    assert end.value.code == 0
    return folder


def test_the_example_gives_toml_that_a_design_takes(written):
    found = json.loads((written / "calibration.json").read_text(encoding="utf-8"))
    assert found["samples"] == 30 and found["failures"] == 27
    assert found["exponent"]["low"] < 1.8 < found["exponent"]["high"]
    assert found["activation_ev"]["low"] < 0.9 < found["activation_ev"]["high"]
    assert set(found["log_likelihood"]) == {"lognormal", "weibull"}
    values = calibration_values(written / "calibration.toml")
    law = calibration_of(Design(**override({}, values)), "solder")
    assert_allclose(law.exponent, found["exponent"]["value"], rtol=1e-9)
    assert_allclose(law.covariance, found["covariance"], rtol=1e-9)
    whole = Design(**read_toml(written / "calibration.toml"))
    assert whole.metrics.calibration.solder.window_um == 1.0
    assert (written / "calibration.png").read_bytes().startswith(b"\x89PNG")


def test_currents_semicolons_decimal_commas_and_survivors(tmp_path):
    rows = [line.split(",") for line in ROWS.split()]
    alive = {"yes": "0", "no": "1"}
    body = "\n".join(f"{t},5;{int(j) / 1e5:g};{c};{alive[f]}".replace(".", ",")
                     for t, j, c, f in rows)  # fmt: skip
    lives, stress = read_lives(
        write(tmp_path, f"# a test\ntime_h;current_a;temperature_degc;censored\n{body}\n")
    )
    assert stress == "current_a"
    assert lives.time_h[0] == 100.5 and lives.density[0] == 0.2
    assert lives.failed.tolist() == [True] * 4 + [False] + [True] * 2


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        (HEAD + "100,10000,150,1\n50,20000,150,1\n", "Ea cannot be found: all failures are at one "
         "temperature, 150 degC, and n is not found either: 2 failures are too few"),
        (HEAD + ROWS.replace("20000", "5000"), "of these lives is not 0 to 50, as a design takes "
         "it: their lives do not get shorter with the density"),
        (HEAD + ROWS.replace(",130,", ",190,"), "eV (-"),
        (HEAD, "lives.csv"),
        (HEAD + ROWS.replace("140", "nan", 1), "time_h"),
        ("time_h,failed\n100,yes\n", "lacks the column 'temperature_degc'; it needs time_h"),
        ("time_h,temperature_degc,failed\n1,150,yes\n", "'density_a_per_cm2' or 'current_a'"),
        (HEAD.replace("failed", "broke") + ROWS, "a column 'broke' that is none of time_h"),
        (HEAD + ROWS.replace("100,", "-100,", 1), "time_h = -100 must be above 0"),
        (HEAD + ROWS.replace("20000", "0", 1), "density_a_per_cm2 = 0 must be above 0"),
        (HEAD + ROWS.replace("yes", "perhaps", 1), "failed = 'perhaps'; it must be yes or no"),
        (HEAD + ROWS.replace("100", "soon", 1), "sample 1: time_h = 'soon'; it must be a number"),
        (HEAD + ROWS.replace("yes", "no"), "neither n nor Ea can be found: no sample failed"),
        (HEAD + ROWS.replace(",130,", ",150,"), "Ea cannot be found: all failures are at one "
         "temperature, 150 degC, while n = "),
        (HEAD + ROWS.replace("20000", "10000"), "n cannot be found: all failures are at one "
         "current density, 10000, while Ea = "),
    ],
    ids=["few at one temperature", "longer with current", "longer with heat", "no samples",
         "not a number", "conditions", "stress", "unknown", "negative", "no current", "no word",
         "no number", "alive", "one temperature", "one density"],
)  # fmt: skip
def test_a_table_that_tells_nothing_is_refused_in_one_sentence(tmp_path, capsys, text, sentence):
    status, shown = said(capsys, write(tmp_path, text), "--out", tmp_path / "out")
    assert status == 2 and shown.count("\n") == 1 and sentence in shown, shown
    assert not (tmp_path / "out").exists()


def test_what_is_known_otherwise_is_held(tmp_path, capsys):
    table = write(tmp_path, HEAD + ROWS.replace(",130,", ",150,"))
    status, shown = said(capsys, table, "--activation-ev", 0.9, "--out", tmp_path)
    assert status == 0 and not shown
    found = json.loads((tmp_path / "calibration.json").read_text(encoding="utf-8"))
    assert set(found["activation_ev"].values()) == {0.9}


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["--window", "1"], "--window = 1 needs densities"),
        (["--exponent", "-1"], "--exponent = -1 must be above 0"),
        (["--distribution", "gamma"], "'gamma' must be 'lognormal' or 'weibull'"),
    ],
)
def test_options_that_cannot_be(tmp_path, capsys, arguments, sentence):
    table = write(tmp_path, HEAD.replace("density_a_per_cm2", "current_a") + ROWS)
    status, shown = said(capsys, table, *arguments)
    assert status == 2 and sentence in shown


def test_a_file_that_is_no_calibration_is_refused(tmp_path):
    file = write(tmp_path, 'variant = "full-depth"\n', "other.toml")
    with pytest.raises(InputError, match=r"must hold the table \[metrics.calibration.solder\]"):
        calibration_values(file)
