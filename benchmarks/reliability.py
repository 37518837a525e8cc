"""How often intervals hold the probability of failure where that is known, by method.

    python benchmarks/reliability.py [--seeds 400] [--tolerance 0.05] [--problem NAME] [METHOD ...]

Of each limit state of the tests: the share of seeds whose 95 % interval holds the probability, the
mean of the estimates over it, evaluations. Rows of a table, as Markdown has them.
"""

from __future__ import annotations

import argparse
import sys
import warnings
from pathlib import Path

import numpy as np

ROOT = Path(__file__).resolve().parents[1]
for place in (ROOT, ROOT / "tests" / "helpers"):
    sys.path.insert(0, str(place))

from limit_states import known  # noqa: E402

from studies.reliability import ReliabilityWarning, failure_probability  # noqa: E402
from studies.reliability.probability import METHODS, MOST_EVALUATIONS  # noqa: E402


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", type=int, default=400)
    parser.add_argument("--tolerance", type=float, default=0.05)
    parser.add_argument("--most", type=int, default=MOST_EVALUATIONS)
    parser.add_argument("--problem", action="append")
    parser.add_argument("methods", nargs="*", default=[*METHODS])
    asked = parser.parse_args()
    warnings.simplefilter("ignore", ReliabilityWarning)
    print("| limit state | method | holds | estimates over truth | evaluations |")
    print("|---|---|---|---|---|")
    for name, problem in known().items():
        if asked.problem and name not in asked.problem:
            continue
        for method in asked.methods:
            found = [
                failure_probability(
                    problem.g, problem.inputs, method, asked.tolerance, seed, asked.most
                )
                for seed in range(asked.seeds)
            ]
            held = [one.interval[0] <= problem.probability <= one.interval[1] for one in found]
            ratio = np.mean([one.probability for one in found]) / problem.probability
            count = np.mean([one.evaluations for one in found])
            print(
                f"| {name} | {method} | {100 * np.mean(held):.1f} % | {ratio:.4f} | {count:.3g} |",
                flush=True,
            )


if __name__ == "__main__":
    main()
