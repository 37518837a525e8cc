"""A study that asks for what its decisions need: who is solved again, for what, and when it ends.

Most of it with an evaluator of known values, whose bars are as wide as it is allowed.
"""

from collections import Counter

import fake_evaluator as fake
import pandas as pd
import pytest

from fem_bump.errors import InputError
from studies.metrics.families import families
from studies.plan.study import DEFAULT_ACCURACY, load_study
from studies.records import store
from studies.records.record import CaseRecord, Result
from studies.results.decisions import SHARPEST, Decision, decisions, sharpened
from studies.results.results import Results
from studies.results.table_files import write_table
from studies.runs import runner
from studies.runs.rounds import run_rounds
from studies.runs.runner import Summary
from studies.solving.adaptive import OTHER_LENGTHS

HEAD = """
schema = 1
name = "decided"
accuracy = "decide"
"""
TEXT = """
[[part]]
name = "grid"
[part.factors]
"pad_etch.depth_ratio" = [0.0, 0.5, 1.0]
opening_ratio = [0.6, 0.75]
"""
PEEL, SHEAR = "peel_max_ubm_pad_L1_mpa", "shear_max_ubm_pad_L1_mpa"
DENSITY = "current_density_max_ubm_pad_L1_a_per_cm2"
SMALL = "peel_max_ubm_passivation_L2_mpa"
# at both openings, from shallow to deep
TRUE = {
    (PEEL, 0.6): (100.0, 150.0, 200.0),  # decided at 2 %
    (PEEL, 0.75): (100.0, 102.8, 300.0),  # equal within 5 %, when it is known
    (DENSITY, 0.6): (1e4, 1.04e4, 2e4),  # the lowest leads by 4 %
    (DENSITY, 0.75): (1e4, 1.3e4, 2e4),  # decided at 2 %
    (SHEAR, 0.6): (50.0, 90.0, 130.0),  # decided at 2 %
    (SHEAR, 0.75): (50.0, 51.0, 130.0),  # its bars stay as they are: open for ever
    (SMALL, 0.6): (1.0, 2.0, 80.0),  # open at what is asked at most
    (SMALL, 0.75): (1.0, 50.0, 80.0),  # decided at 6 % of a larger traction
}
RATIO = "opening_ratio"
BLUNT = 0.09  # bar of shear over its value, whatever is asked
TRACTION = 100.0  # what a small peel is compared with, MPa


def evaluated(design):
    metrics, errors = {}, {}
    for name in (PEEL, SHEAR, DENSITY, SMALL):
        true = TRUE[name, round(design.opening_ratio, 3)][int(2 * design.depth_ratio)]
        first = design.mesh.accuracy * (OTHER_LENGTHS if name == SMALL else 1.0)
        asked = design.mesh.accuracy_of.get(name, first)
        bar = BLUNT if name == SHEAR else 0.9 * asked
        metrics[name] = true * (1 + 0.3 * bar * (1 - 2 * (design.depth_ratio == 0.5)))
        errors[name] = bar * (TRACTION if name == SMALL else metrics[name])
    return Result(design.to_dict(), metrics, errors, {"opening_ratio": design.opening_ratio})


class Killed(BaseException):
    """The process is gone."""


class Here:
    """The runner, without processes: what it solved, and whether it is stopped in between.

    ``writes`` more times it writes to the folder, and is killed then.
    """

    def __init__(self):
        self.solved, self.most, self.fails, self.writes = [], 1000, set(), 1000

    def run_study(self, study_file, folder, *, plan, evaluator, say_notes, held, reverse=False):
        folder.mkdir(exist_ok=True)
        self.writing()
        store.claim(folder, plan.stored(), "")
        todo = {case.key: case for case in runner.unsolved(plan, folder)}
        for key, case in sorted(todo.items(), reverse=reverse):
            if len(self.solved) == self.most:
                break
            record = CaseRecord("solved", result=evaluated(case.design))
            if case.design.depth_ratio in self.fails and case.design.mesh.accuracy_of:
                record = CaseRecord("failed", "out of memory")
            self.writing()
            store.write_record(folder, key, record)
            self.solved.append(key)
        self.writing()
        counts = write_table(folder)["status"].value_counts()
        given = {s: int(counts.get(s, 0)) for s in ("solved", "failed", "invalid", "pending")}
        left = len(runner.unsolved(plan, folder)) if len(self.solved) == self.most else 0
        now = {"solved_now": 0, "found_stored": 0, "wall_s": 0.0, "left": left}
        return Summary(folder, len(plan.cases), **given, **now)

    def writing(self):
        self.writes -= 1
        if self.writes < 0:
            raise Killed


@pytest.fixture
def here(monkeypatch):
    made = Here()
    monkeypatch.setattr(runner, "run_study", made.run_study)
    return made


def decided(tmp_path, name="out", text=TEXT, **options):
    study = fake.write_study(tmp_path, text, HEAD)
    done = run_rounds(study, tmp_path / name, evaluator=fake.SPEC, **options)
    return done, Results.read(done.folder)


def asked(results):
    """What was asked of each case, by depth and opening."""
    designs = [results.entry(row).design for row in results.solved]
    return {(d.depth_ratio, round(d.opening_ratio, 3)): d.mesh.accuracy_of for d in designs}


def test_only_what_leaves_a_ranking_open_is_solved_again(tmp_path, here):
    _, results = decided(tmp_path)
    found = asked(results)
    assert found[1.0, 0.6] == found[1.0, 0.75] == {}
    assert found[0.0, 0.6].keys() == found[0.5, 0.6].keys() == {DENSITY, SMALL}
    assert found[0.0, 0.75].keys() == found[0.5, 0.75].keys() == {PEEL, SHEAR}
    assert 0.01 < found[0.0, 0.6][DENSITY] < 0.015 and 0.01 < found[0.0, 0.75][PEEL] < 0.015
    assert found[0.0, 0.75][SHEAR] == found[0.0, 0.6][SMALL] == SHARPEST
    assert all(d.mesh.accuracy == DEFAULT_ACCURACY for d in results.designs)
    assert results.plan.base_key in {row["key"] for row in results.solved}
    # the table has the sharpest, once; whoever is open has been at the floor
    assert len(results.table) == 6 and len(here.solved) == len(set(here.solved))
    still = [one.family.stem for one in decisions(results) if one.is_open]
    assert still == ["shear_max_ubm_pad", "peel_max_ubm_passivation"]
    calls = [d.ranking.verdict for d in decisions(results) if not d.is_open]
    assert Counter(calls) == {"equal": 1, "winner": 5}
    said = sharpened(results)
    assert (said.designs, said.again) == (6, 4)
    stems = [family.stem for family in results.shown]
    assert [f.stem for f, *_ in said.asked] == stems and {n for _, n, _ in said.asked} == {2}
    assert [(f.stem, n) for f, n in said.open] == [(stem, 1) for stem in still]


def test_neither_order_nor_a_stop_in_the_middle_changes_it(tmp_path, here):
    _, results = decided(tmp_path)
    whole, here.solved = here.solved, []
    _, other = decided(tmp_path, "reversed", reverse=True)
    assert other.table.equals(results.table) and set(here.solved) == set(whole)
    here.solved, seen = [], []
    for most in (3, 7, 8, 1000):  # in the first round, in the second, within that, to the end
        here.most = most
        done, stopped = decided(tmp_path, "stopped")
        seen.append(done.pending)
    assert stopped.table.equals(results.table)
    assert sorted(here.solved) == sorted(whole)  # nothing twice
    assert seen == [3, 0, 0, 0]  # a case that waits for its second turn has its first numbers


def test_a_case_that_fails_when_it_is_solved_again_keeps_its_numbers(tmp_path, here):
    here.fails = {0.5}
    done, results = decided(tmp_path)
    assert (done.solved, done.failed) == (6, 0)
    found = asked(results)
    assert found[0.5, 0.6] == {} and found[0.0, 0.6] != {}
    assert results.plan.base_key in {row["key"] for row in results.solved}


def shown(folder):
    """Bars of a folder's cases by metric, as a report made now has them and as the table says."""
    out = []
    for table in (Results.read(folder).table, pd.read_csv(folder / "table.csv")):
        table = table[table["status"] == "solved"].set_index(["pad_etch.depth_ratio", RATIO])
        out.append(table[[f"error_{name}" for name in (PEEL, SHEAR, DENSITY, SMALL)]])
    return out


def killed_until_it_is_through(tmp_path, here, text, best):
    """How often: always before a third write, of which the first is the plan."""
    for kills in range(100):
        here.writes = 2
        try:
            decided(tmp_path, "out", text)
            return kills
        except Killed:
            now = shown(tmp_path / "out")
        for new, old in zip(now, best, strict=True):
            assert (new.loc[old.index] <= old * (1 + 1e-12)).all(axis=None)
        best = now
    raise AssertionError("it never ends")


@pytest.mark.slow
def test_a_kill_at_any_instant_leaves_no_number_worse_than_it_was(tmp_path, here):
    one = TEXT.replace("[0.6, 0.75]", "[0.6]")
    here.fails = {0.5}
    decided(tmp_path, "out", one)
    here.fails, before = set(), shown(tmp_path / "out")
    # what failed is tried again, and then others because of it
    assert killed_until_it_is_through(tmp_path, here, one, before) >= 2
    # another opening: its cases have no record yet, those of the first keep their last
    assert killed_until_it_is_through(tmp_path, here, TEXT, shown(tmp_path / "out")) >= 4
    here.writes, results = 1000, Results.read(tmp_path / "out")
    _, fresh = decided(tmp_path, "fresh")
    assert results.table.equals(fresh.table) and results.plan == fresh.plan
    stored = pd.read_parquet(tmp_path / "out" / "table.parquet")
    assert list(stored["key"]) == [case.key for case in results.plan.cases]


def test_values_settle_at_half_of_what_tells_them_apart(tmp_path, here):
    here.most = 6  # the first round
    _, results = decided(tmp_path)
    (one,) = [
        d for d in decisions(results)
        if d.family.stem == "current_density_max_ubm_pad" and d.is_open
    ]  # fmt: skip
    low, high = 1.0054 * 1e4, 0.9946 * 1.04e4
    for need in one.needs():
        value = low if need.key == one.rows["no recess"]["key"] else high
        easier = max(high - low, 0.05 * high - (high - low))
        assert need.metric == DENSITY and need.accuracy == pytest.approx(0.4 * easier / value)
    assert len({need.key for need in one.needs()}) == 2
    assert not list(Decision(one.family, {"alone": one.rows["no recess"]}).needs())


def test_what_is_equal_to_a_third_settles_when_it_is_equal_to_each_other():
    known = {"a": (160.0, 1.5), "b": (154.0, 0.1), "c": (154.2, 1.5)}
    rows = {k: {"key": k, SHEAR: v, f"error_{SHEAR}": e} for k, (v, e) in known.items()}
    (family,) = families([SHEAR]).values()
    one = Decision(family, rows)
    assert one.is_open and {need.key for need in one.needs()} == {"a", "c"}
    for need in one.needs():
        assert need.accuracy * known[need.key][0] == pytest.approx(0.4 * (0.05 * 160.0 - 5.8))
    far = Decision(family, {**rows, "a": {**rows["a"], SHEAR: 170.0}})
    assert not far.is_open and not list(far.needs())


def test_a_study_in_rounds_sets_the_accuracy_itself(tmp_path):
    for text, said in (
        ("[base.mesh]\naccuracy = 0.05\n" + TEXT, "leave out accuracy"),
        (TEXT + '"mesh.accuracy" = [0.1, 0.2]\n', "leave out mesh.accuracy"),
    ):
        with pytest.raises(InputError, match=said):
            load_study(fake.write_study(tmp_path, text, HEAD))
    with pytest.raises(InputError, match=r"accuracy = .decided. must be .* or false or .decide."):
        load_study(fake.write_study(tmp_path, TEXT, HEAD.replace('"decide"', '"decided"')))


@pytest.mark.slow
def test_a_real_study(tmp_path):
    """Three depths, solved by two workers: what 2 % leaves open, one more turn of two does not."""
    close = TEXT.replace("[0.0, 0.5, 1.0]", "[0.3, 0.35, 0.5]").replace("[0.6, 0.75]", "[0.6]")
    study = fake.write_study(tmp_path, close, HEAD)
    done = run_rounds(study, tmp_path / "out", jobs=2)
    results = Results.read(done.folder)
    assert done.solved == 3 and done.solved_now == 3 + 2
    assert not any(one.is_open for one in decisions(results))
    again = run_rounds(study, tmp_path / "out", jobs=1)
    assert again.solved_now == 0 and Results.read(done.folder).table.equals(results.table)
