"""Pictures of bodies, states, interfaces and materials: see ``groundwork.pictures``."""
