"""Eigenvalues of an analytic matrix function in a rectangle: every one, with a count to prove it.

N(lambda) is a small square matrix, entire in lambda and real for real lambda; wanted are all lambda
where it is singular. Three steps:

1. Discs cover the rectangle. The moments of the resolvent inverse(N) along a circle hold the roots
   as eigenvalues of a small pencil of block Hankel matrices (T. Sakurai and H. Sugiura, J. Comput.
   Appl. Math. 159 (2003) 119; W.-J. Beyn, Linear Algebra Appl. 436 (2012) 3839). Zeros of the
   determinant would scatter by the m-th root of rounding; here semi-simple multiple roots stay
   accurate, and several roots next to 1 are the rule where two materials hardly differ.
2. Every candidate is polished on N itself by successive linear problems, N v = mu N' v,
   lambda <- lambda - mu (Ruhe, SIAM J. Numer. Anal. 10 (1973) 674).
3. The argument principle counts the zeros of det N inside the rectangle. A count that differs from
   what was found is an error, never a shorter list.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
from scipy.linalg import eig

from fem_bump.errors import AnalysisError

MatrixFunction = Callable[[np.ndarray], np.ndarray]

DISC_RADIUS = 0.5
RADII = (0.5, 0.53, 0.56)
SAMPLES = 64
MOMENTS = 6  # times the size of N: roots that a disc can tell apart, those just outside included
SAME_ROOT = 1e-6  # roots closer than this are one multiple root
SINGULAR = 1e-7  # smallest over largest singular value of N at a root


@dataclass(frozen=True)
class Root:
    """An eigenvalue.

    Attributes
    ----------
    multiplicity
        As a zero of det N. More than ``vectors`` columns mean logarithms beside the power.
    vectors
        (n, k) orthonormal basis of the null space of N.
    """

    value: complex
    multiplicity: int
    vectors: np.ndarray


def roots(matrix: MatrixFunction, re_min: float, re_max: float, im_max: float) -> tuple[Root, ...]:
    """All eigenvalues with re_min <= Re <= re_max and |Im| <= im_max, by real part.

    Parameters
    ----------
    matrix
        (m,) complex numbers to (m, n, n) matrices.
    re_min, re_max, im_max
        The rectangle. Its sides are moved outwards by up to 0.2 for the count, away from roots;
        the left one inwards or outwards by a third of ``re_min``, since 0 is always a root.

    Raises
    ------
    AnalysisError
        When the roots found and the count by the argument principle differ.
    """
    found = _candidates(matrix, re_min, re_max, im_max)
    left = _gap([root.real for root in found], re_min * 2 / 3, re_min)
    right = _gap([root.real for root in found], re_max + 0.02, re_max + 0.2)
    top = _gap([root.imag for root in found], im_max, im_max + 0.2)
    inside = [root for root in found if left < root.real < right and abs(root.imag) < top]
    count = _winding(matrix, complex(left, -top), complex(right, top))
    if count != len(inside):
        raise AnalysisError(
            f"corner exponents: {len(inside)} were found but {count} lie in "
            f"{left:.4g} < Re < {right:.4g}, |Im| < {top:.4g}"
        )
    out = []
    for group in _groups(inside):
        value = complex(np.mean(group))
        if abs(value.imag) < SAME_ROOT:
            value = complex(value.real, 0.0)
        if re_min <= value.real <= re_max + SAME_ROOT and abs(value.imag) <= im_max:
            vectors = null_space(matrix(np.array([value]))[0], len(group))
            out.append(Root(value, len(group), vectors))
    return tuple(sorted(out, key=lambda root: (round(root.value.real, 9), root.value.imag)))


def null_space(n: np.ndarray, multiplicity: int = 1) -> np.ndarray:
    """(n, k) right singular vectors of vanishing singular values, 1 <= k <= multiplicity."""
    _, size, right = np.linalg.svd(n)
    # members of a group of roots lie up to SAME_ROOT from its mean
    small = SINGULAR if multiplicity == 1 else 30 * SAME_ROOT
    vanishing = int((size <= small * max(size[0], 1.0)).sum())
    return right[len(size) - min(max(vanishing, 1), multiplicity) :].conj().T


def _candidates(
    matrix: MatrixFunction, re_min: float, re_max: float, im_max: float
) -> list[complex]:
    """Polished roots of the rectangle and a margin; conjugates included, multiple ones repeated."""
    right, top, half = re_max + 0.25, im_max + 0.25, 0.55 * DISC_RADIUS
    upper: list[complex] = []
    for low, high in (
        (complex(re_min, -half), complex(right, half)),
        (complex(re_min, half), complex(right, top)),
    ):
        for cell in _cells(matrix, low, high):
            earlier = tuple(upper)
            # a root on the border of two cells is seen in both
            upper.extend(
                root for root in cell if not any(abs(root - old) < SAME_ROOT for old in earlier)
            )
    # N is real on the real axis, so that roots come in conjugate pairs
    on_axis = [complex(r.real, 0.0) for r in upper if abs(r.imag) < SAME_ROOT]
    above = [r for r in upper if r.imag >= SAME_ROOT]
    return on_axis + above + [r.conjugate() for r in above]


def _cells(matrix: MatrixFunction, low: complex, high: complex) -> Iterator[list[complex]]:
    """Roots in a rectangle, cell by cell; cells are halved until a disc covers them."""
    if low.imag > 0 and _empty(matrix, low, high):
        return
    centre, size = (low + high) / 2, high - low
    if abs(size) / 2 < 0.95 * DISC_RADIUS:
        edge = complex(1e-9, 1e-9)
        (r0, i0), (r1, i1) = ((z.real, z.imag) for z in (low - edge, high + edge))
        found = _disc_roots(matrix, centre)
        yield [z for z in found if r0 <= z.real <= r1 and i0 <= z.imag <= i1]
    elif size.real >= size.imag:
        yield from _cells(matrix, low, complex(centre.real, high.imag))
        yield from _cells(matrix, complex(centre.real, low.imag), high)
    else:
        yield from _cells(matrix, low, complex(high.real, centre.imag))
        yield from _cells(matrix, complex(low.real, centre.imag), high)


def _empty(matrix: MatrixFunction, low: complex, high: complex) -> bool:
    """Whether a rectangle and a little around it certainly hold no root."""
    margin = 0.01 * (high - low)
    try:
        return _winding(matrix, low - margin, high + margin) == 0
    except AnalysisError:
        return False


def _disc_roots(matrix: MatrixFunction, centre: complex) -> list[complex]:
    """Polished roots in the disc around a centre, and some outside of it."""
    circle = np.exp(2j * np.pi * np.arange(SAMPLES) / SAMPLES)
    # no root may lie on the circle itself
    tries = [matrix(centre + radius * circle) for radius in RADII]
    worst = [float(np.linalg.cond(samples).max()) for samples in tries]
    best = int(np.argmin(worst))
    resolvent = np.linalg.inv(tries[best])
    powers = circle ** np.arange(1, 2 * MOMENTS + 1)[:, None]
    moments = np.einsum("kj,jab->kab", powers, resolvent) / SAMPLES
    hankel, shifted = (
        np.block([[moments[i + j + k] for j in range(MOMENTS)] for i in range(MOMENTS)])
        for k in (0, 1)
    )
    left, size, right = np.linalg.svd(hankel)
    rank = int((size > 1e-11 * size[0]).sum())
    reduced = left[:, :rank].conj().T @ shifted @ right[:rank].conj().T / size[:rank]
    found = centre + RADII[best] * np.linalg.eigvals(reduced)
    near = found[np.abs(found - centre) < 1.1 * DISC_RADIUS]
    polished = (_polished(matrix, complex(value)) for value in near)
    return [value for value in polished if _is_root(matrix, value)]


def _is_root(matrix: MatrixFunction, value: complex) -> bool:
    size = np.linalg.svd(matrix(np.array([value]))[0], compute_uv=False)
    return bool(size[-1] <= SINGULAR * max(size[0], 1.0))


def _polished(matrix: MatrixFunction, value: complex) -> complex:
    """Successive linear problems; a candidate that would leave its neighbourhood stays."""
    circle = np.exp(2j * np.pi * np.arange(16) / 16)
    start = value
    for _ in range(4):
        around = matrix(value + 0.05 * circle)
        here, slope = around.mean(axis=0), (around / (0.05 * circle)[:, None, None]).mean(axis=0)
        # the mean over the circle is N itself; its first Fourier coefficient the derivative
        alpha, beta = eig(here, slope, right=False, homogeneous_eigvals=True)
        finite = np.abs(beta) > 1e-14 * np.abs(alpha)
        if not finite.any():
            return start
        moves = alpha[finite] / beta[finite]
        move = complex(moves[np.abs(moves).argmin()])
        if abs(value - move - start) > 10 * SAME_ROOT:
            return start
        value -= move
        if abs(move) < 1e-14:
            break
    return value


def _groups(values: list[complex]) -> list[list[complex]]:
    left, out = sorted(values, key=lambda v: (v.real, v.imag)), []
    while left:
        group = [left.pop(0)]
        for other in list(left):
            if min(abs(other - one) for one in group) < SAME_ROOT:
                group.append(other)
                left.remove(other)
        out.append(group)
    return out


def _gap(values: list[float], low: float, high: float) -> float:
    """The middle of the widest stretch of [low, high] that is free of the values."""
    stops = [low, *sorted(v for v in values if low < v < high), high]
    start, stop = max(itertools.pairwise(stops), key=lambda pair: pair[1] - pair[0])
    return (start + stop) / 2


def _winding(matrix: MatrixFunction, low: complex, high: complex) -> int:
    """Zeros of det N in the rectangle between two corners: turns of its phase along the outline."""
    corners = [low, complex(high.real, low.imag), high, complex(low.real, high.imag)]
    turns = 0.0
    for a, b in zip(corners, [*corners[1:], corners[0]], strict=True):
        t = np.linspace(0.0, 1.0, 65)
        f = _sign(matrix(a + (b - a) * t))
        for _ in range(40):
            jump = np.angle(f[1:] / f[:-1])
            wide = np.nonzero(np.abs(jump) > 0.5)[0]
            if len(wide) == 0:
                break
            more = (t[wide] + t[wide + 1]) / 2
            t, f = (
                np.insert(t, wide + 1, more),
                np.insert(f, wide + 1, _sign(matrix(a + (b - a) * more))),
            )
        else:
            raise AnalysisError("corner exponents: a root lies on the contour of the count")
        turns += float(jump.sum())
    return round(turns / (2 * np.pi))


def _sign(n: np.ndarray) -> np.ndarray:
    sign, _ = np.linalg.slogdet(n)
    return np.where(sign == 0, 1.0, sign)
