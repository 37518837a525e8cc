"""Tractions and J.n on interfaces from CalculiX, two ways; run by ``accuracy_peers.py``.

``nodal``: what CalculiX writes by default and its viewer shows, values at nodes, averaged over all
elements around them whatever their material (``*EL FILE``). ``one_sided``: the integration points
of the elements on one side (``*EL PRINT``; a CAX6 has three), extrapolated linearly to the
interface, which takes a script like this one. One thread, CPU time of two whole processes.
"""

import argparse
import json
import re
import resource
import tempfile
from pathlib import Path

import numpy as np
from peer_calculix import conduction_deck, elastic_deck, ids, numbers_after, run

PER_ELEMENT = 9  # integration points of the wedge, in three layers of three; the middle one is ours
MIDDLE = slice(3, 6)
# from the integration points (1/6, 1/6), (2/3, 1/6), (1/6, 2/3) to the corners
TO_CORNERS = np.array([[5.0, -1.0, -1.0], [-1.0, 5.0, -1.0], [-1.0, -1.0, 5.0]]) / 3


def cpu_s() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def timed(ccx: str, deck: str) -> tuple[float, str, str, str]:
    """CPU seconds, what was printed, nodal results, and what it said."""
    with tempfile.TemporaryDirectory() as folder:
        before = cpu_s()
        _, printed, said = run(ccx, deck, 1, folder)
        spent = cpu_s() - before
        return spent, printed, Path(folder, "job.frd").read_text(), said


def lines_of(data, kind: str) -> list[str]:
    return data[f"{kind}_lines"].tolist()


def with_nodal_values(deck: str, data, kind: str, quantity: str) -> str:
    """A deck that asks for nodal values on the interfaces too."""
    nodes = np.unique(np.hstack([data[f"{name}_nodes"].ravel() for name in lines_of(data, kind)]))
    before, step, after = deck.partition("*STEP\n")
    wanted = f"*EL FILE, OUTPUT=2D, NSET=LINES\n{quantity}\n*END STEP"
    named = ids("*NSET, NSET=LINES", nodes) + "\n"
    return before + named + step + after.replace("*END STEP", wanted)


def printed_elements(data, kind: str) -> np.ndarray:
    return np.unique(np.concatenate([data[f"{name}_elements"] for name in lines_of(data, kind)]))


def corner_values(text: str, title: str, components: int) -> dict[int, np.ndarray]:
    """Element to (3, components) values at its corners."""
    body = text[text.index(title) :].split("\n", 1)[1].lstrip("\n").split("\n\n", 1)[0]
    table = np.array([line.split() for line in body.splitlines() if line.strip()], dtype=float)
    table = table.reshape(-1, PER_ELEMENT, 2 + components)
    corners = np.einsum("ij,ejc->eic", TO_CORNERS, table[:, MIDDLE, 2:])
    return dict(zip((table[:, 0, 0] - 1).astype(int).tolist(), corners, strict=True))


def node_values(text: str, title: str, components: int) -> dict[int, np.ndarray]:
    """Node to its averaged values, columns of twelve characters."""
    body = text[text.index(f" -4  {title}") :].split("\n -3", 1)[0]
    return {
        int(line[3:13]) - 1: np.array(
            [float(line[k : k + 12]) for k in range(13, 13 + 12 * components, 12)]
        )
        for line in body.splitlines()
        if line.startswith(" -1")
    }


def one_sided(data, name: str, corners: dict[int, np.ndarray]) -> np.ndarray:
    """(components, facets, 3) at start, end and middle of each facet."""
    nodes, out = data[f"{name}_nodes"], []
    for k, element in enumerate(data[f"{name}_elements"].tolist()):
        mine = data["nodes"][:3, element].tolist()
        start, end = (corners[element][mine.index(v)] for v in nodes[:2, k].tolist())
        out.append((start, end, (start + end) / 2))
    return np.array(out).transpose(2, 0, 1)


def averaged(data, name: str, at: dict[int, np.ndarray]) -> np.ndarray:
    """(components, facets, 3) at start, end and middle of each facet."""
    found = np.array([[at[v] for v in three] for three in data[f"{name}_nodes"].T.tolist()])
    return found.transpose(2, 0, 1)


def densities(data, elastic: tuple[str, str], conduction: tuple[str, str]) -> dict[str, np.ndarray]:
    """Tractions and J.n of both ways, from what was printed and from nodal results."""
    stress = {
        "one_sided": (one_sided, corner_values(elastic[0], "stresses (elem", 6)),
        "nodal": (averaged, node_values(elastic[1], "STRESS", 6)),
    }
    flow = {
        "one_sided": (one_sided, corner_values(conduction[0], "heat flux (elem", 3)),
        "nodal": (averaged, node_values(conduction[1], "FLUX", 3)),
    }
    out = {}
    for way, (at_facets, found) in stress.items():
        for name in lines_of(data, "traction"):
            srr, szz, _, srz, _, _ = at_facets(data, name, found)
            nr, nz = data[f"{name}_normal"][:, :, None]
            out[f"{way}_traction_{name}"] = np.array([srr * nr + srz * nz, srz * nr + szz * nz])
    for way, (at_facets, found) in flow.items():
        for name in lines_of(data, "flux"):
            jr, jz, _ = at_facets(data, name, found)
            nr, nz = data[f"{name}_normal"][:, :, None]
            out[f"{way}_flux_{name}"] = jr * nr + jz * nz
    return out


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("problem", help="arrays written by accuracy_peers.py (.npz)")
    parser.add_argument("values", help="where to write the values (.npz)")
    parser.add_argument("--ccx", default="ccx")
    parser.add_argument("--repeats", type=int, default=1)
    arguments = parser.parse_args()
    data = dict(np.load(arguments.problem))
    elastic = elastic_deck(data, printed_elements(data, "traction"))
    conduction = conduction_deck(data, printed_elements(data, "flux"))
    decks = (
        with_nodal_values(elastic, data, "traction", "S"),
        with_nodal_values(conduction, data, "flux", "HFL"),
    )
    runs = [[timed(arguments.ccx, deck) for deck in decks] for _ in range(arguments.repeats)]
    (_, *stresses, said), (_, *flows, _) = runs[0]
    potential = numbers_after(flows[0], "temperatures")[1]
    np.savez(
        arguments.values,
        resistance_ohm=potential / float(data["current_a"]),
        **densities(data, tuple(stresses), tuple(flows)),
    )
    version = re.search(r"Version (\S+)", said)
    both = min(sum(done[0] for done in pair) for pair in runs)
    out = {
        "version": version.group(1).rstrip(",") if version else "?",
        "seconds": {"both": both, "one_sided": 0.0, "nodal": 0.0},
    }
    print(json.dumps(out))


if __name__ == "__main__":
    main()
