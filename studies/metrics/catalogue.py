"""All metrics: those that come with the program, and those of packages installed beside it.

A package adds its own by an entry point of the group :data:`GROUP` that names a module: loading it
registers them (:mod:`studies.metrics.registry`). It is loaded once, at the first use.
"""

from __future__ import annotations

from functools import cache
from importlib import metadata

from fem_bump.errors import InputError
from groundwork.registry import sources_of
from studies.metrics.registry import REGISTRY, Registry
from studies.metrics.shipped import (
    cohesive,
    currents,
    lateral,
    life,
    margins,
    pad_density,
    terminals,
    tractions,
    yielded,
)

GROUP = "fem_bump.metrics"
# in the order of the records
SHIPPED = (
    tractions, currents, pad_density, terminals, lateral, cohesive, yielded, margins, life,
)  # fmt: skip
REGISTRY.arrange(module.__name__ for module in SHIPPED)


def catalogue() -> Registry:
    """The metrics that there are.

    Raises
    ------
    InputError
        An installed package's metrics cannot be loaded.
    """
    _load_entry_points()
    return REGISTRY


@cache
def _load_entry_points() -> None:
    for point in metadata.entry_points(group=GROUP):
        try:
            point.load()
        except (ImportError, AttributeError, ValueError) as error:
            raise InputError(
                f"the metrics of '{point.name}' ({point.value}) cannot be loaded: {error}"
            ) from error


def foreign_sources() -> list[str]:
    """What defines the metrics that are not the program's own, as hashes of their modules."""
    shipped = {module.__name__ for module in SHIPPED}
    return sources_of({metric.module for metric in catalogue()} - shipped)
