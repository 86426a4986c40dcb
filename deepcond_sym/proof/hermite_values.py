"""Hermite polynomials and their Gaussian integrals over a half-line, as values."""

from flint import arb


def hermite_coefficients(degree: int) -> list[int]:
    """Coefficients of the monic Hermite polynomial, lowest first.

    >>> hermite_coefficients(3)
    [0, -3, 0, 1]
    """
    previous, current = [0], [1]
    for k in range(degree):
        longer = [0, *current]
        for i, c in enumerate(previous):
            longer[i] -= k * c
        previous, current = current, longer
    return current


def half_line_hermite(power: int, degree: int) -> arb:
    """E[max(X, 0)^power He_degree(X)] by the moments E[max(X, 0)^m] = 2^(m/2 - 1) Gamma((m + 1)/2)/sqrt(pi)."""
    total = arb(0)
    for i, coefficient in enumerate(hermite_coefficients(degree)):
        m = power + i
        total += coefficient * arb(2) ** (arb(m) / 2 - 1) * (arb(m + 1) / 2).gamma() / arb.pi().sqrt()
    return total
