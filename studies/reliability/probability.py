"""The probability that a limit state fails, by one of several methods, with an honest interval."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fem_bump.errors import AnalysisError, InputError, is_number
from studies.reliability import first_order
from studies.reliability.design_points import DesignPoints, find_design_points, origin_fails
from studies.reliability.importance_sampling import importance_sampling, search
from studies.reliability.limit_state import LimitState
from studies.reliability.monte_carlo import Estimate, monte_carlo, precise
from studies.reliability.result import FailureProbability, ReliabilityWarning
from studies.reliability.standard_space import openturns, standard_space
from studies.reliability.subset import subset_sampling
from studies.reliability.surrogate.learning import learned_probability

Array = NDArray[np.float64]
METHODS = ("auto", "form", "sorm", "monte carlo", "importance sampling", "subset", "surrogate")
MOST_EVALUATIONS = 1_000_000
FEWEST_EVALUATIONS = 10
FREQUENT = 0.1  # probability from which Monte Carlo is cheaper than to search first


def failure_probability(
    g: Callable[[Array], Any],
    inputs: Any,
    method: str = "auto",
    tolerance: float = 0.05,
    seed: int = 1,
    most_evaluations: int = MOST_EVALUATIONS,
) -> FailureProbability:
    """The probability of g < 0 over random inputs.

    The same seed gives the same answer, whatever the state of OpenTURNS' own generator, which is
    left as it was.

    Parameters
    ----------
    g
        The limit state: takes inputs (n, d), gives (n,); failure where it is negative. nan where it
        is not known: the interval then holds whatever it may be there.
    inputs
        A joint distribution of OpenTURNS, of dimension d: with any copula, discrete and constant
        inputs among them.
    method
        ``"monte carlo"``, ``"importance sampling"``, ``"subset"``; ``"form"`` and ``"sorm"`` from
        design points alone, with the interval that these leave; ``"auto"``: Monte Carlo where
        failure and survival are frequent, else importance sampling, which is Monte Carlo where no
        failure is found; ``"surrogate"`` for a g that takes minutes: 200 evaluations at most, and
        the interval holds what the surrogate that they teach does not know.
    tolerance
        Half-width of the 95 % interval over the probability, or over 1 - probability where that is
        smaller.
    seed
        Of all random numbers.
    most_evaluations
        How many points may be evaluated; where that is too few for the tolerance the interval is as
        wide as it is, with a warning.

    Raises
    ------
    InputError
        For a mistake in an argument.
    AnalysisError
        When g has no number anywhere.
    groundwork.extras.MissingExtra
        Without OpenTURNS.

    Warns
    -----
    ReliabilityWarning
        When the interval is wider than asked for by a method of samples.

    Examples
    --------
    >>> import openturns as ot
    >>> from studies.reliability import failure_probability
    >>> strength_and_load = ot.JointDistribution([ot.Normal(4.0, 1.0), ot.Normal(2.0, 1.0)])
    >>> found = failure_probability(lambda x: x[:, 0] - x[:, 1], strength_and_load)
    >>> low, high = found.interval
    >>> bool(low < 0.0786496 < high), found.method
    (True, 'importance sampling')
    """
    _check(method, tolerance, seed, most_evaluations)
    with _own_random_numbers(seed):
        space = standard_space(inputs)
        state = LimitState(g, space, most_evaluations)
        if not space.dimension:
            return _certain(state)
        rng = np.random.default_rng(seed)
        _first_look(state)
        found = _found_by(method, state, rng, tolerance)
    if found.notes:
        warnings.warn("; ".join(found.notes), ReliabilityWarning, stacklevel=2)
    return found


def _check(method: str, tolerance: float, seed: int, most_evaluations: int) -> None:
    if method not in METHODS:
        raise InputError(f"method = {method!r} must be one of {', '.join(METHODS)}")
    if not is_number(tolerance) or not 0 < tolerance < 1:
        raise InputError(f"tolerance = {tolerance!r} must be a number between 0 and 1")
    if type(seed) is not int or seed < 0:
        raise InputError(f"seed = {seed!r} must be a whole number of at least 0")
    if type(most_evaluations) is not int or most_evaluations < FEWEST_EVALUATIONS:
        raise InputError(
            f"most_evaluations = {most_evaluations!r} must be a whole number of at least "
            f"{FEWEST_EVALUATIONS}"
        )


@contextmanager
def _own_random_numbers(seed: int) -> Iterator[None]:
    """OpenTURNS' generator seeded inside, and as it was outside."""
    generator = openturns().RandomGenerator
    before = generator.GetState()
    generator.SetSeed(seed % 2**31)
    try:
        yield
    finally:
        generator.SetState(before)


def _first_look(g: LimitState) -> None:
    """A few points, from which a g that takes no arrays is found out: not as many as inputs."""
    count = 4 if g.space.inputs == 3 else 3
    g(np.linspace(-0.5, 0.5, count)[:, None] * np.ones((1, g.dimension)))


def _certain(g: LimitState) -> FailureProbability:
    """Of inputs none of which varies."""
    value = float(g(np.empty((1, 0)))[0])
    if np.isnan(value):
        raise AnalysisError("g has no number at the only point that the inputs have")
    fails = float(value < 0)
    nothing = np.empty((0, g.space.inputs))
    return FailureProbability(fails, (fails, fails), "certain", 1, None, None, nothing)


def _found_by(
    method: str, g: LimitState, rng: np.random.Generator, tolerance: float
) -> FailureProbability:
    if method in ("form", "sorm"):
        return _by_planes(method, g, rng)
    if method == "auto":
        method = _choice(g, rng)
    points: DesignPoints | None = None
    if method == "monte carlo":
        estimate = monte_carlo(g, rng, tolerance)
    elif method == "subset":
        estimate = subset_sampling(g, rng, tolerance)
    elif method == "surrogate":
        estimate = learned_probability(g, rng, tolerance, _sampled)
    else:
        method, estimate, points = _around_design_points(g, rng, tolerance)
    return _told(method, g, estimate, points, tolerance)


def _around_design_points(
    g: LimitState, rng: np.random.Generator, tolerance: float
) -> tuple[str, Estimate, DesignPoints]:
    """Importance sampling, or Monte Carlo where no failure is found."""
    with g.reserved(g.left // 2):
        points, met = search(g, rng)
    if len(points.points) or len(met):
        found = importance_sampling(g, rng, tolerance, points, met)
        return "importance sampling", found, points
    return "monte carlo", monte_carlo(g, rng, tolerance), points


def _sampled(g: LimitState, rng: np.random.Generator, tolerance: float) -> Estimate:
    """As ``"auto"`` does it; the design points in the place of a single failed one."""
    if _choice(g, rng) == "monte carlo":
        return monte_carlo(g, rng, tolerance)
    _, found, points = _around_design_points(g, rng, tolerance)
    return replace(found, failed=points.points) if len(points.points) else found


def _choice(g: LimitState, rng: np.random.Generator) -> str:
    """Monte Carlo where a small sample has failures and survivals enough.

    Also where it does not do as the origin mostly does, around which there is then an island: no
    design point is where the rest is likely.
    """
    values = g(rng.standard_normal((min(1000, max(g.left // 10, 1)), g.dimension)))
    known = values[~np.isnan(values)]
    failed = float((known < 0).mean()) if len(known) else 0.0
    island = (failed > 0.5) != origin_fails(g)
    frequent = FREQUENT <= failed <= 1 - FREQUENT
    return "monte carlo" if frequent or island else "importance sampling"


def _by_planes(method: str, g: LimitState, rng: np.random.Generator) -> FailureProbability:
    points = find_design_points(g, rng, origin_fails(g), np.empty((0, g.dimension)))
    notes: tuple[str, ...] = ()
    if method == "form":
        probability = first_order.first_order(points)
    else:
        probability, notes = first_order.second_order(g, points)
    if not len(points.points):
        notes = (f"no design point was found in {g.evaluations} evaluations: nothing is known",)
    elif not points.complete:
        notes += (f"{g.most_evaluations} evaluations do not reach for the whole search of points",)
    interval = first_order.bounds(points)
    if g.space.steps:
        interval = (0.0, 1.0)
        notes += ("inputs have steps, across which gradients say nothing: samples bound it",)
    return FailureProbability(
        probability,
        interval,
        method,
        g.evaluations,
        *_design_points(g, points.points, points.normals),
        notes,
    )


def _told(
    method: str, g: LimitState, estimate: Estimate, points: DesignPoints | None, tolerance: float
) -> FailureProbability:
    if g.unknown == g.evaluations:
        raise AnalysisError(f"g had no number at any of {g.evaluations} points")
    notes = []
    low, high = estimate.interval
    if g.unknown:
        notes.append(
            f"g had no number at {g.unknown} of {g.evaluations} points, which may have failed or "
            "not; the interval takes in both"
        )
    if not precise(estimate.interval, estimate.probability, tolerance):
        notes.append(
            f"{g.evaluations} evaluations leave {low:.3g} to {high:.3g}, which is wider than "
            f"tolerance = {tolerance:g} asks for; most_evaluations = {g.most_evaluations}"
        )
    if points is not None and len(points.points):
        where = _design_points(g, points.points, points.normals)
    else:
        where = _design_points(g, estimate.failed, estimate.failed)
    return FailureProbability(
        estimate.probability, estimate.interval, method, g.evaluations, *where, tuple(notes)
    )


def _design_points(
    g: LimitState, points: Array, normals: Array
) -> tuple[Array | None, Array | None, Array]:
    """The nearest point as inputs, each input's share in it, and all points as inputs."""
    physical = g.space.to_inputs(points)
    if not len(points):
        return None, None, physical
    nearest = points[0] if np.linalg.norm(points[0]) > 1e-6 else normals[0]
    shares = g.space.scores(nearest) ** 2
    return physical[0], shares / shares.sum(), physical
