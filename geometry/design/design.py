"""Design: one bump on one etched pad, as its TOML says it, validated.

A design holds numbers, names and nothing derived by solving. Every key is optional; a missing one
takes the default of its table's schema and is recorded with the result.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pydantic import ValidationError, model_validator

from geometry.design.case_keys import declared
from geometry.design.flow import flow, step_of
from geometry.design.notes import key_notes, notes
from geometry.design.parameters import override, read_toml
from geometry.design.rules import RULES
from geometry.design.sentences import one_sentence
from geometry.design.values import DesignValues, fit_declared
from geometry.errors import DesignError


class Design(DesignValues):
    """A bump design; see ``docs/design-file.md`` for every key.

    Raises
    ------
    DesignError
        For any impossible or unknown value, in one sentence.
    """

    def __init__(self, /, **data: Any) -> None:
        flow(), declared()  # with the tables of every step and the keys of every load
        fit_declared()
        try:
            super().__init__(**data)
        except ValidationError as error:
            raise DesignError(_refusal(error, data)) from None

    @model_validator(mode="after")
    def _consistent(self) -> Design:
        steps = (rule for step in flow() for rule in step.rules)
        for rule in (*steps, *RULES, *(rule for keys in declared() for rule in keys.rules)):
            refusal = rule(self)
            if refusal is not None:
                raise DesignError("; ".join([refusal, *key_notes(self)[:1]]))
        return self

    # ------------------------------------------------------------------ in and out

    @classmethod
    def from_toml(cls, path: str | Path, /, **by_path: Any) -> Design:
        """Read a design from a TOML file, with dotted paths replaced before anything is judged.

        Raises
        ------
        DesignError
            When the file cannot be read, is no TOML, or is no valid design.
        """
        return cls(**override(read_toml(path), by_path))

    def to_dict(self) -> dict[str, Any]:
        """Everything the design says, defaults included, as plain data in the TOML's layout."""
        return self.model_dump(mode="json", by_alias=True)

    def replace(self, /, **by_path: Any) -> Design:
        """A new design with dotted paths replaced: ``replace(**{"pad.thickness_um": 2.0})``."""
        return Design(**override(self.to_dict(), by_path))

    def notes(self) -> list[str]:
        """Possible values that no bump credibly has, a sentence each, with the unit that slipped.

        Examples
        --------
        >>> Design(pad={"thickness_um": 1000.0}).notes()[0].split(" (")[1]
        '1000 nm would be 1 um)'
        """
        return notes(self)


def _refusal(error: ValidationError, data: Mapping[str, Any]) -> str:
    """The first mistake in a design's data, with the process step that it makes impossible."""
    first = error.errors()[0]
    cause = first.get("ctx", {}).get("error")
    if isinstance(cause, DesignError):
        return str(cause)
    step = step_of(str(first["loc"][0])) if first["loc"] else ""
    return one_sentence(error, Design, data) + step
