"""Activation functions: named, written as text, or given as SymPy expressions, with exact answers about them."""

from .activation import Activation, activation, from_pieces
from .catalog import Entry, catalog
from .growth import Growth
from .parse import parse_expression
from .piece import Piece

__all__ = ["Activation", "Entry", "Growth", "Piece", "activation", "catalog", "from_pieces", "parse_expression"]
