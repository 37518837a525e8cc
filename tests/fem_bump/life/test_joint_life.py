"""A life law by name for a joint: what drives it, its bars, what it refuses, how joints scatter."""

import math

import pytest
from numpy.testing import assert_allclose

from fem_bump.errors import InputError
from fem_bump.laws import Anand, DoublePower
from fem_bump.life.fatigue import coffin_manson, engelmaier, fatigue_sets, syed
from fem_bump.life.joint_life import NAMES, Joint, joint_life
from fem_bump.life.weibull import CHARACTERISTIC, Weibull

LEAD = Anand.of_set("62Sn36Pb2Ag, Darveaux 2000")
SAC = Anand.of_set("SAC305, Motalab 2012")
WIESE = DoublePower(a1=4e-7, n1=3.0, q1_k=3223.0, a2=1e-12, n2=12.0, q2_k=7348.0)
PASTE = Joint("Sn63Pb37", LEAD, 12.7, 70.0, 42.5, 24.0)
BALL = Joint("SAC305", SAC, 12.7, 460.0, 42.5, 24.0)
POWER = "SAC387, double power"


def test_darveaux_has_initiation_and_growth_across_the_ubm():
    found = joint_life("Darveaux", PASTE, "quarter, 0.5 mil")
    assert (found.driver, found.failed, found.free_share) == ("work", CHARACTERISTIC, 0.5)
    begun, grown = found.initiation(0.2), found.growth_um(0.2)
    assert_allclose(found.cycles(0.2).value, begun + 70.0 / grown, rtol=1e-12)
    assert "a crack crosses 300 to 900 um, other than here" in found.outside
    other = joint_life("Darveaux", BALL, "SAC305, Motalab").outside
    assert "crosses" not in other and "over which layer of solder" in other


def test_syed_goes_by_work_or_strain():
    joint = PASTE._replace(solder="own", law=WIESE, layer_um=25.0)
    by_work, by_strain = (
        joint_life("Syed", joint, POWER),
        joint_life("Syed", joint, POWER, "strain"),
    )
    one = syed(POWER, WIESE, 25.0)
    assert by_work.driver == "work" and by_work.cycles(0.3) == one.life_of_work(0.3)
    assert by_strain.driver == "strain" and by_strain.cycles(0.02) == one.life_of_strain(0.02)
    assert by_work.initiation(0.3) is None and by_work.growth_um(0.3) is None


def test_ranges_of_shear_are_half_of_what_a_cycle_adds():
    """Back and forth by an equivalent of 0.01 each way adds 0.02: a range of 0.01 sqrt(3)."""
    gamma = 0.01 * math.sqrt(3)
    found = joint_life("Engelmaier", PASTE)
    assert found.driver == "strain"
    assert_allclose(found.cycles(0.02).value, engelmaier(gamma, 42.5, 24.0).value, rtol=1e-12)
    own = joint_life("Coffin-Manson", BALL, twice_ductility=0.5, exponent=-0.5)
    assert_allclose(own.cycles(0.02).value, coffin_manson(gamma, 0.5, -0.5).value, rtol=1e-12)


def test_a_bar_of_the_work_is_one_of_the_cycles():
    found = joint_life("Darveaux", BALL, "SAC305, Motalab")
    slope = (found.cycles(0.2001).value - found.cycles(0.1999).value) / 2e-4
    assert_allclose(found.error(0.2, 1e-4), abs(slope) * 1e-4, rtol=1e-2)
    assert found.error(0.2, 0.05) > found.cycles(0.15).value - found.cycles(0.2).value - 1e-9
    assert found.error(0.2, 0.2) is None and found.error(0.2, None) is None


def test_weibull_lines():
    joints = Weibull(1000.0, 2.0, free_share=0.25)
    assert_allclose(joints.cycles(CHARACTERISTIC), 1000.0, rtol=1e-12)
    assert_allclose(joints.cycles(0.0), 250.0, rtol=1e-12)
    assert_allclose(joints.cycles(0.5), 250 + 750 * math.sqrt(math.log(2)), rtol=1e-12)
    median = joint_life("Engelmaier", PASTE)
    line = Weibull(median.characteristic(0.02, 2.0), 2.0)
    assert_allclose(line.cycles(0.5), median.cycles(0.02).value, rtol=1e-12)


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (lambda: joint_life("Basquin", PASTE), "no life law of solder; there are Darveaux, Syed"),
        (lambda: joint_life("Darveaux", PASTE), "needs set: 'slice, 1.0 mil', 'quarter"),
        (lambda: joint_life("Darveaux", BALL, "quarter, 0.5 mil"), "holds with Anand of s0_mpa"),
        (
            lambda: joint_life("Darveaux", PASTE._replace(layer_um=25.0), "quarter, 0.5 mil"),
            "a mean over 12.7 um of solder, not over 25 um",
        ),
        (lambda: joint_life("Syed", BALL, POWER), "the creep law DoublePower only, not with Anand"),
        (lambda: joint_life("Engelmaier", BALL), "of eutectic tin-lead, Sn63Pb37, not of SAC305"),
        (lambda: joint_life("Engelmaier", PASTE, "x"), "set = 'x' is not of the law Engelmaier"),
        (
            lambda: joint_life("Coffin-Manson", BALL, twice_ductility=0.5),
            "the law Coffin-Manson needs exponent",
        ),
        (lambda: Weibull(100.0, 0.0), "shape = 0 must be above 0"),
        (lambda: Weibull(100.0, 2.0, 1.0), "free_share = 1 must be"),
        (lambda: Weibull(100.0, 2.0).first_of(0), "joints = 0 must be"),
    ],
    ids=["law", "set", "Anand", "layer", "creep", "solder", "key", "half", "shape", "free", "none"],
)
def test_what_a_law_is_not_for_is_refused(make, said):
    with pytest.raises(InputError, match=said):
        make()


def test_every_set_has_a_law():
    assert len(fatigue_sets("Darveaux")) == 5 and len(fatigue_sets("Syed")) == 2
    assert NAMES == ("Darveaux", "Syed", "Engelmaier", "Coffin-Manson")
