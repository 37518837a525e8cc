"""Mutations of fronts, their surrogates' further points and their percentiles."""

from __future__ import annotations

from tests.verification.mutants import Mutation

SEARCH = "tests/studies/optimum/test_front_search.py"
FRONTS = "tests/studies/optimum/test_confirmed_fronts.py"

OPTIMUM = (
    Mutation(
        "front: bars of the other design dropped",
        "optimum/stands.py",
        "_beats(high, low)[is_allowed]",
        "_beats(high, high)[is_allowed]",
        package="studies",
        tests=(f"{SEARCH}::test_designs_within_bars_are_not_told_apart",),
    ),
    Mutation(
        "front: what is to be large is made small",
        "optimum/question.py",
        'return 1.0 if self.sense == "min" else -1.0',
        "return 1.0",
        package="studies",
        tests=(f"{FRONTS}::test_every_point_of_a_front_is_a_solved_case",),
    ),
    Mutation(
        "front: solves not compared with predictions",
        "optimum/rounds.py",
        "off[k] = max(off[k], abs(value - mean) / allowed if allowed else 0.0)",
        "off[k] = 0.0",
        package="studies",
        tests=(f"{FRONTS}::test_a_surrogate_that_is_off_is_found_out",),
    ),
    Mutation(
        "front: percentile on the better side",
        "optimum/robust.py",
        "np.percentile(values, percent, axis=1",
        "np.percentile(values, 100 - percent, axis=1",
        package="studies",
        tests=(f"{FRONTS}::test_a_percentile_is_taken_over_what_scatters_and_solved_there",),
    ),
    Mutation(
        "further points: not learned",
        "reliability/study/surrogates.py",
        "fitted = np.concatenate([sample[:MOST_FITTED], further])",
        "fitted = sample[:MOST_FITTED]",
        package="studies",
        tests=(
            "tests/studies/reliability/test_study_limits.py::"
            "test_further_points_teach_the_surrogate_and_are_not_counted",
        ),
    ),
)
