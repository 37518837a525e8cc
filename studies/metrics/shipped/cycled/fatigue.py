"""Life of the solder in the cycles, by the law of ``[metrics.fatigue]``.

From the work or the strain that the last cycle adds in the layer of solder beside the UBM: cycles
with the band of a factor of two that such laws are good for, and of a law that has them, cycles to
a crack and its growth across the UBM. What ranks designs is the ratio of their cycles, in a study's
table: the band is of the law and not in it. Bars are those of work and strain, from meshes,
tolerances and cycles, carried through the law.
"""

from __future__ import annotations

from collections.abc import Iterator

from fem_bump.life.fatigue import Condition, acceleration
from fem_bump.life.joint_life import JointLife
from geometry import CrossSection, Design
from studies.case.design_materials import design_library
from studies.case.fatigue import fatigue_of, solder_life
from studies.case.inelastic import is_cycled
from studies.loads.shipped.cycling import LAYER, SOLDER, cycle_of
from studies.metrics.life_ratio import ENDS, FATIGUE_STEM, TO_BASE, ratio_place
from studies.metrics.names import Place
from studies.metrics.places import where
from studies.metrics.registry import REGISTRY, Errors, Places, metric
from studies.solution.solved import View

DRIVERS = {"work": "inelastic_work_per_cycle", "strain": "inelastic_strain_per_cycle"}
BESIDE_UBM = Place(region=SOLDER, spot=LAYER)
DAY_S = 86400.0


def has_life(design: Design) -> bool:
    """Whether a design asks for a life in its cycles."""
    return is_cycled(design) and fatigue_of(design) is not None


def _solder(_: CrossSection) -> Iterator[Place]:
    yield Place(region=SOLDER)


def _with_ends(_: CrossSection) -> Iterator[Place]:
    yield from (Place(region=SOLDER, spot=end or None) for end in ENDS)


AT_SOLDER = where(has_life, Places(_solder, any_region=True))
CYCLES = where(
    has_life,
    Places(_with_ends, tuple(Place(spot=end) for end in ENDS if end), any_region=True),
)


def law_of(design: Design) -> JointLife:
    """The law of a design, for its solder and its cycle."""
    cycle = cycle_of(design.load.cycling)
    mean = (cycle.low_degc + cycle.high_degc) / 2
    return solder_life(design, design_library(design), mean, DAY_S / cycle.period_s)


def _law(view: View) -> JointLife:
    return view.once(("life law",), lambda: law_of(view.design))


def _driven(view: View) -> float:
    """What drives the law: work or strain of the last cycle in the layer."""
    found = REGISTRY[DRIVERS[_law(view).driver]].value(view, BESIDE_UBM)
    assert found is not None
    return found


def _driver_error(view: View, errors: Errors) -> float | None:
    return errors.get(REGISTRY[DRIVERS[_law(view).driver]].name(BESIDE_UBM))


def _error_of_cycles(view: View, place: Place, errors: Errors) -> float | None:
    """What the bar of work or strain leaves of the cycles; of the band's ends in proportion."""
    law, driven = _law(view), _driven(view)
    found = law.error(driven, _driver_error(view, errors))
    middle = law.cycles(driven)
    return None if found is None else found * getattr(middle, place.spot or "value") / middle.value


@metric(
    "fatigue_cycles", title="Cycles to fatigue of {where}", places=CYCLES, better="higher",
    described=True, rule=_error_of_cycles,
    says="By the law of `metrics.fatigue`: the characteristic life (63.2 %), of Engelmaier and of "
    "Coffin and Manson the median; `low` and `high` are half and twice as many, the best that such "
    "a law is good for. Designs are compared by `fatigue_ratio`.",
)  # fmt: skip
def fatigue_cycles(view: View, place: Place) -> float:
    return float(getattr(_law(view).cycles(_driven(view)), place.spot or "value"))


def _error_of_initiation(view: View, place: Place, errors: Errors) -> float | None:
    crack, error, driven = _law(view).crack, _driver_error(view, errors), _driven(view)
    if crack is None or error is None or not error < driven:
        return None
    return crack.initiation(driven - error) - crack.initiation(driven)


@metric(
    "crack_initiation_cycles", title="Cycles to a crack in {where}", places=AT_SOLDER,
    better="higher", described=True, rule=_error_of_initiation,
    says="Of Darveaux's law: k1 dW^k2.",
)  # fmt: skip
def crack_initiation_cycles(view: View, place: Place) -> float | None:
    return _law(view).initiation(_driven(view))


def _error_of_growth(view: View, place: Place, errors: Errors) -> float | None:
    law, error, driven = _law(view), _driver_error(view, errors), _driven(view)
    if law.crack is None or error is None:
        return None
    now, then = law.growth_um(driven), law.growth_um(driven + error)
    assert now is not None and then is not None
    return then - now


@metric(
    "crack_growth_per_cycle", unit="um", title="Growth of the crack per cycle in {where}",
    places=AT_SOLDER, better="lower", described=True, rule=_error_of_growth,
    says="Of Darveaux's law: k3 dW^k4, across the UBM or over `metrics.fatigue.crack_um`.",
)  # fmt: skip
def crack_growth_per_cycle(view: View, place: Place) -> float | None:
    return _law(view).growth_um(_driven(view))


def _is_used(design: Design) -> bool:
    stated = fatigue_of(design)
    return has_life(design) and stated is not None and stated.use is not None


@metric(
    "fatigue_acceleration", title="Cycles in use over cycles in the test, {where}",
    places=where(_is_used, Places(_solder, any_region=True)), rule="exact", described=True,
    says="By Norris and Landzberg, from the cycles of the case to those of `metrics.fatigue.use`.",
)  # fmt: skip
def fatigue_acceleration(view: View, place: Place) -> float:
    stated = fatigue_of(view.design)
    assert stated is not None and stated.use is not None
    use, cycle = stated.use, cycle_of(view.design.load.cycling)
    tested = Condition(cycle.high_degc - cycle.low_degc, cycle.high_degc, DAY_S / cycle.period_s)
    used = Condition(use.high_degc - use.low_degc, use.high_degc, use.cycles_per_day)
    return acceleration(use.set, tested, used)


@metric(
    FATIGUE_STEM, title="Fatigue life over that without recess, {where}",
    short="fatigue life over that without recess, {where}",
    places=Places(lambda section: (), tuple(
        ratio_place("solder", against, "") for against in ("", TO_BASE)
    )),
    better="higher", rule="exact",
    says="In a study's table, of designs with one law and one set of constants; also over the life "
    "of the base. The band of the law is not in it: it is the same on both sides.",
)  # fmt: skip
def fatigue_ratio(view: View, place: Place) -> float | None:
    return None
