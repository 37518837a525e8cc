"""All metrics: those that come with the program, and those of packages installed beside it.

A package adds its own by an entry point of the group :data:`GROUP` that names a module: loading it
registers them (:mod:`studies.metrics.registry`). It is loaded once, at the first use.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache

from groundwork.registry import load_entry_points, package_of, sources_of
from studies.metrics.registry import REGISTRY, Metric, Registry
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
from studies.metrics.shipped.cycled import fatigue, per_cycle, ranges
from studies.metrics.shipped.voids import void_lives

GROUP = "fem_bump.metrics"
# in the order of the records
SHIPPED = (
    tractions, currents, pad_density, terminals, contact_films, lateral, cohesive,
    mark_edge, yielded, inelastic, per_cycle, fatigue, ranges, heat, migration, void_lives,
    margins, life,
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


@contextmanager
def named_in_errors(metric: Metric) -> Iterator[None]:
    """What the code of a metric from outside raises is noted below its traceback as that one's."""
    try:
        yield
    except Exception as error:
        if metric.module not in {module.__name__ for module in SHIPPED}:
            package = package_of(metric.module, GROUP)
            of = f"package '{package}'" if package else f"module '{metric.module}'"
            error.add_note(f"raised in the metric '{metric.stem}' of {of}")
        raise


def foreign_sources() -> list[str]:
    """What defines the metrics that are not the program's own, as hashes of their modules."""
    shipped = {module.__name__ for module in SHIPPED}
    return sources_of(catalogue().modules() - shipped)
