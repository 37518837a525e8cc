"""A study to its records and its table: what is stored is kept, the rest is solved.

By processes of this machine (:mod:`studies.runs.processes`), or by workers of a cluster
(:mod:`studies.runs.cluster`). A bug of theirs propagates, after what is finished has been stored.
"""

from __future__ import annotations

import logging
import os
import time
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Literal

from fem_bump.errors import InputError
from studies.case.input_notes import notes_of_designs
from studies.plan.cases import Case, Plan, impossible, make_plan
from studies.plan.study import DECIDE, Study, load_study
from studies.plan.study_files import WrittenStudy, study_files
from studies.records import provenance, store
from studies.records.machine import kept_safe
from studies.records.owner import Owner
from studies.results.table_files import write_table
from studies.runs import CASE_TIMEOUT_S
from studies.runs.cluster import check_address, solved_on
from studies.runs.finished import Summary
from studies.runs.memory import check_limit
from studies.runs.processes import EVALUATOR, Limits, case_key_of, module_of, solved_here
from studies.runs.progress import Progress
from studies.runs.told import Told
from studies.runs.workers import load_ahead

LOG = logging.getLogger("studies")


def run_study(
    study_file: str | Path | WrittenStudy,
    folder: str | Path | None = None,
    *,
    jobs: int | None = None,
    scheduler: str | None = None,
    case_timeout_s: float = CASE_TIMEOUT_S,
    case_memory_mb: float | None = None,
    on_failure: Literal["stop", "continue"] = "continue",
    evaluator: str = EVALUATOR,
    progress: Progress | None = None,
    plan: Plan | None = None,
    say_notes: bool = True,
    wanted: Callable[[Case], bool] | None = None,
    held: Owner | None = None,
) -> Summary:
    """Solve what is not yet solved of a study and write its results table.

    Parameters
    ----------
    study_file
        The study's TOML: its file, or a study that is in none.
    folder
        Output folder; ``results/<study name>`` by default. A run found there is resumed.
    jobs
        Worker processes; as many as there are processors by default.
    scheduler
        Address of a Dask scheduler whose workers solve, ``tcp://host:port``, and which sees the
        folder on a disk that all share.
    case_timeout_s
        Wall time that one case may take.
    case_memory_mb
        Resident memory that its process may hold, in 10^6 bytes; without a limit by default.
    on_failure
        ``stop`` starts no further case after the first that failed.
    evaluator
        ``module:function`` that solves one design and gives plain data in the layout of a
        :class:`~studies.records.record.Result`; the module's ``case_key`` names a design.
    plan
        The study's, with its cases as a round has them (:mod:`studies.runs.rounds`).
    say_notes
        Whether to say what is noted of the designs' input; of later rounds it has been said.
    wanted
        Which cases are solved; by default all. The others are left as they are.
    held
        Where this process holds the folder: as its owner.

    Raises
    ------
    InputError, DesignError
        For a mistake in the study, a folder that holds another one, a scheduler that cannot be
        reached or has no worker that fits.
    MissingExtra
        For a scheduler without the package ``distributed``.
    StorageError
        When the disk is full, or the folder can no longer be written; the message says what is
        stored.
    """
    if jobs is not None and jobs < 1:
        raise InputError(f"jobs = {jobs} must be a whole number of at least 1")
    if scheduler is not None:
        if jobs is not None:
            raise InputError(
                f"jobs = {jobs} counts processes of this machine; leave it out with a scheduler, "
                "whose workers count"
            )
        check_address(scheduler)
    if not case_timeout_s > 0:
        raise InputError(f"--case-timeout = {case_timeout_s:g} must be a number of seconds above 0")
    check_limit(case_memory_mb)
    began, started = time.monotonic(), provenance.now()
    study = plan.study if plan is not None else load_study(study_file)
    folder = folder_of(study, folder)
    load_solvers(evaluator, folder, scheduler)
    plan = plan or make_plan(study, case_key_of(evaluator))
    files = study_files(study_file)
    stored = plan.stored()
    store.check_same_study(folder, stored)
    notes = notes_of_designs(plan.designs) if say_notes else []
    for note in notes:
        LOG.warning("note: %s", note)
    with store.locked(folder, held) as owner, kept_safe(lambda: _what_is_stored(plan, folder)):
        store.claim(folder, stored, files.text, files.inputs)
        todo = unsolved(plan, folder, discard=True)
        found = len({case.key for case in plan.valid}) - len(todo)
        if wanted is not None:
            keys = {case.key for case in plan.valid if wanted(case)}
            todo = [case for case in todo if case.key in keys]
        # records of earlier and later rounds fit no case either
        in_rounds = plan.study.accuracy == DECIDE
        if not in_rounds:
            store.warn_of_unused(folder, stored)
        session = provenance.Session(
            started=started,
            environment=provenance.environment(),
            jobs=jobs,
            case_timeout_s=case_timeout_s,
            case_memory_mb=case_memory_mb,
            on_failure=on_failure,
        )
        provenance.record_session(folder, session)
        # of a cluster they come and go
        workers = 0 if scheduler else min(jobs or os.cpu_count() or 1, max(len(todo), 1))
        told = Told(progress or Progress(), folder, found, workers)
        told.start(len(plan.cases), len(todo))
        solved_now = tried = 0
        limits = Limits(case_timeout_s, case_memory_mb)
        if scheduler is None:
            ended = solved_here(todo, folder, workers, limits, evaluator)
        else:
            ended = solved_on(scheduler, todo, owner, limits, evaluator, told.case_started)
        try:
            with closing(ended):
                for tried, (case, record) in enumerate(ended, 1):
                    owner.check()
                    solved_now += record.status == "solved"
                    told.case_done(tried, case, record)
                    if record.status == "failed" and on_failure == "stop":
                        break
        except KeyboardInterrupt:
            told.interrupted = True
        finally:
            # also on the way out with a bug: the table shows what is stored
            told.stop()
            store.remove_unfinished_fields(folder)  # of workers that were stopped
            table = write_table(folder)
            counts = table["status"].value_counts()
            solved, failed, invalid, pending = (
                int(counts.get(status, 0)) for status in ("solved", "failed", "invalid", "pending")
            )
            summary = Summary(
                folder,
                rows=len(table),
                solved=solved,
                failed=failed,
                invalid=invalid,
                pending=pending,
                solved_now=solved_now,
                found_stored=found,
                wall_s=time.monotonic() - began,
                interrupted=told.interrupted,
                notes=notes,
                left=len(todo) - tried,
            )
            unsaid = ("folder", "notes", "left")
            shown = {k: v for k, v in vars(summary).items() if k not in unsaid}
            last = replace(session, jobs=workers or None, finished=provenance.now(), **shown)
            provenance.record_session(folder, last)
    if summary.invalid == summary.rows:
        first = plan.cases[0].label if plan.cases[0].factors else f"part '{plan.cases[0].part}'"
        reason = table["reason"].iloc[0]
        raise InputError(impossible(plan.study.name, summary.rows, first, reason))
    return summary


def folder_of(study: Study, folder: str | Path | None) -> Path:
    """The output folder of a study: the one that is said, or that of its name."""
    return Path(folder) if folder is not None else Path("results") / study.name


def load_solvers(evaluator: str, folder: Path, scheduler: str | None) -> None:
    """Have solvers loaded for workers of this machine while the cases are listed.

    Not where a folder has records: there may be nothing left to solve.
    """
    if scheduler is None and not store.has_records(folder):
        load_ahead(module_of(evaluator))


def _what_is_stored(plan: Plan, folder: Path) -> str:
    """How much of a run that cannot go on is safe."""
    each = [(case.key or "", *case.candidates) for case in plan.valid]
    statuses = store.statuses(folder, (key for keys in each for key in keys))
    solved = sum(any(statuses.get(key) == "solved" for key in keys) for keys in each)
    return (
        f"{solved} of {len(plan.cases)} cases are solved and stored in '{folder}'; the same "
        "command resumes the run"
    )


def unsolved(plan: Plan, folder: Path, discard: bool = False) -> list[Case]:
    """One case for every design that has no final record; failed ones are tried again.

    A design that keeps its fields counts as unsolved while they are missing.
    """
    by_key: dict[str, Case] = {}
    for case in plan.valid:
        assert case.key is not None
        first = by_key.setdefault(case.key, case)
        if case.keep_fields and not first.keep_fields:
            by_key[case.key] = case
    kept = store.fields_of(folder, (key for key, case in by_key.items() if case.keep_fields))
    statuses = store.statuses(folder, by_key, discard)
    todo = []
    for key, case in by_key.items():
        status = statuses.get(key)
        wants_fields = case.keep_fields and key not in kept
        if status != "invalid" and (status != "solved" or wants_fields):
            todo.append(case)
    return todo
