"""Mutations of processes: what is born on a deformed stack, what is taken away, what goes on."""

from __future__ import annotations

from tests.verification.mutants import Mutation

PROCESS = "mechanics/process/history.py"

PROCESSES = (
    Mutation(
        "process: a film that yields counts its strain from the start",
        "mechanics/inelastic/problem.py",
        "return moved - self.births[region] if region in self.births else moved",
        "return moved",
    ),
    Mutation(
        "process: an elastic film holds on to the strain of before",
        "mechanics/inelastic/step.py",
        "np.add.at(load, number[number >= 0], force[number >= 0])",
        "np.add.at(load, number[number >= 0], 0.0)",
    ),
    Mutation(
        "process: stress of a film without its birth",
        "mechanics/harmonic_stress.py",
        "out[:, here] -= stress_of(",
        "out[:, here] -= 0.0 * stress_of(",
    ),
    Mutation(
        "process: sign of an intrinsic stress",
        PROCESS,
        "initial_strain=-intrinsic_mpa * (1 - poisson) / young",
        "initial_strain=intrinsic_mpa * (1 - poisson) / young",
    ),
    Mutation(
        "process: intrinsic stress as of a bar",
        PROCESS,
        "initial_strain=-intrinsic_mpa * (1 - poisson) / young",
        "initial_strain=-intrinsic_mpa / young",
    ),
    Mutation(
        "process: all films are born at the first stage's temperature",
        PROCESS,
        "free[region] = stage.degc",
        "free[region] = stages[0].degc",
    ),
    Mutation(
        "process: new nodes on a tied side lie where it was drawn",
        PROCESS,
        "out[both[~old[both]]] = out[both[old[both]][0]]",
        "out[both[~old[both]]] = 0.0",
    ),
    Mutation(
        "process: a change of the body forgets what has flowed",
        PROCESS,
        "points[k], bubbles[k] = before.points[j], before.at.bubbles[j]",
        "bubbles[k] = before.at.bubbles[j]",
    ),
    Mutation(
        "process: what was etched away goes on pulling",
        PROCESS,
        "names = [name for name in free if name not in stage.removes] + list(stage.adds)",
        "names = list(free) + list(stage.adds)",
    ),
    Mutation(
        "process: metal that was worked is as new",
        "mechanics/process/worked.py",
        "out[here, KEPT:] = _worked(",
        "_worked(",
        tests=(
            "tests/fem_bump/mechanics/test_process_history.py::"
            "test_metal_that_was_worked_yields_at_what_it_has_hardened_to",
        ),
    ),
)
