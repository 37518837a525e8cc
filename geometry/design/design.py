"""Design: one bump on one etched pad, as its TOML says it, validated.

A design holds numbers, names and nothing derived by solving. Every key is optional; a missing one
takes the default of its table's schema and is recorded with the result.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, ClassVar

from pydantic import ValidationError, model_validator

from geometry.design.case_keys import declared, rules
from geometry.design.flow import flow, step_of, step_rules
from geometry.design.notes import key_notes, notes
from geometry.design.parameters import override, read_toml
from geometry.design.rules import RULES
from geometry.design.sentences import one_sentence
from geometry.design.values import DesignValues, fit_declared
from geometry.errors import DesignError
from groundwork import printed
from groundwork.pictures import Pictured, beside


class Design(Pictured, DesignValues):
    """A bump design; see ``docs/design-file.md`` for every key.

    Raises
    ------
    DesignError
        For any impossible or unknown value, in one sentence.

    Examples
    --------
    >>> from geometry import Design
    >>> design = Design(variant="full-depth", pad={"thickness_um": 1.5})
    >>> design.depth_um, design.opening_ratio
    (1.5, 0.75)
    >>> deeper = design.replace(**{"pad.thickness_um": 2.0})
    >>> deeper.depth_um
    2.0
    """

    drawn_as: ClassVar[str] = "design"

    def __init__(self, /, **data: Any) -> None:
        flow(), declared()  # with the tables of every step and the keys of every load
        fit_declared()
        try:
            super().__init__(**data)
        except ValidationError as error:
            raise DesignError(_refusal(error, data)) from None

    @model_validator(mode="after")
    def _consistent(self) -> Design:
        for rule in (*step_rules(), *RULES, *rules()):
            refusal = rule(self)
            if refusal is not None:
                raise DesignError("; ".join([refusal, *key_notes(self)[:1]]))
        return self

    # ------------------------------------------------------------------ how it shows itself

    def __repr__(self) -> str:
        films = [
            f"{region.name} ({region.material}"
            + (f", {region.thickness_um:.4g} um)" if region.thickness_um else ")")
            for region in self.regions
        ]
        loads = [name for name in type(self.load).model_fields if getattr(self.load, name)]
        return printed.lines(
            f"Design {self.name}: {self.variant}",
            films=printed.some(films, 12),
            pad=f"{2 * self.pad_radius_um:.4g} um wide, current enters at {self.source_boundary}",
            opening=f"{2 * self.opening_radius_um:.4g} um in the {self.pad_etch.mask}, "
            f"{self.opening_ratio:.4g} of the pad",
            recess=f"{self.depth_um:.4g} of {self.pad.thickness_um:.4g} um" * (self.depth_um > 0),
            loads=printed.some(loads),
            note="; ".join(self.notes()),
        )

    def __str__(self) -> str:
        return repr(self)

    def _repr_html_(self) -> str:
        try:
            return super()._repr_html_()
        except DesignError as error:  # a process step finds out only when it is run
            return beside(printed.lines(repr(self), cannot_be_made=str(error)))

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
        '1000 nm would be 1 um or 1000 angstrom would be 0.1 um)'
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
