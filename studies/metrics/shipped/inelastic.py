"""What has flowed in metals that yield and creep, at the end of a history.

A viscoelastic solid goes back with its stress: of it nothing has flowed, and its work is what has
turned into heat.

The largest strain of a region is that of a corner, and so the mesh's: what is given instead is the
strain that a hundredth of the volume exceeds. Shares of volumes are counted in quadrature points,
and leave open what the count of a yielded share does (:mod:`studies.metrics.shipped.yielded`).
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from geometry import CrossSection
from studies.case.inelastic import is_inelastic
from studies.metrics.names import Place
from studies.metrics.places import where
from studies.metrics.registry import Places, metric
from studies.solution.solved import View, region_materials
from studies.wording.units import Unit

EXCEEDING = 0.01  # share of the volume whose strain is above the upper one
JUDGED = ("pad", "bump")  # regions by whose strain a design is judged
FLOWED = 1e-4  # equivalent strain above which a point counts as having flowed


def _with_laws(section: CrossSection) -> Iterator[Place]:
    for i, (region, material) in enumerate(region_materials(section).items()):
        if material.law is not None:
            yield Place(region=region, order=(i,))


def _flowing(section: CrossSection) -> Iterator[Place]:
    kept = region_materials(section)
    return (each for each in _with_laws(section) if not kept[str(each.region)].law.recovers)


FLOWING = where(is_inelastic, Places(_flowing, any_region=True))
WORKING = where(is_inelastic, Places(_with_laws, any_region=True))


def _points(view: View, place: Place) -> tuple[np.ndarray, np.ndarray]:
    """(elements, points) equivalent inelastic strain of a region, and the share of its volume.

    At every quadrature point and, where it varies around the axis, every angle.
    """
    inelastic, model = view.stress.inelastic, view.model
    assert inelastic is not None and place.region is not None
    elements = model.regions[place.region]
    strain, volume = inelastic.samples[inelastic.row[elements]], model.quadrature[1][elements]
    volume = np.broadcast_to(volume[..., None], strain.shape).reshape(len(elements), -1)
    return strain.reshape(volume.shape), volume / volume.sum()


@metric(
    "inelastic_strain_mean", title="Mean inelastic strain of {where}", places=FLOWING,
    better="lower", headline=12, judged=lambda place: place.region in JUDGED,
    says="Accumulated equivalent inelastic strain, over the volume of a region with a law.",
)  # fmt: skip
def inelastic_strain_mean(view: View, place: Place) -> float:
    assert place.region is not None
    return view.stress.mean_inelastic_strain(place.region)


@metric(
    "inelastic_strain_upper", title="Inelastic strain that 1 % of {where} exceeds",
    short="upper inelastic strain of {where}", places=FLOWING, described=True,
    says="Of its volume: a largest one would be a corner's, and grow with every finer mesh.",
)  # fmt: skip
def inelastic_strain_upper(view: View, place: Place) -> float:
    strain, share = _points(view, place)
    order = np.argsort(strain, axis=None)
    below = np.cumsum(share.ravel()[order])
    return float(np.interp(1 - EXCEEDING, below, strain.ravel()[order]))


@metric(
    "inelastic_work_density", unit=("mj_per_m3", Unit("MJ/m³", 1.0, "MJ/m3")),
    title="Inelastic work per volume of {where}", places=WORKING, described=True,
    says="Work of the stress on the inelastic strain, over the region's volume; of a viscoelastic "
    "solid what has turned into heat.",
)  # fmt: skip
def inelastic_work_density(view: View, place: Place) -> float:
    inelastic = view.stress.inelastic
    assert inelastic is not None and place.region is not None
    volume = float(view.model.quadrature[1][view.model.regions[place.region]].sum())
    return inelastic.integral(inelastic.work, place.region) / volume


def _open(view: View, place: Place) -> float:
    strain, share = _points(view, place)
    flowed = strain > FLOWED
    cut = flowed.any(axis=1) & ~flowed.all(axis=1)
    return max(float(share[cut].mean(axis=1).sum()), 1 / len(strain))


@metric(
    "flowed_volume_fraction", title="Share of {where} that has flowed", places=FLOWING,
    rule="counted", tail=_open,
    says=f"Of the volume of a region with a law, by more than {FLOWED:.2%} of equivalent strain.",
)  # fmt: skip
def flowed_volume_fraction(view: View, place: Place) -> float:
    strain, share = _points(view, place)
    return float(share[strain > FLOWED].sum())
