"""The solution that is reported, those beside it, and the error of every number.

Elastic, at one temperature: the design's graded mesh, or the last of an adapted sequence, with
duals on it, and one mesh beside it for numbers that have none. What is not linear has no duals:
stress where metals yield and creep, temperature where the current heats, what migrates. There the
design is solved again on elements of twice the size and, where it takes time, on the same ones
with a looser tolerance: its twins. The mesh is the one that the linear states of the same body ask
for, whose corners are the same; whether the accuracy is reached is judged by what the numbers
themselves differ.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, field, replace

from geometry import CrossSection, Design, MeshingError, build_cross_section
from geometry.meshing.triangles import Graded, SizeField
from studies.case.inelastic import has_history, is_inelastic
from studies.loads.shipped.heat import is_heated
from studies.loads.shipped.migration import migrates
from studies.metrics import measure
from studies.metrics.registry import Values
from studies.metrics.rough import Beside
from studies.records.record import MeshStep
from studies.solution.solved import Solved, View
from studies.solving import adaptive

COARSE = 2.0  # element size of the second mesh over that of the first
LESS_COARSE = (1.75, 1.5, 1.25)  # the same where a coarser one cannot be made
LOOSER = 4.0  # tolerance of the second history over that of the first


@dataclass(frozen=True)
class Answer:
    """The mesh that is reported, what stands beside it for what has no duals, and the way there.

    Attributes
    ----------
    looser
        The same mesh with a looser tolerance, of what takes time.
    has_twins
        Whether its errors are differences between such solutions.
    adapted_wall_s
        Wall time of an adapted sequence, s.
    """

    fine: Solved
    before: Solved
    coarse_triangles: int
    looser: Solved | None = None
    has_twins: bool = False
    steps: tuple[MeshStep, ...] = ()
    flags: dict[str, bool] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    adapted_wall_s: dict[str, float] | None = None

    @property
    def beside_notes(self) -> tuple[str, ...]:
        """That the mesh beside it is another than usual."""
        ratio = self.before.coarser
        if ratio in (1.0, COARSE):
            return ()
        return (
            f"no mesh of elements {COARSE:g} times as large can be made of this design: errors are "
            f"taken from elements {ratio:g} times as large, whose differences count "
            f"{1 / (ratio - 1):.3g} times",
        )

    @property
    def wall_s(self) -> dict[str, float]:
        """Wall time of all that was solved, s."""
        if self.adapted_wall_s is not None and not self.has_twins:
            return self.adapted_wall_s
        every = [one for one in (self.before, self.fine, self.looser) if one is not None]
        summed = dict(self.adapted_wall_s or {})
        for one in every:
            for name, seconds in one.wall_s.items():
                summed[name] = summed.get(name, 0.0) + seconds
        return summed


def answer(section: CrossSection) -> Answer:
    """Solve a design as it asks for, and what errors need beside it."""
    design = section.design
    if has_history(design) or is_heated(design) or migrates(design):
        return _with_twins(section)
    if design.mesh.accuracy is None:
        return _graded(section, design.mesh.size_factor)
    return _adapted(section, design.mesh.accuracy)


def coarser(section: CrossSection, size: Graded | SizeField) -> Solved:
    """Solved when asked, on elements of twice the size, or of less where such a mesh folds.

    Raises
    ------
    MeshingError
        None that is coarser can be made.
    """
    for ratio in (COARSE, *LESS_COARSE[:-1]):
        with suppress(MeshingError):
            return Solved(section, size, when_asked=True, coarser=ratio)
    return Solved(section, size, when_asked=True, coarser=LESS_COARSE[-1])


def _graded(section: CrossSection, factor: float) -> Answer:
    """The graded mesh, and one of twice the element size."""
    coarse = coarser(section, Graded(factor))
    fine = Solved(section, factor, True)
    return Answer(fine, coarse, int(coarse.mesh.nelements))


def _adapted(section: CrossSection, accuracy: float) -> Answer:
    """Meshes adapted to the headline metrics."""
    adapted = adaptive.adapt(section, accuracy, section.design.mesh.most_unknowns)
    notes = () if adapted.reached else (_missed(accuracy, adapted, section.design),)
    flags = {"accuracy_missed": not adapted.reached}
    before = adapted.before
    if before is None:  # the first mesh was good enough
        before = coarser(section, adapted.solved.size)
    first = adapted.steps[0].triangles
    return Answer(
        adapted.solved, before, first, steps=adapted.steps, flags=flags, notes=notes,
        adapted_wall_s=adapted.wall_s,
    )  # fmt: skip


def _missed(accuracy: float, adapted: adaptive.Adapted, design: Design) -> str:
    """That the accuracy was not reached, in words."""
    closest = min(adapted.steps, key=lambda step: step.share)
    limit = design.mesh.most_unknowns
    within = f"within {limit} unknowns"
    if len(adapted.steps) == adaptive.MOST_MESHES:
        within = f"by {len(adapted.steps)} meshes"
    if closest.unknowns > limit:
        within = f"and no mesh of this design has as few as {limit} unknowns"
    said = "the error of {} is not known"
    if closest.worst is not None:
        said = f"{{}} is known to {closest.worst:.2g} of its size"
    return (
        f"the accuracy of {accuracy:g} was not reached {within}: {said.format(closest.metric)} on "
        f"{closest.unknowns} unknowns"
    )


def _with_twins(section: CrossSection) -> Answer:
    """On the graded mesh, or on the one to which the linear states are adapted, with twins."""
    design = section.design
    size: Graded | SizeField = Graded(design.mesh.size_factor)
    steps: tuple[MeshStep, ...] = ()
    notes: tuple[str, ...] = ()
    wall_s = None
    fine = None
    if (accuracy := design.mesh.accuracy) is not None:
        linear = section
        if has_history(design):
            linear = build_cross_section(_without_history(design))
        adapted = adaptive.adapt(linear, accuracy, design.mesh.most_unknowns)
        if not adapted.reached:
            notes = (f"in the elastic state {_missed(accuracy, adapted, design)}",)
        size, steps, wall_s = adapted.solved.size, adapted.steps, adapted.wall_s
        if linear is section:
            fine = adapted.solved
            wall_s = {name: t - fine.wall_s.get(name, 0.0) for name, t in wall_s.items()}
    if fine is None:
        fine = Solved(section, size, True)
    coarse = coarser(section, size)
    looser = fine.twin(LOOSER) if is_inelastic(design) or migrates(design) else None
    triangles = int(coarse.mesh.nelements)
    return Answer(fine, coarse, triangles, looser, True, steps, notes=notes, adapted_wall_s=wall_s)


def _without_history(design: Design) -> Design:
    """The same at one temperature, elastic."""
    said = design.to_dict()
    for key in ("inelastic", "history", "process", "cycling"):
        said["load"].pop(key, None)
    return Design(**said)


def errors(view: View, found: Answer, values: Values, tails: Values) -> Values:
    """Error of every metric: by duals wherever it has one, else by the metric's own rule."""
    estimated = measure.estimates(view.solved, headline_only=False).of
    looser = None if found.looser is None else found.looser.seen_from("a")
    other, coarse = view.solved.seen_from("b"), found.before.seen_from("a")
    ratio = found.before.coarser if found.before.coarser > 1 else COARSE  # an adapted sequence's
    beside = Beside(other, coarse, looser, found.fine.has_history, ratio)
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
    """An answer with what its numbers say of the accuracy that was asked for.

    Those of twins say all of it; beside duals, that a headline metric has no error at all.
    """
    accuracy = found.fine.section.design.mesh.accuracy
    if accuracy is None:
        return found
    flags, notes = dict(found.flags), found.notes
    state, rest = "in the state without a process", "after the process"
    if not found.fine.has_history:
        state, rest = "at one temperature", "with heat and migration"
    if found.fine.is_inelastic:
        state, rest = "in the elastic state", "after yield and creep"
    if found.has_twins:
        missed = adaptive.step_of(found.fine, values, bars).share > accuracy
        flags = {"accuracy_missed": missed}
        note = (
            f"the mesh is adapted to an accuracy of {accuracy:g} {state}; {rest} "
            "errors say how far each metric is known, and not every headline metric is to that"
        )
        notes = (notes or (note,)) if missed else ()
    headline = adaptive.scales(found.fine, values)
    if not_known := adaptive.unknown({name: values[name] for name in headline}, bars):
        flags["accuracy_missed"] = True
        many = len(not_known) > 1
        unsure = (
            f"the error{'s' if many else ''} of {', '.join(not_known)} {'are' if many else 'is'} "
            f"not known, which counts as outside of the accuracy of {accuracy:g}"
        )
        notes = (*notes, unsure)
    return replace(found, flags=flags, notes=notes)
