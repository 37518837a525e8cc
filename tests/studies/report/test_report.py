"""The report: what its sentences may say, and that every run folder yields a sound page."""

import re
from dataclasses import replace

import fabricated_run
import pytest
from fabricated_run import GRID, run_folder
from few_figures import written
from headless import Page

from fem_bump.errors import InputError
from studies.metrics.families import Family, families
from studies.report import drawn_ahead, first_page
from studies.report.page import write_report
from studies.report.rules import mechanism as why
from studies.report.rules.compared import Clipped, everywhere, findings
from studies.report.rules.mechanism import leg_shares, life, mechanism
from studies.report.rules.trends import Course, Trend, trends
from studies.report.section import Report
from studies.report.tables import Headings, comparison, headings
from studies.report.words import compared as say
from studies.report.words import groups, verdicts
from studies.report.words import mechanism as say_why
from studies.report.words.loads import LoadSection
from studies.report.words.trends import sentence as say_trends
from studies.results.ranking import Verdict, near, order, peak, rank, sign_of, trend
from studies.results.results import Results
from studies.wording.labels import Measured, listing, plain_number, with_error

LEVELS = (0.5, 1.0, 2.0)
FAMILY = Family("x", "mpa", LEVELS)
STATE = (
    "wafer state after reflow, elastic, annular feed: not service shear, not side-trace crowding"
)
FEW = 'metrics = ["peel_max_ubm_pad", "resistance_mohm"]\n'  # figures take most of the time


def at_all(**found):
    """The same values at every length; a pair is value and error."""
    return {length: {k: v and Measured(*v) for k, v in found.items()} for length in LEVELS}


# ------------------------------------------------------------------------------ ranking


def test_a_winner_wins_at_all_lengths_beyond_the_errors():
    found = rank(at_all(a=(1.0, 0.1), b=(1.3, 0.1), c=(2.0, 0.1)))
    assert (found.verdict, found.winner) == (Verdict.WINNER, "a")


@pytest.mark.parametrize(
    "difference, verdict",
    [(0.19, Verdict.UNDECIDED), (0.2, Verdict.UNDECIDED), (0.21, Verdict.WINNER)],
)
def test_the_difference_has_to_exceed_the_sum_of_the_errors(difference, verdict):
    assert rank(at_all(a=(0.0, 0.125), b=(difference, 0.075))).verdict is verdict


@pytest.mark.parametrize(
    "other, error, verdict",
    [
        (102.0, 1.0, Verdict.EQUAL),  # within the errors, and these within 5 %
        (102.0, 0.1, Verdict.EQUAL),  # beyond the errors, and still none to choose by
        (104.0, 0.7, Verdict.WINNER),  # below 5 %, but not with its errors
        (102.0, 2.0, Verdict.UNDECIDED),  # could go either way by more than 5 %
        (106.0, 0.1, Verdict.WINNER),
        (100.0, 0.0, Verdict.EQUAL),
        (100.0, 3.0, Verdict.UNDECIDED),
    ],
)
def test_equal_is_below_5_percent_with_the_errors(other, error, verdict):
    found = rank(at_all(a=(100.0, error), b=(other, error)))
    assert found.verdict is verdict
    assert found.leaders == (("a",) if verdict is Verdict.WINNER else ("a", "b"))


def test_nothing_is_equal_to_a_value_that_is_zero_but_zero():
    assert rank(at_all(a=(0.0, 0.0), b=(0.0, 0.0))).verdict is Verdict.EQUAL
    assert rank(at_all(a=(0.0, 0.1), b=(0.0, 0.1))).verdict is Verdict.UNDECIDED


def test_some_may_be_equal_and_lowest():
    found = rank(at_all(a=(100.0, 0.1), b=(101.0, 0.1), c=(200.0, 0.1)))
    assert found.call == (Verdict.EQUAL, ("a", "b")) and found.winner is None
    # each is equal to the lowest, but those two are not equal to each other
    wide = rank(at_all(a=(100.0, 0.1), b=(100.5, 4.2), c=(100.5, 4.2)))
    assert wide.verdict is Verdict.UNDECIDED and wide.takes_in_all


def test_one_length_within_the_errors_is_enough_to_spoil_a_win():
    values = at_all(a=(1.0, 0.1), b=(2.0, 0.1))
    values[2.0]["b"] = Measured(1.05, 0.1)
    found = rank(values)
    assert found.call == (Verdict.UNDECIDED, ("a",))
    assert [at.verdict for at in found.at] == ["winner", "winner", "undecided"]
    text = verdicts.sentence(FAMILY, found)
    assert text == "Undecided: a leads, but at 2 µm only within the errors."


def test_different_winners_at_different_lengths():
    values = at_all(a=(1.0, 0.1), b=(2.0, 0.1))
    values[2.0] = {"a": Measured(3.0, 0.1), "b": Measured(2.0, 0.1)}
    found = rank(values)
    assert (found.verdict, found.winner) == (Verdict.LENGTHS, None)
    text = verdicts.sentence(FAMILY, found)
    assert text.startswith("The ranking depends on the averaging length")
    assert "a at 0.5 µm; a at 1 µm; b at 2 µm" in text


def test_a_winner_that_others_equal_at_one_length_wins_if_it_is_lowest_there_too():
    values = at_all(a=(1.0, 0.01), b=(2.0, 0.01))
    values[2.0] = {"a": Measured(1.0, 0.001), "b": Measured(1.02, 0.001)}
    found = rank(values)
    assert found.winner == "a" and [at.leaders for at in found.ties] == [("a", "b")]
    assert "b equal within 5 % of it at 2 µm" in verdicts.sentence(FAMILY, found)
    values[2.0]["b"] = Measured(1.0, 0.001)  # not lowest there: that depends on the length
    assert rank(values).verdict is Verdict.LENGTHS


def test_leader_that_is_beaten_at_one_length_by_two_that_tie_is_no_leader():
    values = at_all(a=(1.0, 0.1), b=(2.0, 0.1), c=(2.0, 0.1))
    values[2.0] = {"a": Measured(3.0, 0.1), "b": Measured(2.0, 0.1), "c": Measured(2.1, 0.1)}
    assert rank(values).verdict is Verdict.LENGTHS


def test_ties():
    all_equal = rank(at_all(a=(1.0, 0.0), b=(1.0, 0.0)))
    assert all_equal.verdict is Verdict.EQUAL and all_equal.takes_in_all
    assert verdicts.sentence(FAMILY, all_equal) == (
        "Equal within 5 % at all averaging lengths (0.5, 1 and 2 µm), errors included."
    )
    two = rank(at_all(a=(1.0, 0.1), b=(1.1, 0.1), c=(9.0, 0.1)))
    assert two.call == (Verdict.UNDECIDED, ("a", "b"))
    assert "Undecided between a and b:" in verdicts.sentence(FAMILY, two)


def test_a_runner_up_that_is_too_close_is_named():
    values = at_all(a=(100.0, 0.8), b=(231.0, 0.1), c=(104.0, 0.8))
    close = near(values[1.0], "a")
    assert close == {"c": pytest.approx(4.0 / 104.0)}
    found = rank(values)
    assert verdicts.sentence(FAMILY, found, close).endswith(
        "beyond the errors, but c is within 3.8 %: do not choose between them by it."
    )
    assert verdicts.outcome(found, close) == "a (c within 3.8 %)"


def test_nobody_is_close_to_a_winner_of_5_percent_or_to_none():
    values = {"a": Measured(95.0, 0.1), "b": Measured(100.0, 0.1), "c": None}
    assert near(values, "a") == near(values, None) == {}
    assert list(near({**values, "b": Measured(99.9, 0.1)}, "a")) == ["b"]
    assert near({**values, "b": Measured(99.0, 0.1)}, "a") == {}  # equal: the ranking's own
    assert near({"a": Measured(-5.0, 0.1), "b": Measured(0.0, 0.1)}, "a") == {}


@pytest.mark.parametrize("bad", [None, (1.0, None)])
def test_a_missing_value_or_error_ranks_nothing(bad):
    values = at_all(a=(1.0, 0.1), b=(2.0, 0.1))
    values[1.0]["b"] = bad and Measured(*bad)
    assert rank(values).verdict is Verdict.MISSING


def test_one_design_alone_is_not_ranked():
    assert rank(at_all(a=(1.0, 0.1))).verdict is Verdict.MISSING
    assert rank({}).verdict is Verdict.MISSING


def test_negative_values_rank_like_others():
    assert rank(at_all(a=(-5.0, 0.1), b=(0.0, 0.1))).winner == "a"


def test_order_marks_what_is_not_told_apart():
    found = {"b": Measured(2.0, 0.1), "a": Measured(1.0, 0.1), "c": Measured(2.1, 0.1)}
    assert order(found) == "a < b ≈ c"
    assert order({"a": Measured(1.0, 0.1), "b": None}) is None


def test_sign():
    assert sign_of(Measured(2.0, 0.1), Measured(1.0, 0.1)) == 1
    assert sign_of(Measured(1.0, 0.6), Measured(2.0, 0.5)) == 0
    assert sign_of(None, Measured(1.0, 0.1)) is None


@pytest.mark.parametrize(
    "steps, said",
    [
        ((1.0, 2.0, 3.0), "rises"),
        ((3.0, 2.0, 1.0), "falls"),
        ((1.0, 1.1, 1.0), "flat"),
        ((1.0, 2.0, 2.1), "mixed"),  # the last step is within the errors
        ((1.0, 3.0, 2.0), "mixed"),
        ((1.0, 2.0), ""),  # two points are no trend
    ],
)
def test_trend(steps, said):
    assert trend({1.0: [Measured(v, 0.1) for v in steps]}) == said


def test_a_trend_needs_every_length_and_every_value():
    up, down = ([Measured(v, 0.1) for v in steps] for steps in ((1, 2, 3), (3, 2, 1)))
    assert trend({0.5: up, 1.0: down}) == "mixed"
    assert trend({0.5: [*up, None]}) == ""


def test_peak():
    values = [Measured(v, 0.1) for v in (1.0, 3.0, 2.0)]
    assert peak({0.5: values, 1.0: values}) == 1
    assert peak({0.5: values, 1.0: [*values[::-1], Measured(9.0, 0.1)]}) is None
    assert peak({0.5: [Measured(1.0, 0.1), Measured(3.0, 0.1), Measured(2.95, 0.1)]}) is None


# ------------------------------------------------------------------------------ numbers


@pytest.mark.parametrize(
    "value, error, text",
    [
        (183.4949, 0.054, "183.49 ± 0.06"),
        (-2.116, 0.11, "−2.12 ± 0.11"),
        (0.0004, 0.3, "0.0 ± 0.3"),
        (159154.943, 3.8e-7, "159155 ± 1"),
        (1.0, None, "1.000"),
        (0.0, 0.0, "0"),
        (1.0, 0.0, "1.000"),
        (12345.6, 980.0, "12346 ± 980"),
        (-1.4e-4, 1e-4, "−0.00014 ± 0.00010"),
        (1e-6, 6e-6, "(1 ± 6)e−6"),
        (-2.31e-9, 1.2e-10, "(−2.31 ± 0.12)e−9"),
    ],
)
def test_value_with_error(value, error, text):
    assert with_error(Measured(value, error)) == text


def test_an_error_is_rounded_up():
    assert with_error(Measured(10.0, 0.0301)) == "10.00 ± 0.04"


def test_small_helpers():
    assert with_error(None) == plain_number(float("nan")) == "not available"
    assert plain_number(0.0) == "0"
    assert plain_number(1.2e-7, 2) == "1.2e−07"
    assert listing(["a", "b", "c"]) == "a, b and c"
    found = families([
        "peel_max_ubm_pad_L1_mpa", "error_peel_max_ubm_pad_L1_mpa", "peel_max_ubm_pad_L0.5_mpa",
        "resistance_mohm", "tensile_fraction_ubm_pad",
    ])  # fmt: skip
    assert found["peel_max_ubm_pad"].lengths == (0.5, 1.0)
    assert found["peel_max_ubm_pad"].column(0.5) == "peel_max_ubm_pad_L0.5_mpa"
    assert found["resistance"].columns() == {None: "resistance_mohm"}
    counted = found["tensile_fraction_ubm_pad"]
    assert counted.unit == "" and counted.united("0.25") == "0.25"
    assert counted.title_with_unit == counted.title
    assert found["resistance"].united("3.7") == "3.7 mΩ"


# ---------------------------------------------------------------------------- sentences


@pytest.fixture(scope="module")
def grid(tmp_path_factory):
    folder, _ = run_folder(tmp_path_factory.mktemp("grid") / "run", fields=True)
    return folder


@pytest.fixture(scope="module")
def whole_page(grid):
    """With all of its figures, which take seconds."""
    return write_report(grid).read_text(encoding="utf-8")


def by_stem(results):
    return {f.family.stem: f for f in findings(results)}


def test_the_variants_at_the_base_are_compared(grid):
    results = Results.read(grid)
    assert [e.label for e in results.compared] == ["no recess", "partial depth 0.5", "full depth"]
    assert {e.row["opening_ratio"] for e in results.compared} == {0.75}
    assert {e.row["part"] for e in results.compared} == {"growing"}


def test_findings_follow_the_numbers(grid):
    results = Results.read(grid)
    found = by_stem(results)
    peel = found["peel_max_ubm_pad"]
    assert peel.ranking.winner == "no recess" and peel.pressed == ["no recess"]
    assert peel.over.same == (Verdict.WINNER, ("no recess",)) and len(peel.over.calls) == 6
    values, _, span = say.details(results, peel)
    assert "+150.0 ± 1.0 MPa" in values  # no ratio to a negative value
    assert "compression everywhere: no recess" in values
    assert span == "The same everywhere (opening ratio 0.6 to 0.8, both parts): no recess."
    assert found["shear_max_ubm_pad"].ranking.verdict is Verdict.LENGTHS
    assert found["peel_max_ubm_passivation"].ranking.call == (Verdict.EQUAL, ())
    assert "× 4.000" in say.details(results, found["current_density_max_ubm_pad"])[0]
    assert found["principal_max_passivation"].ranking.call == (Verdict.EQUAL, ())


def test_what_is_shorter_than_a_window_is_found(grid):
    results = Results.read(grid)
    peel = by_stem(results)["peel_max_ubm_pad"]
    assert peel.clipped[-1] == Clipped("full depth", "ubm/pad", 1.0, (1.0, 2.0))
    assert "1.00 µm of UBM/pad, averaged whole where 1" in say.details(results, peel)[1]


def test_mechanism_is_read_from_the_data(grid):
    found = mechanism(Results.read(grid).compared)
    assert isinstance(found[0], why.ContactAreas) and len(found[0].ratios) == 3
    (only,) = (x for x in found if isinstance(x, why.SidewallOnly))
    assert only.label == "full depth" and only.is_cylinder and "4 t/d" in say_why.sentence(only)
    thinned = next(x for x in found if isinstance(x, why.Thinned))
    assert thinned.label == "partial depth 0.5" and thinned.left == 0.5
    assert thinned.times.value == pytest.approx(1.5e5 * 1.5 / 1.6e5)
    assert "where 0.5 of its thickness is left" in say_why.sentence(thinned)


def test_leg_shares_integrate_exactly(grid):
    partial = Results.read(grid).compared[1]
    shares = leg_shares(partial)
    a = partial.design.opening_radius_um
    floor, wall = a**2 / 2, a * 0.5
    assert shares["floor"].area == pytest.approx(floor / (floor + wall), rel=1e-12)
    assert shares["sidewall"].peel_mpa.value == pytest.approx(300.0)


def test_means_of_legs_have_errors_where_the_record_has_them(grid):
    partial = Results.read(grid).compared[1]
    shares = leg_shares(partial)
    assert shares["floor"].peel_mpa.error is None
    assert "mean peel about −30 MPa" in " ".join(map(say_why.sentence, mechanism([partial])))
    metrics = {"window_ubm_pad_sidewall_L1_um": 0.5, "peel_max_ubm_pad_sidewall_L1_mpa": 300.0,
               "peel_mean_ubm_pad_mpa": -20.0}  # fmt: skip
    errors = {"peel_max_ubm_pad_sidewall_L1_mpa": 0.9, "peel_mean_ubm_pad_mpa": 0.15}
    result = replace(
        partial.result,
        metrics={**partial.result.metrics, **metrics},
        errors={**partial.result.errors, **errors},
    )
    found = leg_shares(replace(partial, result=result))
    wall = found["sidewall"].area
    assert found["sidewall"].peel_mpa.error == 0.9
    # the mean over both is known to 0.15, and what the sidewall leaves open is the floor's
    assert found["floor"].peel_mpa.error == pytest.approx((0.15 + 0.9 * wall) / (1 - wall))


def test_trends_are_stated_only_where_they_hold(grid):
    over = {found.path: found for found in trends(Results.read(grid))}
    courses = {t.family.stem: t.course for t in over["pad_etch.depth_ratio"].trends}
    assert courses["peel_max_ubm_pad"] is Course.RISES
    assert courses["shear_max_ubm_pad"] is courses["peel_max_ubm_passivation"] is Course.NONE
    text = say_trends(over["pad_etch.depth_ratio"])
    assert text.startswith("With the recess ratio, in each of 6 series, at every averaging length")
    assert "no such trend throughout: shear at UBM/pad" in text


def test_the_first_page_has_five_sentences_at_most(grid):
    report = Report(Results.read(grid))
    found = report.findings
    said = first_page.in_short(report)
    assert [f.stem for f in everywhere(report.results, found).rest] == ["shear_max_ubm_pad"]
    assert said[0].startswith("Lowest, beyond the errors: no recess for peel at UBM/pad")
    assert "equal within 5 %: peel at UBM/passivation and principal stress" in said[1]
    assert "The outcome is the same in all 6 comparisons" in said[2]
    loads = [LoadSection("", [], None, [f"{k}{j}" for j in range(3)]) for k in "ab"]
    vars(report)["loads"] = loads
    # what loads are found to do comes before what is not told apart
    assert first_page.in_short(report) == [said[0], "a0", "b0", said[1], said[2]]


def test_levels_of_the_only_factor_head_the_columns(grid, tmp_path):
    one = '[[part]]\nname = "only"\n[part.factors]\n"ubm.layers.cu.thickness_um" = [1.0, 2.0]\n'
    two = f'{one}"pad.feed" = ["rim", "underside"]\n'
    only, both = (
        Results.read(run_folder(tmp_path / str(k), text)[0]) for k, text in enumerate((one, two))
    )
    assert headings(only, only.compared) == Headings(["1 µm", "2 µm"], "UBM copper thickness")
    assert headings(both, both.compared) == Headings([e.label for e in both.compared], "")
    variants = Results.read(grid)  # their names are no levels
    assert headings(variants, variants.compared).texts[0] == "no recess"


def test_what_only_some_designs_have_stands_below_the_first_page(tmp_path, monkeypatch):
    plain = fabricated_run.values

    def values(design):
        below = {f"peel_max_ubm_dielectric_L{x:g}_mpa": 90.0 for x in fabricated_run.LENGTHS}
        return plain(design) | (below if design.depth_ratio == 1.0 else {})

    monkeypatch.setattr(fabricated_run, "values", values)
    report = Report(Results.read(run_folder(tmp_path / "run")[0]))
    lacking = {f.family.stem: f.lacking for f in report.findings if f.lacking}
    assert lacking == {"peel_max_ubm_dielectric": ["no recess", "partial depth 0.5"]}
    page = first_page.first_page(report)
    assert len(page["at_a_glance"]) == len(report.findings) - 1
    assert page["left"] == "; 1 more under Comparison"
    assert "dielectric" not in str(page["at_a_glance"]) + str(page["in_short"])
    found = by_stem(report.results)["peel_max_ubm_dielectric"]
    assert say.verdict(found) == "Not ranked: no recess and partial depth 0.5 have none."
    rows = [cells for title, *_, cells in comparison(report.results, report.findings)
            if title == found.family.title]  # fmt: skip
    assert [cell.text for cell in rows[0]] == ["not available", "not available", "90.0 ± 0.5"]


def test_close_runners_up_are_in_the_sentences_of_the_first_page(grid):
    found = by_stem(Results.read(grid))["resistance"]
    assert say.winners_in_short([replace(found, close={"full depth": 0.02})]) == (
        "Lowest, beyond the errors: no recess for resistance (but full depth within 2 %)."
    )


def test_levels_carry_their_unit_wherever_a_trend_or_a_place_is_named(tmp_path):
    text = """
[[part]]
name = "only"
[part.factors]
pad_etch.depth_ratio = [0.0, 0.5, 1.0]
"pad.thickness_um" = [0.8, 1.0, 1.2]
"""
    folder, _ = run_folder(tmp_path / "run", FEW + text)
    results = Results.read(folder)
    thick = results.table["pad.thickness_um"]
    for length in LEVELS:
        # largest at 1 um, and at 1.2 um the order of the depths turned round
        name = f"peel_max_ubm_pad_L{length:g}_mpa"
        raised = results.table[name] + 900.0 * (thick == 1.0)
        results.table[name] = raised * (1.0 - 2.0 * (thick == 1.2))
    over = {found.path: found for found in trends(results)}["pad.thickness_um"]
    peel = by_stem(results)["peel_max_ubm_pad"]
    assert Trend(peel.family, Course.PEAKS, "1") in over.trends
    said = say_trends(over)
    assert "With the pad thickness" in said and "largest at 1 µm: peel at UBM/pad" in said
    assert [call.who for call in peel.over.calls.values()] == [
        ("no recess",), ("no recess",), ("full depth",),
    ]  # fmt: skip
    text = groups.sentence(results, peel.over)
    assert "at 0.8 and 1 µm" in text and "at 1.2 µm" in text


def test_life_is_stated_with_its_band(grid):
    found = life(Results.read(grid).compared)
    assert found.electron_flow == "into-bump" and set(found.ratios) == {"solder", "pad"}
    said = say_why.life(found)
    assert len(said) == 3 and "partial depth 0.5 0.640 ± 0.003 (0.57 to 0.67)" in said[0]
    assert said[2].startswith("Electrons flow from the pad into the bump")


# --------------------------------------------------------------------------------- page


PROGRAMS = (
    '<script type="text/plain" id="report-data">', '<script type="importmap">',
    '<script type="module">',
)  # fmt: skip


def sound(page: str) -> None:
    """No page may reach out, show a NaN, or name this machine."""
    bare = re.sub(r'src="data:[^"]*"', "", page)
    programs = re.findall(r"<script[^>]*>", bare)
    assert programs in ([], list(PROGRAMS))
    bare = re.sub(r"(<script[^>]*>).*?</script>", r"\1", bare, flags=re.S)
    text = re.sub(r"<style>.*?</style>|<[^>]+>", " ", bare, flags=re.S)
    assert not re.search(r"\b(nan|none|inf)\b", text, re.I), re.search(
        r".{40}\b(nan|none|inf)\b.{20}", text, re.I | re.S
    )
    assert not re.search(r'(src|href)\s*=\s*"?(https?:)?//', page)
    assert "@import" not in page
    assert "/tmp/" not in bare and "/home/" not in bare
    assert len(page) < 6e6
    assert STATE in page


@pytest.mark.slow
def test_page_of_a_whole_run(grid, whole_page):
    folder, page = grid, whole_page
    sound(page)
    # designs, parts compared, curves, maps and lines of the eight metrics, fields, yielded shares
    assert page.count("<img ") == 1 + 1 + 3 + 2 * 8 + 2 + 1
    figures = {path.name for path in (folder / "figures").iterdir()}
    assert {"designs.png", "designs.svg", "map-peel_max_ubm_pad.svg", "curve-peel_mpa.png",
            "field-current.png"} <= figures  # fmt: skip
    assert "Made-up study" in page and "Which one?" in page
    assert "not verified" in page and "18 solved" in page
    for heading in ("findings", "designs", "comparison", "methods", "curves", "explore", "maps",
                    "fields", "yield", "limits", "evidence", "materials",
                    "provenance"):  # fmt: skip
        assert f'id="{heading}"' in page and f'href="#{heading}"' in page
    numbers = [int(part.split('"')[0]) for part in page.split('id="figure-')[1:]]
    assert numbers == list(range(1, len(numbers) + 1))


@pytest.mark.slow
def test_the_same_folder_gives_the_same_page(grid, whole_page, monkeypatch):
    folder, page = grid, whole_page
    # drawn by several processes, and not one after the other as before
    monkeypatch.setattr(drawn_ahead, "FEW_ROWS", 1)
    again = write_report(folder).read_text(encoding="utf-8")
    pairs = enumerate(zip(page, again, strict=False))
    end = next((k for k, (one, other) in pairs if one != other), min(len(page), len(again)))
    first, second = (text[max(end - 60, 0) : end + 60] for text in (page, again))
    assert first == second  # where they part, and no whole pages


@pytest.mark.slow
def test_partial_run(tmp_path):
    def skip(case):
        factors = case.factors
        if case.part == "fixed":
            return "pending"
        return "failed" if factors["pad_etch.depth_ratio"] == 1.0 else None

    folder, _ = run_folder(tmp_path / "run", FEW + GRID, skip=skip)
    page = write_report(folder).read_text(encoding="utf-8")
    sound(page)
    assert "6 solved, 3 failed and 9 not run" in page
    assert "no convergence &lt;in the solver&gt;" in page
    assert "kept no fields" in page
    assert "without a result there: recess ratio 1" in page


def test_run_without_a_solved_case(tmp_path):
    folder, _ = run_folder(tmp_path / "run", FEW + GRID, lambda case: "failed")
    page = write_report(folder).read_text(encoding="utf-8")
    sound(page)
    assert "nothing to compare" in page


ONE_FACTOR = """
[[part]]
name = "only"
[part.factors]
"pad.thickness_um" = [0.8, 1.0, 1.2, 1.6, 2.0]
"""
LISTED = """
[[part]]
name = "only"
[[part.case]]
variant = "no-recess"
[[part.case]]
variant = "full-depth"
[[part.case]]
"bump.material" = "Sn63Pb37"
"""
NO_REFERENCE = """
[[part]]
name = "only"
[part.factors]
pad_etch.depth_ratio = [0.25, 0.75, 1.0]
opening_ratio = [0.6, 0.8]
"""
SAMPLED = """
[[part]]
name = "only"
[part.sampling]
method = "sobol"
n = 8
[part.sampling.ranges]
"pad.thickness_um" = [0.8, 2.0]
opening_ratio = [0.5, 0.8]
"pad_etch.depth_ratio" = [0.1, 0.9]
"""
IMPOSSIBLE = """
[[part]]
name = "only"
[part.factors]
opening_ratio = [0.6, 1.5]
"""


@pytest.mark.slow
@pytest.mark.parametrize(
    "text, shown",
    [
        (ONE_FACTOR, ["pad thickness 0.8 µm", "pad thickness 1.2 µm", "pad thickness 2 µm"]),
        (LISTED, ["no recess", "full depth"]),
        (NO_REFERENCE, ["partial depth 0.25", "full depth"]),
        (SAMPLED, None),
        (IMPOSSIBLE, ["opening ratio 0.6"]),
    ],
    ids=["one factor", "listed", "no reference", "sampled", "impossible"],
)
def test_other_studies(tmp_path, text, shown):
    folder, _ = run_folder(tmp_path / "run", FEW + text)
    page = write_report(folder).read_text(encoding="utf-8")
    sound(page)
    if shown is not None:
        labels = [e.label for e in Results.read(folder).compared]
        assert all(label in labels for label in shown)
    if text is IMPOSSIBLE:
        assert "impossible" in page


def test_a_folder_without_a_study(tmp_path):
    with pytest.raises(InputError, match="holds no study"):
        write_report(tmp_path)


BOTH_LOADS = """
[base.pad]
feed = "trace"
[base.load.shear]
dnp_um = 1000.0
counter_face = "rigid"
[[part]]
name = "dnp"
[part.factors]
pad_etch.depth_ratio = [0.0, 0.5, 1.0]
"load.shear.dnp_um" = [0.0, 1000.0, 5000.0]
"""


def opened(page, folder):
    """A page in a window of 1400 x 1000, and where its first page ends."""
    seen = Page(page.as_uri(), folder / "profile")
    seen.until("document.documentElement.classList.contains('living')")
    bottom = seen.run("document.getElementById('first-page').getBoundingClientRect().bottom")
    seen.close()
    return seen, bottom


@pytest.mark.slow
@pytest.mark.browser
@pytest.mark.usefixtures("whole_page")
def test_the_program_runs_and_the_first_page_fits_one_screen(grid, tmp_path):
    seen, first_page_ends = opened(grid / "report.html", tmp_path)
    assert 100 < first_page_ends <= 1000 and seen.said == []


@pytest.mark.slow
@pytest.mark.browser
def test_the_first_page_of_two_loads_fits_one_screen_too(tmp_path):
    folder, _ = run_folder(tmp_path / "run", BOTH_LOADS)
    written(folder)
    seen, first_page_ends = opened(folder / "report.html", tmp_path)
    assert 100 < first_page_ends <= 1000 and seen.said == []
