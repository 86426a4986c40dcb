r"""starnaud2025: the ReLU neural tangent kernel at large depth (arXiv 2511.07272, version 1). Statements are as
reported. In short: for every two different inputs on the sphere the normalised kernel tends to $\frac14$, not to 1
(N3); so its limit is $\frac34I+\frac14\mathbf{11}^\top$, constant off the diagonal and invertible
(critical-line-limit), and the predictor tends to the weights $\frac1{n+3}$, the same for every new input
(N5-predictor). This concerns version 1 only: the abstract of version 2 no longer says that the kernel tends to the
matrix of ones, and calls the deep limit data-independent, as it is.
"""
