"""A film off the centre under a trace against three-dimensional solutions by NGSolve.

A disc whose centre lies 22 um off the axis, with a film that blocks it, next to the edge of a post
on a pad that is fed through an arc: coupled harmonics against tetrahedra that are cut along its
edge, on a coarse and a fine mesh. NGSolve in this environment or in the Python named by the
variable ``NGSOLVE_PYTHON``; it is no dependency.
"""

import importlib.util
import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from fem_bump import Model, OffCentreFilm, current_flow
from fem_bump.interfaces.angular_windows import weights_of
from fem_bump.materials import Material
from fem_bump.verification.grids import graded, grid

PEER = Path(__file__).resolve().parents[2] / "benchmarks" / "peer_ngsolve_film.py"
NGSOLVE_PYTHON = os.environ.get("NGSOLVE_PYTHON") or (
    sys.executable if importlib.util.find_spec("ngsolve") else None
)
PAD_UM, POST_UM, THICK_UM, HIGH_UM = 40.0, 30.0, 1.0, 15.0
CONDUCTIVITY = {"pad": 3e7, "post": 8e6}
BESIDE, CURRENT_A, HALF_ANGLE_DEG = 1e-12, 0.3, 20.0
RING_UM, TURN_DEG = (28.0, 30.0), (20.0, 40.0)
TOLERANCES = {"resistance_ohm": 3e-4, "film_a": 2e-3, "density_a_per_um2": 1e-3}

pytestmark = [
    pytest.mark.peer,
    pytest.mark.slow,
    pytest.mark.skipif(NGSOLVE_PYTHON is None, reason="NGSolve is not installed"),
]


def ours(film):
    """Figures, and what harmonics left out may add to some of them, as shares."""
    r = np.concatenate(
        [
            graded(0, POST_UM, 0.05, 1.15, "stop"),
            graded(POST_UM, 36.0, 0.05, 1.2, "start")[1:],
            graded(36.0, PAD_UM, 0.05, 1.2, "stop")[1:],
        ]
    )
    top = THICK_UM + HIGH_UM
    z = np.concatenate(
        [np.linspace(0, THICK_UM, 5), THICK_UM + graded(0, HIGH_UM, 0.1, 1.3, "start")[1:]]
    )
    mesh = grid(
        r,
        z,
        {"pad": (0, PAD_UM, 0, THICK_UM), "post": (0, POST_UM, THICK_UM, top)},
        interiors={"rim": (PAD_UM, PAD_UM, 0, THICK_UM), "lid": (0, POST_UM, top, top)},
    )
    materials = {name: Material(name, 1e5, 0.3, 1e-5, s) for name, s in CONDUCTIVITY.items()}
    flow = current_flow(
        Model(mesh, materials),
        CURRENT_A,
        source="rim",
        sink="lid",
        source_kind="flux",
        source_half_angle_deg=HALF_ANGLE_DEG,
        contact_resistivity_ohm_m2={"post/pad": BESIDE},
        off_centre_films=[film],
        accuracy=1e-4,
    )
    contact = flow.interface("post", "pad")
    around = contact.mean_over(TURN_DEG, contact.above.most).values
    found = {
        "resistance_ohm": flow.resistance_ohm,
        "film_a": flow.films[0].current_a,
        "density_a_per_um2": float((weights_of(contact.line, *RING_UM) * around).sum()),
    }
    return found, {"film_a": flow.films[0].tail.current_a / flow.films[0].current_a}


def theirs(film, folder, size_um, order):
    file = folder / "film.json"
    solids = {
        name: {"radius_um": radius, "height_um": height, "conductivity": s * 1e-6}
        for (name, s), radius, height in zip(
            CONDUCTIVITY.items(), (PAD_UM, POST_UM), (THICK_UM, HIGH_UM), strict=True
        )
    }
    disc = {
        "radius_um": film.radius_um,
        "offset_um": film.offset_um,
        "azimuth_deg": film.azimuth_deg,
        "resistivity_ohm_um2": film.resistivity_ohm_m2 * 1e12,
    }
    told = {
        **solids,
        "film": disc,
        "beside_ohm_um2": BESIDE * 1e12,
        "half_angle_deg": HALF_ANGLE_DEG,
        "current_a": CURRENT_A,
        "window": {"r_um": RING_UM, "theta_deg": TURN_DEG},
    }
    file.write_text(json.dumps(told), encoding="utf-8")
    command = [NGSOLVE_PYTHON, str(PEER), str(file), f"--size-um={size_um}", f"--order={order}"]
    done = subprocess.run(command, text=True, capture_output=True, check=True)
    return json.loads(done.stdout.splitlines()[-1])


@pytest.mark.parametrize("azimuth", [0.0, 180.0])
def test_a_film_off_the_centre_agrees_with_three_dimensions(tmp_path, azimuth):
    film = OffCentreFilm("post/pad", 7.0, 22.0, 1e-9, azimuth)
    mine, left_out = ours(film)
    coarse, fine = theirs(film, tmp_path, 3.0, 2), theirs(film, tmp_path, 1.5, 3)
    for name, tolerance in TOLERANCES.items():
        off, rough = (abs(found[name] / mine[name] - 1) for found in (fine, coarse))
        assert off < tolerance + left_out.get(name, 0.0), name
        assert off < rough or off < left_out.get(name, 0.0), name
    assert max(left_out.values()) < 0.02
