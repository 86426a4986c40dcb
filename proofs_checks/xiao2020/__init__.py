r"""xiao2020: trainability and generalisation by the spectrum of deep kernels (arXiv 1912.13053). Statements are as
reported, or read in the authors' notebook. In short: the leading terms of both tables hold, and are proved here for
every depth with explicit constants; some corrections do not. On the whole critical line of erf the tangent kernel is
$\frac l3+\frac{\kappa'}3\log l+O(1)$ off the diagonal in units of $q^*$, with $\kappa'<-1$ (B51, B57), so that the
corrections reported as $O(1)$ are logarithms of the depth. ReLU keeps rates of its own (B40 to B42) and has no chaotic
phase. Constants that are reported without a prefactor depend on the data, through the Koenigs and Abel limits that
`deepcond_sym.depth` encloses.
"""
