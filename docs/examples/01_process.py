"""
A bump, made step by step
=========================

A design is a set of numbers; the process makes the bump of them, one step after the other, the way
a fab does. What cannot be made is refused at the step that cannot be done.
"""

from geometry import Design, DesignError, build_cross_section

design = Design(
    name="pillar",
    variant="full-depth",
    pad={"diameter_um": 60.0},
    passivation={"opening_diameter_um": 40.0},
    bump={"shape": "reflowed", "height_um": 40.0},
)
section = build_cross_section(design)
for label, _ in section.steps:
    print(label)

# %%
# The finished section, to scale, with what the regions are made of.

figure = section.plot()

# %%
# Regions are polygons of `shapely`, in um; interfaces have named legs.

print({name: round(shape.area, 1) for name, shape in section.regions.items()})
print(section.legs_of("ubm", "pad"))

# %%
# A sentence says what is wrong with what cannot be made: field, value, range, step.

try:
    Design(pad={"diameter_um": 60.0}, passivation={"opening_diameter_um": 70.0})
except DesignError as error:
    print(error)
