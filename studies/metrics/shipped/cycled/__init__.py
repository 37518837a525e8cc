"""What thermal cycles do, per cycle: numbers of the last one."""
