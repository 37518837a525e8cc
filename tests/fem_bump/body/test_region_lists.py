"""Lists of regions in every form they are given in: each region once, or refused in a sentence."""

import numpy as np
import pytest
from numpy.testing import assert_allclose

from fem_bump import InputError, Material, Model, current_flow, thermal_stress
from fem_bump.body.cracks import open_crack
from fem_bump.verification.grids import grid

LOW = Material("low", 70e3, 0.33, 23e-6, conductivity_s_per_m=3.5e7)
UP = Material("up", 120e3, 0.34, 17e-6, conductivity_s_per_m=5e7)
TWO = {"low": LOW, "up": UP}
MESH = grid(
    np.linspace(0, 10, 7),
    np.linspace(0, 20, 9),
    {"low": (0, 10, 0, 10), "up": (0, 10, 10, 20)},
    interiors={"crack": (5, 10, 10, 10)},
)


@pytest.mark.parametrize(
    "members", [["up", "up"], ("up", "up", "up"), np.array(["up", "up"]), {"up"}, {"up": 1}.keys()]
)
@pytest.mark.parametrize("side", ["a", "b"])
def test_a_region_that_stands_twice_counts_once(members, side):
    model = Model(MESH, TWO, {"g": members})
    stress = thermal_stress(model, -100.0, 125.0, fixed={"bottom": "z"})
    one, two = (
        stress.interface(*((name, "low") if side == "a" else ("low", name)), side)
        for name in ("up", "g")
    )
    assert_allclose(two.peel_mpa, one.peel_mpa, rtol=1e-12)
    assert model.elements("g").tolist() == model.elements("up").tolist()
    flow = current_flow(model, 0.1, "bottom", "top")
    assert_allclose(flow.interface("g", "low").net_current_a, 0.1, rtol=1e-9)


@pytest.mark.parametrize(
    ("groups", "words"),
    [
        ({"g": "up"}, "group 'g' = 'up' is a text; a list of region names is needed"),
        ([["up"]], "is a list; a dictionary"),
        ("up", "is a str; a dictionary"),
        (3, "is a int; a dictionary"),
        ({"g": 3}, "group 'g' = 3 is a int"),
        ({"g": None}, "group 'g' = None"),
        ({"g": [3]}, "group 'g' holds 3, which is no text"),
        ({"g": [["up"]]}, "group 'g' holds"),
        ({"g": {"up": 1}}, "is a dict"),
        ({"g": []}, "group 'g' is empty"),
        ({3: ["up"]}, "groups has the name 3"),
        ({"g": ["up"], "h": ["g", "low"]}, "group 'h' holds the group 'g'; list its regions"),
        ({"g": ["up", "lo"]}, "unknown region 'lo'; did you mean low?"),
    ],
)
def test_groups_that_are_none_are_refused(groups, words):
    with pytest.raises(InputError) as caught:
        Model(MESH, TWO, groups)
    assert words in str(caught.value)


@pytest.mark.parametrize("regions", ["up", None, 3, [None], [["up"]], {"up": True}])
def test_insulated_regions_are_a_list(regions):
    with pytest.raises(InputError, match="insulated_regions"):
        current_flow(Model(MESH, TWO), 0.1, "bottom", "top", insulated_regions=regions)


@pytest.mark.parametrize("side", [[], None, 3, [3], {}, [None]])
def test_the_side_of_a_crack_is_a_region_or_a_list(side):
    with pytest.raises(InputError, match="side_a"):
        open_crack(MESH, side)
    assert open_crack(MESH, ["up", "up"]).nvertices == open_crack(MESH, "up").nvertices


@pytest.mark.parametrize("name", [None, 3, ["up"], ("up",)])
def test_a_region_is_named_by_a_text(name):
    model = Model(MESH, TWO)
    stress = thermal_stress(model, -100.0, 125.0, fixed={"bottom": "z"})
    with pytest.raises(InputError, match="is no region or group"):
        stress.interface(name, "low")


@pytest.mark.parametrize(
    ("materials", "words"),
    [
        ({"low": LOW, "up": "Cu"}, "region_materials['up'] = 'Cu' is a str; a Material is needed"),
        ({"low": LOW, "up": None}, "region_materials['up'] = None"),
        ({"low": LOW, "up": {"young_mpa": 1e5}}, "is a dict; a Material is needed"),
        ({"low": LOW, 3: UP}, "region_materials has the name 3"),
        (None, "region_materials is a NoneType"),
        ([LOW, UP], "region_materials is a list"),
        (LOW, "region_materials is a Material; a dictionary"),
    ],
)
def test_materials_that_are_none_are_refused(materials, words):
    with pytest.raises(InputError) as caught:
        Model(MESH, materials)
    assert words in str(caught.value)
