"""Thermo-elasticity: the axisymmetric problem, harmonic 0, and what a lateral shift adds to it.

Find u = (u_r, u_z) such that for all admissible v, over the full revolution (weight 2 pi r),

    integral of e(v) : C (e(u) - eps_th I) = integral of b . v,

    e_rr = dr u_r,  e_zz = dz u_z,  e_tt = u_r / r,  g_rz = dz u_r + dr u_z,

with C isotropic from E and nu at the temperature T, and eps_th the integral of alpha dT from the
region's stress-free temperature to T. Signs: tension positive. Units: um, MPa, uN, degC, pJ.

``reference_forms`` is the same problem as scikit-fem forms, to read and to test against; the
solver assembles with :mod:`fem_bump.mechanics.axisymmetric_kernels`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np
import scipy.sparse as sp
from skfem import BilinearForm, LinearForm

from fem_bump.algebra.constraints import FreeUnknowns, reduce_unknowns
from fem_bump.algebra.linear_solver import Factorization, solve_factorized
from fem_bump.algebra.pattern import lower_pattern
from fem_bump.algebra.shape_functions import shape_functions, shape_table, triangle_rule
from fem_bump.body.material_state import DeltaT, Scalar, material_state
from fem_bump.body.model import Model
from fem_bump.errors import InputError
from fem_bump.mechanics.axisymmetric_kernels import assemble_elastic
from fem_bump.mechanics.harmonic_stress import HarmonicStress, body_forces
from fem_bump.mechanics.lateral_shift import lateral_shift
from fem_bump.mechanics.state import ThermalStress

ROUND_OFF = 1e-9  # share of the largest displacement that is none
COMPONENT = {"r": 0, "z": 1}  # "t" has no place in an axisymmetric state


def reference_forms() -> tuple[BilinearForm, LinearForm]:
    """The weak forms in scikit-fem, for a basis of ``ElementVector(ElementTriP2())``.

    Both expect ``young``, ``poisson`` and ``eps`` (thermal strain) as coefficient fields.
    """

    def strains(u, x):
        grad = u.grad
        return grad[0, 0], grad[1, 1], u[0] / x[0], grad[0, 1] + grad[1, 0]

    def lame(w):
        mu = w.young / (2 * (1 + w.poisson))
        return 2 * mu * w.poisson / (1 - 2 * w.poisson), mu

    @BilinearForm
    def stiffness(u, v, w):
        lam, mu = lame(w)
        (err, ezz, ett, grz), (vrr, vzz, vtt, vrz) = strains(u, w.x), strains(v, w.x)
        work = lam * (err + ezz + ett) * (vrr + vzz + vtt) + mu * (
            2 * (err * vrr + ezz * vzz + ett * vtt) + grz * vrz
        )
        return work * 2 * np.pi * w.x[0]

    @LinearForm
    def thermal_load(v, w):
        lam, mu = lame(w)
        vrr, vzz, vtt, _ = strains(v, w.x)
        return (3 * lam + 2 * mu) * w.eps * (vrr + vzz + vtt) * 2 * np.pi * w.x[0]

    return stiffness, thermal_load


def thermal_stress(
    model: Model,
    delta_t: DeltaT = 0.0,
    stress_free_degc: float | Mapping[str, float] = 25.0,
    fixed: Mapping[str, str] | None = None,
    tied: Mapping[str, str] | None = None,
    prescribed_um: Mapping[str, Mapping[str, Scalar]] | None = None,
    body_force: Callable[[np.ndarray, np.ndarray], np.ndarray] | None = None,
    solver: str = "auto",
    *,
    lateral_shift_um: Mapping[str, float] | None = None,
    counter_stiffness_mpa_per_um: Mapping[str, float] | None = None,
    keep_factors: bool = False,
) -> ThermalStress:
    """Solve for displacement and stress after a temperature change.

    Parameters
    ----------
    delta_t
        Temperature minus the stress-free temperature, K: a number, {region: number}, an array at
        the mesh vertices, or f(r, z) with coordinates in the model's length unit.
    stress_free_degc
        Stress-free temperature, degC, a number or {region: number}; T = that + ``delta_t``.
    fixed
        Boundary name to the components ("r", "t", "z") that vanish there, in every harmonic.
    tied
        Boundary name to the components that are equal along it, with no net force. Under a lateral
        shift, "r" (the side of a periodic cell) means that u_z of harmonic 1 vanishes there.
    prescribed_um
        Boundary name to {component: value in um, or f(r, z)}.
    body_force
        f(r, z) returning (2, ...) force per volume, uN/um^3; coordinates in the model's unit.
    solver
        See :class:`fem_bump.algebra.linear_solver.Factorization`.
    lateral_shift_um
        Boundary name to the distance by which it moves in x, rigidly; at least two boundaries, one
        of which usually stays (0), or one and another that is ``fixed`` in "r" or "t".
    counter_stiffness_mpa_per_um
        Of those, the boundaries that are moved through an elastic foundation, and its stiffness.
    keep_factors
        Keep the factorized stiffness, as error estimates need it.

    Returns
    -------
    ThermalStress
        Harmonic 0, and harmonic 1 under a lateral shift.

    Raises
    ------
    InputError
        Unknown names, arrays of the wrong shape, axial load without axial restraint, a lateral
        shift that nothing resists.
    AnalysisError
        When the system cannot be solved.
    """
    rule, weights = triangle_rule()
    state = material_state(model, delta_t, stress_free_degc, rule)

    count = 2 * model.node_count
    known = np.zeros(count, dtype=bool)
    values = np.zeros(count)
    known[2 * model.axis_nodes] = True
    for boundary, components in (fixed or {}).items():
        for c in _components("fixed", boundary, components):
            known[2 * model.boundary_nodes(boundary) + c] = True
    for boundary, by_component in (prescribed_um or {}).items():
        for c in _components("prescribed_um", boundary, "".join(by_component)):
            nodes = model.boundary_nodes(boundary)
            points = model.node_points_um[:, nodes] / model.unit_um
            given = by_component["rz"[c]]
            known[2 * nodes + c] = True
            values[2 * nodes + c] = given(*points) if callable(given) else given
    if not np.isfinite(values).all():
        raise InputError("prescribed_um must be finite")
    _check_axis(model, values.reshape(-1, 2)[:, 0], prescribed_um or {})
    ties = [
        2 * model.boundary_nodes(boundary) + c
        for boundary, components in (tied or {}).items()
        for c in _components("tied", boundary, components)
    ]
    for group in ties * len(ties):  # tied boundaries may share corners and so hand values on
        fixed_values = np.unique(values[group][known[group]])
        if len(fixed_values) > 1:
            raise InputError("a tied boundary holds nodes with different prescribed displacements")
        if len(fixed_values) == 1:
            known[group], values[group] = True, fixed_values[0]

    auto_pinned = None
    if not known[1::2].any():
        if body_force is not None:
            raise InputError("a body force acts along the axis, but no boundary is fixed in 'z'")
        r, z = model.node_points_um
        node = int(np.lexsort((z, r))[0])
        known[2 * node + 1] = True
        auto_pinned = (float(r[node] / model.unit_um), float(z[node] / model.unit_um))

    number, free = reduce_unknowns(count, known, ties)
    dofs = np.empty((model.mesh.nelements, 12), dtype=np.int64)
    dofs[:, 0::2], dofs[:, 1::2] = 2 * model.nodes.T, 2 * model.nodes.T + 1
    prescribed = np.where(known[dofs], values[dofs], 0.0)
    dofs = number[dofs]
    colptr, rows = lower_pattern(dofs, free)
    data, load = np.zeros(colptr[-1]), np.zeros(free)
    assemble_elastic(
        model.node_points_um,
        model.nodes,
        shape_table(shape_functions(rule)),
        weights,
        state.young,
        state.poisson,
        state.eps,
        dofs,
        prescribed,
        colptr,
        rows,
        data,
        load,
    )
    force = None
    if body_force is not None:
        force = body_forces(model, body_force)
        np.add.at(load, number[number >= 0], force.ravel()[number >= 0])
    lower = sp.csc_matrix((data, rows, colptr), shape=(free, free))
    factor = Factorization(lower, solver)
    solution, info = solve_factorized(lower, factor, load)
    u = values.copy()
    u[number >= 0] = solution[number[number >= 0]]
    held = known.copy()
    held[[i for group in ties for i in group]] = True
    factors = FreeUnknowns(number, factor) if keep_factors else None
    plane = HarmonicStress(
        model, 0, u.reshape(-1, 2), state, info, held.reshape(-1, 2), factors, body_force
    )
    if not lateral_shift_um:
        return ThermalStress((plane,), auto_pinned)
    shear = lateral_shift(
        model,
        state,
        lateral_shift_um,
        counter_stiffness_mpa_per_um or {},
        fixed or {},
        tied or {},
        solver,
        keep_factors,
    )
    return ThermalStress((plane, shear), auto_pinned)


def _components(argument: str, boundary: str, components: str) -> list[int]:
    allowed = "rtz" if argument == "fixed" else "rz"
    bad = [c for c in components if c not in allowed]
    if bad or not components:
        raise InputError(
            f"{argument}['{boundary}'] = '{components}' must name components of "
            f"{', '.join(repr(c) for c in allowed)}"
        )
    return [COMPONENT[c] for c in components if c in COMPONENT]


def _check_axis(
    model: Model, radial: np.ndarray, prescribed_um: Mapping[str, Mapping[str, Scalar]]
) -> None:
    """Refuse a radial displacement of the axis, which would be a hole."""
    axis = model.axis_nodes
    moved = axis[np.abs(radial[axis]) > ROUND_OFF * np.abs(radial).max(initial=0.0)]
    if len(moved):
        name = next(
            name
            for name, given in prescribed_um.items()
            if "r" in given and np.isin(moved[0], model.boundary_nodes(name))
        )
        raise InputError(
            f"prescribed_um['{name}'] moves the axis by u_r = {radial[moved[0]]:g} um; at r = 0 "
            "it must be 0, as f(r, z) can be"
        )
