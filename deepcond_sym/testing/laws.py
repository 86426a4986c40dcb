"""`LAWS`: the identities that every NNGP or tangent kernel obeys, each with the cases it is tried on."""

from __future__ import annotations

from .cosine_laws import COSINE_LAWS
from .law import Law
from .layer_laws import LAYER_LAWS
from .point_laws import POINT_LAWS

LAWS: tuple[Law, ...] = (*COSINE_LAWS, *LAYER_LAWS, *POINT_LAWS)
"""In the order in which they are tried: what says most about a mistake comes first.

>>> [law.name for law in LAWS][:3]
['finite', 'diagonal', 'bounded']
"""
