"""StudyResults: what a run's folder holds, as tables with units, pictures and grids."""

from __future__ import annotations

import difflib
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

from fem_bump.errors import InputError
from geometry.design.design import Design
from groundwork import printed
from groundwork.pictures import Pictured, beside
from studies.metrics.families import Family
from studies.notebook.tables import units_of, with_units
from studies.results.results import Results, Row

if TYPE_CHECKING:
    import pandas as pd

    from studies.figures.registry import Drawing


@dataclass(frozen=True, repr=False, eq=False)
class StudyResults(Pictured):
    """Results of a study: of a whole run, or of one that goes on or was stopped.

    Attributes
    ----------
    results
        What the report is made of, names as the study gives them.

    Examples
    --------
    >>> from studies import Study
    >>> study = Study.from_dict({
    ...     "name": "one",
    ...     "base": {"mesh": {"size_factor": 8.0}},
    ...     "part": [{"name": "depth", "factors": {"pad_etch.depth_ratio": [0.5]}}],
    ... })
    >>> results = study.run("out", jobs=1)
    >>> found = results.metric("resistance")
    >>> found.columns.tolist(), found.attrs["units"]["resistance_mohm"]
    (['resistance_mohm', 'error_resistance_mohm'], 'mohm')
    >>> round(float(found.loc[0.5, "resistance_mohm"]), 2)
    4.94
    """

    results: Results
    drawn_as: ClassVar[str] = "study results"

    @classmethod
    def load(cls, folder: str | Path) -> StudyResults:
        """Results in the output folder of a run.

        Raises
        ------
        InputError
            When it holds no study.
        """
        return cls(Results.read(Path(folder), as_given=True))

    # ------------------------------------------------------------------ tables

    @property
    def folder(self) -> Path:
        return self.results.folder

    @property
    def table(self) -> pd.DataFrame:
        """One row per case, solved or not, as ``table.csv`` has it, with ``attrs["units"]``."""
        return with_units(self.results.table.copy(), study=self.results.study.name)

    @property
    def units(self) -> dict[str, str]:
        """Unit of every column that has one."""
        units: dict[str, str] = self.table.attrs["units"]
        return units

    @property
    def counts(self) -> dict[str, int]:
        """How many cases are solved, failed, invalid and pending."""
        found = self.results.table["status"].value_counts()
        return {str(status): int(n) for status, n in found.items()}

    @property
    def metrics(self) -> pd.DataFrame:
        """Every metric by the name of its column: title, unit, averaging length, headline."""
        import pandas as pd

        shown = {family.stem for family in self.results.shown}
        rows = {
            column: {
                "title": family.title,
                "unit": units_of([column]).get(column, ""),
                "length_um": length,
                "headline": family.stem in shown and length == self._length(family),
            }
            for family in self.results.families.values()
            for length, column in family.columns().items()
        }
        table = pd.DataFrame.from_dict(rows, orient="index")
        table.index.name = "metric"
        return table

    def metric(self, name: str, part: str | None = None) -> pd.DataFrame:
        """A metric with its error, for every solved case, by what varies.

        Parameters
        ----------
        name
            A column, ``peel_max_ubm_pad_L1_mpa``; without length and unit, ``peel_max_ubm_pad``, it
            is taken at the headline length.
        part
            One part of the study; all of them without.

        Returns
        -------
        pandas.DataFrame
            Columns ``<metric>`` and ``error_<metric>``; the index has the factors, and the part
            where there are several. ``attrs`` say title and units.

        Raises
        ------
        InputError
            For a metric or a part that there is not.
        """
        family, length = self._found(name)
        column = family.column(length)
        rows = self._rows(part)
        several = part is None and len(self.results.parts) > 1
        index = [*(["part"] if several else []), *self._varied(rows)] or ["case"]
        import pandas as pd

        table = pd.DataFrame(
            [[*(row[path] for path in index), *self._value(row, column)] for row in rows],
            columns=[*index, column, f"error_{column}"],
        ).astype({column: float, f"error_{column}": float})
        return with_units(table.set_index(index), title=family.title, study=self._name)

    def compare(self, *metrics: str, length_um: float | None = None) -> pd.DataFrame:
        """The designs side by side, as on the report's first page, and which of them is lowest.

        Parameters
        ----------
        metrics
            As of :meth:`metric`; those that the report is about without.
        length_um
            Averaging length, where a metric has it; the headline length without.

        Returns
        -------
        pandas.DataFrame
            A row per metric; columns (design, "value") and (design, "error"), and at the end
            ("lowest", ""), which names a design only where the numbers carry it at every averaging
            length, beyond their errors. ``attrs`` say what the designs share.
        """
        import pandas as pd

        from studies.report.rules.compared import finding
        from studies.report.words.verdicts import cell

        results = self.results
        families = [self._found(name)[0] for name in metrics] or results.shown_side_by_side
        rows: dict[str, dict[tuple[str, str], Any]] = {}
        for family in families:
            length = length_um if length_um in family.lengths else self._length(family)
            column = family.column(length)
            row = rows[column] = {}
            for entry in results.compared:
                value, error = self._value(entry.row, column)
                row |= {(entry.label, "value"): value, (entry.label, "error"): error}
            row["lowest", ""] = cell(finding(results, family, results.compared).ranking)
        table = pd.DataFrame.from_dict(rows, orient="index")
        if len(table.columns):
            table.columns = pd.MultiIndex.from_tuples(table.columns)
        table.index.name = "metric"
        table.attrs = {"study": self._name, "at": results.base_text, "units": units_of(rows)}
        return table

    def design(self, case: int, part: str | None = None) -> Design:
        """The design of a solved case by its number in its part, the first part without one.

        Raises
        ------
        InputError
            When there is no such case, or it is not solved.
        """
        mine = next(iter(self.results.parts)) if part is None else part
        for row in self._rows(mine):
            if row["case"] == case:
                return self.results.entry(row).design
        raise InputError(f"study '{self._name}' has no solved case {case} in a part '{mine}'")

    def to_xarray(self, part: str | None = None) -> Any:
        """A part whose cases make a grid of its factors, as an ``xarray.Dataset``.

        Needs ``.venv/bin/pip install -e ".[xarray]"``. Factors are the dimensions, metrics and
        their errors the variables, each with ``units`` and ``long_name``; what is not solved is
        NaN.

        Raises
        ------
        InputError
            For several parts and none named, and for cases that make no grid.
        MissingExtra
            Without xarray.
        """
        from studies.notebook.grids import dataset

        return dataset(self.results, part)

    # ------------------------------------------------------------------ pictures and report

    @property
    def figures(self) -> list[str]:
        """Names of the report's figures, for :meth:`drawings`; not every study has each."""
        from studies.figures.registry import FIGURES

        return [figure.name for figure in FIGURES.values()]

    def drawings(self, figure: str, metric: str | None = None) -> Iterator[Drawing]:
        """The pictures of a figure of the report with their captions, one after the other.

        Of a figure that has one per metric, with ``metric`` that one.

        Raises
        ------
        InputError
            For a figure or a metric that there is not.
        """
        from studies.figures.registry import FIGURES

        known = {each.name: each for each in FIGURES.values()}
        if figure not in known:
            raise InputError(f"figure = {figure!r} must be one of {', '.join(known)}")
        about = self._drawn if metric is None else self._about(metric)
        yield from known[figure].draw(about)

    def report(self) -> Path:
        """Write figures and ``report.html`` of the run; its path."""
        from studies.report.page import write_report

        return write_report(self.folder)

    # ------------------------------------------------------------------ how it shows itself

    def __repr__(self) -> str:
        results = self.results
        return printed.lines(
            f"StudyResults of {self._name}: "
            + ", ".join(f"{n} {status}" for status, n in self.counts.items()),
            folder=str(self.folder),
            factors=printed.some(results.factors),
            metrics=printed.some([family.stem for family in results.shown], 4),
            compared=results.base_text,
        )

    def _repr_html_(self) -> str:
        if not self.results.solved:
            return beside(repr(self))
        return beside(repr(self), self.compare().to_html(float_format="{:.4g}".format))

    # ------------------------------------------------------------------ helpers

    @property
    def _name(self) -> str:
        return self.results.study.name

    def _length(self, family: Family) -> float | None:
        return family.at(self.results.headline_um)

    @cached_property
    def _drawn(self) -> Results:
        """The results with names that figures can show."""
        return Results.read(self.folder)

    @cached_property
    def _columns(self) -> dict[str, tuple[Family, float | None]]:
        """Every name that a metric goes by."""
        out = {}
        for family in self.results.families.values():
            out[family.stem] = family, self._length(family)
            out |= {column: (family, length) for length, column in family.columns().items()}
        return out

    def _found(self, name: str) -> tuple[Family, float | None]:
        if name in self._columns:
            return self._columns[name]
        near = difflib.get_close_matches(str(name), self._columns, n=3)
        hint = f"the nearest are {', '.join(near)}" if near else "results.metrics lists them"
        raise InputError(f"metric {name!r} is none of study '{self._name}'; {hint}")

    def _rows(self, part: str | None) -> list[Row]:
        """Solved rows, of one part or of all."""
        if part is not None and part not in self.results.parts:
            known = ", ".join(self.results.parts)
            raise InputError(f"part = {part!r} of study '{self._name}' must be one of {known}")
        return [row for row in self.results.solved if part in (None, row["part"])]

    def _varied(self, rows: list[Row]) -> list[str]:
        """Factors of the parts that rows are of, in their order."""
        of_parts = {path for row in rows for path in self.results.varied.get(row["part"], ())}
        return [path for path in self.results.factors if path in of_parts]

    @staticmethod
    def _value(row: Row, column: str) -> tuple[Any, Any]:
        return row.get(column), row.get(f"error_{column}")

    def _about(self, metric: str) -> Results:
        """The results as of a study that is about one metric."""
        family, length = self._found(metric)
        plan = self._drawn.plan
        study = replace(plan.study, metrics=(family.column(length),))
        return replace(self._drawn, plan=replace(plan, study=study))
