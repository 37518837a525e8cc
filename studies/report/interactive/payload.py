"""All that the page's own programs know of a run, embedded once."""

from __future__ import annotations

import base64
import json
import zlib
from typing import Any

from studies.report.interactive.cases import cases, factors, metrics
from studies.report.interactive.curves import curves
from studies.report.interactive.drawings import drawings
from studies.report.interactive.field_grids import field_grids
from studies.report.interactive.panels import panels
from studies.results.results import Results


def payload(results: Results) -> dict[str, Any]:
    """Cases, metrics, curves, drawings and fields as plain data."""
    found = metrics(results)
    lengths = sorted({c["length"] for m in found for c in m["columns"] if c["length"] is not None})
    return {
        "lengths": lengths,
        "headline": results.headline_um,
        "parts": results.parts,
        "factors": factors(results),
        "metrics": found,
        "cases": cases(results),
        "panels": panels(results),
        "curves": curves(results, lengths),
        "drawings": drawings(results),
        "fields": field_grids(results),
    }


def packed(data: Any) -> str:
    """Data as one word of the page: JSON, compressed, in base64.

    None of its letters means anything to HTML, whatever the names in it. The browser's own
    ``DecompressionStream`` opens it.
    """
    text = json.dumps(data, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    squeezed = zlib.compress(text.encode("utf-8", "replace"), 9)
    return base64.b64encode(squeezed).decode("ascii")
