"""A current and the temperature that it causes in a bump, against NGSolve on the same mesh.

Default design, resistivities and conductivities linear in the temperature, by 90 K hotter than the
chip's underside. NGSolve in this environment or in the Python named by the variable
``NGSOLVE_PYTHON``; it is no dependency.
"""

import importlib.util
import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from numpy.testing import assert_allclose

from fem_bump import Material, Model, electrothermal
from geometry import Design, build_cross_section, build_mesh
from studies.solution.solved import region_materials

PEER = Path(__file__).resolve().parents[2] / "benchmarks" / "peer_ngsolve_heat.py"
NGSOLVE_PYTHON = os.environ.get("NGSOLVE_PYTHON") or (
    sys.executable if importlib.util.find_spec("ngsolve") else None
)
COLD_DEGC, CURRENT_A = 100.0, 7.0
GROWTH, SLOPE = 4e-3, -1e-3  # 1/K, of resistivities and of thermal conductivities

pytestmark = [
    pytest.mark.peer,
    pytest.mark.slow,
    pytest.mark.skipif(NGSOLVE_PYTHON is None, reason="NGSolve is not installed"),
]


def linear(name, rho, k):
    """In ohm um and W/(um K); rho = 0 is an insulator."""
    s = None if rho == 0 else (lambda degc: 1e6 / (rho * (1 + GROWTH * (degc - COLD_DEGC))))
    return Material(
        name, 5e4, 0.3, 2e-5, s, lambda degc: 1e6 * k * (1 + SLOPE * (degc - COLD_DEGC)),
        idealized=True,
    )  # fmt: skip


def turned_left(model):
    """Nodes of elements, counter-clockwise as the peer wants them."""
    sides = np.diff(model.points_um[:, model.triangles], axis=1)
    clockwise = sides[0, 0] * sides[1, 1] - sides[1, 0] * sides[0, 1] < 0
    nodes = model.nodes.copy()
    nodes[:, clockwise] = nodes[[0, 2, 1, 5, 4, 3]][:, clockwise]
    return nodes


def test_bump(tmp_path):
    section = build_cross_section(Design())
    rows, given = [], {}
    for name, of in region_materials(section).items():
        rho = 1e6 / float(of.at("conductivity_s_per_m", 25.0)) if of.is_conductor else 0.0
        k = 1e-6 * float(of.at("thermal_conductivity_w_per_mk", 25.0))
        given[name] = linear(name, rho, k)
        rows.append([rho, GROWTH, k, SLOPE])
    model = Model(build_mesh(section), given, section.groups)
    held = {"chip_bottom": COLD_DEGC}
    found = electrothermal(model, CURRENT_A, "pad_rim", "bump_top", held_degc=held)
    # vertices all over the body, the hottest among them
    degc = found.node_temperature_degc[: model.mesh.nvertices]
    watched = np.append(np.arange(0, model.mesh.nvertices, 97), degc.argmax())
    assert 80.0 < degc.max() - COLD_DEGC < 100.0
    order = {name: k for k, name in enumerate(model.region_names)}
    path = tmp_path / "bump.npz"
    np.savez(
        path,
        points=model.node_points_um,
        vertices=model.mesh.nvertices,
        nodes=turned_left(model),
        region=model.region_index,
        region_names=np.array(model.region_names),
        properties=np.array([rows[list(given).index(name)] for name in order]).T,
        current_a=CURRENT_A,
        watched=watched,
        **{
            name: model.facet_nodes(model.facets(name))
            for name in ("axis", "chip_bottom", "pad_rim", "bump_top")
        },
    )
    done = subprocess.run(
        [NGSOLVE_PYTHON, str(PEER), str(path)], text=True, capture_output=True, check=True
    )
    theirs = json.loads(done.stdout.splitlines()[-1])
    assert_allclose(found.resistance_ohm, theirs["resistance_ohm"], rtol=1e-6)
    assert_allclose(found.power_w, theirs["power_w"], rtol=1e-6)
    rise = np.array(theirs["watched_k"])
    assert_allclose(degc[watched] - COLD_DEGC, rise, atol=1e-6 * rise.max())
