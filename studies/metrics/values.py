"""Metrics of one solved design, exactly as the design document defines them.

Every name ends in its unit. ``L1`` is the averaging length of 1 um. Traction metrics come from the
UBM side's nodal residual; what the other side says is kept for the error.

Where a load is not axisymmetric, a window has a width in angle too: the arc ``metrics.arc_length``
at the opening's edge. It is placed where the mean is worst. Under an axisymmetric load its place
does not matter, so the same names mean the same thing for either.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator

import numpy as np
import shapely

from fem_bump import AngularCurrentFlow, AngularStress
from fem_bump.interfaces.angular_flux import AngularFluxInterface, AngularFluxWindow
from fem_bump.interfaces.angular_traction import AngularTractionInterface, AngularTractionWindow
from fem_bump.interfaces.averages import (
    Sample,
    angular_density,
    disc,
    principal_max,
    region_average,
    sample_region,
    von_mises,
)
from fem_bump.interfaces.densities import (
    FluxInterface,
    FluxWindow,
    TractionInterface,
    TractionWindow,
)
from fem_bump.mechanics.angular_stress import superposed
from geometry import CrossSection, Design
from geometry.process.step import brittle_places, interfaces
from studies.loads.states import AnyCurrent, AnyStress, counter_face, series_resistance_ohm
from studies.wording.window_tags import window_tag

A_PER_CM2 = 1e8  # from A/um^2

ANGLES_DEG = tuple(15.0 * k for k in range(13))  # where fields in the section are sampled

Values = dict[str, float | None]
AnyTraction = TractionInterface | AngularTractionInterface
AnyFlux = FluxInterface | AngularFluxInterface


def label(length_um: float) -> str:
    """How an averaging length stands in a metric's name: L0.5, L1, L2."""
    return window_tag(length_um)


def interface_names(section: CrossSection) -> list[tuple[str, str]]:
    """Interfaces of the UBM with what lies below that exist in this design."""
    pairs = [(i.upper, i.lower) for i in interfaces() if i.upper == "ubm"]
    return [pair for pair in pairs if section.legs_of(*pair)]


def current_pairs(section: CrossSection) -> list[tuple[str, str]]:
    """Interfaces that carry the current, from the pad's side up."""
    pairs = [("ubm", "pad"), ("ubm", "via"), ("bump", "ubm"), ("bump", "substrate_pad")]
    if section.design.discrete_vias:
        pairs.remove(("ubm", "via"))  # that current is given, through the vias' footprint
    return [pair for pair in pairs if section.legs_of(*pair)]


def arc_deg(design: Design) -> float:
    """Width in angle of the in-plane window: the arc length at the opening's edge."""
    return math.degrees(design.metrics.arc_length_um / design.opening_radius_um)


def traction_window(
    design: Design, interface: AnyTraction, length_um: float, leg: str | None = None
) -> TractionWindow | AngularTractionWindow:
    """The worst window of an interface, in angle too where that matters."""
    if isinstance(interface, AngularTractionInterface):
        return interface.worst_window(length_um, arc_deg(design), leg)
    return interface.window(length_um, leg)


def flux_window(
    design: Design, interface: AnyFlux, length_um: float, leg: str | None = None
) -> FluxWindow | AngularFluxWindow:
    """The worst window of an interface, in angle too where that matters."""
    if isinstance(interface, AngularFluxInterface):
        return interface.worst_window(length_um, arc_deg(design), leg)
    return interface.window(length_um, leg)


def opposite_window(
    design: Design, interface: AngularFluxInterface, length_um: float
) -> AngularFluxWindow:
    """The worst window midway between two arcs of the source."""
    half, middle = arc_deg(design) / 2, 180.0 / interface.count
    return interface.window(length_um, (middle - half, middle + half))


def traction_metrics(
    section: CrossSection,
    interfaces: dict[tuple[str, str], AnyTraction],
    with_legs: bool = True,
    tails: Values | None = None,
) -> Values:
    """Window extremes of peel and shear per interface and leg, area means, tensile fraction.

    ``tails`` takes up what counting leaves open of the tensile fraction: the share of one facet.
    """
    out: Values = {}
    tails = {} if tails is None else tails
    design, lengths = section.design, section.design.metrics.averaging_lengths_um
    for (a, b), interface in interfaces.items():
        pair = f"{a}_{b}"
        mean = interface.axisymmetric
        for length in lengths:
            window = traction_window(design, interface, length)
            at = label(length)
            out[f"peel_max_{pair}_{at}_mpa"] = window.peel_max_mpa
            out[f"peel_min_{pair}_{at}_mpa"] = window.peel_min_mpa
            out[f"shear_max_{pair}_{at}_mpa"] = window.shear_max_mpa
            if isinstance(interface, AngularTractionInterface):
                out.update(_around_the_circle(design, interface, window, pair, length))
        out[f"peel_mean_{pair}_mpa"] = mean.mean_peel_mpa
        out[f"shear_mean_{pair}_mpa"] = mean.mean_shear_mpa
        out[f"tensile_fraction_{pair}"] = interface.tensile_fraction
        tails[f"tensile_fraction_{pair}"] = 1 / len(interface.line.facets)
        for leg in interface.legs if with_legs else ():
            for length in lengths:
                window = traction_window(design, interface, length, leg)
                at = f"{pair}_{leg}_{label(length)}"
                out[f"peel_max_{at}_mpa"] = window.peel_max_mpa
                out[f"shear_max_{at}_mpa"] = window.shear_max_mpa
                out[f"window_{at}_um"] = window.length_um
    return out


def _around_the_circle(
    design: Design,
    interface: AngularTractionInterface,
    window: TractionWindow | AngularTractionWindow,
    pair: str,
    length: float,
) -> Values:
    """Where the worst windows lie, their mode mix, and what each load does alone."""
    assert isinstance(window, AngularTractionWindow)
    at, arc = f"{pair}_{label(length)}", arc_deg(design)
    out: Values = {
        f"peel_max_theta_{at}_deg": window.peel_max_theta_deg,
        f"shear_max_theta_{at}_deg": window.shear_max_theta_deg,
        f"shear_around_max_{at}_mpa": window.shear_theta_max_mpa,
        f"mode_mix_{at}_deg": window.mode_mix_deg,
    }
    for load, harmonic in (("cooldown", 0), ("shear", 1)):
        alone = interface.only(harmonic).worst_window(length, arc)
        for kind, value in (("peel_max", alone.peel_max_mpa), ("shear_max", alone.shear_max_mpa)):
            out[f"{kind}_by_{load}_{at}_mpa"] = value
    return out


def lateral_metrics(section: CrossSection, stress: AnyStress, displacement_um: float) -> Values:
    """What the board's shift takes: its size, force, moment, stiffness, mean shear at the UBM."""
    if not isinstance(stress, AngularStress):
        return {}
    design = section.design
    face = counter_face(design)
    force = stress.reaction_un(face)
    area = math.pi * design.ubm_radius_um**2
    out: Values = {
        "lateral_displacement_um": displacement_um,
        "lateral_force_mn": force * 1e-3,
        "lateral_stiffness_mn_per_um": force * 1e-3 / displacement_um if displacement_um else None,
        "lateral_shear_mean_mpa": abs(force) / area,
    }
    if design.assembly is None:
        # the cell's sides take part in the moment of a board, so that it says more of the cell
        out["lateral_moment_mn_um"] = stress.moment_un_um(face) * 1e-3
    return out


def cohesive_metrics(section: CrossSection, stress: AnyStress) -> Values:
    """First principal stress in the brittle films, averaged over discs at the two edges.

    Under a lateral shift the largest of the sections at :data:`ANGLES_DEG`.
    """
    model = stress.model
    out: Values = {}
    for length in section.design.metrics.averaging_lengths_um:
        for region, spots in brittle_places(section.design).items():
            found = {
                spot: _principal(
                    stress,
                    sample_region(model, model.elements(region), disc(*centre, length), False),
                )
                for spot, centre in spots.items()
            }
            for spot, value in found.items():
                out[f"principal_{region}_{spot}_{label(length)}_mpa"] = value
            out[f"principal_max_{region}_{label(length)}_mpa"] = _largest(found.values())
    return out


def _largest(values: Iterable[float | None]) -> float | None:
    return max((value for value in values if value is not None), default=None)


def _principal(stress: AnyStress, sample: Sample | None) -> float | None:
    """Mean first principal stress over a sample, in the worst section."""
    if sample is None:
        return None
    place = sample.element, sample.x, sample.y
    return max(sample.mean(principal_max(tensor)) for tensor in _sections(stress, place))


def _sections(stress: AnyStress, place: tuple[np.ndarray, ...]) -> Iterator[np.ndarray]:
    """Stress at reference points in each section that is looked at."""
    if isinstance(stress, AngularStress):
        plane, shear = stress.amplitudes_at(*place)
        for angle in np.radians(ANGLES_DEG):
            yield superposed(plane, shear, angle)
    else:
        yield stress.stress_at(*place)


def yielded_metrics(
    stress: AnyStress, temperature_degc: float, tails: Values | None = None
) -> Values:
    """Share of each metal's volume above its yield strength: nominal, low and high end.

    It is counted in quadrature points. ``tails`` takes up what that leaves open: one point of every
    element in which some are above and some below, and at least the share of one element, since a
    count sees nothing between its points.
    """
    model, tails = stress.model, {} if tails is None else tails
    out: Values = {}
    for region, found in model.regions.items():
        material = model.materials[region]
        if material.yield_mpa is None:
            continue
        *points, weight = model.quadrature_of(found)
        # the first and the last section stand for half as much of the circle as those between
        sections = [von_mises(tensor) for tensor in _sections(stress, tuple(points))]
        share_of = np.ones(len(sections))
        if len(sections) > 1:
            share_of[[0, -1]] = 0.5
        share_of /= share_of.sum()
        low, nominal, high = (float(v) for v in material.yield_band_mpa(temperature_degc))
        for name, limit in (("", nominal), ("_at_low_yield", low), ("_at_high_yield", high)):
            key = f"yielded_volume_fraction_{region}{name}"
            above = np.array([m > limit for m in sections])
            out[key] = float(share_of @ (above @ weight)) / float(weight.sum())
            by_element = above.reshape(len(sections), len(found), -1)
            cut = by_element.any(axis=2) & ~by_element.all(axis=2)
            point = weight.reshape(len(found), -1).mean(axis=1)
            open_share = float(share_of @ (cut @ point)) / float(weight.sum())
            tails[key] = max(open_share, 1 / len(found))
    return out


def current_metrics(
    section: CrossSection,
    current: AnyCurrent,
    interfaces: dict[tuple[str, str], AnyFlux],
    tails: Values | None = None,
) -> Values:
    """Window maxima of J.n, crowding against two references, lateral density in the pad, R.

    ``tails`` takes up what harmonics that are left out may add to a metric.
    """
    design, tails = section.design, {} if tails is None else tails
    nominal = abs(current.current_a) / (math.pi * design.opening_radius_um**2)
    out: Values = {}
    for (a, b), interface in interfaces.items():
        pair = f"{a}_{b}"
        contact = abs(current.current_a) / interface.contact_area_um2
        for length in design.metrics.averaging_lengths_um:
            window = flux_window(design, interface, length)
            largest = window.current_density_max_a_per_um2
            at = f"{pair}_{label(length)}"
            out[f"current_density_max_{at}_a_per_cm2"] = largest * A_PER_CM2
            out[f"crowding_nominal_{at}"] = largest / nominal
            out[f"crowding_contact_{at}"] = largest / contact
            if isinstance(window, AngularFluxWindow):
                assert isinstance(interface, AngularFluxInterface)
                tails[f"current_density_max_{at}_a_per_cm2"] = window.tail_a_per_um2 * A_PER_CM2
                tails[f"crowding_nominal_{at}"] = window.tail_a_per_um2 / nominal
                tails[f"crowding_contact_{at}"] = window.tail_a_per_um2 / contact
                out.update(_in_plane(design, interface, window, at, tails))
            for leg in interface.legs:
                window = flux_window(design, interface, length, leg)
                name = f"current_density_max_{pair}_{leg}_{label(length)}_a_per_cm2"
                out[name] = window.current_density_max_a_per_um2 * A_PER_CM2
                if isinstance(window, AngularFluxWindow):
                    tails[name] = window.tail_a_per_um2 * A_PER_CM2
    for length in design.metrics.averaging_lengths_um:
        for name, value in _pad_lateral(section, current, length).items():
            out[f"pad_lateral_density{name}_{label(length)}_a_per_cm2"] = value
    series = series_resistance_ohm(design)
    out["resistance_mohm"] = (current.resistance_ohm + series) * 1e3
    out["power_mw"] = (current.power_w + series * current.current_a**2) * 1e3
    if isinstance(current, AngularCurrentFlow):
        tail = abs(current.harmonics.tail["entry_potential_error_v"])
        tails["resistance_mohm"] = tail / abs(current.current_a) * 1e3
        tails["power_mw"] = tail * abs(current.current_a) * 1e3
        out["resistance_series_mohm"] = series * 1e3
        out["harmonics"] = float(current.solved)
    return out


def _in_plane(
    design: Design,
    interface: AngularFluxInterface,
    window: AngularFluxWindow,
    at: str,
    tails: Values,
) -> Values:
    """How much of the crowding is in plane: against the same window all around, and opposite."""
    whole = interface.axisymmetric.window(window.length_um).current_density_max_a_per_um2
    far = opposite_window(design, interface, window.length_um)
    name = f"current_density_opposite_{at}_a_per_cm2"
    tails[name] = far.tail_a_per_um2 * A_PER_CM2
    tails[f"crowding_in_plane_{at}"] = window.tail_a_per_um2 / whole
    return {
        f"crowding_in_plane_{at}": window.current_density_max_a_per_um2 / whole,
        f"current_density_max_theta_{at}_deg": abs(window.theta_middle_deg),
        name: far.current_density_max_a_per_um2 * A_PER_CM2,
    }


def _pad_lateral(section: CrossSection, current: AnyCurrent, length: float) -> Values:
    """Volume mean of |J| in the pad over a band of width L on either side of the mask edge.

    With arcs as the source, over the in-plane window in front of the first of them.
    """
    model = current.model

    def density(e: np.ndarray, x: np.ndarray, y: np.ndarray) -> np.ndarray:
        if isinstance(current, AngularCurrentFlow):
            return angular_density(current, e, x, y, arc_deg(section.design)) * A_PER_CM2
        return np.hypot(*current.current_density_at(e, x, y)) * A_PER_CM2

    pad = np.intersect1d(model.elements("pad"), current.conducting_elements)
    found = {
        side: region_average(model, pad, band, density, revolve=True)
        for side, band in pad_bands(section, length).items()
    }
    known = [value for value in found.values() if value is not None]
    return {**found, "": max(known) if known else None}


def pad_bands(section: CrossSection, length: float) -> dict[str, shapely.Polygon]:
    """Bands of width L on either side of the mask edge, through the whole pad."""
    a, low, high = section.design.opening_radius_um, -1.0, section.design.pad.thickness_um + 1.0
    return {
        "_inside": shapely.box(max(a - length, 0.0), low, a, high),
        "_outside": shapely.box(a, low, a + length, high),
    }


def margin_metrics(section: CrossSection, metrics: Values) -> Values:
    """Strength over window mean, for interfaces whose strength the user gave."""
    out: Values = {}
    for name, strength in section.design.metrics.strength.items():
        pair = name.replace("/", "_")
        at = label(section.design.metrics.headline_length_um)
        for kind, limit in (("peel", strength.peel_mpa), ("shear", strength.shear_mpa)):
            value = metrics[f"{kind}_max_{pair}_{at}_mpa"]
            if limit is not None and value is not None:
                out[f"margin_{kind}_{pair}_{at}"] = limit / value if value > 0 else None
    return out


def headline_names(section: CrossSection, length_um: float | None = None) -> list[str]:
    """Metrics a variant is judged by that exist here, at the headline length or another."""
    at = label(length_um or section.design.metrics.headline_length_um)
    names = []
    for a, b in interface_names(section):
        names += [f"{kind}_{a}_{b}_{at}_mpa" for kind in ("peel_max", "peel_min", "shear_max")]
        if section.design.load.shear is not None:
            names.append(f"peel_max_by_shear_{a}_{b}_{at}_mpa")
    names += [f"principal_max_{region}_{at}_mpa" for region in brittle_places(section.design)]
    chip_side = [(a, b) for a, b in current_pairs(section) if b != "substrate_pad"]
    names += [f"current_density_max_{a}_{b}_{at}_a_per_cm2" for a, b in chip_side]
    if section.design.source_half_angle_deg is not None:
        names += [f"crowding_in_plane_{a}_{b}_{at}" for a, b in chip_side]
    if section.design.load.shear is not None:
        names.append("lateral_force_mn")
    return [*names, f"pad_lateral_density_{at}_a_per_cm2", "resistance_mohm"]


def balances(
    section: CrossSection,
    stress: AnyStress,
    fluxes: dict[tuple[str, str], AnyFlux],
    current_a: float,
) -> Values:
    """Net force on UBM and bump, and current through the UBM, against the absolute integrals.

    Under a lateral shift also the force in x that crosses the UBM's lower interfaces, against the
    counter face's.
    """

    def share(parts: list[tuple[float, float]], expected: float = 0.0) -> float | None:
        net, size = np.sum(parts, axis=0)
        return float(abs(net - expected) / size) if size > 0 else None

    below = [
        (j.net_current_a, j.mean_magnitude_a_per_um2 * j.contact_area_um2)
        for (_, b), j in fluxes.items()
        # what enters the UBM straight from a single via crosses no interface of conductors
        if b in (("ubm",) if section.design.discrete_vias else ("pad", "via"))
    ]
    force, joint = None, section.design.assembly
    # bump and UBM are one body: where the UBM ends at the mask's edge both touch it there
    lower = [stress.interface("bump_and_ubm", b) for _, b in interface_names(section)]
    if joint is None:
        # an assembled bump also leans on substrate and underfill, partly across a curved face
        plane = [i.axisymmetric for i in lower]
        force = share([(i.net_force_un, i.mean_magnitude_mpa * i.contact_area_um2) for i in plane])
    out = {"force_balance": force, "current_balance": share(below, current_a)}
    if isinstance(stress, AngularStress) and (joint is None or joint.underfill is None):
        # without underfill the joint is all that links board and chip
        reaction = stress.reaction_un(counter_face(section.design))
        crossing = sum(i.lateral_force_un for i in lower if isinstance(i, AngularTractionInterface))
        size = abs(reaction) or 1.0
        out["lateral_force_balance"] = abs(crossing - reaction) / size
    return out
