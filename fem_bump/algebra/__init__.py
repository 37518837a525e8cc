"""Numbers without physics: quadrature, element kernels, unknowns, linear systems, harmonics."""
