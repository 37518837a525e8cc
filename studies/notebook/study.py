"""Study: a sweep as one runs it from Python, on the runner of the command line."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, Literal

from fem_bump.errors import InputError
from geometry.design.design import Design
from groundwork import printed
from groundwork.pictures import Pictured
from studies.notebook.results import StudyResults
from studies.notebook.tables import with_units
from studies.plan.cases import make_plan
from studies.plan.study import DECIDE, Part, find_file, load_study
from studies.plan.study import Study as StudyFile
from studies.plan.study_files import WrittenStudy, study_files
from studies.runs import CASE_TIMEOUT_S
from studies.wording.levels import level, texts

if TYPE_CHECKING:
    import pandas as pd

MOST_LEVELS = 8  # of a factor, listed one by one


class Study(Pictured):
    """A study: a base design, what varies, and what becomes of it when it is run.

    Made by :meth:`load` from a file or the name of a shipped study, by :meth:`from_dict` from data
    laid out like such a file; both judge it at once.

    Parameters
    ----------
    given
        A study's file, or one that is in none.

    Raises
    ------
    InputError, DesignError
        For any mistake in it, in one sentence.

    Examples
    --------
    >>> from studies import Study
    >>> study = Study.from_dict({
    ...     "name": "depths",
    ...     "part": [{"name": "depth", "factors": {"pad_etch.depth_ratio": [0.0, 0.5, 1.0]}}],
    ... })
    >>> study.cases["pad_etch.depth_ratio"].tolist()
    [0.0, 0.5, 1.0]
    >>> Study.load("recess").name
    'recess'

    ``study.run()`` solves what is not solved yet and gives :class:`StudyResults`.
    """

    drawn_as: ClassVar[str] = "study"

    def __init__(self, given: Path | WrittenStudy) -> None:
        self._given = given
        self._study = load_study(given)
        # without keys, which would take the solver's sources
        self._plan = make_plan(self._study, lambda design: "")

    @classmethod
    def load(cls, study: str | Path) -> Study:
        """A study of a TOML file, or one that is shipped, by its name.

        Raises
        ------
        InputError, DesignError
            When there is no such study, and for any mistake in it.
        """
        return cls(find_file("study", str(study)))

    @classmethod
    def from_dict(cls, data: Mapping[str, Any], folder: str | Path = ".") -> Study:
        """A study of data in the layout of its file.

        Parameters
        ----------
        data
            ``name``, ``base``, ``part`` and so on; NumPy's arrays may stand for lists, and a
            :class:`~geometry.design.design.Design` for the base.
        folder
            What ``base_file`` and ``cases_csv`` are relative to.

        Raises
        ------
        InputError, DesignError
            For any mistake in it, and for what no TOML file can say.
        """
        plain = {k: v.to_dict() if isinstance(v, Design) else v for k, v in data.items()}
        return cls(WrittenStudy.of(plain, folder))

    # ------------------------------------------------------------------ what it says

    @property
    def name(self) -> str:
        return self._study.name

    @property
    def title(self) -> str:
        return self._study.title

    @property
    def question(self) -> str:
        """What it is to answer."""
        return self._study.question.strip()

    @property
    def text(self) -> str:
        """Its TOML, as the command line takes it."""
        return study_files(self._given).text

    @property
    def file(self) -> StudyFile:
        """What its file says, checked."""
        return self._study

    @property
    def base(self) -> Design:
        """The base design, or the first case that is one where the base by itself is none."""
        return self._plan.base

    @property
    def cases(self) -> pd.DataFrame:
        """Every case: part, number in it, factors, and why it is impossible if it is."""
        import pandas as pd

        rows = [
            {"part": case.part, "case": case.number, **case.factors, "reason": case.reason}
            for case in self._plan.cases
        ]
        factors = dict.fromkeys(path for case in self._plan.cases for path in case.factors)
        table = pd.DataFrame(rows, columns=["part", "case", *factors, "reason"])
        return with_units(table, study=self.name)

    def design(self, case: int, part: str | None = None) -> Design:
        """The design of a case by its number in its part, the first part without one.

        Raises
        ------
        InputError
            When there is no such case, or it is impossible.
        """
        mine = self.file.part[0].name if part is None else part
        for found in self._plan.cases:
            if (found.part, found.number) == (mine, case):
                if found.design is None:
                    raise InputError(f"case {case} of part '{mine}' is no design: {found.reason}")
                return found.design
        raise InputError(f"study '{self.name}' has no case {case} in a part '{mine}'")

    # ------------------------------------------------------------------ run

    def run(
        self,
        out: str | Path | None = None,
        *,
        jobs: int | None = None,
        case_timeout_s: float = CASE_TIMEOUT_S,
        on_failure: Literal["stop", "continue"] = "continue",
        progress: bool = True,
        evaluator: str | None = None,
    ) -> StudyResults:
        """Solve what is not solved yet, in processes of their own; a run found there is resumed.

        The same as ``fem-bump run`` but for the report, which ``results.report()`` writes.

        Parameters
        ----------
        out
            Output folder; ``results/<name>`` by default.
        jobs
            Worker processes; as many as there are processors by default.
        case_timeout_s
            Wall time that one case may take.
        on_failure
            ``stop`` starts no further case after the first that failed.
        progress
            Show a bar, in a notebook or on a terminal.
        evaluator
            ``module:function`` that solves one design in place of the program's own.

        Raises
        ------
        InputError, DesignError
            For a mistake in the study, or a folder that holds another one.
        KeyboardInterrupt
            After what is solved has been stored; the same call goes on from there.
        """
        from studies.runs.bars import bar_where_seen
        from studies.runs.processes import EVALUATOR
        from studies.runs.rounds import run_rounds

        done = run_rounds(
            self._given,
            out,
            jobs=jobs,
            case_timeout_s=case_timeout_s,
            on_failure=on_failure,
            evaluator=EVALUATOR if evaluator is None else evaluator,
            progress=bar_where_seen() if progress else None,
        )
        if done.interrupted:
            raise KeyboardInterrupt("what is solved is stored; the same call resumes the run")
        return StudyResults.load(done.folder)

    # ------------------------------------------------------------------ how it shows itself

    def __repr__(self) -> str:
        count = len(self._plan.cases)
        impossible = count - len(self._plan.valid)
        text = printed.lines(
            f"Study {self.name}: {count} cases" + f", {impossible} impossible" * (impossible > 0),
            title=self.title,
            question=self.question,
            accuracy=_shown(self._study.accuracy),
        )
        parts = (f"  part {part.name}: {self._varied(part)}" for part in self._study.part)
        return "\n".join([text, *parts])

    def _varied(self, part: Part) -> str:
        """What a part varies, with its levels or their range."""
        cases = [case for case in self._plan.cases if case.part == part.name]
        said = []
        for path in dict.fromkeys(path for case in cases for path in case.factors):
            found = [case.factors[path] for case in cases if path in case.factors]
            shown = list(dict.fromkeys(texts(found)))
            if len(shown) > MOST_LEVELS:
                shown = [f"{shown[0]} to {shown[-1]}, {len(shown)} levels"]
            said.append(f"{path} = {', '.join(shown)}")
        fixed = [f"{path} = {level(value)}" for path, value in part.set.items()]
        title = f"{part.title}; " if part.title else ""
        return f"{title}{len(cases)} cases, " + "; ".join([*said, *fixed])


def _shown(accuracy: float | str) -> str:
    """An accuracy as people say it; empty where there is none."""
    if accuracy == DECIDE:
        return "what decides"
    return f"{100 * float(accuracy):g} %" if accuracy else ""
