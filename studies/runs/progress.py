"""What a run tells while it goes on."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from studies.plan.cases import Case
    from studies.records.record import CaseRecord


class Progress:
    """What a caller may want to show; this one shows nothing."""

    def start(self, cases: int, to_solve: int) -> None:
        """The plan is known: rows of the table, and designs that have to be solved."""

    def case_done(self, done: int, case: Case, record: CaseRecord) -> None:
        """One more design is stored."""

    def stop(self) -> None:
        """Nothing more will come."""
