"""What a study of probed pads says, on made-up numbers over real sections."""

import math
from dataclasses import replace

import pytest
from fabricated_run import run_folder
from few_figures import written

from geometry import Design, build_cross_section
from studies.figures.probed.verdict_maps import share_text
from studies.metrics.families import families
from studies.report import first_page
from studies.report.rules import feed as feeding
from studies.report.rules.probed import Placing, Reach, mark_findings
from studies.report.section import Report
from studies.report.words import probed as say
from studies.results.probed import Change, Size, State, size_of, state_of
from studies.results.results import Results
from studies.wording.labels import Measured

CONTACT = '"load.current.contact_resistivity_ohm_m2.\\"ubm/pad\\""'
BASE = """
[base.probe]
wall_width_um = 0.4
[base.load.current]
contact_resistivity_ohm_m2 = { "ubm/pad" = 1e-12 }
"""
FILMS = """
[[part]]
name = "film"
[part.set]
"probe.depth_ratio" = 0.0
"pad_etch.depth_ratio" = 0.0
[part.factors]
"probe.film_resistivity_ohm_m2" = [1e-11, 1e-9]
"probe.offset_um" = [0.0, 10.0, 15.0, 22.0]

[[part]]
name = "trace"
[part.set]
"probe.depth_ratio" = 0.0
"pad_etch.depth_ratio" = 0.0
"pad.feed" = "trace"
"trace.width_um" = 20.0
[part.factors]
"probe.azimuth_deg" = [0.0, 180.0]
"probe.offset_um" = [0.0, 22.0]
"""
RELIEF = """
[[part]]
name = "relief"
[part.factors]
"probe.wall_width_um" = [0.4, 2.0]
"pad_etch.depth_ratio" = [0.0, 0.05, 0.75, 1.0]
"probe.depth_ratio" = [0.0, 0.4]
"""
THIN = """
[[part]]
name = "thin"
[part.set]
"ubm.least_continuous_um" = 0.06
"probe.wall_width_um" = 0.0
"pad_etch.depth_ratio" = 0.0
[part.factors]
"ubm.step_coverage" = [0.1, 1.0]
"probe.depth_ratio" = [0.4, 1.0]
"""


@pytest.fixture(scope="module")
def results(tmp_path_factory):
    folder, _ = run_folder(tmp_path_factory.mktemp("probed") / "run", BASE + FILMS + RELIEF)
    return Results.read(folder)


@pytest.fixture(scope="module")
def found(results):
    return mark_findings(results)


@pytest.fixture(scope="module")
def broken(tmp_path_factory):
    folder, _ = run_folder(tmp_path_factory.mktemp("thin") / "run", BASE + THIN)
    return mark_findings(Results.read(folder))


def state(**changed):
    design = Design(
        variant=changed.pop("variant", "no-recess"), pad_etch=changed.pop("etch", {}), probe=changed
    )
    return state_of(design, build_cross_section(design).derived())


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        ({"depth_ratio": 0.4}, State.FILM),
        ({"depth_ratio": 0.0}, State.FILM),
        ({"depth_ratio": 0.0, "offset_um": 10.0}, State.FILM),
        ({"depth_ratio": 1.0}, State.BARE),
        ({"depth_ratio": 0.4, "variant": "partial-depth"}, State.RELIEF),
        ({"depth_ratio": 0.0, "variant": "partial-depth"}, State.EVEN),
        ({"depth_ratio": 0.6, "variant": "partial-depth"}, State.BARE),
        ({"depth_ratio": 0.4, "variant": "full-depth"}, State.EVEN),
        # an ideal etch goes on once the relief is gone, and takes the film of the floor last
        ({"depth_ratio": 0.4, "variant": "partial-depth", "etch": {"relief": 0.0}}, State.EVEN),
    ],
)
def test_what_is_left_of_a_mark(changed, expected):
    assert state(**changed) is expected


def test_cases_are_those_of_probed_pads(found, results):
    assert len(found.cases) == len(results.solved)
    assert {case.gap_um for case in found.cases if case.probe.offset_um == 22.0} == {0.0}


def test_a_mark_near_the_edge_counts_and_a_centred_one_does_not(found):
    around, *traced = found.placings
    assert around.feed == "fed all around" and [t.feed for t in traced] == [
        "trace 20 µm wide, mark at 0°", "trace 20 µm wide, mark at 180°",
    ]  # fmt: skip
    reach = around.currents
    assert (reach.bad_gap_um, reach.clear_gap_um, around.least_gap_um) == (7.0, 12.0, 0.0)
    assert reach.worst.share.value == pytest.approx(0.3)
    assert reach.worst.family.stem == "current_density_max_ubm_pad"
    assert reach.centred.size is Size.SMALL
    assert reach.centred.share.value == pytest.approx(0.3 * math.exp(-22 / 5))
    assert around.film.worst.family.stem == "contact_heat_ubm_pad"
    assert around.film.worst.share.value == pytest.approx(0.15)
    # a centred mark has no azimuth
    assert traced[0].currents.centred.share == traced[1].currents.centred.share
    assert traced[0].currents.clear_gap_um is None
    text = say.placing(around)
    assert "7 µm or less" in text and "+30.0" in text and "from 12 µm on" in text


def test_in_the_centre_too_a_film_may_count():
    family = families(["contact_heat_ubm_pad_mw"])["contact_heat_ubm_pad"]
    small, large = (
        Change(family, Measured(share, 0.001), size)
        for share, size in ((0.01, Size.SMALL), (0.065, Size.LARGE))
    )
    for centred, also in ((small, False), (large, True)):
        reach = Reach(12.0, large, None, large, centred)
        text = say.placing(Placing("fed all around", 0.0, reach, reach))
        assert ("in the centre" in text) and (", which counts too" in text) == also


def test_crowding_is_followed_where_a_trace_feeds(tmp_path):
    """The part before has the same factors, and pads that are fed all around."""
    results = Results.read(run_folder(tmp_path / "run", BASE + FILMS)[0])
    crowding = results.families["crowding_in_plane_ubm_pad"]
    traced = [row for row in results.solved if row["part"] == "trace"]
    for row in traced:
        for column in crowding.columns():
            row[crowding.column(column)] = 2.0 + row["probe.offset_um"]
    (found,) = (
        one for one in feeding.follows(results, results.solved) if one.path == "probe.offset_um"
    )
    assert found.first["part"] == found.last["part"] == "trace"
    assert [end.value for end in found.ends["ubm_pad"]] == [2.0, 24.0]
    assert found.direction["ubm_pad"] == 1


def test_how_deep_cleans_and_how_deep_evens(found):
    etch = found.cleaning
    assert (etch.stays_at_um, etch.cleans_from_um) == (0.0, 0.05)
    assert (etch.relief_at_um, etch.evens_from_um, etch.evens_at_full_depth) == (0.75, 1.0, True)
    said = say.cleaning(etch)
    assert "stays on some mark at 0 µm of etch and is gone from 0.05 µm on" in said[0]
    assert "only at full depth (1 µm)" in said[1]
    drawn = replace(etch, stays_at_um=0.440186, cleans_from_um=0.455821)
    assert "at 0.44 µm of etch and is gone from 0.456 µm on" in say.cleaning(drawn)[0]


def test_which_metric_decides(found):
    first, count, largest = found.deciding.counts[0]
    assert first.stem == "current_density_max_ubm_pad"
    assert count == sum(size_of(case.densities) is Size.LARGE for case in found.cases) > 0
    assert largest.share.value == pytest.approx(0.3)
    assert all("peel" not in family.stem for family, *_ in found.deciding.counts)


def test_no_etch_pays_by_peel(found):
    wall = found.wall
    assert [width for width, _ in wall.by_width] == [0.4, 2.0] and wall.depth_share == 0.4
    assert [value.value for _, value in wall.by_width] == [45.0, 5.0]
    assert wall.unmarked.value == -5.0 and wall.is_decided_by_width
    assert "no etch is said to pay" in say.wall(wall)
    assert "stress is elastic" in say.wall(wall) and not wall.flows
    flowed = say.wall(replace(wall, flows=True))
    assert "elastic" not in flowed and "no etch is said to pay" in flowed


def test_go_where_the_ubm_holds(found):
    go = found.go
    assert go.is_go and go.cases == 8 and len(go.bare) == 2 and go.deepest_share == 0.4
    text = say.go_in_short(go)
    assert text.startswith("Go: the UBM covers the mark in all 8 cases") and "40 %" in text
    assert text.endswith("in 2 of them no pad metal is left under the mark.")


def test_no_go_where_it_breaks(broken):
    go = broken.go
    assert go.breaks_from == ((0.1, 1.0),) and go.coverages == (0.1, 1.0)
    assert [case.state for case in go.broken] == [State.BROKEN]
    assert go.broken_on_mask == 1  # a step of 0.4 um is bridged from its foot
    said = say.answers(broken)
    assert said[0][0] == "Go or no-go"
    assert said[0][1][0].startswith("No-go in 1 of 4 cases")
    assert "In 1 cases the UBM breaks on the wall of the opening" in said[0][1][1]
    assert "step coverage of 0.1 the UBM breaks over marks from 100 %" in said[0][1][2]
    assert "step coverage of 1 it does not break" in said[0][1][3]


def test_the_first_page_says_go_or_no_go_first(results):
    said = first_page.in_short(Report(results))
    assert said[0].startswith("Go: ") and said[1].startswith(
        "A mark's film changes a current density"
    )
    assert first_page.closing(Report(results)) == ""


def test_an_unprobed_comparison_points_to_the_probed_one(tmp_path):
    report = Report(Results.read(run_folder(tmp_path / "run")[0]))
    assert report.marks is None
    assert "recess-probed" in first_page.closing(report)


@pytest.mark.slow
def test_report_with_maps(results):
    page = written(results.folder, "verdict-map", "gap-map")
    assert 'id="mark"' in page and "What nothing repairs" in page
    names = {path.stem for path in (results.folder / "figures").glob("*.png")}
    assert {"verdict-map-relief", "gap-map-currents", "gap-map-film"} <= names
    assert page.index('id="mark"') < page.index('id="findings"')


@pytest.mark.parametrize(
    ("share", "error", "text"),
    [
        (0.123, 0.0, "+12"), (-0.051, 0.05, "−5.1"), (0.0004, 0.0, "≈ 0"), (0.02, 0.03, "≈ 0"),
        (0.0949, 0.0, "+9.5"), (0.0951, 0.0, "+10"),
    ],
)  # fmt: skip
def test_a_change_in_a_cell(share, error, text):
    assert share_text(Change(None, Measured(share, error), Size.SMALL)) == text
