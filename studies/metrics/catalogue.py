"""All metrics: those that come with the program, and those of packages installed beside it.

A package adds its own by an entry point of the group :data:`GROUP` that names a module: loading it
registers them (:mod:`studies.metrics.registry`). It is loaded once, at the first use.
"""

from __future__ import annotations

from functools import cache

from groundwork.registry import load_entry_points, sources_of
from studies.metrics.registry import REGISTRY, Registry
from studies.metrics.shipped import (
    cohesive,
    contact_films,
    currents,
    heat,
    inelastic,
    lateral,
    life,
    margins,
    mark_edge,
    migration,
    pad_density,
    terminals,
    tractions,
    yielded,
)

GROUP = "fem_bump.metrics"
# in the order of the records
SHIPPED = (
    tractions, currents, pad_density, terminals, contact_films, lateral, cohesive,
    mark_edge, yielded, inelastic, heat, migration, margins, life,
)  # fmt: skip
REGISTRY.arrange(module.__name__ for module in SHIPPED)


def catalogue() -> Registry:
    """The metrics that there are.

    Raises
    ------
    PackageError
        An installed package's metrics cannot be loaded.
    """
    _load_outside()
    return REGISTRY


@cache
def _load_outside() -> None:
    load_entry_points(GROUP)


def foreign_sources() -> list[str]:
    """What defines the metrics that are not the program's own, as hashes of their modules."""
    shipped = {module.__name__ for module in SHIPPED}
    return sources_of({metric.module for metric in catalogue()} - shipped)
