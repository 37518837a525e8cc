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
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from geometry.design.design import Design
from geometry.design.parameters import override, value_at
from geometry.design.schema import Via
from geometry.design.values import VARIANT_DEPTH_RATIO
from geometry.errors import DesignError

ALL_VARIANTS = tuple(VARIANT_DEPTH_RATIO)


@dataclass(frozen=True)
class _Feature:
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

_FEATURES: dict[str, _Feature] = {
    "plated": _Feature(
        "pad etch",
        "pad_etch.mask = 'passivation', bump.method = 'electroplate' and a sputtered UBM",
        lambda d: (
            (d.pad_etch.mask, d.bump.method, d.ubm.deposition)
            == ("passivation", "electroplate", "sputter")
        ),
        _method("passivation", "electroplate", "sputter"),
    ),
    "plated-polyimide": _Feature(
        "pad etch",
        "pad_etch.mask = 'polyimide', bump.method = 'electroplate' and a sputtered UBM",
        lambda d: (
            (d.pad_etch.mask, d.bump.method, d.ubm.deposition)
            == ("polyimide", "electroplate", "sputter")
        ),
        _method("polyimide", "electroplate", "sputter"),
    ),
    "bare-etch": _Feature(
        "pad etch",
        "an etched pad",
        lambda d: True,
        _method("passivation", "electroplate", "sputter"),
    ),
    "smaller-area": _Feature(
        "pad etch",
        "a recess narrower than the pad",
        lambda d: d.recess_top_radius_um < d.pad_radius_um,
    ),
    "passivation-mask": _Feature(
        "pad etch",
        "pad_etch.mask = 'passivation'",
        lambda d: d.pad_etch.mask == "passivation",
        {"pad_etch.mask": "passivation"},
    ),
    "polyimide-mask": _Feature(
        "pad etch",
        "pad_etch.mask = 'polyimide'",
        lambda d: d.pad_etch.mask == "polyimide",
        {"pad_etch.mask": "polyimide"},
    ),
    "bump": _Feature(
        "bump metal",
        "bump.method = 'electroplate' and ubm.deposition = 'sputter'",
        lambda d: (d.bump.method, d.ubm.deposition) == ("electroplate", "sputter"),
        {"bump.method": "electroplate", "ubm.deposition": "sputter"},
    ),
    "partial": _Feature(
        "pad etch",
        "a recess shallower than the pad (0 < pad_etch.depth_ratio < 1)",
        lambda d: d.variant == "partial-depth",
        variants=("partial-depth",),
    ),
    "full": _Feature(
        "pad etch",
        "a recess as deep as the pad (pad_etch.depth_ratio = 1)",
        lambda d: d.variant == "full-depth",
        variants=("full-depth",),
    ),
    "pad-metal": _Feature(
        "pad",
        "a pad.material of Al, Cu or their compounds",
        _is_aluminium_or_copper,
        {"pad.material": "Cu"},
    ),
    "enhanced": _Feature(
        "enhanced UBM",
        "at least one layer in ubm.enhanced",
        lambda d: bool(d.ubm.enhanced),
        chosen={"ubm.enhanced": _ENHANCED},
    ),
    "trace": _Feature(
        "pad",
        "pad.feed = 'rim'",
        lambda d: d.pad.feed == "rim",
        {"pad.feed": "rim"},
    ),
    "via": _Feature(
        "via",
        "pad.feed = 'via'",
        lambda d: d.pad.feed == "via",
        {"pad.feed": "via"},
    ),
    "sub-layers": _Feature(
        "UBM sputter",
        "ubm.layers of at least two different metals",
        lambda d: len({layer.material for layer in d.ubm.layers}) > 1,
        chosen={"ubm.layers": Design().to_dict()["ubm"]["layers"]},
    ),
    "evaporated": _Feature(
        "evaporation",
        "bump.method = 'evaporate' and ubm.deposition = 'evaporate'",
        lambda d: (d.bump.method, d.ubm.deposition) == ("evaporate", "evaporate"),
        # metal that falls straight covers a wall thinly
        {"bump.method": "evaporate", "ubm.deposition": "evaporate", "ubm.step_coverage": 0.3},
    ),
    "printed": _Feature(
        "screen printing",
        "bump.method = 'screen-print' and ubm.deposition = 'sputter'",
        lambda d: (d.bump.method, d.ubm.deposition) == ("screen-print", "sputter"),
        {"bump.method": "screen-print", "ubm.deposition": "sputter"},
    ),
}

# claim: (the claim it depends on, or None; the feature it adds)
_CLAIMS: dict[int, tuple[int | None, str]] = {
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
_RECIPES: dict[str, tuple[str, tuple[int, ...]]] = {
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
_VIA_KINDS = {
    "central": "one via on the axis",
    "discrete": "a ring of round vias; their metal is smeared into an annulus of the same area",
}


@dataclass(frozen=True)
class ClaimRecipe:
    """A named recipe that practises one or more claims.

    Attributes
    ----------
    name
        What ``fem-bump draw --claim`` accepts beside a claim's number.
    claims
        Claims that it practises.
    independent
        The independent claims that those descend from, in the same order without repetition.
    text
        What it does, in one line.
    overrides
        Dotted paths of the design file and their values.
    variants
        Depths of the pad etch that the claims allow; ``no-recess`` is there as the reference.
    completed
        What the claims leave open and defaults complete; by claim.
    """

    name: str
    claims: tuple[int, ...]
    independent: tuple[int, ...]
    text: str
    overrides: Mapping[str, Any]
    variants: tuple[str, ...]
    completed: Mapping[int, str]

    @property
    def default_variant(self) -> str:
        return "partial-depth" if "partial-depth" in self.variants else self.variants[0]

    @property
    def design(self) -> Design:
        """The recipe on the default design."""
        return design_for_claim(self.name)


def parent_of(claim: int) -> int | None:
    """The claim that a claim refers to ("the method of claim N ..."); None if independent."""
    return _entry(claim)[0]


def independent_of(claim: int) -> int:
    """The independent claim at the root of a claim's references."""
    return _lineage(claim)[0]


def recipe_of(claim: int) -> ClaimRecipe:
    """The named recipe of a claim, 1 to 40; of via claims the one with the annular via."""
    _entry(claim)
    return next(recipe for recipe in all_recipes() if claim in recipe.claims)


def recipe_named(name: int | str) -> ClaimRecipe:
    """A recipe by its name, or by a claim's number."""
    if isinstance(name, int) or name.strip().isdigit():
        return recipe_of(int(name))
    found = {recipe.name: recipe for recipe in all_recipes()}
    if name not in found:
        raise DesignError(
            f"claim = '{name}' is neither a claim (1 to {max(_CLAIMS)}) nor a recipe; 'fem-bump "
            "claims' lists them"
        )
    return found[name]


@cache
def all_recipes() -> tuple[ClaimRecipe, ...]:
    """Every recipe, in the order of the issue's rows; via kinds follow the annular via."""
    recipes = []
    for name, (text, claims) in _RECIPES.items():
        recipes.append(_recipe(name, text, claims, {}))
        if name.endswith("via-fed"):
            for kind, said in _VIA_KINDS.items():
                described = text.split(", the pad")[0] + f", the pad fed by {said}"
                recipes.append(_recipe(f"{name}-{kind}", described, claims, {"via.kind": kind}))
    return tuple(recipes)


def design_for_claim(
    claim: int | str,
    base: Design | Mapping[str, Any] | None = None,
    /,
    variant: str | None = None,
    **overrides: Any,
) -> Design:
    """A design that practises a claim.

    Parameters
    ----------
    claim
        1 to 40, or the name of a recipe.
    base
        Dimensions and materials to start from; the default design if None. What the claim fixes
        (mask, how the metal is deposited, feed) replaces what the base says. Plain data, as of a
        design file, are judged only after that.
    variant
        Depth of the pad etch; the claim's own, else the base's, if None.
    **overrides
        Values by dotted path, applied last.

    Raises
    ------
    DesignError
        When the combination is impossible, or does not practise the claim; names the step.
    """
    recipe = recipe_named(claim)
    asked = _number(claim, recipe)
    values = dict(recipe.overrides)
    lineage = [_FEATURES[_CLAIMS[c][1]] for c in _lineage(asked)]
    data = base if isinstance(base, Mapping) else (base or Design()).to_dict()
    demanded = {k: v for feature in lineage for k, v in feature.overrides.items()}
    said = _said_variant(data)
    start = _possible(data, {}, overrides, {**demanded, **overrides})
    for feature in lineage:
        if start is not None and feature.chosen and feature.practised(start):
            values = {k: v for k, v in values.items() if k not in feature.chosen}
    if variant is not None and variant not in recipe.variants:
        raise _not_practised(asked, f"variant = '{variant}'", recipe)
    if variant is None and not {"pad_etch.depth_ratio", "variant"} & set(overrides):
        variant = said if said in recipe.variants else recipe.default_variant
    if variant is not None and variant != said:
        values["variant"] = variant
    if base is None and "name" not in overrides:
        named = f"claim-{asked}" if _is_number(claim) else recipe.name
        fixed = len(recipe.variants) == 1 or variant in (None, "partial-depth")
        values["name"] = named if fixed else f"{named}-{variant}"
    design = Design(**override(data, {**values, **overrides}))
    for feature in lineage:
        if not feature.practised(design):
            raise DesignError(
                f"claim {asked} needs {feature.refusal}, and this design does not have that "
                f"(step: {feature.step})"
            )
    return design


def _possible(data: Mapping[str, Any], *replaced: Mapping[str, Any]) -> Design | None:
    """The design of plain data under the first replacements that make it one; None if none do."""
    for values in replaced:
        with suppress(DesignError):
            return Design(**override(data, values))
    return None


def _said_variant(data: Mapping[str, Any]) -> str | None:
    """The variant that plain data stand for; None where they contradict themselves."""
    said = {key: data[key] for key in ("variant",) if key in data}
    ratio = value_at(data, "pad_etch.depth_ratio")
    etch = {} if ratio is None else {"pad_etch": {"depth_ratio": ratio}}
    made = _possible({**said, **etch}, {})
    return None if made is None else made.variant


def _not_practised(claim: int, said: str, recipe: ClaimRecipe) -> DesignError:
    allowed = " or ".join(f"'{name}'" for name in recipe.variants)
    return DesignError(f"{said} is not claim {claim}; allowed is {allowed} (step: pad etch)")


def _recipe(name: str, text: str, claims: tuple[int, ...], extra: Mapping[str, Any]) -> ClaimRecipe:
    values: dict[str, Any] = {}
    variants = ALL_VARIANTS
    for number in _lineage(claims[0]):
        feature = _FEATURES[_CLAIMS[number][1]]
        values |= {**feature.overrides, **feature.chosen}
        variants = tuple(v for v in variants if v in feature.variants)
    roots = tuple(dict.fromkeys(independent_of(number) for number in claims))
    left_open = {n: _left_open(n) for n in claims if _left_open(n)}
    return ClaimRecipe(name, claims, roots, text, {**values, **extra}, variants, left_open)


def _left_open(claim: int) -> str:
    """What defaults complete where a claim ends before a bump exists."""
    features = {_CLAIMS[number][1] for number in _lineage(claim)}
    if features & {"plated", "plated-polyimide", "bump", "evaporated", "printed"}:
        return ""
    masked = features & {"passivation-mask", "polyimide-mask"}
    return "UBM and bump" if masked else "mask, UBM and bump"


def _lineage(claim: int) -> tuple[int, ...]:
    """A claim's ancestors, the independent one first, and itself."""
    parent, _ = _entry(claim)
    return (claim,) if parent is None else (*_lineage(parent), claim)


def _entry(claim: int) -> tuple[int | None, str]:
    if claim not in _CLAIMS:
        raise DesignError(f"claim = {claim} does not exist; allowed are 1 to {max(_CLAIMS)}")
    return _CLAIMS[claim]


def _is_number(claim: int | str) -> bool:
    return isinstance(claim, int) or claim.strip().isdigit()


def _number(claim: int | str, recipe: ClaimRecipe) -> int:
    return int(claim) if _is_number(claim) else recipe.claims[0]


def via_kind(design: Design) -> str:
    """How the pad is fed, in the words of the table of recipes."""
    kinds = {"central": "central via", "ring": "annular via", "discrete": "ring of vias"}
    via: Via | None = design.via
    return "rim" if via is None else kinds[via.kind]
