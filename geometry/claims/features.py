"""The patent's forty claims as named recipes: what each adds, and the design that practises it.

A claim is its parent plus one feature, as the claims themselves say ("the method of claim 8 with
..."). A feature is a few values of the design file and a condition that a design must meet to
practise it. Claims that come to the same features share one recipe.

Claims 15 to 18, 22 and 26 to 31, 35, 37, 38 end at the bare pad etch. A bump is needed to analyse
anything, so they are completed with the flow of claims 19 and 20: passivation as the mask,
sputtered UBM, plated and reflowed bump; likewise 19 and 32, which end at the etch through a mask.
``no-recess`` is not claimed; it is the reference that every recipe can be compared with, except
where a claim fixes the depth.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from geometry.design.design import Design
from geometry.design.values import VARIANT_DEPTH_RATIO

ALL_VARIANTS = tuple(VARIANT_DEPTH_RATIO)


@dataclass(frozen=True)
class Feature:
    """What a claim adds to its parent.

    ``refusal`` says what a design lacks that does not practise the feature, and ``step`` where.
    ``chosen`` are values that only demonstrate the feature: set where the base design does not
    have it yet.
    """

    step: str
    refusal: str
    practised: Callable[[Design], bool]
    overrides: Mapping[str, Any] = field(default_factory=dict)
    chosen: Mapping[str, Any] = field(default_factory=dict)
    variants: tuple[str, ...] = ALL_VARIANTS


def _method(mask: str, method: str, ubm: str) -> dict[str, Any]:
    return {
        "pad_etch.mask": mask,
        "ubm.deposition": ubm,
        "bump.method": method,
        "bump.shape": "reflowed",
    }


def _is_aluminium_or_copper(design: Design) -> bool:
    name = design.pad.material
    based_on = str(design.materials.get(name, {}).get("based_on", ""))
    return re.search(r"Al|Cu", name + " " + based_on) is not None


_ENHANCED = ({"name": "ni", "material": "Ni", "thickness_um": 2.0},)

FEATURES: dict[str, Feature] = {
    "plated": Feature(
        "pad etch",
        "pad_etch.mask = 'passivation', bump.method = 'electroplate' and a sputtered UBM",
        lambda d: (
            (d.pad_etch.mask, d.bump.method, d.ubm.deposition)
            == ("passivation", "electroplate", "sputter")
        ),
        _method("passivation", "electroplate", "sputter"),
    ),
    "plated-polyimide": Feature(
        "pad etch",
        "pad_etch.mask = 'polyimide', bump.method = 'electroplate' and a sputtered UBM",
        lambda d: (
            (d.pad_etch.mask, d.bump.method, d.ubm.deposition)
            == ("polyimide", "electroplate", "sputter")
        ),
        _method("polyimide", "electroplate", "sputter"),
    ),
    "bare-etch": Feature(
        "pad etch",
        "an etched pad",
        lambda d: True,
        _method("passivation", "electroplate", "sputter"),
    ),
    "smaller-area": Feature(
        "pad etch",
        "a recess narrower than the pad",
        lambda d: d.recess_top_radius_um < d.pad_radius_um,
    ),
    "passivation-mask": Feature(
        "pad etch",
        "pad_etch.mask = 'passivation'",
        lambda d: d.pad_etch.mask == "passivation",
        {"pad_etch.mask": "passivation"},
    ),
    "polyimide-mask": Feature(
        "pad etch",
        "pad_etch.mask = 'polyimide'",
        lambda d: d.pad_etch.mask == "polyimide",
        {"pad_etch.mask": "polyimide"},
    ),
    "bump": Feature(
        "bump metal",
        "bump.method = 'electroplate' and ubm.deposition = 'sputter'",
        lambda d: (d.bump.method, d.ubm.deposition) == ("electroplate", "sputter"),
        {"bump.method": "electroplate", "ubm.deposition": "sputter"},
    ),
    "partial": Feature(
        "pad etch",
        "a recess shallower than the pad (0 < pad_etch.depth_ratio < 1)",
        lambda d: d.variant == "partial-depth",
        variants=("partial-depth",),
    ),
    "full": Feature(
        "pad etch",
        "a recess as deep as the pad (pad_etch.depth_ratio = 1)",
        lambda d: d.variant == "full-depth",
        variants=("full-depth",),
    ),
    "pad-metal": Feature(
        "pad",
        "a pad.material of Al, Cu or their compounds",
        _is_aluminium_or_copper,
        {"pad.material": "Cu"},
    ),
    "enhanced": Feature(
        "enhanced UBM",
        "at least one layer in ubm.enhanced",
        lambda d: bool(d.ubm.enhanced),
        chosen={"ubm.enhanced": _ENHANCED},
    ),
    "trace": Feature(
        "pad",
        "pad.feed = 'rim'",
        lambda d: d.pad.feed == "rim",
        {"pad.feed": "rim"},
    ),
    "via": Feature(
        "via",
        "pad.feed = 'via'",
        lambda d: d.pad.feed == "via",
        {"pad.feed": "via"},
    ),
    "sub-layers": Feature(
        "UBM sputter",
        "ubm.layers of at least two different metals",
        lambda d: len({layer.material for layer in d.ubm.layers}) > 1,
        chosen={"ubm.layers": Design().to_dict()["ubm"]["layers"]},
    ),
    "evaporated": Feature(
        "evaporation",
        "bump.method = 'evaporate' and ubm.deposition = 'evaporate'",
        lambda d: (d.bump.method, d.ubm.deposition) == ("evaporate", "evaporate"),
        # metal that falls straight covers a wall thinly
        {"bump.method": "evaporate", "ubm.deposition": "evaporate", "ubm.step_coverage": 0.3},
    ),
    "printed": Feature(
        "screen printing",
        "bump.method = 'screen-print' and ubm.deposition = 'sputter'",
        lambda d: (d.bump.method, d.ubm.deposition) == ("screen-print", "sputter"),
        {"bump.method": "screen-print", "ubm.deposition": "sputter"},
    ),
}

# claim: (the claim it depends on, or None; the feature it adds)
CLAIMS: dict[int, tuple[int | None, str]] = {
    1: (None, "plated"),
    2: (1, "partial"),
    3: (1, "full"),
    4: (1, "pad-metal"),
    5: (1, "enhanced"),
    6: (1, "trace"),
    7: (1, "via"),
    8: (None, "plated-polyimide"),
    9: (8, "partial"),
    10: (8, "full"),
    11: (8, "pad-metal"),
    12: (8, "enhanced"),
    13: (8, "trace"),
    14: (8, "via"),
    15: (None, "bare-etch"),
    16: (15, "smaller-area"),
    17: (15, "partial"),
    18: (15, "full"),
    19: (15, "passivation-mask"),
    20: (19, "bump"),
    21: (20, "sub-layers"),
    22: (15, "pad-metal"),
    23: (20, "enhanced"),
    24: (19, "evaporated"),
    25: (19, "printed"),
    26: (15, "trace"),
    27: (15, "via"),
    28: (None, "bare-etch"),
    29: (28, "smaller-area"),
    30: (28, "partial"),
    31: (28, "full"),
    32: (28, "polyimide-mask"),
    33: (32, "bump"),
    34: (33, "sub-layers"),
    35: (28, "pad-metal"),
    36: (33, "enhanced"),
    37: (28, "trace"),
    38: (28, "via"),
    39: (32, "evaporated"),
    40: (32, "printed"),
}

# recipe: (what it does, its claims); via kinds are variants of the same claims
RECIPES: dict[str, tuple[str, tuple[int, ...]]] = {
    "passivation-mask": (
        "pad etched through the passivation's opening, UBM sputtered, bump plated and reflowed",
        (1, 15, 16, 19, 20, 28, 29),
    ),
    "passivation-mask-partial": (
        "as passivation-mask, the recess shallower than the pad",
        (2, 17, 30),
    ),
    "passivation-mask-full": (
        "as passivation-mask, the pad etched through",
        (3, 18, 31),
    ),
    "passivation-mask-copper-pad": (
        "as passivation-mask, on a copper pad",
        (4, 22, 35),
    ),
    "passivation-mask-enhanced-ubm": (
        "as passivation-mask, a thick UBM layer plated in the resist before the bump",
        (5, 23),
    ),
    "passivation-mask-rim-fed": (
        "as passivation-mask, interconnect metal in the pad's plane",
        (6, 26, 37),
    ),
    "passivation-mask-via-fed": (
        "as passivation-mask, the pad fed by an annular via under its rim",
        (7, 27, 38),
    ),
    "passivation-mask-sub-layers": (
        "as passivation-mask, UBM of several sub-layers of different metals",
        (21,),
    ),
    "passivation-mask-evaporated": (
        "pad etched through the passivation's opening, UBM and solder evaporated through a stencil",
        (24,),
    ),
    "passivation-mask-printed": (
        "pad etched through the passivation's opening, UBM sputtered, solder cream printed",
        (25,),
    ),
    "polyimide-mask": (
        "polyimide over the passivation's edge masks the pad etch, UBM sputtered, bump plated and "
        "reflowed",
        (8, 32, 33),
    ),
    "polyimide-mask-partial": ("as polyimide-mask, the recess shallower than the pad", (9,)),
    "polyimide-mask-full": ("as polyimide-mask, the pad etched through", (10,)),
    "polyimide-mask-copper-pad": ("as polyimide-mask, on a copper pad", (11,)),
    "polyimide-mask-enhanced-ubm": (
        "as polyimide-mask, a thick UBM layer plated in the resist before the bump",
        (12, 36),
    ),
    "polyimide-mask-rim-fed": ("as polyimide-mask, interconnect metal in the pad's plane", (13,)),
    "polyimide-mask-via-fed": (
        "as polyimide-mask, the pad fed by an annular via under its rim",
        (14,),
    ),
    "polyimide-mask-sub-layers": (
        "as polyimide-mask, UBM of several sub-layers of different metals",
        (34,),
    ),
    "polyimide-mask-evaporated": (
        "polyimide masks the pad etch, UBM and solder evaporated through a stencil",
        (39,),
    ),
    "polyimide-mask-printed": (
        "polyimide masks the pad etch, UBM sputtered, solder cream printed",
        (40,),
    ),
}
VIA_KINDS = {
    "central": "one via on the axis",
    "discrete": "a ring of round vias; their metal is smeared into an annulus of the same area",
}
