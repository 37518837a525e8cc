"""The control of a probed pad: the same bump without the mark, its contact cleaned alike.

It is solved once per process: the cases of a study that differ in their marks share one.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import lru_cache
from typing import Any

from geometry import CrossSection, Design, build_cross_section
from geometry.process.probed import TABLE, probe_of
from geometry.section.contact_films import ON_SOLDER, PAIR, control_films
from studies.solution.solved import Control

MOST = 64  # controls that a process keeps, numbers only
FEW = 4  # of whose sections too: marks on one pad come one after the other
RESISTIVITY = "load.current.contact_resistivity_ohm_m2"

Evaluate = Callable[[Design], dict[str, Any]]


def control_of(section: CrossSection) -> Design | None:
    """The control's design; None of a pad that is not probed."""
    probed = section.design
    if probe_of(probed) is None:
        return None
    # a crack may start under the mark, and the bump is solved whole anyway
    bare = probed.replace(**{TABLE: None, "crack": None, "name": "unprobed control"})
    given = probed.load.current.contact_resistivity_ohm_m2
    found = control_films(_section(_written(bare)), probed, given)
    # where the UBM is broken solder touches the pad, in the control it does not
    films = {name: value for name, value in found.items() if name.partition(":")[0] != ON_SOLDER}
    marked = {name: value for name, value in films.items() if name != f"{PAIR}:scar"}
    return bare.replace(**{RESISTIVITY: marked})


def measured(control: Design, evaluate: Evaluate) -> Control:
    """Metrics and errors of a control, as ``evaluate`` gives them."""
    return _measured(_written(control), evaluate)


def _written(design: Design) -> str:
    """A design as a key."""
    return json.dumps(design.to_dict(), sort_keys=True)


@lru_cache(maxsize=FEW)
def _section(control: str) -> CrossSection:
    return build_cross_section(Design(**json.loads(control)))


@lru_cache(maxsize=MOST)
def _measured(control: str, evaluate: Evaluate) -> Control:
    found = evaluate(Design(**json.loads(control)))
    return Control(found["metrics"], found["errors"])
