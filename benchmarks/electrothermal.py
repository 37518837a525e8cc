"""A current with the temperature that it causes, over the same current alone.

Default partial-depth design, rim feed and trace, chip's underside at 100 degC: ``electrothermal``
at currents that heat by less than 1 K and by about 50 K, over one ``current_flow`` with its power.
From a model that is there; medians of a few rounds, taken in turn.
"""

import argparse
import statistics
import time
from functools import partial

from common import Problem

from fem_bump import current_flow, electrothermal
from geometry import Design, build_cross_section

HELD = {"chip_bottom": 100.0}
CURRENTS_A = {"rim": (0.3, 5.0), "trace": (0.3, 2.9)}


def seconds(job) -> tuple[float, object]:
    start = time.perf_counter()
    found = job()
    _ = found.power_w
    return time.perf_counter() - start, found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=7)
    rounds = parser.parse_args().rounds
    for feed, currents in CURRENTS_A.items():
        section = build_cross_section(Design(pad={"feed": feed}))
        problem = Problem(1.0, section)
        model = problem.model(problem.mesh)
        asked = {"source": "pad_rim", "sink": "bump_top"}
        if feed == "trace":
            half = section.design.source_half_angle_deg
            asked |= {"source_kind": "flux", "source_half_angle_deg": half}
        jobs = [partial(current_flow, model, 0.3, temperature_degc=100.0, **asked)]
        jobs += [partial(electrothermal, model, i, held_degc=HELD, **asked) for i in currents]
        taken = [[seconds(job)[0] for job in jobs] for _ in range(rounds + 1)][1:]
        alone, *hot = (statistics.median(column) for column in zip(*taken, strict=True))
        for current, job, each in zip(currents, jobs[1:], hot, strict=True):
            found = job()
            print(
                f"{feed}, {current:g} A, {found.temperature_max_degc - 100:.3g} K up: "
                f"{found.conduction_solves} potentials, {found.heat_solves} temperatures; "
                f"{each / alone:.1f} times one flow ({1e3 * each:.0f} ms over {1e3 * alone:.0f} ms)"
            )


if __name__ == "__main__":
    main()
