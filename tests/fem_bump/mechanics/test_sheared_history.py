"""Histories of bodies that flow while a boundary moves sideways: harmonics that couple.

What must not couple: an elastic body (thermal_stress superposes), a shift of 0, the body carried
along as a whole; linear viscosity and the balance of work are those of the problem
``sheared_layers``. What must: a shift to the other side is the same turned by 180 degrees, and
more harmonics or more angles change ever less.
"""

import numpy as np
import pytest
from numpy.testing import assert_allclose

from fem_bump import InputError, Material, Model, stress_history, thermal_stress
from fem_bump.laws import J2, Anand
from fem_bump.verification.grids import grid

METAL = J2(20.0, kinematic_mpa=500.0)
POINTS = np.array([[1.0, 0.4, 2.8], [1.1, 0.9, 2.0]])
PATH = {"times_s": [0.0, 60.0], "temperatures_degc": [125.0, 25.0], "fixed": {"bottom": "z"}}
LAYERS = {"chip": (0, 3, 0, 0.75), "solder": (0, 3, 0.75, 2.25), "board": (0, 3, 2.25, 3)}


def layered(law, fine=1):
    solder = Material("solder", 40e3, 0.35, 22e-6, law=law)
    hard = Material("hard", 120e3, 0.3, 3e-6)
    mesh = grid(np.linspace(0, 3, 3 * fine + 1), np.linspace(0, 3, 4 * fine + 1), LAYERS)
    return Model(mesh, {"chip": hard, "solder": solder, "board": hard})


def history(model, shift=None, **more):
    given = {"stress_free_degc": 125.0, "tolerance": 1e-2, **PATH, **more}
    if shift is not None:
        start, stop = (given["times_s"][k] for k in (0, -1))
        moved = {
            name: lambda t, by=by: by * (t - start) / (stop - start) for name, by in shift.items()
        }
        given = {"harmonics": 2, **given, "lateral_shift_um": moved}
    return stress_history(model, **given)


SIDEWAYS = {"bottom": 0.0, "top": 0.01}


def test_an_elastic_body_is_shifted_as_thermal_stress_shifts_it():
    model = layered(None)
    elastic = thermal_stress(model, -100.0, 125.0, PATH["fixed"], lateral_shift_um=SIDEWAYS)
    found = history(model, SIDEWAYS).at(60.0)
    for angle in (0.0, 40.0, 180.0):
        assert_allclose(
            found.stress(POINTS, theta_deg=angle),
            elastic.stress(POINTS, theta_deg=angle),
            atol=1e-8,
        )
    assert_allclose(found.reaction_un("top"), elastic.reaction_un("top"), rtol=1e-9)
    assert found.strain_energy == pytest.approx(elastic.strain_energy, rel=1e-9)


@pytest.mark.slow
@pytest.mark.parametrize("by_um", [0.0, 0.5], ids=["still", "carried"])
def test_a_body_that_is_carried_along_has_its_axisymmetric_history(by_um):
    model = layered(METAL)
    plane = history(model).at(60.0)
    found = history(model, {"bottom": by_um, "top": by_um}).at(60.0)
    assert_allclose(found.u_um, plane.u_um, atol=1e-7 * np.abs(plane.u_um).max())
    assert_allclose(found.stress(POINTS, theta_deg=70.0)[:4], plane.stress(POINTS), atol=2e-5)
    strain = plane.mean_inelastic_strain("solder")
    assert strain > 1e-3
    assert_allclose(found.mean_inelastic_strain("solder"), strain, rtol=1e-6)
    assert_allclose(found.displacement(POINTS)[0] - plane.displacement(POINTS)[0], by_um, atol=1e-8)


@pytest.mark.slow
def test_a_shift_to_the_other_side_is_the_same_turned_around():
    model = layered(METAL)
    there, back = (history(model, {"bottom": 0.0, "top": by}).at(60.0) for by in (0.01, -0.01))
    for n in range(3):
        one, other = there.part(n).u_um, back.part(n).u_um
        assert_allclose(other, (-1) ** n * one, atol=1e-7 * np.abs(one).max())
    assert np.abs(there.part(2).u_um).max() > 0.01 * np.abs(there.part(0).u_um).max()
    assert there.inelastic_strain(POINTS[:, :1], theta_deg=0.0) == pytest.approx(
        back.inelastic_strain(POINTS[:, :1], theta_deg=180.0), rel=1e-6
    )


@pytest.fixture(scope="module")
def crept():
    """The layered body, its solder creeping, followed by ever more harmonics at more angles."""
    model = layered(Anand.of_set("SAC305, Motalab 2012"))
    pairs = ((2, 3), (2, 8), (4, 8), (6, 12))
    return {pair: history(model, SIDEWAYS, harmonics=pair[0], angles=pair[1]) for pair in pairs}


@pytest.mark.slow
def test_forces_balance_and_tractions_agree_from_both_sides(crept):
    state = crept[4, 8].at(60.0)
    assert_allclose(state.reaction_un("top"), -state.reaction_un("bottom"), rtol=1e-7)
    sides = [state.interface("solder", "board", side) for side in "ab"]
    for one in sides:
        assert_allclose(abs(one.lateral_force_un), state.reaction_un("top"), rtol=1e-6)
    for n in range(5):
        first, second = (one.amplitudes[n] for one in sides)
        assert_allclose(first, second, atol=1e-5 * np.abs(sides[0].amplitudes[1]).max())


@pytest.mark.slow
def test_more_harmonics_and_angles_change_ever_less(crept):
    best = crept[6, 12].at(60.0)
    off = {
        pair: abs(
            found.at(60.0).mean_inelastic_strain("solder") / best.mean_inelastic_strain("solder")
            - 1
        )
        for pair, found in crept.items()
    }
    assert off[4, 8] < 0.2 * off[2, 8] and off[4, 8] < 1e-3
    sizes = [np.abs(part.u_um).max() for part in best.parts[1:]]
    assert sizes[5] < 0.2 * sizes[2] and sizes[2] < 0.01 * sizes[0]


@pytest.mark.slow
def test_a_history_goes_on_from_a_checkpoint_with_its_angles():
    model = layered(METAL)
    times = {"times_s": [0.0, 30.0, 60.0], "temperatures_degc": [125.0, 75.0, 25.0]}
    found = history(model, SIDEWAYS, **times)
    again = history(model, SIDEWAYS, **times, initial=found.checkpoint(30.0))
    assert_allclose(again.at(60.0).part(2).u_um, found.at(60.0).part(2).u_um, atol=1e-9)
    with pytest.raises(InputError, match="other regions, laws or angles"):
        history(model, SIDEWAYS, **times, harmonics=3, initial=found.checkpoint(30.0))


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"lateral_shift_um": {"top": 0.1}}, "other end is free to follow"),
        ({"lateral_shift_um": {"nowhere": 0.1}}, "lateral_shift_um: .*nowhere"),
        ({"harmonics": 0}, "harmonics = 0 must be a whole number from 1 to 32"),
        ({"angles": 2}, "angles = 2 must be a whole number above harmonics = 2"),
        (
            {"lateral_shift_um": {"bottom": 0.0, "top": lambda t: str(t)}},
            "must be a finite number, um",
        ),
        ({"lateral_shift_um": {"bottom": 0.0, "top": np.nan}}, "must be a finite number, um"),
    ],
    ids=["free", "unknown", "harmonics", "angles", "text", "nan"],
)
def test_bad_shifts_are_refused(given, said):
    shift = {"lateral_shift_um": {"bottom": 0.0, "top": 0.01}, "harmonics": 2}
    with pytest.raises(InputError, match=said):
        history(layered(METAL), **{**shift, **given})
