"""Thermo-elasticity, axisymmetric; and the entry to that with a lateral shift on top.

Find u = (u_r, u_z) such that for all admissible v, over the full revolution (weight 2 pi r),

    integral of e(v) : C (e(u) - eps_th I) = integral of b . v,

    e_rr = dr u_r,  e_zz = dz u_z,  e_tt = u_r / r,  g_rz = dz u_r + dr u_z,

with C isotropic from E and nu at the temperature T, and eps_th the integral of alpha dT from the
region's stress-free temperature to T. Signs: tension positive. Units: um, MPa, uN, degC, pJ.

``reference_forms`` is the same problem as scikit-fem forms, to read and to test against; the
solver assembles with :mod:`fem_bump.kernels`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, overload

import numpy as np
import scipy.sparse as sp
from skfem import BilinearForm, LinearForm

from fem_bump import kernels
from fem_bump.angular_stress import AngularStress, lateral_shift
from fem_bump.constraints import FreeUnknowns, reduce_unknowns
from fem_bump.errors import InputError
from fem_bump.interface import TractionInterface, tractions
from fem_bump.interface_line import trace_interface
from fem_bump.linear_solver import Factorization, SolverInfo, solve_factorized
from fem_bump.material_state import DeltaT, MaterialState, Scalar, material_state
from fem_bump.model import Model

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


# what comes back depends on the load; the overloads say only that
@overload
def thermal_stress(*args: Any, lateral_shift_um: None = None, **kwargs: Any) -> ThermalStress: ...
@overload
def thermal_stress(
    *args: Any, lateral_shift_um: Mapping[str, float], **kwargs: Any
) -> AngularStress: ...
def thermal_stress(  # type: ignore[misc]
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
) -> ThermalStress | AngularStress:
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
        See :class:`fem_bump.linear_solver.Factorization`.
    lateral_shift_um
        Boundary name to the distance by which it moves in x, rigidly; at least two boundaries, one
        of which usually stays (0), or one and another that is ``fixed`` in "r" or "t".
    counter_stiffness_mpa_per_um
        Of those, the boundaries that are moved through an elastic foundation, and its stiffness.
    keep_factors
        Keep the factorized stiffness, as error estimates need it.

    Returns
    -------
    ThermalStress, or AngularStress under a lateral shift

    Raises
    ------
    InputError
        Unknown names, arrays of the wrong shape, axial load without axial restraint, a lateral
        shift that nothing resists.
    AnalysisError
        When the system cannot be solved.
    """
    rule, weights = kernels.triangle_rule()
    shape, dx, dy = kernels.shape_functions(rule)
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
    colptr, rows = kernels.lower_pattern(dofs, free)
    data, load = np.zeros(colptr[-1]), np.zeros(free)
    kernels.assemble_elastic(
        model.node_points_um,
        model.nodes,
        shape,
        dx,
        dy,
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
        force = _body_force(model, body_force)
        np.add.at(load, number[number >= 0], force.ravel()[number >= 0])
    lower = sp.csc_matrix((data, rows, colptr), shape=(free, free))
    factor = Factorization(lower, solver)
    solution, info = solve_factorized(lower, factor, load)
    u = values.copy()
    u[number >= 0] = solution[number[number >= 0]]
    held = known.copy()
    held[[i for group in ties for i in group]] = True
    factors = FreeUnknowns(number, factor) if keep_factors else None
    plane = ThermalStress(
        model, u.reshape(-1, 2), state, info, auto_pinned, body_force, held, factors
    )
    if not lateral_shift_um:
        return plane
    return lateral_shift(
        plane,
        lateral_shift_um,
        counter_stiffness_mpa_per_um or {},
        fixed or {},
        tied or {},
        solver,
        keep_factors,
    )


@dataclass(frozen=True)
class ThermalStress:
    """Displacement, stress and energy of one thermo-elastic state.

    Attributes
    ----------
    u_um
        (nodes, 2) displacement at the model's second-order nodes.
    auto_pinned
        Where (r, z, in the model's unit) a missing axial restraint was added, or None.
    held
        (2 nodes,) unknowns on which a boundary may exert a force: fixed, prescribed or tied.
    factors
        The factorized stiffness, where it was kept.
    """

    model: Model
    u_um: np.ndarray
    state: MaterialState
    solver: SolverInfo
    auto_pinned: tuple[float, float] | None
    body_force: Callable[[np.ndarray, np.ndarray], np.ndarray] | None = None
    held: np.ndarray = field(default_factory=lambda: np.zeros(0, dtype=bool))
    factors: FreeUnknowns | None = None

    @property
    def axisymmetric(self) -> ThermalStress:
        """Itself: the part that is the same all around."""
        return self

    def displacement(self, points: np.ndarray) -> np.ndarray:
        """(2, N) displacement r, z in um at (2, N) points."""
        element, x, y = self.model.locate(points)
        shape, _, _ = kernels.shape_functions(np.array([x, y]))
        return np.einsum("mi,mic->cm", shape, self.u_um[self.model.nodes[:, element].T])

    def stress(self, points: np.ndarray, region: str | None = None) -> np.ndarray:
        """(4, N) stress rr, zz, tt, rz in MPa; ``region`` decides the side at an interface."""
        return self.stress_at(*self.model.locate(points, region))

    def stress_at(self, element: np.ndarray, x: np.ndarray, y: np.ndarray) -> np.ndarray:
        """(4, N) stress at reference points of elements."""
        out = np.empty((4, len(element)))
        young, poisson, eps = self.state.at(element, x, y)
        kernels.elastic_stress(
            self.model.node_points_um,
            self.model.nodes,
            element,
            x,
            y,
            self.u_um,
            young,
            poisson,
            eps,
            out,
        )
        return out

    @cached_property
    def strain_energy_by_region(self) -> dict[str, float]:
        """Elastic energy per region over the full revolution, pJ."""
        out = {}
        for region, found in self.model.regions.items():
            element, x, y, volume = self.model.quadrature_of(found)
            young = self.state.young[found].ravel()
            poisson = self.state.poisson[found].ravel()
            rr, zz, tt, rz = self.stress_at(element, x, y)
            energy = (
                rr**2
                + zz**2
                + tt**2
                - 2 * poisson * (rr * zz + zz * tt + tt * rr)
                + 2 * (1 + poisson) * rz**2
            ) / (2 * young)
            out[region] = float(energy @ volume)
        return out

    @property
    def strain_energy(self) -> float:
        """Elastic energy over the full revolution, pJ."""
        return sum(self.strain_energy_by_region.values())

    def nodal_forces(self, elements: np.ndarray) -> np.ndarray:
        """(nodes, 2) force, uN, that the rest of the world exerts on these elements."""
        rule, weights = kernels.triangle_rule()
        shape, dx, dy = kernels.shape_functions(rule)
        force = np.zeros((self.model.node_count, 2))
        kernels.elastic_nodal_forces(
            self.model.node_points_um,
            self.model.nodes,
            elements,
            self.u_um,
            shape,
            dx,
            dy,
            weights,
            self.state.young,
            self.state.poisson,
            self.state.eps,
            force,
        )
        if self.body_force is not None:
            force -= _body_force(self.model, self.body_force, elements)
        return force

    def interface(self, a: str, b: str, side: str = "a") -> TractionInterface:
        """Tractions on the interface between regions or groups a and b; n points from b into a.

        ``side`` tells which side's nodal residual they are recovered from; the two differ only
        next to triple nodes.
        """
        return tractions(trace_interface(self.model, a, b), self, side)


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


def _body_force(
    model: Model,
    body_force: Callable[[np.ndarray, np.ndarray], np.ndarray],
    elements: np.ndarray | None = None,
) -> np.ndarray:
    """(nodes, 2) nodal forces of a body force on some elements, or on all."""
    elements = np.arange(model.mesh.nelements) if elements is None else elements
    force = np.zeros((model.node_count, 2))
    np.add.at(force, model.nodes[:, elements], model.nodal_load(body_force, elements).T)
    return force
