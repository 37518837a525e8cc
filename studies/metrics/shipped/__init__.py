"""The metrics that come with the program, a file per family."""
