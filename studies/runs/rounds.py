"""A study whose accuracy is ``decide``: every case once, then again what leaves a ranking open.

What a round is to solve follows from the records of the rounds before alone
(:mod:`studies.results.decisions`): neither the order in which cases end nor the number of workers
matters. A case is solved again with a sharper accuracy of some metrics, which makes it another
design with a record of its own. A round in which something has to be solved is a run of its own on
the same folder; those whose records are all there are gone through without one. So a run that was
broken off goes on in the round in which it was.

Plan and table have of every case the sharpest record there is. While rounds go on the plan names
those that a case may have, and whoever reads it takes the first that is solved: a run that is
killed at any instant leaves no number worse than it was.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from fem_bump.errors import InputError
from geometry.design.design import Design
from studies.metrics.names import split
from studies.plan.cases import Case, Plan, make_plan
from studies.plan.study import DECIDE, DEFAULT_ACCURACY, load_study
from studies.plan.study_files import WrittenStudy
from studies.records import store
from studies.records.owner import Owner
from studies.records.strict_json import to_json
from studies.results.table_files import write_table
from studies.runs import runner
from studies.runs.processes import EVALUATOR, case_key_of
from studies.runs.runner import Summary

CaseKey = Callable[[Design], str]
LOG = logging.getLogger("studies")


def run_rounds(
    study_file: str | Path | WrittenStudy,
    folder: str | Path | None = None,
    *,
    evaluator: str = EVALUATOR,
    say_notes: bool = True,
    held: Owner | None = None,
    **options: Any,
) -> Summary:
    """Run a study, in rounds where its accuracy is what the decisions need.

    Parameters are those of :func:`studies.runs.runner.run_study`. Of a study in rounds the summary
    counts rows of the final table, and all designs solved now.
    """
    study = load_study(study_file)
    if study.accuracy != DECIDE:
        return runner.run_study(
            study_file, folder, evaluator=evaluator, say_notes=say_notes, held=held, **options
        )
    case_key, place = case_key_of(evaluator), runner.folder_of(study, folder)
    runner.load_solvers(evaluator, place, options.get("scheduler"))
    plan = make_plan(study, case_key)
    ahead = _ahead(plan, place, case_key)
    before, again, stuck, spent = plan, 0, set[str](), list[Summary]()

    def solve(candidates: Plan) -> Summary:
        spent.append(
            runner.run_study(
                study_file,
                folder,
                evaluator=evaluator,
                plan=candidates,
                say_notes=say_notes and not spent,
                held=held,
                **options,
            )
        )
        return spent[-1]

    done, goes_on = None, True
    while goes_on:
        if runner.unsolved(plan, place):
            if again:
                LOG.warning(
                    "%d of %d designs leave a ranking open and are solved again",
                    again,
                    len({case.key for case in plan.valid}),
                )
            done = solve(_with_candidates(plan, ahead))
            goes_on = not done.interrupted and not done.left
        if goes_on:
            plan, back = _without_failed(before, plan, place)
            stuck |= back
            sharper = _sharper(plan, place, stuck)
            again, before = len(sharper), plan
            plan, goes_on = _with(plan, sharper, case_key), bool(sharper)
            if not goes_on:
                last = replace(plan, cases=tuple(replace(c, candidates=()) for c in plan.cases))
                done = solve(last) if done is None else _settled(last, done, held)
    assert done is not None
    return replace(
        done,
        solved_now=sum(one.solved_now for one in spent),
        found_stored=spent[0].found_stored,
        notes=spent[0].notes,
        wall_s=sum(one.wall_s for one in spent),
    )


def _ahead(first: Plan, folder: Path, case_key: CaseKey) -> dict[str, str]:
    """By key of a case in the first round the key of the record that a folder has of it.

    Where that is of a later round of an earlier run.
    """
    try:
        there = store.read_plan(folder)
    except InputError:  # there is none; or it is refused when cases are to be solved
        return {}
    cases = {(case.part, to_json(case.factors)): case for case in first.valid}
    out: dict[str, str] = {}
    for old in there.cases:
        case = cases.get((old.part, to_json(old.factors)))
        if case is None or case.design is None or case.key is None:
            continue
        if old.key is None or old.key == case.key or case.key in out:
            continue
        record = store.read_record(folder, old.key)
        if record is None or record.result is None:
            continue
        asked = record.result.design.get("mesh", {}).get("accuracy_of", {})
        # by another program, or of other materials, it is another case
        if case_key(case.design.replace(**{"mesh.accuracy_of": asked})) == old.key:
            out[case.key] = old.key
    return out


def _with_candidates(plan: Plan, ahead: Mapping[str, str]) -> Plan:
    """The plan with all records that each case may have, those of earlier runs first."""

    def named(case: Case) -> Case:
        rounds = case.candidates or ((case.key,) if case.key else ())
        sharpest = ahead.get(rounds[-1]) if rounds else None
        if sharpest is None or sharpest in rounds:
            return case
        return replace(case, candidates=(sharpest, *rounds))

    return replace(plan, cases=tuple(map(named, plan.cases)))


def _sharper(plan: Plan, folder: Path, stuck: set[str]) -> dict[str, Mapping[str, float]]:
    """By key what is to be asked of a case next; metrics asked for before stay."""
    # with the solvers behind them
    from studies.results.decisions import SHARPEST, needs
    from studies.results.results import Results

    designs = {case.key: case.design for case in plan.valid}
    out: dict[str, Mapping[str, float]] = {}
    for key, wanted in needs(Results.of(folder, plan.stored(), as_given=True)).items():
        design = designs.get(key)
        if design is None or key in stuck:
            continue
        asked = dict(design.mesh.accuracy_of)
        for metric, accuracy in wanted.items():
            now = asked.get(metric, _at_first(design, metric))
            # what was asked for before was not enough, and around 0 a bar is no share of the value
            is_new = metric not in asked and accuracy < now
            then = float(f"{max(accuracy if is_new else min(accuracy, now / 2), SHARPEST):.2g}")
            asked[metric] = min(then, now)
        if asked != design.mesh.accuracy_of:
            out[key] = dict(sorted(asked.items()))
    return out


def _at_first(design: Design, metric: str) -> float:
    """The accuracy of a metric in the first round."""
    from studies.solving.adaptive import OTHER_LENGTHS

    is_headline = split(metric).length_um in (None, design.metrics.headline_length_um)
    return DEFAULT_ACCURACY * (1.0 if is_headline else OTHER_LENGTHS)


def _with(plan: Plan, sharper: Mapping[str, Mapping[str, float]], case_key: CaseKey) -> Plan:
    """The plan with some designs made sharper, under keys of their own."""
    keys: dict[str, str] = {}

    def taken(case: Case) -> Case:
        if case.design is None or case.key is None or case.key not in sharper:
            return case
        design = case.design.replace(**{"mesh.accuracy_of": dict(sharper[case.key])})
        if case.key not in keys:
            keys[case.key] = case_key(design)
        candidates = (keys[case.key], *(case.candidates or (case.key,)))
        return replace(case, design=design, key=keys[case.key], candidates=candidates)

    cases = tuple(map(taken, plan.cases))
    return replace(plan, cases=cases, base_key=_mapped(keys, plan.base_key))


def _mapped(keys: Mapping[str, str], key: str | None) -> str | None:
    return key if key is None else keys.get(key, key)


def _without_failed(before: Plan, plan: Plan, folder: Path) -> tuple[Plan, set[str]]:
    """The plan with those cases as before that were not solved again, and their keys."""
    again = {
        new.key: old.key
        for old, new in zip(before.cases, plan.cases, strict=True)
        if old.key is not None and new.key is not None and old.key != new.key
    }
    known = store.statuses(folder, again)
    back = {new: old for new, old in again.items() if known.get(new) != "solved"}
    cases = tuple(
        old if new.key in back else new for old, new in zip(before.cases, plan.cases, strict=True)
    )
    return replace(plan, cases=cases, base_key=_mapped(back, plan.base_key)), set(back.values())


def _settled(plan: Plan, done: Summary, held: Owner | None) -> Summary:
    """Let the folder's plan and table have of every case the record of its last round."""
    with store.locked(done.folder, held):
        there = store.read_plan(done.folder)
        store.write_plan(done.folder, plan.stored())
        if [case.key for case in there.cases] == [case.key for case in plan.cases]:
            return done
        counts = write_table(done.folder)["status"].value_counts()
    return replace(
        done,
        solved=int(counts.get("solved", 0)),
        failed=int(counts.get("failed", 0)),
        invalid=int(counts.get("invalid", 0)),
        pending=int(counts.get("pending", 0)),
    )
