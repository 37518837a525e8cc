"""Probabilities of failure over random inputs, with intervals that hold them.

OpenTURNS, which has the distributions, is an extra of this package: ``reliability``.
"""

from studies.reliability.probability import failure_probability
from studies.reliability.result import FailureProbability, ReliabilityWarning

__all__ = ["FailureProbability", "ReliabilityWarning", "failure_probability"]
