"""Both physics in CalculiX as whole processes; run by ``versus_peers.py``.

Elements CAX6 and DCAX6 on the arrays in the given file; boundaries that share one unknown are
tied with *EQUATION. Writing the decks is not timed; output is kept to the stress in the elements
on the pad's contact, one displacement or temperature, and the strain energy, so that the peer
does not spend its time on printing.
"""

import argparse
import json
import os
import re
import statistics
import subprocess
import tempfile
import time
from pathlib import Path

import numpy as np

PER_LINE = 12
WEDGES = 180  # CalculiX solves a wedge of two degrees and prints its energy


def ids(title: str, numbers) -> str:
    numbers = [str(int(k) + 1) for k in numbers]
    lines = [", ".join(numbers[k : k + PER_LINE]) for k in range(0, len(numbers), PER_LINE)]
    return "\n".join([title, *lines])


def mesh_deck(data, elements, element_type: str) -> list[str]:
    nodes = data["nodes"]
    used = np.unique(nodes[:, elements])
    out = ["*NODE, NSET=NALL"]
    out += [f"{k + 1}, {data['points'][0, k]:.15g}, {data['points'][1, k]:.15g}, 0" for k in used]
    for number, name in enumerate(data["region_names"].tolist()):
        mine = elements[data["region"][elements] == number]
        if len(mine):
            out.append(f"*ELEMENT, TYPE={element_type}, ELSET={name}")
            out += [f"{e + 1}, " + ", ".join(str(k + 1) for k in nodes[:, e]) for e in mine]
    return out


def tie(nodes: np.ndarray, dof: int) -> list[str]:
    """All nodes equal to the last, which stays free."""
    out = []
    for k in nodes[:-1]:
        out += ["*EQUATION", "2", f"{k + 1}, {dof}, 1.0, {nodes[-1] + 1}, {dof}, -1.0"]
    return out


def contact(data) -> np.ndarray:
    """Elements on the pad's contact."""
    return np.nonzero(np.isin(data["nodes"], data["ubm_pad:floor"][2]).any(axis=0))[0]


def elastic_deck(data, printed_elements: np.ndarray) -> str:
    """The cool-down; printed are stresses in some elements, the bump's top, the strain energy."""
    top = top_node(data)
    out = mesh_deck(data, np.arange(data["nodes"].shape[1]), "CAX6")
    out += [ids("*NSET, NSET=AXIS", np.unique(data["axis"]))]
    out += [ids("*NSET, NSET=BOTTOM", np.unique(data["chip_bottom"]))]
    out += [f"*NSET, NSET=TOP\n{top + 1}", ids("*ELSET, ELSET=PRINTED", printed_elements)]
    names = data["region_names"].tolist()
    out += ["*ELSET, ELSET=EALL", *names]
    for k, name in enumerate(names):
        young, poisson, eps, _ = data["properties"][:, k]
        out += [f"*MATERIAL, NAME=M{k}", f"*ELASTIC\n{young:.15g}, {poisson:.15g}"]
        out += [f"*EXPANSION, ZERO=0\n{eps:.15g}", f"*SOLID SECTION, ELSET={name}, MATERIAL=M{k}"]
    out += tie(np.unique(data["cell_side"]), 1)
    out += ["*INITIAL CONDITIONS, TYPE=TEMPERATURE", "NALL, 0.", "*STEP", "*STATIC"]
    out += ["*BOUNDARY", "AXIS, 1, 1", "BOTTOM, 2, 2", "*TEMPERATURE", "NALL, 1."]
    out += ["*NODE PRINT, NSET=TOP", "U", "*EL PRINT, ELSET=PRINTED", "S"]
    out += ["*EL PRINT, ELSET=EALL, TOTALS=ONLY", "ELSE", "*END STEP", ""]
    return "\n".join(out)


def top_node(data) -> int:
    """Node of the bump's top on the axis."""
    top = np.unique(data["bump_top"])
    return int(top[data["points"][0, top].argmin()])


def conduction_deck(data, printed_elements: np.ndarray | None = None) -> str:
    """The current as heat; printed are the source's potential and the flux in some elements."""
    conductivity = data["properties"][3]
    elements = np.nonzero(conductivity[data["region"]] > 0)[0]
    rim = np.unique(data["pad_rim"])
    out = mesh_deck(data, elements, "DCAX6")
    out += [ids("*NSET, NSET=SINK", np.unique(data["bump_top"]))]
    out += [f"*NSET, NSET=SOURCE\n{rim[-1] + 1}"]
    if printed_elements is not None:
        out += [ids("*ELSET, ELSET=PRINTED", printed_elements)]
    for k, name in enumerate(data["region_names"].tolist()):
        if conductivity[k] > 0:
            out += [f"*MATERIAL, NAME=M{k}", f"*CONDUCTIVITY\n{conductivity[k]:.15g}"]
            out += [f"*SOLID SECTION, ELSET={name}, MATERIAL=M{k}"]
    out += tie(rim, 11)
    out += ["*INITIAL CONDITIONS, TYPE=TEMPERATURE", "NALL, 0."]
    out += ["*STEP", "*HEAT TRANSFER, STEADY STATE", "*BOUNDARY", "SINK, 11, 11, 0."]
    out += [f"*CFLUX\n{rim[-1] + 1}, 11, {float(data['current_a']):.15g}"]
    out += ["*NODE PRINT, NSET=SOURCE", "NT"]
    if printed_elements is not None:
        out += ["*EL PRINT, ELSET=PRINTED", "HFL"]
    out += ["*END STEP", ""]
    return "\n".join(out)


def run(ccx: str, deck: str, threads: int, folder: str) -> tuple[float, str, str]:
    Path(folder, "job.inp").write_text(deck)
    start = time.perf_counter()
    done = subprocess.run(
        [ccx, "job"],
        cwd=folder,
        text=True,
        capture_output=True,
        check=False,
        env=os.environ | {"OMP_NUM_THREADS": str(threads)},
    )
    seconds = time.perf_counter() - start
    if "Job finished" not in done.stdout:
        raise SystemExit(f"CalculiX failed:\n{done.stdout[-2000:]}{done.stderr[-500:]}")
    return seconds, Path(folder, "job.dat").read_text(), done.stdout


def numbers_after(text: str, title: str) -> list[float]:
    """The numbers of the first data line below a title."""
    lines = text[text.index(title) :].splitlines()[1:]
    return [float(word) for word in next(line for line in lines if line.strip()).split()]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("problem", help="arrays written by versus_peers.py (.npz)")
    parser.add_argument("--ccx", default="ccx")
    parser.add_argument("--repeats", type=int, default=1)
    parser.add_argument("--threads", type=int, default=2)
    arguments = parser.parse_args()
    data = dict(np.load(arguments.problem))
    decks = elastic_deck(data, contact(data)), conduction_deck(data)
    elastic_s, conduction_s = [], []
    for _ in range(arguments.repeats):
        with tempfile.TemporaryDirectory() as folder:
            seconds, elastic, said = run(arguments.ccx, decks[0], arguments.threads, folder)
            elastic_s.append(seconds)
        with tempfile.TemporaryDirectory() as folder:
            seconds, conduction, _ = run(arguments.ccx, decks[1], arguments.threads, folder)
            conduction_s.append(seconds)
    version = re.search(r"Version (\S+)", said)
    solver = re.search(r"solver is (.*)|using the (.*?) solver", said)
    totals = [a + b for a, b in zip(elastic_s, conduction_s, strict=True)]
    print(
        json.dumps(
            {
                "version": version.group(1).rstrip(",") if version else "?",
                "solver": solver.group(0) if solver else "default",
                "threads": arguments.threads,
                "elasticity_s": statistics.median(elastic_s),
                "conduction_s": statistics.median(conduction_s),
                "total_s": statistics.median(totals),
                "best_s": min(totals),
                "strain_energy_pj": WEDGES * numbers_after(elastic, "total internal energy")[-1],
                "bump_top_um": numbers_after(elastic, "displacements")[2],
                "resistance_ohm": numbers_after(conduction, "temperatures")[1]
                / float(data["current_a"]),
            }
        )
    )


if __name__ == "__main__":
    main()
