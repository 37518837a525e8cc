"""A block's stress of migration at all times: its steady state, and the way to it.

What is solved: :mod:`fem_bump.migration.system`. Every harmonic is a problem of its own. The steady
state is found directly, and what the start differs from it by decays
(:mod:`fem_bump.migration.decay`). Units: um, s, MPa, V, degC.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
import scipy.sparse as sp

from fem_bump.algebra.linear_solver import Factorization, solve_factorized
from fem_bump.algebra.shape_functions import shape_functions, triangle_rule
from fem_bump.materials.quantities import ABSOLUTE_ZERO_DEGC
from fem_bump.migration.blocks import Block
from fem_bump.migration.decay import Decay, decay
from fem_bump.migration.system import ElementMatrices, Unknowns, element_matrices


@dataclass(frozen=True)
class Term:
    """One harmonic of the potential, which goes with cos(number * theta - phase).

    Attributes
    ----------
    local_phi_v
        (all elements, 6) potential per element node.
    """

    number: int
    phase_deg: float
    local_phi_v: np.ndarray


@dataclass(frozen=True)
class Drive:
    """What moves atoms.

    Attributes
    ----------
    terms
        Harmonics of the potential, 0 first.
    node_degc
        (second-order nodes,) temperature.
    conductivity_s_per_m
        (all elements, q).
    path
        Elements that carry current.
    """

    terms: tuple[Term, ...]
    node_degc: np.ndarray
    conductivity_s_per_m: np.ndarray
    path: np.ndarray

    @property
    def numbers(self) -> np.ndarray:
        """(k,) harmonics."""
        return np.array([term.number for term in self.terms])

    @property
    def phases_deg(self) -> np.ndarray:
        """(k,) their phases."""
        return np.array([term.phase_deg for term in self.terms])


@dataclass(frozen=True)
class Leak:
    """A face through which atoms pass in proportion to how far the stress is from another.

    Attributes
    ----------
    element
        (m, 6, 6) integral of the conductance h over the face, um^3/s per MPa, in the elements of a
        block; only harmonic 0 leaks.
    behind_mpa
        That stress.
    """

    element: np.ndarray
    behind_mpa: float


@dataclass(frozen=True)
class BlockSolution:
    """The stress of one block, harmonic by harmonic.

    Attributes
    ----------
    steady_mpa
        (k, unknowns) amplitudes after all time.
    decays
        What is left of the difference to it, per harmonic.
    content
        (unknowns,) weights of the integral of sigma / B, um^3 per MPa of stress.
    """

    block: Block
    steady_mpa: np.ndarray
    decays: tuple[Decay, ...]
    content: np.ndarray

    def at(self, time_s: float) -> np.ndarray:
        """(k, unknowns) amplitudes after a time."""
        return self.steady_mpa + np.array([each.at(time_s) for each in self.decays])


def solve_block(
    block: Block,
    drive: Drive,
    reservoirs: Mapping[str, float],
    initial_mpa: np.ndarray,
    tolerance: float,
) -> BlockSolution:
    """Stress of a block at all times.

    Parameters
    ----------
    reservoirs
        Boundary name to the stress that is held there, MPa.
    initial_mpa
        (m, q) at quadrature points of its elements, the same all around.
    tolerance
        Largest error in time, relative to the largest difference between start and steady state.
    """
    matrices = element_matrices(block, drive.node_degc)
    held, values = held_by(block, reservoirs)
    start, content = _started(block, matrices, initial_mpa)
    return _settling(_Problems(block, matrices, held, values), drive, start, content, tolerance)


def relax(
    block: Block,
    drive: Drive,
    held: np.ndarray,
    values: np.ndarray,
    start: np.ndarray,
    tolerance: float,
    leak: Leak | None = None,
) -> BlockSolution:
    """Stress of a block at all times from a stress at its unknowns, the same all around.

    Parameters
    ----------
    held, values
        (unknowns,) which are held, and at what stress, MPa.
    start
        (unknowns,) stress at the start, MPa; what is held leaves it at once.
    tolerance
        Largest error in time, relative to the largest difference between start and steady state.
    leak
        A face that atoms pass, in place of one that holds a stress.
    """
    matrices = element_matrices(block, drive.node_degc)
    problems = _Problems(block, matrices, held, values, leak)
    return _settling(problems, drive, start.copy(), _weights(block, matrices), tolerance)


def _settling(
    problems: _Problems, drive: Drive, start: np.ndarray, content: np.ndarray, tolerance: float
) -> BlockSolution:
    """Stress at all times from one at the start, which is changed where a stress is held."""
    block, whole = problems.block, content @ start
    start[problems.held] = problems.values[problems.held]
    steady, lacking = [], []
    for k, number in enumerate(drive.numbers.tolist()):
        found = problems.steady(number, followed(block, drive, k))
        if problems.is_closed and not number:
            found += (whole - content @ found) / content.sum()
        steady.append(found)
        lacking.append((0.0 if number else start) - found)
    largest = max(float(np.abs(each).max()) for each in lacking)
    allowed = tolerance * largest / np.sqrt(len(steady))
    decays = tuple(
        problems.decay(number, each, allowed)
        for number, each in zip(drive.numbers.tolist(), lacking, strict=True)
    )
    return BlockSolution(block, np.array(steady), decays, content)


@dataclass(frozen=True)
class _Problems:
    """The problems of a block's harmonics."""

    block: Block
    matrices: ElementMatrices
    held: np.ndarray
    values: np.ndarray
    leak: Leak | None = None

    @property
    def is_closed(self) -> bool:
        """Whether nothing is held and nothing leaks, so that harmonic 0 keeps its content."""
        return not self.held.any() and self.leak is None

    @cached_property
    def _even(self) -> Unknowns:
        return Unknowns(self.block, self.matrices.storage, self.held)

    @cached_property
    def _others(self) -> Unknowns:
        known = self.held.copy()
        known[self.block.axis_unknowns] = True
        return Unknowns(self.block, self.matrices.storage, known)

    def steady(self, number: int, drive_mpa: np.ndarray) -> np.ndarray:
        """(unknowns,) steady amplitude; where nothing is held up to a constant of harmonic 0."""
        followed = np.zeros(self.block.count)
        followed[self.block.unknowns] = drive_mpa
        if self.is_closed and np.array_equal(followed[self.block.unknowns], drive_mpa):
            return followed  # one value at every node: a stress that leaves nothing to move
        unknowns = self._others if number else self._even
        given = np.zeros(self.block.count) if number else self.values
        lower, load = self._conducting(unknowns, number, drive_mpa, given)
        return unknowns.steady(lower, load, given, self.is_closed and not number)

    def _conducting(
        self, unknowns: Unknowns, number: int, drive_mpa: np.ndarray, given: np.ndarray
    ) -> tuple[sp.csc_matrix, np.ndarray]:
        """Lower triangle of a harmonic's mobility with what leaks, and the load."""
        lower, load = unknowns.conducting(self.matrices.conducting(number), drive_mpa, given)
        if self.leak is not None and number == 0:
            behind = np.full(drive_mpa.shape, self.leak.behind_mpa)
            through, pushed = unknowns.conducting(self.leak.element, behind, given)
            lower.data += through.data
            load += pushed
        return lower, load

    def decay(self, number: int, lacking: np.ndarray, allowed_mpa: float) -> Decay:
        """What is left of the start's difference to the steady state."""
        if not np.abs(lacking).max() > allowed_mpa:
            return Decay(np.zeros((self.block.count, 0)), np.zeros(0))
        unknowns = self._others if number else self._even
        nothing = np.zeros(self.block.unknowns.shape), np.zeros(self.block.count)
        lower, _ = self._conducting(unknowns, number, *nothing)
        kept = np.ones(self.block.count) if self.is_closed and not number else None
        found = decay(
            lower, unknowns.storing, lacking[unknowns.free], allowed_mpa, unknowns.factorized, kept
        )
        modes = np.zeros((self.block.count, len(found.rates_per_s)))
        modes[unknowns.free] = found.modes
        return replace(found, modes=modes)


def held_by(block: Block, reservoirs: Mapping[str, float]) -> tuple[np.ndarray, np.ndarray]:
    """(unknowns,) which are held by a reservoir, and at what stress, MPa."""
    held, values = np.zeros(block.count, dtype=bool), np.zeros(block.count)
    for name, value in reservoirs.items():
        found = block.on_boundary(name)
        held[found], values[found] = True, value
    return held, values


def _started(
    block: Block, matrices: ElementMatrices, initial_mpa: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """(unknowns,) stress at the start, of the content that is given, and weights of the content."""
    content = _weights(block, matrices)
    if not initial_mpa.any():
        return np.zeros(block.count), content
    shape, _, _ = shape_functions(triangle_rule()[0])
    volumes = block.model.quadrature[1][block.elements]
    given = np.zeros(block.count)
    np.add.at(given, block.unknowns, (initial_mpa * volumes) @ shape / block.moduli_mpa[:, None])
    storing = Unknowns(block, matrices.storage, np.zeros(block.count, dtype=bool)).storing
    return solve_factorized(storing, Factorization(storing), given)[0], content


def _weights(block: Block, matrices: ElementMatrices) -> np.ndarray:
    """(unknowns,) weights of the integral of sigma / B."""
    content = np.zeros(block.count)
    np.add.at(content, block.unknowns, matrices.storage.sum(axis=2))
    return content


def followed(block: Block, drive: Drive, k: int) -> np.ndarray:
    """(m, 6) amplitude of what the steady stress follows, per element node, MPa."""
    out = np.empty((len(block.elements), 6))
    phi = drive.terms[k].local_phi_v[block.elements]
    kelvin = drive.node_degc - ABSOLUTE_ZERO_DEGC
    for region in block.regions:
        here, data = block.of_region(region), block.data(region)
        out[here] = data.stress_per_volt_mpa * phi[here]
        if drive.terms[k].number == 0:
            nodes = block.model.nodes[:, block.elements[here]].T
            out[here] += data.stress_per_log_kelvin_mpa * np.log(kelvin[nodes] / kelvin.mean())
    return out
