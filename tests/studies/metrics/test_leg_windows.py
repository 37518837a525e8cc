"""Legs that lie in several pieces, in the whole pipeline: UBM inside, at and beyond the pad's rim.

A UBM that is wider than the pad steps down beyond the rim, so that its sidewall is two walls and
its top two rings. No number of a leg may depend on what lies between its pieces.
"""

import numpy as np
import pytest
from leg_windows import assert_legs_stay_within, leg_windows

from geometry import Design
from studies.figures.interface_maps import InterfaceMap
from studies.records.record import Curve
from studies.results.curve_pieces import chains, longest_chain_um, piece_names
from studies.solving.evaluate import evaluate

RIM_UM = 40.0


def wide(edge_um, variant="no-recess", mask="passivation", size=2.0):
    """A pad of 80 um under an opening of 70 um, or of 60 um in a polyimide, and a UBM's radius."""
    polyimide = {"polyimide": {"opening_diameter_um": 60.0, "thickness_um": 4.0}}
    return Design(
        variant=variant,
        passivation={"opening_diameter_um": 70.0},
        pad_etch={"mask": mask},
        ubm={"overhang_um": edge_um - (30.0 if mask == "polyimide" else 35.0)},
        mesh={"size_factor": size},
        **(polyimide if mask == "polyimide" else {}),
    )


@pytest.fixture(scope="module")
def beyond():
    """The UBM ends 2.5 um beyond the pad's rim; meshes of twice and once the default size."""
    return [evaluate(wide(42.5, size=size)) for size in (2.0, 1.0)]


def test_the_walls_of_a_wide_ubm_are_averaged_by_themselves(beyond):
    name = "current_density_max_bump_ubm_sidewall_L0.5_a_per_cm2"
    for record in beyond:
        assert_legs_stay_within(record)
        # the outer wall's; the inner one has 704 to 723
        assert record["metrics"][name] == pytest.approx(1679.0, rel=0.01)
        assert record["errors"][name] < 0.03 * record["metrics"][name]


def test_leg_windows_of_two_meshes_agree_within_their_bars(beyond):
    coarse, fine = beyond
    far = []
    for quantity, pair, leg, length, own, *_ in leg_windows(fine):
        unit = "a_per_cm2" if quantity.startswith("current") else "mpa"
        name = f"{quantity}_{pair}_{leg}_L{length:g}_{unit}"
        bar = coarse["errors"][name] + fine["errors"][name]
        if abs(coarse["metrics"][name] - own) > bar + 1e-6 * abs(own):
            far.append(name)
    assert far == []


def test_a_leg_whose_current_runs_backwards_says_so():
    """On the inner wall of this UBM all current runs against the interface's net direction."""
    record = evaluate(wide(41.5, size=3.0))
    values = [
        record["metrics"][f"current_density_max_bump_ubm_sidewall_L{length}_a_per_cm2"]
        for length in ("0.5", "1")
    ]
    assert values[1] < values[0] < 0  # the largest mean over 1 um is none over 0.5 um too
    bar = record["errors"]["current_density_max_bump_ubm_sidewall_L0.5_a_per_cm2"]
    assert bar < 0.1 * record["metrics"]["current_density_max_bump_ubm_L0.5_a_per_cm2"]
    assert_legs_stay_within(record)


@pytest.mark.slow
@pytest.mark.parametrize("mask", ["passivation", "polyimide"])
@pytest.mark.parametrize("variant", ["no-recess", "partial-depth", "full-depth"])
@pytest.mark.parametrize("edge_um", [37.0, RIM_UM, 40.5, 42.5])
def test_legs_stay_within_their_interface_wherever_the_ubm_ends(edge_um, variant, mask):
    assert_legs_stay_within(evaluate(wide(edge_um, variant, mask, 4.0)))


def test_curves_know_their_pieces(beyond):
    curve = Curve.from_json(beyond[0]["curves"]["bump/ubm"])
    names = dict.fromkeys(piece_names(curve))
    assert "sidewall" in names and "sidewall 2" in names
    assert len(chains(curve)) == 1
    for name in names:
        on = np.array(piece_names(curve)) == name
        s = np.array(curve.arc_length_um)[on]
        assert (np.diff(s) > -1e-9).all()
        assert np.abs(s[2:-1:3] - s[3::3]).max(initial=0.0) < 1e-5
    s = curve.arc_length_um
    assert longest_chain_um(curve) == pytest.approx(s[-1] - s[0], rel=1e-9)


def test_a_map_is_empty_between_the_pieces_of_a_leg(beyond):
    curve = Curve.from_json(beyond[0]["curves"]["bump/ubm"])
    s, theta = np.array(curve.arc_length_um), np.linspace(0.0, 180.0, 3)
    drawn = InterfaceMap(
        "wide", "current", "bump/ubm", s, np.array(curve.r_um), piece_names(curve), theta,
        np.tile(curve.densities["jn_a_per_cm2"], (3, 1)),
    )  # fmt: skip
    for leg in drawn.legs:
        low, high = drawn.span(leg)
        own = s[np.array(piece_names(curve)) == leg]
        assert (low, high) == (own.min(), own.max())
        assert high - low < 40.0
    assert np.isnan(drawn.on_grid("sidewall", np.array([drawn.span("sidewall 2")[1]]))).all()


def test_a_count_has_at_least_the_bar_of_one_element(beyond):
    for record in beyond:
        counted = {
            k: v
            for k, v in record["errors"].items()
            if k.startswith(("yielded_volume_fraction", "tensile_fraction"))
        }
        assert len(counted) > 10
        assert all(bar > 1e-4 for bar in counted.values()), counted
    coarse, fine = beyond
    for name, bar in counted.items():
        assert abs(coarse["metrics"][name] - fine["metrics"][name]) <= coarse["errors"][name] + bar


def test_nothing_is_averaged_across_the_gap_between_two_chains():
    """Two rings of UBM/pad a chain apart: the record's s runs on, the picture must not."""
    s, r = [0.0, 0.5, 1.0, 1.0, 1.5, 2.0], [1, 1.5, 2, 6, 6.5, 7]
    curve = Curve(s, r, [0.0] * 6, ["top"] * 6, {"peel_mpa": [1.0] * 6})
    assert [c.r_um for c in chains(curve)] == [[1, 1.5, 2], [6, 6.5, 7]]
    assert piece_names(curve) == ("top",) * 3 + ("top 2",) * 3
    assert longest_chain_um(curve) == 1.0
