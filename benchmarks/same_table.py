"""One study on 1, 2 and 4 workers of this machine and on a cluster: how far do its tables differ?

Runs a study of some cases of several kinds, adapted and with the current's mark, trace and shear
among them, once for each number of workers, and on two workers of a Dask scheduler that is started
for it (extra ``cluster``) or of one that is named. Prints the largest difference of any number from
that of one worker, over its size; times are left out. ::

    .venv/bin/python benchmarks/same_table.py
    .venv/bin/python benchmarks/same_table.py --scheduler tcp://10.0.0.5:8786 --place /shared
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from contextlib import nullcontext
from pathlib import Path

ROOT = Path(__file__).parents[1]
for place in (ROOT, ROOT / "benchmarks"):
    if str(place) not in sys.path:
        sys.path.insert(0, str(place))

import numpy as np  # noqa: E402
import pandas as pd  # noqa: E402
from killed_workers import Cluster, cluster  # noqa: E402

STUDY = """
schema = 1
name = "same"

[[part]]
name = "recess"
[part.factors]
"pad_etch.depth_ratio" = [0.0, 0.5, 1.0]
opening_ratio = [0.6, 0.75]

[[part]]
name = "trace"
[part.set]
"pad.feed" = "trace"
"trace.width_um" = 20.0
[part.factors]
"pad_etch.depth_ratio" = [0.0, 0.5]

[[part]]
name = "mark"
[part.set]
variant = "no-recess"
"probe.depth_ratio" = 0.4
[part.factors]
"probe.diameter_um" = [12.0, 18.0]

[[part]]
name = "shear"
[part.set]
"load.shear" = { displacement_um = 0.1, counter_face = "rigid" }
[part.factors]
"pad_etch.depth_ratio" = [0.0, 0.5]
"""


def table(study: Path, out: Path, **how: object) -> pd.DataFrame:
    """The table of a run."""
    from studies.runs.runner import run_study

    done = run_study(study, out, **how)  # type: ignore[arg-type]
    assert done.solved == done.rows, f"{done.rows - done.solved} cases were not solved"
    return pd.read_parquet(out / "table.parquet")


def difference(one: pd.DataFrame, other: pd.DataFrame) -> tuple[float, str, int]:
    """Largest relative difference of any number, its column, and how many numbers there are.

    Raises
    ------
    AssertionError
        Where tables differ in their columns, or in what is no number.
    """
    clocks = [name for name in one.columns if "wall" in name]
    one, other = one.drop(columns=clocks), other.drop(columns=clocks)
    assert list(one.columns) == list(other.columns)
    numbers = one.select_dtypes("number").columns
    pd.testing.assert_frame_equal(one.drop(columns=numbers), other.drop(columns=numbers))
    a, b = one[numbers].to_numpy(float), other[numbers].to_numpy(float)
    assert (np.isnan(a) == np.isnan(b)).all()
    size = np.maximum(np.abs(a), np.abs(b))
    apart = np.nan_to_num(np.abs(a - b) / np.where(size > 0, size, 1.0))
    worst = apart.max(axis=0)
    return float(worst.max()), str(numbers[int(worst.argmax())]), int((~np.isnan(a)).sum())


def main() -> None:
    """Print how far the tables differ."""
    parser = argparse.ArgumentParser(description="One study on several numbers of workers.")
    parser.add_argument("--workers", type=int, nargs="+", default=[1, 2, 4])
    parser.add_argument("--scheduler", help="of workers that run already")
    parser.add_argument("--place", type=Path, help="a folder that those see as well")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(dir=asked.place) as name:
        folder = Path(name)
        study = folder / "same.toml"
        study.write_text(STUDY, encoding="utf-8")
        here = {f"{n} workers": {"jobs": n} for n in asked.workers}
        started = nullcontext(None) if asked.scheduler else cluster(2, OMP_NUM_THREADS="1")
        with started as there:
            address = there.address if isinstance(there, Cluster) else asked.scheduler
            first = None
            for said, how in {**here, "cluster": {"scheduler": address}}.items():
                began = time.monotonic()
                found = table(study, folder / said.replace(" ", "-"), **how)
                seconds = time.monotonic() - began
                first = found if first is None else first
                apart, column, numbers = difference(first, found)
                where = f" ({column})" if apart else ""
                print(
                    f"{said:10} {len(found)} cases, {numbers} numbers, largest relative "
                    f"difference {apart:.1e}{where}, {seconds:.0f} s",
                    flush=True,
                )


if __name__ == "__main__":
    main()
