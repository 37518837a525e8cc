"""The loads that come with the program; each registers itself, in the order of the design file."""

# isort: off
from studies.loads.shipped import thermal as thermal
from studies.loads.shipped import history as history
from studies.loads.shipped import process as process
from studies.loads.shipped import cycling as cycling
from studies.loads.shipped import current as current
from studies.loads.shipped import shear as shear
from studies.loads.shipped import heat as heat
from studies.loads.shipped import migration as migration
