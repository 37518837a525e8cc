"""Presets: designs to begin from, which are the shipped ones, or any file of one's own.

A preset is a design file whose first line of comment says in one line what it is. What follows up
to the first key are its sources.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from geometry.design.design import Design
from geometry.design.parameters import read_toml, value_at
from groundwork.user_text import text_of
from studies.plan.study import find_file, shipped

# what is asked of a design, as far as the preset says it; then each layer that is plated
ASKED = (
    "cell.pitch_um",
    "pad.material",
    "pad.diameter_um",
    "pad.thickness_um",
    "passivation.opening_diameter_um",
    "polyimide.thickness_um",
    "polyimide.opening_diameter_um",
    "variant",
    "ubm.overhang_um",
)
ASKED_AFTER = (
    "bump.material",
    "bump.height_um",
    "bump.ball_diameter_um",
    "load.thermal.stress_free_degc",
    "load.thermal.temperature_degc",
    "load.current.current_a",
)
# lengths that follow from one another in a bump of another size
SIZES = (
    "cell.pitch_um",
    "pad.diameter_um",
    "passivation.opening_diameter_um",
    "polyimide.opening_diameter_um",
    "ubm.overhang_um",
    "bump.height_um",
    "bump.ball_diameter_um",
)


@dataclass(frozen=True)
class Preset:
    """A design to begin from.

    Attributes
    ----------
    name
        By which it is chosen.
    about
        What it is, in one line.
    head
        Further lines of comment that stand before the first key: its sources.
    body
        The file from the first key on.
    data
        What it says, as plain data.
    """

    name: str
    about: str
    head: tuple[str, ...]
    body: str
    data: dict[str, Any]

    @property
    def asked(self) -> tuple[str, ...]:
        """Keys that a dialogue asks for, in the order of the process."""
        layers = self.data.get("ubm", {}).get("enhanced", [])
        plated = [f"ubm.enhanced.{layer['name']}.thickness_um" for layer in layers]
        said = [path for path in ASKED if path == "variant" or self.says(path)]
        return (*said, *plated, *(path for path in ASKED_AFTER if self.says(path)))

    def says(self, path: str) -> bool:
        """Whether the file has a key."""
        return value_at(self.data, path) is not None


def presets() -> tuple[Preset, ...]:
    """The presets that come with the program."""
    return tuple(preset(name) for name in shipped("design"))


def preset(given: str) -> Preset:
    """A preset by its name, or the design file at a path.

    Raises
    ------
    InputError, DesignError
        There is none, or it is no possible design.
    """
    path = find_file("design", given)
    data = read_toml(path)
    Design(**data)
    text = text_of(path.read_bytes())
    start = re.search(r"^(?![ \t]*(#|$))", text, re.MULTILINE)
    cut = start.start() if start else len(text)
    lines = [line.lstrip("# ") for line in text[:cut].splitlines() if not line.startswith("#:")]
    about, *head = lines or [""]
    return Preset(path.stem, about, tuple(head), text[cut:], data)
