"""How wrong a number still is: dual-weighted residuals, and the meshes that mend it."""
