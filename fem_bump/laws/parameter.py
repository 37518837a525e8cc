"""Parameters of laws: numbers, tables over degC or functions of degC, and what each may be."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from fem_bump.errors import InputError
from fem_bump.materials.film_yield import FilmYield
from fem_bump.materials.property import is_table, parsed, plain, unchecked

ON_A_PATH = 33  # temperatures at which functions are tried between two given ones


@dataclass(frozen=True)
class Parameter:
    """One parameter of a law.

    Attributes
    ----------
    above, least, most
        Limits of its value at every temperature; ``above`` itself is excluded.
    default
        Its value where none is given; None: it must be given.

    Examples
    --------
    >>> from fem_bump.laws import Parameter
    >>> limit = Parameter("yield_mpa", "MPa", above=0.0)
    >>> limit.name, limit.unit
    ('yield_mpa', 'MPa')
    """

    name: str
    unit: str
    above: float = -np.inf
    least: float = -np.inf
    most: float = np.inf
    default: float | None = None

    @property
    def rule(self) -> str:
        """What its value must be, in words."""
        rules = [f"above {self.above:g}"] if np.isfinite(self.above) else []
        rules += [f"at least {self.least:g}"] if np.isfinite(self.least) else []
        rules += [f"at most {self.most:g}"] if np.isfinite(self.most) else []
        return " and ".join(rules) or "finite"

    def check(self, owner: str, values: np.ndarray, degc: np.ndarray | None = None) -> None:
        """Refuse the first of some values that is out of the limits."""
        ok = np.isfinite(values) & (values > self.above)
        ok &= (values >= self.least) & (values <= self.most)
        if not ok.all():
            at = "" if degc is None else f" at {degc[~ok][0]:g} degC"
            unit = "" if self.unit == "1" else f" {self.unit}"
            raise InputError(
                f"{owner}: {self.name} = {values[~ok][0]:g}{unit}{at} must be {self.rule}"
            )

    def at(self, owner: str, value: Any, degc: np.ndarray) -> np.ndarray:
        """Values at temperatures, checked."""
        found = unchecked(owner, self.name, value, degc)
        self.check(owner, found, degc)
        return found


def parameter_values(
    owner: str, parameters: Sequence[Parameter], args: tuple[Any, ...], given: Mapping[str, Any]
) -> dict[str, Any]:
    """Parameters as given, by place or by name, in the form that they are evaluated in.

    Raises
    ------
    InputError
        For a parameter that is missing, unknown, given twice or out of its limits.
    """
    names = [parameter.name for parameter in parameters]
    if len(args) > len(names):
        raise InputError(f"{owner} takes {len(names)} parameters, not {len(args)}")
    values = dict(zip(names, args, strict=False))
    for name, value in given.items():
        if name not in names:
            raise InputError(f"{owner}: parameter '{name}' is unknown; it has {', '.join(names)}")
        if name in values:
            raise InputError(f"{owner}: parameter '{name}' is given twice")
        values[name] = value
    out = {}
    for parameter in parameters:
        value = values.get(parameter.name, parameter.default)
        if value is None:
            raise InputError(
                f"{owner}: parameter {parameter.name} ({parameter.unit}) is missing; it must be "
                f"{parameter.rule}"
            )
        value = out[parameter.name] = parsed(owner, parameter.name, value)
        if is_table(value):
            parameter.check(owner, *np.transpose(value)[::-1])
        elif not callable(value):
            parameter.check(owner, np.array([value]))
    return out


def record(value: Any, degc: Sequence[float] = (-55.0, 25.0, 125.0, 217.0)) -> Any:
    """A parameter as plain data: a function by its name and some values."""
    if isinstance(value, FilmYield):
        film = {**asdict(value), "range_um": list(value.range_um)}
        return {**film, "value_mpa": record(value.value_mpa, degc)}
    if not callable(value):
        return plain(value)
    named = value if hasattr(value, "__qualname__") else type(value)
    samples: list[list[float | None]] = []
    for t in degc:
        try:
            samples.append([t, float(unchecked("law", "", value, np.array(t)))])
        except InputError:  # outside of what the function was made for
            samples.append([t, None])
    return {"function": f"{named.__module__}.{named.__qualname__}", "samples": samples}
