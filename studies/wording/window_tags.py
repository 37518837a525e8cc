"""How an averaging length stands in a metric's name: L0.5, L1, L2; different lengths differ."""

from __future__ import annotations

from decimal import Decimal


def window_tag(length_um: float) -> str:
    """``L`` and the length in um, all its digits and no exponent, to be read back as it is."""
    text = f"{Decimal(repr(float(length_um))):f}"
    return f"L{text.rstrip('0').rstrip('.') if '.' in text else text}"
