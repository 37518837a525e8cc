"""What a metric is, and the list of them: one entry holds all that is said or done with it.

A module adds one by decorating the function that gives its value::

    @metric(
        "peel_rms", unit="mpa", title="Root mean square of peel at {where}", places=interfaces,
        better="lower", headline=9,
    )
    def peel_rms(view: View, place: Place) -> float | None:
        ...

It then stands in records, in the table with its error, in figures and in the report. A package adds
its own by an entry point of the group :data:`GROUP` that names a module.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING, Any, Literal, NamedTuple, TypeVar

from groundwork.registry import load_entry_points, sources_of
from studies.metrics.names import Place, format_name, format_stem, split
from studies.wording.units import UNITS, Unit, add_unit

if TYPE_CHECKING:
    from geometry import CrossSection
    from studies.metrics.linearized import Linearized, Multiple
    from studies.solution.solved import View

GROUP = "fem_bump.metrics"
SHIPPED = "studies.metrics.shipped."

Values = dict[str, float | None]
Errors = Mapping[str, float | None]
Value = Callable[["View", Place], float | None]
Rule = (
    Literal["two meshes", "counted", "twins", "exact"]
    | Callable[["View", Place, Errors], float | None]
)
RULES = {
    "two meshes": "change between two meshes, and between the two sides of the interface",
    "counted": "change between two meshes and the two sides, and what the count leaves open",
    "twins": "sum of the changes from another mesh and, where time passes, a looser tolerance",
    "exact": "none: it is given or a setting, no solution of anything",
}


@dataclass(frozen=True)
class Places:
    """Where a metric is taken.

    Attributes
    ----------
    of
        Places in a design's section.
    of_any
        Those that some design has, without lengths, or a function that lists them: films may come
        from outside.
    any_region
        Whether the region may have any name; ``known`` then holds what may stand behind it.
    """

    of: Callable[[CrossSection], Iterable[Place]]
    of_any: tuple[Place, ...] | Callable[[], tuple[Place, ...]] = ()
    any_region: bool = False

    @property
    def known(self) -> tuple[Place, ...]:
        """Places that some design has, without lengths: what names are understood by."""
        return self.of_any() if callable(self.of_any) else self.of_any

    def __call__(self, section: CrossSection) -> list[Place]:
        return list(self.of(section))


@dataclass(frozen=True, eq=False)
class Metric:
    """One quantity that is taken of a solved design, at as many places as it has.

    Attributes
    ----------
    stem, unit
        How its names begin and end; a unit of :data:`studies.wording.units.UNITS`, or none.
    title, short
        In words, with ``{where}`` for interface or region: for axes and tables, and for sentences.
    value
        Of a solution at a place; None where there is none.
    places
        Where it is taken.
    better
        Which way a design is better; None: nobody wins by it.
    headline
        Its rank among the metrics that a design is judged by: they are what meshes adapt to, and
        those that are better one way or the other are ranked in the report. None: not one of them.
    judged
        At which of its places it is one.
    described
        Whether the report's table shows it although nobody wins by it.
    functional
        Its linearization, for its error by dual-weighted residuals.
    rule
        Where its error comes from without one.
    tail
        What a count, harmonics that are left out, chords of a curve or more cycles may add: part
        of the error, which is not known where this is infinite.
    zero
        What its size counts from, where that is not 0: a temperature's from that of its sinks.
    needs_unetched
        Whether it compares with an unetched pad: taken only where that is asked for.
    needs_equal_films
        Whether contact films decide it, so that nobody wins by it where they differ.
    says
        A sentence on what it is, for the documentation.
    """

    stem: str
    unit: str | None
    title: str
    short: str
    value: Value
    places: Places
    better: Literal["lower", "higher"] | None = None
    headline: int | None = None
    judged: Callable[[Place], bool] = field(default=lambda place: place.is_whole)
    described: bool = False
    functional: Callable[[View, Place], Linearized | Multiple | None] | None = None
    rule: Rule = "two meshes"
    tail: Value | None = None
    zero: Value | None = None
    needs_unetched: bool = False
    needs_equal_films: bool = False
    says: str = ""

    @property
    def module(self) -> str:
        """Where it is defined; metrics of one module stand together."""
        return self.value.__module__

    def name(self, place: Place) -> str:
        """Its name at a place."""
        return format_name(self.stem, place, self.unit)


class Known(NamedTuple):
    """A name that is understood."""

    metric: Metric
    place: Place


class Registry:
    """Metrics by stem, in the order in which records hold them."""

    def __init__(self) -> None:
        self._metrics: dict[str, Metric] = {}
        self._found: dict[str, Known] = {}
        self._first: tuple[str, ...] = ()
        self._modules: set[str] = set()

    def arrange(self, modules: Iterable[str]) -> None:
        """Which modules' metrics stand first, in their order; others follow as they come."""
        self._first = tuple(modules)

    def add(self, metric: Metric) -> None:
        """Add one; what a module registers again takes the place of what it registered before.

        Raises
        ------
        ValueError
            Another module has one of that stem, or its unit is not known.
        """
        other = self._metrics.get(metric.stem)
        if other is not None and other.module != metric.module:
            raise ValueError(
                f"metric '{metric.stem}' of {metric.module} is one of {other.module} already"
            )
        if metric.unit is not None and metric.unit not in UNITS:
            raise ValueError(f"metric '{metric.stem}': '{metric.unit}' is no known unit")
        self._metrics[metric.stem] = metric
        self._found.clear()
        self._modules = set()

    def remove(self, stem: str) -> None:
        """Take one off the list."""
        del self._metrics[stem]
        self._found.clear()
        self._modules = set()

    def __iter__(self) -> Iterator[Metric]:
        for family in self.families():
            yield from family

    def __getitem__(self, stem: str) -> Metric:
        return self._metrics[stem]

    def modules(self) -> set[str]:
        """Where metrics are defined."""
        if not self._modules:
            self._modules = {metric.module for metric in self._metrics.values()}
        return self._modules

    def families(self) -> Iterator[list[Metric]]:
        """Metrics of one module together."""
        every = self._metrics.values()
        known = dict.fromkeys(metric.module for metric in every)
        modules = dict.fromkeys([*(m for m in self._first if m in known), *known])
        yield from ([m for m in every if m.module == module] for module in modules)

    def of_section(self, section: CrossSection) -> Iterator[Known]:
        """Every metric at every place that a design has."""
        for family in self.families():
            having = [(metric, dict.fromkeys(metric.places(section))) for metric in family]
            every = {place: None for _, places in having for place in places}
            for place in sorted(every, key=lambda place: place.order):
                yield from (Known(m, place) for m, places in having if place in places)

    def known_stems(self) -> list[str]:
        """Every name without length and unit that some design has, any region's left out."""
        return [
            format_stem(metric.stem, place)
            for metric in self if not metric.places.any_region
            for place in metric.places.known or (Place(),)
        ]  # fmt: skip

    def parse(self, name: str) -> Known | None:
        """Metric and place that a name says, whether with length and unit or without."""
        parts = split(name)
        found = self._found.get(parts.stem) or self._parse(parts.stem)
        if found is not None:  # what is unknown may come with a film from outside
            self._found[parts.stem] = found
        return None if found is None else Known(found.metric, found.place.at(parts.length_um))

    def _parse(self, stem: str) -> Known | None:
        for metric in sorted(self, key=lambda metric: -len(metric.stem)):
            if stem == metric.stem or stem.startswith(f"{metric.stem}_"):
                place = _place(metric.places, stem[len(metric.stem) + 1 :])
                if place is not None:
                    return Known(metric, place)
        return None


def headlines(every: Iterable[Known], length_um: float) -> list[Known]:
    """Those that a design is judged by, at one averaging length, by rank."""
    found = [
        (rank, known) for known in every
        if (rank := known.metric.headline) is not None and known.metric.judged(known.place)
        and known.place.length_um in (None, length_um)
    ]  # fmt: skip
    return [known for _, known in sorted(found, key=lambda one: (one[0], one[1].place.order))]


REGISTRY = Registry()


@cache
def load_outside() -> None:
    """Have the metrics of packages installed beside the program; they are loaded once.

    Raises
    ------
    PackageError
        One cannot be loaded.
    """
    load_entry_points(GROUP)


def is_shipped(module: str) -> bool:
    """Whether a module's metrics come with the program."""
    return module.startswith(SHIPPED)


def foreign_sources() -> list[str]:
    """What defines the metrics that are not the program's own, as hashes of their modules.

    These are known without the program's own, which load the solvers.
    """
    load_outside()
    return sources_of(module for module in REGISTRY.modules() if not is_shipped(module))


Decorated = TypeVar("Decorated", bound=Callable[..., Any])


def metric(
    stem: str,
    *,
    title: str,
    places: Places | Callable[[CrossSection], Iterable[Place]],
    unit: str | tuple[str, Unit] | None = None,
    short: str | None = None,
    **entry: Any,
) -> Callable[[Decorated], Decorated]:
    """Register the decorated function as the value of a metric; see :class:`Metric`.

    Parameters
    ----------
    unit
        A known one, or suffix and :class:`studies.wording.units.Unit` of a new one.
    """
    if isinstance(unit, tuple):
        add_unit(*unit)
        unit = unit[0]

    def register(value: Decorated) -> Decorated:
        where = places if isinstance(places, Places) else Places(places)
        said = short or f"{title[:1].lower()}{title[1:]}"
        REGISTRY.add(Metric(stem, unit, title, said, value, where, **entry))
        return value

    return register


def _place(places: Places, text: str) -> Place | None:
    """The place that the rest of a name says; None where the metric has none such."""
    for place in places.known:
        if not places.any_region and place.text == text:
            return place
    if places.any_region:
        spots = sorted((p.spot for p in places.known if p.spot), key=len, reverse=True)
        spot = next((spot for spot in spots if text.endswith(f"_{spot}")), None)
        region = text.removesuffix(f"_{spot}")
        return Place(region=region, spot=spot) if region else None
    # of a metric that does not list its places every text is one
    return None if places.known else Place(spot=text or None)
