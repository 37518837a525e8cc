"""A body: its mesh as it came and checked, what it is made of, its corners, an opened crack."""
