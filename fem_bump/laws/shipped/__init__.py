"""The laws of this package, one file each."""
