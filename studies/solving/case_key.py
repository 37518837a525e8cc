"""The key by which a case counts as solved: a hash of all that determines its result.

It takes no cross-section. A plan of thousands of cases asks for as many keys, and what is the same
for many of them, properties of materials and sources of the program, is hashed once. Nor does it
load what solves.
"""

from __future__ import annotations

import hashlib
import json

from fem_bump.materials.law_registry import LAWS
from geometry import Design
from geometry.meshing.gmsh_library import gmsh_version
from geometry.process.step import outside_sources
from groundwork.registry import outside_modules, sources_of
from studies.case.design_materials import design_library, other_materials
from studies.case.identity import identity
from studies.case.inelastic import is_inelastic
from studies.loads.load import outside_sources as outside_loads
from studies.metrics.registry import foreign_sources
from studies.solving.code_key import code_hash


def case_key(design: Design) -> str:
    """Hash of all that determines a result: design, materials used, code, Gmsh version."""
    library = design_library(design)
    used = {region.material for region in design.regions} | other_materials(design)
    decided_by = [
        identity(design),
        [(name, library.fingerprint(name)) for name in sorted(used)],
        code_hash(),
        gmsh_version(),
        *foreign_sources(),
        *outside_sources(design),
        *outside_loads(design),
        *_outside_laws(design),
    ]
    whole = json.dumps(decided_by, sort_keys=True, allow_nan=False)
    return hashlib.sha256(whole.encode()).hexdigest()


def _outside_laws(design: Design) -> list[str]:
    """Modules of other packages that add laws of materials, where laws count."""
    if not is_inelastic(design):
        return []
    LAWS.values()  # loads them
    return sources_of(outside_modules(LAWS.group))
