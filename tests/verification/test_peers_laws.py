"""Yield and creep beside CalculiX on one mesh, where it is installed as ``ccx`` on the path.

A film on a plate is cooled. CalculiX' axisymmetric element is a wedge of two degrees with plain
second-order triangles, ours have bubbles: they agree as far as the mesh goes, on displacements away
from the corner.
"""

import importlib
import shutil
import sys
import tempfile
from pathlib import Path

import numpy as np
import pytest
from numpy.testing import assert_allclose

from fem_bump import Material, Model, stress_history
from fem_bump.laws import J2, Norton
from fem_bump.verification.grids import grid
from geometry import Design, build_cross_section

BENCHMARKS = Path(__file__).resolve().parents[2] / "benchmarks"
HOT, COLD, COOLING_S = 217.0, 25.0, 60.0
YIELD, HARDENING = 100.0, 2000.0

pytestmark = [
    pytest.mark.peer,
    pytest.mark.slow,
    pytest.mark.skipif(shutil.which("ccx") is None, reason="CalculiX (ccx) is not installed"),
]


@pytest.fixture(scope="module")
def calculix():
    sys.path.insert(0, str(BENCHMARKS))
    try:
        return importlib.import_module("peer_calculix")
    finally:
        sys.path.remove(str(BENCHMARKS))


def film(law=None, cells=24):
    mesh = grid(
        np.linspace(0, 4, cells + 1), np.linspace(0, 3, 3 * cells // 4 + 1),
        regions={"plate": (0, 4, 0, 2), "film": (0, 3, 2, 3)},
    )  # fmt: skip
    return Model(
        mesh,
        {
            "plate": Material("plate", 125e3, 0.28, 3e-6),
            "film": Material("film", 70e3, 0.345, 23e-6, law=law),
        },
    )


def watched(model):
    """Nodes on top of the film on the axis, and of the plate at its side."""
    r, z = model.node_points_um
    return [int(np.hypot(r - a, z - b).argmin()) for a, b in ((0.0, 3.0), (4.0, 1.0))]


def theirs(calculix, model, law, step):
    """(2, 2) displacements of the watched nodes."""
    nodes = model.nodes.copy()
    (r0, r1, r2), (z0, z1, z2) = model.node_points_um[:, nodes[:3]]
    clockwise = (r1 - r0) * (z2 - z0) < (r2 - r0) * (z1 - z0)
    nodes[:, clockwise] = nodes[[0, 2, 1, 5, 4, 3]][:, clockwise]
    data = {
        "nodes": nodes,
        "points": model.node_points_um,
        "region_names": np.array(model.region_names),
        "region": model.region_index,
    }
    out = calculix.mesh_deck(data, np.arange(model.nodes.shape[1]), "CAX6")
    out += [calculix.ids("*NSET, NSET=AXIS", model.axis_nodes)]
    out += [calculix.ids("*NSET, NSET=BOTTOM", model.boundary_nodes("bottom"))]
    out += [calculix.ids("*NSET, NSET=WATCHED", watched(model))]
    for name in model.region_names:
        metal = model.materials[name]
        out += [f"*MATERIAL, NAME=M{name}", f"*ELASTIC\n{metal.young_mpa}, {metal.poisson}"]
        out += law if name == "film" else []
        out += [f"*EXPANSION, ZERO={HOT}\n{metal.cte_per_k}"]
        out += [f"*SOLID SECTION, ELSET={name}, MATERIAL=M{name}"]
    out += calculix.tie(model.boundary_nodes("right"), 1)
    out += ["*INITIAL CONDITIONS, TYPE=TEMPERATURE", f"NALL, {HOT}"]
    out += [f"*AMPLITUDE, NAME=COOLING\n0., {HOT / COLD}, {COOLING_S}, 1."]
    out += ["*STEP, INC=10000", *step]
    out += ["*BOUNDARY", "AXIS, 1, 1", "BOTTOM, 2, 2"]
    # its creep steps would put all of the load on at once
    out += ["*TEMPERATURE, AMPLITUDE=COOLING", f"NALL, {COLD}"]
    out += ["*NODE PRINT, NSET=WATCHED", "U", "*END STEP", ""]
    with tempfile.TemporaryDirectory() as folder:
        _, found, _ = calculix.run("ccx", "\n".join(out), 1, folder)
    last = found[found.rindex("displacements") :].splitlines()[1:]
    rows = {int(w[0]) - 1: w[1:3] for w in (line.split() for line in last) if len(w) == 4}
    return np.array([rows[node] for node in watched(model)], dtype=float)


def ours(model, tolerance):
    history = stress_history(
        model, [0.0, COOLING_S], [HOT, COLD], HOT, fixed={"bottom": "z"}, tied={"right": "r"},
        tolerance=tolerance,
    )  # fmt: skip
    return history.at(COOLING_S).u_um[watched(model)]


def agree(mine, other, elastic):
    """To one and a half per cent of what flow does to the displacements."""
    flow = np.abs(mine - elastic).max()
    assert flow > 0.02 * np.abs(elastic).max()
    assert_allclose(mine, other, rtol=0, atol=1.5e-2 * flow)


def test_yield_agrees(calculix):
    law = [f"*PLASTIC\n{YIELD}, 0.\n{YIELD + HARDENING}, 1."]
    other = theirs(calculix, film(), law, ["*STATIC", f"1., {COOLING_S}, 1e-3, 1."])
    agree(ours(film(J2(YIELD, HARDENING)), 1e-2), other, ours(film(), 1e-2))


def test_creep_over_thermal_cycles_agrees(calculix):
    """Creep strain that the last of three cycles adds to the solder of an assembled joint."""
    sys.path.insert(0, str(BENCHMARKS))
    try:
        cycles = importlib.import_module("cycles")
    finally:
        sys.path.remove(str(BENCHMARKS))
    section = build_cross_section(Design().replace(**cycles.ASSEMBLED))
    problem = cycles.Problem(8.0, section)
    metals = cycles.histories.plain(problem, {"bump": Norton(*cycles.NORTON)})
    model = Model(problem.mesh, metals, groups=section.groups)
    mine = cycles.gained(cycles.our_cycles(model, 1e-2))
    coarse, fine = (cycles.their_gained("ccx", model, count)[0] for count in (8, 16))
    assert_allclose(mine, 2 * fine - coarse, rtol=0.05)
