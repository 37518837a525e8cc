"""What the windows of an interface's legs must satisfy in a record."""

import math

CURRENT, PEEL, SHEAR = "current_density_max", "peel_max", "shear_max"
UNITS = {CURRENT: "a_per_cm2", PEEL: "mpa", SHEAR: "mpa"}


def leg_windows(record):
    """(quantity, pair, leg, length, value, value of the whole interface, arc length of the leg's
    longest piece) of every window mean of a leg."""
    metrics = record["metrics"]
    for interface, curve in record["curves"].items():
        pair, pieces = interface.replace("/", "_"), _pieces(curve)
        for leg, longest in pieces.items():
            for length in record["design"]["metrics"]["averaging_lengths_um"]:
                for quantity, unit in UNITS.items():
                    own = metrics.get(f"{quantity}_{pair}_{leg}_L{length:g}_{unit}")
                    whole = metrics.get(f"{quantity}_{pair}_L{length:g}_{unit}")
                    if own is not None:
                        yield quantity, pair, leg, length, own, whole, longest


def assert_legs_stay_within(record):
    """No window of a leg exceeds its interface's of the same length."""
    seen = 0
    for quantity, pair, leg, length, own, whole, longest in leg_windows(record):
        if longest >= length * (1 - 1e-6):
            seen += 1
            slack = 1e-7 * abs(whole) + 1e-9
            assert own <= whole + slack, f"{quantity} {pair} {leg} L{length:g}: {own} > {whole}"
    assert seen


def _pieces(curve):
    """Arc length of the longest unbroken piece of every leg, from the points themselves."""
    legs, r, z = curve["leg"][::3], curve["r_um"], curve["z_um"]
    out, run, before = {}, 0.0, None
    for k, leg in enumerate(legs):
        start, end = (r[3 * k], z[3 * k]), (r[3 * k + 2], z[3 * k + 2])
        run = (run if before == (leg, start) else 0.0) + math.dist(start, end)
        before = leg, end
        out[leg] = max(out.get(leg, 0.0), run)
    return out
