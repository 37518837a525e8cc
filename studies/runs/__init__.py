"""Cases to records: the pool, the folder, what a machine refuses, provenance."""
