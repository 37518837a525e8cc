"""What state a study shows, and what its model leaves out: read from its designs and loads."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from geometry.design.design import Design
from studies.loads.load import Load, Physics, loads
from studies.loads.statement import either
from studies.metrics.families import in_words
from studies.results.case_sets import where
from studies.results.results import Results
from studies.wording.labels import capitalized, factor_name, listing

SHAPES = {
    "cylinder": "a cylinder",
    "as-deposited": "as deposited",
    "reflowed": "reflowed to its equilibrium shape",
}

ALWAYS = (
    ("Joule heating", "Temperature is uniform, and life ratios compare at equal temperature."),
    ("Flux divergence", "Current density stands in for electromigration: no voids, no back "
     "stress."),
    ("Pads that are not round", "The cell is axisymmetric; the square cell of the array is a "
     "circle of equal area."),
    ("Grain anisotropy of tin", "Solder is isotropic here; tin crystals are not."),
    ("Wafer bow", "With a periodic side the cell's side stays vertical, which suppresses bow even "
     "where the underside is free."),
    ("The full chip", "It is cut off at the stated thickness."),
    ("Comparison with experiments", "No data on recess depth have been published to compare with."),
)  # fmt: skip


def state(results: Results) -> str:
    """The one line that says what was analysed and what must not be read into it."""
    designs = results.designs
    what = either(designs, lambda d: "assembled joint" if d.assembly else "wafer state")
    stress, current = _states(designs, "thermal_stress"), _states(designs, "current_flow")
    missing = [word for each in _by_physics() for word in each.statement.excludes(designs)]
    text = f"{what} {stress}, elastic, {current}: {', '.join(missing)}"
    for each in _by_physics():
        words = [word for d in designs if (word := each.statement.partly(d))]
        if 0 < len(words) < len(designs):
            said = listing(dict.fromkeys(words), "or")
            text += f"; {said} in {len(words)} of {len(designs)} designs only"
    return text


def _by_physics() -> tuple[Load, ...]:
    return (*loads("thermal_stress"), *loads("current_flow"))


def _states(designs: Sequence[Design], acts_on: Physics) -> str:
    """What all designs are under, load by load."""
    found = [
        either(designs, each.statement.state)
        for each in loads(acts_on)
        if all(each.statement.state(design) for design in designs)
    ]
    return ", ".join(found)


def load_text(results: Results) -> str:
    """The loads in a few sentences, and the bump's shape."""
    designs = results.designs
    said = [each.statement for each in _by_physics()]
    amounts = "; ".join(text for each in said if (text := each.amount(designs)))
    sentences = "".join(each.statement.sentences(designs) for each in loads())
    shape = either(designs, lambda d: (
        f"{d.bump.method}d, ".replace("printd", "printed") * (d.bump.method != "electroplate")
        + SHAPES[d.bump.shape]
    ))  # fmt: skip
    text = f"{amounts}. {sentences}The bump is {shape}."
    varied = [factor_name(path) for path in results.factors if path.startswith("load.")]
    return f"{text} The study varies {listing(varied)}." if varied else text


def not_modelled(results: Results) -> list[tuple[str, str]]:
    """What the model leaves out, where the designs have it."""
    found = (each.statement.left_out(results.designs) for each in _by_physics())
    return [*(one for some in found for one in some), *ALWAYS]


def notes(results: Results) -> list[str]:
    """What an engineer should know of the designs, and which cases it is true of."""
    found: dict[str, list[Any]] = {}
    for row in results.solved:
        text = results.entry(row).result.flags.get("notes") or ""
        if text:
            found.setdefault(in_words(text).strip().rstrip("."), []).append(row)
    out = []
    for note, rows in found.items():
        at = where(rows, results.solved, ["part", *results.factors])
        if at is None:
            at = f"{len(rows)} of {len(results.solved)} cases"
        out.append(capitalized(f"{at or 'all cases'}: {note}."))
    return out
