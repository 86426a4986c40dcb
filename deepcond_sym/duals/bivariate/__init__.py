"""Closed forms in the bivariate normal probability: knots anywhere, exponential pieces, shifted erf."""
