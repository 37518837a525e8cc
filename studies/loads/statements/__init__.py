"""What the program's loads say of themselves in reports; each load names its statement."""
