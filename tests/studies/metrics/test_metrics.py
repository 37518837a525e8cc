"""The list of metrics: names back and forth, what stands where, the page of the documentation."""

from pathlib import Path

import pytest

from geometry import Design, build_cross_section
from studies.metrics.catalogue import catalogue
from studies.metrics.families import families, of_mask, ranked
from studies.metrics.measure import headline_names
from studies.metrics.names import Place, split
from studies.metrics.page import page

ROOT = Path(__file__).parents[3]
DESIGNS = {
    "full depth": Design(variant="full-depth"),
    "polyimide": Design(
        pad_etch={"mask": "polyimide"}, polyimide={"thickness_um": 4.0, "opening_diameter_um": 50.0}
    ),
    "joint": Design(
        bump={"shape": "reflowed"}, assembly={"underfill": False},
        load={"shear": {"displacement_um": 0.1}}, pad={"feed": "trace"},
        metrics={"strength": {"ubm/pad": {"peel_mpa": 100.0}}, "averaging_lengths_um": [0.25, 1.0]},
    ),
}  # fmt: skip


@pytest.mark.parametrize("design", DESIGNS.values(), ids=DESIGNS)
def test_every_name_of_a_design_says_metric_and_place(design):
    seen = set()
    for metric, place in catalogue().of_section(build_cross_section(design)):
        name = metric.name(place)
        assert name not in seen
        seen.add(name)
        found = catalogue().parse(name)
        assert found is not None and found.metric is metric and found.place == place, name
        assert split(name).unit == metric.unit
    assert len(seen) > 100


def test_names_are_what_they_were():
    metrics = catalogue()
    for name, stem, place in (
        ("peel_max_ubm_pad_floor_L0.5_mpa", "peel_max",
         Place(("ubm", "pad"), leg="floor", length_um=0.5)),
        ("peel_max_by_shear_ubm_pad_L1_mpa", "peel_max_by_shear",
         Place(("ubm", "pad"), length_um=1.0)),
        ("principal_passivation_mask_edge_L2_mpa", "principal",
         Place(region="passivation", spot="mask_edge", length_um=2.0)),
        ("yielded_volume_fraction_ubm_cu_at_low_yield", "yielded_volume_fraction",
         Place(region="ubm_cu", spot="at_low_yield")),
        ("mttf_ratio_pad_to_base_low", "mttf_ratio", Place(region="pad", spot="to_base_low")),
        ("lateral_stiffness_mn_per_um", "lateral_stiffness", Place()),
    ):  # fmt: skip
        assert metrics[stem].name(place) == name
        assert metrics.parse(name) == (metrics[stem], place)
    assert metrics.parse("peel_max_ubm_pda_L1_mpa") is None
    assert metrics.parse("pad_etch.depth_ratio") is None


def test_what_the_report_ranks_is_what_meshes_are_adapted_to():
    """One list of headlines: the report's are those of the record that have a better way."""
    section = build_cross_section(DESIGNS["joint"])
    every = [metric.name(place) for metric, place in catalogue().of_section(section)]
    headlines = families(headline_names(section))
    shown = ranked(families(every).values())
    assert {f.stem for f in shown} == {f.stem for f in ranked(headlines.values())}
    assert "shear_max_ubm_passivation" in {f.stem for f in shown}
    others = set(headlines) - {f.stem for f in shown}
    assert all(catalogue().parse(stem).metric.better is None for stem in others)
    assert of_mask() == [
        "peel_max_ubm_{mask}", "shear_max_ubm_{mask}", "principal_max_{mask}",
    ]  # fmt: skip


def test_a_full_depth_recess_is_judged_by_its_floor():
    names = headline_names(build_cross_section(DESIGNS["full depth"]))
    shown = [family.title for family in ranked(families(names).values())]
    assert "Peel stress at UBM/dielectric" in shown


def test_titles_say_the_place():
    found = families([
        "peel_max_ubm_pad_floor_L1_mpa", "principal_dielectric_pad_edge_L1_mpa", "strange_a_mpa",
    ])  # fmt: skip
    assert [family.title for family in found.values()] == [
        "Peel stress at UBM/pad, floor", "First principal stress in the dielectric, pad edge",
        "strange a",
    ]  # fmt: skip


def test_the_page_of_the_documentation_is_current():
    written = (ROOT / "docs" / "metrics.md").read_text(encoding="utf-8")
    assert written == page(), "python -m studies.metrics.page docs/metrics.md"
