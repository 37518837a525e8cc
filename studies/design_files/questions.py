"""A design by a few questions: each with its default, each answer checked at once.

What is checked is the whole design as answered so far, so that the sentence is the one with which a
file would be refused. Lengths that belong together follow an answer until they are asked for: of
half the pitch a bump is half as wide.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from fem_bump.errors import InputError
from geometry.design.design import Design
from geometry.design.notes import credible
from geometry.design.parameters import LISTS, override, value_at
from geometry.design.paths import keys_of
from geometry.design.sentences import describe, shown, type_at, usual
from geometry.errors import DesignError
from studies.case.checks import check_design
from studies.design_files.presets import SIZES, Preset, preset, presets
from studies.wording.labels import factor_title

Ask = Callable[[str], str]
Say = Callable[[str], None]
Read = Callable[[str], Any]
FIRST = "wafer-bump"
REST = "done"


def chosen_preset(ask: Ask, say: Say) -> Preset:
    """The preset that is asked for by its number or name, or a file of one's own."""
    every = presets()
    say("Which bump? A number, a name, or a design file of your own to begin from:")
    for number, each in enumerate(every, 1):
        say(f"  {number}  {each.name}: {each.about}")
    while True:
        given = ask(f"bump [{FIRST}]: ").strip() or FIRST
        if given.isdigit() and 0 < int(given) <= len(every):
            return every[int(given) - 1]
        try:
            return preset(given)
        except (InputError, DesignError) as error:
            say(f"  {error}")


def answers(begun: Preset, ask: Ask, say: Say, read: Read) -> dict[str, Any]:
    """Values by dotted path that differ from the preset's.

    Parameters
    ----------
    ask
        Shows a question and returns what was answered.
    say
        Shows a line.
    read
        The value that a text stands for; ValueError where it stands for none.
    """
    say(f"Enter keeps what stands in brackets, '{REST}' keeps all the rest.")
    values: dict[str, Any] = {}
    asked = begun.asked
    for number, path in enumerate(asked, 1):
        now = _design(begun, values).to_dict()
        default = value_at(now, path)
        question = f"[{number}/{len(asked)}] {_question(path)} [{_plain(default)}]: "
        while True:
            given = ask(question).strip()
            if given == REST:
                return values
            if not given:
                break
            try:
                value = read(given)
            except ValueError:
                value = given  # refused below in the words of its key
            if isinstance(default, float) and type(value) is int:
                value = float(value)
            tried = {**values, **_followed(path, value, default, now, begun), path: value}
            try:
                design = _design(begun, tried)
                check_design(design)
            except (InputError, DesignError) as error:
                say(f"  {error}")
                continue
            for note in design.notes():
                if path in note:
                    say(f"  note: {note}")
            values = tried
            break
    return values


def _design(begun: Preset, values: Mapping[str, Any]) -> Design:
    return Design(**override(begun.data, values))


def _question(path: str) -> str:
    keys: list[Any] = list(keys_of(path))
    if ".".join(keys[:2]) in LISTS:
        keys[2] = 0
    kind = type_at(Design, tuple(keys))
    expected = usual(kind)
    if expected is not None:
        return f"{factor_title(path)}, credible {credible(path, expected).text}"
    allowed = describe(kind)
    return factor_title(path) + ("" if allowed == "a name" else f", {allowed}")


def _plain(value: Any) -> str:
    return value if isinstance(value, str) else shown(value)


def _followed(
    path: str, value: Any, before: Any, now: Mapping[str, Any], begun: Preset
) -> dict[str, Any]:
    """Lengths asked later, in proportion to one that is answered."""
    if path not in SIZES or not isinstance(value, float) or not before:
        return {}
    later = [other for other in SIZES[SIZES.index(path) + 1 :] if begun.says(other)]
    return {other: float(f"{value_at(now, other) * value / before:.3g}") for other in later}
