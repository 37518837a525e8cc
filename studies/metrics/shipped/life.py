"""Life over that of the unetched pad at the same opening and equal current, by Black's law.

Solder by the density at bump/UBM, the pad by that at the opening's edge, each with the band of its
exponent.
"""

from __future__ import annotations

from collections.abc import Iterator

from fem_bump.life.black import black_exponent
from geometry import CrossSection
from geometry.process.steps.via import pad_is_bypassed
from studies.loads.shipped.current import films_in_words
from studies.metrics.life_ratio import (
    DENSITIES,
    ENDS,
    STEM,
    TO_BASE,
    Density,
    Ratio,
    ratio_band,
    ratio_place,
)
from studies.metrics.names import Place
from studies.metrics.registry import REGISTRY, Errors, Places, metric
from studies.metrics.rough import Beside, rough_error
from studies.solution.solved import View


def _places(section: CrossSection) -> Iterator[Place]:
    for part in DENSITIES:
        for end in ENDS:
            yield ratio_place(part, "", end)


def _unetched(view: View, part: str) -> Density | None:
    """The density on the unetched pad, with its relative error from two meshes and sides."""

    def make() -> Density | None:
        assert view.unetched is not None
        fine, other, coarse = view.unetched
        stem, place = DENSITIES[part]
        place = place.at(view.design.metrics.headline_length_um)
        density = REGISTRY[stem]
        value = density.value(fine, place)
        if value is None:
            return None
        tail = density.tail(fine, place) if density.tail else None
        error = rough_error(density, place, value, Beside(other, coarse), tail)
        return value, None if error is None else error / value

    return view.once(("unetched density", part), make)


def _band(view: View, place: Place, errors: Errors) -> Ratio | None:
    part = place.region
    assert part is not None
    design = view.design
    material = (design.bump if part == "solder" else design.pad).material
    stem, where = DENSITIES[part]
    where = where.at(design.metrics.headline_length_um)
    before, now = _unetched(view, part), REGISTRY[stem].value(view, where)
    exponent = black_exponent(material)
    if exponent is None or before is None or now is None:
        return None  # a user's own metal: no exponent is known
    assert view.unetched is not None
    if films_in_words(view.section) != films_in_words(view.unetched[0].section):
        return None  # a film spreads the current: densities say nothing of life then
    if part == "pad" and pad_is_bypassed(view.section):
        return None  # what little flows in and out of it again wears nothing
    apart = errors.get(REGISTRY[stem].name(where))
    share = None if apart is None else apart / now
    band = ratio_band(exponent, before, (now, share))
    return band[ENDS.index(place.spot or "")]


def _error(view: View, place: Place, errors: Errors) -> float | None:
    """What both densities' errors leave, for each exponent."""
    found = _band(view, place, errors)
    return None if found is None else found[1]


@metric(
    STEM, title="MTTF over that without recess, {where}",
    short="life over that without recess, {where}",
    places=Places(_places, tuple(
        ratio_place(part, against, end) for part in DENSITIES for against in ("", TO_BASE)
        for end in ENDS
    )),
    better="higher", rule=_error, needs_unetched=True, needs_equal_films=True,
    says="By Black's law at equal current and temperature, (j_ref / j)^n, for the exponent n and "
    "both ends of its band; in a study's table also over the life of the base.",
)  # fmt: skip
def mttf_ratio(view: View, place: Place) -> float | None:
    found = _band(view, place, {})
    return None if found is None else found[0]
