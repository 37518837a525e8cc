"""Elasticity of one harmonic of the angle.

Displacement (u_r cos n0, u_t sin n0, u_z cos n0); for n = 0 the axisymmetric state (u_r, u_z) and
torsion (u_t) stand side by side. Find u such that for all admissible v, weight 2 pi r,

    integral of e(v) : C (e(u) - e0) + integral over foundations of k (u - u0) . v
        = integral over loaded boundaries of t . v,

    e_rr = dr u_r            e_zz = dz u_z               e_tt = (u_r + n u_t) / r
    g_rz = dz u_r + dr u_z   g_rt = dr u_t - (u_t + n u_r) / r     g_tz = dz u_t - n u_z / r.

On the axis: n = 0: u_r = u_t = 0; n = 1: u_r + u_t = 0 and u_z = 0; n >= 2: u = 0.
E. L. Wilson, AIAA J. 3(12), 2269 (1965). Stress order: rr, zz, tt, rz, rt, tz; rt and tz go with
sin n0. Units: um, MPa, uN, degC, pJ.

``reference_form`` is the same problem as a scikit-fem form; the solver assembles with
:mod:`fem_bump.mechanics.harmonic_kernels`.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from skfem import BilinearForm

from fem_bump.algebra.quadrature import facet_functions, facet_mass, facet_points
from fem_bump.algebra.shape_functions import triangle_rule
from fem_bump.body.material_state import MaterialState, Scalar, material_state
from fem_bump.body.model import Model
from fem_bump.errors import InputError
from fem_bump.mechanics.conditions import conditions, unknowns_of
from fem_bump.mechanics.harmonic_stress import Amplitudes, Foundation, HarmonicStress
from fem_bump.mechanics.problem import ElasticProblem, Springs


def reference_form() -> BilinearForm:
    """The stiffness in scikit-fem, for a basis of ``ElementVector(ElementTriP2(), 3)``.

    Expects ``young``, ``poisson`` as coefficient fields and the number ``harmonic``. Components
    are r, theta, z.
    """

    def strains(u, w):
        r, n, grad = w.x[0], w.harmonic, u.grad
        return (
            grad[0, 0],
            grad[2, 1],
            (u[0] + n * u[1]) / r,
            grad[0, 1] + grad[2, 0],
            grad[1, 0] - (u[1] + n * u[0]) / r,
            grad[1, 1] - n * u[2] / r,
        )

    @BilinearForm
    def stiffness(u, v, w):
        mu = w.young / (2 * (1 + w.poisson))
        lam = 2 * mu * w.poisson / (1 - 2 * w.poisson)
        e, d = strains(u, w), strains(v, w)
        work = lam * (e[0] + e[1] + e[2]) * (d[0] + d[1] + d[2])
        work = work + mu * (2 * (e[0] * d[0] + e[1] * d[1] + e[2] * d[2]))
        work = work + mu * (e[3] * d[3] + e[4] * d[4] + e[5] * d[5])
        return work * 2 * np.pi * w.x[0]

    return stiffness


def elastic_harmonic(
    model: Model,
    harmonic: int,
    *,
    fixed: Mapping[str, str] | None = None,
    tied: Mapping[str, str] | None = None,
    prescribed_um: Mapping[str, Mapping[str, Scalar]] | None = None,
    traction_mpa: Mapping[str, Amplitudes] | None = None,
    foundation: Mapping[str, Foundation] | None = None,
    eigenstrain: Amplitudes | None = None,
    state: MaterialState | None = None,
    temperature_degc: float = 25.0,
    solver: str = "auto",
    keep_factors: bool = False,
) -> HarmonicStress:
    """Solve for the displacement amplitudes of harmonic n.

    Parameters
    ----------
    harmonic
        n >= 0.
    fixed
        Boundary name to the components ("r", "t", "z") that vanish there.
    tied
        Boundary name to "r": the side of a periodic cell. By the parity of opposite faces, u_r is
        equal along it for even n; for odd n u_z vanishes there.
    prescribed_um
        Boundary name to {component: amplitude in um, or f(r, z)}.
    traction_mpa
        Boundary name to f(r, z) returning (3, ...) amplitudes r, t, z of the traction on the body.
    foundation
        Boundary name to its elastic support.
    eigenstrain
        f(r, z) returning (6, ...) amplitudes rr, zz, tt, rz, rt, tz; engineering shear strains.
        Coordinates of all functions are in the model's length unit.
    state
        Material state of an axisymmetric solution; its thermal strain is not taken again.
    temperature_degc
        At which E and nu are taken, if no state is given.
    keep_factors
        Keep the factorized stiffness, as error estimates need it.

    Returns
    -------
    HarmonicStress

    Raises
    ------
    InputError
        Unknown names, or a load on a body that the harmonic leaves free to move.
    AnalysisError
        When the system cannot be solved.

    Examples
    --------
    >>> from fem_bump import Model, elastic_harmonic, materials
    >>> from fem_bump.verification.grids import grid
    >>> regions = {"pad": (0, 10, 0, 1), "ubm": (0, 10, 1, 2)}
    >>> mesh = grid([0, 2, 4, 6, 8, 10], [0, 0.5, 1, 1.5, 2], regions)
    >>> model = Model(mesh, {"pad": materials["Al"], "ubm": materials["Cu"]})
    >>> found = elastic_harmonic(model, 2, prescribed_um={"right": {"r": 0.01}})
    >>> found.harmonic, found.u_um.shape == (model.node_count, 3)
    (2, True)
    """
    if not (isinstance(harmonic, int | np.integer) and harmonic >= 0):
        raise InputError(f"harmonic = {harmonic} must be a whole number, 0 or more")
    if state is None:
        state = material_state(model, 0.0, temperature_degc, triangle_rule()[0])
    load, springs = np.zeros((model.node_count, 3)), []
    acted_on = np.zeros((model.node_count, 3), dtype=bool)
    for boundary, traction in (traction_mpa or {}).items():
        load += _traction_load(model, boundary, traction)
        acted_on[model.boundary_nodes(boundary)] = True
    for boundary, support in (foundation or {}).items():
        stiffness, pull = _springs(model, boundary, support)
        springs.append(stiffness)
        load += pull
        acted_on[model.boundary_nodes(boundary)] = True
    eps = np.zeros((6, *state.young.shape))
    if eigenstrain is not None:
        eps[:] = eigenstrain(*(model.quadrature[0] / model.unit_um))
    held = conditions(
        model,
        fixed,
        tied,
        prescribed_um,
        harmonic=harmonic,
        components="rtz",
        load=load,
        sprung=bool(springs),
    )
    found = ElasticProblem(held, state, eps, prescribed_um or {}, load, springs).solve(solver)
    return HarmonicStress(
        model,
        int(harmonic),
        found.u_um,
        state,
        found.info,
        held.held.reshape(-1, 3) | acted_on,
        found.factors if keep_factors else None,
        eigenstrain=eigenstrain,
        foundation=dict(foundation or {}),
    )


# ---------------------------------------------------------------------- loads


def _traction_load(model: Model, boundary: str, given: Amplitudes) -> np.ndarray:
    """(nodes, 3) nodal loads of a traction."""
    facets = model.facets(boundary)
    at, weight = facet_points(model.node_points_um[:, model.facet_nodes(facets)])
    shape = facet_functions()[0][:3]
    traction = np.asarray(given(*(at / model.unit_um)), dtype=float)
    if not np.isfinite(traction).all():
        raise InputError(f"traction_mpa['{boundary}'] must be finite")
    out = np.zeros((model.node_count, 3))
    parts = np.einsum(
        "cmq,iq,mq->imc", np.broadcast_to(traction, (3, *weight.shape)), shape, weight
    )
    np.add.at(out, model.facet_nodes(facets), parts)
    return out


def _springs(model: Model, boundary: str, support: Foundation) -> tuple[Springs, np.ndarray]:
    """An elastic support's stiffness, and (nodes, 3) nodal loads with which it pulls."""
    k = support.stiffness_mpa_per_um
    if not (np.isfinite(k) and k > 0):
        raise InputError(f"the stiffness of '{boundary}' = {k} MPa/um must be positive and finite")
    facets = model.facets(boundary)
    nodes = model.facet_nodes(facets)
    mass = k * facet_mass(model.node_points_um[:, nodes])
    m = len(facets)
    pull = np.zeros((model.node_count, 3))
    np.add.at(pull, nodes.T, np.multiply.outer(mass.sum(axis=2), support.target_um))
    matrices = np.zeros((m, 9, 9))
    for c in range(3):
        matrices[:, c::3, c::3] = mass
    turn = np.broadcast_to(np.eye(9), (m, 9, 9)).copy()
    for i in range(3):
        on_axis = model.node_points_um[0, nodes[i]] == 0.0
        turn[on_axis, 3 * i : 3 * i + 2, 3 * i : 3 * i + 2] = [[1.0, 1.0], [1.0, -1.0]]
    matrices = np.einsum("mki,mkl,mlj->mij", turn, matrices, turn)
    return Springs(np.ascontiguousarray(matrices), unknowns_of(nodes, 3)), pull
