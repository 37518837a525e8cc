"""Life over that of the unetched pad at the same opening and equal current, by Black's law.

Solder by the density at bump/UBM, the pad by that at the opening's edge, each with the band of its
exponent; where the current heats, also each at its own largest temperature, with the band of the
activation energy too. In a study's table also by the time after which a void begins.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product

from fem_bump.life.black import activation_energy, black_exponent
from geometry import CrossSection
from geometry.process.steps.via import pad_is_bypassed
from studies.loads.shipped.current import films_in_words
from studies.loads.shipped.heat import is_heated
from studies.metrics.life_ratio import (
    DENSITIES,
    ENDS,
    HEATED,
    NUCLEATION_STEM,
    PARTS,
    STEM,
    TEMPERATURES,
    TO_BASE,
    Density,
    Ratio,
    heated_band,
    ratio_band,
    ratio_place,
)
from studies.metrics.names import Place
from studies.metrics.registry import REGISTRY, Errors, Places, metric
from studies.metrics.rough import Beside, rough_error, twin_error
from studies.solution.solved import View
from studies.wording.labels import Measured


def _places(section: CrossSection) -> Iterator[Place]:
    warm = (False, True) if is_heated(section.design) else (False,)
    yield from (ratio_place(part, "", end, heated)
                for part, heated, end in product(PARTS, warm, ENDS))  # fmt: skip


def _known() -> tuple[Place, ...]:
    every = product(PARTS, ("", TO_BASE), (False, True), ENDS)
    return tuple(ratio_place(part, against, end, heated) for part, against, heated, end in every)


def _unetched(view: View, stem: str, place: Place) -> Measured | None:
    """A metric on the unetched pad, with its error from two meshes and sides."""

    def make() -> Measured | None:
        assert view.unetched is not None
        fine, other, coarse = view.unetched
        taken = REGISTRY[stem]
        value = taken.value(fine, place)
        if value is None:
            return None
        tail = taken.tail(fine, place) if taken.tail else None
        error = twin_error if taken.rule == "twins" else rough_error
        return Measured(value, error(taken, place, value, Beside(other, coarse), tail))

    return view.once(("unetched", stem, place), make)


def _now(view: View, stem: str, place: Place, errors: Errors) -> Measured | None:
    """The same metric of the design itself."""
    value = REGISTRY[stem].value(view, place)
    return None if value is None else Measured(value, errors.get(REGISTRY[stem].name(place)))


def _share(found: Measured) -> Density:
    return found.value, None if found.error is None else found.error / found.value


def _band(view: View, place: Place, errors: Errors) -> Ratio | None:
    part = place.region
    assert part is not None
    design = view.design
    material = (design.bump if part == "solder" else design.pad).material
    stem, where = DENSITIES[part]
    where = where.at(design.metrics.headline_length_um)
    before, now = _unetched(view, stem, where), _now(view, stem, where, errors)
    exponent, energy = black_exponent(material), activation_energy(material)
    if exponent is None or energy is None or before is None or now is None:
        return None  # a user's own metal: no exponent is known
    assert view.unetched is not None
    if films_in_words(view.section) != films_in_words(view.unetched[0].section):
        return None  # a film spreads the current: densities say nothing of life then
    if part == "pad" and pad_is_bypassed(view.section):
        return None  # what little flows in and out of it again wears nothing
    said = (place.spot or "").split("_")
    end = ENDS.index(said[-1]) if said[-1] in ENDS else 0
    if HEATED not in (place.spot or ""):
        return ratio_band(exponent, _share(before), _share(now))[end]
    warm = TEMPERATURES[part]
    degc = _unetched(view, *warm), _now(view, *warm, errors)
    assert degc[0] is not None and degc[1] is not None
    return heated_band(exponent, energy, (_share(before), degc[0]), (_share(now), degc[1]))[end]


def _error(view: View, place: Place, errors: Errors) -> float | None:
    """What the errors of densities and temperatures leave, for all constants."""
    found = _band(view, place, errors)
    return None if found is None else found[1]


@metric(
    STEM, title="MTTF over that without recess, {where}",
    short="life over that without recess, {where}", places=Places(_places, _known),
    better="higher", rule=_error, needs_unetched=True, needs_equal_films=True,
    says="By Black's law at equal current and temperature, (j_ref / j)^n, for the exponent n and "
    "both ends of its band; `at_temperature`, where the current heats, at each one's largest, over "
    "the bands of n and of the activation energy; in a study's table also over the base's life.",
)  # fmt: skip
def mttf_ratio(view: View, place: Place) -> float | None:
    found = _band(view, place, {})
    return None if found is None else found[0]


@metric(
    NUCLEATION_STEM, title="Time to nucleation over that without recess, {where}",
    short="time to nucleation over that without recess, {where}",
    places=Places(lambda section: (), tuple(
        ratio_place(part, against, "") for part in PARTS for against in ("", TO_BASE)
    )),
    better="higher", rule="exact",
    says="In a study's table, where the current moves atoms; also over the time of the base.",
)  # fmt: skip
def nucleation_ratio(view: View, place: Place) -> float | None:
    return None
