"""Studies in Python and in notebooks: run, results as tables with units, pictures."""
