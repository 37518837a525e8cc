"""The manual of verification, from the problems' docstrings and what ``fem-bump verify`` finds."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterable, Mapping
from importlib import import_module
from pathlib import Path
from typing import Any

from matplotlib.figure import Figure
from matplotlib.ticker import LogLocator, NullLocator

from fem_bump import verification
from pages.markdown import docstring, page, table

Rows = list[dict[str, Any]]
TITLES = {
    "elasticity": "Elasticity", "conduction": "Conduction", "harmonics": "Harmonics of the angle",
    "fracture": "Corners and cracks", "plasticity": "Yield and creep",
    "coupling": "Current and heat", "migration": "Atoms that move",
}  # fmt: skip
INTRODUCTION = """\
Problems with known answers, solved by `fem-bump verify` when this site was built: the statement
from the problem's own docstring, every figure beside the exact one, and where an order of
convergence is observed the errors that it is taken from. `fem-bump verify PROBLEM` repeats one.

What they are for, and which mistakes in the physics each one notices:
[verification](../docs/verification.md)."""
COLUMNS = ("quantity", "unit", "computed", "exact", "error", "tolerance", "source")


def solved(problems: Iterable[str]) -> dict[str, Rows]:
    """Rows by problem; all where none is named.

    Raises
    ------
    RuntimeError
        A problem left its tolerance: such a manual is not written.
    """
    command = [sys.executable, "-m", "studies.cli", "verify", "--json", *problems]
    done = subprocess.run(command, capture_output=True, text=True,
                          env={**os.environ, "OMP_NUM_THREADS": "1"})  # fmt: skip
    if done.returncode:
        raise RuntimeError(f"{' '.join(command[1:])}: {done.stderr or 'a problem failed'}")
    found: dict[str, Rows] = json.loads(done.stdout)["problems"]
    return found


def pages(found: Mapping[str, Rows], pictures: Path) -> dict[str, str]:
    """A page per field of physics, and one that leads there."""
    pictures.mkdir(parents=True, exist_ok=True)
    groups: dict[str, list[str]] = {}
    for name, module in verification.MODULES.items():
        groups.setdefault(module.rpartition(".")[0], []).append(name)
    out, summary = {}, []
    for group, names in groups.items():
        file = group or "balances"
        parts = [part for name in names for part in _problem(name, found.get(name), pictures)]
        out[f"verification/{file}"] = page(TITLES.get(group, file.capitalize()), *parts)
        summary += [(file, name, found.get(name)) for name in names]
    rows = [
        (f"[{_title(name)}]({file}.md#{_label(name)})", f"`{name}`",
         *(("not solved in this build", "") if every is None else
           (len(every), f"{max(row['error'] / row['tolerance'] for row in every):.1g}")))
        for file, name, every in summary
    ]  # fmt: skip
    entries = "\n".join(group or "balances" for group in groups)
    out["verification/index"] = page(
        "Verification manual",
        INTRODUCTION,
        table(["problem", "name", "figures", "largest error over its tolerance"], rows),
        f"```{{toctree}}\n:hidden:\n:titlesonly:\n\n{entries}\n```",
    )
    return out


def _label(name: str) -> str:
    return f"problem-{name.replace('_', '-')}"


def _about(name: str) -> str:
    module = import_module(f"{verification.__name__}.{verification.MODULES[name]}")
    return module.__doc__ or ""


def _title(name: str) -> str:
    return _about(name).strip().split("\n\n")[0].replace("\n", " ").rstrip(".")


def _problem(name: str, rows: Rows | None, pictures: Path) -> Iterable[str]:
    yield f"({_label(name)})="
    yield f"## {name}"
    yield docstring(_about(name))
    if rows is None:
        yield "*Not solved in this build.*"
        return
    yield table(COLUMNS, map(_row, rows))
    orders = [row for row in rows if row["sizes"]]
    if orders:
        _convergence(orders).savefig(pictures / f"{name}.svg")
        said = "; ".join(f"{row['quantity']}: {row['computed']:.3g}" for row in orders)
        yield f"![Errors over mesh size. {said}]({name}.svg)"


def _row(row: Mapping[str, Any]) -> tuple[str, ...]:
    numbers = (_number(row[key]) for key in ("computed", "exact"))
    return (
        row["quantity"], "" if row["unit"] == "1" else row["unit"], *numbers,
        _short(row["error"]), _short(row["tolerance"]), row["source"],
    )  # fmt: skip


def _short(value: float) -> str:
    """Two digits, not broken after the minus."""
    return f"{value:.1e}".replace("e-0", "e-").replace("-", "-\N{WORD JOINER}")


def _number(value: float) -> str:
    return f"{value:.6g}"


def _convergence(rows: Rows) -> Figure:
    """Errors over sizes, each with the slope that is expected of it."""
    figure = Figure(figsize=(6.4, 3.6), layout="constrained")
    axes = figure.add_subplot()
    for k, row in enumerate(rows):
        largest = max(row["sizes"])
        sizes = [size / largest for size in row["sizes"]]
        label = f"{row['quantity']}: {row['computed']:.2f}"
        axes.loglog(sizes, row["errors"], "o-", color=f"C{k}", label=label)
        expected = [row["errors"][-1] * (s / sizes[-1]) ** row["exact"] for s in sizes]
        axes.loglog(sizes, expected, ":", color=f"C{k}", linewidth=1)
    axes.set_xlabel("size over the coarsest (log)")
    axes.set_ylabel("error (log)")
    ticks = sorted({size / max(row["sizes"]) for row in rows for size in row["sizes"]})
    # of ticks whose numbers would cover each other the larger one has its number
    apart = [k + 1 == len(ticks) or ticks[k + 1] > 1.3 * ticks[k] for k in range(len(ticks))]
    labels = [f"{tick:.3g}" if free else "" for tick, free in zip(ticks, apart, strict=True)]
    axes.set_xticks(ticks, labels)
    axes.xaxis.set_minor_locator(NullLocator())
    axes.yaxis.set_major_locator(LogLocator(subs=(1.0, 2.0, 5.0)))
    axes.yaxis.set_major_formatter("{x:.0e}")
    axes.yaxis.set_minor_locator(NullLocator())
    figure.legend(loc="outside right upper", fontsize="small", title="observed; dotted: expected")
    return figure
