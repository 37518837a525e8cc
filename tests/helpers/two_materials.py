"""A post on a plate and what acts on it, for tests of functionals and of their errors."""

import numpy as np
from skfem import MeshTri

from fem_bump import Material, Model, current_flow, thermal_stress

SOFT = Material("soft", 10e3, 0.3, 20e-6, conductivity_s_per_m=1e7)
STIFF = Material("stiff", 100e3, 0.25, 5e-6, conductivity_s_per_m=5e7)


def post_on_plate(n=3):
    """A stiff post of radius 1 on a soft plate of radius 2, both 1 high."""
    r, z = np.linspace(0, 2, 4 * n + 1), np.linspace(0, 2, 4 * n + 1)
    mesh = MeshTri.init_tensor(r, z)
    centre = mesh.p[:, mesh.t].mean(axis=1)
    mesh = mesh.restrict(np.nonzero((centre[1] < 1) | (centre[0] < 1))[0])
    return mesh.with_subdomains(
        {"plate": lambda x: x[1] < 1, "post": lambda x: x[1] > 1}
    ).with_boundaries(
        {"bottom": lambda x: np.isclose(x[1], 0), "top": lambda x: np.isclose(x[1], 2)}
    )


def model_of(mesh):
    return Model(mesh, {"plate": SOFT, "post": STIFF})


def fed(mesh, **kwargs):
    return current_flow(
        model_of(mesh), 0.1, "bottom", "top", source_kind="flux", keep_factors=True, **kwargs
    )


def fed_through_arc(mesh):
    """Through 60 degrees of the plate's rim."""
    mesh = mesh.with_boundaries({"rim": lambda x: np.isclose(x[0], 2)})
    return current_flow(
        model_of(mesh), 0.1, "rim", "top", source_kind="flux", source_half_angle_deg=30.0,
        keep_factors=True,
    )  # fmt: skip


def resisted(mesh):
    return fed(mesh, contact_resistivity_ohm_m2={"post/plate": 5e-14})


def shifted(mesh, stiffness=None):
    """The post's top moves by 1 nm in x, rigidly or through an elastic foundation."""
    return thermal_stress(
        model_of(mesh), fixed={"bottom": "z"}, keep_factors=True,
        lateral_shift_um={"bottom": 0.0, "top": 1e-3},
        counter_stiffness_mpa_per_um=None if stiffness is None else {"top": stiffness},
    )  # fmt: skip


def in_section(direction):
    """Components r, t, z of a direction in the section."""
    return np.array([direction[0], 0 * direction[0], direction[1]])
