"""The jump of the potential along an interface with contact resistance, and the heat set free.

The jump is that from b to a of the interface (a, b), phi_b - phi_a: it drives a current from b into
a. With contact resistivity rc the heat is

    integral of [phi]^2 / rc,   weight 2 pi r,

summed over the harmonics of the angle with the mean squares of their cosines. Units: um, V, W,
degrees.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from fem_bump.algebra.harmonics import Interval, angle_means, arc_mean
from fem_bump.algebra.quadrature import facet_mass
from fem_bump.conduction.contacts import contact_power
from fem_bump.conduction.flow import CurrentFlow
from fem_bump.conduction.off_centre_films import sides
from fem_bump.errors import InputError
from fem_bump.interfaces import windows
from fem_bump.interfaces.angular_windows import check_arc, trial_means
from fem_bump.interfaces.densities import check_window
from fem_bump.interfaces.line import trace_interface

STEP_DEG = 1.0  # between trial positions of a window around the axis
LATE = 2 / 3  # harmonics from here on say what those that are left out may add


@dataclass(frozen=True)
class JumpWindow:
    """Largest mean of the jump over windows of one size, along the net current.

    Attributes
    ----------
    harmonics
        Number of harmonics above 0 that were summed.
    tail_v
        What the last third of them added, sign by sign: more than those left out.
    """

    length_um: float
    voltage_max_v: float
    start_um: float
    clipped: bool
    theta_deg: Interval
    harmonics: int
    tail_v: float


class ContactJumps:
    """Jumps across the interface of two regions or groups of a flow.

    Attributes
    ----------
    line
        The interface; where contact is perfect, the jump is 0.
    places, rows
        (p,) its facets with a contact resistance: where they stand among the system's, and on the
        line.
    sign
        (p,) of a jump, first side of the facet less second, that is one from b to a.
    flipped
        (p,) facets that run down in vertex numbers along the line.

    Raises
    ------
    InputError
        Where no part of the interface has a contact resistance.
    """

    def __init__(self, flow: CurrentFlow, a: str, b: str) -> None:
        self.flow, self.system = flow, flow.system
        self.line = trace_interface(flow.model, a, b)
        facets = self.system.contact_facets
        order = np.argsort(facets)
        at = np.searchsorted(facets, self.line.facets, sorter=order)
        at = order[np.minimum(at, len(facets) - 1)] if len(facets) else np.zeros(0, dtype=int)
        self.rows = (
            np.nonzero(facets[at] == self.line.facets)[0] if len(facets) else np.zeros(0, dtype=int)
        )
        if len(self.rows) == 0:
            raise InputError(f"the interface {a}/{b} has no contact resistance: nothing jumps")
        self.places = at[self.rows]
        self.sign = sides(self.system, self.places, b)
        nodes = flow.model.facet_nodes(facets[self.places])
        self.flipped = nodes[0] != self.line.nodes[0, self.rows]

    def along(self, phi: np.ndarray) -> np.ndarray:
        """(m, 3) jump of a potential (unknowns,) at start, end, midpoint of the line's facets."""
        own = phi[self.system.contact_unknowns[self.places]]
        jump = self.sign[:, None] * (own[:, :3] - own[:, 3:])
        jump[self.flipped] = jump[self.flipped][:, [1, 0, 2]]
        out = np.zeros((len(self.line.facets), 3))
        out[self.rows] = jump
        return out

    @cached_property
    def amplitudes_v(self) -> np.ndarray:
        """(k, m, 3) jumps of the harmonics that fields are summed over."""
        system = self.system
        return np.array(
            [self.along(system.gathered(term.local_phi_v)) for term in self.flow.terms()]
        )

    # ------------------------------------------------------------------ heat

    @cached_property
    def mass(self) -> np.ndarray:
        """(p, 4, 4) conductance between the functions of each facet, cubic ones too, S."""
        points = self.flow.model.node_points_um[:, self.line.nodes[:, self.rows]]
        conductance = self.system.contact_conductance[self.places]
        return facet_mass(points, cubic=True) * conductance[:, None, None]

    @cached_property
    def heat_by_harmonic_w(self) -> np.ndarray:
        """(k,) heat by the harmonics, with the contact resistance beside films off the centre."""
        matrices = self.system.contact_matrix[self.places]
        unknowns = self.system.contact_unknowns[self.places]
        out = []
        for term in self.flow.terms():
            phi = self.system.gathered(term.local_phi_v)
            out.append(term.mean_square * contact_power(matrices, phi[unknowns]))
        return np.array(out)

    @property
    def heat_w(self) -> float:
        """Heat set free at the interface, with what films off the centre change."""
        films = self.flow.films_off_centre
        mine = films is not None and np.isin(films.change.places, self.places).all()
        return float(self.heat_by_harmonic_w.sum()) + (films.power_w if films and mine else 0.0)

    @property
    def heat_tail_w(self) -> float:
        """What the last third of the harmonics adds: more than those left out."""
        late = self.flow.numbers > LATE * self.flow.numbers[-1]
        return float(self.heat_by_harmonic_w[late & (self.flow.numbers > 0)].sum())

    # ------------------------------------------------------------------ windows

    @property
    def direction(self) -> int:
        """Sign of the net current from b into a."""
        conductance = self.mass[:, :3, :3].sum(axis=1)
        through = float((conductance * self.amplitudes_v[0][self.rows]).sum())
        return 1 if through >= 0 else -1

    def mean_over(self, theta_deg: Interval) -> np.ndarray:
        """(m, 3) mean of the jump over an interval of theta."""
        n, phase = self.flow.harmonics_up_to(len(self.amplitudes_v) - 1)
        return np.tensordot(angle_means(n, theta_deg, phase)[0], self.amplitudes_v, 1)

    def worst_window(self, length_um: float, arc_deg: float) -> JumpWindow:
        """The window of a length along s and a width in angle where the mean jump is largest."""
        check_window(self.line, length_um, None)
        check_arc(arc_deg)
        n, phase = self.flow.harmonics_up_to(len(self.amplitudes_v) - 1)
        half, middle = arc_deg / 2, 0.0
        along = self.direction * trial_means(self.line, length_um, None, self.amplitudes_v)
        width = arc_mean(n, np.radians(half))
        if self.flow.varies_around:
            trials = np.radians(np.arange(0.0, 360.0, STEP_DEG))
            around = np.cos(np.outer(n, trials) - np.radians(phase)[:, None]) * width[:, None]
            middle = float(np.degrees(trials[(along.T @ around).max(axis=0).argmax()]))
        theta = middle - half, middle + half
        traces = self.line.traces(self.mean_over(theta))
        found = windows.extreme_mean(traces, length_um, self.direction)
        weights = self.line.window_weights(found.start_um, found.length_um)[:, :3]
        share = np.tensordot(self.amplitudes_v, weights, 2) * width
        late = (n > LATE * n[-1]) & (n > 0)
        return JumpWindow(
            found.length_um,
            self.direction * found.value,
            found.start_um,
            found.clipped,
            theta,
            len(n) - 1,
            float(np.abs(share[late]).sum()),
        )
