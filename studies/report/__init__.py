"""The report of a run: what the numbers say, tables, the page."""
