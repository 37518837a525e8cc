"""All metrics: those that come with the program, and those of packages installed beside it.

Packages add theirs by entry points (:func:`studies.metrics.registry.load_outside`).
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from groundwork.registry import package_of
from studies.metrics.registry import GROUP, REGISTRY, Metric, Registry, is_shipped, load_outside
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
    load_outside()
    return REGISTRY


@contextmanager
def named_in_errors(metric: Metric) -> Iterator[None]:
    """What the code of a metric from outside raises is noted below its traceback as that one's."""
    try:
        yield
    except Exception as error:
        if not is_shipped(metric.module):
            package = package_of(metric.module, GROUP)
            of = f"package '{package}'" if package else f"module '{metric.module}'"
            error.add_note(f"raised in the metric '{metric.stem}' of {of}")
        raise
