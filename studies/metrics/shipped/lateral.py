"""What the board's shift takes: its size, force, moment, stiffness, mean shear at the UBM."""

from __future__ import annotations

import math

from fem_bump.accuracy.functionals import Functional
from geometry import Design
from studies.loads.shipped.shear import counter_face, lateral_displacement_um, shear
from studies.metrics.linearized import Linearized, Multiple
from studies.metrics.names import Place
from studies.metrics.places import WHOLE, having, where
from studies.metrics.registry import metric
from studies.solution.solved import View

HELD_FACE = "chip_bottom"  # whose reaction is the lateral force
MN_PER_UN = 1e-3

is_sheared = having(shear)
sheared = where(is_sheared, WHOLE)


def _force_un(view: View) -> float:
    return view.stress.reaction_un(counter_face(view.design))


def _ubm_area_um2(view: View) -> float:
    return math.pi * view.design.ubm_radius_um**2


def _times_force(place: Place, factor: float) -> Multiple:
    return Multiple("lateral_force", place, factor)


@metric(
    "lateral_displacement", unit="um", title="Shift of the board, + away from the neutral point",
    places=sheared, described=True, rule="exact",
    says="Given, or from the distance to the neutral point and the mismatch of the strains.",
)  # fmt: skip
def lateral_displacement(view: View, place: Place) -> float:
    return lateral_displacement_um(view.design)


def _linearized_force(view: View, place: Place) -> Linearized:
    """The force that shifts the board, from what holds the chip."""
    estimators = view.solved.stress_estimators
    goal = estimators[1].reaction_goal(HELD_FACE).times(-MN_PER_UN)
    return Linearized(estimators, Functional({1: goal}), _force_un(view) * MN_PER_UN)


@metric(
    "lateral_force", unit="mn", title="Lateral force on the joint, + away from the neutral point",
    short="lateral force on the joint", places=sheared, headline=5, described=True,
    functional=_linearized_force, says="The reaction of the face that the board moves.",
)  # fmt: skip
def lateral_force(view: View, place: Place) -> float:
    return _force_un(view) * MN_PER_UN


def _stiffness(view: View, place: Place) -> Multiple | None:
    shift = lateral_displacement_um(view.design)
    return _times_force(place, 1 / shift) if shift else None


@metric(
    "lateral_stiffness", unit="mn_per_um", title="Lateral stiffness of the joint", places=sheared,
    described=True, functional=_stiffness, says="That force over the shift, of an elastic design.",
)  # fmt: skip
def lateral_stiffness(view: View, place: Place) -> float | None:
    if view.solved.is_inelastic:  # force and shift at the end of a loop are no stiffness
        return None
    shift = lateral_displacement_um(view.design)
    return _force_un(view) * MN_PER_UN / shift if shift else None


@metric(
    "lateral_shear_mean", unit="mpa", title="Lateral force over the UBM's area", places=sheared,
    described=True,
    functional=lambda view, place: _times_force(place, 1 / (MN_PER_UN * _ubm_area_um2(view))),
    says="What the solder bears on average.",
)  # fmt: skip
def lateral_shear_mean(view: View, place: Place) -> float:
    return abs(_force_un(view)) / _ubm_area_um2(view)


def _stands_alone(design: Design) -> bool:
    # the cell's sides take part in the moment of a board, so that it says more of the cell
    return is_sheared(design) and design.assembly is None


@metric(
    "lateral_moment", unit="mn_um", title="Moment at the moved face",
    places=where(_stands_alone, WHOLE), described=True, says="Of a bump without an assembly.",
)  # fmt: skip
def lateral_moment(view: View, place: Place) -> float:
    return view.stress.moment_un_um(counter_face(view.design)) * MN_PER_UN
