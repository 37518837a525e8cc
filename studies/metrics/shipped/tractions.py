"""Peel and shear at the UBM's interfaces: windows, area means, what each load does alone.

Values come from the UBM side's nodal residual; what the other side says is kept for the error.
"""

from __future__ import annotations

from studies.loads.shipped.shear import shear
from studies.metrics.names import Place
from studies.metrics.places import (
    all_windows,
    having,
    interfaces,
    leg_windows,
    varying_windows,
    where,
    windows,
)
from studies.metrics.registry import metric
from studies.metrics.shipped.traction_windows import (
    alone_window,
    area_mean,
    chord_tail,
    mean_angle,
    window_mean,
)
from studies.solution.solved import View

ALONE = {"cooldown": "the cool-down alone", "shear": "the board's shear alone"}


@metric(
    "peel_max", unit="mpa", title="Peel stress at {where}", short="peel at {where}",
    places=all_windows, better="lower", headline=1, functional=window_mean("peel_max"),
    tail=chord_tail("peel_max"),
    says="Largest mean of the normal traction over windows of length L that slide along the "
    "interface, corners included; of a leg, over windows on it.",
)  # fmt: skip
def peel_max(view: View, place: Place) -> float:
    return view.traction_window(place.pair, place.length_um, place.leg).peel_max_mpa


@metric(
    "peel_min", unit="mpa", title="Compression at {where}", short="compression at {where}",
    places=windows, headline=1, functional=window_mean("peel_min"),
    tail=chord_tail("peel_min"),
    says="Least such mean: negative is compression.",
)  # fmt: skip
def peel_min(view: View, place: Place) -> float:
    return view.traction_window(place.pair, place.length_um).peel_min_mpa


@metric(
    "shear_max", unit="mpa", title="Shear stress at {where}", short="shear at {where}",
    places=all_windows, better="lower", headline=1, functional=window_mean("shear_max"),
    tail=chord_tail("shear_max"),
    says="Largest absolute mean of the signed shear over such windows.",
)  # fmt: skip
def shear_max(view: View, place: Place) -> float:
    return view.traction_window(place.pair, place.length_um, place.leg).shear_max_mpa


# ------------------------------------------------------------------ around the circle


@metric(
    "peel_max_theta", unit="deg", title="Angle of the largest peel at {where}",
    places=varying_windows, says="0 is away from the neutral point.",
)  # fmt: skip
def peel_max_theta(view: View, place: Place) -> float:
    return view.traction_window(place.pair, place.length_um, place.leg).peel_max_theta_deg


@metric(
    "shear_max_theta", unit="deg", title="Angle of the largest shear at {where}",
    places=varying_windows, says="0 is away from the neutral point.",
)  # fmt: skip
def shear_max_theta(view: View, place: Place) -> float:
    return view.traction_window(place.pair, place.length_um, place.leg).shear_max_theta_deg


@metric(
    "shear_around_max", unit="mpa", title="Shear around the axis at {where}",
    places=varying_windows, says="Largest mean of the shear in the direction of the angle.",
)  # fmt: skip
def shear_around_max(view: View, place: Place) -> float:
    return view.traction_window(place.pair, place.length_um, place.leg).shear_theta_max_mpa


@metric(
    "mode_mix", unit="deg", title="Mode mix at {where}, 0° is peel only",
    short="mode mix at {where}",
    places=varying_windows, described=True, functional=mean_angle,
    judged=lambda place: place.pair == ("ubm", "pad"),
    says="Angle of the mean traction where peel is worst: 0° is peel only, 90° shear only.",
)  # fmt: skip
def mode_mix(view: View, place: Place) -> float:
    return view.traction_window(place.pair, place.length_um, place.leg).mode_mix_deg


def _alone(load: str) -> None:
    """Register what one load does alone: parts of a sum, by which nobody wins."""

    places = where(having(shear), windows)

    @metric(
        f"peel_max_by_{load}", unit="mpa", title=f"Peel stress at {{where}} by {ALONE[load]}",
        short=f"peel at {{where}} by {ALONE[load]}", places=places,
        headline=1 if load == "shear" else None, functional=window_mean("peel_max", load),
        says=f"Largest mean peel of {ALONE[load]}, wherever that is.",
    )  # fmt: skip
    def peel_max_alone(view: View, place: Place) -> float:
        return alone_window(view, place, load).peel_max_mpa

    @metric(
        f"shear_max_by_{load}", unit="mpa", title=f"Shear stress at {{where}} by {ALONE[load]}",
        short=f"shear at {{where}} by {ALONE[load]}", places=places,
        functional=window_mean("shear_max", load),
        says=f"Largest mean shear of {ALONE[load]}, wherever that is.",
    )  # fmt: skip
    def shear_max_alone(view: View, place: Place) -> float:
        return alone_window(view, place, load).shear_max_mpa


for _load in ALONE:
    _alone(_load)

# ---------------------------------------------------------------------- whole contacts


@metric(
    "peel_mean", unit="mpa", title="Mean peel at {where}", places=interfaces,
    functional=area_mean("peel"), says="Mean of the normal traction over the contact's area.",
)  # fmt: skip
def peel_mean(view: View, place: Place) -> float:
    return view.traction(place.pair).axisymmetric.mean_peel_mpa


@metric(
    "shear_mean", unit="mpa", title="Mean shear at {where}", places=interfaces,
    functional=area_mean("shear"), says="Mean of the signed shear over the contact's area.",
)  # fmt: skip
def shear_mean(view: View, place: Place) -> float:
    return view.traction(place.pair).axisymmetric.mean_shear_mpa


def _one_facet(view: View, place: Place) -> float:
    return 1 / len(view.traction(place.pair).line.facets)


@metric(
    "tensile_fraction", title="Share of {where} in tension", places=interfaces,
    rule="counted", tail=_one_facet, says="Share of the contact area with peel above 1 MPa.",
)  # fmt: skip
def tensile_fraction(view: View, place: Place) -> float:
    return view.traction(place.pair).tensile_fraction


@metric(
    "window", unit="um", title="Length of the windows at {where}", places=leg_windows,
    rule="exact", says="The averaging length, or that of the leg where it is shorter.",
)  # fmt: skip
def window(view: View, place: Place) -> float:
    return view.traction_window(place.pair, place.length_um, place.leg).length_um
