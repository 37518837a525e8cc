"""A load from outside the packages: a flat die presses the top of a bump that stands alone.

Not part of the program: what another package would write. The top moves down by a depth and stays
plane; along its face it is free.
"""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from geometry.design.quantities import um
from studies.loads.load import load
from studies.loads.statement import Statement, amounts, some_of

Depth = Annotated[float, Field(strict=True, ge=0.0, le=100.0, allow_inf_nan=False), um(1e-3, 2)]


class Press(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    depth_um: Depth = 0.1


def stands_alone(d):
    if d.load.press is None or d.assembly is None:
        return None
    return "[load.press] presses a bump's own top, which an [assembly] covers; leave out one"


def excludes(designs):
    return ["not the die's own give"] if pressed(designs) else []


def sentences(designs):
    depths = [d.load.press.depth_um for d in pressed(designs)]
    return f"A die presses the bump's top down by {amounts(depths, 'µm')}. " if depths else ""


def left_out(designs):
    found = pressed(designs)
    if found:
        yield "The die", f"{some_of(len(found), len(designs))}It is rigid and without friction."


def pressed(designs):
    return [d for d in designs if d.load.press is not None]


@load(
    "press",
    acts_on="thermal_stress",
    schema=Press,
    rules=(stands_alone,),
    titles={"load.press.depth_um": "depth of the press (µm)"},
    statement=Statement(
        state=lambda d: "" if d.load.press is None else "pressed from above",
        partly=lambda d: "" if d.load.press is None else "a press",
        excludes=excludes,
        sentences=sentences,
        left_out=left_out,
    ),
)
def press(section, model):
    return {"prescribed_um": {"bump_top": {"z": -section.design.load.press.depth_um}}}
