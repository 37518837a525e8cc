"""The materials of a design by name, and those that count though no region is made of them."""

from __future__ import annotations

import json
from functools import lru_cache

from fem_bump import MaterialLibrary, materials
from geometry import Design
from studies.case.part import parts

SETS = 16  # of own materials that are kept: the cases of a study have few


def design_library(design: Design) -> MaterialLibrary:
    """The shipped materials and the design's own."""
    if not design.materials:
        return materials
    try:
        return _extended(json.dumps(design.materials))
    except TypeError:  # values that no file can hold, such as functions
        return materials.extended(design.materials)


@lru_cache(maxsize=SETS)
def _extended(own: str) -> MaterialLibrary:
    return materials.extended(json.loads(own))


def other_materials(design: Design) -> set[str]:
    """Materials that a result depends on although no region is made of them."""
    named = {name for part in parts() for name in part.other_materials(design)}
    return {name for name in named if name is not None}
