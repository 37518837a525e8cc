"""The heat that a current sets free, as the conduction of heat takes it.

    q = rho |J|^2 in the bulk,   [phi]^2 / rc per area of a contact,

the mean around the axis (:mod:`fem_bump.conduction.dissipation`). What harmonics left out of the
fields dissipate stays next to the ends of the arcs through which the current enters: it is fed in
at the source, so that the heat is the power to round-off. Units: um, K, W.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from fem_bump.body.property_field import at_quadrature, property_at
from fem_bump.conduction.flow import CurrentFlow
from fem_bump.heat.sinks import facet_shares
from fem_bump.heat.system import HeatSystem

SLOPE_K = 0.5  # over which resistivities are differentiated, to either side


@dataclass(frozen=True)
class JouleHeat:
    """Nodal heat of a flow, and how it grows with the temperature.

    Attributes
    ----------
    load_w
        (second-order nodes,).
    growth_w_per_um3k
        (all elements, q) of the heat in the bulk while the current density stays.
    """

    load_w: np.ndarray
    growth_w_per_um3k: np.ndarray

    @property
    def total_w(self) -> float:
        return float(self.load_w.sum())


def joule_heat(flow: CurrentFlow, system: HeatSystem, degc: np.ndarray) -> JouleHeat:
    """The heat of a flow; ``degc`` (nodes,) are the temperatures at which it was solved."""
    model, heat = flow.model, flow.dissipation
    load = system.load(heat.bulk_w_per_um3)
    nodes = model.facet_nodes(flow.system.contact_facets).T
    load += np.bincount(nodes.ravel(), heat.contact_w.ravel(), model.node_count)
    share = facet_shares(model, flow.source)
    load += (flow.power_w - load.sum()) * share / share.sum()
    return JouleHeat(load, heat.bulk_w_per_um3 * _relative_growth(flow, degc))


def _relative_growth(flow: CurrentFlow, degc: np.ndarray) -> np.ndarray:
    """(all elements, q) of the resistivity, 1/K; zero in insulators."""
    elements = flow.conducting_elements
    at = at_quadrature(flow.model, degc)[elements]
    low, high = (
        property_at(flow.model, "conductivity_s_per_m", elements, at + side * SLOPE_K)
        for side in (-1, 1)
    )
    out = np.zeros(flow.conductivity_s_per_m.shape)
    out[elements] = (1 / high - 1 / low) / (2 * SLOPE_K) * flow.conductivity_s_per_m[elements]
    return out
