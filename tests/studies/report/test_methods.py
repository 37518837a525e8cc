"""Methods compared: what may be said of factors of names, and that partial runs still say it.

The made-up numbers: with polyimide the peel at UBM/pad is lower without recess and higher with it,
the film's peel is a quarter, the resistance 20 % up; the rest is flat or within the errors.
"""

import re

import fabricated_run
import pytest
from fabricated_run import run_folder
from few_figures import written

from studies.figures import level_figures, method_plots, style
from studies.figures.layout import layout
from studies.loads.statements.current import Entrance, FeedKind
from studies.loads.statements.shear import Absent
from studies.metrics.families import Family
from studies.report.rules import masks
from studies.report.rules import model_statement as modelled
from studies.report.rules.methods import own_interfaces
from studies.report.words import model_statement as say_modelled
from studies.report.words.masks import sentence
from studies.report.words.methods import replaced, sections, span, summary, verdict
from studies.results.case_sets import where
from studies.results.methods import Choice, Contrast, choices, compare
from studies.results.ranking import Verdict
from studies.results.results import Results
from studies.wording.labels import DEPTH, MASK

FACTORS = """
"pad_etch.mask" = ["passivation", "polyimide"]
"pad.material" = ["Al-0.5Cu", "Cu"]
"pad_etch.depth_ratio" = [0.0, 0.5, 1.0]
"""
MASKS = f"""
[[part]]
name = "rim"
title = "Pad fed at its rim"
set = {{ opening_ratio = 0.625 }}
[part.factors]
{FACTORS}
[[part]]
name = "via"
set = {{ opening_ratio = 0.625, "pad.feed" = "via" }}
[part.factors]
{FACTORS}
"""
FEW = 'metrics = ["peel_max_ubm_pad", "peel_max_ubm_passivation", "peel_max_ubm_polyimide", ' \
      '"resistance_mohm"]\n'  # fmt: skip
plain_values, plain_result = fabricated_run.values, fabricated_run.result


def masked_values(design):
    film = design.pad_etch.mask
    soft = film == "polyimide"
    out = plain_values(design)
    for name in list(out):
        if "_ubm_passivation_" in name:
            del out[name]
    for length in fabricated_run.LENGTHS:
        at = f"L{length:g}_mpa"
        lift = 0.0 if not soft else 200.0 if design.depth_ratio > 0 else -20.0
        out[f"peel_max_ubm_pad_{at}"] += lift
        out[f"peel_max_ubm_{film}_{at}"] = 100.0 if soft else 400.0
        for leg, share in (("top", 1.0), ("sidewall", 0.5)):
            out[f"peel_max_ubm_{film}_{leg}_{at}"] = out[f"peel_max_ubm_{film}_{at}"] * share
    out["resistance_mohm"] = (6.0 if soft else 5.0) + design.depth_ratio
    return out


def masked_result(design, errors=0.5):
    found = plain_result(design, errors)
    found["curves"][f"ubm/{design.pad_etch.mask}"] = {"leg": ["sidewall", "top"]}
    if design.via is not None:
        found["flags"]["notes"] = ["the via feeds the pad; the UBM takes its current from the pad"]
    return found


@pytest.fixture(scope="module", autouse=True)
def numbers_of_masks():
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(fabricated_run, "values", masked_values)
        patch.setattr(fabricated_run, "result", masked_result)
        yield


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return run_folder(tmp_path_factory.mktemp("masks") / "run", FEW + MASKS)[0]


@pytest.fixture(scope="module")
def results(folder):
    return Results.read(folder)


def by_path(results):
    return {found.choice.path: found for found in compare(results)}


def contrasts(results, path=MASK):
    return {c.family.stem: c for c in by_path(results)[path].contrasts}


# -------------------------------------------------------------------------------- where

GRID = [{"a": x, "b": y, "key": f"{x}{y}"} for x in (0.0, 0.5, 1.0) for y in ("p", "q")]


@pytest.mark.parametrize(
    "keys, said",
    [
        (["0.0p", "0.0q", "0.5p", "0.5q", "1.0p", "1.0q"], ""),
        (["0.0p", "0.0q"], "a 0"),
        (["0.5p", "1.0p"], "a 0.5 and 1, b p"),
        (["0.0p", "0.0q", "0.5p"], "a 0 and at a 0.5 with b p"),
        (["0.0p", "0.5q", "1.0q"], "b p with a 0 and at b q with a 0.5 and 1"),
    ],
)
def test_where_something_holds_is_said_exactly(keys, said):
    assert where([row for row in GRID if row["key"] in keys], GRID, ["a", "b"]) == said


def test_neighbours_among_numbers_are_a_range_and_what_levels_cannot_say_is_not_said():
    rows = [{"a": x, "b": y} for x in (1, 2, 3, 4) for y in ("p", "q", "r", "s")]
    assert where([r for r in rows if r["a"] > 1], rows, ["a", "b"]) == "a 2 to 4"
    twice = [{"a": 1, "b": "p", "c": k} for k in (1, 2)]
    assert where(twice[:1], twice, ["a", "b"]) is None


# ---------------------------------------------------------------------- what is compared


def test_masks_metals_and_parts_are_compared_at_otherwise_equal_factors(results):
    found = {c.path: c for c in choices(results)}
    assert list(found) == [MASK, "pad.material", "part"]
    assert found[MASK].levels == ("passivation", "polyimide")
    assert found["part"].levels == ("rim", "via")
    assert [len(c.sets) for c in found.values()] == [12, 12, 12]
    for choice in found.values():
        for rows in choice.sets:
            same = [p for p in ("part", *results.factors) if p != choice.path]
            assert all(len({row[p] for row in rows.values()}) == 1 for p in same)


def test_the_variants_are_ranked_within_one_mask(results):
    assert MASK in results.other_factors and len(results.groups) == 8
    assert {e.row[MASK] for e in results.compared} == {"passivation"}
    assert len(results.compared) == 3


def test_life_is_compared_with_no_recess_under_the_same_mask(results):
    assert all(row["mttf_ratio_solder"] == 1.0 for row in results.rows if row[DEPTH] == 0)
    low, high = (
        [r["mttf_ratio_pad"] for r in results.rows if r[MASK] == mask and r[DEPTH] == 0.5]
        for mask in ("passivation", "polyimide")
    )
    assert low == pytest.approx(high)


def test_a_winner_in_all_pairs_and_one_that_flips(results):
    found = contrasts(results)
    film, peel, flat = (found[s] for s in (
        "peel_max_ubm_{mask}", "peel_max_ubm_pad", "resistance"))  # fmt: skip
    assert film.winner == "polyimide" and film.is_ratio
    assert verdict(film.choice, film) == "polyimide in all 12 pairs"
    assert peel.winner is None and not peel.is_ratio  # compression at recess 0
    assert verdict(peel.choice, peel) == (
        "polyimide at recess ratio 0; passivation at recess ratio 0.5 and 1"
    )
    assert {round(r.value) for r in peel.relations("polyimide")} == {-20, 200}
    assert flat.winner == "passivation"


def test_errors_of_a_ratio_add_up(results):
    film = contrasts(results)["peel_max_ubm_{mask}"]
    assert film.relations("polyimide")[0].value == pytest.approx(0.25)
    assert film.relations("polyimide")[0].error == pytest.approx(0.25 * (0.5 / 100 + 0.5 / 400))


def test_what_metals_do_not_change_has_no_winner(results):
    found = contrasts(results, "pad.material")
    assert verdict(found["resistance"].choice, found["resistance"]) == (
        "equal within 5 % in all 12 pairs"
    )
    few = found["peel_max_ubm_polyimide"]  # one of the masks only
    assert verdict(few.choice, few).endswith("in all 6 pairs of the 12")


@pytest.mark.parametrize("bad, verdict", [(None, Verdict.MISSING), (5.0, Verdict.LENGTHS)])
def test_one_length_decides(bad, verdict):
    family = Family("peel_max_ubm_pad", "mpa", (0.5, 1.0))

    def row(name, *values):
        pairs = zip((0.5, 1.0), values, strict=True)
        out = {f"peel_max_ubm_pad_L{x:g}_mpa": v for x, v in pairs}
        return out | {f"error_{n}": None if v is bad is None else 0.1 for n, v in out.items()}

    rows = {"a": row("a", 1.0, 1.0), "b": row("b", bad and 0.5, 2.0)}
    choice = Choice("x", ("a", "b"), (rows,), ())
    found = Contrast(choice, family, ("a", "b"), (rows,), 1.0)
    assert found.winner is None
    assert found.outcome.verdict is verdict


def test_metrics_of_one_level_and_the_interface_in_their_place(results):
    found = by_path(results)[MASK]
    assert {(a.family.stem, a.level) for a in found.alone} == {
        ("peel_max_ubm_passivation", "passivation"), ("peel_max_ubm_polyimide", "polyimide"),
    }  # fmt: skip
    own = own_interfaces(results, found.choice)
    assert own == {"passivation": ["ubm/passivation"], "polyimide": ["ubm/polyimide"]}
    assert replaced(own) == (
        "Interfaces that not every level has: UBM/passivation with passivation; in its place "
        "UBM/polyimide with polyimide."
    )
    assert own_interfaces(results, by_path(results)["part"].choice) == {} and replaced({}) == ""


def test_the_first_screen_has_one_sentence_per_factor(results):
    masks, metals, parts = (s.summary for s in sections(results))
    assert masks == (
        "Etch mask passivation or polyimide, 12 pairs (in brackets polyimide against passivation): "
        "passivation is lower for resistance (× 1.17 to 1.20); polyimide is lower for peel at "
        "UBM/mask film (× 0.250); for peel at UBM/pad it is polyimide at recess ratio 0, "
        "passivation at recess ratio 0.5 and 1."
    )
    assert metals == parts == ""  # nothing differs


def test_ranges():
    from studies.wording.labels import Measured

    values = [Measured(v, 0.01) for v in (-1.0, 2.0)]
    assert span(values) == "−1.000 ± 0.010 to 2.000 ± 0.010"
    assert span(values, errors=False, signed=True) == "−1.00 to +2.00"
    assert span(values[:1] * 2, errors=False) == "−1.00"


# -------------------------------------------------------------- partial and other studies


@pytest.mark.slow
def test_partial_runs_compare_the_pairs_they_have(tmp_path):
    def skip(case):
        if case.part == "via":
            return "pending"
        gone = case.factors[MASK] == "polyimide" and case.factors[DEPTH] == 1.0
        return "failed" if gone else None

    folder, _ = run_folder(tmp_path / "run", FEW + MASKS, skip)
    results = Results.read(folder)
    masks, metals = sections(results)  # no part left to pair with
    assert len(masks.comparison.choice.sets) == 4
    assert "8 pairs more lack a result." in " ".join(masks.intro)
    assert masks.lines[0].verdict == "polyimide at recess ratio 0; passivation at recess ratio 0.5"
    assert metals.comparison.choice.path == "pad.material"
    page = written(folder, "methods")
    assert 'id="methods"' in page and not re.search(r">\s*(nan|None)\b", page)


@pytest.mark.slow
def test_no_pair_no_section(tmp_path):
    folder, _ = run_folder(
        tmp_path / "run", FEW + MASKS, lambda case: None if case.number == 1 else "pending"
    )
    assert [s.comparison.choice.path for s in sections(Results.read(folder))] == ["part"]
    assert written(folder).count("Etch mask: passivation") == 0


THREE = """
[[part]]
name = "only"
[part.factors]
"bump.material" = ["SAC305", "Sn63Pb37", "Cu"]
"pad_etch.depth_ratio" = [0.0, 1.0]
"""
APART = """
[[part]]
name = "a"
[part.factors]
"pad.thickness_um" = [1.0, 1.2]
[[part]]
name = "b"
[part.factors]
"pad.thickness_um" = [1.0, 1.4]
"""
SAME = """
[[part]]
name = "a"
[part.factors]
"bump.diameter_um" = [65.0, 70.0]
[[part]]
name = "b"
[part.factors]
"bump.diameter_um" = [65.0, 70.0]
"""


def test_three_levels_make_sets(tmp_path, monkeypatch):
    def values(design):
        rank = ["SAC305", "Sn63Pb37", "Cu"].index(design.bump.material)
        return plain_values(design) | {"resistance_mohm": 5.0 - rank}

    monkeypatch.setattr(fabricated_run, "values", values)
    results = Results.read(run_folder(tmp_path / "run", THREE)[0])
    (found,) = compare(results)
    assert summary(results, found) == (
        "Bump material SAC305, Sn63Pb37 or Cu, 2 sets: Cu is lowest for resistance."
    )
    figure = method_plots.paired_dots(found.choice, found.contrasts)
    labels = [t.get_text() for t in figure.legends[0].get_texts()]
    assert labels[:2] == ["Sn63Pb37 against SAC305", "Cu against SAC305"]


def test_parts_of_different_cases_are_not_compared(tmp_path):
    assert choices(Results.read(run_folder(tmp_path / "run", APART)[0])) == []


@pytest.mark.slow
def test_a_design_is_not_compared_with_itself(tmp_path):
    folder, _ = run_folder(tmp_path / "run", FEW + SAME)
    assert choices(Results.read(folder)) == []
    assert written(folder).count('id="methods"') == 0


# ----------------------------------------------------------------------------- mechanism


def test_mechanism_of_masks(results):
    found = by_path(results)[MASK]
    contact, edge, peel, path = masks.mechanism(results, found)
    assert contact.are_equal and len(contact.areas_um2) == 12
    assert [film.name for film in edge.films] == ["passivation", "polyimide"]
    assert edge.leaves_first
    assert peel.legs == ("top", "top") and (len(peel.raised), len(peel.eased)) == (8, 4)
    assert {round(r.value) for r in peel.raised} == {200}
    assert [round(r.value, 6) for r in path.added_mohm] == [1.0] * 12 and path.radii_um
    text = " ".join(map(sentence, (contact, edge, peel, path)))
    assert "Both masks open the same contact: in all 12 pairs" in text
    assert "where there is no UBM/passivation any more" in text
    assert "at UBM/pad it is higher by 200 MPa in 8 of 12 pairs, and lower by 20.0 MPa in 4" in text
    assert "largest at the top of the polyimide and the top of the passivation" in text
    assert "the resistance is higher by 1.00 mΩ" in text
    assert masks.mechanism(results, by_path(results)["part"]) == []
    (metals,) = masks.mechanism(results, by_path(results)["pad.material"])
    assert metals.metals["Al-0.5Cu"].young_gpa == pytest.approx(70.0)
    assert sentence(metals).startswith("At 25 °C, Al-0.5Cu: modulus 70.0 GPa")


def test_an_unequal_contact_is_said(tmp_path):
    text = "[[part]]" + MASKS.split("[[part]]")[1].replace("set = { opening_ratio = 0.625 }", "")
    results = Results.read(run_folder(tmp_path / "run", FEW + text)[0])
    contact = masks.mechanism(results, by_path(results)[MASK])[0]
    assert not contact.are_equal
    said = sentence(contact)
    assert said.startswith("The masks do not open the same contact: with polyimide the area of UBM")
    assert said.endswith("times as large.")


# ------------------------------------------------------------------------- state and notes


def test_state_and_loads_are_the_designs_own(results):
    found = modelled.state(results)
    by_kind = {load.kind: load.found for load in found.loads}
    assert by_kind["current"].feeds == ((FeedKind.ANNULAR, 0), (FeedKind.VIA_RING, 0))
    assert by_kind["shear"].absent == (Absent.SERVICE_SHEAR,)
    assert say_modelled.state(found) == (
        "wafer state after reflow, elastic, annular feed or feed through a via ring: not service "
        "shear, not side-trace crowding"
    )
    (electrons,) = by_kind["current"].electrons
    assert electrons.entrances == (Entrance.PAD_RIM, Entrance.VIA_BOTTOM)
    assert (
        "0.3 A, electrons into the pad's rim or the bottom of the via and out of the bump's top"
    ) in say_modelled.loads(modelled.acting(results))
    (note,) = modelled.noted(results)
    assert {row["part"] for row in note.rows} == {"via"}
    assert say_modelled.notes(results, [note]) == [
        "Part via: the via feeds the pad; the UBM takes its current from the pad."
    ]


CYCLED = """
[base.bump]
shape = "reflowed"
[base.assembly]
[base.load]
inelastic = true
[base.load.history]
kind = "cycles"
[base.load.cycling]
standard = "JESD22-A104"
condition = "G"
"""


@pytest.mark.parametrize(
    "base, said",
    [
        ("", "wafer state after reflow, elastic, annular feed: not service shear, not side-trace "
         "crowding"),
        ('[base.pad]\nfeed = "via"\n[base.via]\nkind = "discrete"',
         "wafer state after reflow, elastic, feed through a ring of 16 vias: not service shear, "
         "not side-trace crowding"),
        ("[base.load.thermal]\nstress_free_degc = 25.0\ntemperature_degc = 125.0",
         "wafer state from 25 to 125 °C, elastic, annular feed: not service shear, not side-trace "
         "crowding"),
        ('[base.bump]\nshape = "reflowed"\n[base.assembly]',
         "assembled joint after reflow, elastic, annular feed: not thermal cycling, not shear by "
         "the board away from the chip's centre, not side-trace crowding"),
        (CYCLED, "assembled joint after reflow and thermal cycles, metals yield and creep, annular "
         "feed: not shear by the board away from the chip's centre, not side-trace crowding"),
    ],
    ids=["wafer", "vias", "warming", "joint", "cycled"],
)  # fmt: skip
def test_state_of_other_designs(tmp_path, base, said):
    text = f'{base}\n[[part]]\nname = "only"\n[part.factors]\n"pad.thickness_um" = [1.0, 1.2]\n'
    results = Results.read(run_folder(tmp_path / "run", text, lambda case: "pending")[0])
    # of the base while nothing is solved
    assert say_modelled.state(modelled.state(results)) == said
    limits = dict(say_modelled.left_out(modelled.state(results)))
    assert ("Single vias" in limits) == ("16 vias" in said)
    assert limits["Service shear"].startswith("There is no") == said.startswith("wafer")
    assert ("no temperature cycle" in limits["Service shear"]) == (base != CYCLED)


# --------------------------------------------------------------------------------- page


@pytest.mark.slow
def test_page_of_the_masks(folder, results):
    page = written(folder, "methods", "line")
    for part in ('href="#methods"', "Etch mask: passivation or polyimide", "UBM/mask film",
                 "What you should know of these designs", "Part: rim or via"):  # fmt: skip
        assert part in page
    figures = {path.name for path in (folder / "figures").iterdir()}
    assert {"methods-pad_etch.mask.png", "methods-part.svg", "line-resistance.svg"} <= figures


@pytest.mark.slow
def test_figures_of_an_earlier_report_go_and_other_files_stay(tmp_path):
    folder, _ = run_folder(tmp_path / "run", FEW + SAME)
    written(folder, "designs")
    figures = folder / "figures"
    for name in ("map-old.png", "line-old.svg", "mine.png", "map-notes.txt"):
        (figures / name).write_text("x")
    before = {path.name for path in figures.iterdir()}
    written(folder, "designs")
    after = {path.name for path in figures.iterdir()}
    assert before - after == {"map-old.png", "line-old.svg"} and "designs.svg" in after


def test_figure_of_pairs(results):
    found = by_path(results)[MASK]
    figure = method_plots.paired_dots(found.choice, found.contrasts)
    shown = [ax for ax in figure.axes if ax.get_visible()]
    assert len(shown) == len(found.contrasts) == 3
    assert all(len(ax.containers) == 12 for ax in shown)  # one error bar for each pair
    rows = [t.get_text() for t in shown[0].get_yticklabels()]
    assert rows == ["rim, Al-0.5Cu", "rim, Cu", "via, Al-0.5Cu", "via, Cu"]
    assert [ax.get_xlabel() for ax in shown][:2] == ["Δ (MPa)", "× passivation"]
    assert style.ELASTIC in figure.get_supxlabel()
    assert "a mark for each recess ratio" in method_plots.caption(found.choice)


def test_lines_join_within_one_method_only(results):
    pictures = list(level_figures.lines(results))
    assert "a colour and marker per etch mask, pad metal" in pictures[0].caption
    assert "only guide the eye" in pictures[0].caption


def test_maps_have_a_panel_per_method(tmp_path):
    text = MASKS.split("[[part]]")[1].replace(
        '"pad.material" = ["Al-0.5Cu", "Cu"]', '"pad.thickness_um" = [1.0, 1.2]'
    )
    results = Results.read(run_folder(tmp_path / "run", FEW + "[[part]]" + text)[0])
    pictures = list(level_figures.heat_maps(results))
    assert "over recess ratio and pad thickness (µm)" in pictures[0].caption
    assert "All panels share" in pictures[0].caption
    plan = layout(results, numeric_series=True)
    assert [p.title for p in plan.panels] == ["etch mask passivation", "etch mask polyimide"]
