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
from skfem import BilinearForm, LinearForm

from fem_bump.algebra.shape_functions import triangle_rule
from fem_bump.body.material_state import DeltaT, Scalar, material_state
from fem_bump.body.model import Model
from fem_bump.mechanics.conditions import conditions
from fem_bump.mechanics.harmonic_stress import HarmonicStress, body_forces
from fem_bump.mechanics.lateral_shift import lateral_shift
from fem_bump.mechanics.problem import ElasticProblem
from fem_bump.mechanics.state import ThermalStress


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

    Examples
    --------
    >>> from fem_bump import Model, materials, thermal_stress
    >>> from fem_bump.verification.grids import grid
    >>> regions = {"pad": (0, 10, 0, 1), "ubm": (0, 10, 1, 2)}
    >>> mesh = grid([0, 2, 4, 6, 8, 10], [0, 0.5, 1, 1.5, 2], regions)
    >>> model = Model(mesh, {"pad": materials["Al"], "ubm": materials["Cu"]})
    >>> state = thermal_stress(model, -192.0, stress_free_degc=217.0, fixed={"bottom": "z"})
    >>> rr, zz, tt, rz = state.stress([[5.0], [0.5]], region="pad")
    >>> round(float(rr[0]), 1)
    74.5
    """
    state = material_state(model, delta_t, stress_free_degc, triangle_rule()[0])
    load = None if body_force is None else body_forces(model, body_force)
    held = conditions(model, fixed, tied, prescribed_um, load=load)
    found = ElasticProblem(held, state, state.eps, prescribed_um or {}, load).solve(solver)
    plane = HarmonicStress(
        model,
        0,
        found.u_um,
        state,
        found.info,
        held.held.reshape(-1, 2),
        found.factors if keep_factors else None,
        body_force,
    )
    if not lateral_shift_um:
        return ThermalStress((plane,), held.auto_pinned)
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
    return ThermalStress((plane, shear), held.auto_pinned)
