"""What state a study shows, and what its model leaves out: read from its designs and loads."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from geometry.design import Design
from studies.labels import capitalized, factor_title, listing
from studies.results import Results
from studies.where import where

MELTING_DEGC = 180.0  # cooled from above this, a solder joint comes from its reflow
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
    what = _either(designs, lambda d: "assembled joint" if d.assembly else "wafer state")
    loads = _either(designs, _history)
    feeds = _either(designs, _feed)
    shears = []
    if any(d.assembly is None for d in designs):
        shears.append("not service shear")
    if any(d.assembly is not None for d in designs):
        shears.append("not thermal cycling, not shear by the board away from the chip's centre")
    if any(d.via is not None and d.via.kind == "discrete" for d in designs):
        shears.append("not crowding at single vias")
    return f"{what} {loads}, elastic, {feeds}: {', '.join(shears)}, not side-trace crowding"


def load_text(results: Results) -> str:
    """The loads in one sentence, and the bump's shape."""
    designs = results.designs
    thermal = _either(designs, lambda d: (
        f"{'Cool-down' if _cools(d) else 'Change of temperature'} from "
        f"{d.load.thermal.stress_free_degc:g} to {d.load.thermal.temperature_degc:g} °C, sides "
        f"{d.load.thermal.lateral}, underside {d.load.thermal.underside}"
    ))  # fmt: skip
    amount = _either(designs, lambda d: f"{d.load.current.current_a:g} A")
    source = _either(designs, _source)
    sinks = {"bump_top": "out of the bump's top", "substrate_pad_rim": "out of the board's pad"}
    sink = _either(designs, lambda d: sinks[d.load.current.sink])
    shape = _either(designs, lambda d: (
        f"{d.bump.method}d, ".replace("printd", "printed") * (d.bump.method != "electroplate")
        + SHAPES[d.bump.shape]
    ))  # fmt: skip
    text = f"{thermal}; {amount} {source} and {sink}. The bump is {shape}."
    varied = [factor_title(path) for path in results.factors if path.startswith("load.")]
    return f"{text} The study varies {listing(varied)}." if varied else text


def not_modelled(results: Results) -> list[tuple[str, str]]:
    """What the model leaves out, where the designs have it."""
    designs = results.designs
    joints = [d for d in designs if d.assembly is not None]
    if not joints:
        shear = "There is no substrate, underfill or board and no temperature cycle, so nothing "
        shear += "shears the joint."
    else:
        shear = "The assembled cell is axisymmetric and there is no temperature cycle: what the "
        shear += "board's other expansion does to joints away from the chip's centre is left out."
    feeds = {d.load.current.source for d in designs}
    enters = {
        "pad_rim": "evenly around the pad's rim", "via_bottom": "evenly through the via's bottom"
    }  # fmt: skip
    evenly = listing((enters[name] for name in enters if name in feeds), "or")
    out = [
        ("Plasticity and creep", "Everything is linear elastic: stresses in metals are an upper "
         "bound. The yielded shares say how much of each metal is concerned."),
        ("Stress from processing", "Films are stress-free at the stated temperature; the intrinsic "
         "stress of sputtered and plated films, and of cured polymers, is left out."),
        ("Service shear", shear),
        ("Side-trace crowding", f"Current enters {evenly}. What a trace on one side adds is in no "
         "value here."),
    ]  # fmt: skip
    if any(d.via is not None and d.via.kind == "discrete" for d in designs):
        out.append(("Single vias", "An axisymmetric section cannot hold them: a ring of vias is an "
                    "annulus of the same area."))  # fmt: skip
    return [*out, *ALWAYS]


def notes(results: Results) -> list[str]:
    """What an engineer should know of the designs, and which cases it is true of."""
    found: dict[str, list[Any]] = {}
    for row in results.solved:
        text = results.entry(row).result.get("flags", {}).get("notes") or ""
        if text:
            found.setdefault(text.strip().rstrip("."), []).append(row)
    out = []
    for note, rows in found.items():
        at = where(rows, results.solved, ["part", *results.factors])
        if at is None:
            at = f"{len(rows)} of {len(results.solved)} cases"
        out.append(capitalized(f"{at or 'all cases'}: {note}."))
    return out


def _history(design: Design) -> str:
    thermal = design.load.thermal
    if _cools(design) and thermal.stress_free_degc >= MELTING_DEGC:
        return "after reflow"
    return f"from {thermal.stress_free_degc:g} to {thermal.temperature_degc:g} °C"


def _cools(design: Design) -> bool:
    return design.load.thermal.temperature_degc < design.load.thermal.stress_free_degc


def _feed(design: Design) -> str:
    via = design.via
    if design.load.current.source == "pad_rim" or via is None:
        return "annular feed"
    return {
        "central": "feed through a central via", "ring": "feed through a via ring",
        "discrete": f"feed through a ring of {via.count} vias",
    }[via.kind]  # fmt: skip


def _source(design: Design) -> str:
    return "into the pad's rim" if design.load.current.source == "pad_rim" else (
        "into the bottom of the via" + ("s" if design.via and design.via.kind == "discrete" else "")
    )  # fmt: skip


def _either(designs: Sequence[Design], of: Callable[[Design], str]) -> str:
    """What is true of the designs, or all that is of any: ``annular feed or feed through ...``."""
    return listing(dict.fromkeys(of(design) for design in designs), "or")
