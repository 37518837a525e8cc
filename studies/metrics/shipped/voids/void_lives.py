"""What becomes of a void after it has begun: how long until the resistance has risen, and its size.

The resistance is that of the bump between its terminals, and a rise a share of its own without a
void. A void has several shapes (:mod:`fem_bump.voids.faces`): the shortest and the longest life
over them are an interval within which it lies.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from fem_bump import InputError, VoidGrowth
from fem_bump.voids.state import VoidHistory
from geometry import CrossSection
from studies.loads.shipped.migration import void_surface, voids_grow
from studies.metrics.names import Place
from studies.metrics.places import where
from studies.metrics.registry import Places, metric
from studies.metrics.shipped.migration import (
    FREE,
    JUDGED,
    migration_margin,
    moving,
    time_to_nucleation,
)
from studies.solution.solved import View

NEVER = "none where it never does: see `void_growth_margin`"


def _judged(section: CrossSection) -> Iterator[Place]:
    moves = list(moving(section))
    return (
        Place(region=region, order=(moves.index(region),)) for region in JUDGED if region in moves
    )


regions = where(voids_grow, Places(_judged, any_region=True))


def before(section: CrossSection, region: str) -> Place:
    """What a void of a region begins in: the stress with the solder's side free, or blocked."""
    return Place(region=region, spot=None if void_surface(section, region) is None else FREE)


def grown(view: View, place: Place) -> VoidGrowth | None:
    """The void; None where none begins within the time, or it meets no conductor."""
    assert place.region is not None
    if time_to_nucleation(view, before(view.section, place.region)) is None:
        return None
    try:
        return view.solved.grown(place.region)
    except InputError:
        return None


def _over(
    view: View, place: Place, of: Callable[[VoidHistory], float | None]
) -> list[float | None]:
    """A number of every shape."""
    found = grown(view, place)
    return [] if found is None else [of(each) for each in found.histories.values()]


def _life(view: View, place: Place, rise: float, longest: bool) -> float | None:
    found = grown(view, place)
    return None if found is None else found.life(rise)[longest]


def _covered(view: View, place: Place, longest: bool) -> float | None:
    found = [each for each in _over(view, place, VoidHistory.covered) if each is not None]
    return (max if longest else min)(found, default=None)


@metric(
    "void_life_10_low", unit="s", title="Shortest time until the resistance is 10 % up, void in "
    "{where}", short="shortest time to +10 %, void in {where}", places=regions, better="higher",
    rule="twins", says=f"Of the bump between its terminals, over the shapes of the void; {NEVER}.",
)  # fmt: skip
def void_life_10_low(view: View, place: Place) -> float | None:
    return _life(view, place, 0.1, False)


@metric(
    "void_life_10_high", unit="s", title="Longest time until the resistance is 10 % up, void in "
    "{where}", short="longest time to +10 %, void in {where}", places=regions, better="higher",
    rule="twins", says="None where it never does with one shape.",
)  # fmt: skip
def void_life_10_high(view: View, place: Place) -> float | None:
    return _life(view, place, 0.1, True)


@metric(
    "void_life_20_low", unit="s", title="Shortest time until the resistance is 20 % up, void in "
    "{where}", short="shortest time to +20 %, void in {where}", places=regions, better="higher",
    rule="twins", says=f"Of the bump between its terminals, over the shapes of the void; {NEVER}.",
)  # fmt: skip
def void_life_20_low(view: View, place: Place) -> float | None:
    return _life(view, place, 0.2, False)


@metric(
    "void_life_20_high", unit="s", title="Longest time until the resistance is 20 % up, void in "
    "{where}", short="longest time to +20 %, void in {where}", places=regions, better="higher",
    rule="twins", says="None where it never does with one shape.",
)  # fmt: skip
def void_life_20_high(view: View, place: Place) -> float | None:
    return _life(view, place, 0.2, True)


@metric(
    "void_covered_20_low", title="Least share of the interface covered at +20 %, void in {where}",
    short="least share covered at +20 %, void in {where}", places=regions, rule="twins",
    says="How large a void is when the resistance has risen by 20 %, over its shapes.",
)  # fmt: skip
def void_covered_20_low(view: View, place: Place) -> float | None:
    return _covered(view, place, False)


@metric(
    "void_covered_20_high", title="Largest share of the interface covered at +20 %, void in "
    "{where}", short="largest share covered at +20 %, void in {where}", places=regions,
    rule="twins",
)  # fmt: skip
def void_covered_20_high(view: View, place: Place) -> float | None:
    return _covered(view, place, True)


@metric(
    "void_growth_margin", title="Volume for +20 % over that at which the void settles, in {where}",
    short="margin of the void's growth in {where}", places=regions, better="higher", rule="twins",
    says="Above 1 the resistance never rises by 20 %, whatever the time; 0 where atoms find a way "
    "out and the void grows on. The least over the shapes. Where no void ever begins the critical "
    "stress over the largest, `migration_margin` with the solder's side as the void has it.",
)  # fmt: skip
def void_growth_margin(view: View, place: Place) -> float | None:
    assert place.region is not None
    found = _over(view, place, VoidHistory.margin)
    if found:
        return min((each for each in found if each is not None), default=None)
    margin = migration_margin(view, before(view.section, place.region))
    return margin if margin is not None and margin > 1 else None
