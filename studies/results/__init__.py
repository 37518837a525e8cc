"""A run folder read again: table, records, who is lowest where."""
