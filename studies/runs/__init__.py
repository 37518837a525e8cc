"""Cases to records: the runner, its worker processes, what it tells while it goes on."""
