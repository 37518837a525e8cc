"""The solution that is reported, those beside it, and the error of every number.

Elastic: the design's graded mesh, or the last of an adapted sequence, with duals on it, and one
mesh beside it for numbers that have none. Where metals yield and creep stress has no duals: the
history is solved again on elements of twice the size, and on the same ones with a looser tolerance.
Their mesh is the one that the elastic state of the same body asks for, whose corners are the same;
whether the accuracy is reached is judged by what the history's own numbers differ.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from geometry import CrossSection, Design, build_cross_section
from geometry.meshing.triangles import Graded, SizeField
from studies.case.inelastic import is_inelastic
from studies.metrics import measure
from studies.metrics.registry import Values
from studies.metrics.rough import Beside
from studies.records.record import MeshStep
from studies.solution.solved import Solved, View
from studies.solving import adaptive

COARSE = 2.0  # element size of the second mesh over that of the first
LOOSER = 4.0  # tolerance of the second history over that of the first


@dataclass(frozen=True)
class Answer:
    """The mesh that is reported, what stands beside it for what has no duals, and the way there.

    Attributes
    ----------
    looser
        The same mesh with a looser tolerance, of a history.
    adapted_wall_s
        Wall time of an adapted sequence, s.
    """

    fine: Solved
    before: Solved
    coarse_triangles: int
    looser: Solved | None = None
    steps: tuple[MeshStep, ...] = ()
    flags: dict[str, bool] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    adapted_wall_s: dict[str, float] | None = None

    @property
    def wall_s(self) -> dict[str, float]:
        """Wall time of all that was solved, s."""
        if self.adapted_wall_s is not None and self.looser is None:
            return self.adapted_wall_s
        every = [one for one in (self.before, self.fine, self.looser) if one is not None]
        summed = dict(self.adapted_wall_s or {})
        for name in self.fine.wall_s:
            summed[name] = summed.get(name, 0.0) + sum(one.wall_s[name] for one in every)
        return summed


def answer(section: CrossSection) -> Answer:
    """Solve a design as it asks for, and what errors need beside it."""
    design = section.design
    if is_inelastic(design):
        return _over_time(section)
    if design.mesh.accuracy is None:
        return _graded(section, design.mesh.size_factor)
    return _adapted(section, design.mesh.accuracy)


def _graded(section: CrossSection, factor: float) -> Answer:
    """The graded mesh, and one of twice the element size."""
    coarse = Solved(section, COARSE * factor, when_asked=True)
    fine = Solved(section, factor, True)
    return Answer(fine, coarse, int(coarse.mesh.nelements))


def _adapted(section: CrossSection, accuracy: float) -> Answer:
    """Meshes adapted to the headline metrics."""
    adapted = adaptive.adapt(section, accuracy, section.design.mesh.most_unknowns)
    notes = () if adapted.reached else (_missed(accuracy, adapted, section.design),)
    flags = {"accuracy_missed": not adapted.reached}
    before = adapted.before
    if before is None:  # the first mesh was good enough
        before = Solved(section, adapted.solved.size.times(COARSE), when_asked=True)
    first = adapted.steps[0].triangles
    return Answer(adapted.solved, before, first, None, adapted.steps, flags, notes, adapted.wall_s)


def _missed(accuracy: float, adapted: adaptive.Adapted, design: Design) -> str:
    """That the accuracy was not reached, in words."""
    closest = min(adapted.steps, key=lambda step: step.worst)
    limit = design.mesh.most_unknowns
    within = f"within {limit} unknowns"
    if len(adapted.steps) == adaptive.MOST_MESHES:
        within = f"by {len(adapted.steps)} meshes"
    if closest.unknowns > limit:
        within = f"and no mesh of this design has as few as {limit} unknowns"
    return (
        f"the accuracy of {accuracy:g} was not reached {within}: {closest.metric} is known to "
        f"{closest.worst:.2g} of its size on {closest.unknowns} unknowns"
    )


def _over_time(section: CrossSection) -> Answer:
    """A history on the graded mesh, or on the one to which the elastic state is adapted."""
    design = section.design
    size: Graded | SizeField = Graded(design.mesh.size_factor)
    steps: tuple[MeshStep, ...] = ()
    notes: tuple[str, ...] = ()
    wall_s = None
    if (accuracy := design.mesh.accuracy) is not None:
        elastic = build_cross_section(design.replace(**{"load.inelastic": False}))
        adapted = adaptive.adapt(elastic, accuracy, design.mesh.most_unknowns)
        if not adapted.reached:
            notes = (f"in the elastic state {_missed(accuracy, adapted, design)}",)
        size, steps, wall_s = adapted.solved.size, adapted.steps, adapted.wall_s
    fine = Solved(section, size, True)
    coarse = Solved(section, size.times(COARSE), when_asked=True)
    looser = Solved(section, size, when_asked=True, looser=LOOSER)
    triangles = int(coarse.mesh.nelements)
    return Answer(fine, coarse, triangles, looser, steps, notes=notes, adapted_wall_s=wall_s)


def errors(view: View, found: Answer, values: Values, tails: Values) -> Values:
    """Error of every metric: by duals wherever it has one, else by the metric's own rule."""
    estimated = measure.estimates(view.solved, headline_only=False).of
    looser = None if found.looser is None else found.looser.seen_from("a")
    beside = Beside(view.solved.seen_from("b"), found.before.seen_from("a"), looser)
    out: Values = {}
    for known in measure.taken(view):
        name = known.metric.name(known.place)
        value, tail = values[name], tails.get(name)
        if value is None:
            out[name] = None
        elif name in estimated:
            out[name] = adaptive.bar(estimated[name]) + (tail or 0.0)
        else:
            out[name] = measure.other_error(known, view, beside, value, tail, out)
    return out


def judged(found: Answer, values: Values, bars: Values) -> Answer:
    """A history's answer with what its own numbers say of the accuracy that was asked for."""
    accuracy = found.fine.section.design.mesh.accuracy
    if found.looser is None or accuracy is None:
        return found
    missed = adaptive.step_of(found.fine, values, bars).worst > accuracy
    note = (
        f"the mesh is adapted to an accuracy of {accuracy:g} in the elastic state; after yield and "
        "creep errors say how far each metric is known, and not every headline metric is to that"
    )
    notes = (found.notes or (note,)) if missed else ()
    return replace(found, flags={"accuracy_missed": missed}, notes=notes)
