"""A parameter is one path, however TOML nests it: in quotes, bare, or as a table."""

import fake_evaluator as fake
import pytest

from fem_bump.errors import InputError
from geometry import DesignError
from geometry.design.parameters import override, parameter_exists
from geometry.design.paths import dotted, keys_of
from studies.cli import options
from studies.plan.cases import make_plan, value_of
from studies.plan.study import load_study

HEAD = 'schema = 1\nname = "s"\n'
PART = '[[part]]\nname = "p"\n'
BASE = """[base]
pad.material = "G"
[base.materials.G]
based_on = "Al"
"""
LAYER = "ubm.layers.cu.thickness_um"
YOUNG = "materials.G.young_mpa"
CONTACT = 'load.current.contact_resistivity_ohm_m2."ubm/pad"'
PEEL = 'metrics.strength."ubm/pad".peel_mpa'
LEVELS = {LAYER: (0.5, 1.0), YOUNG: (70000.0, 90000.0), CONTACT: (0.0, 1e-12), PEEL: (90.0, 95.0)}


def quoted(path):
    return f"'{path}'"


def nested(path, value):
    *parents, leaf = (dotted([key]) for key in keys_of(path))
    text = f"{leaf} = {value}"
    for key in reversed(parents):
        text = f"{key} = {{ {text} }}"
    return text


WRITTEN = {
    "quoted": lambda path, value: f"{quoted(path)} = {value}",
    "bare": lambda path, value: f"{path} = {value}",
    "inline": nested,
}
PLACES = {
    "factors": lambda line, path, low, high: f"[part.factors]\n{line(path, [low, high])}\n",
    "case": lambda line, path, low, high: (
        f"[[part.case]]\n{line(path, low)}\n[[part.case]]\n{line(path, high)}\n"
    ),
    "sampling": lambda line, path, low, high: (
        f"[part.sampling]\nn = 2\n[part.sampling.ranges]\n{line(path, [low, high])}\n"
    ),
    "set": lambda line, path, low, high: f"[part.set]\n{line(path, high)}\n",
}


def plan_of(tmp_path, text, head=HEAD):
    return make_plan(load_study(fake.write_study(tmp_path, text, head)), fake.case_key)


@pytest.mark.parametrize("path", LEVELS)
@pytest.mark.parametrize("written", WRITTEN)
@pytest.mark.parametrize("place", PLACES)
def test_a_path_is_the_same_with_and_without_quotes(tmp_path, path, written, place):
    low, high = LEVELS[path]
    plan = plan_of(tmp_path, BASE + PART + PLACES[place](WRITTEN[written], path, low, high))
    assert plan.valid == plan.cases
    found = [value_of(case.design, path) for case in plan.cases]
    assert all(low <= value <= high for value in found)
    assert len({case.key for case in plan.cases}) == len(set(found)) == len(plan.cases)
    if place in ("factors", "case"):
        assert found == [low, high]
    if place == "set":
        assert found == [high]


@pytest.mark.parametrize("written", WRITTEN)
@pytest.mark.parametrize("path", LEVELS)
def test_a_matcher_of_fields_is_a_path_too(tmp_path, written, path):
    low, high = LEVELS[path]
    line = WRITTEN[written](path, high)
    head = f'schema = 1\nname = "s"\nkeep_fields = [{{ {line} }}]\n'
    factors = PLACES["factors"](WRITTEN["quoted"], path, low, high)
    plan = plan_of(tmp_path, BASE + PART + factors, head)
    assert [case.keep_fields for case in plan.cases] == [False, True]


def test_a_wrong_property_is_refused_by_name(tmp_path):
    with pytest.raises((InputError, DesignError), match="young_gpa"):
        plan_of(tmp_path, BASE + PART + "[part.factors]\nmaterials.G.young_gpa = [1, 2]")
    with pytest.raises(InputError, match=r"'ubm\.layers\.cu\.thick' names no parameter"):
        plan_of(tmp_path, PART + "[part.factors]\nubm.layers.cu.thick = [1, 2]")


def test_whole_tables_are_levels(tmp_path):
    levels = "[{ underfill = { material = 'underfill' } }, { standoff_um = 50.0 }]"
    text = f"[base]\nbump.shape = 'reflowed'\n{PART}[part.factors]\nassembly = {levels}"
    assert all(case.design.assembly for case in plan_of(tmp_path, text).valid)
    text = PART + "[part.factors]\nload.thermal.stress_free_by_region_degc = [{}, { pad = 99.0 }]"
    plan = plan_of(tmp_path, text)
    assert plan.cases[1].design.load.thermal.stress_free_by_region_degc == {"pad": 99.0}
    assert plan.cases[1].label == "stress_free_by_region_degc { pad = 99 }"


@pytest.mark.parametrize("way", ["[part.set]", "[[part.case]]"])
@pytest.mark.parametrize("wrong", ["7", '"thick"', "true"])
def test_a_table_takes_the_place_of_what_is_none(tmp_path, way, wrong):
    text = f"[base]\npad = {wrong}\n{PART}{way}\npad = {{ thickness_um = 1.5 }}"
    (case,) = plan_of(tmp_path, text).valid
    assert case.design.pad.thickness_um == 1.5


@pytest.mark.parametrize(
    ("given", "value"),
    [
        (f"{CONTACT}=1e-12", {"ubm/pad": 1e-12}),
        ('metrics.strength."ubm/pad"={peel_mpa=100}', {"peel_mpa": 100}),
        ("""materials.'X$ [y]'={based_on="Al"}""", {"based_on": "Al"}),
        ('materials."a=b.c" = {based_on="Al"}', {"based_on": "Al"}),
    ],
)
def test_an_assignment_takes_keys_in_quotes(given, value):
    path, found = options._assignment(given)
    assert parameter_exists(path)
    data = override({}, {path: found})
    for key in keys_of(path)[:-1]:
        data = data[key]
    assert data[keys_of(path)[-1]] in (value, *value.values())


@pytest.mark.parametrize("given", ['a."b=1', "=1", '"a"b=1', "pad.thickness_um", 'a."b\nc"=1'])
def test_an_assignment_without_a_key_is_refused(given):
    with pytest.raises(InputError, match="must be KEY=VALUE"):
        options._assignment(given)


@pytest.mark.parametrize("keys", [("a", "b.c"), ("x", "ubm/pad"), ('q"', "\x7f\n"), ("", "铜")])
def test_keys_come_back_from_their_path(keys):
    assert keys_of(dotted(keys)) == keys
