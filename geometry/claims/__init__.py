"""The patent's claims as recipes."""
