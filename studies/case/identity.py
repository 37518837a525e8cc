"""What tells designs apart: all that they say, whatever they are called."""

from __future__ import annotations

import json
from typing import Any

from geometry import Design


def identity(design: Design) -> dict[str, Any]:
    """Plain data that two designs have in common only where they are one."""
    said = design.to_dict()
    said.pop("name")
    # overhang and bump diameter are two ways to say one radius
    said["ubm"]["overhang_um"], said["bump"]["diameter_um"] = None, 2 * design.ubm_radius_um
    return said


def identity_text(design: Design) -> str:
    """The same as text."""
    return json.dumps(identity(design), sort_keys=True, allow_nan=False)
