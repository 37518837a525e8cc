"""The state shown, the loads and what the model leaves out, in words."""

from __future__ import annotations

import re
from collections.abc import Iterable

from studies.loads.load import Physics
from studies.loads.phrases import either
from studies.metrics.families import in_words
from studies.report.rules.model_statement import Acting, Bump, Noted, State
from studies.results.case_sets import where
from studies.results.results import Results
from studies.wording.labels import capitalized, factor_name, listing

NUMBER = re.compile(r"(?<![\w.-])-?\d+(?:\.\d+)?(?:e[+-]?\d+)?(?![\w])")
MOST_ALIKE = 3  # notes that differ in their numbers alone; more are one, with ranges
MOST_WHERE = 90  # characters that say which cases, where these are many
SHAPES = {
    "cylinder": "a cylinder",
    "as-deposited": "as deposited",
    "reflowed": "reflowed to its equilibrium shape",
}
MADE = {
    "electroplate": "",
    "evaporate": "evaporated, ",
    "screen-print": "screen-printed, ",
    "ball-drop": "a placed ball, ",
}
# in the order in which a state is said
ON_CURRENT: tuple[Physics, ...] = ("current_flow", "electrothermal", "electromigration")
# what no load has to say
MODEL_LEAVES = (
    (
        "Pads that are not round",
        "The cell is axisymmetric; the square cell of the array is a circle of equal area.",
    ),
    (
        "Grain anisotropy of tin",
        "Solder is isotropic here; tin crystals are not.",
    ),
    (
        "Wafer bow",
        "With a periodic side the cell's side stays vertical, which suppresses bow even where the "
        "underside is free.",
    ),
    ("The full chip", "It is cut off at the stated thickness."),
    (
        "Comparison with experiments",
        "No data on recess depth have been published to compare with.",
    ),
)


def _yield_left_out(found: State) -> tuple[str, str]:
    """What is left out of yield and creep."""
    some, every = found.flowing
    where = "Everything is" if not some else f"In {every - some} of {every} designs everything is"
    elastic = (
        f"{where} linear elastic. The yielded shares say how much of each metal that concerns: "
        "what it would shed, other places take, so a stress there may be higher than said."
    )
    flowing = (
        "Metals yield and solders creep after laws that are known of films and small joints to a "
        "factor of two or three; polymers and brittle films stay elastic."
    )
    said = [flowing] if some == every else [elastic, *([flowing] if some else [])]
    return "Plasticity and creep", " ".join(said)


def stress(found: State) -> str:
    """What kind of stress is shown, in a sentence for the first page."""
    if not found.flowing.some:
        return "Every stress is elastic, also where a metal would yield."
    if found.flowing.is_mixed:
        return "Stress is elastic, but where it says that metals yield and creep."
    return "Metals yield and creep; polymers and brittle films stay elastic."


def state(found: State) -> str:
    """The one line that says what was analysed and what must not be read into it."""
    what = either(found.assembled, lambda joint: "assembled joint" if joint else "wafer state")
    absent = [text for load in found.loads for text in load.statement.absent(load.found)]
    kind = "metals yield and creep" if found.flowing.some == found.flowing.every else "elastic"
    fed = [_states(found, acts_on) for acts_on in ON_CURRENT]
    text = f"{what} {_states(found, 'thermal_stress')}, {kind}, {', '.join(filter(None, fed))}"
    text += f": {', '.join(absent)}" if absent else ""
    for load in found.loads:
        for share, word in load.statement.partly(load.found):
            if share.is_mixed:
                text += f"; {word} in {share.some} of {share.every} designs only"
    return text


def _states(found: State, acts_on: Physics) -> str:
    """In which state loads on one physics put all designs."""
    texts = (load.statement.state(load.found) for load in found.loads if load.acts_on == acts_on)
    return ", ".join(filter(None, texts))


def loads(found: Acting) -> str:
    """The loads in a few sentences, and the bump's shape."""
    amounts = [text for load in found.loads if (text := load.statement.amount(load.found))]
    sentences = [f"{'; '.join(amounts)}."]
    for load in found.loads:
        sentences += load.statement.sentences(load.found)
    sentences.append(f"The bump is {either(found.bumps, _bump)}.")
    if varied := listing(map(factor_name, found.varied)):
        sentences.append(f"The study varies {varied}.")
    return " ".join(sentences)


def left_out(found: State) -> list[tuple[str, str]]:
    """A title and a text for all that the model leaves out."""
    own = [said for load in found.loads for said in load.statement.left_out(load.found)]
    return [_yield_left_out(found), *own, *MODEL_LEAVES]


def notes(results: Results, found: Iterable[Noted]) -> list[str]:
    """What an engineer should know of the designs, and which cases it is true of."""
    alike: dict[str, list[Noted]] = {}
    for note in found:
        alike.setdefault(NUMBER.sub("#", note.note), []).append(note)
    merged = [
        note
        for some in alike.values()
        for note in ([_spanned(some)] if len(some) > MOST_ALIKE else some)
    ]
    out = []
    for note in merged:
        at = where(note.rows, results.solved, ["part", *results.factors])
        if at is None or (len(note.rows) > MOST_ALIKE and len(at) > MOST_WHERE):
            at = f"{len(note.rows)} of {len(results.solved)} cases"
        text = in_words(note.note).rstrip(".")
        out.append(capitalized(f"{at or 'all cases'}: {text}."))
    return out


def _spanned(some: list[Noted]) -> Noted:
    """Notes that differ in their numbers alone as one, with each number's least and largest."""
    columns = zip(*(NUMBER.findall(one.note) for one in some), strict=True)
    spans = iter([_span(texts) for texts in columns])
    text = NUMBER.sub(lambda _: next(spans), some[0].note)
    keyed = {id(row): row for one in some for row in one.rows}
    return Noted(text, list(keyed.values()))


def _span(texts: tuple[str, ...]) -> str:
    low, high = min(texts, key=float), max(texts, key=float)
    return low if float(low) == float(high) else f"{low} to {high}"


def _bump(bump: Bump) -> str:
    return MADE[bump.method] + SHAPES[bump.shape]
