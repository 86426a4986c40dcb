"""Normalised activations: mean 0 and variance 1 under N(0, 1), with constants that are exact or deferred."""

from deepcond_sym.activations import Activation
class NormalizedActivation(Activation):
    def __init__(self, base, reference):
        self.base=base; self.reference=reference
    jumps=property(lambda s:s.base.jumps)
    parity=property(lambda s:s.base.parity)
    def __eq__(s,o): return type(o) is type(s) and (s.base,s.reference)==(o.base,o.reference)
    def __hash__(s): return hash((s.base,s.reference))
    def at_variance(s,v): return NormalizedActivation(s.base.at_variance(v), s.reference)
def normalized(a): return NormalizedActivation(a,a)


def is_constant(a):
    a = a.base if isinstance(a, NormalizedActivation) else a
    return len(a.pieces) == 1 and not a.pieces[0].expr.free_symbols
