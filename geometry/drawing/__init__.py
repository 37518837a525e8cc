"""Pictures of designs: section, mesh, dimensions, film strip."""
