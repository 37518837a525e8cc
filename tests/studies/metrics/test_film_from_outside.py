"""A film with its process step, added by one module outside the packages, is everywhere a film is.

Plan: import the module, and look for its film in the design file, refusals and notes, materials,
cross-section, mesh, drawings and a solve; take it out again, and nothing is left.
"""

import math
from dataclasses import replace

import pytest
from matplotlib.colors import to_hex
from matplotlib.patches import Patch
from matplotlib.text import Text

from fem_bump.errors import InputError
from geometry import Design, DesignError, build_cross_section, build_mesh
from geometry.design.parameters import parameter_exists
from geometry.drawing.dimensions import plot_dimensions
from geometry.drawing.film_strip import plot_film_strip
from geometry.meshing.report import mesh_report
from geometry.process.step import add, always, under_ubm, withdraw
from studies.case.checks import check_design
from studies.corner_tables.section_corners import section_corners
from studies.metrics.catalogue import catalogue
from studies.solving.code_key import deciding_sources
from studies.solving.evaluate import case_key, evaluate
from tests.example_plugin import stress_buffer

FILM = "stress_buffer"
COARSE = {"size_factor": 4.0}
# collected before any test runs: until a test asks for the step, designs have none
withdraw(stress_buffer.stress_buffer)


@pytest.fixture
def step():
    yield add(stress_buffer.stress_buffer)
    withdraw(stress_buffer.stress_buffer)


@pytest.fixture
def design(step):
    return Design(stress_buffer={}, mesh=COARSE)


def words(figure):
    return [text.get_text() for text in figure.findobj(Text)]


def test_a_design_file_has_its_table(step, tmp_path):
    path = tmp_path / "d.toml"
    path.write_text(f"[{FILM}]\nthickness_um = 2.0\n")
    design = Design.from_toml(path)
    assert (design.stress_buffer.material, design.stress_buffer.thickness_um) == ("BCB", 2.0)
    assert Design(**design.to_dict()) == design
    assert design.replace(**{f"{FILM}.thickness_um": 4.0}).stress_buffer.thickness_um == 4.0
    assert parameter_exists(f"{FILM}.thickness_um")
    assert FILM not in Design().to_dict(), "what a design does not use it does not say"


@pytest.mark.parametrize(
    ("data", "match"),
    [
        ({FILM: {"thickness_um": -1.0}}, r"must be a number.*\(step: stress buffer coating\)"),
        ({FILM: {"thick_um": 1.0}}, r"unknown key.*thickness_um.*step: stress buffer coating"),
        ({FILM: {}, "pad_etch": {"mask": "polyimide"}}, "with pad_etch.mask = 'passivation'"),
        ({FILM: {"opening_diameter_um": 50.0}}, "must be 60 with pad_etch.mask = 'passivation'"),
        (
            {"pad_etch": {"mask": "nothing"}},
            r"pad_etch.mask = 'nothing' must be 'passivation', 'stress_buffer' or 'polyimide' "
            r"\(step: pad etch\)",
        ),
        ({FILM: {}, "cell": {"radius_um": 43.0}}, "which reach 44 um"),
    ],
)
def test_refusals_name_its_step(step, data, match):
    with pytest.raises(DesignError, match=match):
        Design(**data)


def test_its_numbers_are_noted_and_its_material_is_looked_up(step):
    thick = Design(stress_buffer={"thickness_um": 3000.0}, cell={"radius_um": 5000.0})
    assert any("3000 nm would be 3 um" in note for note in thick.notes())
    assert thick.material_names[f"{FILM}.material"] == "BCB"
    with pytest.raises(InputError, match=rf"{FILM}.material = 'x'.*step: stress buffer coating"):
        check_design(Design(stress_buffer={"material": "x"}))


def test_section_and_mesh_have_it_and_its_interface(design):
    section = build_cross_section(design)
    assert section.region_materials[FILM] == "BCB" and FILM in design.region_names
    assert set(section.legs_of("ubm", FILM)) == {"sidewall", "top"}
    assert set(section.legs_of("ubm", "passivation")) == {"sidewall"}
    mesh = build_mesh(section)
    assert len(mesh.subdomains[FILM]) and len(mesh.boundaries[f"ubm/{FILM}:top"])


def test_drawings_show_it(design):
    section = build_cross_section(design)
    strip = plot_film_strip(section)
    assert {"BCB 3 µm", "opening ⌀ 60 µm"} <= set(words(strip))
    labels = [label for label, _ in section.steps]
    at = labels.index("passivation opened")
    assert labels[at + 1 : at + 3] == ["stress buffer coated", "stress buffer opened"]
    assert any(f"{FILM}.thickness_um = 3" in word for word in words(plot_dimensions(section)))
    for figure in (strip, section.plot()):
        colours = {to_hex(patch.get_facecolor()) for patch in figure.findobj(Patch)}
        assert "#d07fb0" in colours and f"{FILM} (BCB)" in words(figure)


@pytest.fixture
def masked(step):
    return Design(pad_etch={"mask": FILM}, **{FILM: {"opening_diameter_um": 48.0}}, mesh=COARSE)


def test_it_can_be_the_mask_of_the_pad_etch(masked):
    assert masked.opening_radius_um == 24.0 and masked.ubm_radius_um == 29.0
    section = build_cross_section(masked)
    assert f"pad etched, {FILM} as mask" in [label for label, _ in section.steps]
    # its opening lies on the pad, inside the passivation's, and the recess is as wide
    assert section.regions[FILM].bounds[0] == 24.0
    assert section.legs_of("ubm", "pad")["floor"] == pytest.approx(math.pi * 24.0**2)
    assert set(section.legs_of("ubm", FILM)) == {"sidewall", "top"}
    assert not section.legs_of("ubm", "passivation")
    said = words(plot_dimensions(section))
    assert f"{FILM}.opening_diameter_um/2 = 24" in said
    assert "passivation.opening_diameter_um/2 = 30" in said
    mesh = build_mesh(section)
    assert len(mesh.boundaries[f"ubm/{FILM}:sidewall"])


def test_a_crack_may_run_along_it(masked):
    cracked = masked.replace(**{"crack.interface": f"ubm/{FILM}", "crack.length_um": 1.0})
    section = build_cross_section(cracked)
    assert section.crack.interface_length_um > 4.0 and section.crack.tip_um[0] < 29.0
    with pytest.raises(DesignError, match=r"'ubm/passivation', 'ubm/stress_buffer' or 'pad/diel"):
        masked.replace(**{"crack.interface": "ubm/nothing"})


def test_its_corners_are_named(masked):
    names = {corner.name for corner in section_corners(build_cross_section(masked))}
    # at the radius of the foot too, but a corner of the mask is none of the recess's floor
    assert {f"ubm_ti/{FILM}/pad, recess edge", "ubm_ti/pad, recess foot"} <= names
    assert f"{FILM}/passivation, passivation opening" in names


def test_a_mask_brings_its_film_and_takes_it_away(step):
    design = Design(pad_etch={"mask": FILM}, passivation={"opening_diameter_um": 70.0})
    assert design.stress_buffer.opening_diameter_um == 60.0
    assert design.replace(opening_ratio=0.5).stress_buffer.opening_diameter_um == 40.0
    assert design.replace(**{"pad_etch.mask": "passivation"}).stress_buffer is None
    other = design.replace(**{"pad_etch.mask": "polyimide"})
    assert other.stress_buffer is None and other.polyimide.opening_diameter_um == 50.0
    with pytest.raises(DesignError, match=r"a polyimide is given, but pad_etch\.mask = 'stress_bu"):
        Design(pad_etch={"mask": FILM}, polyimide={})


def test_a_solve_has_its_metrics(design):
    record = evaluate(design)
    for name in (f"peel_max_ubm_{FILM}_L1_mpa", f"principal_max_{FILM}_L1_mpa"):
        assert name in record["headline"] and catalogue().parse(name)
        assert record["metrics"][name] > 0 and record["errors"][name] > 0
    assert record["solver"]["force_balance"] < 1e-9


@pytest.mark.slow
def test_a_film_that_conducts_has_the_windows_of_its_current():
    conducts = replace(stress_buffer.stress_buffer, interfaces=(under_ubm(FILM, current=always),))
    add(conducts)
    try:
        design = Design(pad_etch={"mask": FILM}, mesh=COARSE, **{
            FILM: {"opening_diameter_um": 48.0, "material": "Al-0.5Cu"}
        })  # fmt: skip
        record = evaluate(design)
    finally:
        withdraw(conducts)
    crossed = record["metrics"][f"current_density_max_ubm_{FILM}_L1_a_per_cm2"]
    assert crossed > 0 and f"current_density_max_ubm_{FILM}_L1_a_per_cm2" in record["headline"]
    assert record["metrics"][f"current_density_max_ubm_{FILM}_sidewall_L1_a_per_cm2"] > 0


def test_its_source_decides_whether_a_case_is_solved(design, tmp_path, monkeypatch):
    plain = Design(mesh=COARSE)
    keys = case_key(design), case_key(plain)
    other = tmp_path / "stress_buffer.py"
    other.write_text("CHANGED = True\n")
    monkeypatch.setattr(stress_buffer, "__file__", str(other))
    assert case_key(design) != keys[0]
    assert case_key(plain) == keys[1], "a design without the film has nothing of it"


def test_steps_of_the_program_decide_numbers_and_drawings_do_not():
    found = deciding_sources()
    assert {"geometry.process.steps.pad", "geometry.process.steps.assembly"} <= set(found)
    assert not any(module.startswith("geometry.drawing") for module in found)


def test_without_it_nothing_is_left(step):
    before = mesh_report(build_mesh(build_cross_section(Design(mesh=COARSE))))["sha256"]
    withdraw(step)
    try:
        with pytest.raises(DesignError, match=f"unknown key '{FILM}'"):
            Design(stress_buffer={})
        bare = build_mesh(build_cross_section(Design(mesh=COARSE)))
        assert mesh_report(bare)["sha256"] == before
        assert not parameter_exists(f"{FILM}.thickness_um")
    finally:
        add(step)
