"""A load: a flat die presses the top of a bump that stands alone.

The top moves down by a depth and stays plane; along its face it is free.
"""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from geometry.design.quantities import um
from studies.loads.load import load
from studies.loads.templates import templates

Depth = Annotated[float, Field(strict=True, ge=0.0, le=100.0, allow_inf_nan=False), um(1e-3, 2)]


class Press(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    depth_um: Depth = 0.1


def stands_alone(d):
    if d.load.press is None or d.assembly is None:
        return None
    return "[load.press] presses a bump's own top, which an [assembly] covers; leave out one"


def in_report(results):
    """What a report finds of it; loaded with the report's words, which a solve does not need."""
    from studies.report.words.loads import LoadSection

    depths = [d.load.press.depth_um for d in results.designs if d.load.press is not None]
    if not depths:
        return None
    text = f"The deepest press moves the bump's top by {max(depths):g} µm."
    return LoadSection("The press: how deep", [text], summary=[text])


@load(
    "press",
    acts_on="thermal_stress",
    schema=Press,
    rules=(stands_alone,),
    titles={"load.press.depth_um": "depth of the press (µm)"},
    statement=templates(
        state="pressed from above",
        called="a press",
        absent=("not the die's own give",),
        sentence="A die presses the bump's top down by {depth_um} µm.",
        left_out=(("The die", "It is rigid and without friction."),),
    ),
    section=in_report,
)
def press(section, model):
    return {"prescribed_um": {"bump_top": {"z": -section.design.load.press.depth_um}}}
