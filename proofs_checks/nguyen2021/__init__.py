"""nguyen2021: the smallest eigenvalue of the tangent kernel of deep ReLU networks (arXiv 2012.11654, version 5)."""
