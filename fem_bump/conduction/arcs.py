"""Conduction from a source that covers only arcs of the angle: one problem per harmonic.

A uniform normal flux enters boundary S through N equal arcs of half angle p, evenly spaced around
the axis. With the potential phi = sum of phi_n cos(n theta), n = 0, N, 2N, ...,

    integral of s (grad phi_n . grad v + n^2 phi_n v / r^2)  +  contacts
        = I c_n (mean of v over S),   c_0 = 1,  c_n = 2 sin(n p) / (n p),

weight 2 pi r for every n; for n >= 1 phi_n vanishes on the axis and on an equipotential sink. All
harmonics n >= 1 share matrices, pattern and analysis (:mod:`fem_bump.algebra.shifted_systems`).

How many are needed depends on what is asked for, so they are computed on demand; what is returned
depends on the question only, not on what was asked before. Mean potential of
the arcs V = sum of V_n sin(n p) / (n p) and power I V converge like 1/N^2 only, but the response to
a unit source, V_n / c_n, tends to a constant over n, which gives the tail. A window mean of the
current density converges geometrically where the window lies at a distance from the source; its
tail is bounded by continuing the decay of the unit responses.

E. L. Wilson, AIAA J. 3(12), 2269 (1965), for the expansion. Units: um, A, V, A/um^2, degrees.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property

import numpy as np

from fem_bump import printed
from fem_bump.algebra.constraints import FreeUnknowns
from fem_bump.algebra.harmonics import FIRST_HARMONICS, MOST_HARMONICS, arc_mean, more
from fem_bump.algebra.linear_solver import SolverInfo
from fem_bump.algebra.shape_functions import shape_functions
from fem_bump.algebra.shifted_systems import ShiftedSystems
from fem_bump.body.model import Model
from fem_bump.conduction.arc_source import CurrentHarmonics
from fem_bump.conduction.axisymmetric_flow import CurrentFlow
from fem_bump.conduction.kernels import potential_gradient
from fem_bump.conduction.system import (
    PER_UM,
    ConductionState,
    ConductionSystem,
    ReducedConduction,
    nodal_fluxes,
)
from fem_bump.interfaces.angular_flux import AngularFluxInterface
from fem_bump.interfaces.line import InterfaceLine, trace_interface
from fem_bump.interfaces.recovery import Recovery

PER_ARC = 3.0  # harmonics of a field, in units of (half the circle / half angle of an arc)
TAIL_TERMS = 200_000


class AngularCurrentFlow:
    """Potential, current density and resistance when current enters through arcs.

    Attributes
    ----------
    axisymmetric
        The state of harmonic 0.
    half_angle_deg, count
        Of the arcs; the first one lies at theta = 0.
    accuracy
        The share of a reported value that the harmonics left out may add to it.
    """

    def __init__(
        self,
        axisymmetric: CurrentFlow,
        system: ConductionSystem,
        sink_kind: str,
        half_angle_deg: float,
        count: int,
        accuracy: float,
        solver: str,
    ) -> None:
        self.axisymmetric = axisymmetric
        self.half_angle_deg, self.count, self.accuracy = half_angle_deg, count, accuracy
        self._system, self._solver = system, solver
        self._sink_kind = sink_kind
        # free unknowns per unit source amplitude, n = N, 2N, ...
        self._unit: list[np.ndarray] = []

    def __repr__(self) -> str:
        return printed.lines(
            f"AngularCurrentFlow: {self.current_a:g} A from {self.source} to {self.sink}, "
            f"{self.model.summary}",
            source=f"{self.count} arcs of {2 * self.half_angle_deg:.4g} deg",
            harmonics=f"{self.solved} solved above 0",
            resistance_from_all_around=f"{self.axisymmetric.resistance_ohm:.6g} ohm",
            left_out=printed.some(self.dropped_regions),
        )

    @property
    def model(self) -> Model:
        return self.axisymmetric.model

    @property
    def current_a(self) -> float:
        return self.axisymmetric.current_a

    @property
    def source(self) -> str:
        return self.axisymmetric.source

    @property
    def sink(self) -> str:
        return self.axisymmetric.sink

    @property
    def dropped_regions(self) -> tuple[str, ...]:
        return self.axisymmetric.dropped_regions

    @property
    def conducting_elements(self) -> np.ndarray:
        return self._system.elements

    # ------------------------------------------------------------------ harmonics

    @cached_property
    def _equations(self) -> tuple[ShiftedSystems, ReducedConduction, np.ndarray]:
        """Solver, the reduced system and its load, all that harmonics above 0 share."""
        system = self._system
        known = np.zeros(system.count, dtype=bool)
        known[system.axis_unknowns] = True
        if self._sink_kind == "equipotential":
            known[system.terminal_unknowns(self.sink).ravel()] = True
        reduced = system.reduced(known, np.zeros(system.count), [])
        stiffness, mass = reduced.assemble_harmonics()
        load = reduced.gather(system.mean_weights(self.source) * self.current_a)
        systems = ShiftedSystems(
            reduced.matrix(stiffness), reduced.matrix(mass), load, self._solver
        )
        return systems, reduced, load

    def extend(self, harmonics: int) -> None:
        """Solve until there are this many harmonics above 0."""
        systems = self._equations[0]
        while len(self._unit) < min(harmonics, MOST_HARMONICS):
            n = self.count * (len(self._unit) + 1)
            self._unit.append(systems.solve(float(n * n)))

    @property
    def solved(self) -> int:
        """Number of harmonics above 0 that are there."""
        return len(self._unit)

    def _harmonics_up_to(self, count: int) -> np.ndarray:
        return self.count * np.arange(count + 1)

    @cached_property
    def numbers(self) -> np.ndarray:
        """(k,) harmonics that fields are summed over, 0 among them.

        Enough for the potential's accuracy, and to resolve an arc; the current density next to an
        arc's end is singular, and no sum of harmonics is exact there.
        """
        arcs = int(np.ceil(PER_ARC * 180 / self.half_angle_deg / self.count))
        count = min(max(len(self.harmonics.numbers) - 1, arcs), MOST_HARMONICS)
        self.extend(count)
        return self._harmonics_up_to(count)

    def source_factor(self, n: np.ndarray) -> np.ndarray:
        """c_n: amplitude of the source's harmonics over its mean."""
        n = np.asarray(n, dtype=float)
        return np.where(n == 0, 1.0, 2.0) * arc_mean(n, np.radians(self.half_angle_deg))

    @property
    def solver(self) -> SolverInfo:
        """Solver and worst residual of the harmonics above 0."""
        return self._equations[0].info()

    @cached_property
    def harmonics(self) -> CurrentHarmonics:
        """Shares of potential and power, with enough harmonics for the accuracy of both."""
        count = FIRST_HARMONICS
        while True:
            self.extend(count)
            found = self._summed(count)
            if found.reached or count >= MOST_HARMONICS:
                return found
            count = more(count)

    @property
    def entry_factors(self) -> np.ndarray:
        """(k,) factors of the unit responses' mean potentials in that of the arcs, tail included.

        Harmonics as in :attr:`harmonics`; the tail goes with the last of them.
        """
        n = self.harmonics.numbers
        out = self.source_factor(n) * arc_mean(n, np.radians(self.half_angle_deg))
        out[-1] += n[-1] * self._tail_sum(len(n) - 1)
        return out

    def _tail_sum(self, count: int) -> float:
        """Sum over harmonics after so many of what a unit response of 1 / n adds to the mean."""
        p = np.radians(self.half_angle_deg)
        # the rest of the series oscillates around its mean, (sin)^2 = 1/2
        rest = 1 / (2 * (p * self.count * TAIL_TERMS) ** 2) / self.count
        return float(self._tail_terms[count:].sum() + rest)

    @cached_property
    def _tail_terms(self) -> np.ndarray:
        """(TAIL_TERMS,) shares of n = N, 2N, ... in the potential, over n times the response."""
        n, p = self._harmonics_up_to(TAIL_TERMS)[1:], np.radians(self.half_angle_deg)
        return 2 * arc_mean(n, p) ** 2 / n

    def _summed(self, count: int) -> CurrentHarmonics:
        n = self._harmonics_up_to(count)
        p = np.radians(self.half_angle_deg)
        factor = self.source_factor(n)
        # the load is the weights of the mean, times the current
        load, unit = self._equations[2], self._unit[:count]
        entry = [float(x @ load) / self.current_a for x in unit]
        mean = np.array([self.axisymmetric.source_potential_v, *entry])
        share = factor * mean * arc_mean(n, p)
        # n times the unit response tends to a constant: that of a film's edge
        level = n[1:] * mean[1:]
        terms_sum = self._tail_sum(count)
        drift = float(np.abs(level[-1] - level[len(level) * 3 // 4 - 1]))
        potential, error = float(level[-1]) * terms_sum, drift * terms_sum
        current = abs(self.current_a)
        return CurrentHarmonics(
            n,
            factor * self.current_a,
            share,
            share * self.current_a,
            {
                "entry_potential_v": potential,
                "power_w": potential * self.current_a,
                "entry_potential_error_v": error,
                "power_error_w": error * current,
            },
            error <= self.accuracy * abs(self.axisymmetric.source_potential_v),
        )

    def state(self, k: int) -> ConductionState:
        """The k-th harmonic above 0 per unit amplitude of its source, its matrix factorized."""
        self.extend(k)
        systems, reduced, _ = self._equations
        n = self.count * k
        unknowns = FreeUnknowns(reduced.number, systems.factorized(float(n * n)))
        return ConductionState(n, self.current_a, 0.0, self._local(k - 1), unknowns)

    # ------------------------------------------------------------------ integral results

    @property
    def source_potential_v(self) -> float:
        """Mean potential over the arcs, above the sink's."""
        found = self.harmonics
        return float(found.entry_potential_v.sum()) + found.tail["entry_potential_v"]

    @property
    def resistance_ohm(self) -> float:
        """Difference of the terminals' mean potentials over the current."""
        return self.source_potential_v / self.current_a

    @property
    def power_w(self) -> float:
        """Dissipated power, bulk and contacts."""
        return self.source_potential_v * self.current_a

    # ------------------------------------------------------------------ fields

    def potential(
        self, points: np.ndarray, theta_deg: float | np.ndarray = 0.0, region: str | None = None
    ) -> np.ndarray:
        """(N,) potential in V at (2, N) points and angles."""
        element, x, y = self.model.locate(points, region, self.model.mask(self._system.elements))
        shape, _, _ = shape_functions(np.array([x, y]))
        theta = np.radians(np.broadcast_to(theta_deg, element.shape))
        out = (shape * self.axisymmetric.local_phi_v[element]).sum(axis=1)
        for n, local in self._scaled():
            out += (shape * local[element]).sum(axis=1) * np.cos(n * theta)
        return out

    def current_density(
        self, points: np.ndarray, theta_deg: float | np.ndarray = 0.0, region: str | None = None
    ) -> np.ndarray:
        """(3, N) current density r, theta, z in A/um^2; ``region`` decides the side."""
        domain = self.model.mask(self._system.elements)
        return self.current_density_at(*self.model.locate(points, region, domain), theta_deg)

    def current_density_at(
        self,
        element: np.ndarray,
        x: np.ndarray,
        y: np.ndarray,
        theta_deg: float | np.ndarray = 0.0,
    ) -> np.ndarray:
        """(3, N) current density r, theta, z at reference points of elements."""
        theta = np.radians(np.broadcast_to(theta_deg, element.shape))
        plane = self.axisymmetric.current_density_at(element, x, y)
        out = np.array([plane[0], np.zeros_like(plane[0]), plane[1]])
        s = self._system.conductivity[element, 0] * PER_UM
        part = np.empty((3, len(element)))
        for n, local in self._scaled():
            potential_gradient(
                self.model.node_points_um, self.model.nodes, element, x, y, local, part
            )
            out[0] -= s * part[0] * np.cos(n * theta)
            out[1] += s * n * part[2] * np.sin(n * theta)
            out[2] -= s * part[1] * np.cos(n * theta)
        return out

    def amplitude_at(self, element: np.ndarray, x: np.ndarray, y: np.ndarray) -> np.ndarray:
        """(k, 3, N) amplitudes of the current density r, theta, z, one set per harmonic.

        r and z go with cos(n theta), theta with sin(n theta).
        """
        plane = self.axisymmetric.current_density_at(element, x, y)
        out = np.zeros((len(self.numbers), 3, len(element)))
        out[0, 0], out[0, 2] = plane
        s = self._system.conductivity[element, 0] * PER_UM
        part = np.empty((3, len(element)))
        for k, (n, local) in enumerate(self._scaled(), 1):
            potential_gradient(
                self.model.node_points_um, self.model.nodes, element, x, y, local, part
            )
            out[k] = -s * part[0], s * n * part[2], -s * part[1]
        return out

    def _scaled(self) -> Iterator[tuple[int, np.ndarray]]:
        """Harmonics above 0 of a field, and their potential per element node."""
        for k, n in enumerate(self.numbers[1:].tolist()):
            yield n, self._local(k) * float(self.source_factor(np.array(n)))

    def _local(self, k: int) -> np.ndarray:
        """(elements, 6) potential per unit source amplitude of the harmonic after k others."""
        return self._system.local(self._equations[1].spread(self._unit[k]))

    def local_potential_v(self, theta_deg: float = 0.0) -> np.ndarray:
        """(elements, 6) potential per element node at one angle; zero where no current flows."""
        out = self.axisymmetric.local_phi_v.copy()
        for n, local in self._scaled():
            out += local * np.cos(n * np.radians(theta_deg))
        return out

    # ------------------------------------------------------------------ interfaces

    def interface(self, a: str, b: str, side: str = "a") -> AngularFluxInterface:
        """J.n on the interface between regions or groups a and b, positive from b into a."""
        line = trace_interface(self.model, a, b)
        mean = self.axisymmetric.interface(a, b, side)
        return AngularFluxInterface(mean, self, UnitDensities(self, line, side))

    def unit_fluxes(self, elements: np.ndarray, start: int) -> np.ndarray:
        """(nodes, k) current that enters elements at each node, per unit source amplitude.

        Of every harmonic that is solved, from ``start`` (at least 1) on.
        """
        return nodal_fluxes(
            self.model,
            elements,
            np.array([self._local(k) for k in range(start - 1, len(self._unit))]),
            self._harmonics_up_to(len(self._unit))[start:],
            self._system.conductivity,
        )


class UnitDensities:
    """J.n on one side of an interface per unit source amplitude, for as many harmonics as asked.

    ``densities(count)`` is (count, m, 3), A/um^2, of the harmonics above 0.
    """

    def __init__(self, flow: AngularCurrentFlow, line: InterfaceLine, side: str) -> None:
        self._flow, self._line, self._side = flow, line, side
        self._found = np.zeros((0, len(line.facets), 3))

    def __call__(self, count: int) -> np.ndarray:
        if len(self._found) < count:
            self._flow.extend(count)
            recovery, mine, elements, sign = self._recovery
            flux = self._flow.unit_fluxes(elements, len(self._found) + 1)
            new = recovery.density(sign * flux)[:, mine]
            self._found = np.concatenate([self._found, new])
        return self._found[:count]

    @cached_property
    def _recovery(self) -> tuple[Recovery, np.ndarray, np.ndarray, float]:
        """From residuals to densities, the line's facets, elements at the outline, sign."""
        outline, mine, elements, sign = self._flow.axisymmetric.flux_outline(self._line, self._side)
        model = self._flow.model
        near = np.zeros(model.node_count, dtype=bool)
        near[outline.nodes] = True
        elements = elements[near[model.nodes[:, elements]].any(axis=0)]
        return Recovery(outline, zero_on_axis=True), mine, elements, sign
