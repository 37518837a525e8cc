"""From a cross-section to triangles."""
