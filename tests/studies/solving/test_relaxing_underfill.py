"""The joint in service with an underfill that relaxes: nothing of it flows, its heat is counted."""

import pytest

from geometry import Design, build_cross_section
from studies.metrics.measure import values
from studies.solution.solved import Solved


@pytest.mark.slow
def test_a_joint_with_an_underfill_that_relaxes():
    joint = Design(
        bump={"shape": "reflowed"},
        assembly={"underfill": {"material": "underfill-viscoelastic"}},
        load={
            "inelastic": True,
            "thermal": {"stress_free_degc": 150.0},
            "history": {"rest_s": 600.0, "tolerance": 0.2},
        },
        mesh={"size_factor": 8.0},
    )
    solved = Solved(build_cross_section(joint), 8.0, when_asked=True)
    metrics = values(solved.seen_from("a"))
    assert metrics["inelastic_work_density_underfill_mj_per_m3"] > 1e-4
    assert "inelastic_strain_mean_underfill" not in metrics
    assert "flowed_volume_fraction_underfill" not in metrics
    assert metrics["inelastic_strain_mean_bump"] > 1e-4
    # what relaxes is the stress at once less what is there: of the order of the strain
    assert 1e-4 < solved.stress.mean_inelastic_strain("underfill") < 1e-2
