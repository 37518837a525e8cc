"""What was there before: pieces of films, when they come and go, and where they are meshed."""

import numpy as np
import pytest
from numpy.testing import assert_allclose

from geometry import Design, build_cross_section, build_mesh
from geometry.section.lived import GONE, lived

PAD = "pad, taken away by: pad etched, passivation as mask"
SIZE = 6.0


def section(variant="partial-depth", apart=("bump",), **given):
    return lived(build_cross_section(Design(variant=variant).replace(**given)), apart)


@pytest.mark.parametrize("variant", ["no-recess", "partial-depth", "full-depth"])
def test_the_recess_was_pad_when_the_passivation_came(variant):
    found = section(variant)
    lost = [piece for piece in found.pieces if piece.gone is not None]
    if variant == "no-recess":
        assert not lost
        assert found.edges == build_cross_section(found.design).edges
        return
    (piece,) = lost
    assert piece.name == PAD and piece.region == "pad"
    assert_allclose(piece.shape.area, 30.0 * found.design.depth_um, rtol=1e-9)
    labels = [change.label for change in found.changes]
    assert labels.index("passivation deposited") < labels.index("pad etched, passivation as mask")


def test_its_mesh_has_the_boundaries_of_the_finished_section_and_the_piece_twice():
    found = section(**{"mesh.size_factor": SIZE})
    mesh = found.with_pieces(build_mesh(found))
    plain = build_mesh(build_cross_section(found.design))
    assert set(mesh.boundaries) == set(plain.boundaries)
    assert set(mesh.subdomains) == {*plain.subdomains, PAD}
    assert not set(mesh.subdomains[PAD]) & set(mesh.subdomains["pad"])
    start, *ends = mesh.p[:, mesh.t[:, mesh.subdomains[PAD]]].transpose(1, 0, 2)
    (r1, z1), (r2, z2) = (end - start for end in ends)
    area = np.abs(r1 * z2 - r2 * z1).sum() / 2
    assert_allclose(area, 15.0, rtol=1e-9)


def test_what_a_plated_pillar_was_masked_with_counts_and_lies_where_nothing_is_in_the_end():
    found = section(apart=(), **{"bump.material": "Cu", "mesh.size_factor": SIZE})
    gone = {piece.region for piece in found.pieces if piece.gone is not None}
    assert gone == {"pad", "ubm_ti", "ubm_niv", "ubm_cu"}
    assert any(name == GONE for name, _ in found.faces)
    mesh = found.with_pieces(build_mesh(found))
    assert GONE not in mesh.subdomains and "surface" in mesh.boundaries
    beyond = mesh.subdomains["ubm_cu, taken away by: UBM etched, bump as mask"]
    assert mesh.p[0, mesh.t[:, beyond]].min() > found.design.ubm_radius_um - 1e-6


def test_a_mark_is_as_old_as_the_pad():
    found = section(probe={})
    pads = [piece for piece in found.pieces if piece.region == "pad"]
    assert {piece.born for piece in pads} == {1}
