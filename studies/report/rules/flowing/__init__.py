"""What yield, creep and the process change, as data."""
