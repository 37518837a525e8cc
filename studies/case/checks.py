"""What must hold between a design and what is known only outside it: materials, interfaces.

A design by itself is checked where it is made. What is refused here takes the material library, or
the cross-section, but no mesh: a mistake is said before anything is meshed or solved.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import TYPE_CHECKING

# they register themselves; named here, their sources count among those that decide a number
import studies.case.calibrated
import studies.case.condition
import studies.case.fatigue
import studies.case.intermetallic
import studies.case.settings  # noqa: F401
from fem_bump.errors import InputError
from geometry.design.design import Design
from geometry.design.flow import step_of
from studies.case.design_materials import design_library
from studies.case.part import parts

if TYPE_CHECKING:
    from fem_bump import MaterialLibrary
    from geometry import CrossSection

CONDUCTORS = ("pad.", "trace.", "via.", "ubm.", "bump.", "assembly.pad.")


class NotBuilt(Exception):
    """A cross-section that is asked for is left to whoever solves the design."""


def check_design(
    design: Design, section: Callable[[], CrossSection] | None = None
) -> Callable[[], CrossSection]:
    """Refuse unknown materials, insulators in the current's way, and what a load cannot be.

    Parameters
    ----------
    section
        Where the design's cross-section comes from, if it is not built here. Where it raises
        :class:`NotBuilt`, what takes a cross-section is not checked.

    Returns
    -------
    Callable
        The design's cross-section: built when it is asked for first, and once.

    Raises
    ------
    InputError
        In one sentence: key, value, and what is allowed.
    """
    library = design_library(design)
    for key, name in design.material_names.items():
        _check_material(key, name, library)

    @functools.cache
    def built() -> CrossSection:
        from geometry import build_cross_section

        return build_cross_section(design)

    sectioned = built if section is None else section
    for part in parts():
        try:
            part.check(design, library, sectioned)
        except NotBuilt:
            continue
    return sectioned


def _check_material(key: str, name: str, library: MaterialLibrary) -> None:
    if name not in library:
        raise InputError(
            f"{key} = '{name}' is no known material; the nearest names are "
            f"{', '.join(library.nearest(name))}, and [materials] takes your own{step_of(key)}"
        )
    if key.startswith(CONDUCTORS) and not library[name].is_conductor:
        like = ", ".join([known for known in library if library[known].is_conductor][:4])
        raise InputError(
            f"{key} = '{name}' carries the current, but has no conductivity_s_per_m; it must be a "
            f"conductor such as {like}{step_of(key)}"
        )
