"""The stress that moving atoms build up in a body: over time, in the end, and what it does.

What is solved: :mod:`fem_bump.migration.system`; how: :mod:`fem_bump.migration.solution`. Units:
um, s, MPa, V, degC, A/cm.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import ClassVar

import numpy as np

from fem_bump.body.model import Model
from fem_bump.errors import InputError, is_number
from fem_bump.migration.blocks import blocks
from fem_bump.migration.nucleation import Nucleation, first_crossing, ladder
from fem_bump.migration.solution import BlockSolution, Drive, solve_block
from fem_bump.migration.state import Around, Body, MigrationState
from groundwork import printed
from groundwork.pictures import Pictured

TOLERANCE = 1e-4
SETTLED = 1e-3  # of the change: where the instants of a march without an end stop
INSTANTS_PER_DECADE = 8


@dataclass(frozen=True)
class BlechProduct:
    """Blech's product of a region, from the potential along its current's path.

    Attributes
    ----------
    potential_difference_v
        Between the region's highest and lowest potential, at whatever angles.
    stress_difference_mpa
        |Z*| e / Omega times it: the most that steady migration stress can differ in the region if
        nothing leaves it.
    jl_a_per_cm
        Mean conductivity times it, which is j L in a line.
    critical_jl_a_per_cm
        j L at which the stress difference is the critical stress.
    margin
        stress_difference over the critical stress. Below 1 a region that is blocked, one material
        and free of stress at first, is immortal, whatever its shape.
    """

    region: str
    potential_difference_v: float
    stress_difference_mpa: float
    jl_a_per_cm: float
    critical_jl_a_per_cm: float
    margin: float


@dataclass(frozen=True, repr=False)
class Electromigration(Pictured):
    """Stress of migration over time.

    Attributes
    ----------
    drive
        Potential and temperature.
    initial
        (k, unknowns) amplitudes at the start per block, in ``start``.
    solutions
        Of each block.
    end_s
        Where it ends; None for when all has settled.

    Examples
    --------
    >>> from fem_bump import Material, Migration, Model, current_flow, electromigration
    >>> from fem_bump.verification.grids import grid
    >>> cu = Migration(7.8e-5, 0.9, -5.0, 1.18e-29, 1e5)
    >>> wire = Material("cu", 1e5, 0.3, 17e-6, 5e7, migration=cu)
    >>> model = Model(grid([0, 1], [0, 5, 10]), {"body": wire})
    >>> flow = current_flow(model, 0.03, source="top", sink="bottom")
    >>> moved = electromigration(model, flow, temperature_degc=100.0)

    >>> found = moved.nucleation(critical_mpa=40.0, over_um=1.0)
    >>> found.region, found.time_s < moved.times_s[-1]
    ('body', np.True_)

    ``moved.plot()`` draws extremes over time, ``moved.steady.plot()`` the stress after all time.
    """

    body: Body
    drive: Drive
    solutions: tuple[BlockSolution, ...]
    end_s: float | None
    drawn_as: ClassVar[str] = "electromigration"

    def __repr__(self) -> str:
        return printed.lines(
            f"Electromigration: {self.body.model.summary}",
            blocks=printed.some([block.name for block in self.body.blocks]),
            temperature=printed.span(self.drive.node_degc[self._nodes], "degC"),
            time=printed.span(self.times_s, "s"),
            harmonics=f"{len(self.drive.terms) - 1} above 0" if self.varies_around else "",
        )

    @property
    def model(self) -> Model:
        return self.body.model

    @property
    def varies_around(self) -> bool:
        """Whether anything depends on the angle."""
        return bool(self.body.around.numbers.any())

    @property
    def block_names(self) -> tuple[str, ...]:
        """Blocks, each by its regions."""
        return tuple(block.name for block in self.body.blocks)

    @property
    def _nodes(self) -> np.ndarray:
        return np.unique(np.concatenate([block.node_of for block in self.body.blocks]))

    @property
    def integration_error_mpa(self) -> float:
        """Estimated error in time of any stress."""
        return max(float(sum(each.error for each in one.decays)) for one in self.solutions)

    @property
    def steps(self) -> int:
        """Implicit steps that all blocks and harmonics took together."""
        return sum(each.steps for one in self.solutions for each in one.decays)

    @property
    def drift(self) -> float:
        """Largest share of the integral of sigma / B that a step lost by round-off, put right."""
        return max(each.drift for one in self.solutions for each in one.decays)

    @cached_property
    def times_s(self) -> np.ndarray:
        """Instants that show the way: 0, then eight a decade up to the end.

        Stress is known at all times between and after them.
        """
        ladders = [times for one in self.solutions if len(times := ladder(one))]
        if not ladders:
            return np.array([0.0] if self.end_s is None else [0.0, self.end_s])
        rates = [r.min() for one in self.solutions if len(r := _rates(one))]
        end = -np.log(SETTLED) / min(rates) if self.end_s is None else self.end_s
        first = min(min(times[0] for times in ladders), end)
        count = int(np.ceil(np.log10(end / first) * INSTANTS_PER_DECADE)) + 1
        return np.append(0.0, np.geomspace(first, end, count))

    def at(self, time_s: float) -> MigrationState:
        """The state at a time.

        Raises
        ------
        InputError
            For a time before 0 or after the end that was given.
        """
        end = np.inf if self.end_s is None else self.end_s
        if not is_number(time_s) or not 0 <= time_s <= end:
            raise InputError(f"t_s = {time_s!r} must lie between 0 and {end:g} s")
        amplitudes = tuple(one.at(float(time_s)) for one in self.solutions)
        return MigrationState(self.body, amplitudes, float(time_s))

    @cached_property
    def steady(self) -> MigrationState:
        """The state after all time."""
        return MigrationState(self.body, tuple(one.steady_mpa for one in self.solutions), np.inf)

    def stress(
        self,
        points: np.ndarray,
        t_s: float,
        region: str | None = None,
        theta_deg: float | np.ndarray = 0.0,
    ) -> np.ndarray:
        """(N,) hydrostatic stress in MPa at (2, N) points and a time, tension positive."""
        return self.at(t_s).stress(points, region, theta_deg)

    def nucleation(
        self, critical_mpa: float, over_um: float, region: str | None = None
    ) -> Nucleation | None:
        """When, where and in which region a void begins, or in one; None where none ever does.

        It does where the mean over a disc of radius ``over_um``, as far as it lies in the region,
        first reaches the critical stress: whether before ``end_s`` or after.

        Raises
        ------
        InputError
            For a critical stress that the start has already reached.
        """
        critical = self._critical(critical_mpa)
        start = self.at(0.0).largest(over_um, region)
        if critical <= start.mean_mpa:
            r, z = start.point_um
            raise InputError(
                f"critical_mpa = {critical_mpa:g} must be above the initial stress, which reaches "
                f"{start.mean_mpa:.4g} MPa in '{start.region}' at (r, z) = ({r:.4g}, {z:.4g}) "
                f"{self.model.length_unit}"
            )
        return first_crossing(self.body, self.solutions, critical, over_um, region)

    def margin(self, critical_mpa: float, over_um: float) -> float:
        """The largest steady mean over a disc over the critical stress: above 1 a void begins."""
        return self.steady.largest(over_um).mean_mpa / self._critical(critical_mpa)

    def blech(self, critical_mpa: float) -> tuple[BlechProduct, ...]:
        """Blech's product of every region in which atoms move."""
        critical, out = self._critical(critical_mpa), []
        angles = self.body.around.angles_deg
        cosines = self.body.around.cosines(angles)
        for block in self.body.blocks:
            for region in block.regions:
                here, data = block.elements[block.of_region(region)], block.data(region)
                low, high = np.inf, -np.inf
                local = np.array([term.local_phi_v[here].ravel() for term in self.drive.terms])
                for cosine in cosines.T:
                    phi = cosine @ local
                    low, high = min(low, float(phi.min())), max(high, float(phi.max()))
                difference = high - low
                volumes = self.model.quadrature[1][here]
                s_per_cm = 0.01 * float(
                    (self.drive.conductivity_s_per_m[here] * volumes).sum() / volumes.sum()
                )
                per_volt = abs(data.stress_per_volt_mpa)
                out.append(
                    BlechProduct(
                        region,
                        difference,
                        per_volt * difference,
                        s_per_cm * difference,
                        s_per_cm * critical / per_volt if per_volt else np.inf,
                        per_volt * difference / critical,
                    )
                )
        return tuple(out)

    @staticmethod
    def _critical(critical_mpa: float) -> float:
        if not is_number(critical_mpa) or not 0 < critical_mpa < np.inf:
            raise InputError(f"critical_mpa = {critical_mpa!r} must be a positive number, MPa")
        return float(critical_mpa)


def _rates(solution: BlockSolution) -> np.ndarray:
    return np.concatenate([each.rates_per_s for each in solution.decays])


def migrate(
    model: Model,
    drive: Drive,
    initial_mpa: np.ndarray,
    end_s: float | None = None,
    open_interfaces: Iterable[str] = (),
    reservoirs: Mapping[str, float] | None = None,
    tolerance: float = TOLERANCE,
) -> Electromigration:
    """Move the atoms of a body.

    Parameters
    ----------
    initial_mpa
        (all elements, q) hydrostatic stress at the start, at quadrature points.
    end_s, open_interfaces, reservoirs, tolerance
        As of :func:`~fem_bump.coupling.electromigration.electromigration`.
    """
    if end_s is not None and not (is_number(end_s) and 0 < end_s < np.inf):
        raise InputError(f"end_s = {end_s!r} must be a positive number, s")
    if not (is_number(tolerance) and 0 < tolerance < 1):
        raise InputError(f"tolerance = {tolerance!r} must be a number between 0 and 1")
    found = blocks(model, drive.path, open_interfaces)
    held = dict(reservoirs or {})
    for name, value in held.items():
        if not is_number(value) or not np.isfinite(value):
            raise InputError(f"reservoirs['{name}'] = {value!r} must be a finite number, MPa")
        if not any(len(block.on_boundary(name)) for block in found):
            raise InputError(
                f"reservoirs names '{name}', which no region with moving atoms reaches"
            )
    solutions = tuple(
        solve_block(block, drive, held, initial_mpa[block.elements], tolerance) for block in found
    )
    body = Body(model, found, Around(drive.numbers, drive.phases_deg))
    return Electromigration(body, drive, solutions, None if end_s is None else float(end_s))
