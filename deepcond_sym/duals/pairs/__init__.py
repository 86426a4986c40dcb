"""Closed forms for two variances, pair by pair of terms, with the laws that judge them."""
