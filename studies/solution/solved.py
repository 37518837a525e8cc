"""One design solved on one mesh: both physics, all interfaces, every metric."""

from __future__ import annotations

import time
from functools import cached_property

from fem_bump import AngularStress, Material, Model
from fem_bump.accuracy.current_estimates import FlowEstimates
from fem_bump.accuracy.stress_estimates import HarmonicStressEstimator, StressEstimator
from geometry import CrossSection, build_mesh
from geometry.meshing.triangles import SizeField
from studies.case.design_materials import design_library
from studies.loads import states as loads
from studies.metrics import values as measure
from studies.metrics.functionals import Estimated
from studies.metrics.values import AnyFlux, AnyTraction, Values


class Solved:
    """Both physics and all interfaces of one mesh.

    Parameters
    ----------
    mesh
        A size factor of the graded mesh, or sizes.
    keep_factors
        As error estimates need it.
    """

    def __init__(
        self, section: CrossSection, mesh: float | SizeField, keep_factors: bool = False
    ) -> None:
        began = time.perf_counter()
        self.section = section
        if isinstance(mesh, SizeField):
            self.mesh = build_mesh(section, sizes=mesh)
        else:
            self.mesh = build_mesh(section, mesh)
        meshed = time.perf_counter()
        self.estimated: dict[str, Estimated] = {}
        self._tractions: dict[str, dict[tuple[str, str], AnyTraction]] = {}
        self._fluxes: dict[str, dict[tuple[str, str], AnyFlux]] = {}
        self.model = Model(self.mesh, region_materials(section), section.groups)
        self.stress = loads.thermal_state(section, self.model, keep_factors)
        stressed = time.perf_counter()
        self.current = loads.current_state(section, self.model, keep_factors)
        self.wall_s = {
            "mesh": meshed - began,
            "thermal_stress": stressed - meshed,
            "conduction": time.perf_counter() - stressed,
        }

    @property
    def unknowns(self) -> int:
        """Displacement unknowns of harmonic 0, fixed ones included."""
        return int(2 * self.model.node_count)

    @cached_property
    def stress_estimators(self) -> tuple[StressEstimator | HarmonicStressEstimator, ...]:
        """Errors of the cool-down's numbers and, where there is one, of the shear's."""
        plane = StressEstimator(self.stress.axisymmetric)
        if isinstance(self.stress, AngularStress):
            return plane, HarmonicStressEstimator(self.stress.shear)
        return (plane,)

    @cached_property
    def flow_estimates(self) -> FlowEstimates:
        """Errors of the current's numbers."""
        return FlowEstimates(self.current)

    def tractions(self, side: str) -> dict[tuple[str, str], AnyTraction]:
        """Tractions on the UBM's interfaces, from one side's residual."""
        if side not in self._tractions:
            self._tractions[side] = {
                (a, b): self.stress.interface(a, b, side)
                for a, b in measure.interface_names(self.section)
            }
        return self._tractions[side]

    def fluxes(self, side: str) -> dict[tuple[str, str], AnyFlux]:
        """J.n on the interfaces that carry the current, from one side's residual."""
        if side not in self._fluxes:
            self._fluxes[side] = {
                (a, b): self.current.interface(a, b, side)
                for a, b in measure.current_pairs(self.section)
            }
        return self._fluxes[side]

    def values(self, side: str, tails: Values | None = None) -> Values:
        """Metrics that depend on the side the residual is taken from."""
        return {
            **measure.traction_metrics(self.section, self.tractions(side), tails=tails),
            **measure.current_metrics(self.section, self.current, self.fluxes(side), tails),
        }

    def around_the_circle(self, side: str) -> Values:
        """Metrics of whole interfaces, among them those of where on the circle something lies."""
        return {
            **measure.traction_metrics(self.section, self.tractions(side), with_legs=False),
            **measure.current_metrics(self.section, self.current, self.fluxes(side)),
        }

    def shares(self, side: str) -> Values:
        """Metrics that are shares of an area or of a volume."""
        temperature = self.section.design.load.thermal.temperature_degc
        tension: Values = {
            f"tensile_fraction_{a}_{b}": found.tensile_fraction
            for (a, b), found in self.tractions(side).items()
        }
        return {**tension, **measure.yielded_metrics(self.stress, temperature)}

    def all_values(self, tails: Values | None = None) -> Values:
        """Every metric; ``tails`` takes up what harmonics left out may add to some.

        And what counting leaves open of a share.
        """
        temperature = self.section.design.load.thermal.temperature_degc
        displacement = loads.lateral_displacement_um(self.section.design)
        return {
            **self.values("a", tails),
            **measure.lateral_metrics(self.section, self.stress, displacement),
            **measure.cohesive_metrics(self.section, self.stress),
            **measure.yielded_metrics(self.stress, temperature, tails),
        }


def region_materials(section: CrossSection) -> dict[str, Material]:
    """Materials of a section's regions, the design's own definitions included."""
    library = design_library(section.design)
    return {region: library[name] for region, name in section.region_materials.items()}
