"""What state a study shows, and what its model leaves out: read from its designs and loads."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from geometry.design.design import Design
from geometry.design.schema import ShearLoad
from studies.case.design_materials import lateral_displacement_um
from studies.metrics.families import in_words
from studies.results.case_sets import where
from studies.results.results import Results
from studies.wording.labels import capitalized, factor_name, listing

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
    sheared = [d for d in designs if d.load.shear is not None]
    if len(sheared) == len(designs):
        loads += ", sheared by the board"
    side = [d for d in designs if d.trace is not None]
    missing = []
    if any(d.assembly is None and d.load.shear is None for d in designs):
        missing.append("not service shear")
    if any(d.assembly is not None or d.load.shear is not None for d in designs):
        missing.append("not thermal cycling")
    if any(d.assembly is not None and d.load.shear is None for d in designs):
        missing.append("not shear by the board away from the chip's centre")
    if sheared:
        missing.append("not creep")
    if not side:
        missing.append("not side-trace crowding")
    text = f"{what} {loads}, elastic, {feeds}: {', '.join(missing)}"
    for found, word in ((sheared, "shear by the board"), (side, "a side trace")):
        if 0 < len(found) < len(designs):
            text += f"; {word} in {len(found)} of {len(designs)} designs only"
    return text


def load_text(results: Results) -> str:
    """The loads in a few sentences, and the bump's shape."""
    designs = results.designs
    thermal = _either(designs, lambda d: (
        f"{'Cool-down' if _cools(d) else 'Change of temperature'} from "
        f"{d.load.thermal.stress_free_degc:g} to {d.load.thermal.temperature_degc:g} °C, sides "
        f"{d.load.thermal.lateral}, underside {d.load.thermal.underside}"
    ))  # fmt: skip
    amount = _either(designs, lambda d: f"{d.load.current.current_a:g} A")
    shape = _either(designs, lambda d: (
        f"{d.bump.method}d, ".replace("printd", "printed") * (d.bump.method != "electroplate")
        + SHAPES[d.bump.shape]
    ))  # fmt: skip
    text = f"{thermal}; {amount}, {_electrons(designs)}. {_terminals(designs)}{_shear(designs)}"
    text += f"The bump is {shape}."
    varied = [factor_name(path) for path in results.factors if path.startswith("load.")]
    return f"{text} The study varies {listing(varied)}." if varied else text


def not_modelled(results: Results) -> list[tuple[str, str]]:
    """What the model leaves out, where the designs have it."""
    designs = results.designs
    out = [
        ("Plasticity and creep", "Everything is linear elastic: stresses in metals are an upper "
         "bound. The yielded shares say how much of each metal is concerned."),
        ("Stress from processing", "Films are stress-free at the stated temperature; the intrinsic "
         "stress of sputtered and plated films, and of cured polymers, is left out."),
    ]  # fmt: skip
    if any(d.load.shear is None for d in designs):
        out.append(("Service shear", _without_shear(designs)))
    if any(d.load.shear is not None for d in designs):
        out.append(("What limits the shear", _with_shear(designs)))
    if any(d.trace is None for d in designs):
        out.append(("Side-trace crowding", _without_trace(designs)))
    if any(d.trace is not None for d in designs):
        out.append(("The trace itself", "Current enters the pad evenly over the trace's width and "
                    "thickness: crowding inside the trace and at its neck is left out. Its length "
                    "counts as a resistance in series only."))  # fmt: skip
    if any(d.discrete_vias is not None for d in designs):
        out.append(("Single vias", "For the stress a ring of vias is an annulus of the same volume "
                    "of metal. For the current each via is a sector of its own area, fed evenly: "
                    "crowding inside a via is left out."))  # fmt: skip
    return [*out, *ALWAYS]


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


def _history(design: Design) -> str:
    thermal = design.load.thermal
    if _cools(design) and thermal.stress_free_degc >= MELTING_DEGC:
        return "after reflow"
    return f"from {thermal.stress_free_degc:g} to {thermal.temperature_degc:g} °C"


def _cools(design: Design) -> bool:
    return design.load.thermal.temperature_degc < design.load.thermal.stress_free_degc


def _feed(design: Design) -> str:
    via = design.via
    if design.trace is not None:
        return "feed by a trace on one side"
    if via is None:
        return "annular feed"
    return {
        "central": "feed through a central via", "ring": "feed through a via ring",
        "discrete": f"feed through a ring of {via.count} vias",
    }[via.kind]  # fmt: skip


def _entry(design: Design) -> str:
    """Where the current meets what is meshed, on the chip's side."""
    if design.discrete_vias is not None:
        return "the tops of the vias"
    return "the pad's rim" if design.via is None else "the bottom of the via"


def _electrons(designs: Sequence[Design]) -> str:
    """Where electrons go in and out: what decides which end of the solder is the cathode."""
    ends = {"bump_top": "the bump's top", "substrate_pad_rim": "the board's pad"}
    said = []
    for flow in dict.fromkeys(d.load.current.electron_flow for d in designs):
        mine = [d for d in designs if d.load.current.electron_flow == flow]
        pad, board = _either(mine, _entry), _either(mine, lambda d: ends[d.load.current.sink])
        into, out = (pad, board) if flow == "into-bump" else (board, pad)
        said.append(f"electrons into {into} and out of {out}")
    return listing(said, "or")


def _terminals(designs: Sequence[Design]) -> str:
    """The trace or the vias that feed the pad, with their sizes."""
    text = ""
    traced = [d for d in designs if d.trace is not None]
    if traced:
        widths = _amounts([d.trace.width_um for d in traced if d.trace], "µm")
        thick = _either(traced, lambda d: (
            "as thick as the pad" if d.trace_thickness_um == d.pad.thickness_um
            else f"{d.trace_thickness_um:g} µm thick"
        ))  # fmt: skip
        lengths = [d.trace.length_um for d in traced if d.trace]
        series = (
            f"{_amounts(lengths, 'µm')} of it ({_either(traced, lambda d: str(d.trace_material))}) "
            "count as a resistance in series" if any(lengths) else "its own resistance not counted"
        )  # fmt: skip
        text += f"A trace {widths} wide and {thick} meets the pad's rim on one side, {series}. "
    rings = [v for d in designs if (v := d.discrete_vias) is not None]
    if rings:
        counts = listing((f"{n}" for n in sorted({v.count for v in rings})), "or")
        sizes, circles = (
            _amounts([getattr(v, name) for v in rings], "µm")
            for name in ("diameter_um", "circle_diameter_um")
        )
        text += (
            f"A ring of {counts} vias, {sizes} in diameter on a circle of {circles}, feeds the "
            "pad, each as a sector of its own area, their resistance in series. "
        )
    return text


def _shear(designs: Sequence[Design]) -> str:
    """What the board does to the joint."""
    sheared = [d for d in designs if d.load.shear is not None]
    if not sheared:
        return ""
    moved = _amounts([abs(lateral_displacement_um(d)) for d in sheared], "µm")
    by_mismatch = [d for d in sheared if _load(d).dnp_um is not None]
    text = f"The board ({_either(sheared, lambda d: str(d.board_material))}) "
    if by_mismatch:
        distances = [_load(d).dnp_um or 0.0 for d in by_mismatch]
        text += (
            f"shears the joint at {_amounts(distances, 'µm')} from the chip's neutral point: it "
        )
    inwards = {lateral_displacement_um(d) < 0 for d in sheared if lateral_displacement_um(d)}
    way = ""
    if len(inwards) == 1:
        way = ", towards the neutral point" if inwards.pop() else ", away from the neutral point"
    text += f"shifts by {moved} against the chip{way}"
    if by_mismatch:
        shares = [_load(d).mismatch_share for d in by_mismatch]
        whole = "the free mismatch, none of it taken by underfill or bending of the board"
        text += f" ({whole})" if set(shares) == {1.0} else (
            f" ({_amounts([100 * share for share in shares], '%')} of the free mismatch; underfill "
            "and bending of the board take the rest)"
        )  # fmt: skip
    return f"{text}, through {_either(sheared, _counter_face)}. "


def _counter_face(design: Design) -> str:
    """What moves the far end of the bump."""
    if design.assembly is not None:
        return "its substrate's back"
    stiffness = _load(design).counter_stiffness_mpa_per_um
    return "a rigid face" if stiffness is None else f"an elastic foundation of {stiffness:g} MPa/µm"


def _without_shear(designs: Sequence[Design]) -> str:
    mine = [d for d in designs if d.load.shear is None]
    some = _some(len(mine), len(designs))
    if all(d.assembly is None for d in mine):
        return (
            f"{some}There is no substrate, underfill or board and no temperature cycle, so nothing "
            "shears the joint."
        )
    return (
        f"{some}The assembled cell is axisymmetric and there is no temperature cycle: what the "
        "board's other expansion does to joints away from the chip's centre is left out."
    )


def _with_shear(designs: Sequence[Design]) -> str:
    mine = [d for d in designs if d.load.shear is not None]
    whole = all(_load(d).mismatch_share == 1.0 and _load(d).displacement_um is None for d in mine)
    text = _some(len(mine), len(designs))
    text += (
        "The shear is one elastic step without a temperature cycle, so its stress is proportional "
        "to the distance to the neutral point. Solder that creeps or yields limits the force on "
        "the joint; that is left out."
    )
    if whole:
        text += (
            " The whole free mismatch reaches the joint: underfill and bending of the board, which "
            "take a share of it, count only through load.shear.mismatch_share, which is 1 here."
        )
    return text


def _without_trace(designs: Sequence[Design]) -> str:
    mine = [d for d in designs if d.trace is None]
    enters = {
        "pad_rim": "evenly around the pad's rim", "via_bottom": "evenly through the via's bottom",
        "via_footprint": "through the vias",
    }  # fmt: skip
    feeds = {d.load.current.source for d in mine}
    way = listing((enters[name] for name in enters if name in feeds), "or")
    some = _some(len(mine), len(designs))
    return f"{some}Current enters {way}. What a trace on one side adds is in no value here."


def _some(some: int, every: int) -> str:
    return "" if some == every else f"In {some} of {every} designs: "


def _load(design: Design) -> ShearLoad:
    load = design.load.shear
    assert load is not None
    return load


def _amounts(values: Sequence[float], unit: str) -> str:
    """Different amounts in order: ``10, 20 or 40 µm``; from more than four the ends."""
    texts = list(dict.fromkeys(f"{value:.3g}" for value in sorted(values)))
    if len(texts) > 4:
        return f"{texts[0]} to {texts[-1]} {unit}"
    return f"{listing(texts, 'or')} {unit}"


def _either(designs: Sequence[Design], of: Callable[[Design], str]) -> str:
    """What is true of the designs, or all that is of any: ``annular feed or feed through ...``."""
    return listing(dict.fromkeys(of(design) for design in designs), "or")
