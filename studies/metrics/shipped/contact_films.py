"""Heat and voltage in the contact of UBM and pad, and what of the current passes a probe's mark.

A film spreads the current, so that a larger resistance lowers the largest density: between designs
whose films differ, heat and voltage are what is compared.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from fem_bump.accuracy import contact_estimates
from fem_bump.conduction.contact_jumps import ContactJumps, JumpWindow
from fem_bump.interfaces.windows import extreme_mean
from geometry import CrossSection
from geometry.process.probed import probe_of
from geometry.section.names import SCAR
from studies.loads.shipped.current import resistive_interfaces
from studies.metrics.linearized import Linearized, extreme_change, place_to_mend
from studies.metrics.names import Place
from studies.metrics.registry import Places, metric
from studies.solution.interfaces import arc_deg
from studies.solution.solved import View

MV_PER_V = 1e3
MW_PER_W = 1e3
CONTACT = ("ubm", "pad")


def _has_film(section: CrossSection) -> bool:
    name = "/".join(CONTACT)
    return any(given.partition(":")[0] == name for given in resistive_interfaces(section))


def _contact(section: CrossSection) -> Iterator[Place]:
    if _has_film(section):
        yield Place(CONTACT)


def _windows(section: CrossSection) -> Iterator[Place]:
    if _has_film(section):
        for k, length in enumerate(section.design.metrics.averaging_lengths_um):
            yield Place(CONTACT, length_um=length, order=(k,))


def _marked(section: CrossSection) -> Iterator[Place]:
    if probe_of(section.design) is not None and section.legs_of(*CONTACT):
        yield Place(CONTACT)


def _jumps(view: View) -> ContactJumps:
    return view.once("jumps at UBM/pad", lambda: ContactJumps(view.current, *CONTACT))


# ------------------------------------------------------------------------------ heat


def _heat_linearized(view: View, place: Place) -> Linearized | None:
    if view.current.films_off_centre is not None:
        return None  # harmonics that a film couples share their heat
    jumps, flows = _jumps(view), view.solved.flow_estimates
    functional, change = contact_estimates.heat(flows, jumps)
    return Linearized(flows.estimators, functional, jumps.heat_w, change).times(MW_PER_W)


@metric(
    "contact_heat", unit="mw", title="Heat in the contact of {where}",
    short="heat in the contact of {where}", places=Places(_contact, (Place(CONTACT),)),
    better="lower", headline=8, functional=_heat_linearized,
    tail=lambda view, place: (
        _jumps(view).heat_tail_w * MW_PER_W if view.current.varies_around else None
    ),
    says="Set free where the current crosses its contact resistance.",
)  # fmt: skip
def contact_heat(view: View, place: Place) -> float:
    return _jumps(view).heat_w * MW_PER_W


# --------------------------------------------------------------------------- voltage


def _window(view: View, place: Place) -> JumpWindow:
    def find() -> JumpWindow:
        assert place.length_um is not None
        return _jumps(view).worst_window(place.length_um, arc_deg(view.design))

    return view.once(("jump", place), find)


def _voltage_linearized(view: View, place: Place) -> Linearized:
    """The window's mean of the jump, and its extreme in the improved solution."""
    jumps, flows, window = _jumps(view), view.solved.flow_estimates, _window(view, place)
    assert place.length_um is not None
    sign, span = jumps.direction, window.length_um
    factors = flows.angle_factors(window.theta_deg, window.harmonics)
    change = contact_estimates.jump_change(flows, jumps, factors)
    weights = jumps.line.window_weights(window.start_um, span)
    better = change.copy()
    better[:, :3] += jumps.mean_over(window.theta_deg)
    improved = extreme_mean(jumps.line.traces(better), place.length_um, sign)
    in_place = sign * float((weights * change).sum())
    moved = sign * improved.value - window.voltage_max_v
    start = place_to_mend(window.start_um, improved, in_place, moved)
    mean = contact_estimates.jump_mean(
        flows, jumps, jumps.line.window_weights(start, span), factors
    ).times(sign)
    whole = extreme_change(in_place, moved)
    return Linearized(flows.estimators, mean, window.voltage_max_v, whole).times(MV_PER_V)


@metric(
    "film_voltage_max", unit="mv", title="Film voltage at {where}",
    short="film voltage at {where}", places=Places(_windows, (Place(CONTACT),)),
    better="lower", headline=9, functional=_voltage_linearized,
    tail=lambda view, place: (
        _window(view, place).tail_v * MV_PER_V if view.current.varies_around else None
    ),
    says="Largest mean of the jump of the potential over windows of length L: what a film bears.",
)  # fmt: skip
def film_voltage_max(view: View, place: Place) -> float:
    return _window(view, place).voltage_max_v * MV_PER_V


# ------------------------------------------------------------------------ on the mark


def _share_weights(view: View) -> np.ndarray:
    """(m, 4) weights of the jump in the share of the current that passes the mark's leg."""
    jumps, line = _jumps(view), _jumps(view).line
    scar = np.array([name == SCAR for name in line.leg_names])[line.leg]
    out = np.zeros((len(line.facets), 4))
    out[jumps.rows] = jumps.mass[:, :3].sum(axis=1)  # that of a jump which is the same all along
    return np.where(scar[:, None], out, 0.0) / view.flux(CONTACT).net_current_a


def _share_linearized(view: View, place: Place) -> Linearized | None:
    if view.current.films:
        return None
    flows, weights = view.solved.flow_estimates, _share_weights(view)
    mean = contact_estimates.jump_mean(flows, _jumps(view), weights, np.ones(1))
    return Linearized(flows.estimators, mean, scar_current_share(view, place))


@metric(
    "scar_current_share", title="Share of the current at {where} through the mark",
    short="share of the current at {where} through the mark",
    places=Places(_marked, (Place(CONTACT),)), described=True, functional=_share_linearized,
    says="Through the leg of the mark and its rim, of a mark beside the axis through its disc; "
    "0 where nothing is left of the mark.",
)  # fmt: skip
def scar_current_share(view: View, place: Place) -> float:
    if view.current.films:
        return view.current.films[0].current_a / view.flux(CONTACT).net_current_a
    weights = _share_weights(view)[:, :3]
    return float((weights * _jumps(view).amplitudes_v[0]).sum())
