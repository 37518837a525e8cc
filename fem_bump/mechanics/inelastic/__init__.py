"""Bodies with laws: element kernels, the equations of a step, what has flowed."""
