"""Problems with known answers: computed, exact, error.

One module per problem, each with ``rows(...)`` whose arguments set the mesh, so that tests can
watch an error fall. ``table()`` runs them all at the resolution that ``fem-bump verify`` prints.
The meshes are structured and need no mesh generator.

For example:

>>> from fem_bump.verification import PROBLEMS
>>> "thick_cylinder" in PROBLEMS
True
"""

from __future__ import annotations

from collections.abc import Iterable
from importlib import import_module

from fem_bump.verification.row import Row

MODULES = {
    "thick_cylinder": "elasticity.thick_cylinder",
    "hollow_sphere": "elasticity.hollow_sphere",
    "le11": "elasticity.le11",
    "film_on_substrate": "elasticity.film_on_substrate",
    "press_fit": "elasticity.press_fit",
    "manufactured_elastic": "elasticity.manufactured_elastic",
    "rigid_and_free": "elasticity.rigid_and_free",
    "flux_tube": "conduction.flux_tube",
    "annular_feed": "conduction.annular_feed",
    "annular_contact": "conduction.annular_contact",
    "manufactured_conduction": "conduction.manufactured_conduction",
    "balances": "balances",
    "rigid_harmonics": "harmonics.rigid_harmonics",
    "compatible_eigenstrain": "harmonics.compatible_eigenstrain",
    "bonded_bars": "harmonics.bonded_bars",
    "flexure": "harmonics.flexure",
    "stepped_torsion": "harmonics.stepped_torsion",
    "shifted_bar": "harmonics.shifted_bar",
    "layered_cell": "harmonics.layered_cell",
    "rim_source_disk": "conduction.rim_source_disk",
    "arc_fed_rings": "conduction.arc_fed_rings",
    "off_centre_contact": "conduction.off_centre_contact",
    "harmonic_balances": "harmonics.harmonic_balances",
    "corner_exponents": "fracture.corner_exponents",
    "corner_fields": "fracture.corner_fields",
    "penny_crack": "fracture.penny_crack",
    "film_delamination": "fracture.film_delamination",
    "touching_faces": "fracture.touching_faces",
    "combined_hardening": "plasticity.combined_hardening",
    "yield_and_creep": "plasticity.yield_and_creep",
    "hill_cylinder": "plasticity.hill_cylinder",
    "hill_sphere": "plasticity.hill_sphere",
    "norton_cylinder": "plasticity.norton_cylinder",
    "sheared_layers": "plasticity.sheared_layers",
    "anand_bars": "plasticity.anand_bars",
    "viscoelastic_solids": "plasticity.viscoelastic_solids",
    "bree_rings": "plasticity.bree_rings",
    "cycled_film": "plasticity.cycled_film",
    "heated_wall": "plasticity.heated_wall",
    "fatigue_examples": "fatigue_examples",
    "grown_films": "process.grown_films",
    "heated_rod": "coupling.heated_rod",
    "potential_and_temperature": "coupling.potential_and_temperature",
    "film_heat": "coupling.film_heat",
    "korhonen_line": "migration.korhonen_line",
    "joined_lines": "migration.joined_lines",
    "steady_migration": "migration.steady_migration",
    "arc_fed_disk": "migration.arc_fed_disk",
    "growing_void": "migration.growing_void",
}
PROBLEMS = tuple(MODULES)

__all__ = ["PROBLEMS", "Row", "table"]


def table(problems: Iterable[str] = PROBLEMS) -> list[Row]:
    """Rows of the verification table.

    Parameters
    ----------
    problems
        Of :data:`PROBLEMS`; all by default.

    Examples
    --------
    >>> from fem_bump.verification import table
    >>> all(row.passed for row in table(["rigid_and_free"]))
    True
    """
    modules = (import_module(f"{__name__}.{MODULES[name]}") for name in problems)
    return [row for module in modules for row in module.rows()]
