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
import scipy.sparse as sp
from skfem import BilinearForm

from fem_bump.algebra.constraints import FreeUnknowns, reduce_unknowns
from fem_bump.algebra.linear_solver import Factorization, solve_factorized
from fem_bump.algebra.pattern import assemble_small, lower_pattern
from fem_bump.algebra.quadrature import facet_functions, facet_mass, facet_points
from fem_bump.algebra.shape_functions import shape_functions, shape_table, triangle_rule
from fem_bump.body.material_state import MaterialState, Scalar, material_state
from fem_bump.body.model import Model
from fem_bump.errors import InputError
from fem_bump.mechanics import harmonic_kernels
from fem_bump.mechanics.harmonic_stress import Amplitudes, AxisUnknowns, Foundation, HarmonicStress

COMPONENT = {"r": 0, "t": 1, "z": 2}


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
    """
    if not (isinstance(harmonic, int | np.integer) and harmonic >= 0):
        raise InputError(f"harmonic = {harmonic} must be a whole number, 0 or more")
    rule, weights = triangle_rule()
    if state is None:
        state = material_state(model, 0.0, temperature_degc, rule)

    known = np.zeros((model.node_count, 3), dtype=bool)
    values = np.zeros((model.node_count, 3))
    for boundary, components in (fixed or {}).items():
        for c in _components("fixed", boundary, components):
            known[model.boundary_nodes(boundary), c] = True
    for boundary, by_component in (prescribed_um or {}).items():
        for name, value in by_component.items():
            (c,) = _components("prescribed_um", boundary, name)
            nodes = model.boundary_nodes(boundary)
            known[nodes, c] = True
            points = model.node_points_um[:, nodes] / model.unit_um
            values[nodes, c] = value(*points) if callable(value) else value
    if not np.isfinite(values).all():
        raise InputError("prescribed_um must be finite")
    ties = []
    for boundary, components in (tied or {}).items():
        if components != "r":
            raise InputError(
                f"tied['{boundary}'] = '{components}' must be 'r' for a load that is not "
                "axisymmetric"
            )
        nodes = model.boundary_nodes(boundary)
        if harmonic % 2:
            known[nodes, 2] = True
        else:
            ties.append(3 * nodes)
    held = known.copy()
    held.ravel()[[i for group in ties for i in group]] = True

    load = np.zeros((model.node_count, 3))
    for boundary, traction in (traction_mpa or {}).items():
        load += _traction_load(model, boundary, traction)
        held[model.boundary_nodes(boundary)] = True
    springs = [
        _springs(model, boundary, support) for boundary, support in (foundation or {}).items()
    ]
    for boundary in foundation or {}:
        held[model.boundary_nodes(boundary)] = True

    eps = np.zeros((6, *state.young.shape))
    if eigenstrain is not None:
        eps[:] = eigenstrain(*(model.quadrature[0] / model.unit_um))
    _hold_axis(model, harmonic, known, values)
    if not springs:
        _pin_free_modes(model, harmonic, known, load)

    on_axis = model.axis_nodes
    load[on_axis, 0], load[on_axis, 1] = (
        load[on_axis, 0] + load[on_axis, 1],
        load[on_axis, 0] - load[on_axis, 1],
    )
    number, free = reduce_unknowns(known.size, known.ravel(), ties)
    dofs = (3 * model.nodes.T[:, :, None] + np.arange(3)).reshape(-1, 18)
    prescribed = np.where(known.ravel()[dofs], values.ravel()[dofs], 0.0)
    colptr, rows = lower_pattern(number[dofs], free)
    data, right = np.zeros(colptr[-1]), np.zeros(free)
    harmonic_kernels.assemble_harmonic(
        model.node_points_um,
        model.nodes,
        float(harmonic),
        shape_table(shape_functions(rule)),
        weights,
        state.young,
        state.poisson,
        eps,
        number[dofs],
        prescribed,
        colptr,
        rows,
        data,
        right,
    )
    for matrices, vectors, spring_dofs in springs:
        given = np.where(known.ravel()[spring_dofs], values.ravel()[spring_dofs], 0.0)
        assemble_small(matrices, number[spring_dofs], given, colptr, rows, data, right)
        np.add.at(load.ravel(), spring_dofs, vectors)
    np.add.at(right, number[number >= 0], load.ravel()[number >= 0])
    lower = sp.csc_matrix((data, rows, colptr), shape=(free, free))
    factor = Factorization(lower, solver)
    solution, info = solve_factorized(lower, factor, right)
    u = values.copy()
    u.ravel()[number >= 0] = solution[number[number >= 0]]
    u[on_axis, 0], u[on_axis, 1] = u[on_axis, 0] + u[on_axis, 1], u[on_axis, 0] - u[on_axis, 1]
    factors = AxisUnknowns(FreeUnknowns(number, factor), on_axis) if keep_factors else None
    return HarmonicStress(
        model,
        int(harmonic),
        u,
        state,
        info,
        held,
        factors,
        eigenstrain=eigenstrain,
        foundation=dict(foundation or {}),
    )


# ---------------------------------------------------------------------- conditions and loads


def _components(argument: str, boundary: str, components: str) -> list[int]:
    bad = [c for c in components if c not in COMPONENT]
    if bad or not components:
        raise InputError(
            f"{argument}['{boundary}'] = '{components}' must name components 'r', 't' or 'z'"
        )
    return [COMPONENT[c] for c in components]


def _hold_axis(model: Model, harmonic: int, known: np.ndarray, values: np.ndarray) -> None:
    """On the axis, turn to half sum and half difference and set the harmonic's conditions."""
    axis = model.axis_nodes
    if harmonic == 1:
        # u_r = -u_t there: a given one gives the half difference
        radial = known[axis, 0]
        difference = np.where(radial, values[axis, 0], -values[axis, 1])
        known[axis, 1] |= radial
        values[axis, 1] = np.where(known[axis, 1], difference, 0.0)
        fixed = [0, 2]
    else:
        fixed = [0, 1, 2] if harmonic else [0, 1]
    for c in fixed:
        known[axis, c], values[axis, c] = True, 0.0


def _rigid_modes(model: Model, harmonic: int) -> list[np.ndarray]:
    """Rigid motions of a harmonic as (nodes, 3) amplitudes, about the body's middle."""
    r, z = model.node_points_um
    zero, one, height = np.zeros_like(r), np.ones_like(r), z - z.mean()
    if harmonic == 0:
        return [np.array([zero, zero, one]).T, np.array([zero, r, zero]).T]
    if harmonic == 1:
        return [np.array([one, -one, zero]).T, np.array([height, -height, -r]).T]
    return []


def _pin_free_modes(model: Model, harmonic: int, known: np.ndarray, load: np.ndarray) -> None:
    """Hold rigid motions that nothing holds and no load drives; refuse those that a load drives."""
    r = model.node_points_um[0]
    off_axis = r > 0
    scale = float(np.ptp(model.node_points_um, axis=1).max())
    modes = _rigid_modes(model, harmonic)
    size = float(np.abs(load).sum())
    held = [mode / (scale if k else 1.0) for k, mode in enumerate(modes)]
    if not modes:
        return
    off = np.where(off_axis[:, None], 1.0, 0.0)
    rows = np.array([(mode * off)[known & off_axis[:, None]] for mode in held])
    if harmonic == 1:  # a half difference given on the axis holds the translation
        on = ~off_axis & known[:, 1]
        extra = np.array([mode[on, 0] for mode in held])
        rows = np.concatenate([rows, extra], axis=1)
    if harmonic == 0:
        extra = np.array([mode[~off_axis & known[:, 2], 2] for mode in held])
        rows = np.concatenate([rows, extra], axis=1)
    u, s, _ = np.linalg.svd(rows @ rows.T) if rows.shape[1] else (np.eye(2), np.zeros(2), None)
    for k in np.nonzero(s <= 1e-12 * max(float(s.max()), 1.0))[0]:
        motion = np.tensordot(u[:, k], np.array(held), 1)
        if abs(float((motion * load).sum())) > 1e-6 * size:
            raise InputError(
                f"a load of harmonic {harmonic} acts on a body that is free to move: hold one of "
                "its boundaries"
            )
        free = np.where(known | ~off_axis[:, None], 0.0, np.abs(motion))
        known.ravel()[int(free.argmax())] = True


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


def _springs(
    model: Model, boundary: str, support: Foundation
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """(m, 9, 9) matrices, (m, 9) loads and (m, 9) unknowns of an elastic support."""
    k = support.stiffness_mpa_per_um
    if not (np.isfinite(k) and k > 0):
        raise InputError(f"the stiffness of '{boundary}' = {k} MPa/um must be positive and finite")
    facets = model.facets(boundary)
    nodes = model.facet_nodes(facets)
    mass = k * facet_mass(model.node_points_um[:, nodes])
    m = len(facets)
    matrices = np.zeros((m, 9, 9))
    for c in range(3):
        matrices[:, c::3, c::3] = mass
    turn = np.broadcast_to(np.eye(9), (m, 9, 9)).copy()
    for i in range(3):
        on_axis = model.node_points_um[0, nodes[i]] == 0.0
        turn[on_axis, 3 * i : 3 * i + 2, 3 * i : 3 * i + 2] = [[1.0, 1.0], [1.0, -1.0]]
    target = np.tile(np.asarray(support.target_um, dtype=float), 3)
    loads = np.einsum("mij,j->mi", matrices, target)
    matrices = np.einsum("mki,mkl,mlj->mij", turn, matrices, turn)
    loads = np.einsum("mki,mk->mi", turn, loads)
    dofs = (3 * nodes.T[:, :, None] + np.arange(3)).reshape(m, 9)
    return np.ascontiguousarray(matrices), loads, dofs
