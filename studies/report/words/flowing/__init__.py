"""What yield, creep and the process change, in words."""
