"""A local page to play with a study that has been run: predictions, and exact solves on demand."""
