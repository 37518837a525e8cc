"""Interfaces of several pieces: a leg of two walls, chains apart, loops, forks, sides that change.

Plan: a step-down film whose two walls are one leg; a density of known values on each wall; windows
must stay on one of them. Then the same on meshes made by hand for each way in which facets of one
interface may fail to follow each other.
"""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose
from skfem import MeshTri

from fem_bump import Material, Model
from fem_bump.interfaces.flux import FluxInterface
from fem_bump.interfaces.line import trace_interface
from fem_bump.interfaces.traction import TractionInterface
from fem_bump.interfaces.windows import Trace, TrialWindows, extreme_mean
from fem_bump.verification.grids import grid

METAL = Material("metal", 70e3, 0.3, 23e-6, 3e7)
LINES = np.linspace(0, 8, 17), np.linspace(0, 4, 9)


def model(boxes, legs=None):
    mesh = grid(*LINES, boxes)
    if legs:
        middle = mesh.p[:, mesh.facets].mean(axis=1)
        mesh = mesh.with_boundaries({k: np.nonzero(f(*middle))[0] for k, f in legs.items()})
    return Model(mesh, dict.fromkeys(mesh.subdomains, METAL))


def stepped():
    """A film over a mesa: top z = 2 up to r = 3, wall, ledge at z = 1 up to r = 6, wall to 0."""
    boxes = {"film": (0, 8, 0, 4), "mesa": (0, 6, 0, 1), "top": (0, 3, 1, 2)}
    mesh = grid(*LINES, boxes)
    middle = mesh.p[:, mesh.facets].mean(axis=1)
    wall = (np.isclose(middle[0], 3) & (middle[1] > 1) & (middle[1] < 2)) | (
        np.isclose(middle[0], 6) & (middle[1] < 1)
    )
    flat = (np.isclose(middle[1], 2) & (middle[0] < 3)) | (
        np.isclose(middle[1], 1) & (middle[0] > 3) & (middle[0] < 6)
    )
    mesh = mesh.with_boundaries(
        {"film/low:sidewall": np.nonzero(wall)[0], "film/low:top": np.nonzero(flat)[0]}
    )
    return Model(mesh, dict.fromkeys(mesh.subdomains, METAL), groups={"low": ["mesa", "top"]})


def constant_on_pieces(line, of_piece):
    return np.repeat(np.array(of_piece, dtype=float)[line.piece], 3).reshape(-1, 3)


def test_a_leg_of_two_walls_is_two_pieces():
    line = trace_interface(stepped(), "film", "low")
    assert line.leg_names == ("top", "sidewall")
    assert len(np.unique(line.chain)) == 1
    assert [line.leg_names[line.leg[line.piece == k][0]] for k in range(4)] == [
        "top", "sidewall", "top", "sidewall",
    ]  # fmt: skip
    flux = FluxInterface(line, "a", constant_on_pieces(line, [5.0, 1.0, 9.0, 2.0]))
    found = flux.window(0.5, "sidewall")
    assert_allclose(found.current_density_max_a_per_um2, 2.0, rtol=1e-12)
    assert_allclose(found.length_um, 0.5, rtol=1e-15)
    # a window longer than either wall holds one of them, never the ledge between
    whole = flux.window(2.5, "sidewall")
    assert whole.clipped
    assert_allclose(whole.length_um, 1.0, rtol=1e-12)
    assert_allclose(whole.current_density_max_a_per_um2, 2.0, rtol=1e-12)
    # the ledge is 3 um long, as the inner top is
    assert_allclose(flux.window(3.0, "top").current_density_max_a_per_um2, 9.0, rtol=1e-12)


def test_clipped_windows_of_unequal_pieces_have_one_length():
    """A wall of 0.5 um beside one of 1 um: means over different lengths would not compare."""
    short = Trace(np.array([0.0, 0.5]), np.ones(2), np.full((1, 3), 50.0))
    long = Trace(np.array([2.0, 3.0]), np.ones(2), np.full((1, 3), 1.0))
    found = extreme_mean([short, long], 5.0, 1)
    assert (found.value, found.length_um, found.clipped) == (1.0, 1.0, True)
    assert TrialWindows.of([short, long], 5.0).means([short, long]) == pytest.approx([1.0])


def test_weights_of_a_window_give_its_mean_on_every_piece():
    line = trace_interface(stepped(), "film", "low")
    rng = np.random.default_rng(3)
    values = rng.normal(size=(len(line.facets), 3))
    for leg in (None, *line.leg_names):
        for length in (0.3, 0.7, 1.0, 2.0, 9.0):
            for sign in (1, -1):
                found = extreme_mean(line.traces(values, leg), length, sign)
                weights = line.window_weights(found.start_um, found.length_um)[:, :3]
                assert_allclose((weights * values).sum(), found.value, rtol=1e-9)
                on = np.unique(line.piece[weights.any(axis=1)]) if leg else [0]
                assert len(on) == 1


@settings(max_examples=30, deadline=None, derandomize=True)
@given(st.integers(0, 10**6), st.sampled_from([0.2, 0.5, 0.75, 1.0]))
def test_no_window_of_a_leg_exceeds_its_interfaces(seed, length):
    line = trace_interface(stepped(), "film", "low")
    values = np.random.default_rng(seed).normal(size=(3, len(line.facets), 3))
    values[1] = 0.0
    found = TractionInterface(line, "a", {0: values})
    whole = found.window(length)
    for leg in found.legs:
        own = found.window(length, leg)
        assert own.length_um == whole.length_um
        assert own.peel_max_mpa <= whole.peel_max_mpa + 1e-9
        assert own.peel_min_mpa >= whole.peel_min_mpa - 1e-9
        assert own.shear_max_mpa <= whole.shear_max_mpa + 1e-9


def test_regions_that_touch_twice_are_two_chains():
    boxes = {"low": (0, 8, 0, 4), "up": (0, 2, 2, 4), "far": (5, 8, 2, 4)}
    both = model(boxes)
    both = Model(both.mesh, both.materials, groups={"ups": ["up", "far"]})
    line = trace_interface(both, "ups", "low")
    assert len(np.unique(line.chain)) == 2
    values = np.where(line.chain[:, None] == 0, [[1.0] * 3], [[2.0] * 3])
    gap_free = extreme_mean(line.traces(values), 2.5, 1)
    assert_allclose(gap_free.value, 2.0, rtol=1e-12)
    assert gap_free.start_um >= line.start_um[line.chain == 1][0] - 1e-12


def test_windows_go_on_around_an_inclusion():
    """A closed line has no end: the largest mean may lie across the point where s starts."""
    line = trace_interface(model({"body": (0, 8, 0, 4), "inside": (2, 5, 1, 3)}), "inside", "body")
    length = float(line.length_um.sum())
    assert_allclose(length, 10.0, rtol=1e-12)
    # ones in the first and the last um of s, nothing between
    end = line.start_um + line.length_um
    values = np.repeat(((end <= 1 + 1e-9) | (line.start_um >= length - 1 - 1e-9))[:, None], 3, 1)
    values = values.astype(float)
    (trace,) = line.traces(values)
    assert trace.closed
    found = extreme_mean([trace], 2.0, 1)
    assert_allclose(found.value, 1.0, rtol=1e-12)
    assert_allclose(found.start_um, length - 1, rtol=1e-9)
    weights = line.window_weights(found.start_um, found.length_um)
    assert_allclose((weights[:, :3] * values).sum(), 1.0, rtol=1e-12)
    trials = TrialWindows.of([trace], 2.0)
    assert_allclose(trials.means([trace]).max(), 1.0, rtol=1e-12)
    assert_allclose(extreme_mean([trace], 20.0, 1).value, (values * _area(line)).sum(), rtol=1e-12)


def _area(line):
    return line.window_weights(0.0, float(line.length_um.sum()))[:, :3]


def test_a_fork_ends_the_chains_that_meet_there():
    """Two boxes that touch in a point: four facets meet, and no way through is the right one."""
    boxes = {"low": (0, 8, 0, 4), "one": (1, 3, 0, 2), "two": (3, 5, 2, 4)}
    base = model(boxes)
    both = Model(base.mesh, base.materials, groups={"ups": ["one", "two"]})
    line = trace_interface(both, "ups", "low")
    r, z = both.node_points_um
    starts = {(float(r[n]), float(z[n])) for n in line.nodes[0, _first(line)]}
    assert (3.0, 2.0) in starts
    for k in np.unique(line.chain):
        mine = np.nonzero(line.chain == k)[0]
        assert (line.nodes[1, mine[:-1]] == line.nodes[0, mine[1:]]).all()
        assert not np.isin(line.nodes[1, mine[:-1]], np.nonzero((r == 3) & (z == 2))[0]).any()


def test_where_the_sides_change_a_chain_ends():
    """p above q on the left, below it on the right: shear would change its sign in a window."""
    angle = np.radians(60.0 * np.arange(6))
    points = np.hstack([[[3.0], [0.0]], [3 + np.cos(angle), np.sin(angle)]])
    triangles = np.array([[0, 1 + k, 1 + (k + 1) % 6] for k in range(6)]).T
    mesh = MeshTri(points, triangles).with_subdomains(
        {"p": np.array([2, 5]), "q": np.array([0, 3]), "rest": np.array([1, 4])}
    )
    line = trace_interface(Model(mesh, dict.fromkeys("p q rest".split(), METAL)), "p", "q")
    assert_allclose(line.normal, [[0, 0], [1, -1]], rtol=0, atol=1e-12)
    assert list(line.chain) == [0, 1]


def _first(line):
    return np.nonzero(np.concatenate([[True], np.diff(line.chain) != 0]))[0]
