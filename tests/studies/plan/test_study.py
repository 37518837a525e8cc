"""The study file: what it accepts, and that each mistake is one sentence that names its place."""

import pytest
from fake_evaluator import HEAD, heights, write_study

from fem_bump.errors import InputError
from geometry import Design, DesignError
from studies.plan.study import find_file, load_study, shipped

PART = '[[part]]\nname = "p"\n'
MORE = '\n[[part]]\nname = "q"\nmore_of = "p"\n'


def test_dotted_keys_and_nested_tables_are_the_same(tmp_path):
    quoted = load_study(write_study(tmp_path, PART + '[part.factors]\n"pad.thickness_um" = [1, 2]'))
    nested = load_study(write_study(tmp_path, PART + "[part.factors]\npad.thickness_um = [1, 2]"))
    assert quoted == nested
    assert quoted.part[0].factors == {"pad.thickness_um": [1, 2]}


def test_a_table_valued_parameter_stays_one_path(tmp_path):
    text = PART + "[part.set]\nload.thermal.stress_free_by_region_degc = { passivation = 350 }"
    study = load_study(write_study(tmp_path, text))
    assert study.part[0].set == {"load.thermal.stress_free_by_region_degc": {"passivation": 350}}


def test_base_file_is_relative_to_the_study(tmp_path):
    (tmp_path / "base.toml").write_text("[pad]\nthickness_um = 2.0\n", encoding="utf-8")
    head = 'schema = 1\nname = "s"\nbase_file = "base.toml"\n'
    study = load_study(write_study(tmp_path, PART, head))
    assert study.base == {"pad": {"thickness_um": 2.0}, "mesh": {"accuracy": 0.02}}
    with pytest.raises(InputError, match="base or base_file, not both"):
        load_study(write_study(tmp_path, "[base]\nname = 'x'\n" + PART, head))
    (tmp_path / "base.toml").unlink()
    with pytest.raises(DesignError, match=r"cannot read .*base\.toml"):
        load_study(write_study(tmp_path, PART, head))


def test_meshes_are_adapted_unless_the_study_says_something_of_them(tmp_path):
    assert load_study(write_study(tmp_path, PART)).base["mesh"] == {"accuracy": 0.02}
    fixed = load_study(write_study(tmp_path, PART, 'schema = 1\nname = "s"\naccuracy = false\n'))
    assert fixed.base == {}
    for said in ("[part.factors]\nmesh.size_factor = [1, 2]", "[part.set]\nmesh.growth = 0.3"):
        assert "mesh" not in load_study(write_study(tmp_path, PART + said)).base
    coarse = load_study(write_study(tmp_path, "[base.mesh]\nsize_factor = 2.0\n" + PART))
    assert coarse.base["mesh"] == {"size_factor": 2.0} and coarse.accuracy is False
    with pytest.raises(InputError, match=r"accuracy = 0\.01 contradicts base\.mesh\.accuracy"):
        head = 'schema = 1\nname = "s"\naccuracy = 0.01\n[base.mesh]\naccuracy = 0.02\n'
        load_study(write_study(tmp_path, PART, head))


def test_cases_from_csv(tmp_path):
    (tmp_path / "cases.csv").write_text(
        "pad.material, pad.thickness_um,opening_ratio\nCu,2,0.7\n\nAl-0.5Cu,,0.8\n",
        encoding="utf-8",
    )
    study = load_study(write_study(tmp_path, PART + 'cases_csv = "cases.csv"'))
    assert study.part[0].case == [
        {"pad.material": "Cu", "pad.thickness_um": 2, "opening_ratio": 0.7},
        {"pad.material": "Al-0.5Cu", "opening_ratio": 0.8},
    ]


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "the key 'part' is missing"),
        ("colour = 1\n" + PART, "unknown key 'base.colour'|unknown key"),
        ('[[part]]\nname = "a b"', r"part\.1\.name = 'a b'"),
        (PART + PART, "part names must differ, 'p' is twice"),
        (PART + 'more_of = "q"', "more_of = 'q' must name a part of its own cases: none"),
        (PART + MORE, "further points are listed"),
        (PART + MORE + "[[part.case]]\npad.thickness_um = 1", "case 1 gives pad.thickness_um; it"),
        (
            PART
            + "[part.set]\npad.thickness_um = 2\n"
            + MORE
            + "[part.set]\npad.thickness_um = 1\n"
            "[[part.case]]\nopening_ratio = 0.6",
            "what 'p' sets is set here too",
        ),
        (PART + "[part.factors]\ndepth_ratio = [1]", "nearest: .*pad_etch.depth_ratio"),
        (PART + "[part.factors]\npad.thicknes_um = [1]", "nearest: pad.thickness_um"),
        (PART + "[part.set]\npad.glue = 1", "part 'p': set 'pad.glue' names no parameter"),
        (PART + "[[part.case]]\nx = 1", "part 'p': case 1 'x' names no parameter"),
        (PART + "[part.factors]\nvariant = 'no-recess'", "must be a list of levels"),
        (PART + "[part.factors]\nvariant = []", "must be a list of levels"),
        (PART + "zip = true", "zip = true needs factors"),
        (
            PART + "zip = true\n[part.factors]\nopening_ratio = [0.5]\npad.thickness_um = [1, 2]",
            "opening_ratio has 1, pad.thickness_um has 2",
        ),
        (
            PART + "[part.factors]\nopening_ratio = [0.5]\n[[part.case]]\nopening_ratio = 0.6",
            "only one of factors, case, cases_csv, sampling",
        ),
        (PART + "cases_csv = 'nosuch.csv'", "cannot read"),
        (PART + "[part.sampling]\nn = 3\nranges = { opening_ratio = [0.5, 0.8] }", "n = 2, 4, 8"),
        (PART + "[part.sampling]\nn = 4\nranges = { opening_ratio = [0.8, 0.5] }", "lowest, high"),
    ],
)
def test_mistakes_are_one_sentence(tmp_path, text, sentence):
    head = HEAD if "colour" not in text else 'schema = 1\nname = "s"\n'
    with pytest.raises(InputError, match=sentence) as error:
        load_study(write_study(tmp_path, text, head))
    assert "\n" not in str(error.value)


def test_an_unknown_path_in_keep_fields_is_named(tmp_path):
    head = 'schema = 1\nname = "s"\nkeep_fields = [{ opening = 0.5 }]\n'
    with pytest.raises(InputError, match="keep_fields 'opening' names no parameter"):
        load_study(write_study(tmp_path, heights(75.0), head))


def test_shipped_files():
    assert shipped("study") == [
        "liang-2006", "mask", "recess", "recess-cycling", "recess-decision",
        "recess-inelastic", "recess-lifetime",
        "recess-migration", "recess-probed", "recess-process", "recess-shear", "recess-trace",
    ]  # fmt: skip
    assert shipped("design") == [
        "cu-pillar", "default", "micro-bump", "wafer-bump", "wlcsp-ball",
    ]  # fmt: skip
    assert Design.from_toml(find_file("design", "default")) == Design()
    with pytest.raises(InputError, match="did you mean 'recess'"):
        find_file("study", "reces")
