"""Cases to records: the runner, its worker processes, what it tells while it goes on."""

CASE_TIMEOUT_S = 1800.0  # of one case: a joint sheared through six cycles can take 500
