"""Harmonics of elasticity on several meshes: exactness, orders, and what superposition demands.

Rigid motions, lateral anisotropy, bending with one Poisson's ratio and layers in shear are exact on
any mesh; the errors of the manufactured eigenstrains, bonded bars and Saint-Venant's flexure fall
with order 3 in displacement and 2 in stress; a stepped bar twists as if it had no step away from
it; a shifted bar obeys beam theory, adds to the cool-down without changing it, and turns its sign
with the shift.
"""

import numpy as np
import pytest
from numpy.testing import assert_allclose
from skfem import MeshTri2

from fem_bump import Model
from fem_bump.errors import InputError
from fem_bump.mechanics.harmonic_elasticity import elastic_harmonic
from fem_bump.verification import balances
from fem_bump.verification.grids import grid
from fem_bump.verification.harmonics import (
    bonded_bars,
    compatible_eigenstrain,
    flexure,
    harmonic_balances,
    layered_cell,
    rigid_harmonics,
    shifted_bar,
    stepped_torsion,
)
from fem_bump.verification.harmonics.compatible_eigenstrain import Field
from fem_bump.verification.harmonics.harmonic_fields import centres, errors, hooke, prescribed
from fem_bump.verification.row import order

R, Z = np.array([0.45, 0.7, 0.95]), np.array([0.2, 0.6, 1.0])


@pytest.mark.parametrize("cells", [3, 5, 14])
@pytest.mark.parametrize("motion", rigid_harmonics.MOTIONS)
def test_rigid_motion_is_free_on_any_mesh(motion, cells):
    found = rigid_harmonics.solve(motion, cells)
    true = rigid_harmonics.MOTIONS[motion][1](*found.model.node_points_um)
    assert_allclose(found.u_um.T, true, rtol=0, atol=1e-10 * np.abs(true).max())
    stress = found.stress_at(*centres(found))
    assert_allclose(stress / 130e3, 0 * stress, rtol=0, atol=1e-10)


@pytest.mark.parametrize("motion", rigid_harmonics.MOTIONS)
def test_rigid_motion_is_free_with_curved_elements(motion):
    harmonic, displacement = rigid_harmonics.MOTIONS[motion]
    flat = grid(np.linspace(0, 2, 5), np.linspace(0, 1, 4))
    bent = MeshTri2.from_mesh(flat)
    r, z = bent.doflocs
    bent = MeshTri2(np.array([r * (1 + 0.1 * np.sin(2 * z)), z + 0.05 * r**2]), bent.t)
    mesh = bent.with_boundaries(flat.boundaries).with_subdomains(flat.subdomains)
    model = Model(mesh, {"body": rigid_harmonics.MATERIALS["upper"]})
    assert model.curved_elements.all()
    given = {"bottom": prescribed(displacement)}
    found = elastic_harmonic(model, harmonic, prescribed_um=given)
    true = displacement(*model.node_points_um)
    assert_allclose(found.u_um.T, true, rtol=0, atol=1e-10 * np.abs(true).max())
    stress = found.stress_at(*centres(found))
    assert_allclose(stress / 70e3, 0 * stress, rtol=0, atol=1e-10)


@pytest.mark.parametrize("harmonic", [0, 1, 2, 3, 5])
@pytest.mark.parametrize("r0", [0.0, 0.4])
def test_compatible_eigenstrain_orders(harmonic, r0):
    field = Field(harmonic, m=6e-4 if r0 else 0.0)
    cells = (6, 12, 24)
    found = [
        compatible_eigenstrain.found_errors(field, compatible_eigenstrain.solve(field, r0, n))
        for n in cells
    ]
    displacement, stress = np.array(found).T
    sizes = [1 / n for n in cells]
    assert_allclose(order(displacement, sizes), 3.0, rtol=0.05)
    assert order(stress, sizes) > 1.9
    assert displacement[-1] < 5e-5 and stress[-1] < 2e-3


@pytest.mark.parametrize("harmonic", [0, 1, 2])
@pytest.mark.parametrize("r0", [0.0, 0.4])
def test_free_body_of_any_harmonic_is_pinned_without_stress(harmonic, r0):
    field = Field(harmonic)
    scale = np.abs(hooke(field.strain(R, Z), compatible_eigenstrain.YOUNG, 0.3)).max()
    model = compatible_eigenstrain.body(r0, 12)
    found = elastic_harmonic(model, harmonic, eigenstrain=field.strain)
    held = compatible_eigenstrain.solve(field, r0, 12)
    stress, other = (one.stress_at(*centres(one)) for one in (found, held))
    assert np.abs(stress).max() < 0.05 * scale
    # which rigid motion is taken out changes nothing else
    assert_allclose(stress, other, rtol=0, atol=0.05 * scale)
    loaded = {"top": lambda r, z: np.array([1 + 0 * r, -1 + 0 * r, 1 + 0 * r])}
    if harmonic < 2:
        with pytest.raises(InputError, match="free to move"):
            elastic_harmonic(model, harmonic, traction_mpa=loaded)


@pytest.mark.parametrize("parts", [1, 3])
@pytest.mark.parametrize("compliant", [False, True])
def test_layers_in_shear_are_exact_on_any_mesh(parts, compliant):
    found = layered_cell.shift(parts, compliant)
    exact = layered_cell.shear_mpa(compliant)
    assert_allclose(found.reaction_un("top"), exact * np.pi * 4, rtol=1e-10)
    for side in "ab":
        traction = found.interface("upper", "lower", side).amplitudes[1]
        assert_allclose(traction[0], exact, rtol=1e-8)
        assert_allclose(traction[1], -exact, rtol=1e-8)
        assert_allclose(traction[2] / exact, 0 * traction[2], rtol=0, atol=1e-8)


def test_shear_vector_keeps_its_size_around_the_circle():
    found = layered_cell.shift(3, False).interface("upper", "lower")
    for turn in (0.0, 33.0, 90.0, 200.0):
        at = found.at(turn)
        size = np.hypot(at.shear_mpa, at.shear_theta_mpa)
        assert_allclose(size, layered_cell.shear_mpa(False), rtol=1e-8)


@pytest.mark.parametrize("poisson", [0.0, 0.3, 0.45])
def test_flexure_orders(poisson):
    state = flexure.Flexure(poisson)
    cells = (4, 8, 16)
    solved = [state.solve(n) for n in cells]
    found = np.array([errors(one, state.displacement, state.stress, poisson) for one in solved])
    sizes = [1 / n for n in cells]
    assert order(found[:, 0], sizes) > 2.9
    assert_allclose(order(found[:, 1], sizes), 2.0, rtol=0.05)
    nu = poisson
    exact = (3 + 2 * nu) / (2 * (1 + nu)), (1 + 2 * nu) / (1 + nu)
    assert_allclose(flexure.shear_ratios(solved[-1]), exact, rtol=2e-3)


@pytest.mark.parametrize("cells", [2, 5])
def test_bending_is_exact_on_any_mesh(cells):
    state, found = (
        bonded_bars.bending(bonded_bars.EQUAL),
        bonded_bars.bend(bonded_bars.EQUAL, cells),
    )
    assert bonded_bars.worst(found, state, "displacement") < 1e-10 * np.abs(found.u_um).max()
    largest = bonded_bars.YOUNG["shell"] * bonded_bars.CURVATURE * bonded_bars.OUTER_UM
    assert bonded_bars.worst(found, state, "stress") < 1e-10 * largest


def test_bent_bar_carries_its_moment():
    for poisson in (bonded_bars.EQUAL, bonded_bars.UNEQUAL):
        found = bonded_bars.bend(poisson, 10)
        force = found.nodal_forces(np.arange(found.model.mesh.nelements))
        bottom = found.model.boundary_nodes("bottom")
        r = found.model.node_points_um[0, bottom]
        # on the lower end the outward normal is -z
        moment = -(force[bottom, 2] @ r) / 2
        assert_allclose(moment, bonded_bars.moment_un_um(poisson), rtol=1e-8)


@pytest.mark.parametrize("case", ["bending", "anisotropic"])
def test_bonded_bars_orders(case):
    if case == "bending":
        state = bonded_bars.bending(bonded_bars.UNEQUAL)
        solved = [bonded_bars.bend(bonded_bars.UNEQUAL, n) for n in (8, 16, 32)]
    else:
        state = bonded_bars.anisotropic()
        solved = [bonded_bars.expand(n) for n in (8, 16, 32)]
    sizes = (4.0, 2.0, 1.0)
    for what, expected in (("displacement", 3.0), ("stress", 2.0)):
        wrong = [bonded_bars.worst(one, state, what) for one in solved]
        assert order(wrong, sizes) > 0.93 * expected


def test_step_is_felt_only_nearby():
    found = stepped_torsion.solve(5)
    for part, sign, end in (("thick", -1, 0.0), ("thin", 1, stepped_torsion.END_UM)):
        a = stepped_torsion.RADIUS_UM[part]
        z = stepped_torsion.STEP_UM + sign * a * np.array([0.2, 0.6, 1.0, 1.4])
        exact = 2 * stepped_torsion.TORQUE_UN_UM * 0.5 / (np.pi * a**3)
        at = np.array([np.full(4, 0.5 * a), z])
        apart = np.abs(found.stress(at, part)[5] / exact - 1)
        assert apart[0] > 1e-2
        # exp(-5.136 z / a): a factor of 8 per 0.4 a
        assert (apart[1:] < 0.25 * apart[:-1]).all()
        far = found.stress(np.array([[0.5 * a], [end]]), part)[5, 0]
        assert_allclose(far, exact, rtol=1e-6)


def test_shifted_bar_obeys_beam_theory():
    lengths = shifted_bar.LENGTHS_UM
    found = [
        shifted_bar.SHIFT_UM / shifted_bar.solve(length, 6).reaction_un("top") for length in lengths
    ]
    exact = 2.0**3 / (2 * shifted_bar.YOUNG * shifted_bar.INERTIA)
    assert_allclose(np.diff(found, 3)[0], exact, rtol=1e-6)
    # and Timoshenko's beam is approached as the ends' share falls with 1 / length
    nu = shifted_bar.POISSON
    softness = 1 / (shifted_bar.YOUNG * shifted_bar.INERTIA)
    shear = 2 * (7 + 6 * nu) / 6 / (shifted_bar.YOUNG * np.pi)
    apart = [
        1 - computed / (length**3 * softness / 12 + shear * length)
        for length, computed in zip(lengths, found, strict=True)
    ]
    assert 0.03 > apart[-1] > 0
    assert (np.diff(apart) < 0).all()


def test_compliant_face_lies_between_its_limits():
    """A soft foundation gives way, a hard one is the rigid face."""
    model = shifted_bar.bar(2.0, 6)
    rigid = shifted_bar.shift(model).reaction_un("top")
    area = np.pi * shifted_bar.RADIUS_UM**2
    soft, middle, hard = 1e-1, 1e4, 1e9  # MPa/um; the bar itself is of the order of 1e4
    found = {
        k: shifted_bar.shift(model, counter_stiffness_mpa_per_um={"top": k}).reaction_un("top")
        for k in (soft, middle, hard)
    }
    assert_allclose(found[soft], soft * area * shifted_bar.SHIFT_UM, rtol=1e-4)
    assert_allclose(found[hard], rigid, rtol=1e-3)
    assert 0.05 * rigid < found[middle] < 0.9 * rigid


def test_section_tractions_order():
    wrong = []
    for cells in (4, 8, 16):
        found = shifted_bar.solve(shifted_bar.LENGTH_UM, cells)
        cut = found.interface("upper", "lower")
        r = cut.line.model.node_points_um[0][cut.line.nodes].T
        exact = shifted_bar.section(r, found.reaction_un("top"))
        wrong.append(np.abs(cut.amplitudes[1] - exact).max())
    assert order(wrong, [4, 2, 1]) > 1.9


@pytest.fixture(scope="module")
def pad():
    return balances.build(2)


def test_shear_adds_to_the_cool_down_and_leaves_it_alone(pad):
    cooled = balances.cool(pad)
    both, cold = harmonic_balances.shear(pad), harmonic_balances.shear(pad, delta_t=0.0)
    scale = np.abs(cooled.u_um).max()
    assert_allclose(both.axisymmetric.u_um, cooled.u_um, rtol=0, atol=1e-10 * scale)
    assert_allclose(cold.axisymmetric.u_um / scale, 0 * cooled.u_um, rtol=0, atol=1e-12)
    place, turn = np.array([[1.0, 4.2], [2.0, 5.5]]), 50.0
    summed = cooled.stress(place)
    alone = cold.stress(place, theta_deg=turn)
    found = both.stress(place, theta_deg=turn)
    assert_allclose(found[:4], alone[:4] + summed, rtol=1e-7, atol=1e-7 * np.abs(found).max())
    assert_allclose(found[4:], alone[4:], rtol=1e-7, atol=1e-9 * np.abs(found).max())


def test_half_a_turn_is_a_reversed_shift(pad):
    cold = harmonic_balances.shear(pad, delta_t=0.0)
    place = np.array([[1.0, 4.2, 3.0], [2.0, 5.5, 7.0]])
    one, other = (cold.stress(place, theta_deg=turn) for turn in (25.0, 205.0))
    assert_allclose(other, -one, rtol=0, atol=1e-12 * np.abs(one).max())


@pytest.mark.parametrize("parts", [1, 2, 5])
def test_shear_force_and_moment_cross_every_lower_interface(parts):
    found = harmonic_balances.shear(balances.build(parts))
    force, moment, scale = harmonic_balances.crossing(found)
    assert found.reaction_un("top") > 0 and scale > 1e2
    assert_allclose((force - found.reaction_un("top")) / scale, 0, rtol=0, atol=1e-9)
    height = found.model.points_um[1].max()
    apart = (moment - found.moment_un_um("top")) / (scale * height)
    assert_allclose(apart, 0, rtol=0, atol=1e-9)
