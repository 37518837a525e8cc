"""What is said of material values of the wrong kind or in another unit: never a traceback."""

import numpy as np
import pytest

from fem_bump import InputError, Material, MaterialLibrary, current_flow
from fem_bump.body.model import Model
from fem_bump.verification.grids import grid

GOOD = {
    "young_mpa": 7e4,
    "poisson": 0.3,
    "cte_per_k": 2e-5,
    "resistivity_ohm_m": 2e-8,
    "resistivity_tcr_per_k": 4e-3,
}
KEYS = ("description", "note", "based_on", "conductivity_s_per_m", "yield_mpa", "category", *GOOD)
INNER = (
    "value", "unit", "range", "source", "validity", "verified", "confidence", "reference_degc",
)  # fmt: skip
WRONG = (
    "x", "20", True, None, [], [20], [[20]], ["a", "b"], {}, {"a": 1}, np.nan, np.inf, 1j, b"x",
    [[20, "x"]], {1, 2}, [[1, 2, 3]], [None], object(), np.array([1.0, 2.0]), np.array("x"),
    lambda t: "x", lambda t: None,
)  # fmt: skip


SHIPPED = MaterialLibrary()


def _refused_or_right(table):
    try:
        library = SHIPPED.extended({"m": table})
        found = library["m"]
        found.notes()
        library.record("m")
        if found.is_conductor:
            found.at("conductivity_s_per_m", 100.0)
    except InputError as error:
        assert "\n" not in str(error)
        return True
    return False


@pytest.mark.parametrize("wrong", WRONG, ids=lambda value: type(value).__name__)
@pytest.mark.parametrize("key", KEYS)
def test_any_key_of_the_wrong_kind_is_a_sentence(key, wrong):
    refused = _refused_or_right({**GOOD, key: wrong})
    assert refused or (key in ("description", "note") and isinstance(wrong, str))


@pytest.mark.parametrize("wrong", WRONG, ids=lambda value: type(value).__name__)
@pytest.mark.parametrize("key", INNER)
@pytest.mark.parametrize("table", [False, True])
def test_any_key_of_a_value_of_the_wrong_kind_is_a_sentence(key, wrong, table):
    for prop in GOOD:
        value = [[20, GOOD[prop]], [100, GOOD[prop]]] if table else GOOD[prop]
        data = {**GOOD, prop: {"value": value, key: wrong}}
        if table and prop == "resistivity_ohm_m":
            data.pop("resistivity_tcr_per_k")
        refused = _refused_or_right(data)
        plain = isinstance(wrong, str) and key in ("source", "validity")
        absent = wrong is None and key in ("range", "confidence", "reference_degc")
        assert refused or plain or absent or (key == "verified" and wrong is True)


def test_a_reference_in_kelvin_is_named():
    rho = {"value": 2e-8, "reference_degc": 293.15}
    with pytest.raises(InputError, match=r"reference_degc = 293.15 \(293.15 K would be 20 degC\)"):
        MaterialLibrary().extended({"m": {**GOOD, "resistivity_ohm_m": rho}})


@pytest.mark.parametrize(
    ("values", "said", "unsaid"),
    [
        ({"cte_per_k": 1.7e-8}, "credible is 0, or at least 1e-07 1/K in size", "-2e-05"),
        ({"cte_per_k": [(20, 2e-5), (100, 4e-4)]}, "credible is -2e-05 to 0.00035 1/K", "4e-10"),
        ({"poisson": -0.2}, "credible is 0 to 0.5", "0.5 1"),
    ],
)
def test_a_note_says_what_is_odd(values, said, unsaid):
    plain = {"young_mpa": 7e4, "poisson": 0.3, "cte_per_k": 2e-5}
    (note,) = Material("m", **{**plain, **values}).notes()
    assert said in note
    assert unsaid not in note


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (1.0, "at most 0.001 ohm m2: 1 ohm um2 would be 1e-12 ohm m2"),
        (0.1, "at most 0.001 ohm m2"),
        (-1e-12, "finite and >= 0"),
        ("1e-12", "finite and >= 0"),
        ([1e-12], "finite and >= 0"),
        (np.inf, "finite and >= 0"),
    ],
)
def test_a_contact_resistivity_that_no_contact_has(value, words):
    boxes = {"low": (0, 10, 0, 10), "up": (0, 10, 10, 20)}
    mesh = grid(np.linspace(0, 10, 4), np.linspace(0, 20, 5), boxes)
    metal = Material("metal", 7e4, 0.3, 2e-5, 3e7)
    model = Model(mesh, dict.fromkeys(boxes, metal))
    with pytest.raises(InputError) as caught:
        current_flow(model, 0.1, "bottom", "top", contact_resistivity_ohm_m2={"up/low": value})
    assert "contact resistivity of 'up/low'" in str(caught.value)
    assert words in str(caught.value)
