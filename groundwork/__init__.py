"""What physics, geometry and studies all stand on, and what knows nothing of bumps: text that users
saved, files that are whole or absent, registries, things that draw and print themselves, names in
figures, kernels whose machine code is kept, facets of triangles.
"""
