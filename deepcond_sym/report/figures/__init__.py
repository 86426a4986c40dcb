"""Figures of the deep ReLU tangent kernel: what is drawn (`tangent`), how (`drawing`), and into which files (`files`).
"""
