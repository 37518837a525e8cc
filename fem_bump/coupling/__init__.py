"""Physics that act on each other: a current, the heat that it sets free, and what they cause."""
