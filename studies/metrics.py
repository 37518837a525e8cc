"""Metrics of one solved design, exactly as the design document defines them.

Every name ends in its unit. ``L1`` is the averaging length of 1 um. Traction metrics come from the
UBM side's nodal residual; what the other side says is kept for the error.
"""

from __future__ import annotations

import math

import numpy as np
import shapely

from fem_bump import CurrentFlow, InputError, Model, ThermalStress
from fem_bump.averages import disc, principal_max, region_average, von_mises
from fem_bump.interface import FluxInterface, TractionInterface
from geometry import CrossSection

A_PER_CM2 = 1e8  # from A/um^2
LOWER_SIDES = ("pad", "passivation", "polyimide", "dielectric", "via")

Values = dict[str, float | None]


def label(length_um: float) -> str:
    """How an averaging length stands in a metric's name: L0.5, L1, L2."""
    return f"L{length_um:g}"


def interface_names(section: CrossSection) -> list[tuple[str, str]]:
    """Interfaces of the UBM with what lies below that exist in this design."""
    return [("ubm", lower) for lower in LOWER_SIDES if section.legs_of("ubm", lower)]


def current_pairs(section: CrossSection) -> list[tuple[str, str]]:
    """Interfaces that carry the current, from the pad's side up."""
    pairs = [("ubm", "pad"), ("ubm", "via"), ("bump", "ubm"), ("bump", "substrate_pad")]
    return [pair for pair in pairs if section.legs_of(*pair)]


def traction_metrics(
    section: CrossSection, interfaces: dict[tuple[str, str], TractionInterface]
) -> Values:
    """Window extremes of peel and shear per interface and leg, area means, tensile fraction."""
    out: Values = {}
    lengths = section.design.metrics.averaging_lengths_um
    for (a, b), interface in interfaces.items():
        pair = f"{a}_{b}"
        for length in lengths:
            window = interface.window(length)
            at = label(length)
            out[f"peel_max_{pair}_{at}_mpa"] = window.peel_max_mpa
            out[f"peel_min_{pair}_{at}_mpa"] = window.peel_min_mpa
            out[f"shear_max_{pair}_{at}_mpa"] = window.shear_max_mpa
        out[f"peel_mean_{pair}_mpa"] = interface.mean_peel_mpa
        out[f"shear_mean_{pair}_mpa"] = interface.mean_shear_mpa
        out[f"tensile_fraction_{pair}"] = interface.tensile_fraction
        for leg in interface.legs:
            for length in lengths:
                window = interface.window(length, leg)
                at = f"{pair}_{leg}_{label(length)}"
                out[f"peel_max_{at}_mpa"] = window.peel_max_mpa
                out[f"shear_max_{at}_mpa"] = window.shear_max_mpa
                out[f"window_{at}_um"] = window.length_um
    return out


def cohesive_metrics(section: CrossSection, stress: ThermalStress) -> Values:
    """First principal stress in the brittle films, averaged over discs at the two edges."""
    design, model = section.design, stress.model
    pad_top = design.pad.thickness_um
    mask_edge, pad_edge = design.opening_radius_um, design.pad_radius_um
    places = {
        "passivation": {
            "mask_edge": (design.passivation.opening_radius_um, pad_top),
            "pad_edge": (pad_edge, pad_top),
        },
        "polyimide": {"mask_edge": (mask_edge, pad_top)},
        "dielectric": {"mask_edge": (mask_edge, 0.0), "pad_edge": (pad_edge, 0.0)},
    }
    places = {region: spots for region, spots in places.items() if region in model.regions}
    out: Values = {}
    for length in design.metrics.averaging_lengths_um:
        for region, spots in places.items():
            found = {
                spot: region_average(
                    model,
                    model.elements(region),
                    disc(*centre, length),
                    lambda e, x, y: principal_max(stress.stress_at(e, x, y)),
                    revolve=False,
                )
                for spot, centre in spots.items()
            }
            for spot, value in found.items():
                out[f"principal_{region}_{spot}_{label(length)}_mpa"] = value
            known = [value for value in found.values() if value is not None]
            out[f"principal_max_{region}_{label(length)}_mpa"] = max(known) if known else None
    return out


def yielded_metrics(stress: ThermalStress, temperature_degc: float) -> Values:
    """Share of each metal's volume above its yield strength: nominal, low and high end."""
    model = stress.model
    out: Values = {}
    for region, found in model.regions.items():
        material = model.materials[region]
        if material.yield_mpa is None:
            continue
        *points, weight = model.quadrature_of(found)
        mises = von_mises(stress.stress_at(*points))
        low, nominal, high = (float(v) for v in material.yield_band_mpa(temperature_degc))
        for name, limit in (("", nominal), ("_at_low_yield", low), ("_at_high_yield", high)):
            share = float(weight[mises > limit].sum() / weight.sum())
            out[f"yielded_volume_fraction_{region}{name}"] = share
    return out


def current_metrics(
    section: CrossSection,
    current: CurrentFlow,
    interfaces: dict[tuple[str, str], FluxInterface],
) -> Values:
    """Window maxima of J.n, crowding against two references, lateral density in the pad, R."""
    design = section.design
    nominal = abs(current.current_a) / (math.pi * design.opening_radius_um**2)
    out: Values = {}
    for (a, b), interface in interfaces.items():
        pair = f"{a}_{b}"
        contact = abs(current.current_a) / interface.contact_area_um2
        for length in design.metrics.averaging_lengths_um:
            largest = interface.window(length).current_density_max_a_per_um2
            at = f"{pair}_{label(length)}"
            out[f"current_density_max_{at}_a_per_cm2"] = largest * A_PER_CM2
            out[f"crowding_nominal_{at}"] = largest / nominal
            out[f"crowding_contact_{at}"] = largest / contact
            for leg in interface.legs:
                window = interface.window(length, leg)
                name = f"current_density_max_{pair}_{leg}_{label(length)}_a_per_cm2"
                out[name] = window.current_density_max_a_per_um2 * A_PER_CM2
    for length in design.metrics.averaging_lengths_um:
        for name, value in _pad_lateral(section, current, length).items():
            out[f"pad_lateral_density{name}_{label(length)}_a_per_cm2"] = value
    out["resistance_mohm"] = current.resistance_ohm * 1e3
    out["power_mw"] = current.power_w * 1e3
    return out


def _pad_lateral(section: CrossSection, current: CurrentFlow, length: float) -> Values:
    """Volume mean of |J| in the pad over a band of width L on either side of the mask edge."""
    a, model = section.design.opening_radius_um, current.model
    low, high = -1.0, section.design.pad.thickness_um + 1.0

    def density(e: np.ndarray, x: np.ndarray, y: np.ndarray) -> np.ndarray:
        return np.hypot(*current.current_density_at(e, x, y)) * A_PER_CM2

    bands = {
        "_inside": shapely.box(max(a - length, 0.0), low, a, high),
        "_outside": shapely.box(a, low, a + length, high),
    }
    pad = np.intersect1d(model.elements("pad"), current.conducting_elements)
    found = {
        side: region_average(model, pad, band, density, revolve=True)
        for side, band in bands.items()
    }
    known = [value for value in found.values() if value is not None]
    return {**found, "": max(known) if known else None}


def margin_metrics(section: CrossSection, metrics: Values) -> Values:
    """Strength over window mean, for interfaces whose strength the user gave."""
    out: Values = {}
    for name, strength in section.design.metrics.strength.items():
        pair = name.replace("/", "_")
        at = label(section.design.metrics.headline_length_um)
        if f"peel_max_{pair}_{at}_mpa" not in metrics:
            known = ", ".join(f"{a}/{b}" for a, b in interface_names(section))
            raise InputError(f"metrics.strength names '{name}'; interfaces here are {known}")
        for kind, limit in (("peel", strength.peel_mpa), ("shear", strength.shear_mpa)):
            value = metrics[f"{kind}_max_{pair}_{at}_mpa"]
            if limit is not None and value is not None:
                out[f"margin_{kind}_{pair}_{at}"] = limit / value if value > 0 else None
    return out


def headline_names(section: CrossSection) -> list[str]:
    """Metrics a variant is judged by, at the headline averaging length, that exist here."""
    at = label(section.design.metrics.headline_length_um)
    names = []
    for a, b in interface_names(section):
        names += [f"{kind}_{a}_{b}_{at}_mpa" for kind in ("peel_max", "peel_min", "shear_max")]
    brittle = [r for r in ("passivation", "polyimide", "dielectric") if r in section.regions]
    names += [f"principal_max_{region}_{at}_mpa" for region in brittle]
    chip_side = [(a, b) for a, b in current_pairs(section) if b != "substrate_pad"]
    names += [f"current_density_max_{a}_{b}_{at}_a_per_cm2" for a, b in chip_side]
    return [*names, f"pad_lateral_density_{at}_a_per_cm2", "resistance_mohm"]


def balances(
    section: CrossSection,
    stress: ThermalStress,
    fluxes: dict[tuple[str, str], FluxInterface],
    current_a: float,
) -> Values:
    """Net force on UBM and bump, and current into the UBM, against the absolute integrals."""

    def share(parts: list[tuple[float, float]], expected: float = 0.0) -> float | None:
        net, size = np.sum(parts, axis=0)
        return float(abs(net - expected) / size) if size > 0 else None

    below = [
        (j.net_current_a, j.mean_magnitude_a_per_um2 * j.contact_area_um2)
        for (_, b), j in fluxes.items()
        if b in ("pad", "via")
    ]
    force = None
    if section.design.assembly is None:
        # an assembled bump also leans on substrate and underfill, partly across a curved face;
        # bump and UBM are one body: where the UBM ends at the mask's edge both touch it there
        lower = [stress.interface("bump_and_ubm", b) for _, b in interface_names(section)]
        force = share([(i.net_force_un, i.mean_magnitude_mpa * i.contact_area_um2) for i in lower])
    return {"force_balance": force, "current_balance": share(below, current_a)}


def thermal_state(section: CrossSection, model: Model) -> ThermalStress:
    """The cool-down that the design asks for."""
    from fem_bump import thermal_stress

    load = section.design.load.thermal
    free = {
        region: load.stress_free_by_region_degc.get(region, load.stress_free_degc)
        for region in model.regions
    }
    return thermal_stress(
        model,
        delta_t={region: load.temperature_degc - start for region, start in free.items()},
        stress_free_degc=free,
        fixed={"chip_bottom": "z"} if load.underside == "held-flat" else None,
        tied={"cell_side": "r"} if load.lateral == "periodic" else None,
    )


def current_state(section: CrossSection, model: Model) -> CurrentFlow:
    """The current that the design asks for."""
    from fem_bump import current_flow

    load = section.design.load.current
    return current_flow(
        model,
        load.current_a,
        load.source,
        load.sink,
        load.source_kind,
        contact_resistivity_ohm_m2=load.contact_resistivity_ohm_m2,
        temperature_degc=load.temperature_degc,
    )
