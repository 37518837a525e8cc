"""What the page's own programs are given: cases, metrics, curves, drawings and fields as data."""
