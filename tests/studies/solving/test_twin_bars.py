"""Bars without duals: designs that they are held to, and two that are compared."""

import pytest

from studies.solving import twin_bars
from studies.solving.twin_bars import compare_twins, heated_designs, inelastic_designs


def test_designs_are_valid_differ_and_yield():
    found = list(inelastic_designs())
    assert len(found) == 6 and all(design.load.inelastic for design in found)
    assert {design.load.history.rest_s for design in found} == set(twin_bars.RESTS_S)
    assert len({design.load.history.cooling_k_per_s for design in found}) == 6
    assert len({design.variant for design in found}) > 1
    assert [d.to_dict() for d in inelastic_designs()] == [d.to_dict() for d in found]


@pytest.mark.slow
def test_a_design_is_compared_with_a_finer_mesh_and_tolerance(monkeypatch):
    """Coarse ones, which take seconds."""
    (design,) = inelastic_designs(count=1)
    monkeypatch.setattr(twin_bars, "FINER", 0.7)
    coarse = {"mesh.accuracy": 0.4, "load.history.tolerance": 0.2, "load.history.rest_s": 0.0}
    found = compare_twins(design.replace(**coarse))
    names = {one.metric for one in found}
    assert "peel_max_ubm_pad_L1_mpa" in names and "inelastic_strain_mean_pad" in names
    assert not any("current" in name for name in names)
    assert all(one.bar > 0 and one.overkill_unknowns > one.unknowns for one in found)
    assert sum(one.inside for one in found) >= 0.7 * len(found)


def test_heated_designs_are_of_every_kind():
    found = list(heated_designs())
    assert len(found) == 6 and all(d.load.heat and d.load.migration for d in found)
    assert {d.pad.feed for d in found} == {"rim", "trace"}
    assert sum(d.probe is not None for d in found) == 2 and len({d.variant for d in found}) == 3
    assert any(d.trace is not None and d.trace.length_um > 0 for d in found)
    assert [d.to_dict() for d in heated_designs()] == [d.to_dict() for d in found]


@pytest.mark.slow
def test_a_heated_design_is_compared_with_a_finer_mesh_and_tolerance(monkeypatch):
    """Coarse ones, which take seconds."""
    (design,) = heated_designs(count=1)
    monkeypatch.setattr(twin_bars, "FINER", 0.7)
    found = compare_twins(design.replace(**{"mesh.accuracy": 0.4}))
    names = {one.metric for one in found}
    assert {"temperature_rise_max_k", "migration_load_pad", "time_to_nucleation_bump_s"} <= names
    assert not any("current" in name or "peel" in name for name in names)
    assert all(one.bar > 0 for one in found)
    assert sum(one.inside for one in found) >= 0.8 * len(found)
