"""Names of metrics before anything is solved: what a study's ``metrics`` may list.

By stem, as families of the report have it (:mod:`studies.wording.labels`): without averaging length
and unit. Which of them a design has depends on its films and loads.
"""

from __future__ import annotations

import functools
import re

from geometry.process.step import brittle_names, interfaces
from studies.wording.labels import COLUMN

MASK = "{mask}"
LEGS = ("", "_floor", "_sidewall", "_top", "_underside")
CURRENT_PAIRS = ("ubm_pad", "ubm_via", "bump_ubm", "bump_substrate_pad")
WHOLE = (
    "resistance", "resistance_series", "power", "harmonics", "lateral_displacement",
    "lateral_force", "lateral_moment", "lateral_stiffness", "lateral_shear_mean",
    "pad_lateral_density", "pad_lateral_density_inside", "pad_lateral_density_outside",
)  # fmt: skip
# whole interfaces, with {} for what they are of
TRACTIONS = (
    "peel_min_{}", "peel_mean_{}", "shear_mean_{}", "tensile_fraction_{}", "mode_mix_{}",
    "peel_max_theta_{}", "shear_max_theta_{}", "shear_around_max_{}", "margin_peel_{}",
    "margin_shear_{}", "peel_max_by_cooldown_{}", "peel_max_by_shear_{}",
    "shear_max_by_cooldown_{}", "shear_max_by_shear_{}",
)  # fmt: skip
FLUXES = (
    "crowding_nominal_{}", "crowding_contact_{}", "crowding_in_plane_{}",
    "current_density_max_theta_{}", "current_density_opposite_{}",
)  # fmt: skip
# a layer of the UBM has any name
OF_A_REGION = re.compile(r"yielded_volume_fraction_[a-z0-9_]+")


def known_stems() -> tuple[str, ...]:
    """Every stem that some design has, those of a single region left out."""
    below = tuple(i.lower for i in interfaces() if i.upper == "ubm")
    return _stems((*below, MASK), (*brittle_names(), MASK))


@functools.cache
def _stems(films: tuple[str, ...], brittle: tuple[str, ...]) -> tuple[str, ...]:
    """Stems with these films below the UBM, and these brittle ones."""
    pairs = [f"ubm_{film}" for film in films]
    every = [
        *WHOLE,
        *(stem.format(pair) for stem in TRACTIONS for pair in pairs),
        *(stem.format(pair) for stem in FLUXES for pair in CURRENT_PAIRS),
        *(f"current_density_max_{pair}{leg}" for pair in CURRENT_PAIRS for leg in LEGS),
    ]
    for kind in ("peel_max", "shear_max", "window"):
        every += [f"{kind}_{pair}{leg}" for pair in pairs for leg in LEGS]
    for film in brittle:
        every += [f"principal_max_{film}"]
        every += [f"principal_{film}_{spot}" for spot in ("mask_edge", "pad_edge")]
    return tuple(dict.fromkeys(every))


def stem_of(name: str) -> str:
    """A metric's name without averaging length and unit."""
    match = COLUMN.fullmatch(name)
    return name if match is None else match["stem"]


def is_known(name: str) -> bool:
    """Whether some design has a metric of this name."""
    stem = stem_of(name)
    return stem in known_stems() or OF_A_REGION.fullmatch(stem) is not None
