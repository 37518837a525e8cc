"""Claims as recipes: parents as in the claims' text, steps in the claims' order, refusals."""

import pytest

from geometry import Design, DesignError, build_cross_section
from geometry.claims.catalogue import (
    ALL_VARIANTS,
    all_recipes,
    design_for_claim,
    independent_of,
    recipe_named,
    recipe_of,
)
from geometry.claims.features import CLAIMS

# "The method of claim N ...", read off the claims; None: "A method for forming ..."
PARENTS = {
    1: None, 2: 1, 3: 1, 4: 1, 5: 1, 6: 1, 7: 1,
    8: None, 9: 8, 10: 8, 11: 8, 12: 8, 13: 8, 14: 8,
    15: None, 16: 15, 17: 15, 18: 15, 19: 15, 20: 19, 21: 20, 22: 15, 23: 20, 24: 19, 25: 19,
    26: 15, 27: 15,
    28: None, 29: 28, 30: 28, 31: 28, 32: 28, 33: 32, 34: 33, 35: 28, 36: 33, 37: 28, 38: 28,
    39: 32, 40: 32,
}  # fmt: skip

POLYIMIDE = {8, 9, 10, 11, 12, 13, 14, 32, 33, 34, 36, 39, 40}
EVERY = [(recipe, variant) for recipe in all_recipes() for variant in recipe.variants]

PASSIVATED = ["dielectric on chip", "pad on dielectric", "passivation deposited",
              "passivation opened"]  # fmt: skip
COATED = ["polyimide coated", "polyimide opened"]
PLATED = ["UBM sputtered", "photoresist opened", "bump electroplated", "photoresist stripped",
          "UBM etched, bump as mask", "bump reflowed"]  # fmt: skip
EVAPORATED = ["stencil aligned", "UBM evaporated through stencil",
              "bump metal evaporated through stencil", "stencil removed",
              "bump reflowed"]  # fmt: skip
PRINTED = ["UBM sputtered", "solder cream screen-printed", "screen removed",
           "UBM etched, solder as mask", "bump reflowed"]  # fmt: skip


def labels(design):
    return [label for label, _ in build_cross_section(design).steps]


def test_parents_are_those_of_the_text():
    assert {claim: parent for claim, (parent, _) in CLAIMS.items()} == PARENTS
    assert {independent_of(claim) for claim in range(1, 41)} == {1, 8, 15, 28}
    assert [independent_of(claim) for claim in (7, 14, 25, 40)] == [1, 8, 15, 28]


def test_every_claim_has_a_recipe_and_names_are_unique():
    assert {claim for recipe in all_recipes() for claim in recipe.claims} == set(range(1, 41))
    names = [recipe.name for recipe in all_recipes()]
    assert len(set(names)) == len(names)
    for recipe in all_recipes():
        assert recipe.text and set(recipe.independent) == set(map(independent_of, recipe.claims))
        assert recipe_named(recipe.name) is recipe


@pytest.mark.parametrize("recipe", all_recipes(), ids=lambda recipe: recipe.name)
def test_claims_of_one_recipe_make_the_same_bump(recipe):
    said = {"via.kind": recipe.design.via.kind} if recipe.design.via else {}
    for claim in recipe.claims:
        assert design_for_claim(claim, name=recipe.name, **said) == recipe.design


@pytest.mark.parametrize("claim", range(1, 41))
def test_mask_of_every_claim(claim):
    design = design_for_claim(claim)
    assert design.pad_etch.mask == ("polyimide" if claim in POLYIMIDE else "passivation")
    assert design.bump.shape == "reflowed"
    assert design.name.startswith(f"claim-{claim}")


@pytest.mark.parametrize(("recipe", "variant"), EVERY, ids=lambda x: getattr(x, "name", x))
def test_every_recipe_and_variant_is_made(recipe, variant):
    section = build_cross_section(design_for_claim(recipe.name, variant=variant))
    assert section.design.variant == variant
    assert set(section.regions) == set(section.design.region_names)
    etched = any(label.startswith("pad etched") for label, _ in section.steps)
    assert etched == (variant != "no-recess")


@pytest.mark.parametrize(
    ("claim", "steps"),
    [
        (1, [*PASSIVATED, "pad etched, passivation as mask", *PLATED]),
        (20, [*PASSIVATED, "pad etched, passivation as mask", *PLATED]),
        (8, [*PASSIVATED, *COATED, "pad etched, polyimide as mask", *PLATED]),
        (24, [*PASSIVATED, "pad etched, passivation as mask", *EVAPORATED]),
        (25, [*PASSIVATED, "pad etched, passivation as mask", *PRINTED]),
        (39, [*PASSIVATED, *COATED, "pad etched, polyimide as mask", *EVAPORATED]),
        (40, [*PASSIVATED, *COATED, "pad etched, polyimide as mask", *PRINTED]),
    ],
)
def test_steps_read_like_the_claim(claim, steps):
    assert labels(design_for_claim(claim)) == steps


@pytest.mark.parametrize("claim", [5, 12, 23, 36])
def test_enhanced_ubm_lies_between_resist_opening_and_bump_plating(claim):
    steps = labels(design_for_claim(claim))
    k = steps.index("enhanced UBM electroplated")
    assert steps[k - 1 : k + 2 : 2] == ["photoresist opened", "bump electroplated"]


@pytest.mark.parametrize("claim", [7, 14, 27, 38])
@pytest.mark.parametrize(
    ("kind", "label"), [("central", "via"), ("ring", "ring via"), ("discrete", "16 vias (smeared)")]
)
def test_via_is_made_before_the_pad(claim, kind, label):
    steps = labels(design_for_claim(claim, **{"via.kind": kind}))
    assert steps[1:3] == [f"{label} through the dielectric", "pad on dielectric"]


def test_depth_claims():
    for claim in (2, 9, 17, 30):
        assert design_for_claim(claim).depth_ratio == 0.5
        assert design_for_claim(claim, **{"pad_etch.depth_ratio": 0.3}).depth_ratio == 0.3
    for claim in (3, 10, 18, 31):
        assert design_for_claim(claim).depth_ratio == 1.0
    assert recipe_of(1).variants == ALL_VARIANTS


def test_metals():
    for claim in (4, 11, 22, 35):
        assert design_for_claim(claim).pad.material == "Cu"
    assert design_for_claim(4, **{"pad.material": "Al"}).pad.material == "Al"
    assert len({layer.material for layer in design_for_claim(34).ubm.layers}) > 1


def test_what_a_claim_leaves_open_is_said():
    bare = {15, 16, 17, 18, 22, 26, 27, 28, 29, 30, 31, 35, 37, 38}
    said = {claim: text for recipe in all_recipes() for claim, text in recipe.completed.items()}
    assert set(said) == bare | {19, 32}
    assert {said[claim] for claim in bare} == {"mask, UBM and bump"}


def test_a_base_keeps_its_dimensions_and_gives_up_what_the_claim_fixes():
    base = Design(
        name="mine", variant="full-depth", pad={"thickness_um": 2.0, "feed": "via"},
        polyimide={"opening_diameter_um": 40.0}, pad_etch={"mask": "polyimide"},
        ubm={"layers": [{"name": "a", "material": "Cr", "thickness_um": 0.2},
                        {"name": "b", "material": "Cu", "thickness_um": 0.4}]},
    )  # fmt: skip
    masked = design_for_claim(8, base)
    assert (masked.name, masked.pad.thickness_um, masked.variant) == ("mine", 2.0, "full-depth")
    assert masked.polyimide.opening_diameter_um == 40.0 and masked.via is not None
    assert design_for_claim(34, base).ubm == base.ubm
    unmasked = design_for_claim(6, base)
    assert unmasked.polyimide is None and unmasked.via is None
    assert design_for_claim(9, base).variant == "partial-depth"


BAD = {
    "no such claim": ((41,), {}, "claim = 41 does not exist; allowed are 1 to 40"),
    "claim 0": ((0,), {}, "claim = 0 does not exist"),
    "no such recipe": (("polyamide",), {}, "claim = 'polyamide' is neither a claim"),
    "depth": ((2, None, "full-depth"), {}, "not claim 2.*'partial-depth'.*step: pad etch"),
    "depth ratio": ((3,), {"pad_etch.depth_ratio": 0.5}, "as deep as the pad.*step: pad etch"),
    "variant": ((1, None, "half"), {}, "'half' is not claim 1; allowed"),
    "two depths": ((1, None, "full-depth"), {"pad_etch.depth_ratio": 0.5}, "contradicts"),
    "mask": ((8,), {"pad_etch.mask": "passivation"}, "claim 8 needs.*'polyimide'.*pad etch"),
    "method": ((24,), {"bump.method": "electroplate"}, "claim 24 needs.*step: evaporation"),
    "plating without resist": (
        (25,), {"ubm.enhanced": [{"name": "ni", "material": "Ni", "thickness_um": 2.0}]},
        "has none .step: enhanced UBM",
    ),
    "no enhanced layer": ((12,), {"ubm.enhanced": []}, "claim 12 needs.*step: enhanced UBM"),
    "pad metal": ((4,), {"pad.material": "Ni"}, "claim 4 needs.*step: pad"),
    "feed": ((6,), {"pad.feed": "via"}, "claim 6 needs pad.feed = 'rim'.*step: pad"),
    "one metal": (
        (21,), {"ubm.layers": [{"name": "a", "material": "Cu", "thickness_um": 0.5}]},
        "claim 21 needs.*two different metals.*step: UBM sputter",
    ),
    "openings": ((8,), {"polyimide.opening_diameter_um": 70.0}, "step: polyimide opening"),
    "unknown key": ((8,), {"polyimide.thicknes_um": 2.0}, "did you mean thickness_um"),
}  # fmt: skip


@pytest.mark.parametrize("case", BAD)
def test_impossible_combinations(case):
    arguments, values, sentence = BAD[case]
    with pytest.raises(DesignError, match=sentence):
        design_for_claim(*arguments, **values)
