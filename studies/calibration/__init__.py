"""Lives under current to Black's constants: the table of lives, what is written, the plot."""
