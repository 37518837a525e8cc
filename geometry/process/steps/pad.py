"""The pad on the dielectric, and the trace that may feed it on one side."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from geometry.design import quantities as kinds
from geometry.design.flow import Region, Table, step_of
from geometry.design.rules import THINNEST_PAD_UM, only_with_feed
from geometry.design.schema import Name, Section
from geometry.design.values import DesignValues
from geometry.process import operations as process
from geometry.process.operations import MERGE_UM, Stack
from geometry.process.step import (
    Corner,
    Interface,
    Line,
    Point,
    Stage,
    always,
    process_step,
    under_ubm,
)


class Pad(Section):
    material: Name = "Al-0.5Cu"
    diameter_um: kinds.Width = 80.0
    thickness_um: kinds.PadThickness = 1.0
    feed: Literal["rim", "trace", "via"] = "rim"


class Trace(Section):
    """Trace that meets the pad's rim on one side, at theta = 0.

    It stands for the arc through which current enters the pad and, where a length is given, for a
    resistance in series; its own metal is in no region. ``thickness_um`` and ``material`` are the
    pad's where they are None.
    """

    width_um: kinds.Width = 20.0
    length_um: kinds.TraceLength = 0.0
    thickness_um: kinds.PadThickness | None = None
    material: Name | None = None


def trace_belongs_to_the_feed(d: DesignValues) -> str | None:
    return only_with_feed(d, "trace", d.trace)


def trace_meets_the_pad(d: DesignValues) -> str | None:
    trace, pad = d.trace, d.pad
    if trace is None:
        return None
    if not trace.width_um < pad.diameter_um:
        return (
            f"trace.width_um = {trace.width_um:g} must be above 0 and smaller than "
            f"pad.diameter_um = {pad.diameter_um:g}{step_of('trace')}"
        )
    if trace.thickness_um is None or trace.thickness_um == pad.thickness_um:
        return None
    if trace.thickness_um > pad.thickness_um - THINNEST_PAD_UM:
        return (
            f"trace.thickness_um = {trace.thickness_um:g} must be pad.thickness_um = "
            f"{pad.thickness_um:g}, or at least {THINNEST_PAD_UM:g} um less: the pad's rim holds "
            f"it{step_of('trace')}"
        )
    return None


def regions(d: DesignValues) -> list[Region]:
    whole = d.pad.thickness_um
    under_recess = whole - d.depth_um
    element = under_recess if under_recess > 0 else whole
    return [Region("pad", d.pad.material, "pad", thickness_um=whole, element_um=element)]


def boundaries(line: Line, d: DesignValues) -> Iterator[str]:
    """The pad's outer face, and the part of it that a thin trace meets."""
    if line.outer or "pad" not in line.sides or not line.stands_at(d.pad_radius_um):
        return
    yield "pad_rim"
    trace = d.trace_thickness_um
    if trace is not None and max(line.p[1], line.q[1]) < trace + 2 * MERGE_UM:
        yield "trace_end"


def nodes(d: DesignValues) -> list[Point]:
    """The top of a trace that is thinner than the pad."""
    if d.source_boundary != "trace_end":
        return []
    assert d.trace_thickness_um is not None
    return [(d.pad_radius_um, d.trace_thickness_um)]


@process_step(
    "pad",
    tables={
        "pad": Table("pad", Pad, always=True),
        "trace": Table("trace", Trace, said=True, asked_by=("pad.feed", "trace")),
    },
    after=("via",),
    rules=(trace_belongs_to_the_feed, trace_meets_the_pad),
    regions=regions,
    interfaces=(under_ubm("pad", rank=0, scarred=True, current=always),),
    cracks=(under_ubm("pad", rank=0), Interface("pad", "dielectric", rank=2)),
    corners=lambda d: [Corner(d.pad_radius_um, "pad rim")],
    colours={"pad": "#e8a33d"},
    boundaries=boundaries,
    nodes=nodes,
)
def pad(d: DesignValues) -> list[Stage]:
    """Deposited and patterned in one."""

    def apply(stack: Stack) -> Stack:
        stack = process.deposit(stack, "pad", d.pad.material, d.pad.thickness_um)
        return process.trim(stack, "pad", d.pad_radius_um)

    return [Stage("pad on dielectric", apply, regions(d)[0].text)]
