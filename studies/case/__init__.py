"""One case: what its file says beside the bump, checks against materials, notes."""
