"""A sound mesh to damage, and how a model refuses it."""

import numpy as np
import pytest
from skfem import MeshTri

from fem_bump import InputError, Material, Model, current_flow, thermal_stress

BODY = Material("body", 70e3, 0.33, 23e-6, conductivity_s_per_m=3.5e7)
CAP = Material("cap", 120e3, 0.34, 17e-6, conductivity_s_per_m=5e7)
LINES = np.linspace(0, 4, 5)


def square(points=None, triangles=None):
    """Unmarked triangles over 0 <= r, z <= 4, in steps of 1, with arrays replaced."""
    mesh = MeshTri.init_tensor(LINES, LINES)
    return MeshTri(mesh.p if points is None else points, mesh.t if triangles is None else triangles)


def arrays():
    mesh = square()
    return mesh.p.copy(), mesh.t.copy()


def refusal(mesh, **changes):
    with pytest.raises(InputError) as caught:
        Model(mesh, {"body": BODY}, **changes)
    sentence = str(caught.value)
    assert "\n" not in sentence
    return sentence


def numbers(mesh, materials, rise=-100.0):
    model = Model(mesh, materials)
    stress = thermal_stress(model, rise, 125.0, fixed={"bottom": "z"})
    found = [
        current_flow(model, 0.1, "bottom", "top").resistance_ohm,
        stress.displacement(np.array([[3.5], [3.5]]))[1, 0],
        stress.strain_energy,
    ]
    if len(materials) == 2:
        found.append(stress.interface("up", "low").window(1.0).peel_max_mpa)
        found.append(stress.interface("up", "low").window(1.0).shear_max_mpa)
    return found
