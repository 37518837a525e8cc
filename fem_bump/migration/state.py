"""Hydrostatic stress of migration at one time, and its means over discs.

sigma = sum over harmonics of sigma_n(r, z) cos(n theta - phase), tension positive. What is singular
at corners is compared with means: over the part of a disc of the section that lies in a region,
centred on the region's nodes (:mod:`fem_bump.interfaces.discs`), at angles 5 degrees apart. Units:
um, MPa, degrees.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import ClassVar, NamedTuple

import numpy as np
import scipy.sparse as sp

from fem_bump.algebra.shape_functions import shape_functions
from fem_bump.body.model import Model
from fem_bump.errors import InputError, is_number
from fem_bump.interfaces.discs import discs_in
from fem_bump.migration.blocks import Block
from groundwork import printed
from groundwork.pictures import Pictured

ANGLES_DEG = np.arange(0.0, 360.0, 5.0)  # where a state that varies around the axis is looked at


class DiscMean(NamedTuple):
    """A mean over a disc.

    ``point_um`` is its centre (r, z).
    """

    mean_mpa: float
    point_um: tuple[float, float]
    region: str
    theta_deg: float


@dataclass(frozen=True)
class Discs:
    """Discs of one radius in one region of a block.

    Attributes
    ----------
    centres_um
        (2, d) r, z.
    weights
        (d, unknowns of the block), rows sum to 1.
    """

    block: Block
    region: str
    centres_um: np.ndarray
    weights: sp.csr_matrix

    def place(self, k: int) -> tuple[float, float]:
        """Centre of a disc."""
        r, z = self.centres_um[:, k].tolist()
        return r, z


@dataclass(frozen=True)
class Around:
    """Harmonics and angles of a state.

    Attributes
    ----------
    numbers, phases_deg
        (k,) of cos(number * theta - phase).
    """

    numbers: np.ndarray
    phases_deg: np.ndarray

    @property
    def angles_deg(self) -> np.ndarray:
        """Where it is looked at: one angle of what is the same all around."""
        return ANGLES_DEG if self.numbers.any() else ANGLES_DEG[:1]

    def cosines(self, theta_deg: float | np.ndarray) -> np.ndarray:
        """(k, ...) factors of the harmonics at angles."""
        theta = np.radians(np.asarray(theta_deg, dtype=float))
        n, phase = np.broadcast_arrays(self.numbers, np.radians(self.phases_deg))
        shape = (-1, *(1,) * theta.ndim)
        return np.cos(n.reshape(shape) * theta - phase.reshape(shape))


@dataclass(frozen=True)
class Body:
    """The blocks of a model, and the discs in them, made as they are asked for."""

    model: Model
    blocks: tuple[Block, ...]
    around: Around
    _discs: dict[float, tuple[tuple[int, Discs], ...]] = field(default_factory=dict)

    @property
    def mask(self) -> np.ndarray:
        """(all elements,) where atoms move."""
        return self.model.mask(np.concatenate([block.elements for block in self.blocks]))

    def discs(self, over_um: float) -> tuple[tuple[int, Discs], ...]:
        """Discs of a radius in every region of every block, with the block's place."""
        if not is_number(over_um) or not 0 < over_um < np.inf:
            raise InputError(f"over_um = {over_um!r} must be a positive number, um")
        if over_um not in self._discs:
            self._discs[over_um] = tuple(self._made(float(over_um)))
        return self._discs[over_um]

    def _made(self, radius_um: float) -> Iterator[tuple[int, Discs]]:
        for k, block in enumerate(self.blocks):
            for region in block.regions:
                here = block.of_region(region)
                elements = block.elements[here]
                centres, found = discs_in(self.model, elements, radius_um)
                means = found.tocoo()
                unknown = block.unknowns[here].ravel()[means.col]
                shape = centres.shape[1], block.count
                weights = sp.coo_matrix((means.data, (means.row, unknown)), shape).tocsr()
                yield k, Discs(block, region, centres, weights)


@dataclass(frozen=True, repr=False)
class MigrationState(Pictured):
    """Stress at one time.

    Attributes
    ----------
    amplitudes_mpa
        (k, unknowns) per block.
    time_s
        Infinite for the steady state.

    Examples
    --------
    >>> from fem_bump import Model, current_flow, electromigration, materials
    >>> from fem_bump.verification.grids import grid
    >>> model = Model(grid([0, 1, 2], [0, 5, 10, 15, 20]), {"body": materials["Cu"]})
    >>> flow = current_flow(model, 0.05, source="top", sink="bottom")
    >>> state = electromigration(model, flow, temperature_degc=100.0).steady
    >>> print(*(f"{each:.2f}" for each in state.stress([[0.5, 0.5], [0.0, 20.0]])))
    46.64 -46.64
    >>> worst = state.largest(over_um=1.0)
    >>> f"{worst.mean_mpa:.2f} MPa in {worst.region}, z = {worst.point_um[1]:g} um"
    '44.66 MPa in body, z = 0 um'

    ``state.plot()`` draws it.
    """

    body: Body
    amplitudes_mpa: tuple[np.ndarray, ...]
    time_s: float
    drawn_as: ClassVar[str] = "migration state"

    def __repr__(self) -> str:
        when = f"at {self.time_s:.4g} s" if np.isfinite(self.time_s) else "steady"
        return printed.lines(
            f"MigrationState: {when}, {self.body.model.summary}",
            **{
                block.name: printed.span(values[0], "MPa")
                for block, values in zip(self.body.blocks, self.amplitudes_mpa, strict=True)
            },
        )

    @property
    def model(self) -> Model:
        return self.body.model

    @property
    def varies_around(self) -> bool:
        """Whether anything depends on the angle."""
        return bool(self.body.around.numbers.any())

    def stress(
        self,
        points: np.ndarray,
        region: str | None = None,
        theta_deg: float | np.ndarray = 0.0,
    ) -> np.ndarray:
        """(N,) hydrostatic stress in MPa at (2, N) points, in the model's unit, and angles.

        ``region`` decides the side at an interface. ValueError for points outside what moves.
        """
        return self.stress_at(*self.model.locate(points, region, self.body.mask), theta_deg)

    def stress_at(
        self, element: np.ndarray, x: np.ndarray, y: np.ndarray, theta_deg: float | np.ndarray = 0.0
    ) -> np.ndarray:
        """(N,) hydrostatic stress at reference points of elements; zero where nothing moves."""
        shape, _, _ = shape_functions(np.array([x, y]))
        cosines = self.body.around.cosines(np.broadcast_to(theta_deg, np.shape(element)))
        out = np.zeros(len(element))
        for block, amplitudes in zip(self.body.blocks, self.amplitudes_mpa, strict=True):
            place = np.full(self.model.mesh.nelements, -1)
            place[block.elements] = np.arange(len(block.elements))
            here = np.nonzero(place[element] >= 0)[0]
            nodal = amplitudes[:, block.unknowns[place[element[here]]]]
            out[here] = np.einsum("kmi,mi,km->m", nodal, shape[here], cosines[:, here])
        return out

    def local_stress_mpa(self, theta_deg: float = 0.0) -> np.ndarray:
        """(all elements, 6) stress per element node at one angle; zero where nothing moves."""
        out = np.zeros((self.model.mesh.nelements, 6))
        cosines = self.body.around.cosines(theta_deg)
        for block, amplitudes in zip(self.body.blocks, self.amplitudes_mpa, strict=True):
            out[block.elements] = (cosines @ amplitudes)[block.unknowns]
        return out

    def mean(self, region: str) -> float:
        """Mean over the volume of a region or group, as far as atoms move there."""
        elements = self.model.elements(region)
        elements = elements[self.body.mask[elements]]
        if len(elements) == 0:
            raise InputError(f"region '{region}' has no moving atoms")
        plane = MigrationState(
            Body(self.model, self.body.blocks, Around(np.zeros(1), np.zeros(1))),
            tuple(each[:1] for each in self.amplitudes_mpa),
            self.time_s,
        )
        *points, volumes = self.model.quadrature_of(elements)
        return float(plane.stress_at(*points) @ volumes / volumes.sum())

    def largest(self, over_um: float, region: str | None = None) -> DiscMean:
        """Where the mean over a disc is largest; the most tension."""
        return self._extreme(over_um, region, 1.0)

    def smallest(self, over_um: float, region: str | None = None) -> DiscMean:
        """Where the mean over a disc is smallest; the most compression."""
        return self._extreme(over_um, region, -1.0)

    def _extreme(self, over_um: float, region: str | None, sign: float) -> DiscMean:
        angles = self.body.around.angles_deg
        cosines = self.body.around.cosines(angles)
        members = None if region is None else self.model.members(region)
        found = []
        for k, discs in self.body.discs(over_um):
            if members is None or discs.region in members:
                means = (discs.weights @ self.amplitudes_mpa[k].T) @ cosines
                d, a = divmod(int((sign * means).argmax()), means.shape[1])
                found.append(
                    DiscMean(float(means[d, a]), discs.place(d), discs.region, float(angles[a]))
                )
        if not found:
            raise InputError(f"region '{region}' has no moving atoms")
        return max(found, key=lambda each: sign * each.mean_mpa)
