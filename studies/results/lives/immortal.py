"""Lives without an end: what has no number since it never comes, and not since it is unknown."""

from __future__ import annotations

import re

from studies.metrics.life_ratio import REGIONS
from studies.results.lives.fates import End, life_of
from studies.results.lives.fronts import is_free
from studies.results.results import Results, Row
from studies.wording.labels import number

PARTS = {region: part for part, region in REGIONS.items()}
LIFE = re.compile(rf"void_life_(?P<rise>10|20)_(?P<end>low|high)_(?P<region>{'|'.join(PARTS)})_s")


def never_comes(results: Results, row: Row, metric: str) -> bool:
    """Whether a design has no number of a metric since its life has no end.

    So it is where no void begins, where one settles before the resistance has risen by 20 %, and,
    of the longest life, where the resistance never rises so far with one shape of the void.
    """
    named = LIFE.fullmatch(metric)
    record = results.records.get(row["key"])
    if named is None or record is None or record.result is None:
        return False
    if number(row.get(metric)) is not None:
        return False
    part = PARTS[named["region"]]
    life = life_of(row, part, is_free=is_free(record.result.design))
    if life is None:
        return False
    if named["end"] == "high" and number(row.get(metric.replace("_high_", "_low_"))) is not None:
        return True
    return life.end is End.NEVER or (named["rise"] == "20" and life.end is End.SETTLES)
