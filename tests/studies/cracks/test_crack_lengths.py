"""Which lengths are computed on which variant, before anything is solved."""

import pytest
from numpy.testing import assert_allclose

from geometry import Design, DesignError
from studies.cracks.lengths import plan_cracks, variants_of


def lengths(design, asked=None):
    plans, absent = plan_cracks(variants_of(design), asked)
    assert not absent
    return [plan.lengths_um for plan in plans]


@pytest.mark.parametrize(
    ("interface", "start"),
    [(i, s) for i in ("ubm/pad", "ubm/passivation", "pad/dielectric") for s in ("inner", "outer")],
)
def test_the_spread_fits_every_variant(interface, start):
    plans, _ = plan_cracks(variants_of(Design(crack={"interface": interface, "start": start})))
    shortest = min(plan.interface_length_um for plan in plans)
    for plan in plans:
        assert not plan.skipped and 5 <= len(plan.lengths_um) <= 9
        assert not any(map(plan.refusal, plan.lengths_um))
        assert plan.lengths_um[0] == 0.1
        assert_allclose(plan.lengths_um[-1], 0.9 * plan.interface_length_um, rtol=0.12)
    # variants can be compared at equal length as far as the shortest goes
    common = {tuple(v for v in plan.lengths_um if v < shortest) for plan in plans}
    assert len(common) == 1


def test_the_spread_of_a_thin_pad_still_fits():
    for found in lengths(Design(pad={"thickness_um": 0.08})):
        assert found[0] < 0.06 and len(found) == len(set(found)) >= 3


def test_lengths_asked_for_are_exactly_those():
    assert lengths(Design(), [0.3, 0.2, 0.2]) == [(0.2, 0.3)] * 3
    # a length that the user gave the crack is one more
    assert lengths(Design(crack={"length_um": 0.7}), [0.2]) == [(0.2, 0.7)] * 3
    spread = lengths(Design(crack={"length_um": 0.7}))
    assert all(0.7 in found and len(found) > 5 for found in spread)


def test_a_length_that_fits_some_variants_is_a_reason_for_the_others():
    plans, _ = plan_cracks(variants_of(Design()), [0.5, 2.0])
    assert [plan.lengths_um for plan in plans] == [(0.5, 2.0), (2.0,), (0.5,)]
    none, half, full = (plan.skipped for plan in plans)
    assert not none
    assert "0.5 puts the tip" in half[0.5]
    assert "= 2 must be less than the 1 um" in full[2.0] and "full-depth" in full[2.0]


def test_a_length_that_fits_no_variant_is_refused():
    for asked in ([30.6], [0.2, 30.6]):
        with pytest.raises(DesignError, match=r"^lengths_um: .* = 30.6 must be less than 30.5 um"):
            plan_cracks(variants_of(Design()), asked)
    with pytest.raises(DesignError, match=r"^crack.length_um = 40 must be less than 30.5 um"):
        plan_cracks(variants_of(Design(crack={"length_um": 40.0})), [0.2])


def test_variants_share_everything_but_the_depth():
    designs = variants_of(Design(**{"pad_etch": {"depth_ratio": 0.3, "undercut_um": 0.5}}))
    assert [d.depth_ratio for d in designs] == [0.0, 0.3, 1.0]
    assert [d.pad_etch.undercut_um for d in designs] == [0.0, 0.5, 0.5]


def test_an_interface_that_no_variant_has():
    design = Design(pad_etch={"mask": "polyimide"}, crack={"interface": "ubm/passivation"})
    with pytest.raises(DesignError, match=r"does not exist in the variant no-recess"):
        plan_cracks(variants_of(design))


def test_lengths_in_nanometres_are_named_as_that():
    with pytest.raises(DesignError, match=r"500 must be less than .*500 nm would be 0\.5 um"):
        plan_cracks(variants_of(Design(crack={})), [500.0])
    with pytest.raises(DesignError, match=r"40 must be less than") as caught:
        plan_cracks(variants_of(Design(crack={})), [40.0])
    assert "would be" not in str(caught.value)


def test_a_line_on_which_no_length_fits_is_refused():
    design = Design(
        probe={"depth_ratio": 0.4}, crack={"start": "scar"}, dielectric={"thickness_um": 0.02}
    )
    with pytest.raises(DesignError, match="no length fits the dielectric under the mark's edge"):
        plan_cracks([design])
