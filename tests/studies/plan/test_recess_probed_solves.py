"""A small study of probed pads, solved on coarse meshes and reported."""

import pytest
from few_figures import written

from studies.plan.cases import make_plan
from studies.plan.study import find_file, load_study
from studies.report.rules.probed import mark_findings
from studies.results.probed import Size, State
from studies.results.results import Results
from studies.runs.runner import run_study

STUDY = """
schema = 1
name = "small"
[base]
mesh.size_factor = 2.0
probe.film_resistivity_ohm_m2 = 1e-9
load.current.contact_resistivity_ohm_m2."ubm/pad" = 1e-12

[[part]]
name = "film"
set = { "probe.depth_ratio" = 0.0, "pad_etch.depth_ratio" = 0.0 }
[part.factors]
"probe.offset_um" = [0.0, 22.0]

[[part]]
name = "relief"
set = { "probe.depth_ratio" = 0.4 }
[part.factors]
"pad_etch.depth_ratio" = [0.0, 0.5, 1.0]
"""


@pytest.mark.slow
def test_a_study_of_marks_from_its_file_to_its_report(tmp_path):
    file = tmp_path / "small.toml"
    file.write_text(STUDY, encoding="utf-8")
    done = run_study(file, tmp_path / "run", jobs=1)
    assert (done.solved, done.failed) == (5, 0)
    found = mark_findings(Results.read(done.folder))
    by_state = [case.state for case in found.cases]
    assert by_state == [State.FILM, State.FILM, State.FILM, State.RELIEF, State.EVEN]
    centred, at_edge = found.cases[:2]
    # 16 um of 60: a third more density with the mark at the edge, next to none with it inside
    [density] = [c for c in at_edge.densities if c.family.stem == "current_density_max_ubm_pad"]
    assert density.size is Size.LARGE and 0.2 < density.share.value < 0.45
    [density] = [c for c in centred.densities if c.family.stem == "current_density_max_ubm_pad"]
    assert abs(density.share.value) < 0.01
    # with mark and rim inside the opening full depth is that of an unprobed pad
    assert all(change.share.value == 0.0 for change in found.cases[-1].electric)
    assert found.go.is_go and found.go.least_share > 0.9
    assert found.cleaning.evens_at_full_depth and found.cleaning.cleans_from_um == 0.5
    page = written(done.folder)
    assert "Go: the UBM covers the mark" in page and "What nothing repairs" in page


@pytest.mark.slow
def test_the_shipped_study_is_possible_but_for_azimuths_of_centred_marks():
    plan = make_plan(load_study(find_file("study", "recess-probed")), lambda design: "")
    impossible = [case for case in plan.cases if case.design is None]
    assert len(plan.cases) == 330 and len(impossible) == 12
    assert all("probe.azimuth_deg" in case.reason for case in impossible)
