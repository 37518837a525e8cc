"""The atoms that the current moves in a report: how long, and at which stress a void begins."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, NamedTuple

from studies.loads.phrases import amounts, counted, each
from studies.loads.shipped.migration import MigrationLoad
from studies.loads.statement import Share, Statement
from studies.wording.labels import listing
from studies.wording.times import lasting

if TYPE_CHECKING:
    from geometry import Design


class Migrating(NamedTuple):
    """In which designs atoms move, until when, and at which stress a void begins.

    ``critical``: by region, the empty one for all others; ``open_interfaces``: where atoms pass;
    ``from_history``: how many designs start from the stress of a history; ``grow``: in how many a
    void is followed, ``thick_um`` thick.
    """

    share: Share
    ends_s: tuple[float, ...]
    critical: tuple[tuple[str, tuple[float, ...]], ...]
    over_um: tuple[float, ...]
    open_interfaces: tuple[str, ...]
    from_history: Share
    grow: Share
    thick_um: tuple[float, ...]

    @property
    def still(self) -> Share:
        """Designs in which no atom moves."""
        return Share(self.share.every - self.share.some, self.share.every)


def find(designs: Sequence[Design], tables: Sequence[MigrationLoad | None]) -> Migrating:
    """What moves atoms, and when a void begins."""
    given = [table for table in tables if table is not None]
    critical: dict[str, dict[float, None]] = {}
    for table in given:
        for region, mpa in {"": table.critical_mpa, **table.critical_by_region_mpa}.items():
            critical.setdefault(region, {})[mpa] = None
    passed = dict.fromkeys(name for table in given for name in table.open_interfaces)
    return Migrating(
        Share(len(given), len(designs)),
        each(given, lambda table: table.end_s),
        tuple((region, tuple(values)) for region, values in critical.items()),
        each(given, lambda table: table.over_um),
        tuple(passed),
        Share(sum(table.initial == "history" for table in given), len(designs)),
        Share(sum(table.void is not None for table in given), len(designs)),
        each([table.void for table in given if table.void], lambda void: void.thickness_um),
    )


# -------------------------------------------------------------------------------- in words


def sentences(found: Migrating) -> Iterator[str]:
    """When a void begins."""
    if not found.share.some:
        return
    where = [
        amounts(mpa, "MPa") + (f" in the {region.replace('_', ' ')}" if region else "")
        for region, mpa in found.critical
    ]
    until = listing(dict.fromkeys(map(lasting, sorted(found.ends_s))), "or")
    yield (
        f"{counted(found.share)}The current moves atoms, for {until}. A void begins where "
        f"hydrostatic tension reaches {listing(where)} as a mean over a disc of "
        f"{amounts(found.over_um, 'µm')} in radius."
    )
    if found.open_interfaces:
        yield f"Atoms pass {listing(found.open_interfaces)}; other joints of two metals block them."
    if found.grow.some:
        yield (
            f"{counted(found.grow)}A void grows along its interface, "
            f"{amounts(found.thick_um, 'µm')} thick, with the current flowing around it; its life "
            "is the time until the resistance between the terminals has risen by 10 and by 20 %, "
            "between two shapes of the void."
        )


def left_out(found: Migrating) -> Iterator[tuple[str, str]]:
    """Migration itself, where nothing moves; else what becomes of a void."""
    if found.still.some:
        yield (
            "Flux divergence",
            f"{counted(found.still)}Current density stands in for electromigration: no voids, no "
            "back stress.",
        )
    if found.share.some:
        begun = (
            "" if found.grow.some else "Where and when a void begins is found, not how it grows. "
        )
        yield (
            "Voids",
            f"{counted(found.share)}{begun}Constants of diffusion are known to a factor, so that "
            "times rank designs and predict no hour.",
        )


STATEMENT = Statement(
    find=find,
    state=lambda found: "moving atoms" if 0 < found.share.some == found.share.every else "",
    partly=lambda found: [(found.share, "migration of atoms")],
    sentences=sentences,
    left_out=left_out,
)
