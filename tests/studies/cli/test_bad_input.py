"""Bad input on the command line: exit status 2, one sentence with key and value, nothing solved."""

from pathlib import Path

import pytest

from studies.cli import commands as cli

VIA, TRACE = "pad.feed=via", "pad.feed=trace"
DISCRETE = (VIA, "via.kind=discrete")
JOINT = ("bump.shape=reflowed", "assembly={}")
FAR, RIGID = "load.shear.dnp_um=100", "load.shear.counter_face=rigid"
COARSE = ("mesh.size_factor=10",)
BARE = "materials={bare={based_on='Al-0.5Cu', migration='none'}}"
OPEN = "load.migration={open_interfaces=['ubm/%s']}"
ANY_LENGTH = "must be a list of one or more, each a number above 0"

# what --set says, and what the sentence must hold
DESIGNS = {
    # ranges have both ends, whichever was passed
    ("pad.thickness_um=-1",): ("pad.thickness_um = -1 ", "from 0.005 to 10000", "step: pad"),
    ("pad.thickness_um=nan",): ("pad.thickness_um = nan ", "from 0.005 to 10000"),
    ("ubm.layers[2].thickness_um=0.5",): ("layers go by name: ubm.layers.cu.thickness_um",),
    ("ubm.layers.thickness_um=0.5",): ("no parameter", "go by name: ubm.layers.cu.thickness_um"),
    ("pad.thickness_um=true",): ("pad.thickness_um = true ", "must be a number"),
    ("pad.thickness_um='1'",): ("pad.thickness_um = '1' ", "must be a number"),
    ("pad_etch.depth_ratio=true",): ("pad_etch.depth_ratio = true ", "from 0 to 1"),
    ("pad_etch.depth_ratio=1.5",): ("pad_etch.depth_ratio = 1.5 ", "from 0 to 1", "step: pad etch"),
    ("pad_etch.sidewall_angle_deg='80'",): ("sidewall_angle_deg = '80' ", "from 30 to 90"),
    ("mesh.accuracy=0",): ("mesh.accuracy = 0 ", "from 0.0001 to 0.5"),
    ("mesh.accuracy=2",): ("mesh.accuracy = 2 ", "from 0.0001 to 0.5"),
    ("mesh.accuracy=true",): ("mesh.accuracy = true ", "from 0.0001 to 0.5"),
    ("mesh.most_unknowns=10.5",): ("mesh.most_unknowns = 10.5 ", "a whole number from 1000 to"),
    ("metrics.averaging_lengths_um=[0]",): ("averaging_lengths_um = [0] ", ANY_LENGTH),
    ("metrics.averaging_lengths_um=[]",): ("averaging_lengths_um = [] ", ANY_LENGTH),
    ("metrics.averaging_lengths_um=1.0",): ("averaging_lengths_um = 1 ", ANY_LENGTH),
    ("metrics.averaging_lengths_um=[2.0, 1.0]",): ("[2.0, 1.0]", "increasing"),
    ("pad.feed=rims",): ("pad.feed = 'rims' ", "'rim', 'trace' or 'via'"),
    ("variant=half",): ("variant = 'half' ", "'no-recess', 'partial-depth' or 'full-depth'"),
    ("pad.material=''",): ("pad.material = '' ", "a name"),
    ("ubm.layers=[]",): ("ubm.layers = [] ", "one or more"),
    ("pad.thicknes_um=1",): ("'pad.thicknes_um'", "thickness_um"),
    ("pad=3",): ("pad = 3 ", "a table of"),
    # keys that do not apply
    (*DISCRETE, "via.inner_diameter_um=60"): (
        "via.inner_diameter_um = 60 ", "via.kind = 'discrete'",
    ),
    (VIA, "via.kind=ring", "via.count=8"): ("via.count = 8 ", "via.kind = 'ring'", "step: via"),
    (VIA, "via.kind=central", "via.circle_diameter_um=60"): (
        "via.circle_diameter_um = 60 ", "via.kind = 'central'",
    ),
    ("trace.width_um=10",): ("trace.width_um = 10 ", "pad.feed = 'rim'", "step: trace"),
    ("via.count=8",): ("via.count = 8 ", "via.kind = 'ring'"),
    ("via.kind=ring",): ("via.kind = 'ring' ", "pad.feed = 'rim'"),
    (TRACE, "via={}"): ("[via]", "pad.feed = 'trace'"),
    (VIA, "trace.length_um=3"): ("trace.length_um = 3 ", "pad.feed = 'via'"),
    # vias and trace
    (*DISCRETE, "via.circle_diameter_um=90"): (
        "via.circle_diameter_um = 90 ", "from 6 to 74", "pad.diameter_um = 80", "step: via",
    ),
    (*DISCRETE, "via.diameter_um=50"): ("via.diameter_um = 50 ", "at most 40", "step: via"),
    (*DISCRETE, "via.count=60"): ("via.count = 60 ", "overlap", "from 2 to 36", "step: via"),
    (*DISCRETE, "via.count=2.5"): ("via.count = 2.5 ", "a whole number from 2 to 1000"),
    (VIA, "via.kind=central", "via.diameter_um=90"): ("via.diameter_um = 90 ", "at most 80"),
    (VIA, "via.outer_diameter_um=90"): ("via.outer_diameter_um = 90 ", "at most 80", "step: via"),
    (VIA, "via.inner_diameter_um=80"): ("via.inner_diameter_um = 80 ", "smaller than"),
    (TRACE, "trace.width_um=90"): ("trace.width_um = 90 ", "pad.diameter_um = 80", "step: trace"),
    # shear
    ("load.shear.dnp_um=-1", RIGID): ("load.shear.dnp_um = -1 ", "from 0 to"),
    (FAR, "load.shear.displacement_um=1", RIGID): (
        "load.shear.dnp_um = 100 ", "load.shear.displacement_um = 1",
    ),
    ("load.shear.mismatch_share=0.5", RIGID): ("mismatch_share = 0.5 ", "either load.shear.dnp_um"),
    ("load.shear={}",): ("load.shear ", "either load.shear.dnp_um"),
    ("load.shear.displacement_um=1", "load.shear.mismatch_share=0.5", RIGID): (
        "load.shear.mismatch_share = 0.5 ", "load.shear.displacement_um = 1",
    ),
    ("load.shear.displacement_um=1000", RIGID): ("displacement_um = 1000 ", "from -75 to 75"),
    ("load.shear.displacement_um=-76", RIGID): ("displacement_um = -76 ", "from -75 to 75"),
    ("load.shear.dnp_um=1e6", RIGID): ("dnp_um = 1e+06 ", "from 0 to", "75 um"),
    (FAR,): ("load.shear.dnp_um = 100 ", "other end is free", "counter_face", "[assembly]"),
    ("load.shear.displacement_um=0.1",): ("displacement_um = 0.1 ", "other end is free"),
    (FAR, "load.shear.counter_face=compliant"): ("'compliant' ", "counter_stiffness_mpa_per_um"),
    (FAR, RIGID, "load.shear.counter_stiffness_mpa_per_um=5"): (
        "counter_stiffness_mpa_per_um = 5 ", "counter_face = 'rigid'",
    ),
    (FAR, "load.shear.counter_face=soft"): ("counter_face = 'soft' ", "'rigid' or 'compliant'"),
    (FAR, RIGID, *JOINT): ("counter_face = 'rigid' ", "[assembly]", "step: assembly"),
    (FAR, "load.shear.counter_stiffness_mpa_per_um=5", *JOINT): (
        "counter_stiffness_mpa_per_um = 5 ", "[assembly]",
    ),
    (FAR, "load.shear.board_material=FR4", *JOINT): (
        "load.shear.board_material = 'FR4' ", "'BT'", "assembly.substrate.material",
    ),
    # materials
    ("pad.material=Unobtainium",): ("pad.material = 'Unobtainium' ", "nearest", "step: pad"),
    ("chip.material=si",): ("chip.material = 'si' ", "Si", "step: chip"),
    ("passivation.material=SiN2",): ("passivation.material = 'SiN2' ", "SiN"),
    ("bump.material=SAC",): ("bump.material = 'SAC' ", "SAC305"),
    ("ubm.layers.ti.material=Tj",): ("ubm.layers.ti.material = 'Tj' ", "Ti", "step: UBM"),
    (TRACE, "trace.material=Foo"): ("trace.material = 'Foo' ", "nearest", "step: trace"),
    (TRACE, "trace.material=SiO2"): ("trace.material = 'SiO2' ", "conductor", "step: trace"),
    (VIA, "via.material=SiN"): ("via.material = 'SiN' ", "conductor", "step: via"),
    ("pad.material=SiO2",): ("pad.material = 'SiO2' ", "conductor", "step: pad"),
    (*JOINT, "assembly.substrate.material=FR5"): ("substrate.material = 'FR5' ", "FR4"),
    (FAR, RIGID, "load.shear.board_material=FR5"): ("board_material = 'FR5' ", "FR4"),
    # interfaces
    ("load.current.contact_resistivity_ohm_m2={'ubm/foo' = 1e-12}",): (
        "contact_resistivity_ohm_m2", "'ubm/foo' = 1e-12", "bump/ubm, ubm/pad",
    ),
    ("load.current.contact_resistivity_ohm_m2={'ubm' = 1e-12}",): ("'ubm' = 1e-12", "'a/b'"),
    ("load.current.contact_resistivity_ohm_m2={'ubm/pad' = 1e-12, 'ubm/passivation' = 1e-12}",): (
        "'ubm/passivation' = 1e-12", "no current can cross", "bump/ubm, ubm/pad",
    ),
    ("load.current.contact_resistivity_ohm_m2={'ubm/pad:wall' = 1e-12}",): (
        "'ubm/pad:wall' = 1e-12", "floor, sidewall",
    ),
    ("load.current.contact_resistivity_ohm_m2={'ubm/pad' = -1.0}",): ("ubm/pad = -1 ", "from 0 to"),
    ("metrics.strength={'ubm/chip' = {peel_mpa = 3.0}}",): (
        "'ubm/chip'", "peel_mpa = 3", "ubm/pad",
    ),
    # what must be solid
    ("load.thermal.temperature_degc=300",): (
        "load.thermal.temperature_degc = 300 ", "at most 217", "SAC305", "'bump'", "step: ",
    ),
    ("load.history.kind=process", "load.process.reflow_peak_degc=800"): (
        "load.process.reflow_peak_degc = 800 ", "at least 217", "at most 650", "'pad'",
        "step: reflow",
    ),
    ("load.inelastic=true", "load.history.kind=cycles", "load.cycling={low_degc=-40, high_degc=300,"
     " ramp_s=600, dwell_low_s=60, dwell_high_s=60}"): (
        "load.cycling.high_degc = 300 ", "at most 217", "SAC305", "step: thermal cycles",
    ),
    # heat
    ("load.heat={held_degc={}}",): ("load.heat.held_degc = {}", "without a heat sink"),
    ("load.heat={held_degc={lid=25.0}}",): ("'lid'", "outer boundary", "bump_top, cell_side"),
    ("load.heat={held_degc={pad_rim=25.0}}",): ("'pad_rim'", "outer boundary"),
    ("load.heat={film={chip_bottom={coefficient_w_per_m2k=1e4}}}",): (
        "'chip_bottom' at 25 degC", "not both",
    ),
    ("load.heat={film={bump_top={}}}",): ("bump_top.coefficient_w_per_m2k", "is missing"),
    ("load.heat={angular='coupled'}",): ("load.heat.angular = 'coupled' ", "through arcs"),
    ("load.heat={trace={oxide_um=1.0}}",): ("load.heat.trace.oxide_um = 1 ", "trace.length_um"),
    (TRACE, "trace.length_um=50", "load.heat={trace={oxide_um=1.0, coefficient_w_per_m2k=1e5}}"): (
        "oxide_um = 1 ", "coefficient_w_per_m2k = 100000 ", "leave out one",
    ),
    (*COARSE, "load.heat={}", "load.current.current_a=40"): (
        "|current_a| = 40 A is more than this body bears", "'bump' (SAC305)", "217 degC",
    ),
    # migration
    ("load.migration={critical_mpa=0}",): ("critical_mpa = 0 ", "must be a number above 0"),
    ("load.migration={critical_by_region_mpa={lid=9.0}}",): ("region 'lid'", "ubm_cu, bump"),
    ("load.migration={reservoirs={lid=0.0}}",): ("'lid' = 0", "bump_side, bump_top"),
    ("load.migration={initial='history'}",): ("initial = 'history' ", "load.inelastic = true"),
    (BARE, "pad.material=bare", "load.migration={}"): (
        "region 'pad'", "'bare' has no migration data", "'immobile'",
    ),
    (OPEN % "chip",): ("open_interfaces names 'ubm/chip'", "no interface", "here are bump/ubm"),
    (OPEN % "pad",): ("open_interfaces names 'ubm/pad'", "no atoms move in ubm_ti"),
}  # fmt: skip

COMMANDS = {
    ("solve", "default", "--accuracy", "abc"): ("--accuracy = 'abc' ", "from 0.0001 to 0.5"),
    ("solve", "default", "--accuracy", "2"): ("--accuracy = '2' ", "from 0.0001 to 0.5"),
    ("solve", "default", "--accuracy"): ("--accuracy needs a value",),
    ("solve", "default", "--acuracy", "1"): ("'--acuracy'", "--accuracy?"),
    ("solve", "default", "more"): ("'more'", "fem-bump solve"),
    ("run", "recess", "--jobs", "0"): ("--jobs = '0' ", "a whole number of at least 1"),
    ("run", "recess", "--jobs", "many"): ("--jobs = 'many' ", "a whole number of at least 1"),
    ("run", "recess", "--case-timeout", "-1"): ("--case-timeout = -1 ", "above 0"),
    ("run", "recess", "--on-failure", "retry"): ("--on-failure = 'retry' ", "'stop' or 'continue'"),
    ("run", "recess", "--dry-run=3"): ("--dry-run takes no value",),
    ("run",): ("fem-bump run needs STUDY",),
    ("slove", "default"): ("'slove'", "solve?"),
    ("report", "plain.txt"): ("'plain.txt' is a file", "output folder of a run"),
    ("report", "nosuch"): ("'nosuch' holds no study", "plan.json"),
    ("solve", "."): ("'.' is a directory", "design"),
    ("run", "."): ("'.' is a directory", "study"),
    ("draw", "default", "--set", "pad.material=Unobtainium"): ("pad.material = 'Unobtainium' ",),
    ("corners", "default", "--set", "pad.material=Unobtainium"): ("pad.material = 'Unobtainium' ",),
}

# a study's text after its head, and what the sentence must hold
PART = '[[part]]\nname = "p"\n'
STUDIES = {
    'accuracy = true\n[[part]]\nname = "p"': ("accuracy = true ", "from 0.0001 to 0.5 or false"),
    'accuracy = 2\n[[part]]\nname = "p"': ("accuracy = 2 ", "from 0.0001 to 0.5 or false"),
    'metrics = ["peal_max_ubm_pad"]\n' + PART: ("'peal_max_ubm_pad'", "peel_max_ubm_pad"),
    'metrics = "resistance"\n' + PART: ("metrics = 'resistance' ", "a list of"),
    PART + "[part.factors]\nubm.layers.thickness_um = [1.0, 2.0]": ("ubm.layers.cu.thickness_um",),
    PART + "zip = 3": ("part.p.zip = 3 ", "true or false"),
    PART + "[part.factors]\npad.thickness_um = [1, 2, 1.0]": ("[1, 2, 1]", "1 is there twice"),
    PART + "[part.set]\npad.thickness_um = 2\n[part.factors]\npad.thickness_um = [1, 2]": (
        "'pad.thickness_um' = 2 ", "leave out one",
    ),
    PART + "[part.set]\npad.thickness_um = 2\n[[part.case]]\npad.thickness_um = 1": (
        "'pad.thickness_um' = 2 ", "leave out one",
    ),
    PART + "zip = true\n[part.factors]\npad.thickness_um = [1, 1]\npad.feed = ['rim', 'rim']": (
        "[1, 'rim']", "are there twice",
    ),
    PART + "[part.sampling]\nn = 0\nranges = {opening_ratio = [0.5, 0.6]}": (
        "part.p.sampling.n = 0 ", "from 1 to 100000",
    ),
    "[base.pad]\nmaterial = 'Foo'\n" + PART: ("pad.material = 'Foo' ", "nearest"),
    "[base.load.shear]\ndnp_um = 10.0\n" + PART: ("load.shear.dnp_um = 10 ", "other end is free"),
    PART + "[part.factors]\npad.material = ['Foo', 'Bar']": ("pad.material = 'Foo' ", "nearest"),
}  # fmt: skip


@pytest.fixture
def refused(tmp_path, monkeypatch, capsys):
    """Run a command that must be refused; what it says in its one sentence."""
    monkeypatch.chdir(tmp_path)
    Path("plain.txt").write_text("no run\n", encoding="utf-8")

    def refused(*arguments):
        with pytest.raises(SystemExit) as stop:
            cli.main(list(arguments))
        said = capsys.readouterr()
        assert stop.value.code == 2 and said.out == ""
        assert said.err.startswith("fem-bump: ") and said.err.count("\n") == 1, said.err
        assert "Traceback" not in said.err and "rror:" not in said.err
        assert not list(tmp_path.glob("results")) and not list(tmp_path.glob("*.png"))
        return said.err

    return refused


@pytest.mark.parametrize("values", DESIGNS, ids=" ".join)
def test_designs(refused, values):
    said = refused("solve", "default", *(part for value in values for part in ("--set", value)))
    assert all(part in said for part in DESIGNS[values]), said


@pytest.mark.parametrize(
    "values", [(BARE, "pad.material=bare", "load.migration={}"), (OPEN % "pad",)], ids=" ".join
)
def test_check_refuses_what_solve_does(refused, values):
    said = refused("check", "default", *(part for value in values for part in ("--set", value)))
    assert all(part in said for part in DESIGNS[values]), said


@pytest.mark.parametrize("arguments", COMMANDS, ids=" ".join)
def test_commands(refused, arguments):
    said = refused(*arguments)
    assert all(part in said for part in COMMANDS[arguments]), said


@pytest.mark.parametrize("way", [(), ("--dry-run",)], ids=["run", "dry-run"])
@pytest.mark.parametrize("text", STUDIES, ids=range(len(STUDIES)))
def test_studies(refused, text, way):
    Path("s.toml").write_text('schema = 1\nname = "s"\n' + text, encoding="utf-8")
    said = refused("run", "s.toml", *way)
    assert all(part in said for part in STUDIES[text]), said
