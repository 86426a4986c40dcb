"""Rigorous integrals of one and two dimensions, where there is no closed form."""
