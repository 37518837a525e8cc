"""A study whose accuracy is ``decide``: every case once, then again what leaves a ranking open.

Every round is a run of its own on the same folder. What it is to solve follows from the records of
the rounds before alone (:mod:`studies.results.decisions`): neither the order in which cases end nor
the number of workers matters, and a run that was broken off goes through the same rounds, each
record found stored. A case is solved again with a sharper accuracy of some metrics, which makes it
another design with a record of its own; the plan, and so the table, has the sharpest.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from geometry.design.design import Design
from studies.metrics.names import split
from studies.plan.cases import Case, Plan, make_plan
from studies.plan.study import DECIDE, DEFAULT_ACCURACY, load_study
from studies.plan.study_files import WrittenStudy
from studies.records import store
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
    **options: Any,
) -> Summary:
    """Run a study, in rounds where its accuracy is what the decisions need.

    Parameters are those of :func:`studies.runs.runner.run_study`. Of a study in rounds the summary
    counts rows of the final table, and all designs solved now.
    """
    study = load_study(study_file)
    if study.accuracy != DECIDE:
        return runner.run_study(study_file, folder, evaluator=evaluator, **options)
    case_key = case_key_of(evaluator)
    done = runner.run_study(study_file, folder, evaluator=evaluator, **options)
    first, spent = done, [done]
    plan, stuck, goes_on = make_plan(study, case_key), set[str](), _is_whole(done)
    while goes_on and (sharper := _sharper(plan, done.folder, stuck)):
        LOG.warning(
            "%d of %d designs leave a ranking open and are solved again",
            len(sharper),
            len({case.key for case in plan.valid}),
        )
        before, plan = plan, _with(plan, sharper, case_key)
        done = runner.run_study(study_file, folder, evaluator=evaluator, plan=plan, **options)
        spent.append(done)
        goes_on = _is_whole(done)
        plan, back = _without_failed(before, plan, done.folder)
        if back:
            stuck |= back
            done = _shown(plan, done)
    return replace(
        done,
        solved_now=sum(one.solved_now for one in spent),
        found_stored=first.found_stored,
        notes=first.notes,
        wall_s=sum(one.wall_s for one in spent),
    )


def _is_whole(done: Summary) -> bool:
    return not done.interrupted and not done.pending


def _sharper(plan: Plan, folder: Path, stuck: set[str]) -> dict[str, Mapping[str, float]]:
    """By key what is to be asked of a case next; metrics asked for before stay."""
    # with the solvers behind them
    from studies.results.decisions import SHARPEST, needs
    from studies.results.results import Results

    designs = {case.key: case.design for case in plan.valid}
    out: dict[str, Mapping[str, float]] = {}
    for key, wanted in needs(Results.read(folder, as_given=True)).items():
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
        return replace(case, design=design, key=keys[case.key])

    cases = tuple(map(taken, plan.cases))
    return replace(plan, cases=cases, base_key=_mapped(keys, plan.base_key))


def _mapped(keys: Mapping[str, str], key: str | None) -> str | None:
    return key if key is None else keys.get(key, key)


def _without_failed(before: Plan, plan: Plan, folder: Path) -> tuple[Plan, set[str]]:
    """The plan with those cases as before that were not solved again, and their keys."""
    back: dict[str, str] = {}
    for old, new in zip(before.cases, plan.cases, strict=True):
        if old.key is not None and new.key is not None and old.key != new.key:
            record = store.read_record(folder, new.key)
            if record is None or record.status != "solved":
                back[new.key] = old.key
    cases = tuple(
        old if new.key in back else new for old, new in zip(before.cases, plan.cases, strict=True)
    )
    return replace(plan, cases=cases, base_key=_mapped(back, plan.base_key)), set(back.values())


def _shown(plan: Plan, done: Summary) -> Summary:
    """Let the folder's plan and table be those of a plan whose records are there."""
    with store.locked(done.folder):
        store.write_plan(done.folder, plan.stored())
        counts = write_table(done.folder)["status"].value_counts()
    return replace(
        done,
        solved=int(counts.get("solved", 0)),
        failed=int(counts.get("failed", 0)),
        invalid=int(counts.get("invalid", 0)),
        pending=int(counts.get("pending", 0)),
    )
