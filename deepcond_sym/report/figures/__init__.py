"""Figures of papers: what is drawn (`tangent` for starnaud2025, `rates` for xiao2020), how (`drawing`), and into which
files (`files`).
"""
