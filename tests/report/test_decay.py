"""The table of decay: every activation of the catalogue that moves, and how a row is written."""

from fractions import Fraction

from deepcond_sym.depth.conditioning import Question
from deepcond_sym.report import decay

ASKED = Question(50, Fraction(1, 5), Fraction(1, 2))


def test_bounds_come_from_the_loosest_to_the_sharpest():
    rows = decay.catalogue(["identity", "relu", "sign", "exp", "hermite(3)"], ASKED)
    assert [row["name"] for row in rows] == ["relu", "sign", "exp", "hermite(3)"]
    for row in rows:
        for depths in row["depths"].values():
            assert list(depths.values()) == sorted(depths.values(), reverse=True)


def test_a_row_of_the_table():
    (row,) = decay.catalogue(["step"], ASKED)
    head, titles, line = decay.table([row])
    assert "n = 50, delta = 1/5, kappa <= 1 + 1/2" in head
    assert titles.split()[:3] == ["activation", "mu", "chi_1"]
    assert line.split()[:5] == ["step", "0.36338", "oo", "0.789833", "0.518993"]


def test_the_fixed_point_far_below_the_precision_of_a_first_look():
    """SELU's constants are printed to 31 digits: its mean is 1e-32 and its fixed point 5e-63, not 0."""
    found = decay.certificate("selu", ASKED)
    assert found["constants"]["fixed_point"].endswith("e-63")
    assert found["law"] == "to a fixed point"
