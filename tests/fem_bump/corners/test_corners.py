"""Wedge eigenproblem: all exponents found, the equations hold, limits and invariances."""

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose
from scipy.linalg import expm

from fem_bump.corners.characteristic_roots import roots
from fem_bump.corners.modes import ConductionCorner, ElasticCorner, pairing
from fem_bump.corners.wedges import ConductingWedge, ElasticWedge, _exponential
from fem_bump.errors import AnalysisError, InputError

FREE = ("free", "free")
AL, PI, SIN = (70e3, 0.34), (3.5e3, 0.35), (150e3, 0.25)


def corner(*parts, faces=FREE, **options):
    return ElasticCorner([ElasticWedge(a, *m) for a, m in parts], faces, **options)


def values(found, real_only=False):
    return [e.value for e in found.exponents() if e.singular and not (real_only and e.value.imag)]


# ------------------------------------------------------------------ root finder


def diagonal(*zeros):
    """A matrix function with exactly these zeros, real on the real axis."""

    def matrix(lam):
        factors = [np.ones_like(lam) if z is None else lam - z for z in zeros]
        out = np.zeros((len(lam), 2, 2), dtype=complex)
        out[:, 0, 0], out[:, 1, 1] = np.cos(lam) + 2, 1.0
        for k, factor in enumerate(factors):
            out[:, k % 2, k % 2] *= factor
        return out

    return matrix


def test_roots_semi_simple_defective_and_close():
    found = roots(diagonal(0.7, 0.7, 0.9, 0.90001), 0.01, 1.0, 2.0)
    assert_allclose([r.value.real for r in found], [0.7, 0.9, 0.90001], rtol=1e-12)
    assert [r.multiplicity for r in found] == [2, 1, 1]
    assert [r.vectors.shape[1] for r in found] == [2, 1, 1]
    (double,) = roots(diagonal(0.7, None, 0.7), 0.01, 1.0, 2.0)
    assert double.multiplicity == 2 and double.vectors.shape[1] == 1
    assert_allclose(double.value, 0.7, atol=1e-7)


def test_roots_complex_pairs_and_those_outside():
    def matrix(lam):
        out = np.zeros((len(lam), 1, 1), dtype=complex)
        # 0.4 +/- 1.5 i inside, 0.5 +/- 2.5 i above, 1.6 to the right
        out[:, 0, 0] = ((lam - 0.4) ** 2 + 1.5**2) * ((lam - 0.5) ** 2 + 2.5**2) * (lam - 1.6)
        return out

    found = roots(matrix, 0.01, 1.0, 2.0)
    assert_allclose([r.value for r in found], [0.4 - 1.5j, 0.4 + 1.5j], rtol=1e-12)


def test_a_wrong_count_is_an_error(monkeypatch):
    from fem_bump.corners import characteristic_roots

    monkeypatch.setattr(characteristic_roots, "_winding", lambda *rest: 3)
    with pytest.raises(AnalysisError, match="2 were found but 3 lie in"):
        roots(diagonal(0.3, 0.7), 0.01, 1.0, 2.0)


# ------------------------------------------------------------------ exponents


@pytest.mark.parametrize("lam", [0, 1e-9, 0.3, 0.5, 1, 1 + 1e-9, -1, -0.51, 1.7 + 0.3j])
@pytest.mark.parametrize("angle", [0.01, 1.3, 6.2])
def test_transfer_matrix_is_the_exponential(lam, angle):
    g, lame = 0.8, 1.3
    p = lame + 2 * g
    m = np.array([
        [0, 1 - lam, 1 / g, 0],
        [-1 - lame * lam / p, 0, 0, 1 / p],
        [-(lam**2) * (p - lame**2 / p), 0, 0, 1 - lam * lame / p],
        [0, 0, -(lam + 1), 0],
    ], dtype=complex)  # fmt: skip
    found = _exponential(m[None], np.array([complex(lam)]), np.array([angle]))[0]
    assert_allclose(found, expm(m * angle), rtol=0, atol=1e-12 * np.abs(found).max())


def test_exponents_of_one_material():
    flat = corner((180.0, AL)).exponents()
    assert [e.value for e in flat if e.singular] == []
    assert [(e.multiplicity, len(e.modes)) for e in flat] == [(2, 2)]  # rotation, stress along it
    # nothing happens in the middle of a body: rotation and three uniform strains
    inside = corner((70.0, AL), (110.0, AL), (180.0, AL), faces=None).exponents()
    assert [(e.multiplicity, len(e.modes), e.singular) for e in inside] == [(4, 4, False)]
    right_angle = corner((90.0, AL)).exponents()
    assert len(right_angle) == 1 and right_angle[0].rigid


def test_half_plane_under_a_flat_rigid_punch():
    # fixed | free: Re = 1/2 and Im = ln(3 - 4 nu) / (2 pi)
    first, second = values(corner((180.0, AL), faces=("fixed", "free")))
    assert_allclose(second, 0.5 + 1j * np.log(3 - 4 * 0.34) / (2 * np.pi), rtol=1e-10)
    assert_allclose(first, np.conj(second), rtol=1e-12)


def test_roller_is_half_of_a_mirrored_corner():
    whole = corner((45.0, SIN), (180.0, AL), (45.0, SIN))
    half = corner((90.0, AL), (45.0, SIN), faces=("roller", "free"))
    symmetric = [v for v in values(whole) if min(abs(v - w) for w in values(half)) < 1e-9]
    assert len(symmetric) == len(values(half)) > 0


@pytest.mark.parametrize("difference", [1e-2, 1e-4, 1e-6, 1e-8])
@pytest.mark.parametrize("faces", [FREE, None])
def test_nearly_homogeneous_pairs(difference, faces):
    # what was a multiple root at 1 stays there together, none is lost and none is alone
    other = (70e3 * (1 + difference), 0.34 + difference)
    angles = (90.0, 90.0) if faces else (90.0, 270.0)
    found = corner((angles[0], AL), (angles[1], other), faces=faces).exponents(1.1)
    assert all(abs(e.value - 1) < 2 * difference for e in found)
    assert sum(e.multiplicity for e in found) == (2 if faces else 4)


MODULI = st.floats(0, 1).map(lambda x: 2e3 * 100**x)
PARTS = st.lists(
    st.tuples(st.floats(15, 170), MODULI, st.floats(0.0, 0.47)), min_size=1, max_size=5
)


@pytest.mark.slow
@settings(max_examples=25, deadline=None)
@given(PARTS, st.booleans(), st.floats(60, 360), st.floats(1e-3, 1e3))
def test_count_unit_and_direction_invariance(parts, closed, total, scale):
    share = (360.0 if closed else total) / sum(p[0] for p in parts)
    faces = None if closed else FREE
    assume(max(p[0] for p in parts) * share > 1)
    wedges = [ElasticWedge(a * share, e, nu) for a, e, nu in parts]
    found = ElasticCorner(wedges, faces).exponents()  # raises when the count disagrees
    stiffer = [ElasticWedge(w.angle_deg, w.young_mpa * scale, w.poisson) for w in wedges]
    for other in (ElasticCorner(stiffer, faces), ElasticCorner(wedges[::-1], faces, 33.0)):
        again = other.exponents()
        assert [e.multiplicity for e in again] == [e.multiplicity for e in found]
        assert_allclose(
            sorted((e.value for e in again), key=lambda v: (round(v.real, 7), v.imag)),
            sorted((e.value for e in found), key=lambda v: (round(v.real, 7), v.imag)),
            rtol=0,
            atol=2e-6,
        )


# ------------------------------------------------------------------ modes


def mode_cases():
    yield corner((270.0, AL)), 0
    yield corner((90.0, SIN), (180.0, PI)), 0
    yield corner((90.0, SIN), (270.0, PI), faces=None), 1
    yield corner((60.0, PI), (100.0, AL), (40.0, SIN), faces=("fixed", "roller")), 0


@pytest.mark.parametrize("case", range(4))
def test_modes_obey_equilibrium_hooke_faces_and_bonds(case):
    c, which = list(mode_cases())[case]
    mode = [e.modes[0] for e in c.exponents() if e.singular][which]
    lam, h = mode.value, 1e-5
    theta = (c.limits[:-1] + np.diff(c.limits) * 0.37).astype(float)
    ahead, behind, (u, s) = mode.elastic(theta + h), mode.elastic(theta - h), mode.elastic(theta)
    du, ds = ((a - b) / (2 * h) for a, b in zip(ahead, behind, strict=True))
    size = np.abs(s).max()
    rr, tt, rt = s
    assert_allclose(((lam - 1) * rr + ds[2] + rr - tt) / size, 0, atol=1e-8)
    assert_allclose(((lam - 1) * rt + ds[1] + 2 * rt) / size, 0, atol=1e-8)
    young = np.array([w.young_mpa for w in c.wedges])
    nu = np.array([w.poisson for w in c.wedges])
    normal = nu * (rr + tt)  # plane strain
    for strain, stress, across in ((lam * u[0], rr, tt), (du[1] + u[0], tt, rr)):
        assert_allclose(strain * young / size, (stress - nu * (across + normal)) / size, atol=1e-7)
    shear = du[0] + (lam - 1) * u[1]
    assert_allclose(shear * young / size, 2 * (1 + nu) * rt / size, atol=1e-7)
    for k in range(len(c.wedges) - (c.faces is not None)):
        at = np.array([c.limits[k + 1]])
        after = (k + 1) % len(c.wedges)
        below = mode.elastic(at, np.array([k]))
        above = mode.elastic(at if after else 0 * at, np.array([after]))
        assert_allclose(below[0], above[0], rtol=0, atol=1e-9 * np.abs(below[0]).max())
        assert_allclose(below[1][1:], above[1][1:], rtol=0, atol=1e-9 * size)
    if c.faces is not None:
        for face, at in zip(c.faces, c.limits[[0, -1]], strict=True):
            (u_r, u_t), (_, s_tt, s_rt) = mode.elastic(np.array([at]))
            zero = {"free": (s_tt, s_rt), "fixed": (u_r * 1e5, u_t * 1e5)}
            zero["roller"] = (u_t * 1e5, s_rt)
            assert_allclose(zero[face], 0, atol=1e-9 * size)


def test_scale_of_modes():
    c = corner((90.0, SIN), (180.0, AL))
    for exponent in c.exponents():
        if exponent.singular:
            s_tt, s_rt = exponent.modes[0].traction.real
            assert_allclose(np.hypot(s_tt, s_rt), 1.0, rtol=1e-12)
            assert s_tt >= 0
    opening, sliding = corner((360.0, AL)).exponents()[0].modes
    assert_allclose(opening.traction, [1, 0], atol=1e-9)
    assert_allclose(sliding.traction, [0, 1], atol=1e-9)
    assert_allclose(opening.mode_mix_deg, 0, atol=1e-6)
    assert_allclose(abs(sliding.mode_mix_deg), 90, atol=1e-6)


def test_pairing_separates_exponents():
    c = corner((90.0, SIN), (270.0, PI), faces=None)
    found = [e for e in c.exponents() if e.singular]
    duals = [c.modes(-e.value)[0] for e in found]
    table = np.array([[pairing(e.modes[0], d) for e in found] for d in duals])
    assert len(found) == 2
    assert np.abs(table.diagonal()).min() > 1e8 * np.abs(table - np.diag(table.diagonal())).max()


def test_conduction_modes():
    c = ConductionCorner(
        [ConductingWedge(180.0, 3e7), ConductingWedge(90.0, 7e6)], ("insulated", "insulated"), 40.0
    )
    mode = c.exponents()[0].modes[0]
    theta, h = np.array([1.0, 3.9]), 1e-6
    slope = (mode.conduction(theta + h)[0] - mode.conduction(theta - h)[0]) / (2 * h)
    potential, (j_r, j_t) = mode.conduction(theta)
    s = np.array([3e7, 7e6]) * 1e-6  # S/um
    assert_allclose(j_r, -s * mode.value * potential, rtol=1e-12)
    assert_allclose(j_t, -s * slope, rtol=1e-7)
    ends = mode.conduction(c.limits[[0, -1]])[1]
    assert_allclose(ends[1], 0, atol=1e-12)
    across = [mode.conduction(c.limits[[1]], np.array([k])) for k in (0, 1)]
    assert_allclose(across[0][0], across[1][0], rtol=1e-12)
    assert_allclose(across[0][1][1], across[1][1][1], rtol=1e-12)


# ------------------------------------------------------------------ bad input


@pytest.mark.parametrize(
    "build, sentence",
    [
        (lambda: ElasticWedge(0.0, 1e3, 0.3), "angle_deg = 0.0 must be above 0"),
        (lambda: ElasticWedge(float("nan"), 1e3, 0.3), "angle_deg = nan"),
        (lambda: ElasticWedge(90.0, -1.0, 0.3), "young_mpa = -1.0 must be positive"),
        (lambda: ElasticWedge(90.0, 1e3, 0.5), "poisson = 0.5 must lie between -1 and 0.5"),
        (lambda: ConductingWedge(90.0, 0.0), "conductivity_s_per_m = 0.0 must be positive"),
        (lambda: corner((200.0, AL), (200.0, PI)), "add up to 400 degrees, must be at most 360"),
        (lambda: corner((200.0, AL), faces=None), "add up to 200 degrees, must be exactly 360"),
        (lambda: corner((90.0, AL), faces=("free", "glued")), "face 'glued' must be one of free"),
        (lambda: corner((90.0, AL), reference_deg=200.0), "reference_deg = 200 points out"),
        (lambda: ElasticCorner([], FREE), "at least one wedge"),
    ],
)
def test_bad_input(build, sentence):
    with pytest.raises(InputError, match=sentence):
        build()
