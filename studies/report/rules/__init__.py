"""Rules: what the numbers say, as data. `studies.report.words` says it in sentences."""
