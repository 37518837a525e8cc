"""The patent's claims as named recipes, and the design that practises one.

What each claim adds is in :mod:`geometry.claims.features`.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from typing import Any

from geometry.claims.features import ALL_VARIANTS, CLAIMS, FEATURES, RECIPES, VIA_KINDS
from geometry.design.design import Design
from geometry.design.parameters import override, value_at
from geometry.errors import DesignError


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
            f"claim = '{name}' is neither a claim (1 to {max(CLAIMS)}) nor a recipe; 'fem-bump "
            "claims' lists them"
        )
    return found[name]


@cache
def all_recipes() -> tuple[ClaimRecipe, ...]:
    """Every recipe, in the order of the issue's rows; via kinds follow the annular via."""
    recipes = []
    for name, (text, claims) in RECIPES.items():
        recipes.append(_recipe(name, text, claims, {}))
        if name.endswith("via-fed"):
            for kind, said in VIA_KINDS.items():
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
    lineage = [FEATURES[CLAIMS[c][1]] for c in _lineage(asked)]
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
        feature = FEATURES[CLAIMS[number][1]]
        values |= {**feature.overrides, **feature.chosen}
        variants = tuple(v for v in variants if v in feature.variants)
    roots = tuple(dict.fromkeys(independent_of(number) for number in claims))
    left_open = {n: _left_open(n) for n in claims if _left_open(n)}
    return ClaimRecipe(name, claims, roots, text, {**values, **extra}, variants, left_open)


def _left_open(claim: int) -> str:
    """What defaults complete where a claim ends before a bump exists."""
    features = {CLAIMS[number][1] for number in _lineage(claim)}
    if features & {"plated", "plated-polyimide", "bump", "evaporated", "printed"}:
        return ""
    masked = features & {"passivation-mask", "polyimide-mask"}
    return "UBM and bump" if masked else "mask, UBM and bump"


def _lineage(claim: int) -> tuple[int, ...]:
    """A claim's ancestors, the independent one first, and itself."""
    parent, _ = _entry(claim)
    return (claim,) if parent is None else (*_lineage(parent), claim)


def _entry(claim: int) -> tuple[int | None, str]:
    if claim not in CLAIMS:
        raise DesignError(f"claim = {claim} does not exist; allowed are 1 to {max(CLAIMS)}")
    return CLAIMS[claim]


def _is_number(claim: int | str) -> bool:
    return isinstance(claim, int) or claim.strip().isdigit()


def _number(claim: int | str, recipe: ClaimRecipe) -> int:
    return int(claim) if _is_number(claim) else recipe.claims[0]


def via_kind(design: Design) -> str:
    """How the pad is fed, in the words of the table of recipes."""
    kinds = {"central": "central via", "ring": "annular via", "discrete": "ring of vias"}
    return "rim" if design.via is None else kinds[design.via.kind]
