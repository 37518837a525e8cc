"""Physics that depend on one another: what moves with a current, and with its heat."""
