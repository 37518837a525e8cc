"""Life over that of the unetched pad at the same opening and equal current, by Black's law.

Solder by the density at bump/UBM, the pad by that at the opening's edge, each with the band of its
exponent; where the current heats, also each at its own largest temperature, with the band of the
activation energy too. In a study's table also by the time after which a void begins. A design's own
calibration takes the place of the library's constants, and alone gives hours.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product

from fem_bump.life.black import Stressed
from geometry import CrossSection
from geometry.process.steps.via import pad_is_bypassed
from studies.case.calibrated import calibration_of, stated_law
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
    published,
    ratio_band,
    ratio_place,
    stressed,
)
from studies.metrics.names import Place
from studies.metrics.registry import REGISTRY, Errors, Places, metric
from studies.metrics.rough import Beside, rough_error, twin_error
from studies.solution.solved import View
from studies.wording.labels import Measured
from studies.wording.units import Unit


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
        beside = Beside(other, coarse, coarser=coarse.solved.coarser)
        return Measured(value, error(taken, place, value, beside, tail))

    return view.once(("unetched", stem, place), make)


def _now(view: View, stem: str, place: Place, errors: Errors) -> Measured | None:
    """The same metric of the design itself."""
    value = REGISTRY[stem].value(view, place)
    return None if value is None else Measured(value, errors.get(REGISTRY[stem].name(place)))


def _share(found: Measured) -> Density:
    return found.value, None if found.error is None else found.error / found.value


def _end(place: Place) -> int:
    """Which of a value and both ends of its band."""
    said = (place.spot or "").split("_")[-1]
    return ENDS.index(said) if said in ENDS else 0


def _band(view: View, place: Place, errors: Errors) -> Ratio | None:
    part = place.region
    assert part is not None
    design = view.design
    material = (design.bump if part == "solder" else design.pad).material
    stem, where = DENSITIES[part]
    where = where.at(design.metrics.headline_length_um)
    before, now = _unetched(view, stem, where), _now(view, stem, where, errors)
    law = calibration_of(design, part) or published(material)
    if law is None or before is None or now is None:
        return None  # a user's own metal: no exponent is known
    assert view.unetched is not None
    if films_in_words(view.section) != films_in_words(view.unetched[0].section):
        return None  # a film spreads the current: densities say nothing of life then
    if part == "pad" and pad_is_bypassed(view.section):
        return None  # what little flows in and out of it again wears nothing
    end = _end(place)
    if HEATED not in (place.spot or ""):
        return ratio_band(law, _share(before), _share(now))[end]
    warm = TEMPERATURES[part]
    degc = _unetched(view, *warm), _now(view, *warm, errors)
    assert degc[0] is not None and degc[1] is not None
    return heated_band(law, (_share(before), degc[0]), (_share(now), degc[1]))[end]


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
    "the bands of n and of the activation energy; in a study's table also over the base's life. "
    "With a calibration its constants, and as the band their 95 % interval.",
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


# ---------------------------------------------------------------------------- hours


def _hours_places(section: CrossSection) -> Iterator[Place]:
    for part in PARTS:
        stated = stated_law(section.design, part)
        if stated is not None and stated.window_um is not None:
            yield from (ratio_place(part, "", end) for end in ENDS)


def _hours(view: View, place: Place, errors: Errors) -> Ratio | None:
    part, design = place.region, view.design
    assert part is not None
    law, stated = calibration_of(design, part), stated_law(design, part)
    assert law is not None and stated is not None and stated.window_um is not None
    if part == "pad" and pad_is_bypassed(view.section):
        return None
    stem, where = DENSITIES[part]
    density = _now(view, stem, where.at(stated.window_um), errors)
    if density is None:
        return None
    degc: Measured | None = Measured(design.load.current.temperature_degc, 0.0)
    if is_heated(design):
        degc = _now(view, *TEMPERATURES[part], errors)
    assert degc is not None
    now: Stressed = stressed((_share(density), degc))
    return law.lives_h(now)[_end(place)]


def _hours_error(view: View, place: Place, errors: Errors) -> float | None:
    found = _hours(view, place, errors)
    return None if found is None else found[1]


@metric(
    "median_life", unit=("h", Unit("h")), title="Median life under the current, {where}",
    short="median life, {where}",
    places=Places(_hours_places, tuple(ratio_place(part, "", end)
                                       for part in PARTS for end in ENDS)),
    better="higher", rule=_hours_error,
    says="With a calibration of densities as they are here: the time after which half of the "
    "joints have failed, at the largest density and, where the current heats, temperature, else "
    "at `load.current.temperature_degc`; `low` and `high` are the 95 % interval that its lives "
    "leave open.",
)  # fmt: skip
def median_life(view: View, place: Place) -> float | None:
    found = _hours(view, place, {})
    return None if found is None else found[0]
