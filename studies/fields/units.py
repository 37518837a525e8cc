"""Current densities of a solution are in A/um2; files and pictures show them per cm2."""

A_PER_CM2 = 1e8
KA_PER_CM2 = 1e5
