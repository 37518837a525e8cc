"""Where metrics are taken: windows on interfaces, brittle films, the whole of a design."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from geometry import CrossSection, Design
from geometry.process.step import brittle_names, brittle_places
from studies.loads.shipped.current import varies_around
from studies.metrics.names import Place
from studies.metrics.registry import Places
from studies.solution.interfaces import (
    below_ubm,
    current_pairs,
    interface_names,
    with_current,
)

MASK = "{mask}"  # whichever film masks the etch of the pad
LEGS = ("floor", "sidewall", "top", "underside", "scar")

WHOLE = Places(lambda section: [Place()], (Place(),))


def where(condition: Callable[[Design], bool], places: Places) -> Places:
    """The same places in designs of one kind only."""
    return Places(
        lambda section: places(section) if condition(section.design) else [],
        lambda: places.known,
        places.any_region,
    )


def is_sheared(design: Design) -> bool:
    """Whether the board's shift makes the stress vary around the circle."""
    return design.load.shear is not None


def is_fed_by_arcs(design: Design) -> bool:
    """Whether current enters through arcs."""
    return design.source_half_angle_deg is not None


def _lengths(section: CrossSection) -> Iterator[tuple[int, float]]:
    return enumerate(section.design.metrics.averaging_lengths_um)


# ------------------------------------------------------------- the UBM's interfaces below


def _interfaces(section: CrossSection) -> Iterator[Place]:
    for i, pair in enumerate(interface_names(section)):
        yield Place(pair, order=(i, 1))


def _windows(section: CrossSection) -> Iterator[Place]:
    for i, pair in enumerate(interface_names(section)):
        for k, length in _lengths(section):
            yield Place(pair, length_um=length, order=(i, 0, k))


def _leg_windows(section: CrossSection) -> Iterator[Place]:
    for i, pair in enumerate(interface_names(section)):
        for j, leg in enumerate(section.legs_of(*pair)):
            for k, length in _lengths(section):
                yield Place(pair, leg=leg, length_um=length, order=(i, 2, j, k))


def _below(legs: Iterable[str | None]) -> Callable[[], tuple[Place, ...]]:
    return lambda: _known([*below_ubm(), ("ubm", MASK)], legs)


def _crossed(legs: Iterable[str | None]) -> Callable[[], tuple[Place, ...]]:
    return lambda: _known(with_current(), legs)


def _known(pairs: Iterable[tuple[str, str]], legs: Iterable[str | None]) -> tuple[Place, ...]:
    return tuple(
        Place(pair, leg=leg, order=(i, j)) for i, pair in enumerate(pairs)
        for j, leg in enumerate(legs)
    )  # fmt: skip


interfaces = Places(_interfaces, _below((None,)))
windows = Places(_windows, _below((None,)))
leg_windows = Places(_leg_windows, _below(LEGS))
all_windows = Places(
    lambda section: [*_windows(section), *_leg_windows(section)], _below((None, *LEGS))
)
sheared_windows = where(is_sheared, windows)

# ------------------------------------------------------------- interfaces with current


def _flux_windows(section: CrossSection) -> Iterator[Place]:
    for i, pair in enumerate(current_pairs(section)):
        for k, length in _lengths(section):
            yield Place(pair, length_um=length, order=(i, k, 0))


def _flux_leg_windows(section: CrossSection) -> Iterator[Place]:
    for i, pair in enumerate(current_pairs(section)):
        for k, length in _lengths(section):
            for j, leg in enumerate(section.legs_of(*pair)):
                yield Place(pair, leg=leg, length_um=length, order=(i, k, 1 + j))


flux_windows = Places(_flux_windows, _crossed((None,)))
all_flux_windows = Places(
    lambda section: [*_flux_windows(section), *_flux_leg_windows(section)],
    _crossed((None, *LEGS)),
)
arc_fed_windows = where(is_fed_by_arcs, flux_windows)
angular_flux_windows = where(varies_around, flux_windows)


def on_chip_side(place: Place) -> bool:
    """Whether an interface is one of the chip's side, and no leg of it: not the substrate's pad."""
    return place.is_whole and place.pair in (("bump", "ubm"), *below_ubm())


# ------------------------------------------------------------------------ brittle films


def _brittle_spots(section: CrossSection) -> Iterator[Place]:
    for k, length in _lengths(section):
        for i, (region, spots) in enumerate(brittle_places(section.design).items()):
            for j, spot in enumerate(spots):
                yield Place(region=region, spot=spot, length_um=length, order=(k, i, 0, j))


def _brittle_films(section: CrossSection) -> Iterator[Place]:
    for k, length in _lengths(section):
        for i, region in enumerate(brittle_places(section.design)):
            yield Place(region=region, length_um=length, order=(k, i, 1))


def _films() -> tuple[str, ...]:
    return (*brittle_names(), MASK)


brittle_spots = Places(
    _brittle_spots,
    lambda: tuple(
        Place(region=film, spot=spot) for film in _films() for spot in ("mask_edge", "pad_edge")
    ),
)
brittle_films = Places(
    _brittle_films,
    lambda: tuple(Place(region=film, order=(0, i)) for i, film in enumerate(_films())),
)
