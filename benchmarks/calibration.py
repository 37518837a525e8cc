"""How often the 95 % intervals of a calibration hold the constants that lives were drawn from.

    python benchmarks/calibration.py [--draws 1000]

Lives of five cells (densities 10, 15 and 22 kA/cm2 at 150 degC, 15 kA/cm2 at 130 and 170 degC), n =
1.8, Ea = 0.9 eV, standard deviation of ln(life) 0.4; a test ends when a share is expected to be
alive. Printed for n, Ea and the ratio of a life at 90 degC and 10 kA/cm2 to one at 120 and 30: with
the intervals that ``fem-bump calibrate`` gives, of the ratio that of its covariances; and for n
with the quantile of chi squared, which takes failures for many. Draws in which a constant cannot be
found, or fewer failures than constants are left, are counted apart. A second table has the scale
and the life at which 1 % have failed, at 150 degC and 15 kA/cm2 and at 90 and 10: how often their
intervals hold, and the medians of what is found over what is true.
"""

from __future__ import annotations

import argparse
import math
import time

import numpy as np

from fem_bump import InputError
from fem_bump.life.black import BOLTZMANN_EV_PER_K, KELVIN, Stressed
from fem_bump.life.calibration import Lives, calibrate
from fem_bump.life.regression import allowed_deviance, deviance, standard_quantile

N, EA, SCALE = 1.8, 0.9, 0.4
CELLS = [(1e4, 150.0), (1.5e4, 150.0), (2.2e4, 150.0), (1.5e4, 130.0), (1.5e4, 170.0)]
BEFORE, NOW = Stressed(3e4, 120.0), Stressed(1e4, 90.0)
CHI_SQUARED = 3.841459


def drawn(rng, distribution, per_cell, alive):
    """Lives of one test."""
    j, degc = np.repeat(np.array(CELLS), per_cell, axis=0).T
    middle = math.log(500.0) - N * np.log(j / 1.5e4)
    middle += EA / BOLTZMANN_EV_PER_K * (1 / (degc + KELVIN) - 1 / (150 + KELVIN))
    z = rng.standard_normal(len(j))
    if distribution == "weibull":
        z = np.log(-np.log(rng.random(len(j))))
    life = np.exp(middle + SCALE * z)
    if not alive:
        return Lives(life, j, degc, np.ones(len(j), bool))
    end = np.exp(middle + SCALE * standard_quantile(distribution, 1 - alive))
    return Lives(np.minimum(life, end), j, degc, life <= end)


def coverage(distribution, per_cell, alive, draws):
    """Shares of n, of Ea, of the ratio, of n by chi squared, and how many could not be fitted."""
    rng = np.random.default_rng(1)
    colder = (1 / (90 + KELVIN) - 1 / (120 + KELVIN)) / BOLTZMANN_EV_PER_K
    ratio = 3**N * math.exp(EA * colder)
    held, refused = np.zeros(4), 0
    for _ in range(draws):
        try:
            found = calibrate(drawn(rng, distribution, per_cell, alive), distribution)
        except InputError:
            refused += 1
            continue
        lost = [deviance(found.fit, np.eye(3)[k], value) for k, value in ((1, N), (2, EA))]
        (_, _), (low, _), (high, _) = found.law.ratios(BEFORE, NOW)
        allowed = allowed_deviance(found.fit)
        held += [lost[0] <= allowed, lost[1] <= allowed, low <= ratio <= high,
                 lost[0] <= CHI_SQUARED]  # fmt: skip
    return held / (draws - refused), refused


def early(distribution, per_cell, alive, draws):
    """Shares of scale, both 1 % lives and a median that are held; medians of both found over true.

    Returns
    -------
    tuple
        Held (4,), medians of scale and 1 % life over what is true (2,), not fitted.
    """
    rng = np.random.default_rng(1)
    middle, use = Stressed(1.5e4, 150.0), Stressed(1e4, 90.0)
    farther = (1 / (90 + KELVIN) - 1 / (150 + KELVIN)) / BOLTZMANN_EV_PER_K
    first = math.exp(SCALE * standard_quantile(distribution, 0.01)) * 500.0
    half = math.exp(SCALE * standard_quantile(distribution, 0.5)) * 500.0
    asked = [(middle, 0.01, first), (use, 0.01, first * 1.5**N * math.exp(EA * farther)),
             (middle, 0.5, half)]  # fmt: skip
    held, found_over_true = [], []
    for _ in range(draws):
        try:
            found = calibrate(drawn(rng, distribution, per_cell, alive), distribution)
        except InputError:
            continue
        s = found.scale
        lives = [[end for end, _ in found.law.lives_h(at, share)] for at, share, _ in asked]
        held.append([s.low <= SCALE <= s.high] + [
            low <= true <= high for (_, low, high), (*_, true) in zip(lives, asked, strict=True)
        ])  # fmt: skip
        found_over_true.append([s.value / SCALE, lives[0][0] / first])
    return np.mean(held, axis=0), np.median(found_over_true, axis=0), draws - len(held)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--draws", type=int, default=1000)
    draws = parser.parse_args().draws
    began = time.process_time()
    print("lives      samples  alive      n     Ea  ratio  n, chi2  not fitted")
    for distribution in ("lognormal", "weibull"):
        for per_cell in (2, 4, 8, 20):
            for alive in (0.0, 0.3, 0.6):
                shares, refused = coverage(distribution, per_cell, alive, draws)
                n, ea, ratio, chi = (f"{100 * share:5.1f}" for share in shares)
                print(f"{distribution:10} {5 * per_cell:6d}  {100 * alive:4.0f}%  {n}  {ea}  "
                      f"{ratio}    {chi}  {refused:6d}")  # fmt: skip
    print("\nlives      samples  alive  scale   1 %   at use  median  found over true: scale, 1 %")
    for distribution in ("lognormal", "weibull"):
        for per_cell in (2, 4, 8):
            for alive in (0.0, 0.4):
                held, over, refused = early(distribution, per_cell, alive, draws)
                shares = "  ".join(f"{100 * one:5.1f}" for one in held)
                print(f"{distribution:10} {5 * per_cell:6d}  {100 * alive:4.0f}%  {shares}  "
                      f"{over[0]:6.2f} {over[1]:6.2f}  {refused:6d}")  # fmt: skip
    print(f"{time.process_time() - began:.0f} s of one processor")


if __name__ == "__main__":
    main()
