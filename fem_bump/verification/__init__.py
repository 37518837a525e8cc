"""Problems with known answers: computed, exact, error.

One module per problem, each with ``rows(...)`` whose arguments set the mesh, so that tests can
watch an error fall. ``table()`` runs them all at the resolution that ``fem-bump verify`` prints.
The meshes are structured and need no mesh generator.
"""

from __future__ import annotations

from collections.abc import Iterable
from importlib import import_module

from fem_bump.verification.row import Row

PROBLEMS = (
    "thick_cylinder",
    "hollow_sphere",
    "le11",
    "film_on_substrate",
    "press_fit",
    "manufactured_elastic",
    "rigid_and_free",
    "flux_tube",
    "annular_feed",
    "manufactured_conduction",
    "balances",
    "rigid_harmonics",
    "compatible_eigenstrain",
    "bonded_bars",
    "flexure",
    "stepped_torsion",
    "shifted_bar",
    "layered_cell",
    "rim_source_disk",
    "arc_fed_rings",
    "harmonic_balances",
    "corner_exponents",
    "corner_fields",
    "penny_crack",
    "film_delamination",
)

__all__ = ["PROBLEMS", "Row", "table"]


def table(problems: Iterable[str] = PROBLEMS) -> list[Row]:
    """Rows of the verification table.

    Parameters
    ----------
    problems
        Names of modules of this package; all by default.

    Examples
    --------
    >>> all(row.passed for row in table(["rigid_and_free"]))
    True
    """
    return [row for name in problems for row in import_module(f"{__name__}.{name}").rows()]
