"""Numbers of a design's finished cross-section, which every result carries beside its metrics.

They are exact: no mesh and no solution has a part in them.
"""

from __future__ import annotations

# of all designs
EVERY = {
    "opening_ratio": "Opening over pad",
    "recess_ratio": "Recess ratio",
    "recess_depth_um": "Recess depth",
    "contact_area_um2": "Contact area of UBM and pad",
    "contact_area_ratio": "Contact area over the opening's area",
    "bump_volume_um3": "Bump volume",
    "bump_height_um": "Bump height",
}
REFLOWED = {
    "bump_max_radius_um": "Largest radius of the bump",
    "bond_number": "Bond number of the bump",
}
PROBED = {
    "ubm_broken": "UBM broken",
    "pad_exposed": "Pad exposed to solder",
    "dielectric_exposed": "Dielectric exposed to solder",
    "ubm_thickness_min_um": "Least UBM thickness",
    "ubm_thickness_min_ratio": "Least UBM thickness over that on the flat",
    "ubm_thickness_min_radius_um": "Radius of the least UBM thickness",
    "mark_gap_um": "Gap between mark and opening",
    "scar_area_share_ubm_pad": "Share of the mark in the contact of UBM and pad",
    "mark_depth_um": "Depth of the mark",
    "mark_rim_um": "Height of the mark's rim",
    "surviving_relief": "Share of the mark's relief that is left",
    "pad_left_under_mark_um": "Pad left under the mark",
    "over_etch_um": "Over-etch",
}
DERIVED = EVERY | REFLOWED | PROBED
