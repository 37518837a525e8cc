"""The finished bump as named polygons, edges and interfaces."""
