"""Steady conduction of heat: temperature, and the heat that leaves through named boundaries."""
