"""Life ratios of a table: to no recess at the same opening, and to the base."""

import math

import numpy as np
import pandas as pd

from fem_bump.life.black import black_exponent
from studies.results.life_columns import add_life_ratios

N = black_exponent("SAC305")  # 2, 1.8 to 2.5


def life_table():
    """Two openings x three undercuts of a recess; no recess has no undercut."""
    rows = [
        ("p", "no-recess", 0.6, 0.0, 4.0),
        ("p", "full-depth", 0.6, 0.0, 2.0),
        ("p", "full-depth", 0.6, 1.0, 8.0),
        ("p", "no-recess", 0.7, 0.0, 1.0),
        ("p", "full-depth", 0.7, 0.0, 0.5),
        ("q", "full-depth", 0.6, 0.0, 2.0),
    ]
    names = ["part", "variant", "opening_ratio", "pad_etch.undercut_um", "j"]
    table = pd.DataFrame(rows, columns=names)
    table["current_density_max_bump_ubm_L0.5_a_per_cm2"] = table.pop("j")
    return table.assign(status="solved", key=[f"k{i}" for i in range(6)], headline_length_um=0.5)


def ratios(table, base_key="k1"):
    factors = ["pad_etch.undercut_um", "opening_ratio"]
    metals = table.assign(bump_material="SAC305", pad_material="of mine")
    out = add_life_ratios(metals, factors, base_key)
    assert out["mttf_ratio_pad"].isna().all()
    assert len(out) == len(table) and "mttf_ratio_solder" not in table
    return out


def test_life_ratio_to_no_recess_at_the_same_opening_and_part():
    out = ratios(life_table())
    # (j_ref / j)^2 with j_ref = 4, 4, 4, 1, 1; part q has no reference
    expected = [1.0, 4.0, 0.25, 1.0, 4.0, np.nan]
    np.testing.assert_allclose(out["mttf_ratio_solder"], expected, rtol=1e-12)
    np.testing.assert_allclose(
        out["mttf_ratio_solder_low"],
        [1.0, 2.0**N.low, 0.5**N.high, 1.0, 2.0**N.low, np.nan],
        rtol=1e-12,
    )
    np.testing.assert_allclose(
        out["mttf_ratio_solder_high"],
        [1.0, 2.0**N.high, 0.5**N.low, 1.0, 2.0**N.high, np.nan],
        rtol=1e-12,
    )


def test_no_life_ratio_where_contact_films_differ():
    table = life_table()
    table["flag_contact_films"] = ["ubm/pad 1e-12", "ubm/pad 1e-13", None, None, None, None]
    out = ratios(table)
    expected = [1.0, np.nan, np.nan, 1.0, 4.0, np.nan]
    np.testing.assert_allclose(out["mttf_ratio_solder"], expected, rtol=1e-12)
    assert out["mttf_ratio_solder_to_base"].notna().tolist() == [False, True, *[False] * 4]


def test_life_ratios_carry_the_errors_of_both_densities():
    table = life_table()
    name = "error_current_density_max_bump_ubm_L0.5_a_per_cm2"
    table[name] = [0.04, 0.04, 0.0, 0.01, np.nan, 0.02]
    out = ratios(table)
    # n times the ratio times 1 % of the reference and 2 % of the row; of a design to itself none
    expected = [0.0, 2 * 4.0 * 0.03, 2 * 0.25 * 0.01, 0.0, np.nan, np.nan]
    np.testing.assert_allclose(out["error_mttf_ratio_solder"], expected, rtol=1e-12)
    for end, n in (("high", N.high), ("low", N.low)):
        found = out[f"error_mttf_ratio_solder_{end}"][1]
        np.testing.assert_allclose(found, n * 2.0**n * 0.03, rtol=1e-12)
    assert ratios(life_table())["error_mttf_ratio_solder"][1:3].isna().all()


def test_life_ratio_to_the_base():
    out = ratios(life_table())
    np.testing.assert_allclose(
        out["mttf_ratio_solder_to_base"], [0.25, 1.0, 0.0625, 4.0, 16.0, 1.0], rtol=1e-12
    )
    assert ratios(life_table(), "absent")["mttf_ratio_solder_to_base"].isna().all()


def test_life_ratio_needs_both_ends_solved():
    table = life_table()
    table.loc[0, "status"] = "failed"
    table.loc[4, "current_density_max_bump_ubm_L0.5_a_per_cm2"] = np.nan
    out = ratios(table)["mttf_ratio_solder"]
    assert out[[0, 1, 2, 4, 5]].isna().all() and out[3] == 1.0


def test_columns_of_heat_and_migration_are_there_where_these_are():
    """Ten kelvin more than the unetched pad, and voids twice as soon; the third is immortal."""
    table = life_table().assign(
        temperature_max_in_bump_degc=[100.0, 110.0, 100.0, *[np.nan] * 3],
        error_temperature_max_in_bump_degc=0.1,
        time_to_nucleation_bump_s=[8e6, 4e6, np.nan, *[np.nan] * 3],
        error_time_to_nucleation_bump_s=[8e4, 8e4, *[np.nan] * 4],
    )
    out = ratios(table)
    assert "mttf_ratio_solder_at_temperature" not in ratios(life_table())
    colder = math.exp(-0.9 / 8.617333262e-5 * (1 / 373.15 - 1 / 383.15))
    found = out["mttf_ratio_solder_at_temperature"]
    np.testing.assert_allclose(found[:3], [1.0, 4.0 * colder, 0.25], rtol=1e-12)
    assert out["mttf_ratio_solder_at_temperature_low"][1] < found[1]
    assert out["error_mttf_ratio_solder_at_temperature"][1:3].isna().all()  # densities have none
    lives = out["nucleation_ratio_solder"]
    np.testing.assert_allclose(lives[:2], [1.0, 0.5], rtol=1e-12)
    assert lives[2:].isna().all()
    np.testing.assert_allclose(out["error_nucleation_ratio_solder"][1], 0.5 * 0.03, rtol=1e-12)
    assert out["nucleation_ratio_solder_to_base"][0] == 2.0


def test_the_calibration_of_a_design_takes_the_place_of_the_librarys_constants():
    """n = 1.5 with a standard error of 0.2 and ten degrees of freedom: t is 2.228."""
    law = {
        "location_h": 100.0, "scale": 0.4, "exponent": 1.5, "activation_ev": 0.8,
        "reference_a_per_cm2": 1e4, "reference_degc": 150.0, "degrees_of_freedom": 10,
        "covariance": [[0.01, 0, 0, 0], [0, 0.04, 0, 0], [0, 0, 0, 0], [0, 0, 0, 0]],
    }  # fmt: skip
    designs = {"k1": {"metrics": {"calibration": {"solder": law, "pad": None}}}}
    table = life_table().assign(bump_material="SAC305", pad_material="of mine")
    out = add_life_ratios(table, ["pad_etch.undercut_um", "opening_ratio"], "k1", designs)
    assert out["mttf_ratio_solder"][1] == 2.0**1.5 and out["mttf_ratio_solder"][2] == 0.25
    reach = 2.228139 * 0.2 * math.log(2)
    for end, side in (("low", -1), ("high", 1)):
        expected = 2.0**1.5 * math.exp(side * reach)
        np.testing.assert_allclose(out[f"mttf_ratio_solder_{end}"][1], expected, rtol=1e-6)
