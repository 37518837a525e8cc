"""Designs that no other beats: fronts of metrics, searched on surrogates and confirmed by solves.

A front is searched where a part's designs have been (:mod:`studies.optimum.space`), every design
that it shows is solved (:mod:`studies.optimum.rounds`), and its cases stay with the study. pymoo,
which searches, is an extra of this package: ``optimum``.
"""
