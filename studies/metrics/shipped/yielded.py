"""Share of each metal's volume above its yield strength: nominal, low and high end of its range.

It is counted in quadrature points. What that leaves open is one point of every element in which
some are above and some below, and at least the share of one element, since a count sees nothing
between its points.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from fem_bump.interfaces.averages import von_mises
from geometry import CrossSection, Design
from studies.case.inelastic import is_inelastic
from studies.metrics.names import Place
from studies.metrics.places import where
from studies.metrics.registry import Places, metric
from studies.metrics.sections import sections
from studies.solution.solved import View, region_materials

ENDS = {None: 1, "at_low_yield": 0, "at_high_yield": 2}  # place in a strength's band
_SPOTS = tuple(Place(spot=spot) for spot in ENDS)


def _is_elastic(design: Design) -> bool:
    return not is_inelastic(design)


def _metals(section: CrossSection) -> Iterator[Place]:
    for i, (region, material) in enumerate(region_materials(section).items()):
        if material.yield_mpa is not None:
            for k, spot in enumerate(ENDS):
                yield Place(region=region, spot=spot, order=(i, k))


Counted = tuple[float, float]


def _counted(view: View, place: Place) -> Counted:
    """The share, and what the count leaves open of it."""
    region = place.region
    assert region is not None
    temperature = view.design.load.thermal.temperature_degc

    def make() -> dict[str | None, Counted]:
        return dict(zip(ENDS, _count(view, region, temperature), strict=True))

    return view.once(("yielded", region), make)[place.spot]


def _count(view: View, region: str, temperature_degc: float) -> Iterator[Counted]:
    model = view.model
    found, material = model.regions[region], model.materials[region]
    *points, weight = model.quadrature_of(found)
    # the first and the last section stand for half as much of the circle as those between
    each = [von_mises(tensor) for tensor in sections(view.stress, tuple(points))]
    share_of = np.ones(len(each))
    if len(each) > 1:
        share_of[[0, -1]] = 0.5
    share_of /= share_of.sum()
    band = [float(v) for v in material.yield_band_mpa(temperature_degc)]
    for end in ENDS.values():
        above = np.array([m > band[end] for m in each])
        by_element = above.reshape(len(each), len(found), -1)
        cut = by_element.any(axis=2) & ~by_element.all(axis=2)
        point = weight.reshape(len(found), -1).mean(axis=1)
        open_share = float(share_of @ (cut @ point)) / float(weight.sum())
        share = float(share_of @ (above @ weight)) / float(weight.sum())
        yield share, max(open_share, 1 / len(found))


@metric(
    "yielded_volume_fraction", title="Share of {where} above its yield strength",
    places=where(_is_elastic, Places(_metals, _SPOTS, any_region=True)),
    rule="counted", tail=lambda view, place: _counted(view, place)[1],
    says="Of the volume of a metal in an elastic case, against its yield strength and both ends of "
    "that one's range.",
)  # fmt: skip
def yielded_volume_fraction(view: View, place: Place) -> float:
    return _counted(view, place)[0]
