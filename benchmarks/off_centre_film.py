"""What a mark's film beside the axis costs: CPU time of a solve, over that of the unmarked pad.

The default bump without recess, a mark of 16 um with a film of 1e-9 ohm m2 and 1e-12 beside it, fed
all around, through a via, and by a trace at several angles from the mark. Each case is solved with
all its metrics and their errors, in pairs with its control (the same pad without the mark, cleaned
alike), whose own numbers are known before, as they are in a study.
"""

from __future__ import annotations

import argparse
import statistics
import time
from typing import Any

import common  # noqa: F401, puts the repository's root on the path

from geometry import Design, build_cross_section
from studies.solving.control import control_of
from studies.solving.evaluate import evaluate

MARK = {
    "depth_ratio": 0.0,
    "diameter_um": 16.0,
    "film_resistivity_ohm_m2": 1e-9,
}
FEEDS: dict[str, dict[str, Any]] = {
    "rim": {},
    "via": {"pad": {"feed": "via"}},
    "trace, 0 deg": {"pad": {"feed": "trace"}},
    "trace, 90 deg": {"pad": {"feed": "trace"}, "azimuth_deg": 90.0},
    "trace, 180 deg": {"pad": {"feed": "trace"}, "azimuth_deg": 180.0},
    "trace, 37 deg": {"pad": {"feed": "trace"}, "azimuth_deg": 37.0},
}


def marked(feed: str, gap_um: float) -> Design:
    """A marked design; ``gap_um`` is from the mark's edge to that of the opening, of radius 30."""
    given = dict(FEEDS[feed])
    azimuth = given.pop("azimuth_deg", 0.0)
    mark = {**MARK, "offset_um": 22.0 - gap_um, "azimuth_deg": azimuth}
    return Design(variant="no-recess", probe=mark, **given)


def cpu_s(design: Design, accuracy: float | None) -> float:
    """CPU time of one evaluation, s."""
    start = time.process_time()
    evaluate(design, accuracy=accuracy)
    return time.process_time() - start


def ratio(design: Design, accuracy: float | None, pairs: int) -> tuple[float, float, float]:
    """Median ratio over interleaved pairs, and median seconds of the marked and the unmarked."""
    control = control_of(build_cross_section(design))
    assert control is not None
    evaluate(design, accuracy=accuracy)  # what was not compiled yet; its control is known from here
    found = []
    for _ in range(pairs):
        unmarked = cpu_s(control, accuracy)
        found.append((cpu_s(design, accuracy), unmarked))
    ratios = [with_film / without for with_film, without in found]
    ours, theirs = (statistics.median(column) for column in zip(*found, strict=True))
    return statistics.median(ratios), ours, theirs


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pairs", type=int, default=5, help="interleaved pairs of solves")
    parser.add_argument("--gap-um", type=float, default=4.0, help="to the opening's edge")
    parser.add_argument("--accuracy", type=float, default=0.02, help="of the adapted meshes")
    parser.add_argument("--feeds", nargs="*", default=list(FEEDS), choices=list(FEEDS))
    chosen = parser.parse_args()
    print(f"gap of {chosen.gap_um:g} um; CPU time over that of the unmarked pad")
    for feed in chosen.feeds:
        design = marked(feed, chosen.gap_um)
        for name, accuracy in (("default mesh", None), ("adapted", chosen.accuracy)):
            over, ours, theirs = ratio(design, accuracy, chosen.pairs)
            print(f"  {feed}, {name}: RATIO {over:.2f} ({ours:.2f} s against {theirs:.2f} s)")


if __name__ == "__main__":
    main()
