"""How a crack grows: lengths, curves, verdicts."""
